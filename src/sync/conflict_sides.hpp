#pragma once

#include <map>
#include <optional>
#include <string>

#include "ddx/resolve.hpp"
#include "snapshot/store.hpp"
#include "sync/disk_form.hpp"
#include "sync/open_pull.hpp"
#include "sync/project.hpp"
#include "sync/restore.hpp"
#include "transaction/record.hpp"

namespace ddx {

/// The versions of files in conflict, as bytes on disk, and their texts with markers taken apart.
class ConflictSides {
 public:
  /// All of them must outlive it.
  ConflictSides(Project& project, const git::Objects& objects, const OpenPull& open)
      : project_(project), objects_(objects), open_(open), form_(project, objects, {}, LineEnds::as_git) {}

  [[nodiscard]] std::optional<ConflictSide> base(const OpenConflict& conflict) const;
  [[nodiscard]] std::optional<ConflictSide> mine(const OpenConflict& conflict);
  [[nodiscard]] std::optional<ConflictSide> theirs(const OpenConflict& conflict) const;
  [[nodiscard]] std::optional<ConflictSide> now(const OpenConflict& conflict);
  /// Where `now` is: of two new names, the file may have upstream's.
  [[nodiscard]] RelPath place(const OpenConflict& conflict);

  /// Whether markers of ours are in the file now.
  [[nodiscard]] bool is_marked(const OpenConflict& conflict);
  /// A file with markers taken apart, as it is on disk; none where they cannot be told apart.
  [[nodiscard]] std::optional<MarkedText> marked_now(const OpenConflict& conflict);
  /// The same, with the original lines of each hunk where they can be told.
  [[nodiscard]] std::optional<MarkedText> text_now(const OpenConflict& conflict);
  /// The same as if nobody had touched the file since the pull.
  [[nodiscard]] std::optional<MarkedText> text_anew(const OpenConflict& conflict);

  [[nodiscard]] std::optional<ConflictSide> file_at(const RelPath& path);
  [[nodiscard]] std::string in_git(const RelPath& path, std::string bytes) const;
  [[nodiscard]] ConflictSide on_disk(const RelPath& path, std::string bytes, Mode mode) const;
  /// What was at the file's names before it was decided: the pull's work, and edits of it.
  [[nodiscard]] WantedFiles while_open(const OpenConflict& conflict);
  [[nodiscard]] const StoredSnapshot& before_the_pull() { return before(open_.operation); }

 private:
  /// The state before one of the pull's operations.
  [[nodiscard]] const StoredSnapshot& before(const std::string& operation);
  [[nodiscard]] RelPath full(const RelPath& path) const { return project_.tree.join(path); }
  [[nodiscard]] std::optional<ConflictSide> stored(const RelPath& path,
                                                   const std::optional<Version>& version) const;

  Project& project_;
  const git::Objects& objects_;
  const OpenPull& open_;
  DiskForm form_;
  std::map<std::string, StoredSnapshot> snapshots_;
  std::optional<Records> records_;
};

}  // namespace ddx
