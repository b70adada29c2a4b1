#include "sync/begin_changes.hpp"

#include "git/objects.hpp"
#include "git/project_repository.hpp"
#include "transaction/recover.hpp"

namespace ddx {

WriterLock begin_changes(const Workspace& workspace, Host& host) {
  WriterLock writer = WriterLock::take(workspace, host);
  auto repository = git::ProjectRepository::open(workspace.worktree_root);
  const git::Objects objects(
      {repository.objects_folder(), workspace.common_state_dir() / "upstream.git" / "objects"});
  recover(workspace, host, repository, objects);
  return writer;
}

}  // namespace ddx
