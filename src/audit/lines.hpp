#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/files.hpp"

namespace ddx::audit {

/// The lines of an open file, last one first. Reads no more of it than was asked for.
class LinesFromEnd {
 public:
  struct Found {
    std::string bytes;        ///< without the line end
    std::uint64_t begin = 0;  ///< where in the file it begins
    bool complete = true;     ///< whether it had a line end; only the file's last line may have none
  };

  LinesFromEnd(Files& files, const Descriptor& file, std::uint64_t size)
      : files_(files), file_(file), begin_(size) {}

  /// \throws std::system_error (EAGAIN when the file got shorter meanwhile)
  [[nodiscard]] std::optional<Found> next();

 private:
  void read_more();

  Files& files_;
  const Descriptor& file_;
  std::uint64_t begin_;  ///< of `buffer_` in the file
  std::string buffer_;   ///< what was read and not given out
  std::size_t chunk_ = std::size_t{1} << 14;
};

/// `size` bytes from `begin`. \throws std::system_error (EAGAIN when the file ends before)
[[nodiscard]] std::string read_range(Files& files, const Descriptor& file, std::uint64_t begin,
                                     std::uint64_t size);

}  // namespace ddx::audit
