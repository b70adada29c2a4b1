#include "sync/begin_changes.hpp"

#include "git/objects.hpp"
#include "git/owned_lock.hpp"
#include "git/pack_writer.hpp"
#include "git/project_repository.hpp"
#include "transaction/recover.hpp"

namespace ddx {

WriterLock begin_changes(const Workspace& workspace, Host& host) {
  WriterLock writer = WriterLock::take(workspace, host);
  git::OwnedLock::release_dead_lock(host.files, workspace.common_dir);
  auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  git::PackWriter::sweep(host.files, repository.objects_folder(), workspace.incoming_dir());
  const git::Objects objects({repository.objects_folder(), workspace.upstream_repository() / "objects"});
  recover(workspace, host, repository, objects);
  return writer;
}

}  // namespace ddx
