#include <catch2/catch_test_macros.hpp>

#include "merge/markers.hpp"

using namespace ddx;

namespace {

const MergeLabels labels = {"yours", "base 123", "upstream 456"};

std::optional<std::string> settled(const std::string& bytes, Side side, int size = 7) {
  const auto result = settle_markers(bytes, size, labels, side);
  return result ? std::optional(result->bytes) : std::nullopt;
}

}  // namespace

TEST_CASE("a side replaces what is still marked, in every style", "[sync][markers]") {
  const std::string merge = "a\n<<<<<<< yours\nm\n=======\nt\n>>>>>>> upstream 456\nb\n";
  const std::string diff3 = "a\n<<<<<<< yours\nm\n||||||| base 123\no\n=======\nt\n>>>>>>> upstream 456\nb\n";
  for (const std::string& text : {merge, diff3}) {
    CHECK(settled(text, Side::mine) == "a\nm\nb\n");
    CHECK(settled(text, Side::theirs) == "a\nt\nb\n");
    CHECK(settled(text, Side::union_of_both) == "a\nm\nt\nb\n");
  }
  CHECK(settle_markers(merge + merge, 7, labels, Side::mine)->hunks == 2);
  CHECK(settled("a\r\n<<<<<<< yours\r\nm\r\n=======\r\n>>>>>>> upstream 456\r\n", Side::theirs) == "a\r\n");
  CHECK(settled("<<<<<<<<< yours\nm\n=========\nt\n>>>>>>>>> upstream 456\n", Side::mine, 9) == "m\n");
}

TEST_CASE("lines that only look like these markers are text", "[sync][markers]") {
  const std::string text = "Title\n=======\n<<<<<<< HEAD\n>>>>>>> other\n||||||| base 123\nlast";
  CHECK(settled(text, Side::theirs) == text);
  CHECK(settled("", Side::mine) == "");
}

TEST_CASE("a hunk whose parts cannot be told apart is left undecided", "[sync][markers]") {
  CHECK_FALSE(settled("<<<<<<< yours\nm\n=======\nt\n", Side::mine));
  CHECK_FALSE(settled("<<<<<<< yours\nTitle\n=======\nm\n=======\nt\n>>>>>>> upstream 456\n", Side::mine));
  CHECK_FALSE(settled("m\n>>>>>>> upstream 456\n", Side::mine));
  CHECK_FALSE(settled("<<<<<<< yours\n<<<<<<< yours\n=======\n>>>>>>> upstream 456\n", Side::mine));
}
