#include <catch2/matchers/catch_matchers_exception.hpp>
#include <random>
#include <set>

#include "config/selection.hpp"
#include "ddx/error.hpp"
#include "support/temp_dir.hpp"
#include "support/test_repo.hpp"

namespace ddx {

namespace {

bool matches(const std::vector<std::string>& patterns, const std::string& path) {
  return PatternList(patterns).matches(RelPath::parse(path));
}

/// Names, folders and patterns of a small alphabet, so that patterns often match.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string path() {
    std::string text = name();
    for (int depth = pick(4); depth > 0; --depth) text += "/" + name();
    return text;
  }

  std::string pattern() {
    std::string text = pick(5) == 0 ? "!" : "";
    if (pick(4) == 0) text += "/";
    if (pick(5) == 0) text += "**/";
    text += glob_name();
    for (int depth = pick(3); depth > 0; --depth) text += (pick(4) == 0 ? "/**/" : "/") + glob_name();
    if (pick(5) == 0) text += "/**";
    if (pick(4) == 0) text += "/";
    return text;
  }

 private:
  int pick(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }
  std::string one_of(const std::vector<std::string>& choices) {
    return choices[static_cast<std::size_t>(pick(static_cast<int>(choices.size())))];
  }
  std::string name() {
    return one_of({"a", "b", "ab", "a.md", "b.md", "ab.txt", "-x", "[z]", "B", "a b", "ö", "a*"});
  }
  std::string glob_name() {
    if (pick(2) == 0) return one_of({"a", "b", "*", "?", "*.md", "a*", "*b", "[a-z]"});
    std::string text;
    for (int parts = 1 + pick(3); parts > 0; --parts)
      text += one_of({"a",     "b",    "*",           "?",   "[ab]", "[!a]",  "[^b]",  "[a-z]",
                      "[]a]",  "[a-]", "[[:upper:]]", ".md", "\\*",  "\\[",   "[z",    "[[:none:]]",
                      "[\\]]", "b ",   "\\ ",         "*.*", "#",    "[b-a]", "[--.]", "[[:x]"});
    // Versions of git differ on two stars beside other characters.
    for (std::size_t at; (at = text.find("**")) != std::string::npos;) text.erase(at, 1);
    return text;
  }

  std::mt19937 random_;
};

/// The paths among `paths` that git ignores with these patterns.
std::set<std::string> ignored_by_git(const test::TestRepo& repo, const std::vector<std::string>& patterns,
                                     const std::set<std::string>& paths) {
  std::string rules, input;
  for (const auto& pattern : patterns) rules += pattern + "\n";
  for (const auto& path : paths) input += path + '\0';
  test::write_file(repo.path() / ".git/info/exclude", rules);
  const auto answer = test::run(repo.path(), {"git", "check-ignore", "--no-index", "--stdin", "-z"},
                                test::clean_environment(repo.path()), input);
  REQUIRE(answer.exit <= 1);
  std::set<std::string> ignored;
  for (std::size_t start = 0; start < answer.out.size();) {
    const std::size_t end = answer.out.find('\0', start);
    ignored.insert(answer.out.substr(start, end - start));
    start = end + 1;
  }
  return ignored;
}

}  // namespace

TEST_CASE("patterns match as gitignore says", "[config][selection]") {
  CHECK(matches({"*.md"}, "a/b/c.md"));
  CHECK_FALSE(matches({"/*.md"}, "a/b/c.md"));
  CHECK(matches({"/*.md"}, "c.md"));
  CHECK(matches({"docs/"}, "a/docs/x"));
  CHECK_FALSE(matches({"docs/"}, "a/docs"));
  CHECK(matches({"a/docs"}, "a/docs/x/y"));
  CHECK_FALSE(matches({"docs/x"}, "a/docs/x"));
  CHECK(matches({"**/docs/x"}, "a/b/docs/x"));
  CHECK(matches({"**/docs/x"}, "docs/x"));
  CHECK(matches({"a/**"}, "a/b/c"));
  CHECK(matches({"a/**/z"}, "a/z"));
  CHECK(matches({"a/**/z"}, "a/b/c/z"));
  CHECK_FALSE(matches({"a/*/z"}, "a/b/c/z"));
  CHECK(matches({"**"}, "a/b"));
  CHECK_FALSE(matches({"*.md", "!keep.md"}, "keep.md"));
  CHECK(matches({"docs/", "!docs/keep.md"}, "docs/keep.md"));
  CHECK(matches({"\\#x"}, "#x"));
  CHECK_FALSE(matches({"*.MD"}, "a.md"));
}

TEST_CASE("generated patterns match what git matches", "[config][selection]") {
  const test::TempDir folder;
  const test::TestRepo repo(folder.path() / "project");
  Generator generator(20260131);
  int ignored_count = 0, kept_count = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> patterns;
    std::set<std::string> paths;
    for (int i = 0; i < 1 + round % 4; ++i) patterns.push_back(generator.pattern());
    for (int i = 0; i < 40; ++i) paths.insert(generator.path());
    const PatternList list(patterns);
    std::set<std::string> ignored;
    for (const auto& path : paths)
      if (list.matches(RelPath::parse(path))) ignored.insert(path);
    std::string shown;
    for (const auto& pattern : patterns) shown += "<" + pattern + "> ";
    INFO("round " << round << ", patterns " << shown);
    CHECK(ignored == ignored_by_git(repo, patterns, paths));
    ignored_count += static_cast<int>(ignored.size());
    kept_count += static_cast<int>(paths.size() - ignored.size());
  }
  CHECK(ignored_count > 1000);
  CHECK(kept_count > 1000);
}

TEST_CASE("a pattern that is made to take for ever does not", "[config][selection]") {
  std::string pattern, text(200, 'a');
  for (int i = 0; i < 60; ++i) pattern += "*a";
  CHECK_FALSE(matches({pattern + "b"}, text));
}

TEST_CASE("an empty pattern is refused", "[config][selection]") {
  CHECK_THROWS_AS(PatternList(std::vector<std::string>{""}), Error);
}

TEST_CASE("a selection holds what is included and not excluded", "[config][selection]") {
  const Selection selection({"prompts/", "*.md"}, {"*.tmp"});
  CHECK(selection.contains(RelPath::parse("prompts/a.txt")));
  CHECK(selection.contains(RelPath::parse("docs/a.md")));
  CHECK_FALSE(selection.contains(RelPath::parse("docs/a.txt")));
  CHECK_FALSE(selection.contains(RelPath::parse("prompts/a.tmp")));
}

TEST_CASE("a selection without patterns holds everything and has no digest", "[config][selection]") {
  for (const Selection& selection : {Selection(), Selection({}, {}), Selection({"**"}, {})}) {
    CHECK(selection.contains(RelPath::parse("a/.hidden")));
    CHECK(selection.digest().empty());
  }
}

TEST_CASE("the digest of a selection changes with its patterns and their order", "[config][selection]") {
  const std::vector<Selection> selections{
      {{"a"}, {}}, {{}, {"a"}}, {{"a", "b"}, {}}, {{"b", "a"}, {}}, {{"a\nb"}, {}}};
  std::set<std::string> digests;
  for (const auto& selection : selections) digests.insert(selection.digest());
  CHECK(digests.size() == selections.size());
  CHECK(Selection({"**"}, {"a"}).digest() == Selection({}, {"a"}).digest());
}

}  // namespace ddx
