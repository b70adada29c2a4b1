#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "resolver.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

TEST_CASE("a union of two new files with different modes has the lines of both, and your mode",
          "[sync][resolve]") {
  World world;
  world.start({{"a.md", "a\n"}});
  world.write("new", "mine\n");
  fs::permissions(world.local("new"), fs::perms::owner_all);
  world.move_upstream({{"new", "theirs\n"}});
  REQUIRE(lines(world.pull().conflicts) == Lines{"add-add new"});
  const std::string words = "kept both in 1 conflicting hunk of 'new' (--union), with your mode";
  SECTION("by a resolve") {
    const ResolveReport report = Resolver{world}(Resolution::union_of_both, {"new"});
    REQUIRE(report.decided.size() == 1);
    CHECK(report.decided[0].words == words);
  }
  SECTION("by the end of the pull") {
    CHECK(world.continue_pull({{"", Side::union_of_both}}).decisions == Lines{words});
  }
  CHECK(world.here().at("new") == "755 mine\ntheirs\n");
}

TEST_CASE("a file that got an attribute against merging since the pull is not emptied", "[sync][resolve]") {
  World world;
  open_text(world);
  const std::string marked = world.read("text.md");
  world.repository.write(".gitattributes", ".ddx/text.md -merge\n");
  const Resolver resolver{world};
  SECTION("both sides' lines cannot be taken") {
    const ResolveReport report = resolver(Resolution::union_of_both, {"text.md"});
    REQUIRE(report.undecided.size() == 1);
    CHECK(report.undecided[0].why == "'text.md' has no lines to take from both sides");
    CHECK(failure_of([&] { world.continue_pull({{"", Side::union_of_both}}); }).code() ==
          ErrorCode::unresolved);
    CHECK(world.read("text.md") == marked);
  }
  SECTION("the original is taken whole") {
    CHECK(resolver(Resolution::base, {"text.md"}).decided.at(0).words ==
          "took the original version of 'text.md' (--base)");
    CHECK(world.read("text.md") == base);
  }
}
