#include "ddx/push.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ddx/error.hpp"
#include "git/email.hpp"
#include "git/text_diff.hpp"
#include "git/tree.hpp"
#include "git/tree_edit.hpp"
#include "sync/begin_changes.hpp"
#include "sync/contribution.hpp"
#include "sync/contribution_records.hpp"
#include "sync/contribution_text.hpp"
#include "sync/open_conflicts.hpp"
#include "sync/snapshot_project.hpp"

namespace ddx {

namespace {

using State = ContributionRecord::State;

constexpr int most_names = 20;
constexpr const char* heads = "refs/heads/";

git::Identity require_identity(const Project& project) {
  if (auto identity = project.repository.identity()) return *identity;
  throw Error(ErrorCode::no_identity,
              "git does not know who contributes here: user.name or user.email is not set",
              {{Recovery::set_identity}});
}

/// The work on one contribution, from what is customized here to the branch that holds it.
class Pushing {
 public:
  Pushing(const Workspace& workspace, const PushRequest& request, Host& host)
      : request_(request),
        host_(host),
        project_(open_project(workspace, host)),
        author_(checked(project_)),
        view_(reach_target(project_, target(request), request.network)),
        objects_(project_.objects(&view_.repository)),
        records_(workspace, host),
        pack_(view_.repository.new_pack(host)) {}

  PushReport run() {
    describe_place();
    plan();
    report_.already_there = contribution_.already_there;
    report_.warnings = contribution_.warnings;
    report_.conflicts = contribution_.conflicts;
    for (const auto& [path, file] : contribution_.files) report_.changes.push_back(file.change);
    if (!report_.conflicts.empty()) return ended(PushResult::conflicts);
    if (contribution_.files.empty()) return close_what_landed();
    make_commit();
    name_branch();
    if (request_.as_patch) return as_patch();
    if (request_.dry_run == DryRun::yes) return ended(PushResult::planned);
    if (request_.confirm && !request_.confirm(report_)) return ended(PushResult::declined);
    send();
    return std::move(report_);
  }

 private:
  static git::Identity checked(const Project& project) {
    static_cast<void>(require_lock(project));
    return require_identity(project);
  }
  static std::optional<BranchName> target(const PushRequest& request) {
    return request.target.empty() ? std::nullopt : std::optional(BranchName(request.target));
  }

  PushReport ended(PushResult result) {
    report_.result = result;
    return std::move(report_);
  }

  void describe_place() {
    report_.url = project_.config.url.str();
    report_.target = view_.branch;
    report_.base = view_.point;
    for (const char* name : {"CONTRIBUTING.md", ".github/CONTRIBUTING.md", "docs/CONTRIBUTING.md"})
      if (report_.contributing.empty() && has_file(name)) report_.contributing = name;
  }

  [[nodiscard]] bool has_file(const std::string& path) const {
    const std::size_t slash = path.rfind('/');
    const auto folder = slash == path.npos ? std::optional(view_.root)
                                           : git::subtree_at(objects_, view_.root, path.substr(0, slash));
    return folder && git::blob_in(objects_, *folder, path.substr(slash == path.npos ? 0 : slash + 1));
  }

  /// What is chosen, and with it all that is in the contribution which that goes on.
  void plan() {
    contribution_ = plan_contribution(project_, view_, objects_, request_, {});
    earlier_ = find_earlier();
    if (!earlier_ || request_.paths.empty()) return;
    std::vector<RelPath> also;
    for (const auto& [path, version] : earlier_->files) also.push_back(path);
    contribution_ = plan_contribution(project_, view_, objects_, request_, also);
  }

  [[nodiscard]] bool is_meant(const ContributionRecord& record) const {
    if (record.state == State::closed || record.target != report_.target || record.url != report_.url)
      return false;
    if (!request_.branch.empty()) return record.branch == request_.branch;
    return std::ranges::any_of(contribution_.files,
                               [&](const auto& file) { return record.files.contains(file.first); });
  }

  [[nodiscard]] std::optional<ContributionRecord> find_earlier() const {
    std::optional<ContributionRecord> found;
    for (const ContributionRecord& record : records_.all()) {
      if (!is_meant(record)) continue;
      if (found)
        throw Error(ErrorCode::confirmation_needed,
                    fmt::format("this is part of two open contributions, '{}' and '{}'", found->branch,
                                record.branch),
                    {{Recovery::choose_branch, found->branch}});
      found = record;
    }
    return found;
  }

  [[nodiscard]] std::string prefix() const {
    return project_.config.subtree.empty() ? "" : project_.config.subtree + "/";
  }

  Oid make_tree() {
    std::map<std::string, std::optional<Version>> changes;
    for (const auto& [path, file] : contribution_.files) {
      if (file.after) pack_.blob(file.bytes);
      changes[prefix() + path.str()] = file.after;
    }
    return git::edited_tree(pack_, objects_, view_.root, changes);
  }

  /// When the newest of the files was written, so that the same contribution is the same commit in every run;
  /// not before the commit that it stands on.
  [[nodiscard]] std::chrono::sys_seconds date() const {
    using std::chrono::seconds;
    auto newest = view_.point.date.value_or(std::chrono::sys_seconds());
    for (const auto& [path, file] : contribution_.files) {
      const auto info = host_.files.info(project_.folder.root(), project_.tree.join(file.change.here).str());
      if (file.after && info)
        newest = std::max(newest, std::chrono::sys_seconds(std::chrono::floor<seconds>(
                                      std::chrono::nanoseconds(info->mtime_ns))));
    }
    return std::min(newest, std::chrono::floor<seconds>(host_.now()));
  }

  [[nodiscard]] std::string message() const {
    if (!request_.message.empty()) return request_.message;
    if (earlier_ && objects_.contains(earlier_->commit))
      return git::read_commit(objects_, earlier_->commit).message;
    return subject_for(contribution_.files);
  }

  void make_commit() {
    const Oid tree = make_tree();
    const std::string text = message();
    report_.updates = earlier_.has_value();
    report_.change_id =
        earlier_ ? earlier_->change_id : make_change_id(view_.point.commit, tree, text, author_);
    const bool signs_off = request_.signoff.value_or(project_.config.contribute.signoff);
    git::CommitDraft draft{tree,
                           {view_.point.commit},
                           author_,
                           author_,
                           date(),
                           with_trailers(text, report_.change_id, signs_off ? &author_ : nullptr)};
    commit_ = same_as_earlier(draft) ? earlier_->commit : pack_.commit(draft);
    const std::string subject = draft.message.substr(0, draft.message.find('\n'));
    report_.commits.push_back({commit_, author_.name, author_.email, subject, draft.message, draft.date});
    for (const auto& [path, file] : contribution_.files) {
      DiffFile shown{path, std::nullopt, file.change.kind, file.before, file.after};
      git::diff_text(file.before ? objects_.blob(file.before->blob) : "", file.bytes, 3, shown);
      report_.diff.push_back(std::move(shown));
    }
  }

  /// Whether only the time of writing differs.
  [[nodiscard]] bool same_as_earlier(const git::CommitDraft& draft) const {
    if (!earlier_ || !objects_.contains(earlier_->commit)) return false;
    const git::CommitInfo made = git::read_commit(objects_, earlier_->commit);
    return made.tree == draft.tree && made.parents == draft.parents && made.message == draft.message &&
           made.author == draft.author.name && made.email == draft.author.email;
  }

  void name_branch() {
    if (!request_.branch.empty()) {
      report_.branch = branch_name(request_.branch, author_, report_.commits.front().subject);
    } else if (earlier_) {
      report_.branch = earlier_->branch;
    } else {
      report_.branch =
          branch_name(project_.config.contribute.branch, author_, report_.commits.front().subject);
    }
    if (report_.branch == report_.target)
      throw Error(ErrorCode::usage,
                  fmt::format("'{}' is the branch that it is meant for, not one to propose it on",
                              report_.branch),
                  {{Recovery::choose_branch, report_.branch}});
  }

  PushReport as_patch() {
    report_.mailbox = git::email_of(pack_, commit_, 1, 1);
    return ended(PushResult::patch);
  }

  [[nodiscard]] ContributionRecord record(State state, const std::optional<Oid>& before) const {
    ContributionRecord made{report_.change_id,
                            state,
                            report_.url,
                            report_.branch,
                            report_.target,
                            commit_,
                            before,
                            report_.commits.front().subject,
                            std::chrono::floor<std::chrono::seconds>(host_.now())};
    for (const auto& [path, file] : contribution_.files) made.files.emplace(path, file.after);
    return made;
  }

  void send() {
    const std::string kept =
        fmt::format("refs/ddx/{}/contributions/{}", project_.workspace.project, report_.change_id);
    pack_.publish();
    view_.repository.keep_as(kept, commit_, host_);
    std::optional<Oid> before = earlier_ ? std::optional(earlier_->commit) : std::nullopt;
    git::PushAnswer answer = offer(kept, before);
    const bool may_be_unsent = earlier_ && earlier_->state == State::sending;
    if (answer.result == git::PushAnswer::Result::moved && may_be_unsent && answer.found == earlier_->before)
      answer = offer(kept, earlier_->before);
    const std::string first_name = report_.branch;
    const bool may_rename = !earlier_ && request_.branch.empty();
    for (int i = 2; may_rename && answer.result == git::PushAnswer::Result::moved && i <= most_names; ++i) {
      report_.branch = fmt::format("{}-{}", first_name, i);
      answer = offer(kept, std::nullopt);
    }
    judge(answer);
  }

  git::PushAnswer offer(const std::string& kept, const std::optional<Oid>& expected) {
    records_.put(record(State::sending, expected));
    return view_.repository.push({kept, heads + report_.branch, commit_, expected}, project_.fetch_options(),
                                 host_);
  }

  void judge(const git::PushAnswer& answer) {
    using Result = git::PushAnswer::Result;
    report_.said = answer.said;
    if (answer.result == Result::moved) throw_moved(answer);
    if (answer.result == Result::refused) throw_refused(answer);
    records_.put(record(State::sent, answer.found));
    audit_change(project_, "push",
                 fmt::format("{} to branch {} for {}, {} file{}", commit_.short_str(), report_.branch,
                             report_.target, report_.changes.size(), report_.changes.size() == 1 ? "" : "s"));
    report_.result = answer.result == Result::was_there ? PushResult::unchanged : PushResult::pushed;
  }

  [[noreturn]] void throw_moved(const git::PushAnswer& answer) {
    if (earlier_) records_.put(*earlier_);
    const std::string what = answer.found ? fmt::format("holds {} now", answer.found->short_str())
                                          : std::string("is not there any more");
    throw Error(ErrorCode::branch_moved,
                fmt::format("the branch '{}' {}, which is not what was left there", report_.branch, what),
                {{Recovery::choose_branch, report_.branch}});
  }

  [[noreturn]] void throw_refused(const git::PushAnswer& answer) {
    if (earlier_) records_.put(*earlier_);
    if (!answer.said.empty()) host_.events.note(answer.said);
    throw Error(ErrorCode::push_refused,
                fmt::format("'{}' does not take the branch '{}': {}", report_.url, report_.branch,
                            answer.reason),
                {{Recovery::tell_upstream}});
  }

  /// Nothing is left to send: contributions of which upstream has everything by now are over.
  PushReport close_what_landed() {
    if (request_.dry_run == DryRun::yes || request_.as_patch) return ended(PushResult::nothing);
    for (ContributionRecord open : records_.all()) {
      if (open.state == State::closed || open.target != report_.target) continue;
      const bool landed = std::ranges::all_of(open.files, [&](const auto& file) {
        return has_at_target(file.first, file.second);
      });
      if (!landed) continue;
      open.state = State::closed;
      records_.put(std::move(open));
    }
    return ended(PushResult::nothing);
  }

  [[nodiscard]] bool has_at_target(const RelPath& path, const std::optional<Version>& version) const {
    const auto folder = git::subtree_at(objects_, view_.tree, path.parent());
    const auto blob = folder ? git::blob_in(objects_, *folder, path.name()) : std::nullopt;
    return version ? blob == version->blob : !blob;
  }

  const PushRequest& request_;
  Host& host_;
  Project project_;
  git::Identity author_;
  UpstreamView view_;
  git::Objects objects_;
  ContributionRecords records_;
  git::PackWriter pack_;
  PushReport report_;
  Contribution contribution_;
  std::optional<ContributionRecord> earlier_;
  Oid commit_;
};

}  // namespace

std::string_view to_string(PushResult result) {
  switch (result) {
    case PushResult::nothing:
      return "nothing";
    case PushResult::planned:
      return "planned";
    case PushResult::declined:
      return "declined";
    case PushResult::conflicts:
      return "conflicts";
    case PushResult::pushed:
      return "pushed";
    case PushResult::unchanged:
      return "unchanged";
    case PushResult::patch:
      return "patch";
  }
  return {};
}

PushReport push(const Workspace& workspace, const PushRequest& request, Host& host) {
  if (request.dry_run == DryRun::yes || request.as_patch) {
    report_pending(workspace, host);
    refuse_while_open(workspace, host);
    return Pushing(workspace, request, host).run();
  }
  const WriterLock writer = begin_changes(workspace, host);
  refuse_while_open(workspace, host);
  return Pushing(workspace, request, host).run();
}

}  // namespace ddx
