#include "audit/verify.hpp"

#include <fmt/format.h>

#include "audit/entry.hpp"

namespace ddx::audit {

namespace {

std::string broken_link(const Line& line, const Link& before) {
  const std::uint64_t expected = before.number + 1;
  if (line.link.number > expected)
    return fmt::format("it is entry {}, and entry {} should be here: entries are missing", line.link.number,
                       expected);
  if (line.link.number < expected)
    return fmt::format("it is entry {}, and entry {} should be here", line.link.number, expected);
  return "it does not continue the line before it";
}

}  // namespace

Verified verify(std::string_view log) {
  Verified verified;
  Link before;
  while (!log.empty()) {
    const std::size_t end = log.find('\n');
    if (end == std::string_view::npos) {
      verified.cut_off = true;
      break;
    }
    const std::uint64_t number = ++verified.lines;
    Line line = read_line(log.substr(0, end));
    log.remove_prefix(end + 1);
    const bool readable = line.link.number != 0;
    if (!line.damage.empty()) verified.findings.push_back({number, line.damage});
    if (!readable) line.link.number = number;
    if (readable && (line.link.number != before.number + 1 || line.previous != before.hash))
      verified.findings.push_back({number, broken_link(line, before)});
    if (line.damage.empty()) {
      ++verified.entries;
      verified.hashes.insert(line.link.hash);
      if (!line.replaces.empty()) verified.hashes.insert(line.replaces);
    }
    before = std::move(line.link);
  }
  return verified;
}

}  // namespace ddx::audit
