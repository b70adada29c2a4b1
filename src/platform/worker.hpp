#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "platform/descriptor.hpp"

namespace ddx {

/// What a worker may use at most. Zero means no limit.
struct WorkerLimits {
  std::uint64_t memory_bytes = 0;  ///< of its heap; mapped files do not count
  std::uint64_t file_bytes = 0;    ///< of a file that it writes
  std::chrono::seconds cpu{0};
  std::chrono::milliseconds silence{0};  ///< the longest time without a message
};

/// A worker that ended without having come to its end.
class WorkerFailure : public std::runtime_error {
 public:
  enum class Cause {
    crashed,  ///< ended by a signal
    cpu,      ///< used up its processor time
    silent,   ///< said nothing for too long, and was killed
    lost,     ///< ended in another way
  };
  WorkerFailure(Cause cause, int status);
  [[nodiscard]] Cause cause() const { return cause_; }

 private:
  Cause cause_;
};

/// One end of the line between a worker and the process that started it. Messages arrive whole and in order.
class WorkerLine {
 public:
  explicit WorkerLine(Descriptor end) : end_(std::move(end)) {}

  /// \throws std::system_error (EPIPE when the other side has gone)
  void send(std::string_view message);
  /// Waits for the next message. \returns nothing when the other side has gone
  /// \throws std::system_error, ETIMEDOUT after `patience` (zero: for ever); EMSGSIZE for a message above all
  /// measure; Interrupted
  std::optional<std::string> receive(std::chrono::milliseconds patience,
                                     const std::atomic<bool>& interrupted);

 private:
  bool fill(char* into, std::size_t size, std::chrono::milliseconds patience,
            const std::atomic<bool>& interrupted);

  Descriptor end_;
};

/// Does `work` in a child process, a copy of this one with limits, so that whatever happens to it there, a
/// crash, an endless loop, memory used up, is an exception here. Nothing of what it does to memory is seen
/// here; it leaves no core dump, nobody looks into it, and it dies with us.
///
/// \param work    sends its results; an exception that it lets out ends it
/// \param answer  called here with every message, which is wiped then; may send one back
/// \throws WorkerFailure; Interrupted, after the child has been ended; whatever `answer` throws, likewise
void run_worker(const WorkerLimits& limits, const std::function<void(WorkerLine&)>& work,
                const std::function<void(std::string_view message, WorkerLine&)>& answer,
                const std::atomic<bool>& interrupted);

}  // namespace ddx
