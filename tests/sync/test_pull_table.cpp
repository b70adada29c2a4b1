#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

Layout every_layout() {
  return GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects);
}

const std::string poem = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

std::string poem_with(const std::string& line, const std::string& other) {
  std::string text = poem;
  return text.replace(text.find(line), line.size(), other);
}

}  // namespace

TEST_CASE("a pull brings what upstream added, changed and deleted, and nothing else", "[sync][pull]") {
  World world(every_layout());
  world.start({{"changed.md", "old\n"}, {"deleted.md", "gone soon\n"}, {"folder/same.md", "same\n"}});
  CHECK(world.here() == world.theirs());
  const std::string git_state = world.git_state();

  const std::string tip = world.move_upstream(
      {{"changed.md", "new\n"}, {"deleted.md", std::nullopt}, {"folder/added.md", "hello\n"}});
  const PullReport report = world.pull();

  CHECK(report.result == PullResult::updated);
  CHECK(report.to.commit.str() == tip);
  CHECK(lines(report.changes) ==
        Lines{"updated modified changed.md", "removed deleted deleted.md", "new added folder/added.md"});
  CHECK(world.here() == world.theirs());
  CHECK(world.git_state() == git_state);
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("a pull classifies every combination of here and upstream", "[sync][pull]") {  // [SC I7]
  World world(every_layout());
  Edits first;
  for (const char* here : {"same", "edited", "gone"}) {
    for (const char* there : {"same", "edited", "gone"}) first[fmt::format("{}-{}.md", here, there)] = poem;
  }
  world.start(first);
  for (const char* other : {"same", "edited", "gone"}) {
    world.write(fmt::format("edited-{}.md", other), poem_with("one", "ONE"));
    world.edit({{fmt::format("gone-{}.md", other), std::nullopt}});
  }
  Edits moved;
  for (const char* here : {"same", "edited", "gone"}) {
    moved[fmt::format("{}-edited.md", here)] = poem_with("seven", "SEVEN");
    moved[fmt::format("{}-gone.md", here)] = std::nullopt;
  }
  world.move_upstream(moved);

  const PullReport report = world.pull();

  CHECK(report.result == PullResult::conflicts);
  CHECK(lines(report.changes) == Lines{"merged modified edited-edited.md", "conflict deleted edited-gone.md",
                                       "conflict modified gone-edited.md", "converged deleted gone-gone.md",
                                       "updated modified same-edited.md", "removed deleted same-gone.md"});
  CHECK(lines(report.conflicts) == Lines{"modify-delete edited-gone.md", "delete-modify gone-edited.md"});
  CHECK(world.read("edited-same.md") == poem_with("one", "ONE"));
  CHECK(world.read("edited-gone.md") == poem_with("one", "ONE"));
  CHECK(world.read("edited-edited.md") == "ONE\ntwo\nthree\nfour\nfive\nsix\nSEVEN\n");
  CHECK(world.read("same-edited.md") == poem_with("seven", "SEVEN"));
  CHECK_FALSE(world.exists("same-gone.md"));
  CHECK_FALSE(world.exists("gone-same.md"));
  CHECK_FALSE(world.exists("gone-edited.md"));
}

TEST_CASE("a file that is new on both sides is taken over when equal, a conflict when not",
          "[sync][pull]") {  // [SC C5, D4]
  World world(every_layout());
  world.start({{"a.md", "a\n"}});
  world.write("equal.md", "the same\n");
  world.write("other.md", "mine\n");
  world.write("only-here.md", "local\n");
  world.move_upstream({{"equal.md", "the same\n"}, {"other.md", "theirs\n"}});

  const PullReport report = world.pull();

  CHECK(lines(report.changes) == Lines{"converged added equal.md", "conflict added other.md"});
  CHECK(lines(report.conflicts) == Lines{"add-add other.md"});
  const std::string marked = world.read("other.md");
  CHECK(marked.find("mine\n") != std::string::npos);
  CHECK(marked.find("theirs\n") != std::string::npos);
  CHECK(world.read("only-here.md") == "local\n");
  CHECK(world.read("equal.md") == "the same\n");
}

TEST_CASE("uncommitted, staged and untracked work survives a pull as it is",
          "[sync][pull]") {  // [SC C1, C2, C4]
  World world(every_layout());
  world.start({{"uncommitted.md", poem}, {"staged.md", poem}, {"twice.md", poem}});
  world.write("staged.md", poem_with("two", "TWO"));
  world.write("twice.md", poem_with("two", "TWO"));
  world.repository.git({"add", "-A"});
  world.write("twice.md", poem_with("two", "TWO again"));
  world.write("uncommitted.md", poem_with("three", "THREE"));
  world.write("stray.md", "stray\n");
  write_file(world.root / "src/main.c", "int main;\n");
  const std::string git_state = world.git_state();
  world.move_upstream({{"uncommitted.md", poem_with("seven", "7")},
                       {"staged.md", poem_with("seven", "7")},
                       {"twice.md", poem_with("seven", "7")}});

  const PullReport report = world.pull();

  CHECK(report.result == PullResult::updated);
  CHECK(world.read("uncommitted.md") == "one\ntwo\nTHREE\nfour\nfive\nsix\n7\n");
  CHECK(world.read("staged.md") == "one\nTWO\nthree\nfour\nfive\nsix\n7\n");
  CHECK(world.read("twice.md") == "one\nTWO again\nthree\nfour\nfive\nsix\n7\n");
  CHECK(world.read("stray.md") == "stray\n");
  CHECK(read_file(world.root / "src/main.c") == "int main;\n");
  CHECK(world.git_state() == git_state);
  const DiskTree saved = world.snapshot(report.snapshot);
  CHECK(saved.at(".ddx/twice.md") == "644 " + poem_with("two", "TWO again"));
  CHECK(saved.at(".ddx/uncommitted.md") == "644 " + poem_with("three", "THREE"));
  CHECK(saved.at(".ddx/stray.md") == "644 stray\n");
}

TEST_CASE("a pull with nothing new changes nothing", "[sync][pull]") {  // [SC B1, C19]
  World world(every_layout());
  world.start({{"a.md", poem}, {"b.md", "b\n"}});
  world.write("a.md", poem_with("one", "mine"));
  world.write("stray.md", "stray\n");
  const auto before = world.everything();
  const auto times = world.times();
  const std::string git_state = world.git_state();

  const PullReport report = world.pull();

  CHECK(report.result == PullResult::up_to_date);
  CHECK(report.changes.empty());
  CHECK(report.operation.empty());
  CHECK(report.snapshot.empty());
  CHECK(world.everything() == before);
  CHECK(world.times() == times);
  CHECK(world.git_state() == git_state);
}

TEST_CASE("a pull touches only the files it changes", "[sync][pull]") {  // [SC B10]
  World world(every_layout());
  Edits first;
  for (int i = 0; i < 60; ++i)
    first[fmt::format("folder{}/file{}.md", i % 7, i)] = fmt::format("file {}\n", i);
  world.start(first);
  auto times = world.times();
  world.move_upstream({{"folder3/file3.md", "changed\n"}});

  CHECK(world.pull().result == PullResult::updated);

  auto after = world.times();
  std::vector<std::string> touched;
  for (const auto& [path, time] : times) {
    if (after.at(path) != time) touched.push_back(path.substr(path.rfind('/') + 1));
  }
  CHECK(touched == Lines{".ddx.lock", "file3.md"});
}

TEST_CASE("an edit that upstream made too converges", "[sync][pull]") {  // [SC C17]
  World world(every_layout());
  world.start({{"a.md", poem}, {"b.md", "b\n"}});
  world.write("a.md", poem_with("four", "FOUR"));
  world.move_upstream({{"a.md", poem_with("four", "FOUR")}});
  const auto times = world.times();

  const PullReport report = world.pull();

  CHECK(lines(report.changes) == Lines{"converged modified a.md"});
  CHECK(report.conflicts.empty());
  CHECK(world.here() == world.theirs());
  CHECK(lines(world.status()) == Lines{"a.md: in sync", "b.md: in sync"});
}

TEST_CASE("local additions and two upstream additions all end up here", "[sync][pull]") {  // [SC B2]
  World world(every_layout());
  world.start({{"a.md", "a\n"}});
  world.write("mine.md", "mine\n");
  world.move_upstream({{"b.md", "b\n"}});
  world.pull();
  world.move_upstream({{"c.md", "c\n"}});
  world.pull();
  CHECK(world.read("mine.md") == "mine\n");
  CHECK(world.read("b.md") == "b\n");
  CHECK(world.read("c.md") == "c\n");
}

TEST_CASE("a deletion here stays a deletion, pull after pull", "[sync][pull]") {  // [SC B8, C8]
  World world(every_layout());
  world.start({{"kept.md", "kept\n"}, {"unwanted.md", "unwanted\n"}});
  world.edit({{"unwanted.md", std::nullopt}});
  world.move_upstream({{"kept.md", "kept, better\n"}});
  world.pull();
  world.move_upstream({{"kept.md", "kept, best\n"}});
  world.pull();
  CHECK_FALSE(world.exists("unwanted.md"));
  CHECK(world.read("kept.md") == "kept, best\n");
  CHECK(lines(world.status()) == Lines{"kept.md: in sync", "unwanted.md: deleted here"});
}

TEST_CASE("customizations stay mergeable over many pulls", "[sync][pull]") {
  World world(every_layout());
  world.start({{"a.md", poem}});
  world.write("a.md", poem_with("one", "mine"));
  for (int i = 0; i < 3; ++i) {
    world.move_upstream({{"a.md", poem_with("seven", fmt::format("seven, take {}", i))}});
    CHECK(world.pull().conflicts.empty());
    world.commit_project();
  }
  CHECK(world.read("a.md") == "mine\ntwo\nthree\nfour\nfive\nsix\nseven, take 2\n");
}
