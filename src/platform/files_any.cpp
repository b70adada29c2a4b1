#include <cerrno>
#include <system_error>

#include "platform/files.hpp"

namespace ddx {

namespace {

/// How often a file that changes while we read it is read again.
constexpr int read_attempts = 5;

std::string read_to_end(Files& files, const Descriptor& file, std::uint64_t expected_size) {
  std::string bytes;
  bytes.resize(expected_size + 1);  // one more, so that a file of the expected size ends in one call
  std::size_t length = 0;
  for (;;) {
    if (length == bytes.size()) bytes.resize(2 * bytes.size());
    const std::size_t count = files.read(file, std::span(bytes).subspan(length));
    if (count == 0) break;
    length += count;
  }
  bytes.resize(length);
  return bytes;
}

bool same_state(const FileInfo& a, const FileInfo& b) {
  return a.size == b.size && a.mtime_ns == b.mtime_ns && a.ctime_ns == b.ctime_ns;
}

}  // namespace

void write_all(Files& files, const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t count = files.write(file, bytes);
    if (count == 0) throw std::system_error(EIO, std::generic_category(), "write");
    bytes.remove_prefix(count);
  }
}

std::string read_all(Files& files, const Descriptor& file) {
  const FileInfo info = files.info(file);
  std::string bytes = read_to_end(files, file, info.size);
  if (!same_state(info, files.info(file)) || bytes.size() != info.size)
    throw std::system_error(EAGAIN, std::generic_category(), "read a file that is being written");
  return bytes;
}

std::optional<std::string> read_file(Files& files, const Directory& at, const std::string& name) {
  for (int attempt = 1;; ++attempt) {
    const auto file = files.open_read(at, name);
    if (!file) return std::nullopt;
    try {
      return read_all(files, *file);
    } catch (const std::system_error& error) {
      if (error.code().value() != EAGAIN || attempt == read_attempts) throw;
    }
  }
}

Directory make_folders(Files& files, const Directory& at, std::string_view relative) {
  if (auto found = files.open_below(at, relative)) return std::move(*found);
  Directory current = *files.open_below(at, "");
  for (std::size_t start = 0; start < relative.size();) {
    const std::size_t end = std::min(relative.find('/', start), relative.size());
    const std::string name(relative.substr(start, end - start));
    auto next = files.open_below(current, name);
    if (!next) {
      try {
        files.make_folder(current, name);
      } catch (const std::system_error& error) {
        if (error.code().value() != EEXIST) throw;  // another process was faster
      }
      next = files.open_below(current, name);
      if (!next) throw std::system_error(ENOENT, std::generic_category(), "open folder '" + name + "'");
    }
    current = std::move(*next);
    start = end + 1;
  }
  return current;
}

void replace_own_file(Files& files, const Directory& at, const std::string& name, std::string_view bytes) {
  const std::string aside = name + ".new";
  if (files.info(at, aside)) files.remove(at, aside);  // left by a process that died
  {
    const Descriptor file = files.create(at, aside, 0666);
    write_all(files, file, bytes);
    files.sync(file);
  }
  files.rename(at, aside, at, name, RenameMode::replace);
  files.sync(at);
}

bool is_unknown_mode(const std::system_error& error) {
  const int number = error.code().value();
  return number == EINVAL || number == ENOSYS || number == EOPNOTSUPP;
}

void rename_to_free(Files& files, const Directory& from_at, const std::string& from, const Directory& to_at,
                    const std::string& to) {
  try {
    files.rename(from_at, from, to_at, to, RenameMode::no_replace);
  } catch (const std::system_error& error) {
    if (!is_unknown_mode(error)) throw;
    if (files.info(to_at, to))
      throw std::system_error(EEXIST, std::generic_category(), "rename to '" + to + "'");
    files.rename(from_at, from, to_at, to, RenameMode::replace);
  }
}

void remove_own_tree(Files& files, const Directory& at, const std::string& name) {
  const auto info = files.info(at, name);
  if (!info) return;
  if (info->type != FileType::folder) {
    files.remove(at, name);
    return;
  }
  const auto folder = files.open_below(at, name);
  if (!folder) return;
  for (const FolderEntry& entry : files.list(*folder)) remove_own_tree(files, *folder, entry.name);
  files.remove_empty_folder(at, name);
}

}  // namespace ddx
