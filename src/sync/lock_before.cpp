#include "sync/lock_before.hpp"

#include <fmt/format.h>

#include "config/lock_edit.hpp"

namespace ddx {

std::optional<Lock> recorded_lock(const git::Objects& objects, const std::optional<OnDisk>& file,
                                  const char* when) {
  if (!file) return std::nullopt;
  return parse_lock(objects.blob(file->bytes), fmt::format(".ddx.lock {}", when));
}

std::optional<Lock> lock_before_files(const std::optional<Lock>& current, const LocksAround& operation,
                                      const std::vector<RelPath>& paths, bool everything) {
  const std::optional<Lock>& before = operation.before;
  if (!before) {  // the operation made the first lock
    if (!current || everything) return std::nullopt;
    Lock lock = *current;
    for (const RelPath& path : paths) lock.files.erase(path);
    return lock;
  }
  Lock lock = current.value_or(*before);
  if (everything) {
    const Lock old = lock;
    lock = *before;
    for (const auto& [path, entry] : old.files) {
      const bool from_operation = operation.after && operation.after->files.contains(path);
      if (!from_operation && !before->files.contains(path)) restore_entry(lock, old, path);
    }
    return lock;
  }
  for (const RelPath& path : paths) restore_entry(lock, *before, path);
  return lock;
}

}  // namespace ddx
