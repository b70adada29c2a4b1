#include <catch2/catch_test_macros.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// A repository of its own, which `git add` of the one around it takes for a submodule.
void make_repository(const fs::path& folder) {
  fs::remove_all(folder);
  TestRepo inner(folder);
  inner.write("inner.md", "inner\n");
  inner.commit("inner");
}

}  // namespace

TEST_CASE("files that a submodule replaces upstream go; those edited here are a conflict",
          "[sync][pull][submodule]") {
  World world;
  world.start({{"lib/edited.md", "1\n"}, {"lib/b.md", "1\n"}, {"single", "1\n"}, {"c.md", "1\n"}});
  world.edit({{"lib/edited.md", "mine\n"}, {"single", "mine\n"}});
  world.upstream.git({"rm", "-r", "-q", "lib", "single"});
  make_repository(world.remote("lib"));
  make_repository(world.remote("single"));
  world.move_upstream({{"c.md", "2\n"}});
  const PullReport report = world.pull();
  CHECK(report.submodules == Lines{"lib", "single"});
  CHECK(lines(report.conflicts) == Lines{"submodule lib/edited.md", "submodule single"});
  CHECK(world.here() ==
        DiskTree{{"c.md", "644 2\n"}, {"lib/edited.md", "644 mine\n"}, {"single", "644 mine\n"}});
  SECTION("mine") {
    world.continue_pull({{"", Side::mine}});
    CHECK(world.read("lib/edited.md") == "mine\n");
    CHECK(lines(world.status()) == Lines{"c.md: in sync", "lib/edited.md: local only", "single: local only"});
  }
  SECTION("theirs") {
    world.continue_pull({{"", Side::theirs}});
    CHECK(world.here() == DiskTree{{"c.md", "644 2\n"}});
  }
  SECTION("abort") {
    world.abort();
    CHECK(world.read("lib/b.md") == "1\n");
  }
}

TEST_CASE("files that replace a submodule upstream never come into a repository that is here",
          "[sync][pull][submodule]") {
  World world;
  make_repository(world.remote("lib"));
  make_repository(world.remote("single"));
  world.start({{"c.md", "1\n"}});
  make_repository(world.local("lib"));
  make_repository(world.local("single"));
  const DiskTree before = tree_on_disk(world.local("lib"));
  fs::remove_all(world.remote("lib"));
  fs::remove_all(world.remote("single"));
  world.upstream.git({"rm", "-q", "--cached", "lib", "single"});
  world.move_upstream({{"lib/deep/a.md", "1\n"}, {"single", "1\n"}, {"c.md", "2\n"}});
  PullRequest request;
  SECTION("asked") {
    const PullReport report = world.pull(request);
    CHECK(lines(report.conflicts) == Lines{"submodule lib/deep/a.md", "submodule single"});
    CHECK(tree_on_disk(world.local("lib")) == before);
    CHECK(world.read("c.md") == "2\n");
    const Error error = failure_of([&] { world.continue_pull({{"", Side::theirs}}); });
    CHECK(error.code() == ErrorCode::unresolved);
    CHECK(std::string(error.what()).find("has to be moved away") != std::string::npos);
    fs::rename(world.local("lib"), world.folder.path() / "lib");
    fs::rename(world.local("single"), world.folder.path() / "single");
    world.continue_pull({{"", Side::theirs}});
    CHECK(world.here() == world.theirs());
  }
  SECTION("mine") {
    request.sides = {{"", Side::mine}};
    const PullReport report = world.pull(request);
    CHECK(report.conflicts.empty());
    CHECK(report.decisions ==
          Lines{"kept what is at 'lib/deep/a.md' (--mine)", "kept what is at 'single' (--mine)"});
    CHECK(tree_on_disk(world.local("lib")) == before);
  }
}
