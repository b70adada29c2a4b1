#include "sync/contribution_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <set>

#include "ddx/error.hpp"
#include "git/merged_commits.hpp"
#include "git/tree.hpp"
#include "lines/text_merge.hpp"

namespace ddx {

namespace {

using git::CommitInfo;
constexpr std::size_t most_commits = 10'000;

std::string without_slash(const std::string& prefix) {
  return prefix.empty() ? prefix : prefix.substr(0, prefix.size() - 1);
}

/// What the local tree of one commit makes of the target's tip.
struct Moment {
  enum class Kind {
    foreign,  ///< the project was not connected to an upstream then
    damaged,  ///< its lock cannot be read
    known,
  };
  Kind kind = Kind::foreign;
  StepFiles files = {};
  std::set<RelPath> open = {};  ///< of `files`, those that conflict with the tip
  [[nodiscard]] bool knows(const RelPath& path) const { return kind == Kind::known && !open.contains(path); }
};

class Replay {
 public:
  Replay(const Project& project, const git::Objects& objects, ContributionPlanner& planner,
         const Contribution& goal)
      : project_(project), objects_(objects), planner_(planner), goal_(in_one_step(goal)) {
    result_.blobs = goal_.blobs;
    for (const auto& [path, file] : goal.files) {
      tip_.emplace(path, file.before);
      names_.insert({path, file.change.here});
    }
    now_ = tip_;
  }

  ContributionSteps run() {
    const std::vector<CommitInfo> line = own_line();
    for (const CommitInfo& commit : std::views::reverse(line)) {
      if (commit.parents.size() > 1) keep_what_was_merged(commit);
      keep(commit);
      for (const auto& [path, start] : starts_)
        if (start == commit.id) active_.insert(path);
    }
    step_to(goal_.steps.back().files, std::nullopt);
    return std::move(result_);
  }

 private:
  /// HEAD's first parents, newest first, back to where nothing was customized.
  std::vector<CommitInfo> own_line() {
    std::vector<CommitInfo> line;
    for (const auto& [path, version] : tip_) active_.insert(path);
    auto next = project_.repository.head().commit;
    while (next && !active_.empty()) {
      if (!objects_.contains(*next) || line.size() == most_commits) {
        result_.warnings.emplace_back(
            "the project's history is cut off here: the oldest commit brings what came before it");
        break;
      }
      CommitInfo commit = git::read_commit(objects_, *next);
      const Moment& moment = moment_of(commit);
      if (moment.kind == Moment::Kind::foreign) break;
      std::erase_if(active_, [&](const RelPath& path) {
        if (!moment.knows(path) || moment.files.at(path) != tip_.at(path)) return false;
        starts_.emplace(path, commit.id);
        return true;
      });
      next = commit.parents.empty() ? std::nullopt : std::optional(commit.parents.front());
      line.push_back(std::move(commit));
    }
    return line;
  }

  const Moment& moment_of(const CommitInfo& commit) {
    const auto [found, is_new] = moments_.try_emplace(state_of(commit));
    if (is_new) found->second = look_at(found->first);
    return found->second;
  }

  /// The ids of local tree and lock; null: there is none.
  using State = std::pair<Oid, Oid>;
  State state_of(const CommitInfo& commit) {
    const auto known = states_.find(commit.id);
    if (known != states_.end()) return known->second;
    State state;
    const std::string folder = without_slash(project_.workspace.prefix);
    if (const auto root = git::subtree_at(objects_, commit.tree, folder)) {
      state.first = git::subtree_at(objects_, *root, project_.tree.str()).value_or(Oid());
      state.second = git::blob_in(objects_, *root, lock_path().str()).value_or(Oid());
    }
    return states_[commit.id] = state;
  }

  Moment look_at(const State& state) {
    if (state.first.is_null() || state.second.is_null()) return {};
    const std::optional<Lock>& lock = lock_of(state.second);
    if (!lock) return {Moment::Kind::damaged};
    StoredSide here(git::list_tree(objects_, state.first), objects_);
    Contribution then = planner_.plan_state({*lock, here}, names_);
    Moment moment{Moment::Kind::known, tip_};
    for (auto& [path, file] : then.files) {
      if (!tip_.contains(path)) continue;
      moment.files[path] = file.after;
      if (file.after) result_.blobs.emplace(file.after->blob, std::move(file.bytes));
    }
    for (const Conflict& conflict : then.conflicts) {
      moment.open.insert(conflict.path);
      if (conflict.their_path) moment.open.insert(*conflict.their_path);
    }
    return moment;
  }

  /// Most commits have the lock of the one before. None: it cannot be read.
  const std::optional<Lock>& lock_of(const Oid& id) {
    if (id == lock_id_) return lock_;
    const std::string text = objects_.blob(id);
    lock_id_ = id;
    lock_.reset();
    try {
      lock_ = parse_lock(text, lock_path().str());
    } catch (const Error&) {
      lock_.reset();  // whoever committed it had to mend it: the next commit shows what came of it
    }
    return lock_;
  }

  void keep(const CommitInfo& commit) {
    const Moment& moment = moment_of(commit);
    StepFiles next = now_;
    for (const RelPath& path : active_)
      if (moment.knows(path)) next[path] = moment.files.at(path);
    step_to(std::move(next), commit);
  }

  void keep_what_was_merged(const CommitInfo& merge) {
    if (objects_.contains(merge.parents.front()) &&
        state_of(git::read_commit(objects_, merge.parents.front())) == state_of(merge))
      return;
    for (const Oid& id : git::commits_merged_by(project_.repository, merge, most_commits)) {
      const CommitInfo commit = git::read_commit(objects_, id);
      if (commit.parents.size() != 1 || !objects_.contains(commit.parents.front())) continue;
      carry_over(git::read_commit(objects_, commit.parents.front()), commit);
    }
  }

  /// What changed between two commits of another line is done to this one.
  void carry_over(const CommitInfo& parent, const CommitInfo& commit) {
    if (state_of(parent) == state_of(commit)) return;
    const Moment &before = moment_of(parent), &after = moment_of(commit);
    StepFiles next = now_;
    for (const RelPath& path : active_) {
      if (!before.knows(path) || !after.knows(path)) continue;
      const auto &from = before.files.at(path), &to = after.files.at(path);
      if (from == to) continue;
      if (next.at(path) == from) {
        next[path] = to;
      } else if (next.at(path) != to && from && to && next.at(path)) {
        next[path] = merged(*from, *next.at(path), *to);
      }
    }
    step_to(std::move(next), commit);
  }

  /// `ours` where they do not go together.
  Version merged(const Version& base, const Version& ours, const Version& theirs) {
    const std::string old = content(base.blob), mine = content(ours.blob), other = content(theirs.blob);
    if (!has_lines({old, mine, other})) return ours;
    TextMerge merge = merge_text(old, mine, other, {});
    if (!merge.clean) return ours;
    const Oid id = git::hash_blob(merge.bytes);
    result_.blobs.emplace(id, std::move(merge.bytes));
    return {id, ours.mode == base.mode ? theirs.mode : ours.mode};
  }

  [[nodiscard]] std::string content(const Oid& id) const {
    const auto found = result_.blobs.find(id);
    return found != result_.blobs.end() ? found->second : objects_.blob(id);
  }

  void step_to(StepFiles next, std::optional<CommitInfo> from) {
    if (next == now_) return;
    now_ = next;
    result_.steps.push_back({std::move(next), std::move(from)});
  }

  const Project& project_;
  const git::Objects& objects_;
  ContributionPlanner& planner_;
  const ContributionSteps goal_;
  StepFiles tip_, now_;
  std::set<RelPath> names_;   ///< of the files, here and at the upstream
  std::set<RelPath> active_;  ///< files whose customization has begun
  std::map<RelPath, Oid> starts_;
  std::map<Oid, State> states_;
  std::map<State, Moment> moments_;
  Oid lock_id_;
  std::optional<Lock> lock_;  ///< of `lock_id_`
  ContributionSteps result_;
};

}  // namespace

ContributionSteps in_one_step(const Contribution& contribution) {
  ContributionSteps one{{ContributionStep{}}, {}};
  for (const auto& [path, file] : contribution.files) {
    one.steps.front().files.emplace(path, file.after);
    if (file.after) one.blobs.emplace(file.after->blob, file.bytes);
  }
  return one;
}

ContributionSteps in_steps_of_history(const Project& project, const git::Objects& objects,
                                      ContributionPlanner& planner, const Contribution& contribution) {
  return Replay(project, objects, planner, contribution).run();
}

}  // namespace ddx
