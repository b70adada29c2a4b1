#include "git/index.hpp"

#include <fmt/format.h>

#include "git/handle.hpp"

namespace ddx::git {

namespace {

std::optional<Version> to_version(std::uint32_t mode, const git_oid& id) {
  for (const Mode known : {Mode::file, Mode::executable, Mode::link}) {
    if (mode == static_cast<std::uint32_t>(known)) return Version{from_git(id), known};
  }
  return std::nullopt;
}

bool is_in(const std::string& path, const std::string& folder) {
  return folder.empty() ||
         (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

IndexHandle open_index(const std::filesystem::path& file) {
  git_index* raw = nullptr;
  const int code = git_index_open(&raw, file.c_str());
  IndexHandle index(raw);
  if (code < 0 && last_message().find("extension") != std::string_view::npos)
    throw Error(ErrorCode::unsupported_repository,
                fmt::format("cannot edit the index: {} (a split or sparse index)", last_message()),
                {{Recovery::commit_without}});
  check(code, "open the index");
  return index;
}

}  // namespace

std::map<std::string, Version> index_versions(const ProjectRepository& repository,
                                              const std::string& folder) {
  const std::filesystem::path file = std::filesystem::path(git_repository_path(repository.raw())) / "index";
  const IndexHandle index = open_index(file);
  std::map<std::string, Version> found;
  const std::size_t count = git_index_entrycount(index.get());
  std::size_t start = 0;
  if (!folder.empty()) git_index_find_prefix(&start, index.get(), (folder + "/").c_str());
  for (std::size_t i = start; i < count; ++i) {
    const git_index_entry* entry = git_index_get_byindex(index.get(), i);
    if (!is_in(entry->path, folder)) {
      if (folder.empty() || found.empty()) continue;
      break;
    }
    if (git_index_entry_stage(entry) != 0) continue;
    if (const auto version = to_version(entry->mode, entry->id)) found.emplace(entry->path, *version);
  }
  return found;
}

std::vector<std::string> ProjectRepository::edit_index(const std::filesystem::path& file,
                                                       const std::vector<IndexEdit>& edits) {
  const IndexHandle index = open_index(file);
  std::vector<std::string> left;
  for (const IndexEdit& edit : edits) {
    const git_index_entry* entry = git_index_get_bypath(index.get(), edit.path.c_str(), 0);
    std::optional<Version> now;
    if (entry != nullptr) now = to_version(entry->mode, entry->id);
    if (now == edit.after && (entry != nullptr) == edit.after.has_value()) continue;
    if (now != edit.before) {
      left.push_back(edit.path);
      continue;
    }
    if (!edit.after) {
      check(git_index_remove(index.get(), edit.path.c_str(), 0), fmt::format("unstage '{}'", edit.path));
      continue;
    }
    git_index_entry fresh{};
    fresh.mode = static_cast<std::uint32_t>(edit.after->mode);
    fresh.id = ddx::git::to_git(edit.after->blob);
    fresh.path = edit.path.c_str();
    if (entry != nullptr) {
      fresh.flags = entry->flags & GIT_INDEX_ENTRY_VALID;
      fresh.flags_extended = entry->flags_extended;
    }
    check(git_index_add(index.get(), &fresh), fmt::format("stage '{}'", edit.path));
  }
  check(git_index_write(index.get()), "write the index");
  return left;
}

namespace {

Oid updated_tree(const ProjectRepository& repository, git_tree* baseline,
                 std::vector<git_tree_update>& updates) {
  git_oid made;
  check(git_tree_create_updated(&made, repository.raw(), baseline, updates.size(), updates.data()),
        "write the commit's tree");
  return from_git(made);
}

bool holds(const git_tree* tree, const std::string& path) {
  git_tree_entry* raw = nullptr;
  const bool there = tree != nullptr && git_tree_entry_bypath(&raw, tree, path.c_str()) == 0;
  const Handle<git_tree_entry, git_tree_entry_free> owned(raw);
  return there;
}

}  // namespace

Oid updated_tree(const ProjectRepository& repository, const Oid& commit,
                 const std::map<std::string, std::optional<Version>>& changes) {
  TreeHandle tree;
  if (!commit.is_null()) {
    const git_oid id = to_git(commit);
    const auto handle = acquire<CommitHandle>("read HEAD's commit", git_commit_lookup, repository.raw(), &id);
    tree = acquire<TreeHandle>("read HEAD's tree", git_commit_tree, handle.get());
  }
  std::vector<git_tree_update> removals, additions;
  for (const auto& [path, version] : changes) {
    git_tree_update update{};
    update.path = path.c_str();
    if (version) {
      update.action = GIT_TREE_UPDATE_UPSERT;
      update.id = to_git(version->blob);
      update.filemode = static_cast<git_filemode_t>(version->mode);
      additions.push_back(update);
    } else if (holds(tree.get(), path)) {
      update.action = GIT_TREE_UPDATE_REMOVE;
      removals.push_back(update);
    }
  }
  if (!removals.empty()) {  // apart and first, so that a file can take a folder's name
    const git_oid id = to_git(updated_tree(repository, tree.get(), removals));
    tree = acquire<TreeHandle>("read the commit's tree", git_tree_lookup, repository.raw(), &id);
  }
  return updated_tree(repository, tree.get(), additions);
}

}  // namespace ddx::git
