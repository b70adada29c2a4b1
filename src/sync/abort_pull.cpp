#include <fmt/format.h>

#include "base/time.hpp"
#include "config/git_environment.hpp"
#include "ddx/error.hpp"
#include "ddx/pull.hpp"
#include "sync/begin_changes.hpp"
#include "sync/disk_plan.hpp"
#include "sync/open_pull.hpp"
#include "sync/restore.hpp"

namespace ddx {

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
    const auto done =
        std::find_if(record.effects.begin(), record.effects.end(), [&](const RecordedEffect& other) {
          return other.place == Place::project && other.path == effect.recorded.path;
        });
    if (effect.recorded.before && done->after != effect.recorded.before) report.edited_since.push_back(*path);
  }
  if (auto effect = open_pull_effect(workspace, host, std::nullopt))
    draft.effects.push_back(std::move(*effect));
  run_operation(project, objects, pack, std::move(draft));
  return report;
}

}  // namespace ddx
