#include "lines/line_diff.hpp"

#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

using namespace ddx;

namespace {

/// "abc" is a text of three lines.
std::string lines_of(std::string_view letters) {
  std::string text;
  for (const char letter : letters) (text += letter) += '\n';
  return text;
}

std::string shown(const std::vector<LineChange>& changes) {
  std::string text;
  for (const auto& [before, after] : changes)
    text += fmt::format("{}{}-{}:{}-{}", text.empty() ? "" : " ", before.begin, before.end, after.begin,
                        after.end);
  return text;
}

std::string diff(const std::string& before, const std::string& after, std::int64_t visits = 1'000'000'000) {
  const NumberedTexts texts = number_lines({before, after});
  Effort effort(visits);
  return shown(LineDiff(texts.distinct, effort).changes(texts.texts[0].ids, texts.texts[1].ids));
}

std::string diff_letters(std::string_view before, std::string_view after) {
  return diff(lines_of(before), lines_of(after));
}

std::string repeated(std::string_view letters, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += letters;
  return text;
}

}  // namespace

TEST_CASE("lines are equal with their ends, in all texts numbered together", "[lines][diff]") {
  const NumberedTexts texts = number_lines({"a\nb\r\n\na", "b\na\nb\r\n", ""});
  REQUIRE(texts.texts[0].size() == 4);
  CHECK(texts.texts[0][0] == "a\n");
  CHECK(texts.texts[0][1] == "b\r\n");
  CHECK(texts.texts[0][2] == "\n");
  CHECK(texts.texts[0][3] == "a");
  CHECK(texts.distinct == 5);
  CHECK(texts.texts[0].ids[0] == texts.texts[1].ids[1]);
  CHECK(texts.texts[0].ids[1] == texts.texts[1].ids[2]);
  CHECK(texts.texts[0].ids[0] != texts.texts[0].ids[3]);
  CHECK(texts.texts[2].size() == 0);
}

TEST_CASE("every distinct line has its own id, however many there are", "[lines][diff]") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i % 70'000) + "\n";
  const NumberedTexts texts = number_lines({text, text});
  CHECK(texts.distinct == 70'000);
  CHECK(texts.texts[0].ids == texts.texts[1].ids);
  bool as_expected = true;
  for (int i = 0; i < 100'000; ++i)
    as_expected = as_expected && texts.texts[0].ids[i] == static_cast<LineId>(i % 70'000);
  CHECK(as_expected);
}

TEST_CASE("a diff lists what was added, taken and replaced", "[lines][diff]") {
  CHECK(diff_letters("", "").empty());
  CHECK(diff_letters("abc", "abc").empty());
  CHECK(diff_letters("", "ab") == "0-0:0-2");
  CHECK(diff_letters("ab", "") == "0-2:0-0");
  CHECK(diff_letters("abcdef", "xabdefgh") == "0-0:0-1 2-3:3-3 6-6:6-8");
  CHECK(diff_letters("abc", "xyz") == "0-3:0-3");
}

TEST_CASE("the run with the rarest line stays, even where another is longer", "[lines][diff]") {
  // 'r' is the only line that 'before' has once; the shortest diff would keep 'abab'.
  CHECK(diff_letters("ababrabab", "rabababab") == "0-4:0-0 9-9:5-9");
  CHECK(diff_letters("xxxxr", "rxxxx") == "0-4:0-0 5-5:1-5");
}

TEST_CASE("where all common lines are everywhere, the shortest diff is taken", "[lines][diff]") {
  const std::string many = repeated("ab", 65);
  CHECK(diff_letters(many + "x", "y" + many) == "0-0:0-1 130-131:131-131");
  CHECK(diff_letters(many + "ab", "ba" + many) == "0-1:0-0 3-3:2-3");
}

TEST_CASE("a group of changes goes down as far as it can, but beside a change of the other text",
          "[lines][diff]") {
  CHECK(diff_letters("axxb", "axxxb") == "3-3:3-4");
  CHECK(diff_letters("faeb", "faegaeb") == "3-3:3-6");
  CHECK(diff_letters("axxyb", "axxxzb") == "3-4:3-5");
}

TEST_CASE("a diff whose effort is spent is still one", "[lines][diff]") {
  std::string before, after;
  for (int i = 0; i < 3000; ++i) {
    before += std::to_string(i * 7 % 11) + "\n";
    after += std::to_string(i * 5 % 13) + "\n";
  }
  const NumberedTexts texts = number_lines({before, after});
  Effort effort(10);
  const std::vector<LineChange> changes =
      LineDiff(texts.distinct, effort).changes(texts.texts[0].ids, texts.texts[1].ids);
  std::string rebuilt;
  LineIndex at = 0;
  for (const LineChange& change : changes) {
    for (; at < change.before.begin; ++at) rebuilt += texts.texts[0][at];
    for (LineIndex i = change.after.begin; i < change.after.end; ++i) rebuilt += texts.texts[1][i];
    at = change.before.end;
  }
  for (; at < texts.texts[0].size(); ++at) rebuilt += texts.texts[0][at];
  CHECK(rebuilt == after);
}
