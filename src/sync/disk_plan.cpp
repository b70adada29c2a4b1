#include "sync/disk_plan.hpp"

#include "config/lock_edit.hpp"
#include "snapshot/store.hpp"
#include "sync/disk_form.hpp"
#include "sync/expire_snapshots.hpp"
#include "transaction/retired.hpp"

namespace ddx {

std::vector<Effect> disk_effects(const Project& project, const git::Objects& objects,
                                 const std::vector<FilePlan>& plans, LineEnds line_ends) {
  const DiskForm form(project, objects, plans, line_ends);
  std::vector<Effect> effects;
  for (const FilePlan& plan : plans) {
    if (plan.action == FilePlan::Action::nothing) continue;
    const RelPath path = project.tree.join(plan.change.path);
    Effect effect{{Place::project, path, plan.expected, std::nullopt, plan.change.path}, {}};
    if (plan.action == FilePlan::Action::write) {
      effect.recorded.after = OnDisk{plan.result.blob, form.mode(plan.result.mode)};
      if (form.converts(path, plan.result.mode)) {
        std::string bytes = form.convert(path, plan.bytes ? *plan.bytes : objects.blob(plan.result.blob));
        effect.recorded.after->bytes = git::hash_blob(bytes);
        effect.content = [bytes = std::move(bytes)] { return bytes; };
      } else if (plan.bytes) {
        effect.content = [bytes = *plan.bytes] { return bytes; };
      } else {
        effect.content = [&objects, blob = plan.result.blob] { return objects.blob(blob); };
      }
      if (plan.change.old_path) {
        effects.push_back({{Place::project, project.tree.join(*plan.change.old_path), plan.expected_old,
                            std::nullopt, plan.change.old_path},
                           {}});
      }
    }
    if (effect.recorded.before != effect.recorded.after) effects.push_back(std::move(effect));
  }
  return effects;
}

std::optional<Effect> text_effect(const RelPath& path, const std::optional<OnDisk>& before,
                                  std::optional<std::string> text) {
  Effect effect{{Place::project, path, before, std::nullopt, std::nullopt}, {}};
  if (text) {
    effect.recorded.after = OnDisk{git::hash_blob(*text), before ? before->mode : Mode::file};
    effect.content = [bytes = std::move(*text)] { return bytes; };
  }
  if (effect.recorded.before == effect.recorded.after) return std::nullopt;
  return effect;
}

namespace {

/// Whether the lock has a file where this path needs a folder, or files below it.
bool is_in_the_way(const Lock& lock, const RelPath& path) {
  const std::string inside = path.str() + "/", behind = path.str() + "0";  // what comes after all of them
  for (auto other = lock.files.upper_bound(path); other != lock.files.end() && other->first.str() < behind;
       ++other)
    if (other->first.str().starts_with(inside)) return true;
  for (std::string_view folder = path.parent(); !folder.empty();) {
    const RelPath parent = RelPath::parse(folder);
    if (lock.files.contains(parent)) return true;
    folder = parent.parent();
  }
  return false;
}

/// A file that went away here, and whose base waits for a decision, may have left its name to a folder of
/// upstream's, or the other way round. The lock holds one of them, and that is what is on disk; the decision
/// needs no base, as upstream has not got the file either.
void drop_clashing_bases(Lock& lock, const std::vector<FilePlan>& plans) {
  for (const FilePlan& plan : plans) {
    const RelPath in_lock = plan.base_path.value_or(plan.change.path);
    if (plan.base == FilePlan::Base::stays && plan.conflict && is_in_the_way(lock, in_lock))
      lock.files.erase(in_lock);
  }
}

}  // namespace

void move_bases(Lock& lock, const Lock& old, const std::vector<FilePlan>& plans, const Oid& commit) {
  for (const FilePlan& plan : plans) {
    const RelPath& path = plan.change.path;
    const RelPath in_lock = plan.base_path.value_or(path);
    switch (plan.base) {
      case FilePlan::Base::stays:
        if (plan.displaces)
          lock.files.erase(in_lock);
        else
          restore_entry(lock, old, in_lock);
        break;
      case FilePlan::Base::goes:
        lock.files.erase(in_lock);
        break;
      case FilePlan::Base::moves:
        lock.files.erase(in_lock);
        set_base(lock, path, *plan.theirs, commit);
        lock.files.at(path).upstream_path = plan.upstream_path;
        if (const auto known = old.files.find(in_lock); known != old.files.end())
          lock.files.at(path).offered = known->second.offered;
        break;
    }
  }
  drop_clashing_bases(lock, plans);
}

std::vector<OpenConflict> open_conflicts(const std::vector<FilePlan>& plans,
                                         const std::vector<Effect>& effects, const RelPath& tree) {
  std::map<RelPath, std::optional<OnDisk>> written;
  for (const Effect& effect : effects) written.emplace(effect.recorded.path, effect.recorded.after);
  std::vector<OpenConflict> open;
  for (const FilePlan& plan : plans) {
    if (!plan.conflict) continue;
    const auto found = written.find(tree.join(plan.change.path));
    const bool stays_at_old_name = plan.change.old_path && found == written.end();
    open.push_back({*plan.conflict, plan.change.old_path, plan.marked, plan.marker_size,
                    found != written.end() ? found->second
                    : stays_at_old_name    ? std::nullopt
                                           : plan.expected,
                    plan.base_path});
  }
  return open;
}

OperationOutcome run_operation(Project& project, const git::Objects& objects, git::PackWriter& pack,
                               OperationDraft draft) {
  SnapshotInput input{draft.id, draft.kind, project.tree, {}, project.lock ? &*project.lock : nullptr};
  for (const Effect& effect : draft.effects) {
    if (effect.recorded.place == Place::project) input.also.push_back(effect.recorded.path);
  }
  draft.tree = project.tree.str();
  draft.snapshot =
      take_snapshot(project.workspace, project.host, project.repository, project.folder, pack, input).commit;
  OperationOutcome outcome =
      execute(project.workspace, project.host, {project.repository, objects, pack}, std::move(draft));
  expire_snapshots(project);
  prune_retired(project.workspace, project.host, project.objects(nullptr));
  return outcome;
}

}  // namespace ddx
