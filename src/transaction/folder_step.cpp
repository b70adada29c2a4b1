#include "transaction/folder_step.hpp"

#include <cerrno>
#include <system_error>

namespace ddx {

namespace {

/// A component is no folder any more.
bool is_blocked(const std::system_error& error) {
  switch (error.code().value()) {
    case EEXIST:
    case ENOTDIR:
    case ELOOP:
      return true;
    default:
      return false;
  }
}

}  // namespace

void FolderStep::remove(const std::vector<RelPath>& folders) {
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {  // sorted: the deepest first
    try {
      const auto above = files_.open_below(project_, folder->parent());
      const std::string name(folder->name());
      const auto there = above ? files_.info(*above, name) : std::nullopt;
      if (there && there->type == FileType::folder) files_.remove_empty_folder(*above, name);
    } catch (const std::system_error& error) {
      if (!is_blocked(error)) throw;
    }
  }
}

std::optional<std::string> FolderStep::make(const std::vector<RelPath>& folders) {
  std::optional<std::string> blocked;
  for (const RelPath& folder : folders) {
    try {
      static_cast<void>(make_folders(files_, project_, folder.str()));
    } catch (const std::system_error& error) {
      if (!is_blocked(error)) throw;
      blocked = folder.str();
    }
  }
  return blocked;
}

void FolderStep::flush() {
  if (!record_.folders_made.empty() || !record_.folders_removed.empty()) files_.sync_file_system(project_);
}

}  // namespace ddx
