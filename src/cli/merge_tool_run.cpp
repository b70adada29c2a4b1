#include "cli/merge_tool_run.hpp"

#include <fmt/format.h>

#include "cli/merge_tool.hpp"
#include "cli/scratch_folder.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

std::string merged_at_first(const ConflictDetail& detail) {
  if (detail.pending.decided.empty() && detail.now) return detail.now->bytes;
  if (detail.text)
    return composed(*detail.text, [&](std::size_t hunk) { return detail.text->hunks[hunk].marked; });
  return detail.now ? detail.now->bytes : detail.here->bytes;
}

/// `review_LOCAL.md`: a tool tells from the ending how to show it.
std::string name_of(const RelPath& path, const std::string& role) {
  const std::filesystem::path name = std::filesystem::path(path.str()).filename();
  return name.stem().string() + role + name.extension().string();
}

MergeToolSettings chosen_tool(const Workspace& workspace, const std::string& name,
                              std::vector<std::string>& paths, Host& host) {
  MergeToolSettings settings = merge_tool_settings(workspace, name, host);
  if (name.empty() || is_merge_tool(settings)) return settings;
  try {
    static_cast<void>(pending_conflicts(workspace, {name}, host));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::path_unknown) return settings;
    throw;
  }
  paths.insert(paths.begin(), name);
  return merge_tool_settings(workspace, "", host);
}

void add(ResolveReport& all, ToolOutcome outcome, const RelPath& path) {
  if (!outcome.report) {
    all.undecided.push_back({path, outcome.why});
    return;
  }
  ResolveReport& one = *outcome.report;
  std::move(one.decided.begin(), one.decided.end(), std::back_inserter(all.decided));
  std::move(one.undecided.begin(), one.undecided.end(), std::back_inserter(all.undecided));
  all.open = one.open;
  all.snapshot = one.snapshot;
  all.operation = one.operation;
}

}  // namespace

ToolOutcome run_merge_tool(const Workspace& workspace, const ConflictDetail& detail,
                           const MergeToolSettings& settings, Host& host) {
  const RelPath& path = detail.pending.conflict.path;
  const auto is_file = [](const auto& side) { return side && side->mode != Mode::link; };
  if (!is_file(detail.here) || !is_file(detail.theirs))
    return {std::nullopt, fmt::format("'{}' has no two versions to merge: take a side", path.str())};
  ScratchFolder folder(workspace, host);
  const std::string before = merged_at_first(detail);
  const std::string merged = name_of(path, "");
  const MergeFiles files{folder.write(name_of(path, "_BASE"), detail.base ? detail.base->bytes : ""),
                         folder.write(name_of(path, "_LOCAL"), detail.here->bytes),
                         folder.write(name_of(path, "_REMOTE"), detail.theirs->bytes),
                         folder.write(merged, before), detail.base.has_value()};
  MergeTool tool = prepare_merge_tool(settings, files, host.environment("PATH").value_or(""));
  tool.program.folder = workspace.worktree_root;
  const int status = run_on_terminal(tool.program, host.interrupted);
  if (status != 0 && tool.exit_code_counts)
    return {std::nullopt, fmt::format("'{}' is still open: the merge tool '{}' ended with status {}",
                                      path.str(), settings.name, status)};
  const auto after = folder.read(merged);
  if (!after || *after == before)
    return {std::nullopt,
            fmt::format("'{}' is still open: the merge tool '{}' saved nothing", path.str(), settings.name)};
  return {resolve_with(workspace,
                       {path, *after, detail.now, "tool",
                        fmt::format("merged '{}' with the tool '{}'", path.str(), settings.name)},
                       host),
          {}};
}

ResolveReport resolve_with_tool(const Workspace& workspace, const std::string& name,
                                std::vector<std::string> paths, Host& host) {
  const MergeToolSettings tool = chosen_tool(workspace, name, paths, host);
  const PendingConflicts pending = pending_conflicts(workspace, paths, host);
  const bool named = paths.size() == 1 && pending.conflicts.size() == 1;
  ResolveReport all;
  all.version = pending.version;
  all.total = pending.total;
  all.open = pending.open;
  for (const PendingConflict& conflict : pending.conflicts) {
    const RelPath& path = conflict.conflict.path;
    if (conflict.decided.empty() || named) {
      add(all, run_merge_tool(workspace, conflict_detail(workspace, path, host), tool, host), path);
    } else {
      all.left_alone.push_back(path);
    }
  }
  return all;
}

}  // namespace ddx::cli
