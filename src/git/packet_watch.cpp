#include "git/packet_watch.hpp"

#include <algorithm>
#include <charconv>

namespace ddx::git {

namespace {

constexpr std::size_t length_digits = 4;
constexpr std::size_t kept_bytes = 4096;
constexpr char error_band = '\3';

}  // namespace

std::optional<std::string> PacketWatch::look(std::string_view bytes) {
  while (!bytes.empty() && !is_over_) {
    if (left_ == 0) {
      const std::size_t missing = std::min(length_digits - head_.size(), bytes.size());
      head_.append(bytes.substr(0, missing));
      bytes.remove_prefix(missing);
      if (head_.size() == length_digits) begin_packet();
      continue;
    }
    const std::string_view part = bytes.substr(0, left_);
    head_.append(part.substr(0, length_digits + kept_bytes - head_.size()));
    bytes.remove_prefix(part.size());
    left_ -= part.size();
    if (left_ > 0) continue;
    if (auto words = refusal()) return words;
    head_.clear();
  }
  return std::nullopt;
}

void PacketWatch::begin_packet() {
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(head_.data(), head_.data() + head_.size(), length, 16);
  is_over_ = error != std::errc() || end != head_.data() + head_.size();
  if (is_over_) return;
  had_packets_ = true;
  left_ = length > length_digits ? length - length_digits : 0;
  if (left_ == 0) head_.clear();
}

std::optional<std::string> PacketWatch::no_packet() const {
  if (!is_over_ || had_packets_) return std::nullopt;
  return head_;
}

std::optional<std::string> PacketWatch::refusal() const {
  constexpr std::string_view mark = "ERR ";
  std::string_view text = std::string_view(head_).substr(length_digits);
  if (text.starts_with(mark)) {
    text.remove_prefix(mark.size());
  } else if (text.starts_with(error_band)) {
    text.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  while (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace ddx::git
