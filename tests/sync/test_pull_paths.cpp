#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

const std::string text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

PullRequest only(std::vector<std::string> paths) {
  PullRequest request;
  request.paths = std::move(paths);
  return request;
}

std::string replaced(std::string bytes, const std::string& line, const std::string& other) {
  return bytes.replace(bytes.find(line), line.size(), other);
}

}  // namespace

TEST_CASE("a pull of chosen paths leaves the rest for a later one, with the right bases",
          "[sync][paths]") {  // [SC F13]
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects));
  world.start({{"a.md", text}, {"b.md", text}, {"folder/c.md", text}});
  world.write("a.md", replaced(text, "one", "MINE"));
  world.write("b.md", replaced(text, "one", "MINE"));
  world.move_upstream({{"a.md", replaced(text, "seven", "7")},
                       {"b.md", replaced(text, "seven", "7")},
                       {"folder/c.md", "c\n"},
                       {"folder/new.md", "new\n"}});

  CHECK(lines(world.pull(only({"a.md"})).changes) == Lines{"merged modified a.md"});
  CHECK(world.read("b.md") == replaced(text, "one", "MINE"));
  CHECK(world.read("folder/c.md") == text);
  CHECK_FALSE(world.exists("folder/new.md"));
  CHECK(world.pull(only({"a.md"})).result == PullResult::up_to_date);
  world.commit_project();

  const std::string later = replaced(replaced(text, "seven", "7"), "four", "4");
  world.move_upstream({{"a.md", later}});
  const PullReport report = world.pull();
  CHECK(report.conflicts.empty());
  CHECK(lines(report.changes) == Lines{"merged modified a.md", "merged modified b.md",
                                       "updated modified folder/c.md", "new added folder/new.md"});
  CHECK(world.read("a.md") == replaced(later, "one", "MINE"));
  CHECK(world.read("b.md") == replaced(replaced(text, "seven", "7"), "one", "MINE"));
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("a conflict after a pull of chosen paths compares with that file's own base", "[sync][paths]") {
  World world;
  world.start({{"a.md", "1\n"}, {"b.md", "1\n"}});
  world.move_upstream({{"a.md", "2\n"}, {"b.md", "2\n"}});
  world.pull(only({"a.md"}));
  world.write("a.md", "mine\n");
  world.move_upstream({{"a.md", "3\n"}});
  world.repository.git({"config", "merge.conflictStyle", "diff3"});
  const PullReport report = world.pull();
  REQUIRE(lines(report.conflicts) == Lines{"content a.md"});
  CHECK(world.read("a.md").find("\n2\n=======") != std::string::npos);
  CHECK(world.read("b.md") == "2\n");
}

TEST_CASE("a folder, a trailing slash, './' and an absolute path mean what they say",
          "[sync][paths]") {  // [SC B4]
  World world;
  world.start({{"folder/a.md", "1\n"}, {"folder/b.md", "1\n"}, {"c.md", "1\n"}});
  world.move_upstream({{"folder/a.md", "2\n"}, {"folder/b.md", "2\n"}, {"c.md", "2\n"}});
  PullRequest request = only({});
  request.dry_run = DryRun::yes;
  const auto planned = [&](const std::string& path) {
    request.paths = {path};
    return lines(world.pull(request).changes);
  };
  const Lines folder = {"updated modified folder/a.md", "updated modified folder/b.md"};
  CHECK(planned("folder") == folder);
  CHECK(planned("folder/") == folder);
  CHECK(planned("./folder") == folder);
  CHECK(planned(".ddx/folder") == folder);
  CHECK(planned("folder/../folder//") == folder);
  CHECK(planned(world.local("folder").string()) == folder);
  CHECK(planned(".ddx").size() == 3);
  CHECK(planned(".ddx/").size() == 3);
  CHECK(planned(world.local("").string()).size() == 3);
  CHECK(planned(".ddx/folder/a.md") == Lines{"updated modified folder/a.md"});
}

TEST_CASE("paths are taken relative to the current folder first", "[sync][paths]") {  // [SC I14]
  World world;
  world.start({{"folder/a.md", "1\n"}, {"b.md", "1\n"}});
  world.move_upstream({{"folder/a.md", "2\n"}, {"b.md", "2\n"}});
  world.host.host().current_directory = world.local("folder");
  CHECK(lines(world.pull(only({"a.md"})).changes) == Lines{"updated modified folder/a.md"});
  CHECK(lines(world.pull(only({"../b.md"})).changes) == Lines{"updated modified b.md"});
}

TEST_CASE("a path that may mean two files is refused and both are shown", "[sync][paths]") {
  World world;
  world.start({{"a.md", "1\n"}, {"folder/a.md", "1\n"}});
  world.move_upstream({{"a.md", "2\n"}});
  world.host.host().current_directory = world.local("folder");
  const Error error = failure_of([&] { world.pull(only({"a.md"})); });
  CHECK(error.code() == ErrorCode::path_ambiguous);
  CHECK(std::string(error.what()) == "'a.md' may mean 'folder/a.md' or 'a.md' in the local tree");
  CHECK(world.pull(only({"./../a.md"})).result == PullResult::updated);
}

TEST_CASE("an unknown path suggests the nearest name, one outside is called that", "[sync][paths]") {
  World world;
  world.start({{"prompts/review.md", "1\n"}});
  world.move_upstream({{"prompts/review.md", "2\n"}});
  const auto before = world.everything();
  const Error unknown = failure_of([&] { world.pull(only({"prompts/reveiw.md"})); });
  CHECK(unknown.code() == ErrorCode::path_unknown);
  CHECK(suggests(unknown, Recovery::did_you_mean));
  CHECK(unknown.steps().front().subject == "prompts/review.md");
  const Error outside = failure_of([&] { world.pull(only({"/etc/passwd"})); });
  CHECK(outside.code() == ErrorCode::path_unknown);
  CHECK(std::string(outside.what()).find("outside") != std::string::npos);
  CHECK(world.everything() == before);
}

TEST_CASE("either name of a renamed file selects it", "[sync][paths]") {
  for (const char* name : {"old.md", "new.md"}) {
    CAPTURE(name);
    World world;
    world.start({{"old.md", text}, {"other.md", "1\n"}});
    world.write("old.md", replaced(text, "one", "MINE"));
    world.move_upstream({{"old.md", std::nullopt}, {"new.md", text}, {"other.md", "2\n"}});
    CHECK(lines(world.pull(only({name})).changes) == Lines{"merged renamed old.md -> new.md"});
    CHECK(world.here() ==
          DiskTree{{"new.md", "644 " + replaced(text, "one", "MINE")}, {"other.md", "644 1\n"}});
    CHECK(lines(world.pull().changes) == Lines{"updated modified other.md"});
  }
}

TEST_CASE("work in a subfolder, through a link or from elsewhere finds the same project",
          "[sync][paths]") {  // [SC I14]
  World world;
  world.start({{"folder/a.md", "1\n"}});
  fs::create_directory_symlink(world.root, world.folder.path() / "link");
  for (const fs::path& start : {world.local("folder"), world.root / ".ddx", world.folder.path() / "link"}) {
    CHECK(Workspace::find(start, world.host).project_root == world.root);
  }
}
