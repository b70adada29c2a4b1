#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/resolve.hpp"
#include "merge/content.hpp"
#include "sync/conflict_sides.hpp"
#include "transaction/record.hpp"

namespace ddx {

/// How one open conflict ends, or why it does not.
struct Decided {
  bool decided = false;
  std::string how, words;       ///< as in `Resolved`; `words` says why when nothing was decided
  std::vector<Effect> effects;  ///< what has to come to disk
  std::optional<OnDisk> now;    ///< what the path holds before them
  std::optional<Change> change;
  bool by_their_name = false;  ///< of two new names, the file has upstream's
};

/// Decides conflicts of an open pull: by what is on disk, by a side, or by content that somebody made.
class ConflictDecider {
 public:
  /// All of them must outlive it, and its effects.
  ConflictDecider(Project& project, const git::Objects& objects, const OpenPull& open)
      : project_(project), objects_(objects), open_(open), sides_(project, objects, open) {}

  /// What was decided before, or by hand.
  [[nodiscard]] Decided as_it_stands(const OpenConflict& conflict);
  /// Conflicting hunks take the side; those that were resolved by hand stay while others are marked. Without
  /// lines, the file takes it.
  [[nodiscard]] Decided settle(const OpenConflict& conflict, Resolution resolution);
  [[nodiscard]] Decided with(const OpenConflict& conflict, const GivenContent& content);

  [[nodiscard]] ConflictSides& sides() { return sides_; }

 private:
  void settle_marked(const OpenConflict& conflict, Resolution resolution, Decided& decided);
  void settle_whole(const OpenConflict& conflict, Resolution resolution, Decided& decided);
  void take_name(const OpenConflict& conflict, Resolution resolution, Decided& decided);
  void settle_rest(const OpenConflict& conflict, Resolution resolution, Decided& decided);
  void settle_as_it_stands(const OpenConflict& conflict, Decided& decided);
  void arrive(const OpenConflict& conflict, Resolution resolution, Decided& decided);
  void merge_again(const OpenConflict& conflict, Resolution resolution, Decided& decided);
  [[nodiscard]] FileMerge merge_with(const OpenConflict& conflict, Resolution resolution);
  void replace(const RelPath& path, const std::optional<OnDisk>& was, const ConflictSide& target,
               Decided& decided);
  void open_again(const OpenConflict& conflict, Decided& decided);
  /// \param target  none: nothing stays at the path
  void reach(const OpenConflict& conflict, const std::optional<ConflictSide>& target, Decided& decided);
  [[nodiscard]] bool is_free(const OpenConflict& conflict);
  /// Ours is still at the name that upstream changed.
  [[nodiscard]] bool waits(const OpenConflict& conflict);
  [[nodiscard]] RelPath full(const RelPath& path) const { return project_.tree.join(path); }

  Project& project_;
  const git::Objects& objects_;
  const OpenPull& open_;
  ConflictSides sides_;
};

}  // namespace ddx
