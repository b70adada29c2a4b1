#include "transaction/index_step.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "ddx/error.hpp"

namespace ddx {

namespace {

constexpr std::chrono::milliseconds first_pause{5};
constexpr std::chrono::milliseconds longest_pause{100};
constexpr const char* lock_name = "index.lock";

/// What file systems without hard links say.
bool cannot_link(const std::system_error& error) {
  const int number = error.code().value();
  return number == EPERM || number == EOPNOTSUPP || number == ENOSYS || number == EMLINK;
}

}  // namespace

std::string IndexStep::free_name(const std::string& stem) {
  for (int attempt = 0;; ++attempt) {
    std::string name = fmt::format("{}.{}", stem, attempt);
    const bool is_free = !host_.files.info(operation_.stage(), name) &&
                         !host_.files.info(operation_.stage(), name + ".lock");  // libgit2's, written aside
    if (is_free) return name;
  }
}

/// A copy of the index with the edits applied, flushed, under a name never used before.
std::string IndexStep::build(const std::vector<git::IndexEdit>& edits) {
  Files& files = host_.files;
  std::string name = free_name("index");
  const Directory git_dir = files.open_root(workspace_.git_dir);
  if (const auto current = read_file(files, git_dir, "index")) {
    const Descriptor copy = files.create(operation_.stage(), name, 0666);
    write_all(files, copy, *current);
  }
  files.before_library_change("index");
  left_ = repository_.edit_index(operation_.stage().path() / name, edits);
  files.sync(*files.open_read(operation_.stage(), name));
  return name;
}

void IndexStep::make_lock(const Directory& git_dir) {
  if (!by_token_) {
    try {
      host_.files.hard_link(operation_.stage(), staged_, git_dir, lock_name);
      return;
    } catch (const std::system_error& error) {
      if (!cannot_link(error)) throw;
      by_token_ = true;
    }
  }
  make_token_lock(git_dir);
}

/// The token is there as soon as the lock is, but where not even a rename can refuse to replace: there a lock
/// that is cut off in between stays, and has to be removed as one of git's.
void IndexStep::make_token_lock(const Directory& git_dir) {
  Files& files = host_.files;
  const std::string made = free_name("token");
  {
    const Descriptor file = files.create(operation_.stage(), made, 0666);
    write_all(files, file, token());
    files.sync(file);  // an empty lock after a power cut would be nobody's
  }
  try {
    files.rename(operation_.stage(), made, git_dir, lock_name, RenameMode::no_replace);
  } catch (const std::system_error& error) {
    if (!is_unknown_mode(error)) throw;
    write_all(files, files.create(git_dir, lock_name, 0666), token());
  }
}

/// Waits its turn. \returns false if that never comes
bool IndexStep::take_lock(const Directory& git_dir) {
  std::chrono::milliseconds waited{0}, pause = first_pause;
  for (;;) {
    try {
      make_lock(git_dir);
      return true;
    } catch (const std::system_error& error) {
      if (error.code().value() != EEXIST) throw;
    }
    if (host_.interrupted) throw Interrupted();
    if (waited >= host_.patience) return false;
    std::this_thread::sleep_for(pause);
    waited += pause;
    pause = std::min(2 * pause, longest_pause);
  }
}

void IndexStep::lock(const std::vector<git::IndexEdit>& edits) {
  Files& files = host_.files;
  const Directory git_dir = files.open_root(workspace_.git_dir);
  for (;;) {
    const auto before = read_file(files, git_dir, "index");
    staged_ = build(edits);
    if (!take_lock(git_dir))
      throw Error(ErrorCode::git_busy, "git holds 'index.lock' in this repository", {{Recovery::retry}});
    if (read_file(files, git_dir, "index") == before) return;
    release();  // somebody staged something in between: build it again on top of that
  }
}

std::vector<std::string> IndexStep::publish() {
  Files& files = host_.files;
  const Directory git_dir = files.open_root(workspace_.git_dir);
  if (by_token_) {
    files.rename(operation_.stage(), staged_, git_dir, "index", RenameMode::replace);
  } else {
    files.rename(git_dir, lock_name, git_dir, "index", RenameMode::replace);
  }
  return left_;
}

void IndexStep::settle() {
  if (staged_.empty()) return;
  host_.files.sync(host_.files.open_root(workspace_.git_dir));
  if (by_token_) {
    release();
  } else {  // only now: should the rename get lost, this name is how recovery knows the lock for ours
    host_.files.remove(operation_.stage(), staged_);
  }
  staged_.clear();
}

bool IndexStep::is_ours(const Directory& git_dir, const FileInfo& lock) {
  Files& files = host_.files;
  for (const FolderEntry& entry : files.list(operation_.stage())) {
    const auto ours = files.info(operation_.stage(), entry.name);
    if (ours && ours->inode == lock.inode && ours->device == lock.device) return true;
  }
  return lock.type == FileType::regular && lock.size == token().size() &&
         read_file(files, git_dir, lock_name) == token();
}

void IndexStep::release() {
  Files& files = host_.files;
  const Directory git_dir = files.open_root(workspace_.git_dir);
  const auto lock = files.info(git_dir, lock_name);
  if (!lock || !is_ours(git_dir, *lock)) return;
  files.remove(git_dir, lock_name);
  files.sync(git_dir);  // once the operation is retired, nobody knows it for ours
}

}  // namespace ddx
