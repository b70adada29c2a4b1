#include "support/faulty_files.hpp"

#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <system_error>

namespace ddx::test {

namespace {

[[noreturn]] void refuse(int error, const char* call) {
  throw std::system_error(error, std::generic_category(), call);
}

}  // namespace

void FaultyFiles::reading(std::string_view name) {
  ++readings_;
  if (act_) act_({Kind::reading, readings_, name});
}

void FaultyFiles::changing(std::string_view name) {
  ++changes_;
  if (act_) act_({Kind::changing, changes_, name});
}

Directory FaultyFiles::open_root(const std::filesystem::path& path) {
  reading("open_root");
  return Files::open_root(path);
}

std::optional<Directory> FaultyFiles::open_below(const Directory& at, std::string_view relative) {
  reading("open_below");
  return Files::open_below(at, relative);
}

std::optional<FileInfo> FaultyFiles::info(const Directory& at, const std::string& name) {
  reading("info");
  return Files::info(at, name);
}

FileInfo FaultyFiles::info(const Descriptor& file) {
  reading("info");
  return Files::info(file);
}

std::vector<FolderEntry> FaultyFiles::list(const Directory& at) {
  reading("list");
  return Files::list(at);
}

std::optional<Descriptor> FaultyFiles::open_read(const Directory& at, const std::string& name) {
  reading("open_read");
  return Files::open_read(at, name);
}

std::size_t FaultyFiles::read(const Descriptor& file, std::span<char> into) {
  reading("read");
  return Files::read(file, into);
}

void FaultyFiles::seek(const Descriptor& file, std::uint64_t offset) {
  reading("seek");
  Files::seek(file, offset);
}

std::string FaultyFiles::read_link(const Directory& at, const std::string& name) {
  reading("read_link");
  return Files::read_link(at, name);
}

FreeSpace FaultyFiles::free_space(const Directory& at) {
  reading("free_space");
  return pretended_space_ ? *pretended_space_ : Files::free_space(at);
}

bool FaultyFiles::same_mount(const Directory& a, const Directory& b) {
  reading("same_mount");
  return Files::same_mount(a, b);
}

void FaultyFiles::check_writable(const Directory& at) {
  reading("check_writable");
  Files::check_writable(at);
}

void FaultyFiles::check_movable(const Directory& at, const std::string& name, const Directory& blocker_at,
                                const std::string& blocker) {
  reading("check_movable");
  Files::check_movable(at, name, blocker_at, blocker);
}

Descriptor FaultyFiles::create(const Directory& at, const std::string& name, std::uint32_t permissions) {
  changing("create");
  return Files::create(at, name, permissions);
}

std::size_t FaultyFiles::write(const Descriptor& file, std::string_view bytes) {
  changing("write");
  return Files::write(file, bytes.substr(0, longest_write_));
}

void FaultyFiles::set_permissions(const Descriptor& file, std::uint32_t permissions) {
  changing("set_permissions");
  Files::set_permissions(file, permissions);
}

void FaultyFiles::make_link(const Directory& at, const std::string& name, const std::string& target) {
  changing("make_link");
  Files::make_link(at, name, target);
}

void FaultyFiles::make_folder(const Directory& at, const std::string& name) {
  changing("make_folder");
  Files::make_folder(at, name);
}

bool FaultyFiles::remove_empty_folder(const Directory& at, const std::string& name) {
  changing("remove_empty_folder");
  return Files::remove_empty_folder(at, name);
}

void FaultyFiles::rename(const Directory& from_at, const std::string& from, const Directory& to_at,
                         const std::string& to, RenameMode mode) {
  changing("rename");
  if ((mode == RenameMode::exchange && lacks_.exchange) ||
      (mode == RenameMode::no_replace && lacks_.no_replace))
    refuse(EINVAL, "rename");
  Files::rename(from_at, from, to_at, to, mode);
}

void FaultyFiles::hard_link(const Directory& from_at, const std::string& from, const Directory& to_at,
                            const std::string& to) {
  changing("hard_link");
  if (lacks_.hard_links) refuse(EPERM, "hard_link");
  Files::hard_link(from_at, from, to_at, to);
}

void FaultyFiles::remove(const Directory& at, const std::string& name) {
  changing("remove");
  Files::remove(at, name);
}

void FaultyFiles::sync(const Descriptor& file) {
  ++flushes_;
  changing("sync file");
  Files::sync(file);
}

void FaultyFiles::sync(const Directory& folder) {
  ++flushes_;
  changing("sync folder");
  Files::sync(folder);
}

void FaultyFiles::sync_file_system(const Directory& folder) {
  ++flushes_;
  changing("sync file system");
  Files::sync_file_system(folder);
}

bool FaultyFiles::try_lock(const Descriptor& file) {
  changing("try_lock");
  if (lacks_.locks) refuse(ENOLCK, "try_lock");
  return Files::try_lock(file);
}

Descriptor FaultyFiles::open_own(const Directory& at, const std::string& name) {
  changing("open_own");
  return Files::open_own(at, name);
}

Descriptor FaultyFiles::open_append(const Directory& at, const std::string& name) {
  changing("open_append");
  return Files::open_append(at, name);
}

void FaultyFiles::truncate(const Descriptor& file, std::uint64_t size) {
  changing("truncate");
  Files::truncate(file, size);
}

void FaultyFiles::reserve(const Descriptor& file, std::uint64_t bytes) {
  changing("reserve");
  Files::reserve(file, bytes);
}

void FaultyFiles::before_library_change(std::string_view what) {
  changing(what);
  Files::before_library_change(what);
}

FaultyFiles::Act die_at(std::size_t number) {
  return [number](const FaultyFiles::Call& call) {
    if (call.kind == FaultyFiles::Kind::changing && call.number == number) kill(getpid(), SIGKILL);
  };
}

FaultyFiles::Act fail_at(FaultyFiles::Kind kind, std::size_t number, int error) {
  return [kind, number, error](const FaultyFiles::Call& call) {
    if (call.kind == kind && call.number == number)
      throw std::system_error(error, std::generic_category(), std::string(call.name));
  };
}

FaultyFiles::Act do_at(std::size_t number, std::function<void()> what) {
  return [number, what = std::move(what)](const FaultyFiles::Call& call) {
    if (call.kind == FaultyFiles::Kind::changing && call.number == number) what();
  };
}

}  // namespace ddx::test
