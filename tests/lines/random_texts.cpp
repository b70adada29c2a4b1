#include "lines/random_texts.hpp"

#include <algorithm>

namespace ddx::test {

namespace {

const std::vector<std::string> words{"",       "}",           "{",       "a",   "b",       "c",
                                     "  }",    "\t",          "--",      "end", "caf\xe9", "e\xcc\x81",
                                     "====  ", "\xff\xfe zz", "# title", "word"};
const std::vector<std::string> code{
    "", "", "}", "  }", "    return 0;", "  return x;", "  if (x) {", "  } else {", "#include <x>", "/**"};

}  // namespace

Texts RandomTexts::make() {
  constexpr std::size_t sizes[] = {12, 12, 80, 400, 150};
  shape_ = static_cast<Shape>(below(5));
  const Text base = lines(below(sizes[static_cast<int>(shape_)]));
  Text ours = base, theirs = base;
  if (chance(3)) {  // changed alike
    edit(ours);
    theirs = ours;
  }
  const std::size_t most = base.size() < 20 ? 3 : 7;
  for (std::size_t edits = below(most); edits-- > 0;) edit(ours);
  for (std::size_t edits = below(most); edits-- > 0;) edit(theirs);
  const bool crlf = chance(4), mixed = chance(6);
  return {joined(base, mixed ? chance(2) : crlf), joined(ours, mixed ? chance(2) : crlf),
          joined(theirs, mixed ? chance(2) : crlf)};
}

Texts RandomTexts::make_large(std::size_t size) {
  const Shape shapes[] = {Shape::two_lines, Shape::crowded, Shape::strangers};
  shape_ = shapes[below(3)];
  const Text base = lines(size / 2 + below(size));
  Text ours = base;
  for (std::size_t edits = below(7); edits-- > 0;) edit(ours);
  return {joined(base, false), joined(chance(3) ? rewritten(base) : ours, false),
          joined(rewritten(base), false)};
}

/// Other lines, and here and there some of the old ones.
RandomTexts::Text RandomTexts::rewritten(const Text& text) {
  Text found;
  const std::size_t most_fresh = 200 + below(2000), most_kept = 20 + below(600);
  for (std::size_t at = 0; at < text.size();) {
    const Text fresh = lines(below(most_fresh));
    found.insert(found.end(), fresh.begin(), fresh.end());
    at = std::min(text.size(), at + (chance(3) ? below(most_fresh) : fresh.size()));
    const std::size_t kept = std::min(text.size() - at, below(most_kept));
    const auto start = text.begin() + static_cast<std::ptrdiff_t>(at);
    found.insert(found.end(), start, start + static_cast<std::ptrdiff_t>(kept));
    at += kept;
  }
  return found;
}

std::string RandomTexts::line() {
  switch (shape_) {
    case Shape::words:
      return chance(3) ? "line " + std::to_string(below(40)) : words[below(words.size())];
    case Shape::two_lines:
      return chance(9) ? "c" : chance(2) ? "a" : "b";
    case Shape::code:
      return chance(3) ? "  call_" + std::to_string(below(60)) + "();" : code[below(code.size())];
    case Shape::crowded:  // most lines occur more than 64 times
      return chance(60) ? "rare " + std::to_string(below(30)) : words[below(4)];
    case Shape::mixture:
      return chance(2) ? words[below(3)] : "line " + std::to_string(below(1000));
    case Shape::strangers:
      return chance(6) ? words[below(4)] : "stranger " + std::to_string(strangers_++);
  }
  return "";
}

RandomTexts::Text RandomTexts::lines(std::size_t count) {
  Text text(count);
  for (std::string& line : text) line = this->line();
  return text;
}

void RandomTexts::edit(Text& text) {
  if (text.size() > 4 && chance(5)) return move_block(text);
  if (text.size() > 4 && chance(5)) return copy_block(text);
  replace(text);
}

void RandomTexts::replace(Text& text) {
  const std::size_t most = chance(8) ? 1 + text.size() / 2 : 4;
  const std::size_t at = below(text.size() + 1);
  const std::size_t gone = std::min(below(most), text.size() - at);
  const Text come = lines(below(most));
  const auto place = text.begin() + static_cast<std::ptrdiff_t>(at);
  text.insert(text.erase(place, place + static_cast<std::ptrdiff_t>(gone)), come.begin(), come.end());
}

void RandomTexts::move_block(Text& text) {
  std::size_t cuts[] = {below(text.size() + 1), below(text.size() + 1), below(text.size() + 1)};
  std::sort(std::begin(cuts), std::end(cuts));
  const auto at = [&](int cut) { return text.begin() + static_cast<std::ptrdiff_t>(cuts[cut]); };
  std::rotate(at(0), at(1), at(2));
}

void RandomTexts::copy_block(Text& text) {
  const std::size_t from = below(text.size()), to = below(text.size() + 1);
  const std::size_t count = std::min(1 + below(12), text.size() - from);
  const auto start = text.begin() + static_cast<std::ptrdiff_t>(from);
  const Text block(start, start + static_cast<std::ptrdiff_t>(count));
  text.insert(text.begin() + static_cast<std::ptrdiff_t>(to), block.begin(), block.end());
}

std::string RandomTexts::joined(const Text& text, bool crlf) {
  std::string bytes = chance(10) ? "\xef\xbb\xbf" : "";
  for (const std::string& line : text) bytes += line + (crlf ? "\r\n" : "\n");
  if (!bytes.empty() && bytes.back() == '\n' && chance(5)) bytes.erase(bytes.size() - (crlf ? 2 : 1));
  return bytes;
}

}  // namespace ddx::test
