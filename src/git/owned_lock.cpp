#include "git/owned_lock.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <system_error>
#include <thread>

#include "ddx/error.hpp"

namespace ddx::git {

namespace {

constexpr std::chrono::milliseconds first_pause{5};
constexpr std::chrono::milliseconds longest_pause{100};

constexpr const char* locks_folder = "ddx/locks";
constexpr const char* staged = "content";
constexpr const char* note = "note";

std::string folder_of(const std::string& relative) {
  const std::size_t slash = relative.rfind('/');
  return slash == relative.npos ? std::string() : relative.substr(0, slash);
}

std::string name_of(const std::string& relative) { return relative.substr(relative.rfind('/') + 1); }

bool has_no_hard_links(const std::system_error& error) {
  const int number = error.code().value();
  return number == EPERM || number == EOPNOTSUPP || number == ENOSYS || number == EMLINK;
}

/// What the note says: the inode, a space, the path below the common git directory.
struct Note {
  std::uint64_t inode = 0;
  std::string relative;
};

std::optional<Note> parse_note(std::string_view text) {
  Note parsed;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), parsed.inode);
  if (failure != std::errc() || end == text.data() + text.size() || *end != ' ') return std::nullopt;
  parsed.relative.assign(end + 1, text.data() + text.size());
  if (parsed.relative.empty()) return std::nullopt;
  return parsed;
}

}  // namespace

OwnedLock::OwnedLock(Host& host, const std::filesystem::path& common_dir, const std::string& relative,
                     std::string_view content)
    : files_(host.files), relative_(relative), name_(name_of(relative)) {
  const Directory root = files_.open_root(common_dir);
  locks_ = make_folders(files_, root, locks_folder);
  folder_ = make_folders(files_, root, folder_of(relative));
  stage(content);
  take(host);
}

OwnedLock::~OwnedLock() {
  try {
    if (held_) files_.remove(folder_, name_ + ".lock");
    forget();
  } catch (const std::system_error&) {
    return;  // the note stays, and with it the way back
  }
}

void OwnedLock::stage(std::string_view content) {
  if (files_.info(locks_, staged)) files_.remove(locks_, staged);
  FileInfo info;
  {
    const Descriptor file = files_.create(locks_, staged, 0666);
    write_all(files_, file, content);
    files_.sync(file);
    info = files_.info(file);
  }
  replace_own_file(files_, locks_, note, fmt::format("{} {}", info.inode, relative_));
}

bool OwnedLock::try_take() {
  try {
    files_.hard_link(locks_, staged, folder_, name_ + ".lock");
  } catch (const std::system_error& error) {
    if (error.code().value() == EEXIST) return false;
    if (!has_no_hard_links(error)) throw;
    return held_ = try_take_by_rename();
  }
  return held_ = true;
}

bool OwnedLock::try_take_by_rename() {
  const std::string lock = name_ + ".lock";
  try {
    try {
      files_.rename(locks_, staged, folder_, lock, RenameMode::no_replace);
    } catch (const std::system_error& error) {
      if (!is_unknown_mode(error)) throw;
      static_cast<void>(files_.create(folder_, lock, 0666));  // now it is ours, and may be replaced
      files_.rename(locks_, staged, folder_, lock, RenameMode::replace);
    }
  } catch (const std::system_error& taken) {
    if (taken.code().value() == EEXIST) return false;
    throw;
  }
  return true;
}

void OwnedLock::take(Host& host) {
  std::chrono::milliseconds waited{0}, pause = first_pause;
  while (!try_take()) {
    if (host.interrupted) throw Interrupted();
    if (waited >= host.patience) {
      forget();
      throw Error(ErrorCode::git_busy, fmt::format("git holds '{}.lock' in this repository", relative_),
                  {{Recovery::retry}});
    }
    std::this_thread::sleep_for(pause);
    waited += pause;
    pause = std::min(2 * pause, longest_pause);
  }
}

void OwnedLock::publish() {
  files_.rename(folder_, name_ + ".lock", folder_, name_, RenameMode::replace);
  held_ = false;
  files_.sync(folder_);
}

void OwnedLock::forget() {
  if (files_.info(locks_, staged)) files_.remove(locks_, staged);
  if (files_.info(locks_, note)) files_.remove(locks_, note);
}

void OwnedLock::release_dead_lock(Files& files, const std::filesystem::path& common_dir) {
  const Directory root = files.open_root(common_dir);
  const auto locks = files.open_below(root, locks_folder);
  if (!locks) return;
  if (const auto left = parse_note(read_file(files, *locks, note).value_or(""))) {
    const auto folder = files.open_below(root, folder_of(left->relative));
    const std::string name = name_of(left->relative) + ".lock";
    const auto lock = folder ? files.info(*folder, name) : std::nullopt;
    if (lock && lock->inode == left->inode) files.remove(*folder, name);
  }
  for (const FolderEntry& entry : files.list(*locks)) files.remove(*locks, entry.name);
}

}  // namespace ddx::git
