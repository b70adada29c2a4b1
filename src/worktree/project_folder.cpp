#include "worktree/project_folder.hpp"

#include <cerrno>
#include <system_error>

#include "git/objects.hpp"

namespace ddx {

namespace {

constexpr std::uint32_t owner_may_execute = 0100;

Mode mode_of(const FileInfo& info) {
  if (info.type == FileType::link) return Mode::link;
  return (info.permissions & owner_may_execute) != 0 ? Mode::executable : Mode::file;
}

bool is_no_folder(const std::system_error& error) {
  const int number = error.code().value();
  return number == ENOTDIR || number == ELOOP;
}

}  // namespace

ProjectFolder::ProjectFolder(Files& files, const std::filesystem::path& root, StatCache* cache)
    : files_(files), root_(files.open_root(root)), cache_(cache) {}

const Directory* ProjectFolder::parent_of(const RelPath& path, bool* blocked) {
  const std::string_view wanted = path.parent();
  if (wanted.empty()) return &root_;
  if (parent_ && parent_name_ == wanted) return &*parent_;
  try {
    parent_ = files_.open_below(root_, wanted);
  } catch (const std::system_error& error) {
    if (!is_no_folder(error)) throw;
    *blocked = true;
    parent_.reset();
  }
  parent_name_ = wanted;
  return parent_ ? &*parent_ : nullptr;
}

Here ProjectFolder::look(const RelPath& path) {
  Here here;
  bool blocked = false;
  const Directory* parent = parent_of(path, &blocked);
  if (parent == nullptr) {
    if (blocked) here.occupant = Occupant::blocked;
    return here;
  }
  const std::string name(path.name());
  const auto info = files_.info(*parent, name);
  if (!info) return here;
  here.permissions = info->permissions;
  switch (info->type) {
    case FileType::folder:
      here.occupant = Occupant::folder;
      return here;
    case FileType::other:
      here.occupant = Occupant::blocked;
      return here;
    case FileType::regular:
    case FileType::link:
      break;
  }
  here.occupant = Occupant::file;
  here.file.mode = mode_of(*info);
  if (cache_ != nullptr) {
    if (const auto known = cache_->find(path, *info)) {
      here.file.bytes = *known;
      return here;
    }
  }
  here.file.bytes = git::hash_blob(bytes(path));
  if (cache_ != nullptr) cache_->remember(path, *info, here.file.bytes);
  return here;
}

std::string ProjectFolder::bytes(const RelPath& path) {
  bool blocked = false;
  const Directory* parent = parent_of(path, &blocked);
  const std::string name(path.name());
  const auto info = parent != nullptr ? files_.info(*parent, name) : std::nullopt;
  if (!info) throw std::system_error(ENOENT, std::generic_category(), "read '" + path.str() + "'");
  if (info->type == FileType::link) return files_.read_link(*parent, name);
  auto content = read_file(files_, *parent, name);
  if (!content) throw std::system_error(ENOENT, std::generic_category(), "read '" + path.str() + "'");
  return std::move(*content);
}

std::vector<RelPath> ProjectFolder::files_below(const RelPath& folder,
                                                const std::function<bool(const RelPath&)>& enter,
                                                std::vector<std::string>* skipped,
                                                std::vector<RelPath>* empty) {
  std::vector<RelPath> found;
  std::vector<RelPath> pending{folder};
  const auto skip = [&](const std::string& what) {
    if (skipped != nullptr) skipped->push_back(what);
  };
  while (!pending.empty()) {
    const RelPath current = std::move(pending.back());
    pending.pop_back();
    std::optional<Directory> open;
    try {
      open = files_.open_below(root_, current.str());
    } catch (const std::system_error& error) {
      if (!is_no_folder(error)) throw;
    }
    if (!open) continue;
    const std::vector<FolderEntry> entries = files_.list(*open);
    if (entries.empty() && empty != nullptr) empty->push_back(current);
    const bool is_repository = std::any_of(entries.begin(), entries.end(),
                                           [](const FolderEntry& entry) { return entry.name == ".git"; });
    if (is_repository && current != folder) {
      skip(current.str());
      continue;
    }
    for (const FolderEntry& entry : entries) {
      if (current == folder && entry.name == area_folder) continue;
      const auto path = current.child(entry.name);
      if (!path || entry.type == FileType::other) {
        skip(current.str() + "/" + entry.name);
        continue;
      }
      if (entry.type != FileType::folder) {
        found.push_back(*path);
      } else if (!enter || enter(*path)) {
        pending.push_back(*path);
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace ddx
