#include <fmt/format.h>

#include "base/time.hpp"
#include "config/git_environment.hpp"
#include "ddx/error.hpp"
#include "ddx/pull.hpp"
#include "git/tree.hpp"
#include "sync/begin_changes.hpp"
#include "sync/disk_plan.hpp"
#include "sync/open_pull.hpp"
#include "sync/restore.hpp"

namespace ddx {

namespace {

/// What the pull and its decisions left at the pull's paths.
WantedFiles left_by_pull(const Project& project, const git::Objects& objects, const OperationRecord& pull) {
  WantedFiles left;
  const auto follow = [&](const OperationRecord& record) {
    for (const RecordedEffect& effect : record.effects) {
      const bool only_seen = is_witness(effect) && left.contains(effect.path);
      if (effect.place == Place::project && !only_seen) left[effect.path] = effect.after;
    }
  };
  follow(pull);
  for (const OperationRecord& record : read_records(project.workspace, project.repository, objects).whole) {
    if (record.continues == pull.id) follow(record);
  }
  return left;
}

/// Whether HEAD's lock names what the pull brought, and the one that comes back does not.
bool is_in_head(const Project& project, const git::Objects& objects, const OpenPull& open,
                const OperationRecord& pull) {
  try {
    const auto head = project.repository.head().commit;
    if (!head || (pull.from && pull.from->commit == open.to)) return false;
    std::string folder = project.workspace.prefix;
    if (folder.ends_with('/')) folder.pop_back();
    const auto tree = git::subtree_at(objects, git::read_commit(objects, *head).tree, folder);
    const auto lock = tree ? git::blob_in(objects, *tree, lock_path().str()) : std::nullopt;
    return lock && parse_lock(objects.blob(*lock), ".ddx.lock in HEAD").commit == open.to;
  } catch (const Error&) {
    return false;  // what HEAD cannot say is nothing that this undoes
  }
}

}  // namespace

AbortReport abort_pull(const Workspace& workspace, Host& host) {
  const WriterLock writer = begin_changes(workspace, host);
  refuse_foreign_index(workspace, host);
  const auto open = read_open_pull(workspace, host);
  if (!open) throw Error(ErrorCode::nothing_open, "no pull is open here", {});

  Project project = open_project(workspace, host);
  const auto upstream = project.known_upstream();
  const git::Objects objects = project.objects(upstream ? &*upstream : nullptr);
  const OperationRecord record = read_record(project.workspace, project.repository, objects, open->operation);
  const auto wanted = states_before(record);

  const WantedFiles left = left_by_pull(project, objects, record);

  git::PackWriter pack = project.new_pack();
  OperationDraft draft;
  draft.id = make_ulid(host.now(), host.random());
  draft.kind = "abort";
  draft.summary = fmt::format("pull to {} given up", open->version);
  draft.undoes = {record.id};
  draft.from = record.to;
  draft.to = record.from;
  draft.effects = effects_to_reach(project, objects, wanted);
  recall_permissions(objects, record, draft.effects);
  require_content(draft.effects);
  AbortReport report;
  report.operation = draft.id;
  report.snapshot = snapshot_name(draft.id);
  for (const Effect& effect : draft.effects) {
    const auto path = effect.recorded.path.relative_to(project.tree);
    if (!path) continue;
    report.restored.push_back(*path);
    if (effect.recorded.before && left.at(effect.recorded.path) != effect.recorded.before)
      report.edited_since.push_back(*path);
  }
  if (auto effect = open_pull_effect(workspace, host, std::nullopt))
    draft.effects.push_back(std::move(*effect));
  report.still_committed = is_in_head(project, objects, *open, record);
  run_operation(project, objects, pack, std::move(draft));
  return report;
}

}  // namespace ddx
