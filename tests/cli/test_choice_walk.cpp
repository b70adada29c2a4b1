#include <catch2/catch_test_macros.hpp>

#include "cli/chooser/choice_walk.hpp"
#include "cli/chooser/hunks.hpp"

using namespace ddx;
using cli::chooser::ChoiceWalk;
using cli::chooser::with_hunks;
using Take = ChosenPart::Take;

namespace {

DiffHunk hunk(int old_start, int old_lines, int new_start, int new_lines) {
  return {old_start, old_lines, new_start, new_lines, "", {}};
}

/// A file in which line 1 and line 3 change.
OfferedFile two_hunks() {
  const RelPath path = RelPath::parse("a.md");
  OfferedFile file{{path, path}, "1\n2\n3\n", "one\n2\nthree\n", {path}};
  file.diff.hunks = {hunk(1, 1, 1, 1), hunk(3, 1, 3, 1)};
  return file;
}

std::vector<ChosenPart> after(const std::string& keys, std::size_t files = 2) {
  ChoiceWalk walk(std::vector<OfferedFile>(files, two_hunks()));
  for (const char key : keys) CHECK(walk.answer(key));
  CHECK(walk.is_over());
  return walk.chosen();
}

std::vector<Take> takes(const std::vector<ChosenPart>& parts) {
  std::vector<Take> found;
  for (const ChosenPart& part : parts) found.push_back(part.take);
  return found;
}

}  // namespace

TEST_CASE("files are sent or left out one by one", "[cli][push][chooser]") {
  CHECK(takes(after("yn")) == std::vector{Take::everything, Take::nothing});
  CHECK(takes(after("ny")) == std::vector{Take::nothing, Take::everything});
  CHECK(takes(after("na", 3)) == std::vector{Take::nothing, Take::everything, Take::everything});
  CHECK(takes(after("yq", 3)) == std::vector{Take::everything, Take::nothing, Take::nothing});
}

TEST_CASE("a file is sent with the hunks that were chosen", "[cli][push][chooser]") {
  const auto first = after("syny");
  CHECK(takes(first) == std::vector{Take::bytes, Take::everything});
  CHECK(first.front().bytes == "one\n2\n3\n");
  CHECK(after("snyn").front().bytes == "1\n2\nthree\n");
  CHECK(takes(after("syyn")) == std::vector{Take::everything, Take::nothing});
  CHECK(takes(after("snny")) == std::vector{Take::nothing, Take::everything});
  CHECK(takes(after("say")) == std::vector{Take::everything, Take::everything});
  CHECK(takes(after("sdy")) == std::vector{Take::nothing, Take::everything});
  CHECK(after("sydn").front().bytes == "one\n2\n3\n");
  CHECK(takes(after("syq")) == std::vector{Take::bytes, Take::nothing});
}

TEST_CASE("a file that cannot be split is sent whole or not at all", "[cli][push][chooser]") {
  OfferedFile one = two_hunks();
  one.diff.hunks.pop_back();
  ChoiceWalk walk({one});
  CHECK(walk.keys() == "ynaq?");
  CHECK_FALSE(walk.answer('s'));
  CHECK_FALSE(walk.answer('d'));
  CHECK_FALSE(walk.answer('?'));
  CHECK_FALSE(walk.is_over());
  walk.leave();
  CHECK(takes(walk.chosen()) == std::vector{Take::nothing});
}

TEST_CASE("hunks are put into the old text wherever they are", "[cli][push][chooser]") {
  const std::string before = "1\n2\n3\n4\n5";
  SECTION("added at the start and at the end, where a line end comes too") {
    const std::string now = "0\n1\n2\n3\n4\n5\n6\n";
    const std::vector<DiffHunk> hunks{hunk(0, 0, 1, 1), hunk(5, 1, 6, 2)};
    CHECK(with_hunks(before, now, hunks, {true, false}) == "0\n1\n2\n3\n4\n5");
    CHECK(with_hunks(before, now, hunks, {false, true}) == "1\n2\n3\n4\n5\n6\n");
    CHECK(with_hunks(before, now, hunks, {true, true}) == now);
    CHECK(with_hunks(before, now, hunks, {false, false}) == before);
  }
  SECTION("taken away") {
    const std::string now = "2\n3\n4\n";
    const std::vector<DiffHunk> hunks{hunk(1, 1, 0, 0), hunk(5, 1, 3, 0)};
    CHECK(with_hunks(before, now, hunks, {true, false}) == "2\n3\n4\n5");
    CHECK(with_hunks(before, now, hunks, {false, true}) == "1\n2\n3\n4\n");
    CHECK(with_hunks(before, now, hunks, {true, true}) == now);
  }
}
