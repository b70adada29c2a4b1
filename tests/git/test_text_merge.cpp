#include "git/text_merge.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>

#include "support/temp_dir.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

struct Texts {
  std::string base, ours, theirs;
};

/// Three texts with a common origin. Few different lines, so that hunks meet, repeat and agree.
class RandomTexts {
 public:
  explicit RandomTexts(unsigned seed) : random_(seed) {}

  Texts make() {
    const bool crlf = chance(4);
    std::vector<std::string> base(below(12));
    for (std::string& line : base) line = this->line();
    std::vector<std::string> ours = base, theirs = base;
    if (chance(3)) edit(ours), theirs = ours;  // changed alike
    for (std::size_t edits = below(3); edits-- > 0;) edit(ours);
    for (std::size_t edits = below(3); edits-- > 0;) edit(theirs);
    const bool mixed = chance(6);
    return {text(base, mixed ? chance(2) : crlf), text(ours, mixed ? chance(2) : crlf),
            text(theirs, mixed ? chance(2) : crlf)};
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool chance(std::size_t of) { return below(of) == 0; }

  std::string line() {
    static const std::vector<std::string> lines{
        "",     "}",       "{",         "a",     "b",        "c",           "  }", "\t",     "--",
        "word", "caf\xe9", "e\xcc\x81", "==== ", "\xc3\xa9", "\xff\xfe zz", "end", "# title"};
    return chance(3) ? "line " + std::to_string(below(40)) : lines[below(lines.size())];
  }

  void edit(std::vector<std::string>& lines) {
    const std::size_t at = below(lines.size() + 1);
    const std::size_t gone = std::min(below(4), lines.size() - at);
    std::vector<std::string> come(below(4));
    for (std::string& line : come) line = this->line();
    const auto place = lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at),
                                   lines.begin() + static_cast<std::ptrdiff_t>(at + gone));
    lines.insert(place, come.begin(), come.end());
  }

  std::string text(const std::vector<std::string>& lines, bool crlf) {
    std::string found = chance(10) ? "\xef\xbb\xbf" : "";
    for (const std::string& line : lines) found += line + (crlf ? "\r\n" : "\n");
    if (!found.empty() && found.back() == '\n' && chance(5)) found.erase(found.size() - (crlf ? 2 : 1));
    return found;
  }

  std::mt19937 random_;
};

const git::MergeLabels labels{"yours", "base 1111111111", "upstream 2222222222"};

struct Style {
  git::ConflictStyle style;
  const char* option;
};

const Style styles[] = {{git::ConflictStyle::merge, "--marker-size=7"},
                        {git::ConflictStyle::diff3, "--diff3"},
                        {git::ConflictStyle::zdiff3, "--zdiff3"}};

class Oracle {
 public:
  RunResult merge(const Texts& texts, std::vector<std::string> options) const {
    write_file(folder_.path() / "ours", texts.ours);
    write_file(folder_.path() / "base", texts.base);
    write_file(folder_.path() / "theirs", texts.theirs);
    options.insert(options.begin(), {"git", "merge-file", "-p"});
    for (const std::string& label : {labels.ours, labels.base, labels.theirs})
      options.insert(options.end(), {"-L", label});
    options.insert(options.end(), {"ours", "base", "theirs"});
    return run(folder_, options, clean_environment(folder_));
  }

 private:
  TempDir folder_;
};

}  // namespace

TEST_CASE("generated texts merge byte for byte as git merge-file merges them", "[git][merge]") {
  const Oracle oracle;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    const Texts texts = RandomTexts(seed).make();
    CAPTURE(seed, texts.base, texts.ours, texts.theirs);
    for (const Style& style : styles) {
      CAPTURE(style.option);
      const git::TextMerge merge =
          git::merge_text(texts.base, texts.ours, texts.theirs, {style.style, Side::markers, labels});
      const RunResult expected = oracle.merge(texts, {style.option});
      REQUIRE(expected.exit < 128);
      CHECK(merge.bytes == expected.out);
      CHECK(merge.clean == (expected.exit == 0));
      CHECK(merge.hunks.size() == static_cast<std::size_t>(expected.exit));
    }
  }
}

TEST_CASE("lines that look like markers make ours longer, as git merge-file with that size", "[git][merge]") {
  const Oracle oracle;
  const std::string odd = "<<<<<<< HEAD\n||||||||| x\n=======\n>>>>>>> other\r\n";
  for (unsigned seed = 1; seed <= 40; ++seed) {
    Texts texts = RandomTexts(seed).make();
    std::string& side = seed % 3 == 0 ? texts.base : seed % 3 == 1 ? texts.ours : texts.theirs;
    side = odd + side;
    CAPTURE(seed, texts.base, texts.ours, texts.theirs);
    for (const Style& style : styles) {
      const git::TextMerge merge =
          git::merge_text(texts.base, texts.ours, texts.theirs, {style.style, Side::markers, labels});
      CHECK(merge.marker_size == 10);
      const RunResult expected = oracle.merge(texts, {style.option, "--marker-size=10"});
      CHECK(merge.bytes == expected.out);
      CHECK(git::has_markers(merge.bytes, merge.marker_size, labels) == !merge.clean);
    }
  }
}

TEST_CASE("a side for the conflicting hunks gives what git merge-file gives", "[git][merge]") {
  const Oracle oracle;
  const std::vector<std::pair<Side, std::string>> sides{
      {Side::mine, "--ours"}, {Side::theirs, "--theirs"}, {Side::union_of_both, "--union"}};
  for (unsigned seed = 1; seed <= 60; ++seed) {
    const Texts texts = RandomTexts(seed).make();
    CAPTURE(seed, texts.base, texts.ours, texts.theirs);
    for (const auto& [side, option] : sides) {
      CAPTURE(option);
      const git::TextMerge merge =
          git::merge_text(texts.base, texts.ours, texts.theirs, {git::ConflictStyle::merge, side, labels});
      CHECK(merge.clean);
      CHECK(merge.bytes == oracle.merge(texts, {option}).out);
    }
  }
}

TEST_CASE("a very long line and a large file are merged like any other", "[git][merge]") {
  const std::string line(8'000'000, 'x');
  const Texts texts{"a\n" + line + "\nb\n", "A\n" + line + "\nb\n", "a\n" + line + "\nB\n"};
  const git::TextMerge merge =
      git::merge_text(texts.base, texts.ours, texts.theirs, {{}, Side::markers, labels});
  CHECK(merge.clean);
  CHECK(merge.bytes == "A\n" + line + "\nB\n");
}

TEST_CASE("a NUL among the first 8000 bytes makes a file binary, as for git", "[git][merge]") {
  const std::string nul(1, '\0');
  CHECK(git::is_binary(std::string(7999, 'a') + nul));
  CHECK_FALSE(git::is_binary(std::string(8000, 'a') + nul));
  CHECK_FALSE(git::is_binary("\xff\xfe broken"));
  CHECK_FALSE(git::is_binary(""));
}
