#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/lock_file.hpp"
#include "ddx/change.hpp"
#include "merge/content.hpp"
#include "merge/ours.hpp"
#include "merge/row.hpp"

namespace ddx {

/// What is done to one file, and why. Complete: whoever executes it decides nothing.
struct FilePlan {
  enum class Action {
    nothing,  ///< the file stays as it is; at most the base moves
    write,    ///< `result` comes to `change.path`; `change.old_path`, when set, goes
    remove,   ///< `change.path` goes
  };
  enum class Base {
    stays,  ///< undecided: the lock's entry is left alone
    moves,  ///< to `theirs`
    goes,   ///< there is no upstream version any more
  };

  Change change;
  Action action = Action::nothing;
  Base base = Base::stays;
  std::optional<Version> before, here, theirs;  ///< the row's three versions
  bool creates = false;                         ///< nothing of ours is at `change.path`
  std::optional<OnDisk> expected;               ///< at `change.path`, before; none: nothing may be there
  std::optional<OnDisk> expected_old;           ///< at `change.old_path`, before
  Version result;                               ///< with `write`: blob and mode in git's form
  std::optional<std::string> bytes;  ///< with `write`: merged content; none: the stored blob `result.blob`
  std::optional<Conflict> conflict;  ///< left open
  bool marked = false;               ///< the conflict's markers are in `bytes`
  int marker_size = 7;
  std::string decision;                  ///< how a conflict was settled
  std::optional<RelPath> base_path;      ///< the lock's name of it, when the file was renamed since
  std::optional<RelPath> upstream_path;  ///< upstream's name of it, when that is another one
  std::optional<RelPath> twin;           ///< see `Row`
  bool displaces = false;                ///< the lock's entry is that of another file: it goes in any case
};

/// Leaves a file out whose place is taken. One that theirs renamed waits at its old name, with all it needs
/// to be merged once the way is free.
void keep_out(ConflictKind kind, FilePlan& plan);

/// Joins rows and our side into plans, one a row, in the rows' order. Reads base blobs through `base_bytes`,
/// so that the caller can fetch one that is not here yet.
class Planner {
 public:
  Planner(Ours& ours, const git::Objects& objects, const MergeSettings& settings,
          std::function<std::string(const Version&)> base_bytes)
      : ours_(ours), objects_(objects), settings_(settings), base_bytes_(std::move(base_bytes)) {}

  [[nodiscard]] std::vector<FilePlan> plan(const std::vector<Row>& rows);

 private:
  [[nodiscard]] FilePlan plan_row(const Row& row);
  [[nodiscard]] FilePlan plan_parted(const Row& row);
  [[nodiscard]] FilePlan plan_added(const Row& row, const Ours::State& here);
  [[nodiscard]] FilePlan plan_deleted(const Row& row, const Ours::State& here);
  [[nodiscard]] FilePlan plan_changed(const Row& row, const Ours::State& here);
  void merge(const Row& row, const Ours::State& here, FilePlan& plan);
  void settle_missing(const Row& row, FilePlan& plan);
  [[nodiscard]] bool refuse_clashes(std::vector<FilePlan>& plans);
  [[nodiscard]] std::optional<ConflictKind> clash(const FilePlan& plan, const std::set<RelPath>& going);
  [[nodiscard]] bool is_taken(const RelPath& path, const std::set<RelPath>& going);

  Ours& ours_;
  const git::Objects& objects_;
  const MergeSettings& settings_;
  std::function<std::string(const Version&)> base_bytes_;
};

}  // namespace ddx
