#include "lines/lines.hpp"

#include <algorithm>
#include <tuple>

namespace ddx {

namespace {

struct Occurrence {
  std::size_t hash;
  std::string_view line;
  LineId* id;

  friend bool operator<(const Occurrence& a, const Occurrence& b) {
    return std::tuple(a.hash, a.line.size(), a.line) < std::tuple(b.hash, b.line.size(), b.line);
  }
};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> lines;
  lines.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
  while (!text.empty()) {
    lines.push_back(text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1));
    text.remove_prefix(lines.back().size());
  }
  return lines;
}

}  // namespace

NumberedTexts number_lines(std::initializer_list<std::string_view> texts) {
  NumberedTexts numbered;
  std::size_t count = 0;
  for (const std::string_view text : texts) {
    Lines& lines = numbered.texts.emplace_back();
    lines.text = split(text);
    lines.ids.resize(lines.text.size());
    count += lines.text.size();
  }
  // Sorted, not hashed: nobody can choose lines that make this slow.
  std::vector<Occurrence> all;
  all.reserve(count);
  for (Lines& lines : numbered.texts) {
    for (std::size_t i = 0; i < lines.text.size(); ++i)
      all.push_back({std::hash<std::string_view>()(lines.text[i]), lines.text[i], &lines.ids[i]});
  }
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0 && all[i - 1] < all[i]) ++numbered.distinct;
    *all[i].id = static_cast<LineId>(numbered.distinct);
  }
  if (!all.empty()) ++numbered.distinct;
  return numbered;
}

}  // namespace ddx
