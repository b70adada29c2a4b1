#include "transaction/elsewhere.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"
#include "transaction/index_step.hpp"
#include "transaction/operation_folder.hpp"

namespace ddx {

namespace {

FileInfo worktree_info(const Workspace& workspace, Host& host) {
  return host.files.info(host.files.open_root(workspace.worktree_root), ".").value();
}

[[noreturn]] void refuse(const Intent& intent, const std::string& here) {
  const std::string home = intent.machine.empty()
                               ? intent.worktree_root
                               : fmt::format("{} on {}", intent.worktree_root, intent.machine);
  throw Error(
      ErrorCode::interrupted_operation_elsewhere,
      fmt::format("an interrupted {} belongs to '{}', and this is {}", intent.record.kind, home, here),
      {{Recovery::go_where_it_began, home}, {Recovery::run_doctor}}, Aftermath::pending);
}

}  // namespace

void note_home(const Workspace& workspace, Host& host, Intent& intent) {
  const FileInfo root = worktree_info(workspace, host);
  intent.worktree_root = workspace.worktree_root.string();
  intent.machine = host.invocation.machine;
  intent.root_device = root.device;
  intent.root_inode = root.inode;
}

void require_home(const Workspace& workspace, Host& host, const Intent& intent) {
  if (intent.machine != host.invocation.machine) refuse(intent, "another machine");
  if (intent.worktree_root != workspace.worktree_root.string())
    refuse(intent, fmt::format("'{}'", workspace.worktree_root.string()));
  const FileInfo root = worktree_info(workspace, host);
  if (intent.root_device == root.device && intent.root_inode != root.inode)
    refuse(intent, "a copy that took its place");
}

void adopt_operation(const Workspace& workspace, Host& host, const std::string& id) {
  OperationFolder operation = OperationFolder::open(workspace, host.files, id);
  std::optional<Intent> intent = operation.read_intent();
  if (!intent)
    throw Error(ErrorCode::state_damaged, fmt::format("operation {} has no journal", id), {{Recovery::retry}},
                Aftermath::pending);
  note_home(workspace, host, *intent);
  replace_own_file(host.files, operation.folder(), "intent", encode_intent(*intent));
}

void put_operation_aside(const Workspace& workspace, Host& host, git::Repository& repository,
                         const std::string& id) {
  OperationFolder operation = OperationFolder::open(workspace, host.files, id);
  IndexStep(workspace, host, repository, operation).release();
  for (const auto& [name, target] : repository.references("refs/ddx/")) {
    if (!name.ends_with("/op/" + id)) continue;
    repository.remove_reference(name);
  }
  operation.retire();
}

}  // namespace ddx
