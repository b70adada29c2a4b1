#include "ddx/push.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ddx/error.hpp"
#include "git/email.hpp"
#include "git/signing.hpp"
#include "git/tree.hpp"
#include "sync/begin_changes.hpp"
#include "sync/contribution_commit.hpp"
#include "sync/contribution_text.hpp"
#include "sync/offered.hpp"
#include "sync/open_conflicts.hpp"
#include "sync/outgoing_checks.hpp"
#include "sync/proposal.hpp"
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

/// The work on one contribution, from what is customized here to the request that proposes it.
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
        pack_(view_.repository.new_pack(host)),
        proposal_(project_, request, host) {}

  PushReport run() {
    describe_place();
    plan();
    report_.already_there = contribution_.already_there;
    report_.warnings = contribution_.warnings;
    report_.conflicts = contribution_.conflicts;
    for (const auto& [path, file] : contribution_.files) report_.changes.push_back(file.change);
    if (!report_.conflicts.empty()) return ended(PushResult::conflicts);
    if (contribution_.files.empty()) return close_what_landed();
    make();
    if (!report_.checks.passed()) return ended(PushResult::checks_failed);
    if (request_.as_patch) return as_patch();
    if (request_.dry_run == DryRun::yes) return ended(PushResult::planned);
    if (request_.confirm && !request_.confirm(report_)) return ended(PushResult::declined);
    sign();
    send();
    propose();
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
    if (!earlier_) return;
    proposal_.go_on_at(earlier_->url);
    if (request_.paths.empty()) return;
    std::vector<RelPath> also;
    for (const auto& [path, version] : earlier_->files) also.push_back(path);
    contribution_ = plan_contribution(project_, view_, objects_, request_, also);
  }

  [[nodiscard]] bool is_meant(const ContributionRecord& record) const {
    if (record.state == State::closed || record.target != report_.target ||
        record.upstream != project_.config.url.str())
      return false;
    if (!request_.branch.empty()) return record.branch == request_.branch;
    return std::ranges::any_of(contribution_.files,
                               [&](const auto& file) { return record.files.contains(file.first); });
  }

  /// Whether upstream's maintainers decided about it: what is customized now is something new then.
  [[nodiscard]] bool is_over(const ContributionRecord& record) const {
    const auto request = proposal_.look_up(record);
    return request && request->state != hosting::ReviewRequest::State::open;
  }

  [[nodiscard]] std::optional<ContributionRecord> find_earlier() {
    std::optional<ContributionRecord> found;
    for (ContributionRecord record : std::vector(records_.all())) {
      if (!is_meant(record)) continue;
      if (is_over(record)) {
        close(std::move(record));
        continue;
      }
      if (found)
        throw Error(ErrorCode::confirmation_needed,
                    fmt::format("this is part of two open contributions, '{}' and '{}'", found->branch,
                                record.branch),
                    {{Recovery::choose_branch, found->branch}});
      found = std::move(record);
    }
    return found;
  }

  void close(ContributionRecord record) {
    if (request_.dry_run == DryRun::yes || request_.as_patch) return;
    record.state = State::closed;
    records_.put(std::move(record));
  }

  void make() {
    const bool signs_off = request_.signoff.value_or(project_.config.contribute.signoff);
    draft_ = make_commit(
        {project_, view_, objects_, contribution_, earlier_, author_, request_.message, signs_off}, pack_);
    commit_ = draft_.commit.id;
    report_.updates = earlier_.has_value();
    report_.change_id = draft_.change_id;
    report_.diff = std::move(draft_.diff);
    report_.title = request_.title.empty() ? draft_.commit.subject : request_.title;
    report_.body =
        request_.body.empty() ? body_for(draft_.commit.message, contribution_.files) : request_.body;
    report_.commits.push_back(draft_.commit);
    name_branch();
    OutgoingChecks checks =
        check_contribution(project_, view_, objects_, contribution_, report_, request_.allow);
    report_.checks = std::move(checks.report);
    report_.notes = std::move(checks.notes);
    report_.url = proposal_.url();
    report_.is_fork = proposal_.is_fork();
    report_.request = proposal_.planned(text());
  }

  [[nodiscard]] ProposedText text() const {
    return {report_.title, report_.body, report_.branch, report_.target};
  }

  void name_branch() {
    const std::string& subject = report_.commits.front().subject;
    if (!request_.branch.empty()) {
      report_.branch = branch_name(request_.branch, author_, subject);
    } else if (earlier_) {
      report_.branch = earlier_->branch;
    } else {
      report_.branch = branch_name(project_.config.contribute.branch, author_, subject);
    }
    if (report_.branch == report_.target && !report_.is_fork)
      throw Error(
          ErrorCode::usage,
          fmt::format("'{}' is the branch that it is meant for, not one to propose it on", report_.branch),
          {{Recovery::choose_branch, report_.branch}});
  }

  /// As git's settings want it. Before anything leaves the machine, so that a missing key is no half push.
  void sign() {
    if (draft_.was_made || !git::wants_signatures(*project_.user_settings)) return;
    pack_.publish();
    commit_ = git::signed_commit(
        draft_.draft, {project_.workspace.worktree_root, view_.repository.objects_folder()}, host_);
    report_.commits.front().id = commit_;
  }

  PushReport as_patch() {
    report_.request.reset();
    report_.mailbox = git::email_of(pack_, commit_, 1, 1);
    return ended(PushResult::patch);
  }

  [[nodiscard]] ContributionRecord record(State state, const std::optional<Oid>& before) const {
    ContributionRecord made;
    made.change_id = report_.change_id;
    made.state = state;
    made.upstream = project_.config.url.str();
    made.url = report_.url;
    made.branch = report_.branch;
    made.target = report_.target;
    made.commit = commit_;
    made.before = before;
    made.title = report_.title;
    made.date = std::chrono::floor<std::chrono::seconds>(host_.now());
    for (const auto& [path, file] : contribution_.files) made.files.emplace(path, file.after);
    if (earlier_) made.request = earlier_->request;
    return made;
  }

  void send() {
    proposal_.make_place();
    report_.url = proposal_.url();
    const std::string kept =
        fmt::format("refs/ddx/{}/contributions/{}", project_.workspace.project, report_.change_id);
    pack_.publish();
    view_.repository.keep_as(kept, commit_, host_);
    const std::optional<Oid> before = earlier_ ? std::optional(earlier_->commit) : std::nullopt;
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
    return view_.repository.push(
        {kept, heads + report_.branch, commit_, expected, proposal_.options_for(text())},
        proposal_.push_options(), host_);
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
    note_offered(project_, contribution_);
  }

  /// The branch is there: what fails from here on leaves a contribution that the next push goes on with.
  void propose() {
    const std::int64_t known = earlier_ ? earlier_->request.number : 0;
    const bool rewords = !request_.message.empty() || !request_.title.empty() || !request_.body.empty();
    try {
      report_.request = proposal_.propose(text(), known, rewords);
    } catch (const Error& error) {
      throw error.with(Aftermath::branch_pushed);
    }
    if (!report_.request || report_.request->number == 0) return;
    ContributionRecord sent = record(State::sent, commit_);
    sent.request = {report_.request->number, report_.request->url};
    records_.put(std::move(sent));
  }

  [[noreturn]] void throw_moved(const git::PushAnswer& answer) {
    forget_try();
    const std::string what = answer.found ? fmt::format("holds {} now", answer.found->short_str())
                                          : std::string("is not there any more");
    throw Error(ErrorCode::branch_moved,
                fmt::format("the branch '{}' {}, which is not what was left there", report_.branch, what),
                {{Recovery::choose_branch, report_.branch}});
  }

  [[noreturn]] void throw_refused(const git::PushAnswer& answer) {
    forget_try();
    if (!answer.said.empty()) host_.events.note(answer.said);
    throw Error(
        ErrorCode::push_refused,
        fmt::format("'{}' does not take the branch '{}': {}", report_.url, report_.branch, answer.reason),
        {{Recovery::tell_upstream}});
  }

  /// The server has said that it did not take it.
  void forget_try() {
    if (earlier_) {
      records_.put(*earlier_);
    } else {
      records_.remove(report_.change_id);
    }
  }

  /// Nothing is left to send: contributions of which upstream has everything by now are over.
  PushReport close_what_landed() {
    report_.url = proposal_.url();
    for (ContributionRecord open : std::vector(records_.all())) {
      if (open.state == State::closed || open.target != report_.target) continue;
      const bool landed = std::ranges::all_of(
          open.files, [&](const auto& file) { return has_at_target(file.first, file.second); });
      if (!landed) continue;
      open.landed = true;
      close(std::move(open));
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
  Proposal proposal_;
  PushReport report_;
  Contribution contribution_;
  std::optional<ContributionRecord> earlier_;
  MadeCommit draft_;
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
    case PushResult::checks_failed:
      return "checks-failed";
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
