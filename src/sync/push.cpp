#include "ddx/push.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "ddx/error.hpp"
#include "git/email.hpp"
#include "git/signing.hpp"
#include "git/tree.hpp"
#include "lines/text_merge.hpp"
#include "sync/begin_changes.hpp"
#include "sync/contribution_commit.hpp"
#include "sync/contribution_steps.hpp"
#include "sync/contribution_text.hpp"
#include "sync/lost_contribution.hpp"
#include "sync/offered.hpp"
#include "sync/open_conflicts.hpp"
#include "sync/open_contributions.hpp"
#include "sync/outgoing_checks.hpp"
#include "sync/proposal.hpp"
#include "sync/sending.hpp"
#include "sync/snapshot_project.hpp"

namespace ddx {

namespace {

git::Identity require_identity(const Project& project) {
  if (auto identity = project.repository.identity()) return *identity;
  throw Error(ErrorCode::no_identity,
              "git does not know who contributes here: user.name or user.email is not set",
              {{Recovery::set_identity}});
}

/// Otherwise what was customized on top of one upstream would be sent to another that may know nothing of it.
void require_same_upstream(const Project& project) {
  const Lock& lock = require_lock(project);
  if (lock.url == project.config.url.str()) return;
  throw Error(ErrorCode::other_upstream,
              fmt::format("the configuration follows '{}', and what is here is from '{}'",
                          project.config.url.str(), lock.url),
              {{Recovery::pull_first}});
}

/// The work on one contribution, from what is customized here to the request that proposes it.
class Pushing {
 public:
  Pushing(const Workspace& workspace, const PushRequest& request, Host& host)
      : request_(request),
        host_(host),
        project_(open_project(workspace, host)),
        pusher_(checked(project_)),
        view_(reach_target(project_, target(request), request.network)),
        objects_(project_.objects(&view_.repository)),
        records_(workspace, host),
        pack_(view_.repository.new_pack(host)),
        proposal_(project_, request, host),
        planner_(project_, view_, objects_, request.network),
        open_(OpenContributions::Parts{project_, request, proposal_, records_, view_, objects_}) {}

  PushReport run() {
    describe_place();
    plan();
    report_.already_there = contribution_.already_there;
    report_.warnings = contribution_.warnings;
    report_.conflicts = contribution_.conflicts;
    for (const auto& [path, file] : contribution_.files) report_.changes.push_back(file.change);
    if (!report_.conflicts.empty()) return ended(PushResult::conflicts);
    if (contribution_.files.empty())
      return chose_nothing_ ? ended(PushResult::declined) : close_what_landed();
    make();
    if (!report_.checks.passed()) return ended(PushResult::checks_failed);
    if (request_.as_patch) return as_patch();
    if (request_.dry_run == DryRun::yes) return ended(PushResult::planned);
    if (request_.confirm && !request_.confirm(report_)) return ended(PushResult::declined);
    sign();
    send();
    return std::move(report_);
  }

 private:
  static git::Identity checked(const Project& project) {
    require_same_upstream(project);
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
    contribution_ = planner_.plan(request_.paths, {});
    const std::set<RelPath> offered = choose();
    earlier_ = open_.find(contribution_);
    if (!earlier_ && contribution_.conflicts.empty() && !request_.as_patch) find_lost_one();
    if (earlier_) go_on(offered);
  }

  /// The name of its branch is only known when the commits are made.
  void find_lost_one() {
    if (!may_be_lost(*project_.lock, contribution_)) return;
    make();
    earlier_ =
        find_lost({project_, view_, objects_, proposal_, report_.branch, report_.target}, contribution_);
    report_.commits.clear();
    if (!earlier_) warn_of_unknown_one();
  }

  void warn_of_unknown_one() {
    const auto has_any = [&](const ContributionRecord& record) {
      return std::ranges::any_of(contribution_.files,
                                 [&](const auto& file) { return record.files.contains(file.first); });
    };
    if (std::ranges::any_of(records_.all(), has_any)) return;  // it is one of ours, which is over
    contribution_.warnings.push_back(
        "'.ddx.lock' notes a contribution of these files that this clone does not know; to go on with it, "
        "name "
        "its branch or its message again: --branch, -m");
  }

  /// \param offered  what was chosen from
  void go_on(const std::set<RelPath>& offered) {
    proposal_.go_on_at(earlier_->url);
    if (request_.paths.empty()) return;
    std::vector<RelPath> also;
    for (const auto& [path, version] : earlier_->files) also.push_back(path);
    Contribution more = planner_.plan(request_.paths, also);
    for (const RelPath& path : offered) more.files.erase(path);
    contribution_.conflicts = std::move(more.conflicts);
    contribution_.already_there = std::move(more.already_there);
    contribution_.files.merge(more.files);
  }

  /// Leaves out what somebody does not want to send. \returns what could be chosen from
  std::set<RelPath> choose() {
    std::set<RelPath> offered;
    std::vector<OfferedFile> files;
    for (const auto& [path, file] : contribution_.files) offered.insert(path);
    if (!request_.choose || offered.empty() || !contribution_.conflicts.empty()) return offered;
    for (const auto& [path, file] : contribution_.files)
      files.push_back({file.change, file.before ? objects_.blob(file.before->blob) : "", file.bytes,
                       diff_of(objects_, path, file)});
    const std::vector<ChosenPart> parts = request_.choose(files);
    std::map<RelPath, ContributedFile> chosen;
    auto part = parts.begin();
    for (auto& [path, file] : contribution_.files)
      if (take(*part++, file)) chosen.emplace(path, std::move(file));
    contribution_.files = std::move(chosen);
    chose_nothing_ = contribution_.files.empty();
    return offered;
  }

  /// \returns whether anything of the file is sent
  static bool take(const ChosenPart& part, ContributedFile& file) {
    if (part.take == ChosenPart::Take::nothing) return false;
    if (part.take == ChosenPart::Take::everything || !file.after) return true;
    if (file.apart) {  // what was left out goes from it too
      const TextMerge merge = merge_text(file.bytes, part.bytes, *file.apart, {});
      file.apart = merge.bytes;
    }
    file.bytes = part.bytes;
    file.after->blob = git::hash_blob(file.bytes);
    return file.after != file.before;
  }

  void make() {
    steps_ = request_.keep_history ? in_steps_of_history(project_, objects_, planner_, contribution_)
                                   : in_one_step(contribution_);
    report_.warnings.insert(report_.warnings.end(), steps_.warnings.begin(), steps_.warnings.end());
    const bool signs_off = request_.signoff.value_or(project_.config.contribute.signoff);
    made_ = make_commits(
        {project_, view_, objects_, contribution_, steps_, earlier_, pusher_, request_.message, signs_off},
        pack_);
    report_.updates = earlier_.has_value();
    report_.change_id = made_.change_id;
    report_.diff = std::move(made_.diff);
    report_.commits = made_.commits;
    report_.title = request_.title.empty() ? subject() : request_.title;
    report_.body = request_.body.empty() ? body() : request_.body;
    name_branch();
    OutgoingChecks checks =
        check_contribution(project_, view_, objects_, contribution_, steps_, report_, request_.allow);
    report_.checks = std::move(checks.report);
    report_.notes = std::move(checks.notes);
    report_.url = proposal_.url();
    report_.is_fork = proposal_.is_fork();
    report_.request = proposal_.planned(text());
  }

  /// What the contribution as a whole is called.
  [[nodiscard]] std::string subject() const {
    if (report_.commits.size() == 1) return report_.commits.front().subject;
    if (!request_.message.empty()) return request_.message.substr(0, request_.message.find('\n'));
    return earlier_ ? earlier_->title : report_.commits.back().subject;
  }

  [[nodiscard]] std::string body() const {
    if (report_.commits.size() == 1) return body_for(report_.commits.front().message, contribution_.files);
    return request_.message.find('\n') == std::string::npos ? list_of(report_.commits)
                                                            : body_for(request_.message, contribution_.files);
  }

  [[nodiscard]] ProposedText text() const {
    return {report_.title, report_.body, report_.branch, report_.target};
  }

  void name_branch() {
    if (!request_.branch.empty()) {
      report_.branch = BranchName(request_.branch).str();
    } else if (earlier_) {
      report_.branch = earlier_->branch;
    } else {
      report_.branch = branch_name(project_.config.contribute.branch, pusher_, subject());
    }
    if (report_.branch == report_.target && !report_.is_fork)
      throw Error(
          ErrorCode::usage,
          fmt::format("'{}' is the branch that it is meant for, not one to propose it on", report_.branch),
          {{Recovery::choose_branch, report_.branch}});
  }

  /// As git's settings want it. Before anything leaves the machine, so that a missing key is no half push.
  void sign() {
    if (made_.were_made || !git::wants_signatures(*project_.user_settings)) return;
    pack_.publish();
    for (std::size_t i = 0; i < made_.drafts.size(); ++i) {
      git::CommitDraft draft = made_.drafts[i];
      if (i > 0) draft.parents = {report_.commits[i - 1].id};
      report_.commits[i].id = git::signed_commit(
          draft, {project_.workspace.worktree_root, view_.repository.objects_folder()}, host_);
    }
  }

  PushReport as_patch() {
    report_.request.reset();
    const std::size_t count = report_.commits.size();
    for (std::size_t i = 0; i < count; ++i)
      report_.mailbox += git::email_of(pack_, report_.commits[i].id, i + 1, count);
    return ended(PushResult::patch);
  }

  [[nodiscard]] ContributionRecord record() const {
    ContributionRecord made;
    made.change_id = report_.change_id;
    made.upstream = project_.config.url.str();
    made.url = report_.url;
    made.branch = report_.branch;
    made.target = report_.target;
    made.commit = report_.commits.back().id;
    made.title = report_.title;
    made.date = std::chrono::floor<std::chrono::seconds>(host_.now());
    if (earlier_) {
      made.request = earlier_->request;
      made.offers = earlier_->offers;
    }
    for (const auto& [path, file] : contribution_.files) {
      made.files.emplace(path, file.after);
      if (const auto offer = offer_of(file)) {
        auto& offers = made.offers[path];
        if (offers.empty() || offers.back() != *offer) offers.push_back(*offer);
      }
    }
    return made;
  }

  void send() {
    using Rename = Sending::Rename;
    proposal_.make_place();
    report_.url = proposal_.url();
    for (const auto& [path, file] : contribution_.files)
      if (file.apart) pack_.blob(*file.apart);
    pack_.publish();
    Sending sending({project_, view_.repository, proposal_, records_, host_}, record(), earlier_);
    const git::PushAnswer answer =
        sending.send(text(), !earlier_ && request_.branch.empty() ? Rename::yes : Rename::no);
    report_.said = answer.said;
    report_.branch = sending.record().branch;
    report_.result =
        answer.result == git::PushAnswer::Result::was_there ? PushResult::unchanged : PushResult::pushed;
    try {
      audit_change(project_, "push",
                   fmt::format("{} to branch {} for {}, {} file{}", sending.record().commit.short_str(),
                               report_.branch, report_.target, report_.changes.size(),
                               report_.changes.size() == 1 ? "" : "s"));
      note_offered(project_, contribution_);
      propose(sending);
    } catch (const Error&
                 error) {  // what fails from here on leaves a contribution that the next push goes on with
      throw error.with(Aftermath::branch_pushed);
    }
  }

  void propose(Sending& sending) {
    const std::int64_t known = earlier_ ? earlier_->request.number : 0;
    const bool rewords = !request_.message.empty() || !request_.title.empty() || !request_.body.empty();
    report_.request = proposal_.propose(text(), known, rewords);
    if (report_.request && report_.request->number != 0) sending.note(*report_.request);
  }

  /// Nothing is left to send: contributions of which upstream has everything by now are over.
  PushReport close_what_landed() {
    report_.url = proposal_.url();
    open_.close_landed(
        [this](const RelPath& path, const auto& version) { return has_at_target(path, version); });
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
  git::Identity pusher_;
  UpstreamView view_;
  git::Objects objects_;
  ContributionRecords records_;
  git::PackWriter pack_;
  Proposal proposal_;
  PushReport report_;
  ContributionPlanner planner_;
  OpenContributions open_;
  Contribution contribution_;
  std::optional<ContributionRecord> earlier_;
  bool chose_nothing_ = false;
  ContributionSteps steps_;
  MadeCommits made_;
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
