#include "ddx/diff.hpp"

#include <fmt/format.h>

#include <set>

#include "ddx/error.hpp"
#include "git/text_diff.hpp"
#include "sync/base_reader.hpp"
#include "sync/chosen_paths.hpp"
#include "sync/three_sides.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

namespace {

struct Pair {
  std::optional<Version> before, after;
};

Pair pair_of(const Sides& sides, DiffSides wanted) {
  switch (wanted) {
    case DiffSides::base_to_here:
      return {sides.base, sides.here};
    case DiffSides::here_to_upstream:
      return {sides.here, sides.theirs};
    case DiffSides::base_to_upstream:
      return {sides.base, sides.theirs};
  }
  return {};
}

ChangeKind kind_of(const Pair& pair) {
  if (!pair.before) return ChangeKind::added;
  if (!pair.after) return ChangeKind::deleted;
  return pair.before->blob == pair.after->blob ? ChangeKind::mode : ChangeKind::modified;
}

/// Reads either side of a pair, wherever its bytes are.
class ContentReader {
 public:
  ContentReader(WorkTreeSide& here, BaseReader& stored) : here_(here), stored_(stored) {}

  std::string operator()(const RelPath& path, const std::optional<Version>& version, bool from_here) {
    if (!version) return {};
    return from_here ? here_.content(path, *version) : stored_(*version);
  }

 private:
  WorkTreeSide& here_;
  BaseReader& stored_;
};

std::optional<UpstreamView> upstream_if_needed(Project& project, const DiffRequest& request) {
  if (request.sides == DiffSides::base_to_here) return std::nullopt;
  return reach_upstream(project, std::nullopt, Network::offline);
}

void name_sides(const DiffRequest& request, const std::optional<UpstreamView>& view, DiffReport& report) {
  const std::string upstream = view ? "upstream " + view->point.version : std::string();
  switch (request.sides) {
    case DiffSides::base_to_here:
      report.before_name = "base", report.after_name = "here";
      break;
    case DiffSides::here_to_upstream:
      report.before_name = "here", report.after_name = upstream;
      break;
    case DiffSides::base_to_upstream:
      report.before_name = "base", report.after_name = upstream;
      break;
  }
}

/// `--upstream` shows what taking upstream's files would do; files that only exist here would stay.
bool is_shown(const Sides& sides, DiffSides wanted) {
  return wanted != DiffSides::here_to_upstream || sides.base || sides.theirs;
}

}  // namespace

DiffReport diff(const Workspace& workspace, const DiffRequest& request, Host& host) {
  report_pending(workspace, host);
  Project project = open_project(workspace, host);
  static_cast<void>(require_lock(project));
  const std::optional<UpstreamView> view = upstream_if_needed(project, request);
  git::UpstreamRepository upstream =
      git::UpstreamRepository::open(project.workspace.upstream_repository(), host);
  const git::Objects objects = project.objects(&upstream);
  std::optional<std::vector<git::TreeFile>> theirs;
  if (view) theirs = list_upstream(project, objects, view->tree).files;

  WorkTreeSide here(project.folder, project.tree, project.repository, workspace.prefix, LineEnds::as_git);
  const auto table = three_sides(project.lock.value_or(Lock{}), here, theirs);
  std::set<RelPath> known;
  for (const auto& [path, sides] : table) known.insert(path);
  const ChosenPaths chosen(project, request.paths, known);

  BaseReader stored(project, upstream, project.config.follow, objects, Network::online, nullptr);
  ContentReader content(here, stored);
  DiffReport report;
  name_sides(request, view, report);
  for (const auto& [path, sides] : table) {
    const Pair pair = pair_of(sides, request.sides);
    if (pair.before == pair.after || !chosen.contains(path) || !is_shown(sides, request.sides)) continue;
    DiffFile file{path, std::nullopt, kind_of(pair), pair.before, pair.after};
    git::diff_text(content(path, pair.before, request.sides == DiffSides::here_to_upstream),
                   content(path, pair.after, request.sides == DiffSides::base_to_here), request.context_lines,
                   file);
    report.files.push_back(std::move(file));
  }
  return report;
}

}  // namespace ddx
