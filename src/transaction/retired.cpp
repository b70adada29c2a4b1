#include "transaction/retired.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

#include "base/time.hpp"
#include "ddx/error.hpp"
#include "transaction/intent.hpp"
#include "transaction/operation_folder.hpp"
#include "worktree/project_folder.hpp"

namespace ddx {

namespace {

constexpr std::size_t kept_operations = 50;
constexpr std::chrono::days kept_time{14};
/// An operation never spends long on its forerunners.
constexpr std::size_t most_at_once = 10;

/// The entry that a file in `stage/` or `old/` belongs to; none for files that never held a user's content.
std::optional<std::size_t> entry_of(const std::string& name) {
  std::size_t entry = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), entry);
  if (failure != std::errc() || end == name.data()) return std::nullopt;
  return entry;
}

std::optional<Intent> read_intent(Files& files, const Directory& operation) {
  const auto bytes = read_file(files, operation, "intent");
  try {
    return bytes ? decode_intent(*bytes) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // a newer ddx wrote it; without it, more is saved than need be
  }
}

/// What one retired operation keeps in one of its staging areas.
class RetiredArea {
 public:
  /// \param home  where `folder` (`done/<id>`, or `<id>` in `.ddx-op`) and `rescue/` are
  RetiredArea(Host& host, const git::ObjectSource& objects, const std::filesystem::path& home,
              const std::string& folder, const std::string& id)
      : host_(host),
        files_(host.files),
        objects_(objects),
        id_(id),
        rescue_path_(home / "rescue"),
        home_(host.files.open_root(home)),
        folder_(make_folders(host.files, home_, folder)),
        reader_(host.files, home / folder, nullptr) {}

  void save_content(const std::optional<Intent>& intent) {
    for (const char* name : {"stage", "old"}) {
      const auto folder = files_.open_below(folder_, name);
      if (!folder) continue;
      for (const FolderEntry& file : files_.list(*folder)) {
        const auto entry = entry_of(file.name);
        if (entry) save_unless_known(*folder, name, file.name, effect_of(intent, *entry));
      }
    }
  }

 private:
  static const RecordedEffect* effect_of(const std::optional<Intent>& intent, std::size_t entry) {
    return intent && entry < intent->record.effects.size() ? &intent->record.effects[entry] : nullptr;
  }

  void save_unless_known(const Directory& folder, const std::string& folder_name, const std::string& name,
                         const RecordedEffect* effect) {
    const Here here = reader_.look(RelPath::parse(folder_name + "/" + name));
    if (here.occupant != Occupant::file) return;
    const bool ours = effect != nullptr && effect->after && here.file.bytes == effect->after->bytes;
    if (ours || objects_.contains(here.file.bytes)) return;
    const Directory rescue = make_folders(files_, home_, "rescue");
    files_.sync(home_);  // first: what is durable in a folder that is not, is nowhere
    const std::string kept = free_name(rescue, folder_name + "-" + name);
    rename_to_free(files_, folder, name, rescue, kept);
    files_.sync(rescue);
    host_.events.warning(
        fmt::format("'{}' was still written to after it was replaced; what was written is in '{}'",
                    effect != nullptr ? effect->path.str() : name, (rescue_path_ / kept).string()));
  }

  std::string free_name(const Directory& rescue, const std::string& name) {
    for (int attempt = 0;; ++attempt) {
      std::string free = fmt::format("{}-{}-{}", id_, name, attempt);
      if (!files_.info(rescue, free)) return free;
    }
  }

  Host& host_;
  Files& files_;
  const git::ObjectSource& objects_;
  std::string id_;
  std::filesystem::path rescue_path_;
  Directory home_, folder_;
  ProjectFolder reader_;
};

void remove_retired(const Workspace& workspace, Host& host, const git::ObjectSource& objects,
                    const Directory& done, const std::string& id) {
  Files& files = host.files;
  const auto operation = files.open_below(done, id);
  const std::optional<Intent> intent = operation ? read_intent(files, *operation) : std::nullopt;
  RetiredArea(host, objects, workspace.state_dir(), "done/" + id, id).save_content(intent);
  const Directory worktree = files.open_root(workspace.worktree_root);
  for (const std::string& root : intent ? intent->areas : std::vector<std::string>()) {
    const std::filesystem::path home = std::filesystem::path(root) / area_folder;
    if (!files.open_below(worktree, (home / id).string())) continue;
    RetiredArea(host, objects, workspace.worktree_root / home, id, id).save_content(intent);
    StagingArea::discard(files, workspace.worktree_root / root, id);
  }
  remove_own_tree(files, done, id);
}

void prune(const Workspace& workspace, Host& host, const git::ObjectSource& objects) {
  Files& files = host.files;
  const auto done = files.open_below(files.open_root(workspace.git_dir), "ddx/done");
  if (!done) return;
  std::vector<FolderEntry> retired = files.list(*done);
  std::sort(retired.begin(), retired.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto now = host.now();
  const auto expired = [&](std::size_t i) {
    const auto made = ulid_time(retired[i].name);
    return retired.size() - i > kept_operations || (made && now - *made > kept_time);
  };
  for (std::size_t i = 0; i < std::min(retired.size(), most_at_once) && expired(i); ++i)
    remove_retired(workspace, host, objects, *done, retired[i].name);
}

}  // namespace

void prune_retired(const Workspace& workspace, Host& host, const git::ObjectSource& objects) {
  try {
    prune(workspace, host, objects);
  } catch (const std::system_error& failure) {
    host.events.trace(fmt::format("old operations stay until the next time: {}", failure.what()));
  } catch (const Error& failure) {
    host.events.trace(fmt::format("old operations stay: {}", failure.what()));
  }
}

}  // namespace ddx
