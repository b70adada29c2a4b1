#include "git/ref_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "git/owned_lock.hpp"
#include "platform/files.hpp"

namespace ddx::git {

namespace {

constexpr const char* packed_refs = "packed-refs";

std::string folder_of(const std::string& name) { return name.substr(0, name.rfind('/')); }
std::string last_of(const std::string& name) { return name.substr(name.rfind('/') + 1); }

/// Flushes every folder on the way, as each may have been made just now.
void sync_folders(Files& files, const Directory& root, std::string relative) {
  for (;;) {
    if (const auto folder = files.open_below(root, relative)) files.sync(*folder);
    const std::size_t slash = relative.rfind('/');
    if (slash == relative.npos) return;
    relative.resize(slash);
  }
}

/// The text of `packed-refs` without these refs and the lines that say what their tags peel to.
std::string without(const std::string& text, const std::vector<std::string>& names) {
  std::string kept;
  bool dropping = false;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
    const std::string line = text.substr(start, end - start);
    start = end;
    if (!line.starts_with('^')) {
      const std::size_t space = line.find(' ');
      const std::string name =
          space == line.npos ? std::string() : line.substr(space + 1, line.find('\n') - space - 1);
      dropping = !line.starts_with('#') && std::find(names.begin(), names.end(), name) != names.end();
    }
    if (!dropping) kept += line;
  }
  return kept;
}

}  // namespace

RefFiles::RefFiles(Host& host, std::filesystem::path git_dir) : host_(host), git_dir_(std::move(git_dir)) {}

void RefFiles::write_own(const std::string& name, const Oid& to) {
  constexpr const char* aside = "ddx-ref";  // beside `refs/`, where nobody takes it for a ref
  Files& files = host_.files;
  const Directory root = files.open_root(git_dir_);
  const Directory folder = make_folders(files, root, folder_of(name));
  if (files.info(root, aside)) files.remove(root, aside);  // of a process that died
  {
    const Descriptor file = files.create(root, aside, 0666);
    write_all(files, file, to.str() + "\n");
    files.sync(file);
  }
  files.rename(root, aside, folder, last_of(name), RenameMode::replace);
  sync_folders(files, root, folder_of(name));
}

void RefFiles::remove_own(const std::vector<std::string>& names) {
  remove_packed(names);  // first: a loose ref hides the packed one, which would come back
  Files& files = host_.files;
  const Directory root = files.open_root(git_dir_);
  for (const std::string& name : names) {
    const auto folder = files.open_below(root, folder_of(name));
    if (!folder || !files.info(*folder, last_of(name))) continue;
    files.remove(*folder, last_of(name));
    files.sync(*folder);
  }
}

void RefFiles::remove_packed(const std::vector<std::string>& names) {
  Files& files = host_.files;
  const Directory root = files.open_root(git_dir_);
  for (;;) {
    const std::string before = read_file(files, root, packed_refs).value_or("");
    const std::string after = without(before, names);
    if (after == before) return;
    OwnedLock lock(host_, git_dir_, packed_refs, after);
    if (read_file(files, root, packed_refs).value_or("") != before) continue;  // git was faster: again
    lock.publish();
    return;
  }
}

void RefFiles::append_log(const std::string& name, const std::string& line) {
  Files& files = host_.files;
  const std::string path = "logs/" + name;
  const Directory folder = make_folders(files, files.open_root(git_dir_), folder_of(path));
  const Descriptor log = files.open_append(folder, last_of(path));
  write_all(files, log, line);
  files.sync(log);
}

}  // namespace ddx::git
