#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "merge/similarity.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

std::string numbered(int from, int to, const std::string& line_end = "\n") {
  std::string text;
  for (int i = from; i < to; ++i) text += "line number " + std::to_string(i) + line_end;
  return text;
}

int score(const std::string& a, const std::string& b) { return similarity(Pieces(a), Pieces(b)); }

}  // namespace

TEST_CASE("similarity is the number that git shows for a rename", "[merge][similarity]") {
  struct Pair {
    std::string before, after;
  };
  const auto pair = GENERATE(
      Pair{numbered(0, 100), numbered(0, 90)}, Pair{numbered(0, 100), numbered(30, 130)},
      Pair{numbered(0, 100), "x" + numbered(0, 100)}, Pair{numbered(0, 50, "\r\n"), numbered(0, 49)},
      Pair{std::string(1000, 'a') + numbered(0, 60), std::string(900, 'a') + numbered(5, 60)},
      Pair{std::string(1, '\0') + numbered(0, 40, "\r\n"), std::string(1, '\0') + numbered(1, 40, "\r\n")},
      Pair{numbered(0, 40) + numbered(0, 40), numbered(0, 50)});
  TempDir folder;
  TestRepo repo(folder.path() / "repo");
  repo.write("old", pair.before);
  repo.commit("old");
  repo.remove("old");
  repo.write("new", pair.after);
  repo.commit("new");
  const std::string shown = repo.git({"diff", "-M1%", "--raw", "HEAD^", "HEAD"});
  const std::string percent = std::to_string(score(pair.before, pair.after) * 100 / full_score);
  CHECK(shown.find(" R" + std::string(3 - percent.size(), '0') + percent + "\t") != std::string::npos);
  CAPTURE(shown, percent);
}

TEST_CASE("equal files are fully alike, files without a common line not at all", "[merge][similarity]") {
  CHECK(score(numbered(0, 10), numbered(0, 10)) == full_score);
  CHECK(score("one\n", "two\n") == 0);
  CHECK(score("", "") == 0);
}

TEST_CASE("a last line without its end counts", "[merge][similarity]") {
  CHECK(score("the only line", "the only line") == full_score);
}

TEST_CASE("sizes alone can tell that two files are not alike enough", "[merge][similarity]") {
  CHECK(sizes_allow(100, 51, full_score / 2));
  CHECK_FALSE(sizes_allow(100, 49, full_score / 2));
  CHECK_FALSE(sizes_allow(0, 0, full_score / 2));
}
