#include "sync/restore.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"

namespace ddx {

std::vector<Effect> effects_to_reach(Project& project, const git::Objects& objects,
                                     const std::map<RelPath, std::optional<OnDisk>>& wanted) {
  std::vector<Effect> effects;
  for (const auto& [path, target] : wanted) {
    const Here here = project.folder.look(path);
    const auto now = here.occupant == Occupant::file ? std::optional(here.file) : std::nullopt;
    if (now == target) continue;
    Effect effect{{Place::project, path, now, target, std::nullopt}, {}};
    if (target) effect.content = [&objects, id = target->bytes] { return objects.blob(id); };
    effects.push_back(std::move(effect));
  }
  return effects;
}

std::map<RelPath, std::optional<OnDisk>> states_before(const OperationRecord& record) {
  std::map<RelPath, std::optional<OnDisk>> states;
  for (const RecordedEffect& effect : record.effects) {
    if (effect.place == Place::project) states[effect.path] = effect.before;
  }
  return states;
}

void require_content(const git::Objects& objects, const std::map<RelPath, std::optional<OnDisk>>& wanted) {
  for (const auto& [path, target] : wanted) {
    if (!target || objects.contains(target->bytes)) continue;
    throw Error(ErrorCode::snapshot_damaged,
                fmt::format("the recorded content of '{}' ({}) is in no store any more", path.str(),
                            target->bytes.short_str()),
                {{Recovery::list_targets}, {Recovery::run_doctor}});
  }
}

}  // namespace ddx
