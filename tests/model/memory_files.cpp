#include "model/memory_files.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace ddx::test {

namespace {

/// Beyond every number that the system gives out: closing one does nothing.
constexpr int first_descriptor = 0x40000000;
constexpr std::uint32_t umask_bits = 022;
constexpr std::uint64_t plenty = 1ULL << 40;

[[noreturn]] void fail(int number, const std::string& doing) {
  throw std::system_error(number, std::generic_category(), doing);
}

FileInfo to_info(const MemoryDisk::Inode& inode, InodeNumber number) {
  FileInfo info;
  info.type = inode.type;
  info.size = inode.content ? inode.content->size() : 0;
  info.permissions = inode.permissions;
  info.device = 1;
  info.inode = number;
  info.mtime_ns = info.ctime_ns = inode.changed;
  return info;
}

}  // namespace

void MemoryFiles::changing(std::string_view name, std::string_view file, std::string_view other) {
  if (died_) throw ProgramDied();
  ++changes_;
  if (!before_) return;
  try {
    before_({changes_, name, file, other});
  } catch (const ProgramDied&) {
    died_ = true;
    throw;
  }
}

Descriptor MemoryFiles::open(InodeNumber inode) {
  open_.push_back({inode, 0});
  return Descriptor(first_descriptor + static_cast<int>(open_.size() - 1));
}

MemoryFiles::Open& MemoryFiles::opened(int native) {
  return open_.at(static_cast<std::size_t>(native - first_descriptor));
}

InodeNumber MemoryFiles::folder_of(const Directory& at) { return opened(at.native()).inode; }

InodeNumber MemoryFiles::living(const Directory& at) {
  const InodeNumber folder = folder_of(at);
  if (disk_.inode(folder).removed) fail(ENOENT, "use a removed folder");
  return folder;
}

Directory MemoryFiles::open_root(const std::filesystem::path& path) {
  const InodeNumber found = disk_.find(path.native());
  if (found == no_inode) fail(ENOENT, "open folder '" + path.native() + "'");
  if (disk_.inode(found).type != FileType::folder) fail(ENOTDIR, "open folder '" + path.native() + "'");
  return {open(found), path};
}

std::optional<Directory> MemoryFiles::open_below(const Directory& at, std::string_view relative) {
  InodeNumber current = folder_of(at);
  for (std::size_t start = 0; start < relative.size();) {
    const std::size_t end = std::min(relative.find('/', start), relative.size());
    current = disk_.child(current, relative.substr(start, end - start));
    if (current == no_inode) return std::nullopt;
    const FileType type = disk_.inode(current).type;
    if (type == FileType::link) fail(end == relative.size() ? ENOTDIR : ELOOP, "open folder");
    if (type != FileType::folder) fail(ENOTDIR, "open folder '" + std::string(relative) + "'");
    start = end + 1;
  }
  return Directory(open(current), at.path() / relative);
}

std::optional<FileInfo> MemoryFiles::info(const Directory& at, const std::string& name) {
  const InodeNumber found = name == "." ? folder_of(at) : disk_.child(folder_of(at), name);
  if (found == no_inode) return std::nullopt;
  return to_info(disk_.inode(found), found);
}

FileInfo MemoryFiles::info(const Descriptor& file) {
  const InodeNumber number = opened(file.native()).inode;
  return to_info(disk_.inode(number), number);
}

std::vector<FolderEntry> MemoryFiles::list(const Directory& at) {
  std::vector<FolderEntry> found;
  for (const MemoryDisk::Entry& entry : *disk_.inode(folder_of(at)).entries)
    found.push_back({entry.name, disk_.inode(entry.inode).type});
  return found;
}

std::optional<Descriptor> MemoryFiles::open_read(const Directory& at, const std::string& name) {
  const InodeNumber found = disk_.child(folder_of(at), name);
  if (found == no_inode) return std::nullopt;
  if (disk_.inode(found).type == FileType::link) fail(ELOOP, "read '" + name + "'");
  return open(found);
}

std::size_t MemoryFiles::read(const Descriptor& file, std::span<char> into) {
  Open& from = opened(file.native());
  const MemoryDisk::Inode& inode = disk_.inode(from.inode);
  if (inode.type == FileType::folder) fail(EISDIR, "read an open file");
  const std::size_t length = inode.content->size() - std::min(from.position, inode.content->size());
  const std::size_t count = std::min(length, into.size());
  std::copy_n(inode.content->data() + from.position, count, into.data());
  from.position += count;
  return count;
}

void MemoryFiles::seek(const Descriptor& file, std::uint64_t offset) {
  opened(file.native()).position = offset;
}

std::string MemoryFiles::read_link(const Directory& at, const std::string& name) {
  const InodeNumber found = disk_.child(folder_of(at), name);
  if (found == no_inode) fail(ENOENT, "read link '" + name + "'");
  if (disk_.inode(found).type != FileType::link) fail(EINVAL, "read link '" + name + "'");
  return *disk_.inode(found).content;
}

FreeSpace MemoryFiles::free_space(const Directory&) { return {plenty, std::nullopt}; }

bool MemoryFiles::same_mount(const Directory&, const Directory&) { return true; }

void MemoryFiles::check_writable(const Directory& at) { static_cast<void>(living(at)); }

void MemoryFiles::check_movable(const Directory& at, const std::string& name, const Directory&,
                                const std::string&) {
  if (disk_.child(living(at), name) == no_inode) fail(ENOENT, "rename '" + name + "'");
}

std::int64_t MemoryFiles::clock_ns() { return 1; }

InodeNumber MemoryFiles::make(const Directory& at, const std::string& name, FileType type,
                              std::uint32_t permissions, const std::string& content) {
  const InodeNumber folder = living(at);
  if (disk_.child(folder, name) != no_inode) fail(EEXIST, "make '" + name + "'");
  const InodeNumber made = disk_.make(type, permissions, content);
  disk_.name({{folder, name, made}});
  return made;
}

Descriptor MemoryFiles::create(const Directory& at, const std::string& name, std::uint32_t permissions) {
  changing("create", name);
  return open(make(at, name, FileType::regular, permissions & ~umask_bits, ""));
}

std::size_t MemoryFiles::write(const Descriptor& file, std::string_view bytes) {
  changing("write");
  Open& to = opened(file.native());
  std::string content = *disk_.inode(to.inode).content;
  if (to.appends) to.position = content.size();
  content.replace(std::min(to.position, content.size()), bytes.size(), bytes);
  to.position += bytes.size();
  disk_.write(to.inode, std::move(content));
  return bytes.size();
}

void MemoryFiles::set_permissions(const Descriptor& file, std::uint32_t permissions) {
  changing("set_permissions");
  disk_.set_permissions(opened(file.native()).inode, permissions);
}

void MemoryFiles::make_link(const Directory& at, const std::string& name, const std::string& target) {
  changing("make_link", name);
  static_cast<void>(make(at, name, FileType::link, 0777, target));
}

void MemoryFiles::make_folder(const Directory& at, const std::string& name) {
  changing("make_folder", name);
  static_cast<void>(make(at, name, FileType::folder, 0777 & ~umask_bits, ""));
}

bool MemoryFiles::remove_empty_folder(const Directory& at, const std::string& name) {
  changing("remove_empty_folder", name);
  const InodeNumber folder = folder_of(at);
  const InodeNumber found = disk_.child(folder, name);
  if (found == no_inode || disk_.inode(found).type != FileType::folder) return false;
  if (!disk_.inode(found).entries->empty()) return false;
  disk_.name({{folder, name, no_inode}}, found);
  return true;
}

/// rename(2) onto whatever is there.
void MemoryFiles::replace(const MemoryDisk::Naming& from, const MemoryDisk::Naming& to) {
  if (from.inode == to.inode) return;  // two names of one file: nothing happens
  InodeNumber emptied = no_inode;
  if (to.inode != no_inode) {
    const bool from_folder = disk_.inode(from.inode).type == FileType::folder;
    const bool to_folder = disk_.inode(to.inode).type == FileType::folder;
    if (from_folder && !to_folder) fail(ENOTDIR, "rename to '" + to.name + "'");
    if (!from_folder && to_folder) fail(EISDIR, "rename to '" + to.name + "'");
    if (to_folder && !disk_.inode(to.inode).entries->empty()) fail(ENOTEMPTY, "rename to '" + to.name + "'");
    if (to_folder) emptied = to.inode;
  }
  disk_.name({{from.folder, from.name, no_inode}, {to.folder, to.name, from.inode}}, emptied);
}

void MemoryFiles::rename(const Directory& from_at, const std::string& from, const Directory& to_at,
                         const std::string& to, RenameMode mode) {
  changing("rename", from, to);
  const InodeNumber from_folder = living(from_at), to_folder = living(to_at);
  const InodeNumber moved = disk_.child(from_folder, from), there = disk_.child(to_folder, to);
  if (mode == RenameMode::exchange && !can_.exchange) fail(EINVAL, "rename to '" + to + "'");
  if (mode == RenameMode::no_replace && !can_.no_replace) fail(EINVAL, "rename to '" + to + "'");
  if (moved == no_inode) fail(ENOENT, "rename to '" + to + "'");
  switch (mode) {
    case RenameMode::no_replace:
      if (there != no_inode) fail(EEXIST, "rename to '" + to + "'");
      break;
    case RenameMode::exchange:
      if (there == no_inode) fail(ENOENT, "rename to '" + to + "'");
      disk_.name({{from_folder, from, there}, {to_folder, to, moved}});
      return;
    case RenameMode::replace:
      break;
  }
  replace({from_folder, from, moved}, {to_folder, to, there});
}

void MemoryFiles::hard_link(const Directory& from_at, const std::string& from, const Directory& to_at,
                            const std::string& to) {
  changing("hard_link", from, to);
  if (!can_.hard_link) fail(EPERM, "link '" + to + "'");
  const InodeNumber found = disk_.child(living(from_at), from);
  const InodeNumber folder = living(to_at);
  if (found == no_inode) fail(ENOENT, "link '" + to + "'");
  if (disk_.child(folder, to) != no_inode) fail(EEXIST, "link '" + to + "'");
  if (disk_.inode(found).type == FileType::folder) fail(EPERM, "link '" + to + "'");
  disk_.name({{folder, to, found}});
}

void MemoryFiles::remove(const Directory& at, const std::string& name) {
  changing("remove", name);
  const InodeNumber folder = folder_of(at), found = disk_.child(folder, name);
  if (found == no_inode) fail(ENOENT, "remove '" + name + "'");
  if (disk_.inode(found).type == FileType::folder) fail(EISDIR, "remove '" + name + "'");
  disk_.name({{folder, name, no_inode}});
}

void MemoryFiles::sync(const Descriptor& file) {
  changing("sync file");
  disk_.flush_file(opened(file.native()).inode);
}

void MemoryFiles::sync(const Directory& folder) {
  changing("sync folder");
  disk_.flush_folder(folder_of(folder));
}

void MemoryFiles::sync_file_system(const Directory&) {
  changing("sync file system");
  disk_.flush_everything();
}

bool MemoryFiles::try_lock(const Descriptor& file) {
  changing("try_lock");
  const InodeNumber number = opened(file.native()).inode;
  if (std::find(locked_.begin(), locked_.end(), number) != locked_.end()) return false;
  locked_.push_back(number);
  return true;
}

Descriptor MemoryFiles::open_own(const Directory& at, const std::string& name) {
  changing("open_own");
  const InodeNumber found = disk_.child(living(at), name);
  if (found == no_inode) return open(make(at, name, FileType::regular, 0666 & ~umask_bits, ""));
  if (disk_.inode(found).type == FileType::link) fail(ELOOP, "open '" + name + "'");
  if (disk_.inode(found).type == FileType::folder) fail(EISDIR, "open '" + name + "'");
  return open(found);
}

Descriptor MemoryFiles::open_append(const Directory& at, const std::string& name) {
  Descriptor file = MemoryFiles::open_own(at, name);
  opened(file.native()).appends = true;
  return file;
}

void MemoryFiles::truncate(const Descriptor& file, std::uint64_t size) {
  changing("truncate");
  Open& cut = opened(file.native());
  cut.position = size;
  std::string content = *disk_.inode(cut.inode).content;
  content.resize(size);
  disk_.write(cut.inode, std::move(content));
}

void MemoryFiles::reserve(const Descriptor&, std::uint64_t) { changing("reserve"); }

void MemoryFiles::before_library_change(std::string_view what) { changing(what); }

}  // namespace ddx::test
