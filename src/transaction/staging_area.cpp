#include "transaction/staging_area.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <system_error>

#include "ddx/error.hpp"

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
      above_(make_folders(files, home_, folder.substr(0, folder.size() - id_.size()))),
      folder_(make_folders(files, above_, id_)),
      stage_(make_folders(files, folder_, "stage")),
      old_(make_folders(files, folder_, "old")),
      reader_(files, home / folder, nullptr),
      moves_(files) {}

StagingArea StagingArea::beside(Files& files, const std::filesystem::path& root, const std::string& id) {
  const Directory above = files.open_root(root);
  const Directory home = make_folders(files, above, area_folder);
  if (read_file(files, home, ignore_file) != ignore_all)
    replace_own_file(files, home, ignore_file, ignore_all);
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

void StagingArea::check_movable(const Directory& at, const std::string& name) {
  files_.check_movable(at, name, above_, id_);  // ours is a folder, and not empty
}

void StagingArea::probe() {
  const std::string made = "probe", placed = "probe.placed";
  static_cast<void>(files_.create(folder_, made, 0600));
  try {
    moves_.put(folder_, made, folder_, placed);
  } catch (const std::system_error& error) {
    const int number = error.code().value();
    if (number != EPERM && number != EOPNOTSUPP && number != ENOSYS) throw;
    throw Error(
        ErrorCode::io,
        fmt::format("on the file system of '{}' files can be neither linked nor renamed without replacing "
                    "others",
                    folder_.path().string()));
  }
  if (files_.info(folder_, made)) files_.remove(folder_, made);
  files_.remove(folder_, placed);
}

void StagingArea::rescue(const std::string& staged) {
  const Directory rescue = make_folders(files_, home_, "rescue");
  files_.sync(home_);  // first: what is durable in a folder that is not, is nowhere
  for (int attempt = 0;; ++attempt) {
    const std::string name = fmt::format("{}-{}-{}", id_, staged, attempt);
    if (files_.info(rescue, name)) continue;
    rename_to_free(files_, stage_, staged, rescue, name);
    files_.sync(rescue);
    return;
  }
}

std::vector<std::pair<std::size_t, Here>> StagingArea::rescued() {
  const auto rescue = files_.open_below(home_, "rescue");
  if (!rescue) return {};
  std::vector<std::pair<std::size_t, Here>> found;
  ProjectFolder reader(files_, rescue->path(), nullptr);
  for (const FolderEntry& file : files_.list(*rescue)) {
    if (!file.name.starts_with(id_ + "-")) continue;
    const std::string_view entry = std::string_view(file.name).substr(id_.size() + 1);
    std::size_t index = 0;
    const auto [end, failure] = std::from_chars(entry.data(), entry.data() + entry.size(), index);
    if (failure == std::errc() && end != entry.data())
      found.emplace_back(index, reader.look(RelPath::parse(file.name)));
  }
  return found;
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
