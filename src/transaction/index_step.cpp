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

}  // namespace

/// A copy of the index with the edits applied, flushed, under a name never used before, neither by us nor by
/// libgit2 for the file that it writes aside.
std::string IndexStep::build(const std::vector<git::IndexEdit>& edits) {
  Files& files = host_.files;
  std::string name;
  for (int attempt = 0;; ++attempt) {
    name = fmt::format("index.{}", attempt);
    if (!files.info(operation_.stage(), name) && !files.info(operation_.stage(), name + ".lock")) break;
  }
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

bool IndexStep::take_lock(const std::string& staged) {
  Files& files = host_.files;
  const Directory git_dir = files.open_root(workspace_.git_dir);
  std::chrono::milliseconds waited{0}, pause = first_pause;
  for (;;) {
    try {
      files.hard_link(operation_.stage(), staged, git_dir, "index.lock");
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
    if (!take_lock(staged_))
      throw Error(ErrorCode::git_busy, "git holds 'index.lock' in this repository", {{Recovery::retry}});
    if (read_file(files, git_dir, "index") == before) return;
    release();  // somebody staged something in between: build it again on top of that
  }
}

std::vector<std::string> IndexStep::publish() {
  Files& files = host_.files;
  const Directory git_dir = files.open_root(workspace_.git_dir);
  files.rename(git_dir, "index.lock", git_dir, "index", RenameMode::replace);
  return left_;
}

void IndexStep::settle() {
  if (staged_.empty()) return;
  host_.files.sync(host_.files.open_root(workspace_.git_dir));
  // Only now: should the rename get lost, this name is how recovery knows the lock for ours.
  host_.files.remove(operation_.stage(), staged_);
  staged_.clear();
}

void IndexStep::release() {
  Files& files = host_.files;
  const Directory git_dir = files.open_root(workspace_.git_dir);
  const auto lock = files.info(git_dir, "index.lock");
  if (!lock) return;
  for (const FolderEntry& entry : files.list(operation_.stage())) {
    const auto ours = files.info(operation_.stage(), entry.name);
    if (ours && ours->inode == lock->inode && ours->device == lock->device) {
      files.remove(git_dir, "index.lock");
      files.sync(git_dir);  // once the operation is retired, nobody knows it for ours
      return;
    }
  }
}

}  // namespace ddx
