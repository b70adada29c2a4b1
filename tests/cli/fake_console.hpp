#pragma once

#include <deque>
#include <system_error>

#include "platform/console.hpp"

namespace ddx::test {

/// A terminal, or none, whose user types what the test says.
class FakeConsole : public Console {
 public:
  bool terminal = false;
  std::optional<int> width;
  std::deque<std::string> typed;
  int write_failure = 0;  ///< an errno for standard output
  bool reader_gone = false;
  std::string out, err;

  [[nodiscard]] bool is_terminal(Stream) const override { return terminal; }
  [[nodiscard]] std::optional<int> columns(Stream) const override { return width; }

  Written write(Stream stream, std::string_view bytes) override {
    if (stream == Stream::err) {
      err += bytes;
      return Written::all;
    }
    if (write_failure != 0) throw std::system_error(write_failure, std::generic_category());
    if (reader_gone) return Written::reader_gone;
    out += bytes;
    return Written::all;
  }

  [[nodiscard]] std::optional<std::string> read_line(const std::atomic<bool>&) override {
    if (typed.empty()) return std::nullopt;
    std::string line = typed.front();
    typed.pop_front();
    return line;
  }
};

}  // namespace ddx::test
