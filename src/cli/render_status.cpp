#include <fmt/format.h>

#include <map>

#include "cli/render.hpp"
#include "cli/render_changes.hpp"
#include "cli/report_error.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

/// In the order in which they matter to who asks.
constexpr ResourceState shown_states[] = {
    ResourceState::conflict, ResourceState::both,   ResourceState::customized, ResourceState::deleted_here,
    ResourceState::stale,    ResourceState::behind, ResourceState::local_only};

Tone tone_of(ResourceState state) {
  switch (state) {
    case ResourceState::conflict:
      return Tone::failure;
    case ResourceState::both:
    case ResourceState::stale:
      return Tone::caution;
    case ResourceState::deleted_here:
      return Tone::removed;
    case ResourceState::customized:
    case ResourceState::local_only:
      return Tone::added;
    case ResourceState::behind:
      return Tone::hunk;
    case ResourceState::in_sync:
      return Tone::plain;
  }
  return Tone::plain;
}

std::string explanation(ResourceState state) {
  switch (state) {
    case ResourceState::in_sync:
      return {};
    case ResourceState::customized:
      return "changed here";
    case ResourceState::behind:
      return "changed upstream; 'ddx pull' brings it";
    case ResourceState::both:
      return "changed here and upstream; 'ddx pull' merges";
    case ResourceState::conflict:
      return "waits for you to resolve it";
    case ResourceState::local_only:
      return "upstream does not have it";
    case ResourceState::deleted_here:
      return "deleted here, still there upstream";
    case ResourceState::stale:
      return "equals an earlier version";
  }
  return {};
}

std::string short_code(ResourceState state) {
  switch (state) {
    case ResourceState::in_sync:
      return "  ";
    case ResourceState::customized:
      return "M ";
    case ResourceState::behind:
      return " M";
    case ResourceState::both:
      return "MM";
    case ResourceState::conflict:
      return "UU";
    case ResourceState::local_only:
      return "??";
    case ResourceState::deleted_here:
      return "D ";
    case ResourceState::stale:
      return "S ";
  }
  return {};
}

std::string point_text(const std::optional<UpstreamPoint>& point, const char* otherwise) {
  if (!point) return otherwise;
  return point->date ? fmt::format("{}, {}", point->version, day(*point->date)) : point->version;
}

std::string freshness(const StatusReport& report) {
  if (report.asked_upstream) return "asked just now";
  if (report.fetched_at) return "as of " + minute(*report.fetched_at);
  return "never asked";
}

std::string distance(const StatusReport& report) {
  if (!report.behind) return {};
  return *report.behind == 0
             ? ", up to date"
             : ", " + count_of(static_cast<std::size_t>(*report.behind), "commit") + " behind";
}

void add_head(Page& page, const StatusReport& report) {
  page.line({{"Upstream  ", Tone::strong},
             report.url,
             " (" + describe(report.follow) + "), in '" + report.path + "'"});
  page.line({{"Here      ", Tone::strong}, point_text(report.current, "not pulled yet")});
  page.line({{"Newest    ", Tone::strong},
             point_text(report.upstream, "not known"),
             distance(report),
             " (" + freshness(report) + ")"});
  if (!report.upstream_problem) return;
  page.line({{"Upstream could not be asked: ", Tone::caution},
             report.upstream_problem->what(),
             {" [" + code_name(report.upstream_problem->code()) + "]", Tone::faint}});
  add_details(page, *report.upstream_problem);
  add_hints(page, *report.upstream_problem);
}

std::string open_pull_line(const StatusReport& report) {
  const std::size_t open = report.open_conflicts.size(), decided = report.decided_conflicts.size();
  const std::string all = count_of(open + decided, "conflict");
  if (open == 0) return fmt::format("A pull is open; {} decided", all);
  return fmt::format("A pull is open, with {}{} to resolve",
                     decided > 0 ? fmt::format("{} of ", open) : std::string(), all);
}

void add_open_work(Page& page, const StatusReport& report) {
  if (!report.open_operation.empty()) {
    page.heading(open_pull_line(report));
    page.line({"  when they are resolved:  ddx pull --continue"});
    page.line({"  to go back:              ddx pull --abort"});
  }
  if (!report.pending_recovery.empty()) {
    page.heading(
        "An operation was interrupted; the next command that changes something finishes or undoes it");
    for (const auto& operation : report.pending_recovery) page.line({"  " + operation});
  }
}

/// Every path, or with too many of them one line a folder.
void add_paths(Page& page, const std::vector<std::string>& paths, const Appearance& look) {
  constexpr std::size_t comfortable = 30;
  if (paths.size() <= comfortable || look.verbose) {
    for (const auto& path : paths) page.line({"  " + path});
    return;
  }
  std::map<std::string, std::size_t> folders;
  for (const auto& path : paths) {
    const auto slash = path.rfind('/');
    ++folders[slash == std::string::npos ? "" : path.substr(0, slash + 1)];
  }
  std::size_t shown = 0;
  for (const auto& [folder, files] : folders) {
    if (shown++ == list_limit(look)) break;
    page.line({"  " + (folder.empty() ? "(top folder)" : folder) + "  " + count_of(files, "file")});
  }
  add_rest(page, folders.size(), look);
}

}  // namespace

Page status(const StatusReport& report, const Appearance& look) {
  std::map<ResourceState, std::vector<std::string>> by_state;
  for (const auto& resource : report.resources) by_state[resource.state].push_back(resource.path.str());
  Page page;
  add_head(page, report);
  add_open_work(page, report);
  for (const ResourceState state : shown_states) {
    const auto& paths = by_state[state];
    if (paths.empty()) continue;
    page.line().line({{std::string(to_string(state)), tone_of(state)},
                      fmt::format("  {} ({})", count_of(paths.size(), "file"), explanation(state))});
    add_paths(page, paths, look);
  }
  return page.line().line(
      {fmt::format("{} in sync", count_of(by_state[ResourceState::in_sync].size(), "file"))});
}

Page short_status(const StatusReport& report) {
  Page page;
  for (const auto& resource : report.resources) {
    if (resource.state == ResourceState::in_sync) continue;
    page.line({{short_code(resource.state), tone_of(resource.state)}, " ", resource.path.str()});
  }
  return page;
}

}  // namespace ddx::cli::render
