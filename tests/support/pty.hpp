#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/run.hpp"

namespace ddx::test {

/// A program on a terminal of its own, for prompts, colours and progress. Ended when it goes.
class Pty {
 public:
  Pty(const std::filesystem::path& in, const std::vector<std::string>& command,
      const Environment& environment, int columns = 80);
  Pty(const Pty&) = delete;
  ~Pty();

  /// Types this.
  void send(const std::string& keys);
  /// Reads until `text` has appeared after what was waited for before. Throws when it does not, naming what
  /// there was.
  void wait_for(const std::string& text);
  /// Reads to the end. \returns the exit code, 128+N for a signal
  int wait();
  /// Whether it echoes and gives whole lines, as a shell expects to find it.
  [[nodiscard]] bool is_as_usual() const;
  /// Everything that the terminal showed so far, control sequences included.
  [[nodiscard]] const std::string& shown() const { return shown_; }

 private:
  bool read_some();

  int pid_ = -1;
  int terminal_ = -1;
  std::string shown_;
  std::size_t waited_up_to_ = 0;
};

}  // namespace ddx::test
