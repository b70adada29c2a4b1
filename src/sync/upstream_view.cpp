#include "sync/upstream_view.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "config/selection.hpp"
#include "ddx/error.hpp"
#include "git/tree.hpp"

namespace ddx {

namespace {

/// What a user typed after `--to`, most exact meaning first.
std::vector<Follow> meanings(const std::string& text) {
  if (Oid::parse(text)) return {CommitName(text)};
  return {BranchName(text), TagName(text)};
}

/// Fetches the first of these that there is.
git::Fetched fetch(git::UpstreamRepository& repository, Project& project, const std::string& record,
                   const std::vector<Follow>& wanted, Follow* followed) {
  git::FetchOptions options = project.fetch_options();
  std::vector<NextStep> what_exists;
  for (const Follow& meaning : wanted) {
    options.follow = *followed = meaning;
    try {
      return repository.fetch(record, options, project.host);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::ref_not_found || wanted.size() == 1) throw;
      if (what_exists.empty()) what_exists = error.steps();
    }
  }
  const std::string name = describe(wanted.front());
  throw Error(ErrorCode::ref_not_found,
              fmt::format("the upstream has no branch or tag '{}'", name.substr(name.find(' ') + 1)),
              what_exists);
}

/// Looks at the commit that `view` has by now.
void describe_point(Project& project, UpstreamView& view) {
  view.point.version = version_name(view.point.commit, view.branch, view.tags);
  const git::Objects objects = project.objects(&view.repository);
  const git::CommitInfo commit = git::read_commit(objects, view.point.commit);
  view.point.date = commit.commit_date;
  view.root = commit.tree;
  const auto tree = git::subtree_at(objects, commit.tree, project.config.subtree);
  if (!tree)
    throw Error(ErrorCode::subtree_not_found,
                fmt::format("upstream has no folder '{}' at {}", project.config.subtree, view.point.version),
                {{Recovery::fix_config, ".ddx.yml"}});
  view.tree = *tree;
}

void take(git::Fetched fetched, const Project& project, UpstreamView& view) {
  view.point.commit = fetched.commit;
  view.branch = std::move(fetched.branch);
  view.tags = std::move(fetched.tags);
  view.fetched_at = std::chrono::time_point_cast<std::chrono::seconds>(project.host.now());
}

void take(git::UpstreamRepository::LastFetch last, UpstreamView& view) {
  view.point.commit = last.commit;
  view.branch = std::move(last.branch);
  view.tags = std::move(last.tags);
  view.fetched_at = last.date;
}

}  // namespace

UpstreamView reach_upstream(Project& project, const std::optional<std::string>& to, Network network) {
  UpstreamView view{git::UpstreamRepository::open(project.workspace.upstream_repository(), project.host)};
  view.follow = project.config.follow;
  if (network == Network::online) {
    const std::vector<Follow> wanted = to ? meanings(*to) : std::vector<Follow>{project.config.follow};
    take(fetch(view.repository, project, project.workspace.project, wanted, &view.follow), project, view);
  } else {
    auto last = view.repository.last_fetch(project.workspace.project);
    if (!last || to)
      throw Error(
          ErrorCode::never_fetched,
          to ? fmt::format("'{}' cannot be looked up offline", *to) : "nothing was fetched from upstream yet",
          {{Recovery::go_online}});
    if (last->url != project.config.url.str())
      project.host.events.warning(fmt::format("what was fetched last is from '{}', not from '{}'", last->url,
                                              project.config.url.str()));
    take(std::move(*last), view);
  }
  describe_point(project, view);
  return view;
}

UpstreamView reach_target(Project& project, const std::optional<BranchName>& target, Network network) {
  const Follow& followed = project.config.follow;
  const bool is_branch =
      std::holds_alternative<BranchName>(followed) || std::holds_alternative<DefaultBranch>(followed);
  if (is_branch && (!target || Follow(*target) == followed))
    return reach_upstream(project, std::nullopt, network);
  UpstreamView view{git::UpstreamRepository::open(project.workspace.upstream_repository(), project.host)};
  view.follow = target ? Follow(*target) : Follow(DefaultBranch{});
  const std::string record = project.workspace.project + "@target";
  if (network == Network::online) {
    take(fetch(view.repository, project, record, {view.follow}, &view.follow), project, view);
  } else {
    auto last = view.repository.last_fetch(record);
    if (!last || (target && last->branch != target->str()))
      throw Error(ErrorCode::never_fetched, "the target branch was not fetched yet", {{Recovery::go_online}});
    take(std::move(*last), view);
  }
  describe_point(project, view);
  return view;
}

UpstreamFiles list_upstream(Project& project, const git::Objects& objects, const Oid& tree) {
  std::unordered_set<Oid> bases;
  if (project.lock) {
    for (const auto& [path, entry] : project.lock->files) bases.insert(entry.base.blob);
  }
  git::TreeListing listing = git::list_untrusted_tree(objects, tree, project.config.limits,
                                                      [&](const Oid& blob) { return bases.contains(blob); });
  UpstreamFiles view{{}, std::move(listing.submodules), std::move(listing.warnings)};
  const Selection selection(project.config.include, project.config.exclude);
  for (git::TreeFile& file : listing.files) {
    if (file.path.str() == area_folder || file.path.str().starts_with(std::string(area_folder) + "/"))
      throw Error(ErrorCode::upstream_unsafe,
                  fmt::format("upstream brings '{}', a name that is ddx's own", file.path.str()),
                  {{Recovery::tell_upstream}});
    if (selection.contains(file.path)) view.files.push_back(std::move(file));
  }
  if (listing.files.empty())
    throw Error(ErrorCode::upstream_empty, "upstream has nothing to sync", {{Recovery::tell_upstream}});
  if (view.files.empty())
    view.warnings.push_back("no file of the upstream is selected; see include and exclude");
  return view;
}

std::string selection_digest(const Config& config) {
  return Selection(config.include, config.exclude).digest();
}

}  // namespace ddx
