#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/resolve.hpp"
#include "merge/content.hpp"
#include "snapshot/store.hpp"
#include "sync/disk_form.hpp"
#include "sync/open_pull.hpp"
#include "sync/project.hpp"
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
      : project_(project), objects_(objects), open_(open), form_(project, objects, {}, LineEnds::as_git) {}

  /// What was decided before, or by hand.
  [[nodiscard]] Decided as_it_stands(const OpenConflict& conflict);
  /// Conflicting hunks take the side; those that were resolved by hand stay while others are marked. Without
  /// lines, the file takes it.
  [[nodiscard]] Decided settle(const OpenConflict& conflict, Resolution resolution);
  [[nodiscard]] Decided with(const OpenConflict& conflict, const GivenContent& content);

  /// Whether markers of ours are in the file now.
  [[nodiscard]] bool is_marked(const OpenConflict& conflict);
  /// A file with markers taken apart, as it is on disk; none where they cannot be told apart.
  [[nodiscard]] std::optional<MarkedText> text_now(const OpenConflict& conflict);
  /// The same as if nobody had touched the file since the pull, with the original lines of every hunk.
  [[nodiscard]] std::optional<MarkedText> text_anew(const OpenConflict& conflict);

  [[nodiscard]] std::optional<ConflictSide> base(const OpenConflict& conflict) const;
  [[nodiscard]] std::optional<ConflictSide> mine(const OpenConflict& conflict);
  [[nodiscard]] std::optional<ConflictSide> theirs(const OpenConflict& conflict) const;
  [[nodiscard]] std::optional<ConflictSide> now(const OpenConflict& conflict);

 private:
  void settle_marked(const OpenConflict& conflict, Resolution resolution, Decided& decided);
  void settle_whole(const OpenConflict& conflict, Resolution resolution, Decided& decided);
  void take_name(const OpenConflict& conflict, Resolution resolution, Decided& decided);
  void settle_rest(const OpenConflict& conflict, Resolution resolution, Decided& decided);
  void merge_again(const OpenConflict& conflict, Resolution resolution, Decided& decided);
  [[nodiscard]] FileMerge merge_with(const OpenConflict& conflict, Resolution resolution);
  void open_again(const OpenConflict& conflict, Decided& decided);
  /// \param target  none: nothing stays at the path
  void reach(const OpenConflict& conflict, const std::optional<ConflictSide>& target, Decided& decided);
  [[nodiscard]] RelPath full(const RelPath& path) const { return project_.tree.join(path); }
  [[nodiscard]] std::string in_git(const RelPath& path, std::string bytes) const;
  [[nodiscard]] ConflictSide on_disk(const RelPath& path, std::string bytes, Mode mode) const;
  [[nodiscard]] std::optional<ConflictSide> stored(const RelPath& path,
                                                   const std::optional<Version>& version) const;
  [[nodiscard]] std::optional<ConflictSide> file_at(const RelPath& path);
  [[nodiscard]] const StoredSnapshot& before_the_pull();

  Project& project_;
  const git::Objects& objects_;
  const OpenPull& open_;
  DiskForm form_;
  std::optional<StoredSnapshot> before_;
  std::optional<OperationRecord> record_;
};

}  // namespace ddx
