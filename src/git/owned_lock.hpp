#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "ddx/host.hpp"
#include "platform/files.hpp"

namespace ddx::git {

/// A lock file as git makes it (`<name>.lock`, whose content then takes the name by rename), which a killed
/// process leaves so that the next one knows it for ours: before it appears, `ddx/locks/` says durably where
/// it will be and which inode it is. The holder of the writer lock has at most one at a time.
class OwnedLock {
 public:
  /// Takes the lock for `relative`, a path below `common_dir`, with its new content. Waits `host.patience`.
  /// \throws Error (git_busy) when somebody else keeps it; Interrupted
  OwnedLock(Host& host, const std::filesystem::path& common_dir, const std::string& relative,
            std::string_view content);
  OwnedLock(const OwnedLock&) = delete;
  /// Gives the lock up if it was not published. What cannot be removed now, `release_dead_lock` finds.
  ~OwnedLock();

  /// The content takes its place, durably.
  void publish();

  /// Removes the lock that a killed process left. The caller holds the writer lock. A foreign lock stays.
  static void release_dead_lock(Files& files, const std::filesystem::path& common_dir);

 private:
  void stage(std::string_view content);
  void take(Host& host);
  [[nodiscard]] bool try_take();
  /// Where there are no hard links.
  [[nodiscard]] bool try_take_by_rename();
  void forget();

  Files& files_;
  Directory locks_, folder_;
  std::string relative_, name_;
  bool held_ = false;
};

}  // namespace ddx::git
