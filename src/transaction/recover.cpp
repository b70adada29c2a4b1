#include "transaction/recover.hpp"

#include <fmt/format.h>

#include <system_error>

#include "base/system_failure.hpp"
#include "config/lock_edit.hpp"
#include "transaction/effects.hpp"
#include "transaction/elsewhere.hpp"
#include "transaction/index_step.hpp"
#include "transaction/undo.hpp"

namespace ddx {

namespace {

/// The workspace as the interrupted operation saw it: it may have been another project of the same work tree.
Workspace workspace_of(const Workspace& workspace, const Intent& intent) {
  Workspace seen = workspace;
  seen.prefix = intent.record.prefix;
  seen.project = intent.project;
  seen.worktree = intent.worktree;
  seen.project_root =
      intent.record.prefix.empty() ? workspace.worktree_root : workspace.worktree_root / intent.record.prefix;
  return seen;
}

/// `fresh` as if the operation had left these files out.
Lock without(const std::vector<RelPath>& entries, Lock fresh, const Lock& old) {
  for (const RelPath& entry : entries) restore_entry(fresh, old, entry);
  if (std::all_of(entries.begin(), entries.end(),
                  [&](const RelPath& entry) { return old.files.contains(entry); }))
    return fresh;
  // A file without an entry does not make the next pull look again, so the header has to stay behind.
  for (auto& [path, entry] : fresh.files) {
    entry.commit = base_commit(fresh, entry);
    if (entry.commit == old.commit) entry.commit.reset();
  }
  fresh.commit = old.commit;
  fresh.tree = old.tree;
  return fresh;
}

/// Whether the entries are the same file, whatever the headers say.
bool same_base(const Lock& a, const Lock& b, const RelPath& path) {
  const auto in_a = a.files.find(path), in_b = b.files.find(path);
  if (in_a == a.files.end() || in_b == b.files.end()) return in_a == a.files.end() && in_b == b.files.end();
  return in_a->second.base == in_b->second.base;
}

/// Whether it is what `without` makes for some of the operation's files.
bool is_adapted(const std::string& bytes, const Intent& intent, const Lock& fresh, const Lock& old) {
  try {
    const Lock lock = parse_lock(bytes, ".ddx.lock");
    std::vector<RelPath> entries;
    for (const RecordedEffect& effect : intent.record.effects)
      if (effect.entry && same_base(lock, old, *effect.entry) && !same_base(fresh, old, *effect.entry))
        entries.push_back(*effect.entry);
    return !entries.empty() && write_lock(without(entries, fresh, old)) == bytes;
  } catch (const Error&) {
    return false;  // no lock at all: somebody wrote to what was displaced
  }
}

/// What is at the lock's place, when a recovery that could not come to its end had adapted that.
std::optional<OnDisk> adapted_in_place(Files& files, Effects& effects, const Intent& intent,
                                       std::size_t index, const Lock& fresh, const Lock& old) {
  const RecordedEffect& effect = intent.record.effects[index];
  if (effects.is_as_before(index) || effects.is_as_after(index)) return std::nullopt;
  try {
    const auto bytes = read_file(files, effects.project(), effect.path.str());
    if (!bytes || !is_adapted(*bytes, intent, fresh, old)) return std::nullopt;
    return OnDisk{git::hash_blob(*bytes), effect.after->mode};
  } catch (const std::system_error& error) {
    if (is_race(error)) return std::nullopt;  // the user's link or folder
    throw;
  }
}

/// A recovery that died had adapted the staged lock, and then the user edited or removed the one that is in
/// place: what is staged is the operation's all the same, and theirs is the lock that stays.
bool keeps_users_lock(Files& files, const git::ObjectSource& objects, OperationFolder& operation,
                      Effects& effects, Intent& intent, std::size_t index) {
  RecordedEffect& effect = intent.record.effects[index];
  const Here staged = operation.staged(index);
  if (staged.occupant != Occupant::file || staged.file == *effect.after || staged.file.mode == Mode::link ||
      (effect.before && staged.file == *effect.before) || effects.is_as_before(index) ||
      effects.is_as_after(index))
    return false;
  const Lock old = effect.before ? parse_lock(objects.blob(effect.before->bytes), ".ddx.lock") : Lock{};
  const Lock fresh = parse_lock(objects.blob(effect.after->bytes), ".ddx.lock");
  const auto bytes = read_file(files, operation.area(index).stage(), OperationFolder::name(index));
  if (!bytes || !is_adapted(*bytes, intent, fresh, old)) return false;
  effect.after->bytes = staged.file.bytes;
  return true;
}

/// Files that keep the user's version must keep their old base too: the lock that is about to be put in place
/// gets their old entries. It may be in place already, when the power failed and a file's rename was lost but
/// the lock's was not: then it is taken back first.
void keep_old_bases(Files& files, const git::ObjectSource& objects, OperationFolder& operation,
                    Effects& effects, Intent& intent, const std::vector<std::size_t>& left) {
  std::vector<RelPath> entries;
  for (const std::size_t index : left) {
    if (intent.record.effects[index].entry) entries.push_back(*intent.record.effects[index].entry);
  }
  for (std::size_t index = 0; index < intent.record.effects.size(); ++index) {
    RecordedEffect& effect = intent.record.effects[index];
    if (!is_lock_file(effect) || !effect.after ||
        keeps_users_lock(files, objects, operation, effects, intent, index))
      continue;
    const Lock old = effect.before ? parse_lock(objects.blob(effect.before->bytes), ".ddx.lock") : Lock{};
    const Lock fresh = parse_lock(objects.blob(effect.after->bytes), ".ddx.lock");
    const auto in_place = adapted_in_place(files, effects, intent, index, fresh, old);
    if (entries.empty() && !in_place) continue;
    const std::string bytes =
        entries.empty() ? objects.blob(effect.after->bytes) : write_lock(without(entries, fresh, old));
    const OnDisk adapted{git::hash_blob(bytes), effect.after->mode};
    if (in_place) effect.after->bytes = in_place->bytes;
    if (in_place == adapted) continue;
    if (effects.is_as_after(index)) effects.undo_one(index);
    const Here staged = operation.staged(index);
    const bool is_staged = staged.occupant == Occupant::file && staged.file == adapted;
    if (!is_staged &&
        !(effects.is_to_come(index) && (effects.is_as_before(index) || effects.is_half_replaced(index))))
      continue;  // the user's: edited, or removed after it was in place
    effect.after->bytes = adapted.bytes;
    if (!is_staged) effects.restage(index, bytes);
  }
}

void finish_commit(Host& host, git::Repository& repository, const Intent& intent) {
  if (!intent.ref) return;
  if (repository.reference(intent.ref->name) == intent.ref->to) return;
  const bool moved =
      repository.head().ref == intent.ref->name &&
      repository.move_reference(intent.ref->name, intent.ref->to, intent.ref->from,
                                fmt::format("ddx {}: finished after an interruption", intent.record.kind));
  if (!moved)
    host.events.warning(fmt::format("'{}' moved meanwhile; the commit was left out", intent.ref->name));
}

AuditEntry recovery_entry(const Workspace& workspace, Host& host, const git::Repository& repository,
                          const std::string& id, const std::string& what) {
  AuditEntry entry = audit::begin_entry(workspace, host, repository);
  entry.operation = id;
  entry.kind = "recovery";
  entry.summary = what;
  return entry;
}

/// The repository that operations change, and the stores they stage from.
struct Stores {
  git::Repository& repository;
  const git::ObjectSource& objects;
};

Recovered finish(const Workspace& workspace, Host& host, Stores stores, OperationFolder& operation,
                 Intent& intent) {
  Recovered recovered{operation.id(), intent.record.kind, Recovered::Outcome::finished, {}};
  const auto reread = [&](const Oid& id) { return stores.objects.blob(id); };
  Effects effects(workspace, host.files, operation, intent);
  IndexStep index(workspace, host, stores.repository, operation);
  index.release();
  std::vector<std::size_t> left = effects.finish_files(reread);
  // The lock may differ from the planned one now. When it is in place, a file's rename must not get lost.
  if (!left.empty()) effects.flush();
  keep_old_bases(host.files, stores.objects, operation, effects, intent, left);
  for (const std::size_t lock : effects.finish_lock(reread)) left.push_back(lock);
  for (const std::size_t rescued : effects.rescued())
    host.events.warning(fmt::format("'{}' was put in place once more; what was found instead is in '{}'",
                                    intent.record.effects[rescued].path.str(),
                                    (workspace.state_dir() / "rescue").string()));
  for (const std::size_t entry : left) recovered.left_alone.push_back(intent.record.effects[entry].path);
  audit::Log log(workspace, host);
  log.append(intent.audit);
  if (!intent.index.empty()) {
    index.lock(intent.index);
    for (const std::string& path : index.publish())
      host.events.warning(fmt::format("'{}' was staged differently meanwhile; the index keeps that", path));
    index.settle();
  }
  finish_commit(host, stores.repository, intent);
  AuditEntry entry = recovery_entry(workspace, host, stores.repository, operation.id(),
                                    fmt::format("an interrupted {} was finished", intent.record.kind));
  entry.result = AuditResult::finished;
  for (const RelPath& path : recovered.left_alone)
    entry.decisions.push_back(fmt::format("left '{}', edited meanwhile", path.str()));
  log.flush();
  audit_outcome(workspace, host, entry, intent.audit);
  effects.settle();
  tell_late_edits(workspace, host, operation, effects.late_edits());
  operation.retire();
  return recovered;
}

Recovered recover_one(const Workspace& workspace, Host& host, Stores stores, const std::string& id) {
  OperationFolder operation = OperationFolder::open(workspace, host.files, id);
  std::optional<Intent> intent = operation.read_intent();
  if (!intent) {  // barrier 2 never passed: nothing was applied
    AuditEntry entry = recovery_entry(workspace, host, stores.repository, id,
                                      "an operation had been interrupted before it changed anything");
    entry.result = AuditResult::discarded;
    audit_outcome(workspace, host, entry, {});
    discard_operation(workspace, host, stores.repository, operation);
    return {id, "", Recovered::Outcome::discarded, {}};
  }
  require_home(workspace, host, *intent);
  const Workspace seen = workspace_of(workspace, *intent);
  if (!operation.is_aborting()) return finish(seen, host, stores, operation, *intent);
  AuditEntry entry = recovery_entry(seen, host, stores.repository, id,
                                    fmt::format("an interrupted {} was undone", intent->record.kind));
  return {id, intent->record.kind, Recovered::Outcome::undone,
          undo_operation(seen, host, stores.repository, operation, *intent, std::move(entry))};
}

void tell(Host& host, const Recovered& recovered) {
  switch (recovered.outcome) {
    case Recovered::Outcome::discarded:
      host.events.note(
          "an operation had been interrupted before it changed anything; its leftovers are gone");
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

std::vector<Recovered> recover(const Workspace& workspace, Host& host, git::Repository& repository,
                               const git::ObjectSource& objects) {
  std::vector<Recovered> done;
  for (const std::string& id : OperationFolder::pending(workspace, host.files)) {
    try {
      done.push_back(recover_one(workspace, host, {repository, objects}, id));
    } catch (const std::system_error& failure) {
      throw Error(ErrorCode::recovery_failed,
                  fmt::format("an interrupted operation could not be finished: {}", failure.what()),
                  {{Recovery::retry}, {Recovery::run_doctor}}, Aftermath::pending);
    } catch (const Error& error) {
      throw error.with(Aftermath::pending);
    }
    tell(host, done.back());
  }
  return done;
}

std::vector<std::string> pending_operations(const Workspace& workspace, Host& host) {
  return OperationFolder::pending(workspace, host.files);
}

}  // namespace ddx
