#include "git/planned_attributes.hpp"

#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

#include "git/filters.hpp"
#include "git/handle.hpp"
#include "git/lfs.hpp"

namespace ddx::git {

namespace {

constexpr const char* doing = "read the attributes that are to come";

/// An object store that lives in memory only.
OdbHandle store_in_memory() {
  auto store = acquire<OdbHandle>(doing, git_odb_new);
  git_odb_backend* backend = nullptr;
  check(git_mempack_new(&backend), doing);
  check(git_odb_add_backend(store.get(), backend, 1), doing);  // which owns it from here
  return store;
}

}  // namespace

/// libgit2 reads attributes of the work tree first, then of the index: here the work tree is a folder that
/// has none, and the index is one in memory that holds just these files.
PlannedAttributes::PlannedAttributes(const ProjectRepository& project,
                                     const std::map<std::string, std::string>& files) {
  const std::string git_dir = git_repository_path(project.raw());
  repository_.reset(acquire<RepositoryHandle>(doing, git_repository_open, git_dir.c_str()).release());
  check(git_repository_set_workdir(repository_.get(), git_dir.c_str(), 0), doing);
  const OdbHandle store = store_in_memory();
  check(git_repository_set_odb(repository_.get(), store.get()), doing);
  const auto index = acquire<IndexHandle>(doing, git_index_new);
  check(git_repository_set_index(repository_.get(), index.get()), doing);
  for (const auto& [path, bytes] : files) {
    git_index_entry entry{};
    entry.path = path.c_str();
    entry.mode = GIT_FILEMODE_BLOB;
    check(git_odb_write(&entry.id, store.get(), bytes.data(), bytes.size(), GIT_OBJECT_BLOB), doing);
    check(git_index_add(index.get(), &entry), doing);
  }
}

std::optional<std::string> PlannedAttributes::to_disk(const std::string& path,
                                                      const std::string& bytes) const {
  if (is_lfs_pointer(bytes)) return std::nullopt;
  return filtered(repository_.get(), path, bytes, Direction::to_disk);
}

bool PlannedAttributes::converts_line_ends(const std::string& path) const {
  return has_filters(repository_.get(), path, Direction::to_disk);
}

}  // namespace ddx::git
