#include "sync/file_kinds.hpp"

#include <fmt/format.h>

#include <map>

#include "config/selection.hpp"
#include "git/attributes.hpp"
#include "git/lfs.hpp"

namespace ddx {

namespace {

constexpr std::size_t names_shown = 5;

std::string list_of(const std::vector<RelPath>& paths) {
  std::string text;
  for (std::size_t i = 0; i < std::min(paths.size(), names_shown); ++i)
    text += fmt::format("{}'{}'", i == 0 ? "" : ", ", paths[i].str());
  if (paths.size() > names_shown) text += fmt::format(" and {} more", paths.size() - names_shown);
  return text;
}

bool is_pointer(const git::Objects& objects, const Version& version) {
  constexpr std::uint64_t shortest = 120, longest = 512;  // to read few others
  if (version.mode == Mode::link) return false;
  const auto size = objects.size(version.blob);
  return size && *size >= shortest && *size < longest && git::is_lfs_pointer(objects.blob(version.blob));
}

bool brings_pointer(const git::Objects& objects, const FilePlan& plan) {
  if (plan.action != FilePlan::Action::write) return false;
  return plan.bytes ? git::is_lfs_pointer(*plan.bytes) : is_pointer(objects, plan.result);
}

bool was_merged(const FilePlan& plan) {
  return plan.change.change_class == ChangeClass::merged || (plan.conflict && plan.marked);
}

std::string note_of(const git::Objects& objects, bool generated, const Conflict& conflict) {
  for (const auto& version : {conflict.base, conflict.theirs}) {
    if (version && is_pointer(objects, *version))
      return "a Git LFS pointer: take a side, then 'git lfs pull' gets its content";
  }
  return generated ? "a generated file: take upstream's, then generate it anew" : "";
}

}  // namespace

std::vector<std::string> note_file_kinds(const Project& project, const git::Objects& objects,
                                         std::vector<FilePlan>& plans) {
  const PatternList generated(project.config.generated);
  std::vector<RelPath> pointers;
  std::map<std::string, std::vector<RelPath>> by_driver;
  for (FilePlan& plan : plans) {
    const RelPath& path = plan.change.path;
    if (brings_pointer(objects, plan)) pointers.push_back(path);
    if (!plan.conflict && !was_merged(plan)) continue;
    const auto attributes =
        git::attributes_of(project.repository, project.workspace.prefix + project.tree.join(path).str());
    const bool is_generated = attributes.generated || (!generated.empty() && generated.matches(path));
    if (plan.conflict) plan.conflict->note = note_of(objects, is_generated, *plan.conflict);
    const bool passed_over =
        !attributes.driver.empty() && attributes.merge == git::Attributes::Merge::text && was_merged(plan);
    if (passed_over) by_driver[attributes.driver].push_back(path);
  }
  std::vector<std::string> warnings;
  for (const auto& [driver, paths] : by_driver)
    warnings.push_back(fmt::format("merge={} is a program, which ddx does not run; merged as text: {}",
                                   driver, list_of(paths)));
  if (!pointers.empty())
    warnings.push_back(fmt::format("Git LFS pointers came without their content, 'git lfs pull' gets it: {}",
                                   list_of(pointers)));
  return warnings;
}

}  // namespace ddx
