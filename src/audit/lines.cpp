#include "audit/lines.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace ddx::audit {

std::optional<LinesFromEnd::Found> LinesFromEnd::next() {
  if (buffer_.empty() && begin_ == 0) return std::nullopt;
  if (buffer_.empty()) read_more();
  Found found;
  found.complete = buffer_.back() == '\n';
  if (found.complete) buffer_.pop_back();
  std::size_t line_end = buffer_.rfind('\n');
  while (line_end == std::string::npos && begin_ > 0) {
    read_more();
    line_end = buffer_.rfind('\n');
  }
  const std::size_t begin = line_end == std::string::npos ? 0 : line_end + 1;
  found.begin = begin_ + begin;
  found.bytes = buffer_.substr(begin);
  buffer_.resize(begin);
  return found;
}

void LinesFromEnd::read_more() {
  const std::uint64_t size = std::min<std::uint64_t>(begin_, chunk_);
  buffer_.insert(0, read_range(files_, file_, begin_ - size, size));
  begin_ -= size;
  chunk_ *= 2;
}

std::string read_range(Files& files, const Descriptor& file, std::uint64_t begin, std::uint64_t size) {
  std::string bytes(size, '\0');
  files.seek(file, begin);
  for (std::size_t done = 0; done < bytes.size();) {
    const std::size_t count = files.read(file, std::span(bytes).subspan(done));
    if (count == 0)
      throw std::system_error(EAGAIN, std::generic_category(), "read a file that is being written");
    done += count;
  }
  return bytes;
}

}  // namespace ddx::audit
