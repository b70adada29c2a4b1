#include "cli/page.hpp"

#include "base/text.hpp"

namespace ddx::cli {

namespace {

const char* escape_sequence(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::strong:
      return "\x1b[1m";
    case Tone::faint:
      return "\x1b[2m";
    case Tone::added:
      return "\x1b[32m";
    case Tone::removed:
      return "\x1b[31m";
    case Tone::hunk:
      return "\x1b[36m";
    case Tone::caution:
      return "\x1b[33m";
    case Tone::failure:
      return "\x1b[1;31m";
  }
  return "";
}

/// Tabs stay, they are part of a file's text in a diff; a line end inside a span does not.
std::string harmless(const std::string& text) {
  std::string result;
  std::size_t from = 0;
  for (std::size_t end; (end = text.find('\n', from)) != std::string::npos; from = end + 1)
    result += printable(std::string_view(text).substr(from, end - from), KeepLines::yes) + "^J";
  return result + printable(std::string_view(text).substr(from), KeepLines::yes);
}

}  // namespace

Page& Page::line(std::vector<Span> spans) {
  lines_.push_back(std::move(spans));
  return *this;
}

Page& Page::heading(const std::string& text) {
  if (!empty()) line();
  return line({{text, Tone::strong}});
}

Page& Page::append(const Page& other) {
  lines_.insert(lines_.end(), other.lines_.begin(), other.lines_.end());
  return *this;
}

std::string Page::text(Colors colors) const {
  std::string result;
  for (const auto& spans : lines_) {
    for (const auto& span : spans) {
      const bool colored = colors == Colors::yes && span.tone != Tone::plain && !span.text.empty();
      if (colored) result += escape_sequence(span.tone);
      result += harmless(span.text);
      if (colored) result += "\x1b[m";
    }
    result += '\n';
  }
  return result;
}

}  // namespace ddx::cli
