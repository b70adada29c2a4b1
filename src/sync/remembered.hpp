#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/marked_text.hpp"
#include "platform/files.hpp"
#include "sync/conflict_sides.hpp"

namespace ddx {

/// A conflicted file without what changes from pull to pull: labels, and which side is whose.
struct NormalConflict {
  std::string id;    ///< SHA-256 of the path and the hunks
  std::string text;  ///< the file, with markers that no label follows
};
[[nodiscard]] NormalConflict normalised(const RelPath& path, const MarkedText& text);

/// How conflicts were resolved before, kept in the work tree's git directory: as git's rerere, by file.
/// Nothing in it is ever applied unasked.
class RememberedResolutions {
 public:
  static constexpr std::size_t most = 200;

  RememberedResolutions(const Workspace& workspace, Files& files);

  /// The conflict's file as it was resolved when the same hunks were in conflict; what else changed in the
  /// file since is merged in. Nothing if none is known, or if that is not clean.
  [[nodiscard]] std::optional<std::string> find(ConflictSides& sides, const OpenConflict& conflict) const;

  /// Remembers what became of a conflict; only the newest `most` are kept. \throws std::system_error
  void keep(const NormalConflict& conflict, const std::string& resolved);

 private:
  void forget_oldest();

  Files& files_;
  Directory state_;
  std::optional<Directory> folder_;
};

}  // namespace ddx
