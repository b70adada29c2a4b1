#include "sync/open_conflicts.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"
#include "sync/conflict_decider.hpp"

namespace ddx {

ConflictCount count_conflicts(Project& project, const OpenPull& open) {
  const git::Objects objects = project.objects(nullptr);
  ConflictDecider decider(project, objects, open);
  ConflictCount count{0, open.conflicts.size()};
  for (const OpenConflict& conflict : open.conflicts)
    count.open += decider.as_it_stands(conflict).decided ? 0u : 1u;
  return count;
}

std::string words_for(const ConflictCount& count) {
  const char* s = count.total == 1 ? "" : "s";
  if (count.open == 0) return fmt::format("its end, {} conflict{} being decided", count.total, s);
  if (count.open == count.total) return fmt::format("{} conflict{} to be resolved", count.total, s);
  return fmt::format("{} of {} conflicts to be resolved", count.open, count.total);
}

ConflictCount count_conflicts(const Workspace& workspace, Host& host, const OpenPull& open) {
  try {
    Project project(workspace, host, load_config(workspace, host), ReadLock::no);
    return count_conflicts(project, open);
  } catch (const Error&) {
    return {open.conflicts.size(), open.conflicts.size()};
  }
}

void refuse_while_open(const Workspace& workspace, Host& host) {
  const auto open = read_open_pull(workspace, host);
  if (!open) return;
  throw Error(ErrorCode::operation_open,
              fmt::format("a pull to {} waits for {}", open->version,
                          words_for(count_conflicts(workspace, host, *open))),
              {{Recovery::list_conflicts}, {Recovery::continue_pull}, {Recovery::abort_pull}});
}

}  // namespace ddx
