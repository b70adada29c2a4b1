#include "sync/left_markers.hpp"

#include <fmt/format.h>

#include <map>

#include "ddx/error.hpp"
#include "sync/open_pull.hpp"

namespace ddx {

namespace {

/// How the markers of a file look.
struct Marking {
  int size = 7;
  MergeLabels labels;
};

std::multimap<RelPath, Marking> markings_of(const Project& project, const git::Objects& objects,
                                            const std::vector<OperationRecord>& records) {
  std::multimap<RelPath, Marking> markings;
  for (const OperationRecord& record : records) {
    if (!record.continues.empty()) continue;  // a step of a pull that has a record of its own
    try {
      const auto open = left_open(project.workspace, objects, record);
      if (!open) continue;
      for (const OpenConflict& conflict : open->conflicts) {
        if (conflict.marked)
          markings.emplace(project.tree.join(conflict.conflict.path),
                           Marking{conflict.marker_size, open->labels});
      }
    } catch (const Error&) {
      continue;  // a record that cannot be read tells nothing
    }
  }
  return markings;
}

}  // namespace

std::vector<std::string> left_marker_warnings(const Project& project, const git::Objects& objects,
                                              const std::vector<OperationRecord>& records,
                                              const std::vector<Effect>& effects) {
  for (const Effect& effect : effects) {
    if (effect.recorded.place == Place::state && effect.recorded.after) return {};  // the pull is open again
  }
  const auto markings = markings_of(project, objects, records);
  std::vector<std::string> warnings;
  for (const Effect& effect : effects) {
    if (effect.recorded.place != Place::project || !effect.content) continue;
    const auto [begin, end] = markings.equal_range(effect.recorded.path);
    if (begin == end) continue;
    const std::string bytes = effect.content();
    const bool marked = std::any_of(begin, end, [&](const auto& marking) {
      return has_markers(bytes, marking.second.size, marking.second.labels);
    });
    if (marked)
      warnings.push_back(
          fmt::format("'{}' comes back with conflict markers, and no pull is open to resolve them",
                      effect.recorded.path.str()));
  }
  return warnings;
}

}  // namespace ddx
