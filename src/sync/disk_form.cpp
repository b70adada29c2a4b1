#include "sync/disk_form.hpp"

#include <cerrno>
#include <map>
#include <set>
#include <system_error>

namespace ddx {

namespace {

constexpr const char* attributes_name = ".gitattributes";

/// By path from the work tree's root; none: it goes.
using AttributeFiles = std::map<std::string, std::optional<std::string>>;

AttributeFiles planned_files(const Project& project, const git::Objects& objects,
                             const std::vector<FilePlan>& plans) {
  AttributeFiles files;
  const auto path_of = [&](const RelPath& path) {
    return project.workspace.prefix + project.tree.join(path).str();
  };
  for (const FilePlan& plan : plans) {
    if (plan.action == FilePlan::Action::nothing) continue;
    if (plan.change.old_path && plan.change.old_path->name() == attributes_name)
      files.emplace(path_of(*plan.change.old_path), std::nullopt);
    if (plan.change.path.name() != attributes_name) continue;
    auto& file = files[path_of(plan.change.path)];
    if (plan.action == FilePlan::Action::write)
      file = plan.bytes ? *plan.bytes : objects.blob(plan.result.blob);
  }
  return files;
}

/// The folders that the plans write into and those above them, from the work tree's root: "", "a/", "a/b/".
std::set<std::string> folders_of(const Project& project, const std::vector<FilePlan>& plans) {
  std::set<std::string> folders{""};
  for (const FilePlan& plan : plans) {
    if (plan.action != FilePlan::Action::write) continue;
    const std::string path = project.workspace.prefix + project.tree.join(plan.change.path).str();
    for (std::size_t slash = path.rfind('/'); slash != std::string::npos; slash = path.rfind('/', slash - 1))
      if (!folders.insert(path.substr(0, slash + 1)).second) break;
  }
  return folders;
}

/// \returns nothing where no such folder is (yet)
std::optional<Directory> open_folder(Files& disk, const Directory& root, const std::string& folder) {
  try {
    return disk.open_below(root, folder.substr(0, folder.size() - (folder.empty() ? 0 : 1)));
  } catch (const std::system_error& error) {
    if (error.code().value() == ENOTDIR || error.code().value() == ELOOP) return std::nullopt;
    throw;
  }
}

/// Those that will be on disk, as far as they matter to what the plans write.
std::map<std::string, std::string> files_to_come(const Project& project, const AttributeFiles& planned,
                                                 const std::vector<FilePlan>& plans) {
  std::map<std::string, std::string> files;
  Files& disk = project.host.files;
  const Directory root = disk.open_root(project.workspace.worktree_root);
  for (const std::string& folder : folders_of(project, plans)) {
    const std::string path = folder + attributes_name;
    if (const auto found = planned.find(path); found != planned.end()) {
      if (found->second) files.emplace(path, *found->second);
      continue;
    }
    const auto open = open_folder(disk, root, folder);
    const auto info = open ? disk.info(*open, attributes_name) : std::nullopt;
    if (!info || info->type != FileType::regular) continue;
    if (auto bytes = read_file(disk, *open, attributes_name)) files.emplace(path, std::move(*bytes));
  }
  return files;
}

}  // namespace

DiskForm::DiskForm(const Project& project, const git::Objects& objects, const std::vector<FilePlan>& plans,
                   LineEnds line_ends)
    : project_(project), line_ends_(line_ends), has_links_(!project.repository.is_off("core.symlinks")) {
  if (line_ends == LineEnds::raw) return;
  if (const AttributeFiles planned = planned_files(project, objects, plans); !planned.empty())
    planned_.emplace(project.repository, files_to_come(project, planned, plans));
}

bool DiskForm::converts(const RelPath& path, Mode mode) const {
  if (line_ends_ == LineEnds::raw || mode == Mode::link) return false;
  const std::string full = project_.workspace.prefix + path.str();
  return planned_ ? planned_->converts_line_ends(full) : project_.repository.converts_line_ends(full);
}

std::string DiskForm::convert(const RelPath& path, std::string bytes) const {
  const std::string full = project_.workspace.prefix + path.str();
  auto converted = planned_ ? planned_->to_disk(full, bytes) : project_.repository.to_disk(full, bytes);
  return converted ? std::move(*converted) : std::move(bytes);
}

Mode DiskForm::mode(Mode stored) const {
  const bool as_file = stored == Mode::link && !has_links_ && line_ends_ == LineEnds::as_git;
  return as_file ? Mode::file : stored;
}

}  // namespace ddx
