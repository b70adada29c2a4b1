#include "cli/conflict_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t narrowest_column = 28, comfortable_column = 42;
constexpr std::size_t context = 3;

struct SideOfHunk {
  std::string name;
  char sign;
  Tone tone;
  const std::string* text;
};

Lines split(const std::string& text) {
  Lines lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    std::string line = text.substr(start, end - start);
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
    start = end + 1;
  }
  return lines;
}

Lines last_lines(const Lines& lines) {
  return {lines.end() - static_cast<std::ptrdiff_t>(std::min(lines.size(), context)), lines.end()};
}

Lines first_lines(const Lines& lines) {
  return {lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(std::min(lines.size(), context))};
}

/// Whether the sides of a hunk end their lines in more than one way.
bool mixes_line_ends(const MarkedHunk& hunk) {
  bool with_cr = false, without = false;
  for (const std::string* side : {&hunk.ours, &hunk.theirs, hunk.base ? &*hunk.base : &hunk.ours}) {
    for (std::size_t end = side->find('\n'); end != std::string::npos; end = side->find('\n', end + 1))
      (end > 0 && (*side)[end - 1] == '\r' ? with_cr : without) = true;
    if (!side->empty() && !side->ends_with('\n')) return true;
  }
  return with_cr && without;
}

/// The lines of a side. Where the sides differ in line ends, these are shown.
Lines lines_of(const MarkedHunk& hunk, const std::string& side) {
  Lines lines = split(side);
  if (!mixes_line_ends(hunk)) return lines;
  std::size_t start = 0;
  for (std::string& line : lines) {
    start += line.size();
    if (start < side.size() && side[start] == '\r') line += "^M", ++start;
    if (start == side.size()) line += " (no line end)";
    ++start;
  }
  return lines;
}

std::vector<SideOfHunk> sides_of(const MarkedHunk& hunk) {
  std::vector<SideOfHunk> sides{{"yours", '<', Tone::added, &hunk.ours}};
  if (hunk.base) sides.push_back({"original", '|', Tone::faint, &*hunk.base});
  sides.push_back({"upstream", '>', Tone::hunk, &hunk.theirs});
  return sides;
}

void add_around(Page& page, const char* word, const Lines& lines, const Appearance& look) {
  if (lines.empty()) return;
  if (look.plain) page.line({word});
  for (const std::string& line : lines) page.line({{"  " + line, look.plain ? Tone::plain : Tone::faint}});
}

void add_unified(Page& page, const MarkedHunk& hunk) {
  for (const SideOfHunk& side : sides_of(hunk)) {
    const Lines lines = lines_of(hunk, *side.text);
    page.line({{side.name + (lines.empty() ? ": nothing" : ":"), Tone::strong}});
    for (const std::string& line : lines) page.line({{fmt::format("{} {}", side.sign, line), side.tone}});
  }
}

void add_plain(Page& page, const MarkedHunk& hunk) {
  for (const SideOfHunk& side : sides_of(hunk)) {
    const Lines lines = lines_of(hunk, *side.text);
    page.line(
        {fmt::format("{}, {}:", side.name, lines.empty() ? "nothing" : count_of(lines.size(), "line"))});
    for (const std::string& line : lines) page.line({"  " + line});
  }
}

/// A line as it will be shown, cut into pieces of `columns`.
Lines wrapped(const std::string& line, std::size_t columns) {
  std::string shown;
  for (const char byte : line) shown += byte == '\t' ? std::string(4, ' ') : std::string(1, byte);
  shown = printable(shown);
  Lines pieces{""};
  std::size_t used = 0;
  for (const char byte : shown) {
    const bool begins_character = (static_cast<unsigned char>(byte) & 0xC0u) != 0x80u;
    if (begins_character && used == columns) {
      pieces.emplace_back();
      used = 0;
    }
    pieces.back() += byte;
    used += begins_character ? 1u : 0u;
  }
  return pieces;
}

void add_columns(Page& page, const MarkedHunk& hunk, const Appearance& look) {
  std::vector<SideOfHunk> sides = sides_of(hunk);
  const auto room = [&] {
    return (static_cast<std::size_t>(look.width) - 3 * (sides.size() - 1)) / sides.size();
  };
  if (sides.size() == 3 && !has_room_for_columns(look, 3)) sides.erase(sides.begin() + 1);
  const std::size_t columns = room();
  const std::string bar = look.unicode ? " │ " : " | ";
  std::vector<Lines> texts;
  std::size_t rows = 0;
  std::vector<Span> names;
  for (const SideOfHunk& side : sides) {
    Lines& pieces = texts.emplace_back();
    for (const std::string& line : lines_of(hunk, *side.text)) {
      for (std::string& piece : wrapped(line, columns)) pieces.push_back(std::move(piece));
    }
    rows = std::max(rows, pieces.size());
    if (!names.empty()) names.emplace_back(bar, Tone::faint);
    names.emplace_back(padded(side.name + (pieces.empty() ? ": nothing" : ""), columns), Tone::strong);
  }
  page.line(std::move(names));
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<Span> line;
    for (std::size_t i = 0; i < sides.size(); ++i) {
      if (i > 0) line.emplace_back(bar, Tone::faint);
      const std::string text = row < texts[i].size() ? texts[i][row] : "";
      line.emplace_back(i + 1 < sides.size() ? padded(text, columns) : text, sides[i].tone);
    }
    page.line(std::move(line));
  }
}

std::string content_of(const std::optional<ConflictSide>& side, bool binary) {
  if (!side) return "nothing";
  if (side->mode == Mode::link) return fmt::format("a link to '{}'", side->bytes);
  const std::string kind = side->mode == Mode::executable ? "an executable file" : "a file";
  return binary ? fmt::format("{} of {} bytes, which is no text", kind, side->bytes.size())
                : fmt::format("{} of {}", kind, count_of(split(side->bytes).size(), "line"));
}

void add_changes_of(Page& page, const ConflictDetail& detail) {
  const bool both = detail.here && detail.theirs;
  page.line({both          ? "how upstream's differs from yours:"
             : detail.here ? "what you changed:"
                           : "what upstream changed:"});
  for (const DiffHunk& hunk : detail.changed) {
    for (const DiffLine& line : hunk.lines) {
      const Tone tone = line.origin == '+' ? Tone::added : line.origin == '-' ? Tone::removed : Tone::plain;
      page.line({{"  " + std::string(1, line.origin) + line.text, tone}});
    }
  }
}

}  // namespace

bool has_room_for_columns(const Appearance& look, std::size_t columns) {
  const std::size_t narrowest = columns > 2 ? comfortable_column : narrowest_column;
  return !look.plain && static_cast<std::size_t>(look.width) >= columns * narrowest + 3 * (columns - 1);
}

void add_hunk(Page& page, const MarkedText& text, std::size_t hunk, View view, const Appearance& look) {
  add_around(page, "before it:", last_lines(split(text.texts[hunk])), look);
  if (look.plain) {
    add_plain(page, text.hunks[hunk]);
  } else if (view == View::side_by_side && has_room_for_columns(look)) {
    add_columns(page, text.hunks[hunk], look);
  } else {
    add_unified(page, text.hunks[hunk]);
  }
  add_around(page, "after it:", first_lines(split(text.texts[hunk + 1])), look);
}

void add_whole_file(Page& page, const ConflictDetail& detail, const Appearance& look) {
  const auto row = [&](const char* name, const std::optional<ConflictSide>& side, Tone tone) {
    page.line({{look.plain ? fmt::format("{}: ", name) : padded(fmt::format("{}:", name), 11), Tone::strong},
               {content_of(side, detail.binary), tone}});
  };
  row("yours", detail.here, Tone::added);
  if (detail.pending.conflict.base && !detail.base)
    page.line({{"original:  ", Tone::strong}, "not known any more"});
  else
    row("original", detail.base, Tone::faint);
  row("upstream", detail.theirs, Tone::hunk);
  if (!detail.changed.empty()) add_changes_of(page, detail);
}

}  // namespace ddx::cli::render
