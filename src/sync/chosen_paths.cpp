#include "sync/chosen_paths.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "ddx/error.hpp"

namespace ddx {

namespace {

namespace fs = std::filesystem;

/// `path` below the local tree; "." for the tree itself; nothing if it is elsewhere.
std::optional<std::string> below_tree(const fs::path& path, const fs::path& tree) {
  std::string relative = path.lexically_normal().lexically_relative(tree).generic_string();
  while (relative.ends_with('/')) relative.pop_back();
  if (relative.empty() || relative == ".." || relative.starts_with("../")) return std::nullopt;
  return relative;
}

bool is_known(const RelPath& path, const std::set<RelPath>& known) {
  return std::any_of(known.lower_bound(path), known.end(),
                     [&](const RelPath& candidate) { return candidate.is_below(path); });
}

}  // namespace

ChosenPaths::ChosenPaths(const Project& project, const std::vector<std::string>& arguments,
                         const std::set<RelPath>& known) {
  const fs::path tree = project.tree.below(project.workspace.project_root);
  for (const std::string& argument : arguments) {
    everything_ = false;
    std::error_code missing;
    fs::path from_here = fs::weakly_canonical(project.host.current_directory, missing) / argument;
    std::vector<RelPath> readings;
    bool whole_tree = false, inside = false;
    for (const auto& reading : {below_tree(from_here, tree), below_tree(tree / argument, tree)}) {
      if (!reading) continue;
      inside = true;
      if (*reading == ".") {
        whole_tree = true;
        continue;
      }
      const auto path = RelPath::try_parse(*reading);
      if (path && is_known(*path, known) && (readings.empty() || readings.front() != *path))
        readings.push_back(*path);
    }
    if (readings.size() == 2)
      throw Error(ErrorCode::path_ambiguous,
                  fmt::format("'{}' may mean '{}' or '{}' in the local tree", argument, readings[0].str(),
                              readings[1].str()),
                  {{Recovery::did_you_mean, (tree / readings[0].str()).string()}});
    if (readings.size() == 1) {
      chosen_.push_back(readings[0]);
      continue;
    }
    if (whole_tree) {
      everything_ = true;
      return;
    }
    const bool is_something_else = !below_tree(from_here, tree) && fs::exists(from_here, missing);
    if (!inside || is_something_else)
      throw Error(ErrorCode::path_unknown,
                  fmt::format("'{}' is outside the local tree '{}'", argument, project.tree.str()), {});
    std::vector<std::string> names;
    for (const RelPath& path : known) names.push_back(path.str());
    std::vector<NextStep> steps;
    if (const std::string near = closest(argument, names); !near.empty())
      steps.push_back({Recovery::did_you_mean, near});
    throw Error(ErrorCode::path_unknown,
                fmt::format("neither upstream nor the local tree has '{}'", argument), steps);
  }
}

bool ChosenPaths::contains(const RelPath& path) const {
  return everything_ || std::any_of(chosen_.begin(), chosen_.end(),
                                    [&](const RelPath& chosen) { return path.is_below(chosen); });
}

bool ChosenPaths::names(const RelPath& path) const {
  return !everything_ && std::find(chosen_.begin(), chosen_.end(), path) != chosen_.end();
}

}  // namespace ddx
