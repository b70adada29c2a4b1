#include "transaction/pending.hpp"

#include <algorithm>

#include "ddx/error.hpp"
#include "transaction/elsewhere.hpp"
#include "transaction/intent.hpp"
#include "transaction/operation_folder.hpp"

namespace ddx {

namespace {

void count_changes(const Workspace& workspace, Host& host, const Intent& intent, PendingOperation& pending) {
  ProjectFolder project(host.files, workspace.worktree_root / intent.record.prefix, nullptr);
  for (const RecordedEffect& effect : intent.record.effects) {
    if (effect.place != Place::project || is_witness(effect)) continue;
    ++pending.changes;
    const Here here = project.look(effect.path);
    const bool is_new = effect.after ? here.occupant == Occupant::file && here.file == *effect.after
                                     : here.occupant == Occupant::nothing;
    if (is_new) ++pending.applied;
  }
}

Fate fate_of(const Workspace& workspace, Host& host, const Intent& intent, bool aborting) {
  try {
    require_home(workspace, host, intent);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::interrupted_operation_elsewhere) throw;
    return Fate::left_to_home;
  }
  return aborting ? Fate::undone : Fate::finished;
}

PendingOperation look_at(const Workspace& workspace, Host& host, const Directory& ops,
                         const std::string& id) {
  PendingOperation pending{id, {}, {}};
  const auto folder = host.files.open_below(ops, id);
  const auto bytes = folder ? read_file(host.files, *folder, "intent") : std::nullopt;
  try {
    const auto intent = bytes ? decode_intent(*bytes) : std::nullopt;
    if (!intent) return pending;
    pending.kind = intent->record.kind;
    pending.summary = intent->record.summary;
    pending.fate = fate_of(workspace, host, *intent, host.files.info(*folder, "aborting").has_value());
    count_changes(workspace, host, *intent, pending);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::recovery_too_new) throw;
    pending.fate = Fate::left_to_newer;
  }
  return pending;
}

}  // namespace

std::vector<PendingOperation> look_at_pending(const Workspace& workspace, Host& host) {
  std::vector<PendingOperation> found;
  const Directory git_dir = host.files.open_root(workspace.git_dir);
  const auto ops = host.files.open_below(git_dir, "ddx/ops");
  if (!ops) return found;
  for (const std::string& id : OperationFolder::pending(workspace, host.files))
    found.push_back(look_at(workspace, host, *ops, id));
  return found;
}

}  // namespace ddx
