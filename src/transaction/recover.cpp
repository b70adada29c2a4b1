#include "transaction/recover.hpp"

#include <fmt/format.h>

#include <system_error>

#include "base/system_failure.hpp"
#include "config/lock_edit.hpp"
#include "transaction/effects.hpp"
#include "transaction/index_step.hpp"
#include "transaction/stage.hpp"

namespace ddx {

namespace {

/// The workspace as the interrupted operation saw it: it may have been another project of the same work tree.
Workspace workspace_of(const Workspace& workspace, const Intent& intent) {
  Workspace seen = workspace;
  seen.prefix = intent.record.prefix;
  seen.project = intent.project;
  seen.worktree = intent.worktree;
  seen.project_root = intent.record.prefix.empty() ? workspace.worktree_root
                                                   : workspace.worktree_root / intent.record.prefix;
  return seen;
}

/// Files that keep the user's version must keep their old base too: the lock that is about to be put in place gets their old entries.
void keep_old_bases(const Workspace& workspace, Files& files, OperationFolder& operation, Effects& effects,
                    Intent& intent, const std::vector<std::size_t>& left) {
  std::vector<RelPath> entries;
  for (const std::size_t index : left) {
    if (intent.record.effects[index].entry) entries.push_back(*intent.record.effects[index].entry);
  }
  if (entries.empty()) return;
  for (std::size_t index = 0; index < intent.record.effects.size(); ++index) {
    RecordedEffect& effect = intent.record.effects[index];
    if (!is_lock_file(effect) || !effect.before || !effect.after) continue;
    const auto current = read_file(files, files.open_root(workspace.project_root), ".ddx.lock");
    const auto staged = read_file(files, operation.stage(), OperationFolder::name(index));
    const bool not_applied = staged && git::hash_blob(*staged) == effect.after->bytes;
    if (!not_applied || !current || git::hash_blob(*current) != effect.before->bytes) continue;
    const Lock old = parse_lock(*current, ".ddx.lock");
    Lock fresh = parse_lock(*staged, ".ddx.lock");
    for (const RelPath& entry : entries) restore_entry(fresh, old, entry);
    const std::string bytes = write_lock(fresh);
    effects.restage(index, bytes);
    effect.after->bytes = git::hash_blob(bytes);
  }
}

Recovered finish(const Workspace& workspace, Host& host, git::ProjectRepository& repository,
                 OperationFolder& operation, Intent& intent) {
  Recovered recovered{operation.id(), intent.record.kind, Recovered::Outcome::finished, {}};
  Effects effects(workspace, host.files, operation, intent);
  IndexStep index(workspace, host, operation);
  index.release();
  std::vector<std::size_t> left = effects.finish_files();
  keep_old_bases(workspace, host.files, operation, effects, intent, left);
  effects.finish_lock();
  for (const std::size_t entry : left) recovered.left_alone.push_back(intent.record.effects[entry].path);
  if (!intent.index.empty()) {
    index.lock(intent.index);
    for (const std::string& path : index.publish())
      host.events.warning(fmt::format("'{}' was staged differently meanwhile; the index keeps that", path));
  }
  if (intent.ref) {
    host.files.before_library_change("ref");
    const bool done = repository.reference(intent.ref->name) == intent.ref->to ||
                      repository.move_reference(intent.ref->name, intent.ref->to, intent.ref->from,
                                                fmt::format("ddx {}: finished after an interruption", intent.record.kind));
    if (!done) host.events.warning(fmt::format("'{}' moved meanwhile; the commit was left out", intent.ref->name));
  }
  effects.flush();
  operation.retire();
  return recovered;
}

Recovered undo(const Workspace& workspace, Host& host, git::ProjectRepository& repository,
               OperationFolder& operation, const Intent& intent) {
  Recovered recovered{operation.id(), intent.record.kind, Recovered::Outcome::undone, {}};
  Effects effects(workspace, host.files, operation, intent);
  for (const std::size_t entry : effects.undo()) recovered.left_alone.push_back(intent.record.effects[entry].path);
  IndexStep(workspace, host, operation).release();
  effects.flush();
  drop_refs(workspace, host, repository, operation.id());
  operation.retire();
  return recovered;
}

Recovered recover_one(const Workspace& workspace, Host& host, git::ProjectRepository& repository,
                      const std::string& id) {
  OperationFolder operation = OperationFolder::open(workspace, host.files, id);
  std::optional<Intent> intent = operation.read_intent();
  if (!intent) {  // barrier 2 never passed: nothing was applied
    IndexStep(workspace, host, operation).release();
    for (const auto& [name, target] : repository.references("refs/ddx/")) {
      if (name.ends_with("/op/" + id) || name.ends_with("/snap/" + id)) repository.remove_reference(name);
    }
    operation.discard();
    return {id, "", Recovered::Outcome::discarded, {}};
  }
  if (intent->worktree_root != workspace.worktree_root.string())
    throw Error(ErrorCode::interrupted_operation_elsewhere,
                fmt::format("an interrupted operation belongs to '{}', not to this work tree", intent->worktree_root),
                {{Recovery::run_doctor}}, Aftermath::pending);
  const Workspace seen = workspace_of(workspace, *intent);
  return operation.is_aborting() ? undo(seen, host, repository, operation, *intent)
                                 : finish(seen, host, repository, operation, *intent);
}

void tell(Host& host, const Recovered& recovered) {
  switch (recovered.outcome) {
    case Recovered::Outcome::discarded:
      host.events.note("an operation had been interrupted before it changed anything; its leftovers are gone");
      break;
    case Recovered::Outcome::finished:
      host.events.note(fmt::format("an interrupted {} was finished", recovered.kind));
      break;
    case Recovered::Outcome::undone:
      host.events.note(fmt::format("an interrupted {} was undone", recovered.kind));
      break;
  }
  for (const RelPath& path : recovered.left_alone)
    host.events.warning(fmt::format("'{}' was edited meanwhile; your version stays", path.str()));
}

}  // namespace

std::vector<Recovered> recover(const Workspace& workspace, Host& host, git::ProjectRepository& repository) {
  std::vector<Recovered> done;
  for (const std::string& id : OperationFolder::pending(workspace, host.files)) {
    try {
      done.push_back(recover_one(workspace, host, repository, id));
    } catch (const std::system_error& failure) {
      throw Error(ErrorCode::recovery_failed,
                  fmt::format("an interrupted operation could not be finished: {}", failure.what()),
                  {{Recovery::retry}, {Recovery::run_doctor}}, Aftermath::pending);
    }
    tell(host, done.back());
  }
  return done;
}

std::vector<std::string> pending_operations(const Workspace& workspace, Host& host) {
  return OperationFolder::pending(workspace, host.files);
}

}  // namespace ddx
