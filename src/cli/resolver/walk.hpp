#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/conflict_view.hpp"
#include "cli/resolver/answer.hpp"
#include "ddx/resolve.hpp"

namespace ddx::cli::resolver {

/// What somebody chose for one hunk.
struct HunkChoice {
  enum class Take { open, mine, theirs, both, base, edited };
  Take take = Take::open;
  std::string edited = {};  ///< with `edited`
  friend bool operator==(const HunkChoice&, const HunkChoice&) = default;
};

/// One conflict on the way.
struct Stop {
  RelPath path;
  std::optional<ConflictDetail> detail;  ///< none: not looked at yet
  std::vector<HunkChoice> choices;       ///< one a hunk; empty where there are none
  bool unsaved = false;                  ///< choices that are not on disk
};

/// What has to be done before the walk can go on.
struct Step {
  enum class Kind {
    look,        ///< call `looked`
    ask,         ///< show the conflict and call `answer`
    settle,      ///< decide the stop's file by `resolution`; then `done` or `refused`
    write,       ///< give the file `bytes`; then `done` or `refused`
    reopen,      ///< open the file again; then `done` or `refused`
    edit_lines,  ///< let the user edit `bytes`; then `edited`
    edit_file,   ///< the same with the whole file
    tool,        ///< run the merge tool; then `done` or `refused`
    help,
    confirm_abort,  ///< ask, then `confirmed`
    abort,
    leave,  ///< everything that was chosen is on disk
  };
  Kind kind = Kind::ask;
  Resolution resolution = Resolution::edited;
  std::string bytes = {};
  std::string how = {}, words = {};  ///< with `write`: as in `GivenContent`
};

/// A walk through conflicts, one hunk after the other. Knows what was chosen and what comes next; does
/// nothing itself.
class Walk {
 public:
  explicit Walk(std::vector<RelPath> paths, render::View view);

  /// What has to be done now.
  [[nodiscard]] const Step& step() const { return step_; }
  /// Where the walk is. Requires that `step` is not `leave` or `abort`.
  [[nodiscard]] const Stop& stop() const { return stops_[stop_]; }
  [[nodiscard]] std::size_t stop_number() const { return stop_; }
  [[nodiscard]] std::size_t stops() const { return stops_.size(); }
  [[nodiscard]] std::size_t hunk() const { return hunk_; }
  [[nodiscard]] render::View view() const { return view_; }
  [[nodiscard]] bool for_whole_file() const { return whole_file_; }
  /// What to tell the user, once.
  [[nodiscard]] std::string take_message();

  void looked(ConflictDetail detail);
  void answer(Answer answer);
  /// \param now  the conflict after what was done
  void done(ConflictDetail now);
  void refused(const std::string& why);
  /// \param bytes  none: the editor failed
  void edited(const std::optional<std::string>& bytes);
  void confirmed(bool yes);

 private:
  struct Past {
    std::size_t stop;
    std::optional<std::size_t> hunk;  ///< none: the whole file was decided
    HunkChoice before;
    bool with_one_before = false;  ///< one answer made both
  };
  struct Target {
    std::size_t stop;
    std::optional<std::size_t> hunk;  ///< none: the first open one; beyond the last: the last
    bool reopen = false;
  };
  void ask(std::string message = {});
  void choose(HunkChoice::Take take);
  void take(HunkChoice choice);
  void settle(HunkChoice::Take take);
  void edit();
  void edit_file();
  void back();
  void undo();
  void go_on();
  /// \param target  none: the end
  void go_to(std::optional<Target> target);
  void move();
  void arrive();
  void take_over(ConflictDetail detail);
  void file_done(ConflictDetail now);
  [[nodiscard]] std::string file_bytes() const;
  [[nodiscard]] std::optional<std::size_t> next_stop() const;
  [[nodiscard]] Stop& here() { return stops_[stop_]; }

  std::vector<Stop> stops_;
  std::size_t stop_ = 0, hunk_ = 0;
  render::View view_;
  bool whole_file_ = false;
  std::optional<Target> target_;  ///< where the walk goes when what is under way is done; none: to the end
  std::vector<Past> past_;
  std::string message_;
  Step step_;
  enum class Writing { choices, file } writing_ = Writing::choices;
};

}  // namespace ddx::cli::resolver
