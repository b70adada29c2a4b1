#include "config/lock_edit.hpp"

namespace ddx {

Oid base_commit(const Lock& lock, const LockEntry& entry) { return entry.commit.value_or(lock.commit); }

void set_base(Lock& lock, const RelPath& path, const Version& base, const Oid& commit) {
  LockEntry& entry = lock.files[path];
  entry.base = base;
  entry.commit.reset();
  if (commit != lock.commit) entry.commit = commit;
}

void restore_entry(Lock& lock, const Lock& from, const RelPath& path) {
  const auto found = from.files.find(path);
  if (found == from.files.end()) {
    lock.files.erase(path);
    return;
  }
  LockEntry entry = found->second;
  entry.commit = base_commit(from, entry);
  if (entry.commit == lock.commit) entry.commit.reset();
  lock.files[path] = std::move(entry);
}

}  // namespace ddx
