#include "git/discover.hpp"

#include <fmt/format.h>
#include <git2.h>

#include "ddx/error.hpp"
#include "git/handle.hpp"
#include "git/library.hpp"

namespace ddx::git {

namespace fs = std::filesystem;

namespace {

Error unsupported(const fs::path& start, std::string_view why, std::vector<NextStep> steps = {}) {
  return Error(ErrorCode::unsupported_repository,
               fmt::format("cannot use the repository at '{}': {}", start.string(), why), std::move(steps));
}

RepositoryHandle open(const fs::path& start) {
  git_repository* raw = nullptr;
  const int code = git_repository_open_ext(&raw, marked_folder(start).c_str(), 0, nullptr);
  if (code == GIT_ENOTFOUND)
    throw Error(ErrorCode::not_a_repository, fmt::format("'{}' is not in a git repository", start.string()),
                {{Recovery::git_init}});
  if (code == GIT_EOWNER)
    throw unsupported(start, "it belongs to another user, and 'safe.directory' does not list it",
                      {{Recovery::trust_owner, marked_folder(start).string()}});
  const git_error* error = git_error_last();
  // An unknown format or extension. libgit2's message names it.
  if (code < 0 && error != nullptr && error->klass == GIT_ERROR_REPOSITORY)
    throw unsupported(start, fmt::format("{}; a plain clone of it can be used", last_message()));
  check(code, fmt::format("open the repository at '{}'", start.string()));
  return RepositoryHandle(raw);
}

fs::path resolved(const char* path) {
  std::error_code failure;
  fs::path result = fs::canonical(path, failure);
  if (failure)
    throw Error(ErrorCode::repository_damaged,
                fmt::format("cannot open '{}', which the repository names: {}", path, failure.message()));
  return result;
}

}  // namespace

fs::path marked_folder(const fs::path& start) {
  std::error_code failure;
  const fs::path resolved = fs::canonical(start, failure);
  if (failure) return start;
  for (fs::path folder = resolved;; folder = folder.parent_path()) {
    if (fs::exists(fs::symlink_status(folder / ".git", failure))) return folder;
    if (folder == folder.root_path()) return start;
  }
}

Location discover(const fs::path& start) {
  initialise();
  const RepositoryHandle repository = open(start);
  if (git_repository_is_bare(repository.get()) == 1)
    throw unsupported(start, "a bare repository has no work tree");
  if (git_repository_oid_type(repository.get()) != GIT_OID_SHA1)
    throw unsupported(start, "its object format is not sha1");
  Location location{.git_dir = resolved(git_repository_path(repository.get())),
                    .common_dir = resolved(git_repository_commondir(repository.get())),
                    .worktree_root = resolved(git_repository_workdir(repository.get())),
                    .linked_worktree = {}};
  if (git_repository_is_worktree(repository.get()) == 1)
    location.linked_worktree = location.git_dir.filename();
  return location;
}

}  // namespace ddx::git
