#include <catch2/catch_test_macros.hpp>

#include "git/objects.hpp"
#include "merge/renames.hpp"

using namespace ddx;

namespace {

using Texts = std::map<std::string, std::string>;
using Names = std::map<std::string, std::string>;

std::string text(const std::string& topic, int from = 0, int to = 20) {
  std::string lines;
  for (int i = from; i < to; ++i) lines += topic + " in line " + std::to_string(i) + "\n";
  return lines;
}

/// \param matter  the sources that the other side changed too; empty: all of them
Names renames(const Texts& before, const Texts& after, const std::vector<std::string>& matter = {}) {
  std::vector<RenameSource> gone;
  std::vector<RenameTarget> come;
  for (const auto& [path, bytes] : before) {
    const bool matters = matter.empty() || std::find(matter.begin(), matter.end(), path) != matter.end();
    gone.push_back({RelPath::parse(path), {git::hash_blob(bytes), Mode::file}, matters});
  }
  for (const auto& [path, bytes] : after)
    come.push_back({RelPath::parse(path), {git::hash_blob(bytes), Mode::file}});
  Names found;
  for (const auto& [from, to] :
       find_renames(gone, come,
                    {[&](const RenameSource& file) { return before.at(file.path.str()); },
                     [&](const RenameTarget& file) { return after.at(file.path.str()); }}))
    found.emplace(from.str(), to.str());
  return found;
}

}  // namespace

TEST_CASE("equal content is a rename, with the same file name first", "[merge][renames]") {
  CHECK(renames({{"a/1.md", text("x")}, {"a/2.md", text("x")}}, {{"b/2.md", text("x")}}) ==
        Names{{"a/2.md", "b/2.md"}});
}

TEST_CASE("of several copies none is the new name of a file that the other side changed",
          "[merge][renames]") {
  const Texts copies{{"a/other.md", text("x")}, {"b/x.md", text("x")}};
  CHECK(renames({{"a/x.md", text("x")}}, copies).empty());
  CHECK(renames({{"a/x.md", text("x")}}, copies, {"nothing"}) == Names{{"a/x.md", "a/other.md"}});
}

TEST_CASE("an empty file is never a rename", "[merge][renames]") {
  CHECK(renames({{"a", ""}}, {{"b", ""}}).empty());
}

TEST_CASE("half of it has to be alike", "[merge][renames]") {
  CHECK(renames({{"a", text("x", 10, 30)}}, {{"b", text("x", 19, 39)}}) == Names{{"a", "b"}});
  CHECK(renames({{"a", text("x", 10, 30)}}, {{"b", text("x", 21, 41)}}).empty());
}

TEST_CASE("a file name that nobody else has goes before a better match of another name", "[merge][renames]") {
  CHECK(renames({{"a/x.md", text("x", 10, 50)}},
                {{"b/x.md", text("x", 10, 45)}, {"b/y.md", text("x", 10, 49)}}) ==
        Names{{"a/x.md", "b/x.md"}});
  CHECK(renames({{"a/x.md", text("x", 10, 50)}},
                {{"b/x.md", text("x", 10, 37)}, {"b/y.md", text("x", 10, 49)}}) ==
        Names{{"a/x.md", "b/y.md"}});
}

TEST_CASE("a file follows its folder where several have its name", "[merge][renames]") {
  CHECK(
      renames(
          {{"old/list", text("x", 10, 50)}, {"old/same", text("same")}, {"far/list", text("z", 10, 50)}},
          {{"new/list", text("x", 10, 42)}, {"new/same", text("same")}, {"other/list", text("x", 10, 49)}}) ==
      Names{{"old/list", "new/list"}, {"old/same", "new/same"}});
}

TEST_CASE("of all pairs the most alike go first", "[merge][renames]") {
  CHECK(renames({{"a1", text("x", 10, 50)}, {"a2", text("x", 10, 40)}}, {{"b1", text("x", 10, 41)}}) ==
        Names{{"a2", "b1"}});
}

TEST_CASE("a file that the other side left alone is only found by equal content", "[merge][renames]") {
  const Texts before = {{"a", text("x", 10, 30)}, {"b", text("y")}};
  const Texts after = {{"c", text("x", 10, 29)}, {"d", text("y")}};
  CHECK(renames(before, after, {"b"}) == Names{{"b", "d"}});
  CHECK(renames(before, after) == Names{{"a", "c"}, {"b", "d"}});
}
