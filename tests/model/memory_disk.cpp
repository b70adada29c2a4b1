#include "model/memory_disk.hpp"

#include <algorithm>

namespace ddx::test {

namespace {

bool survives(std::uint64_t bits, std::size_t number) { return (bits >> (number % 64) & 1U) != 0; }

/// Content that never reached the disk: as it was before, gone, or cut off.
std::shared_ptr<const std::string> lost(const MemoryDisk::Inode& file, std::uint64_t how) {
  switch (how % 3) {
    case 0:
      return file.durable_content ? file.durable_content : std::make_shared<const std::string>();
    case 1:
      return std::make_shared<const std::string>();
    default:
      return std::make_shared<const std::string>(file.content->substr(0, file.content->size() / 2));
  }
}

}  // namespace

MemoryDisk::MemoryDisk() : inodes_(1) {
  static_cast<void>(make(FileType::folder, 0755, ""));  // the root is number 1
}

InodeNumber MemoryDisk::child(InodeNumber folder, std::string_view name) const {
  for (const Entry& entry : *inodes_[folder].entries)
    if (entry.name == name) return entry.inode;
  return no_inode;
}

InodeNumber MemoryDisk::find(std::string_view path) const {
  InodeNumber current = root_inode;
  while (current != no_inode && !path.empty()) {
    if (path.front() == '/') {
      path.remove_prefix(1);
      continue;
    }
    if (inodes_[current].type != FileType::folder) return no_inode;
    const std::string_view name = path.substr(0, path.find('/'));
    current = child(current, name);
    path.remove_prefix(name.size());
  }
  return current;
}

InodeNumber MemoryDisk::make(FileType type, std::uint32_t permissions, std::string content) {
  Inode fresh;
  fresh.type = type;
  fresh.permissions = fresh.durable_permissions = permissions;
  fresh.changed = clock_++;
  if (type == FileType::folder) {
    fresh.entries = fresh.durable_entries = std::make_shared<const Entries>();
  } else {
    fresh.content = std::make_shared<const std::string>(std::move(content));
    if (type == FileType::link || fresh.content->empty()) fresh.durable_content = fresh.content;
  }
  inodes_.push_back(std::move(fresh));
  const auto number = static_cast<InodeNumber>(inodes_.size() - 1);
  if (type == FileType::regular && !inodes_.back().durable_content) dirty_.push_back(number);
  return number;
}

void MemoryDisk::apply(std::shared_ptr<const Entries>& entries, const Naming& change) {
  Entries next = *entries;
  const auto found =
      std::find_if(next.begin(), next.end(), [&](const Entry& entry) { return entry.name == change.name; });
  if (change.inode == no_inode) {
    if (found != next.end()) next.erase(found);
  } else if (found != next.end()) {
    found->inode = change.inode;
  } else {
    next.push_back({change.name, change.inode});
  }
  entries = std::make_shared<const Entries>(std::move(next));
}

/// An earlier change on one of the same names, one that made the file or the folder at hand, or one in a
/// folder that has to be empty by now.
bool MemoryDisk::needs(const Pending& later, const Pending& earlier) {
  for (const Naming& change : later.changes) {
    for (const InodeNumber born : earlier.born)
      if (born == change.inode || born == change.folder) return true;
    for (const Naming& before : earlier.changes) {
      if (before.folder == change.folder && before.name == change.name) return true;
      if (later.emptied != no_inode && before.folder == later.emptied) return true;
    }
  }
  return false;
}

void MemoryDisk::name(std::vector<Naming> changes, InodeNumber emptied) {
  for (const Naming& change : changes) {
    apply(inodes_[change.folder].entries, change);
    inodes_[change.folder].changed = clock_++;
  }
  if (emptied != no_inode) inodes_[emptied].removed = true;
  Pending fresh{++serial_, std::move(changes), emptied, {}, {}};
  for (const Naming& change : fresh.changes) {
    if (change.inode != no_inode && !inodes_[change.inode].named) fresh.born.push_back(change.inode);
    inodes_[change.inode].named = true;
  }
  for (const Pending& earlier : pending_)
    if (needs(fresh, earlier)) fresh.needs.push_back(earlier.serial);
  pending_.push_back(std::move(fresh));
}

void MemoryDisk::write(InodeNumber file, std::string content) {
  inodes_[file].content = std::make_shared<const std::string>(std::move(content));
  inodes_[file].changed = clock_++;
  if (std::find(dirty_.begin(), dirty_.end(), file) == dirty_.end()) dirty_.push_back(file);
}

void MemoryDisk::set_permissions(InodeNumber file, std::uint32_t permissions) {
  inodes_[file].permissions = permissions;
  inodes_[file].changed = clock_++;
  if (std::find(dirty_.begin(), dirty_.end(), file) == dirty_.end()) dirty_.push_back(file);
}

void MemoryDisk::flush_file(InodeNumber file) {
  inodes_[file].durable_content = inodes_[file].content;
  inodes_[file].durable_permissions = inodes_[file].permissions;
  std::erase(dirty_, file);
}

void MemoryDisk::make_durable(std::uint32_t serial, InodeNumber within) {
  const auto found = std::find_if(pending_.begin(), pending_.end(),
                                  [&](const Pending& change) { return change.serial == serial; });
  if (found == pending_.end()) return;
  const bool names_the_folder =
      within != no_inode && std::find(found->born.begin(), found->born.end(), within) != found->born.end();
  if (names_the_folder) return;
  const Pending change = std::move(*found);
  pending_.erase(found);
  for (const std::uint32_t needed : change.needs) make_durable(needed, within);
  for (const Naming& naming : change.changes) apply(inodes_[naming.folder].durable_entries, naming);
}

void MemoryDisk::flush_folder(InodeNumber folder) {
  std::vector<std::uint32_t> serials;
  for (const Pending& change : pending_)
    for (const Naming& naming : change.changes)
      if (naming.folder == folder) serials.push_back(change.serial);
  for (const std::uint32_t serial : serials) make_durable(serial, folder);
}

void MemoryDisk::flush_everything() {
  while (!pending_.empty()) make_durable(pending_.front().serial, no_inode);
  while (!dirty_.empty()) flush_file(dirty_.back());
}

void MemoryDisk::flush_last() {
  if (!pending_.empty()) make_durable(pending_.back().serial, no_inode);
}

MemoryDisk MemoryDisk::after_power_cut(std::uint64_t survived, std::uint64_t loss) const {
  MemoryDisk left = *this;
  std::vector<std::uint32_t> gone;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const Pending& change = pending_[i];
    const bool complete = std::none_of(change.needs.begin(), change.needs.end(), [&](std::uint32_t needed) {
      return std::find(gone.begin(), gone.end(), needed) != gone.end();
    });
    if (!complete || !survives(survived, i)) {
      gone.push_back(change.serial);
      continue;
    }
    for (const Naming& naming : change.changes) apply(left.inodes_[naming.folder].durable_entries, naming);
  }
  for (std::size_t i = 0; i < dirty_.size(); ++i) {
    Inode& file = left.inodes_[dirty_[i]];
    if (survives(survived, pending_.size() + i)) {
      left.flush_file(dirty_[i]);
    } else {
      file.durable_content = lost(file, loss + i);
    }
  }
  left.pending_.clear();
  left.dirty_.clear();
  for (Inode& inode : left.inodes_) {
    inode.content = inode.durable_content;
    inode.permissions = inode.durable_permissions;
    inode.entries = inode.durable_entries;
    inode.removed = false;
  }
  return left;
}

}  // namespace ddx::test
