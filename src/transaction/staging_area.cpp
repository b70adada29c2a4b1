#include "transaction/staging_area.hpp"

#include <fmt/format.h>

#include <system_error>

namespace ddx {

namespace {

constexpr const char* ignore_file = ".gitignore";
constexpr const char* ignore_all = "*\n";

void remove_home_if_empty(Files& files, const Directory& root, const Directory& home) {
  const auto left = files.list(home);
  if (left.size() > 1 || (left.size() == 1 && left.front().name != ignore_file)) return;
  if (!left.empty()) files.remove(home, ignore_file);
  files.remove_empty_folder(root, area_folder);
}

}  // namespace

StagingArea::StagingArea(Files& files, const std::filesystem::path& home, const std::string& folder)
    : files_(files),
      id_(folder.substr(folder.rfind('/') + 1)),
      home_(files.open_root(home)),
      folder_(make_folders(files, home_, folder)),
      stage_(make_folders(files, folder_, "stage")),
      old_(make_folders(files, folder_, "old")),
      reader_(files, home / folder, nullptr),
      moves_(files) {}

StagingArea StagingArea::beside(Files& files, const std::filesystem::path& root, const std::string& id) {
  const Directory above = files.open_root(root);
  const Directory home = make_folders(files, above, area_folder);
  if (read_file(files, home, ignore_file) != ignore_all) replace_own_file(files, home, ignore_file, ignore_all);
  StagingArea area(files, root / area_folder, id);
  files.sync(home);
  files.sync(above);
  return area;
}

void StagingArea::tidy(Files& files, const std::filesystem::path& root, const std::string& id) {
  const Directory above = files.open_root(root);
  const auto home = files.open_below(above, area_folder);
  if (!home) return;
  if (const auto folder = files.open_below(*home, id)) {
    files.remove_empty_folder(*folder, "stage");
    files.remove_empty_folder(*folder, "old");
    files.remove_empty_folder(*home, id);
  }
  remove_home_if_empty(files, above, *home);
}

void StagingArea::discard(Files& files, const std::filesystem::path& root, const std::string& id) {
  const Directory above = files.open_root(root);
  const auto home = files.open_below(above, area_folder);
  if (!home) return;
  remove_own_tree(files, *home, id);
  remove_home_if_empty(files, above, *home);
}

bool StagingArea::reaches(const Directory& folder) {
  const auto here = files_.info(stage_, ".");
  const auto there = files_.info(folder, ".");
  return here && there && here->device == there->device && files_.same_mount(stage_, folder);
}

void StagingArea::rescue(const std::string& staged) {
  const Directory rescue = make_folders(files_, home_, "rescue");
  for (int attempt = 0;; ++attempt) {
    const std::string name = fmt::format("{}-{}-{}", id_, staged, attempt);
    if (files_.info(rescue, name)) continue;
    rename_to_free(files_, stage_, staged, rescue, name);
    files_.sync(rescue);
    return;
  }
}

void StagingArea::flush(bool few) {
  if (!few) {
    files_.sync_file_system(folder_);
    return;
  }
  for (const FolderEntry& entry : files_.list(stage_)) {
    if (entry.type != FileType::regular) continue;
    if (const auto file = files_.open_read(stage_, entry.name)) files_.sync(*file);
  }
  files_.sync(stage_);
  files_.sync(folder_);
}

}  // namespace ddx
