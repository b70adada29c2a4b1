#include "lines/text_merge.hpp"

#include <catch2/catch_test_macros.hpp>

#include "lines/git_text_merges.hpp"
#include "lines/lines.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

struct Style {
  ConflictStyle style;
  const char* name;
};

const Style styles[] = {
    {ConflictStyle::merge, "merge"}, {ConflictStyle::diff3, "diff3"}, {ConflictStyle::zdiff3, "zdiff3"}};

std::vector<Texts> some_texts(unsigned first_seed, unsigned count) {
  std::vector<Texts> texts;
  for (unsigned seed = first_seed; seed < first_seed + count; ++seed)
    texts.push_back(RandomTexts(seed).make());
  return texts;
}

std::vector<Texts> large_texts(unsigned first_seed, unsigned count, std::size_t lines) {
  std::vector<Texts> texts;
  for (unsigned seed = first_seed; seed < first_seed + count; ++seed)
    texts.push_back(RandomTexts(seed).make_large(lines));
  return texts;
}

/// Fails the test where the two are not the same.
void compare(const GitTextMerges& git, const std::vector<GitTextMerges::Result>& expected,
             const TextMergeOptions& options) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Texts& texts = git.texts()[i];
    const TextMerge merge = merge_text(texts.base, texts.ours, texts.theirs, options);
    if (merge.bytes == expected[i].bytes && merge.clean == expected[i].clean) continue;
    CAPTURE(i, texts.base, texts.ours, texts.theirs, expected[i].clean);
    CHECK(merge.bytes == expected[i].bytes);
    CHECK(merge.clean == expected[i].clean);
  }
}

void compare_in_all_styles(std::vector<Texts> texts) {
  const GitTextMerges git(std::move(texts));
  for (const Style& style : styles) {
    CAPTURE(style.name);
    compare(git, git.merge({std::string("merge.conflictStyle=") + style.name}),
            {style.style, Side::markers, git.labels()});
  }
}

}  // namespace

TEST_CASE("generated texts merge byte for byte as git merges them", "[lines][merge]") {
  compare_in_all_styles(some_texts(1, 2000));
}

TEST_CASE("texts so large that the diff takes short cuts merge as git merges them", "[lines][merge]") {
  compare_in_all_styles(large_texts(1, 25, 3000));
  compare_in_all_styles(large_texts(127, 1, 60'000));
}

TEST_CASE("lines that look like markers make ours longer, as git writes them with that size",
          "[lines][merge]") {
  const std::string odd = "<<<<<<< HEAD\n||||||||| x\n=======\n>>>>>>> other\r\n";
  std::vector<Texts> texts = some_texts(1, 300);
  for (std::size_t i = 0; i < texts.size(); ++i)
    (i % 3 == 0 ? texts[i].base : i % 3 == 1 ? texts[i].ours : texts[i].theirs).insert(0, odd);
  const GitTextMerges git(std::move(texts));
  git.set_attributes("conflict-marker-size=10");
  for (const Style& style : styles) {
    CAPTURE(style.name);
    compare(git, git.merge({std::string("merge.conflictStyle=") + style.name}),
            {style.style, Side::markers, git.labels()});
  }
  const TextMerge merge = merge_text(odd, odd + "a\n", odd + "b\n", {{}, Side::markers, git.labels()});
  CHECK(merge.marker_size == 10);
  CHECK(has_markers(merge.bytes, merge.marker_size, git.labels()));
  CHECK_FALSE(has_markers(odd, merge.marker_size, git.labels()));
}

TEST_CASE("a side for the conflicting hunks gives what git gives", "[lines][merge]") {
  const GitTextMerges git(some_texts(1, 300));
  compare(git, git.merge_favouring("ours"), {ConflictStyle::merge, Side::mine, git.labels()});
  compare(git, git.merge_favouring("theirs"), {ConflictStyle::merge, Side::theirs, git.labels()});
  git.set_attributes("merge=union");
  for (const Style& style : styles) {
    CAPTURE(style.name);
    compare(git, git.merge({std::string("merge.conflictStyle=") + style.name}),
            {style.style, Side::union_of_both, git.labels()});
  }
}

TEST_CASE("hunks are where the markers are, as many as a side would settle", "[lines][merge]") {
  const MergeLabels labels{"yours", "base 1111111111", "upstream 2222222222"};
  std::size_t seen = 0;
  for (const Texts& texts : some_texts(1, 300)) {
    CAPTURE(texts.base, texts.ours, texts.theirs);
    const TextMerge merge = merge_text(texts.base, texts.ours, texts.theirs, {{}, Side::markers, labels});
    const NumberedTexts lines = number_lines({merge.bytes});
    for (const ConflictHunk& hunk : merge.hunks) {
      CHECK(lines.texts[0][hunk.first_line - 1].starts_with("<<<<<<< yours"));
      CHECK(lines.texts[0][hunk.first_line + hunk.lines - 2].starts_with(">>>>>>> upstream 2222222222"));
    }
    const TextMerge settled = merge_text(texts.base, texts.ours, texts.theirs, {{}, Side::mine, labels});
    CHECK(settled.settled_hunks == static_cast<int>(merge.hunks.size()));
    CHECK(settled.clean);
    CHECK(settled.hunks.empty());
    CHECK(has_markers(merge.bytes, merge.marker_size, labels) == !merge.clean);
    seen += merge.hunks.size();
  }
  CHECK(seen > 100);
}

TEST_CASE("a clean merge is git's where another diff would give a clean one with other lines",
          "[lines][merge]") {
  const GitTextMerges git(
      {{"d\nc\nc\nc\n", "d\nd\nc\nc\n", "d\nc\nc\n"}, {"r\na\na\na\n", "r\na\na\n", "r\na\nr\na\na\n"}});
  const std::vector<GitTextMerges::Result> merged = git.merge({});
  CHECK(merged[0].bytes == "d\nd\nc\nc\n");
  CHECK(merged[1].bytes == "r\na\nr\na\na\n");
  compare(git, merged, {ConflictStyle::merge, Side::markers, git.labels()});
}

TEST_CASE("a very long line and a large file are merged like any other", "[lines][merge]") {
  const std::string line(8'000'000, 'x');
  const Texts texts{"a\n" + line + "\nb\n", "A\n" + line + "\nb\n", "a\n" + line + "\nB\n"};
  const TextMerge merge = merge_text(texts.base, texts.ours, texts.theirs, {});
  CHECK(merge.clean);
  CHECK(merge.bytes == "A\n" + line + "\nB\n");
}

TEST_CASE("texts with too many lines, or with longer markers than ours can be, have no lines to merge",
          "[lines][merge]") {
  const std::string third(most_merged_lines / 3, '\n');
  CHECK(has_lines({third, third, third}));
  CHECK_FALSE(has_lines({third, third, third + "\n\n"}));
  CHECK_FALSE(has_lines({"", third + third + third, "\n\n"}));
  for (const char mark : {'<', '|', '>'}) {
    const std::string longest(longest_run, mark);
    CHECK(has_lines({"", longest + " yours\n", ""}));
    CHECK_FALSE(has_lines({"", "a\n" + longest + mark + " yours\n", ""}));
    CHECK(has_lines({"", "a" + longest + mark + " yours\n", ""}));
  }
  const MergeLabels labels{"yours", "base", "theirs"};
  const std::string odd = std::string(longest_run, '<') + " yours\n";
  const TextMerge merge = merge_text("", odd + "a\n", odd + "b\n", {{}, Side::markers, labels});
  CHECK(merge.marker_size == longest_run + 1);
  CHECK_FALSE(has_markers(odd, merge.marker_size, labels));
}

TEST_CASE("a hundred thousand generated texts merge byte for byte as git merges them",
          "[lines][merge][long]") {
  for (unsigned first_seed = 100'000; first_seed < 200'000; first_seed += 2000)
    compare_in_all_styles(some_texts(first_seed, 2000));
  for (unsigned first_seed = 1000; first_seed < 4000; first_seed += 100)
    compare_in_all_styles(large_texts(first_seed, 100, 3000));
  for (unsigned first_seed = 200; first_seed < 260; first_seed += 10)
    compare_in_all_styles(large_texts(first_seed, 10, 60'000));
}
