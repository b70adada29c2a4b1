#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace ddx::test {

/// Does something after a time, in a thread of its own, unless it goes before: so that a test of what must
/// not hang fails instead.
class Watchdog {
 public:
  Watchdog(std::function<void()> action, std::chrono::milliseconds after)
      : thread_([this, action = std::move(action), after] {
          std::unique_lock lock(guard_);
          if (!changed_.wait_for(lock, after, [this] { return over_; })) action();
        }) {}
  Watchdog(const Watchdog&) = delete;
  ~Watchdog() {
    {
      const std::unique_lock lock(guard_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  std::mutex guard_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;  // uses all of the above
};

}  // namespace ddx::test
