#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

TEST_CASE("status tells every state apart", "[sync][status]") {
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects));
  Edits first;
  for (const char* name :
       {"behind", "both", "converged", "customized", "deleted-here", "gone-there", "in-sync"})
    first[std::string(name) + ".md"] = "base\n";
  world.start(first);
  world.edit({{"both.md", "mine\n"},
              {"converged.md", "the same\n"},
              {"customized.md", "mine\n"},
              {"deleted-here.md", std::nullopt},
              {"local-only.md", "local\n"}});
  world.move_upstream({{"behind.md", "theirs\n"},
                       {"both.md", "theirs\n"},
                       {"converged.md", "the same\n"},
                       {"gone-there.md", std::nullopt},
                       {"new-there.md", "new\n"}});
  const auto before = world.everything();
  const std::string git_state = world.git_state();

  const StatusReport report = world.status();

  CHECK(lines(report) == Lines{"behind.md: behind", "both.md: both", "converged.md: in sync",
                               "customized.md: customized", "deleted-here.md: deleted here",
                               "gone-there.md: behind", "in-sync.md: in sync", "local-only.md: local only",
                               "new-there.md: behind"});
  CHECK(report.asked_upstream);
  CHECK_FALSE(report.upstream_problem);
  CHECK(report.open_operation.empty());
  CHECK(world.everything() == before);
  CHECK(world.git_state() == git_state);
}

TEST_CASE("status names the versions on both sides and how far apart they are", "[sync][status]") {
  World world;
  world.move_upstream({{"a.md", "1\n"}});
  world.upstream.git({"tag", "-a", "-m", "one", "v1"});
  world.init();
  for (int i = 2; i < 5; ++i) world.move_upstream({{"a.md", std::to_string(i) + "\n"}});
  const StatusReport report = world.status();
  REQUIRE(report.current);
  REQUIRE(report.upstream);
  CHECK(report.current->version == "v1");
  CHECK(report.upstream->version == "main@" + world.upstream.git({"rev-parse", "HEAD"}).substr(0, 10));
  CHECK(report.upstream->commit.str() == world.upstream.git({"rev-parse", "HEAD"}));
  CHECK(report.behind == 3);
  CHECK(report.url == world.upstream.path().string());
  CHECK(report.path == ".ddx");
  CHECK(report.follow == Follow(BranchName("main")));
  CHECK(report.resources.at(0).version == "v1");
}

TEST_CASE("status offline and without an upstream uses the last fetch and says so", "[sync][status]") {
  World world;
  world.start({{"a.md", "1\n"}});
  world.move_upstream({{"a.md", "2\n"}});
  world.status();
  world.move_upstream({{"a.md", "3\n"}});
  StatusRequest offline;
  offline.network = Network::offline;
  StatusReport report = world.status(offline);
  CHECK_FALSE(report.asked_upstream);
  CHECK_FALSE(report.upstream_problem);
  CHECK(report.fetched_at);
  CHECK(report.behind == 1);
  CHECK(lines(report) == Lines{"a.md: behind"});

  fs::rename(world.upstream.path(), world.folder.path() / "gone");
  report = world.status();
  CHECK_FALSE(report.asked_upstream);
  REQUIRE(report.upstream_problem);
  CHECK(report.upstream_problem->code() == ErrorCode::upstream_not_found);
  CHECK(report.behind == 1);
  CHECK(failure_of([&] { world.pull(); }).code() == ErrorCode::upstream_not_found);
  CHECK(world.read("a.md") == "1\n");
}

TEST_CASE("status works in a fresh clone that never fetched, without an upstream",
          "[sync][status]") {  // [SC F4]
  World world(Layout::second_clone);
  world.start({{"a.md", "1\n"}, {"b.md", "1\n"}});
  world.write("a.md", "mine\n");
  fs::rename(world.upstream.path(), world.folder.path() / "gone");
  StatusRequest offline;
  offline.network = Network::offline;
  const StatusReport report = world.status(offline);
  CHECK(lines(report) == Lines{"a.md: customized", "b.md: in sync"});
  CHECK_FALSE(report.upstream);
  CHECK(report.current);
}

TEST_CASE("status of chosen paths shows these", "[sync][status]") {
  World world;
  world.start({{"a.md", "1\n"}, {"folder/b.md", "1\n"}, {"folder/c.md", "1\n"}});
  StatusRequest request;
  request.paths = {"folder/"};
  CHECK(lines(world.status(request)) == Lines{"folder/b.md: in sync", "folder/c.md: in sync"});
  world.host.host().current_directory = world.local("folder");
  request.paths = {"b.md"};
  CHECK(lines(world.status(request)) == Lines{"folder/b.md: in sync"});
  request.paths = {"nope.md"};
  CHECK(failure_of([&] { world.status(request); }).code() == ErrorCode::path_unknown);
}

TEST_CASE("status counts no file that git ignores, unless it is upstream's", "[sync][status]") {
  World world;
  world.start({{"a.md", "1\n"}, {"b.log", "upstream's log\n"}});
  write_file(world.root / ".gitignore", "*.log\n.DS_Store\n");
  world.write("c.log", "noise\n");
  world.write(".DS_Store", "noise\n");
  CHECK(lines(world.status()) == Lines{"a.md: in sync", "b.log: in sync"});
  world.write("b.log", "mine\n");
  CHECK(lines(world.status()) == Lines{"a.md: in sync", "b.log: customized"});
}

TEST_CASE("a file brought back to an older version is shown as reverted or stale", "[sync][status]") {
  World world;
  world.start({{"a.md", "1\n"}});
  world.move_upstream({{"a.md", "2\n"}});
  world.pull();
  world.repository.git({"checkout", "--", ".ddx/a.md"});
  const Lines found = lines(world.status());
  CHECK((found == Lines{"a.md: customized"} || found == Lines{"a.md: reverted or stale"}));
}

TEST_CASE("commits from before a shallow start are not counted where an old branch was merged",
          "[sync][status][pull]") {
  World world;
  for (int i = 1; i < 8; ++i) world.move_upstream({{"a.md", std::to_string(i) + "\n"}});
  world.init();
  world.upstream.git({"checkout", "-q", "-b", "side", "main~4"});
  world.move_upstream({{"b.md", "side\n"}}, "on the side");
  world.upstream.git({"checkout", "-q", "main"});
  world.upstream.git({"merge", "-q", "--no-ff", "-m", "merge it", "side"});
  CHECK_FALSE(world.status().behind);
  const PullReport report = world.pull();
  REQUIRE(report.commits.size() == 2);
  CHECK(report.commits[0].subject == "merge it");
  CHECK(report.commits[1].subject == "on the side");
  CHECK_FALSE(report.commits_complete);
}
