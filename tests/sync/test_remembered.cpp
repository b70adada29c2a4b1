#include <catch2/catch_test_macros.hpp>

#include "resolver.hpp"
#include "sync/remembered.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

TEST_CASE("a resolution is remembered, offered for the same conflict, and never taken unasked",
          "[sync][resolve][remembered]") {
  World world;
  world.start({{"text.md", base}});
  world.write("text.md", mine);
  world.move_upstream({{"text.md", theirs}});
  world.pull();
  const Resolver resolver{world};
  CHECK_FALSE(resolver.list().conflicts[0].remembered);
  CHECK(resolver(Resolution::remembered).undecided.at(0).why == "no resolution of 'text.md' is remembered");
  world.write("text.md", with_hunks("SETTLED a\n", "SETTLED c\n"));
  world.continue_pull();
  world.rollback();
  CHECK(world.read("text.md") == mine);

  SECTION("as it was") {
    world.pull();
    const std::string marked = world.read("text.md");
    CHECK(resolver.list().conflicts[0].remembered);
    CHECK(conflict_detail(world.workspace(), RelPath::parse("text.md"), world.host).pending.remembered);
    CHECK(world.read("text.md") == marked);
    const ResolveReport report = resolver(Resolution::remembered);
    CHECK(report.decided.at(0).words == "resolved 'text.md' as before (--remembered)");
    CHECK(world.read("text.md") == with_hunks("SETTLED a\n", "SETTLED c\n"));
    CHECK_FALSE(resolver.list().conflicts[0].remembered);
    CHECK(world.continue_pull().result == PullResult::updated);
  }
  SECTION("with other changes around it, and another commit's label") {
    std::string later = theirs;
    later.replace(later.find("5\n"), 2, "FIVE\n");
    world.move_upstream({{"text.md", later}});
    world.pull();
    resolver(Resolution::remembered, {"text.md"});
    std::string expected = with_hunks("SETTLED a\n", "SETTLED c\n");
    expected.replace(expected.find("5\n"), 2, "FIVE\n");
    CHECK(world.read("text.md") == expected);
  }
  SECTION("another conflict") {
    std::string other = theirs;
    other.replace(other.find("THEIRS a"), 8, "OTHERS a");
    world.move_upstream({{"text.md", other}});
    world.pull();
    CHECK_FALSE(resolver.list().conflicts[0].remembered);
  }
}

TEST_CASE("only the newest resolutions are kept", "[sync][resolve][remembered]") {
  World world;
  world.start({{"text.md", base}});
  RememberedResolutions remembered(world.workspace(), world.host.host().files);
  const fs::path folder = world.repository.path() / ".git/ddx/resolutions";
  for (std::size_t i = 0; i <= RememberedResolutions::most; ++i)
    remembered.keep({"id" + std::to_string(i), "text"}, "resolved");
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) count += entry.is_directory() ? 1 : 0;
  CHECK(count == RememberedResolutions::most);
  CHECK(fs::exists(folder / ("id" + std::to_string(RememberedResolutions::most)) / "postimage"));
}

TEST_CASE("a conflict has the same name whoever is on which side", "[sync][resolve][remembered]") {
  const MarkedText one{{"a\n", "b\n"}, {{{}, {}, "x\n", "y\n", {}}}};
  const MarkedText other{{"a\n", "b\n"}, {{{}, {}, "y\n", "x\n", "base\n"}}};
  const RelPath path = RelPath::parse("text.md");
  CHECK(normalised(path, one).id == normalised(path, other).id);
  CHECK(normalised(path, one).text == "a\n<<<<<<<\nx\n=======\ny\n>>>>>>>\nb\n");
  CHECK(normalised(path, one).text == normalised(path, other).text);
}

TEST_CASE("what is remembered of one file is not taken for another", "[sync][resolve][remembered]") {
  World world;
  world.start({{"a.md", base + "of a\n"}, {"b.md", base + "of b\n"}});
  for (const char* name : {"a.md", "b.md"}) {
    world.write(name, mine + "of " + name[0] + "\n");
    write_file(world.remote(name), theirs + "of " + name[0] + "\n");
  }
  world.move_upstream({});
  world.pull();
  const Resolver resolver{world};
  resolver(Resolution::theirs, {"a.md"});
  resolver(Resolution::mine, {"b.md"});
  const std::string a = world.read("a.md"), b = world.read("b.md");
  world.continue_pull();
  world.rollback();
  world.pull();
  resolver(Resolution::remembered);
  CHECK(world.read("a.md") == a);
  CHECK(world.read("b.md") == b);
}
