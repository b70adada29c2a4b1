#include "sync/structure_warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "config/structure.hpp"

namespace ddx {

namespace {

/// What a file was made of, each none where it is not at hand.
using Versions = std::vector<std::optional<std::string>>;

/// How many of the versions have to have been sound for a fault in the outcome to be news.
enum class Sound { all, any };

std::optional<std::string> warning_about(const RelPath& path, const std::string& outcome,
                                         const std::function<Versions()>& versions, Sound sound) {
  if (!has_structure(path, outcome)) return std::nullopt;
  const auto fault = structure_fault(path, outcome);
  if (!fault) return std::nullopt;
  std::size_t known = 0, whole = 0;
  for (const auto& version : versions()) {
    if (!version) continue;
    ++known;
    const auto before = structure_fault(path, *version);
    if (before && before->duplicate_key && fault->duplicate_key) return std::nullopt;
    if (!before || before->duplicate_key) ++whole;
  }
  if (whole == 0 || (sound == Sound::all && whole < known)) return std::nullopt;
  return fmt::format("'{}' parsed before and does not any more: line {}, column {}: {}", path.str(),
                     fault->line, fault->column, fault->why);
}

std::optional<std::string> stored(const git::Objects& objects, const std::optional<Version>& version) {
  if (!version || version->mode == Mode::link || !objects.contains(version->blob)) return std::nullopt;
  return objects.blob(version->blob);
}

/// What the path will hold; none: nothing that could be parsed.
using EffectsByPath = std::map<RelPath, const Effect*>;

std::optional<std::string> outcome_of(Project& project, const RelPath& path, const EffectsByPath& effects) {
  const RelPath full = project.tree.join(path);
  if (const auto found = effects.find(full); found != effects.end())
    return found->second->recorded.after->mode == Mode::link ? std::nullopt
                                                             : std::optional(found->second->content());
  const Here here = project.folder.look(full);
  if (here.occupant != Occupant::file || here.file.mode == Mode::link) return std::nullopt;
  return project.folder.bytes(full);
}

}  // namespace

std::vector<std::string> merged_structure_warnings(const std::vector<FilePlan>& plans, Ours& ours,
                                                   const git::Objects& objects) {
  std::vector<std::string> warnings;
  for (const FilePlan& plan : plans) {
    if (plan.change.change_class != ChangeClass::merged || !plan.bytes) continue;
    const auto versions = [&] {
      const RelPath& here = plan.change.old_path.value_or(plan.change.path);
      const auto version = ours.at(here, std::nullopt).version;
      return Versions{version ? std::optional(ours.content(here, *version)) : std::nullopt,
                      stored(objects, plan.theirs)};
    };
    if (auto warning = warning_about(plan.change.path, *plan.bytes, versions, Sound::all))
      warnings.push_back(std::move(*warning));
  }
  return warnings;
}

std::vector<std::string> resolved_structure_warnings(Project& project, const git::Objects& objects,
                                                     const OpenPull& open,
                                                     const std::vector<Effect>& effects) {
  EffectsByPath coming;
  for (const Effect& effect : effects) {
    if (effect.recorded.place == Place::project && effect.content)
      coming.emplace(effect.recorded.path, &effect);
  }
  std::vector<std::string> warnings;
  for (const OpenConflict& conflict : open.conflicts) {
    const Conflict& about = conflict.conflict;
    const auto outcome = outcome_of(project, about.path, coming);
    if (!outcome) continue;
    const auto versions = [&] {
      return Versions{stored(objects, about.base), stored(objects, about.here),
                      stored(objects, about.theirs)};
    };
    if (auto warning = warning_about(about.path, *outcome, versions, Sound::any))
      warnings.push_back(std::move(*warning));
  }
  return warnings;
}

}  // namespace ddx
