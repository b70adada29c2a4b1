#include "ddx/init.hpp"

#include <fmt/format.h>

#include "base/time.hpp"
#include "config/config_text.hpp"
#include "config/config_writer.hpp"
#include "config/git_environment.hpp"
#include "config/settings.hpp"
#include "ddx/error.hpp"
#include "git/discover.hpp"
#include "git/tree.hpp"
#include "sync/begin_changes.hpp"
#include "sync/disk_plan.hpp"
#include "sync/execute_pull.hpp"
#include "sync/open_conflicts.hpp"

namespace ddx {

namespace {

constexpr const char* config_name = ".ddx.yml";
constexpr const char* lock_name = ".ddx.lock";

/// The workspace at `folder`; makes a repository first where that was asked for.
Workspace find_or_make(const std::filesystem::path& folder, const InitRequest& request, Host& host,
                       bool* made) {
  try {
    return Workspace::at(folder, host);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_a_repository || !request.git_init) throw;
  }
  if (request.dry_run == DryRun::yes)
    throw Error(ErrorCode::usage, "a dry run does not make a repository, and there is none here yet",
                {{Recovery::git_init}});
  git::ProjectRepository::create(folder);
  *made = true;
  return Workspace::at(folder, host);
}

std::optional<std::string> existing_config(const Workspace& workspace, Host& host) {
  return read_file(host.files, host.files.open_root(workspace.project_root), config_name);
}

/// A project inside another one's local tree would be overwritten by that one's pulls.
void refuse_inside_local_tree(const Workspace& workspace, Host& host) {
  std::optional<Workspace> around;
  try {
    around = Workspace::find(workspace.project_root, host);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::no_config) return;
    throw;
  }
  if (around->project_root == workspace.project_root) return;
  const auto tree = around->project_root / load_config(*around, host).path;
  const std::string relative = workspace.project_root.lexically_relative(tree).generic_string();
  if (!relative.starts_with(".."))
    throw Error(ErrorCode::usage,
                fmt::format("'{}' belongs to the local tree of the project in '{}'",
                            workspace.project_root.string(), around->project_root.string()));
}

std::string config_text(const std::optional<std::string>& existing, const InitRequest& request,
                        const std::string& url, const Follow& follow) {
  if (!existing) return new_config_text(request, url, follow);
  if (!is_ddx_config(YamlDocument(*existing, config_name)))  // another tool's: its keys stay
    return *existing + (existing->ends_with('\n') ? "\n" : "\n\n") + new_config_text(request, url, follow);
  return request.reconfigure ? reconfigured_text(*existing, request, url, follow) : *existing;
}

/// The lock that HEAD holds: the best evidence when the one on disk is damaged.
std::optional<Lock> lock_in_head(const Project& project) {
  const git::Head head = project.repository.head();
  if (!head.commit) return std::nullopt;
  const git::Objects objects = project.objects(nullptr);
  const std::string& prefix = project.workspace.prefix;
  const auto folder = git::subtree_at(objects, git::read_commit(objects, *head.commit).tree,
                                      prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1));
  const auto blob = folder ? git::blob_in(objects, *folder, lock_name) : std::nullopt;
  if (!blob) return std::nullopt;
  try {
    return parse_lock(objects.blob(*blob), "HEAD:" + prefix + lock_name);
  } catch (const Error& error) {
    project.host.events.warning(fmt::format("the lock in HEAD is no help either: {}", error.what()));
    return std::nullopt;
  }
}

bool was_fetched(const Project& project) {
  const auto upstream = project.known_upstream();
  return upstream && upstream->last_fetch(project.workspace.project);
}

void write_config_only(Project& project, const std::string& text, InitReport& report) {
  const git::Objects objects = project.objects(nullptr);
  git::PackWriter pack = project.new_pack();
  OperationDraft draft;
  draft.id = make_ulid(project.host.now(), project.host.random());
  draft.kind = "init";
  draft.summary = "offline, not yet pulled";
  const Here config = project.folder.look(config_path());
  const auto before = config.occupant == Occupant::file ? std::optional(config.file) : std::nullopt;
  if (auto effect = text_effect(config_path(), before, text)) draft.effects.push_back(std::move(*effect));
  Lock lock = project.lock.value_or(Lock{});
  lock.url = project.config.url.str();
  lock.ref = describe(project.config.follow);
  lock.subtree = project.config.subtree;
  if (auto effect = text_effect(lock_path(), project.lock_file(), write_lock(lock)))
    draft.effects.push_back(std::move(*effect));
  report.pull.operation = draft.id;
  report.pull.snapshot = snapshot_name(draft.id);
  report.not_yet_pulled = true;
  if (!draft.effects.empty()) run_operation(project, objects, pack, std::move(draft));
}

void pull_everything(Project& project, const InitRequest& request, const std::optional<std::string>& existing,
                     InitReport& report) {
  UpstreamView view = reach_upstream(project, std::nullopt, request.network);
  if (std::holds_alternative<DefaultBranch>(project.config.follow) && !view.branch.empty())
    project.config.follow = view.follow = BranchName(view.branch);
  report.follow = project.config.follow;
  const std::string text = config_text(existing, request, report.url, project.config.follow);
  PullRequest pull;
  pull.commit = request.commit;
  pull.dry_run = request.dry_run;
  pull.network = request.network;
  pull.assume_yes = request.assume_yes;
  pull.message = fmt::format("ddx: connect {} to {}", project.config.path, view.point.version);
  const git::Objects objects = project.objects(&view.repository);
  PullPlan plan = plan_pull(project, view, objects, pull);
  report.pull = execute_pull(project, view, objects, std::move(plan), pull, {"init", text});
}

/// Bases belong to files. Where these are still at the old place, all of them would count as deleted at the
/// new one.
void refuse_unmoved_tree(Project& project, const Config& before) {
  if (before.path == project.config.path || !project.lock || project.lock->files.empty()) return;
  if (project.folder.look(project.tree).occupant != Occupant::nothing) return;
  if (project.folder.look(RelPath::parse(before.path)).occupant != Occupant::folder) return;
  throw Error(
      ErrorCode::usage,
      fmt::format("the local tree is in '{}', and nothing is in '{}' yet", before.path, project.config.path),
      {{Recovery::see_help, "init"}});
}

/// What the request leaves open stays as it is configured.
InitRequest completed(InitRequest request, const Config& before) {
  if (request.subtree.empty()) request.subtree = before.subtree;
  if (request.path == InitRequest{}.path) request.path = before.path;
  return request;
}

/// What an init that failed had fetched. Its own error is what counts.
void remove_upstream(const Workspace& workspace, Host& host) {
  try {
    const auto folder = workspace.upstream_repository();
    remove_own_tree(host.files, host.files.open_root(folder.parent_path()), folder.filename().string());
  } catch (const std::exception& error) {
    host.events.warning(fmt::format("cannot remove what was fetched: {}", error.what()));
  }
}

InitReport init_at(const Workspace& workspace, InitRequest request, Host& host) {
  refuse_foreign_index(workspace, host);
  refuse_inside_local_tree(workspace, host);
  refuse_while_open(workspace, host);
  const auto existing = existing_config(workspace, host);
  const bool configured = existing && is_ddx_config(YamlDocument(*existing, workspace.prefix + config_name));
  if (configured && !request.reconfigure && !request.repair)
    throw Error(ErrorCode::already_initialised,
                fmt::format("'{}' is connected to an upstream already", workspace.project_root.string()),
                {{Recovery::reconfigure}, {Recovery::repair_lock}});
  std::optional<Config> before;
  if (configured) {
    before = load_config(workspace, host);
    request = completed(std::move(request), *before);
  }
  if (!request.url && !before)
    throw Error(ErrorCode::usage, "there is no upstream to connect to", {{Recovery::name_the_url}});
  InitReport report{
      workspace, request.url.value_or(before ? before->url.str() : std::string()), request.follow, {}};
  const bool keep_follow = before && std::holds_alternative<DefaultBranch>(request.follow);
  report.follow = keep_follow ? before->follow : request.follow;
  report.url = UpstreamUrl::parse(report.url).str();

  const std::string text = config_text(existing, request, report.url, report.follow);
  Project project(workspace, host, config_from_text(text, workspace.prefix + config_name, host),
                  request.repair ? ReadLock::no : ReadLock::yes);
  if (request.repair) project.lock = lock_in_head(project);
  if (before) refuse_unmoved_tree(project, *before);
  project.full_history = request.full_history;
  report.path = project.config.path;
  if (request.network == Network::offline && !was_fetched(project)) {
    if (request.dry_run == DryRun::no) write_config_only(project, text, report);
  } else {
    pull_everything(project, request, existing, report);
  }
  return report;
}

}  // namespace

InitReport init(const std::filesystem::path& folder, const InitRequest& request, Host& host) {
  bool made = false;
  const Workspace workspace = find_or_make(folder, request, host, &made);
  std::optional<WriterLock> writer;
  if (request.dry_run == DryRun::no) writer = begin_changes(workspace, host);
  const bool had_upstream = std::filesystem::exists(workspace.upstream_repository());
  try {
    InitReport report = init_at(workspace, request, host);
    report.made_repository = made;
    return report;
  } catch (const std::exception&) {
    if (writer && !had_upstream) remove_upstream(workspace, host);
    throw;
  }
}

}  // namespace ddx
