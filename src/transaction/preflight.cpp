#include "transaction/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "ddx/error.hpp"
#include "transaction/placement.hpp"

namespace ddx {

namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr std::uint64_t reserve_bytes = 16 * mebibyte;
/// The operation's folder, a pack, refs, and the folders they are in.
constexpr std::uint64_t own_files = 32;
constexpr std::uint64_t block = 4096;

std::string in_mebibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / static_cast<double>(mebibyte));
}

/// What one file system will have to take.
struct Need {
  std::filesystem::path seen_at;
  FreeSpace free;
  std::uint64_t bytes = 0, files = 0;

  void add_file(std::uint64_t size) {
    bytes += (size + block - 1) / block * block;
    ++files;
  }
  void check() const {
    const std::uint64_t needed = bytes + bytes / 5 + reserve_bytes;
    if (free.bytes < needed)
      throw Error(ErrorCode::disk_full,
                  fmt::format("the file system of '{}' has too little space: {} are needed, {} are free",
                              seen_at.string(), in_mebibytes(needed), in_mebibytes(free.bytes)),
                  {{Recovery::free_space}});
    if (free.files && *free.files < files)
      throw Error(ErrorCode::disk_full,
                  fmt::format("the file system of '{}' has too few inodes: {} are needed, {} are free",
                              seen_at.string(), files, *free.files),
                  {{Recovery::free_space}});
  }
};

class Preflight {
 public:
  Preflight(const Workspace& workspace, Host& host, const OperationStores& stores, OperationFolder& operation,
            const std::string& tree)
      : files_(host.files),
        stores_(stores),
        operation_(operation),
        project_(host.files.open_root(workspace.project_root)),
        state_(host.files.open_root(workspace.state_dir())),
        objects_(host.files.open_root(workspace.common_dir / "objects")) {
    const std::string project(workspace.prefix.substr(0, workspace.prefix.find_last_not_of('/') + 1));
    roots_ = {project, workspace.prefix + tree};
  }

  void look_at(const Effect& effect) {
    if (is_witness(effect.recorded)) {
      operation_.assign_next(0);
      return;
    }
    const std::size_t area = find_area(effect.recorded);
    operation_.assign_next(area);
    if (probed_.insert(area).second) operation_.areas()[area]->probe();
    if (effect.recorded.before) check_movable(effect.recorded, area);
    if (effect.recorded.after) count(effect, area);
  }

  void count_own(std::uint64_t index_size) {
    Need& need = need_of(objects_, objects_.path());
    need.bytes += stores_.pack.collected_bytes();
    need.files += own_files;
    need_of(0).add_file(index_size);
  }

  void check_space() const {
    for (const auto& [device, need] : needs_) need.check();
  }

 private:
  [[nodiscard]] const Directory& root(const RecordedEffect& effect) const {
    return effect.place == Place::project ? project_ : state_;
  }

  /// The folder that is there: a path's parents may have to be made, also where a file is now.
  Directory nearest_folder(const RecordedEffect& effect, std::string_view* missing) {
    std::string_view folder = effect.path.parent();
    for (;;) {
      try {
        if (auto open = files_.open_below(root(effect), folder)) {
          *missing = std::string_view(effect.path.parent()).substr(folder.size());
          return std::move(*open);
        }
      } catch (const std::system_error& error) {
        if (!is_race(error)) throw;
      }
      folder = folder.substr(0, RelPath::parse(folder).parent().size());
    }
  }

  /// The staging area for a path, after a look at the folder that it is in.
  std::size_t find_area(const RecordedEffect& effect) {
    const std::string key =
        (effect.place == Place::project ? "p/" : "s/") + std::string(effect.path.parent());
    if (const auto known = areas_.find(key); known != areas_.end()) return known->second;
    std::string_view missing;
    const Directory folder = nearest_folder(effect, &missing);
    files_.check_writable(folder);
    const auto area = operation_.area_for(folder, roots_);
    if (!area)
      throw Error(ErrorCode::cross_device,
                  fmt::format("'{}' is on another file system than the local tree and the git directory",
                              folder.path().string()));
    need_of(*area).files += static_cast<std::uint64_t>(std::count(missing.begin(), missing.end(), '/')) + 1;
    return areas_.emplace(key, *area).first->second;
  }

  void check_movable(const RecordedEffect& effect, std::size_t area) {
    const auto folder = files_.open_below(root(effect), effect.path.parent());
    if (!folder)
      throw Error(ErrorCode::raced, fmt::format("'{}' changed meanwhile", effect.path.str()),
                  {{Recovery::retry}});
    try {
      operation_.areas()[area]->check_movable(*folder, std::string(effect.path.name()));
    } catch (const std::system_error& error) {
      if (!is_race(error)) throw;
      throw Error(ErrorCode::raced, fmt::format("'{}' changed meanwhile", effect.path.str()),
                  {{Recovery::retry}});
    }
  }

  void count(const Effect& effect, std::size_t area) {
    const Oid& id = effect.recorded.after->bytes;
    const auto stored = stores_.objects.size(id);
    const std::uint64_t size = stored ? *stored : effect.content().size();
    need_of(area).add_file(size);
    if (!stored) need_of(objects_, objects_.path()).bytes += size;
  }

  Need& need_of(std::size_t area) {
    const StagingArea& there = *operation_.areas()[area];
    return need_of(there.stage(), there.place());
  }
  Need& need_of(const Directory& folder, const std::filesystem::path& shown) {
    const auto info = files_.info(folder, ".");
    const auto [found, is_new] = needs_.try_emplace(info ? info->device : 0);
    if (is_new) found->second = {shown, files_.free_space(folder)};
    return found->second;
  }

  Files& files_;
  const OperationStores& stores_;
  OperationFolder& operation_;
  Directory project_, state_, objects_;
  std::vector<std::string> roots_;
  std::map<std::string, std::size_t> areas_;  ///< by folder
  std::set<std::size_t> probed_;
  std::map<std::uint64_t, Need> needs_;  ///< by device
};

}  // namespace

void preflight(const Workspace& workspace, Host& host, const OperationStores& stores,
               const OperationDraft& draft, OperationFolder& operation) {
  Preflight preflight(workspace, host, stores, operation, draft.tree);
  for (const Effect& effect : draft.effects) preflight.look_at(effect);
  std::uint64_t index_size = 0;
  if (!draft.index.empty()) {
    const auto index = host.files.info(host.files.open_root(workspace.git_dir), "index");
    if (index) index_size = index->size;
  }
  preflight.count_own(index_size);
  preflight.check_space();
}

}  // namespace ddx
