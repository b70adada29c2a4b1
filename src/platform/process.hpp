#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/files.hpp"

namespace ddx {

/// A child process with its standard streams connected to us, in a process group of its own unless asked
/// otherwise, so that the terminal's Ctrl-C reaches us and not it. It inherits no other descriptor. Killed
/// and waited for when it goes.
class Process {
 public:
  struct Command {
    std::filesystem::path program;  ///< absolute; see `find_program`
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment;  ///< the whole of it
    bool shares_terminal = false;                    ///< it may ask there, and Ctrl-C reaches it too
  };

  /// \throws std::system_error if it cannot be started
  explicit Process(const Command& command);
  Process(const Process&) = delete;
  ~Process();

  /// The child's standard input. \throws std::system_error (EPIPE when it has ended)
  void write(std::string_view bytes);
  /// The same for a child that may stop reading.
  /// \throws std::system_error, ETIMEDOUT after `idle` (zero: never) without a byte taken; Interrupted
  void write(std::string_view bytes, std::chrono::milliseconds idle, const std::atomic<bool>& interrupted);
  void close_input();
  /// The child's standard output; drains its standard error meanwhile.
  /// \returns bytes read, 0 at the end
  /// \throws std::system_error, ETIMEDOUT after `idle` without a byte of its output; Interrupted
  std::size_t read(std::span<char> into, std::chrono::milliseconds idle,
                   const std::atomic<bool>& interrupted);
  /// What it wrote to standard error so far, 64 KiB at most.
  [[nodiscard]] const std::string& error_text() const { return error_text_; }
  /// Closes its input and waits for its end, which may come long after that of its output. It is killed when
  /// this goes. \returns its exit status, 128+N for a signal
  /// \throws std::system_error, ETIMEDOUT if it still runs after `limit`; Interrupted
  int wait(std::chrono::milliseconds limit, const std::atomic<bool>& interrupted);
  /// The same. \returns nothing if it still runs then. \throws Interrupted
  std::optional<int> wait_for(std::chrono::milliseconds limit, const std::atomic<bool>& interrupted);

 private:
  int end(int status);
  void drain_errors();

  int pid_ = -1;
  int status_ = 0;
  bool has_own_group_ = true;
  Descriptor input_, output_, errors_;
  std::string error_text_;
};

/// Whether this is a file that we may run.
[[nodiscard]] bool is_program(const std::filesystem::path& path);

/// The absolute path of a program in `path` (the value of PATH); relative entries and the current folder are
/// skipped.
[[nodiscard]] std::optional<std::filesystem::path> find_program(const std::string& name,
                                                                const std::string& path);

}  // namespace ddx
