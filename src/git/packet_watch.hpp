#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ddx::git {

/// Looks at the packets of a conversation on their way to libgit2, for the one in which the server says why
/// it goes no further: libgit2 1.8 drops its words, or the whole of it. From the first byte on that is not a
/// packet (a pack without side-band), it looks no more.
class PacketWatch {
 public:
  /// \returns what the server says (4 KiB at most), when its refusal is complete
  [[nodiscard]] std::optional<std::string> look(std::string_view bytes);
  /// What came instead of a first packet, as far as its length would reach: a greeting, a program's output.
  [[nodiscard]] std::optional<std::string> no_packet() const;

 private:
  void begin_packet();
  [[nodiscard]] std::optional<std::string> refusal() const;

  bool is_over_ = false, had_packets_ = false;
  std::string head_;      ///< of the packet at hand: its length, and what it begins with
  std::size_t left_ = 0;  ///< of the packet at hand
};

}  // namespace ddx::git
