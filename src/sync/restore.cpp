#include "sync/restore.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"
#include "snapshot/store.hpp"

namespace ddx {

namespace {

/// Whether something above the path goes that is no folder.
bool makes_way(const WantedFiles& wanted, const RelPath& path) {
  for (std::string_view parent = path.parent(); !parent.empty();) {
    const RelPath above = RelPath::parse(parent);
    const auto found = wanted.find(above);
    if (found != wanted.end() && !found->second) return true;
    parent = parent.substr(0, above.parent().size());
  }
  return false;
}

}  // namespace

std::vector<Effect> effects_to_reach(Project& project, const git::Objects& objects, const WantedFiles& wanted,
                                     std::vector<RelPath>* blocked) {
  std::vector<Effect> effects;
  for (const auto& [path, target] : wanted) {
    const Here here = project.folder.look(path);
    std::optional<RecordedFile> now;
    if (here.occupant == Occupant::file) now = RecordedFile(here.file);
    if (target ? target->is(here) : !now) continue;
    if (here.occupant == Occupant::blocked && blocked != nullptr && !makes_way(wanted, path)) {
      blocked->push_back(path);
      continue;
    }
    if (now && target && target->permissions && now->mode != Mode::link) now->permissions = here.permissions;
    Effect effect{{Place::project, path, now, target, std::nullopt}, {}};
    if (target) effect.content = [&objects, id = target->bytes] { return objects.blob(id); };
    effects.push_back(std::move(effect));
  }
  return effects;
}

WantedFiles states_before(const OperationRecord& record) {
  WantedFiles states;
  for (const RecordedEffect& effect : record.effects) {
    if (effect.place == Place::project) states[effect.path] = effect.before;
  }
  return states;
}

void recall_permissions(const git::Objects& objects, const OperationRecord& record,
                        std::vector<Effect>& effects) {
  std::optional<SnapshotMetadata> metadata;
  try {
    metadata = read_metadata(objects, record.snapshot);
  } catch (const Error&) {
    return;  // the content does not need it
  }
  const WantedFiles before = states_before(record);
  for (Effect& effect : effects) {
    std::optional<RecordedFile>& after = effect.recorded.after;
    if (effect.recorded.place != Place::project || effect.recorded.before || !after) continue;
    const auto known = before.find(effect.recorded.path);
    if (known == before.end() || !known->second || OnDisk(*known->second) != OnDisk(*after)) continue;
    if (!after->permissions)
      after->permissions = permissions_of(*metadata, effect.recorded.path, after->mode);
  }
}

void require_content(const std::vector<Effect>& effects) {
  for (const Effect& effect : effects) {
    if (!effect.content) continue;
    try {
      static_cast<void>(effect.content());
    } catch (const Error& error) {
      throw Error(ErrorCode::snapshot_damaged,
                  fmt::format("the recorded content of '{}' cannot be read: {}", effect.recorded.path.str(),
                              error.what()),
                  {{Recovery::list_targets}});
    }
  }
}

std::vector<RelPath> differing_files(const Project& project, const std::vector<RecordedEffect>& effects) {
  ProjectFolder fresh(project.host.files, project.workspace.project_root, nullptr);
  std::vector<RelPath> differing;
  for (const RecordedEffect& effect : effects) {
    if (effect.place != Place::project || is_witness(effect)) continue;
    const Here here = fresh.look(effect.path);
    const bool as_recorded = effect.after ? effect.after->is(here) : here.occupant != Occupant::file;
    if (!as_recorded) differing.push_back(effect.path);
  }
  return differing;
}

}  // namespace ddx
