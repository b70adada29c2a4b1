#include "snapshot/store.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/time.hpp"
#include "ddx/error.hpp"
#include "git/tree.hpp"

namespace ddx {

namespace {

std::string metadata(const Workspace& workspace, const SnapshotInput& input,
                     std::chrono::sys_seconds created) {
  const nlohmann::json value = {{"schema", "ddx/snapshot/1"},   {"id", input.id},
                                {"reason", input.reason},       {"created", iso_utc(created)},
                                {"project", workspace.project}, {"worktree", workspace.worktree},
                                {"tree", input.tree.str()}};
  return fmt::format("ddx snapshot before {}\n\n{}\n", input.reason, value.dump(2));
}

}  // namespace

SnapshotFiles files_to_snapshot(const Workspace& workspace, const git::ProjectRepository& repository,
                                ProjectFolder& folder, const SnapshotInput& input) {
  std::set<RelPath> wanted(input.also.begin(), input.also.end());
  wanted.insert(RelPath::parse(".ddx.yml"));
  wanted.insert(RelPath::parse(".ddx.lock"));
  const auto in_lock = [&](const RelPath& path) {
    if (input.lock == nullptr) return false;
    const auto inner = path.relative_to(input.tree);
    return inner && input.lock->files.contains(*inner);
  };
  for (const RelPath& path : folder.files_below(input.tree, {}, nullptr)) {
    if (in_lock(path) || !repository.ignores(workspace.prefix + path.str())) wanted.insert(path);
  }
  SnapshotFiles files;
  for (const RelPath& path : wanted) {
    const Here here = folder.look(path);
    if (here.occupant == Occupant::file) files.emplace(path, here.file);
  }
  return files;
}

Oid take_snapshot(const Workspace& workspace, Host& host, const git::ProjectRepository& repository,
                  ProjectFolder& folder, git::PackWriter& pack, const SnapshotInput& input) {
  std::map<RelPath, Version> tree;
  for (const auto& [path, file] : files_to_snapshot(workspace, repository, folder, input)) {
    Oid blob = file.bytes;
    if (!pack.contains(blob)) blob = pack.blob(folder.bytes(path));
    tree.emplace(path, Version{blob, file.mode});
  }
  const auto created = std::chrono::time_point_cast<std::chrono::seconds>(host.now());
  const git::Identity ddx{"ddx", "ddx@localhost"};
  return pack.commit({pack.tree(tree), {}, ddx, ddx, created, metadata(workspace, input, created)});
}

SnapshotFiles read_snapshot(const git::Objects& objects, const Oid& commit) {
  SnapshotFiles files;
  try {
    const Oid tree = git::read_commit(objects, commit).tree;
    for (const auto& [path, version] : git::list_tree(objects, tree))
      files.emplace(path, OnDisk{version.blob, version.mode});
  } catch (const Error& error) {
    throw Error(ErrorCode::snapshot_damaged,
                fmt::format("snapshot {} is damaged: {}", commit.short_str(), error.what()),
                {{Recovery::list_targets}, {Recovery::run_doctor}});
  }
  return files;
}

}  // namespace ddx
