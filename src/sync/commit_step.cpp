#include "sync/commit_step.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"
#include "git/index.hpp"
#include "git/tree.hpp"

namespace ddx {

namespace {

constexpr const char* lock_name = ".ddx.lock";
constexpr const char* config_name = ".ddx.yml";

/// The project as HEAD or the index holds it.
struct StoredProject {
  std::map<RelPath, Version> tree;  ///< relative to the local tree
  std::optional<Version> lock, config;
};

std::string without_slash(const std::string& prefix) {
  return prefix.empty() ? prefix : prefix.substr(0, prefix.size() - 1);
}

StoredProject sorted(const Project& project, const std::map<RelPath, Version>& files) {
  StoredProject stored;
  for (const auto& [path, version] : files) {
    if (path.str() == lock_name) stored.lock = version;
    if (path.str() == config_name) stored.config = version;
    if (const auto inner = path.relative_to(project.tree)) stored.tree.emplace(*inner, version);
  }
  return stored;
}

StoredProject in_head(const Project& project, const git::Objects& objects, const std::optional<Oid>& head) {
  if (!head) return {};
  const Oid root = git::read_commit(objects, *head).tree;
  const auto folder = git::subtree_at(objects, root, without_slash(project.workspace.prefix));
  return folder ? sorted(project, git::list_tree(objects, *folder)) : StoredProject{};
}

StoredProject in_index(const Project& project) {
  std::map<RelPath, Version> files;
  const std::string& prefix = project.workspace.prefix;
  for (const auto& [path, version] : git::index_versions(project.repository, without_slash(prefix))) {
    if (const auto relative = RelPath::try_parse(path.substr(prefix.size())))
      files.emplace(*relative, version);
  }
  return sorted(project, files);
}

/// What the operation makes of one stored state, by path relative to the work tree's root.
std::map<std::string, std::optional<Version>> merged(Project& project, const git::Objects& objects,
                                                     git::PackWriter& pack, const MergeSettings& settings,
                                                     const CommitInputs& inputs, const StoredProject& stored,
                                                     std::string_view where) {
  std::optional<Lock> lock;
  if (stored.lock)
    lock = parse_lock(objects.blob(stored.lock->blob), fmt::format("{} in {}", lock_name, where));
  StoredSide ours(stored.tree, objects);
  Planner planner(ours, objects, settings, inputs.base_bytes);
  const std::vector<FilePlan> plans = planner.plan(inputs.rows(lock.value_or(Lock{}), ours));

  std::map<std::string, std::optional<Version>> changes;
  const std::string tree = project.workspace.prefix + project.tree.str() + "/";
  for (const FilePlan& plan : plans) {
    if (plan.conflict)
      throw Error(
          ErrorCode::commit_conflict,
          fmt::format("'{}' conflicts with what is in {}, so there is nothing that could be committed",
                      plan.change.path.str(), where),
          {{Recovery::commit_without}});
    if (plan.action == FilePlan::Action::remove) changes[tree + plan.change.path.str()] = std::nullopt;
    if (plan.action != FilePlan::Action::write) continue;
    const Oid blob = pack.blob(plan.bytes ? *plan.bytes : objects.blob(plan.result.blob));
    changes[tree + plan.change.path.str()] = Version{blob, plan.result.mode};
    if (plan.change.old_path) changes[tree + plan.change.old_path->str()] = std::nullopt;
  }
  const auto version_of = [&](const std::optional<std::string>& text) {
    return text ? std::optional(Version{pack.blob(*text), Mode::file}) : std::nullopt;
  };
  const std::optional<Lock> advanced = inputs.advance(lock, plans);
  changes[project.workspace.prefix + lock_name] =
      version_of(advanced ? std::optional(write_lock(*advanced)) : std::nullopt);
  const bool config_is_ours =
      !stored.config ||
      (inputs.config_before && stored.config->blob == git::hash_blob(*inputs.config_before));
  if (config_is_ours) changes[project.workspace.prefix + config_name] = version_of(inputs.config_after);
  return changes;
}

std::optional<Version> version_at(const Project& project, const StoredProject& stored,
                                  const std::string& path) {
  const std::string relative = path.substr(project.workspace.prefix.size());
  if (relative == lock_name) return stored.lock;
  if (relative == config_name) return stored.config;
  const auto found = stored.tree.find(RelPath::parse(relative.substr(project.tree.str().size() + 1)));
  return found == stored.tree.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

void add_commit(Project& project, const git::Objects& objects, git::PackWriter& pack,
                const MergeSettings& settings, const CommitInputs& inputs, OperationDraft& draft) {
  const auto identity = project.repository.identity();
  if (!identity)
    throw Error(ErrorCode::no_identity,
                "git does not know who commits here: user.name or user.email is not set",
                {{Recovery::set_identity}, {Recovery::commit_without}});
  if (const auto busy = project.repository.operation_in_progress())
    throw Error(ErrorCode::git_busy, fmt::format("a {} is in progress in this repository", *busy),
                {{Recovery::finish_git_operation, *busy}, {Recovery::commit_without}});
  const git::Head head = project.repository.head();
  const StoredProject head_state = in_head(project, objects, head.commit);
  const auto changes = merged(project, objects, pack, settings, inputs, head_state, "HEAD");

  const StoredProject index_state = in_index(project);
  for (const auto& [path, after] :
       merged(project, objects, pack, settings, inputs, index_state, "the index")) {
    const auto before = version_at(project, index_state, path);
    if (before != after) draft.index.push_back({path, before, after});
  }
  if (head.detached) project.host.events.warning("HEAD is detached: the commit is on no branch");

  draft.make_commit = [&project, &pack, identity, head, changes, message = inputs.message] {
    const git::Head now = project.repository.head();
    if (now.ref != head.ref || now.commit != head.commit)
      throw Error(ErrorCode::raced, "HEAD moved while the commit was made", {{Recovery::retry}});
    const Oid parent = head.commit.value_or(Oid());
    git::CommitDraft commit{git::updated_tree(project.repository, parent, changes),
                            {},
                            *identity,
                            *identity,
                            std::chrono::time_point_cast<std::chrono::seconds>(project.host.now()),
                            message};
    if (head.commit) commit.parents.push_back(*head.commit);
    const Oid id = pack.commit(commit);
    pack.publish();
    return id;
  };
}

}  // namespace ddx
