#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

std::string crlf(const std::string& text) {
  std::string found;
  for (const char c : text) {
    if (c == '\n') found += '\r';
    found += c;
  }
  return found;
}

const std::string text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const std::string mine = "MINE\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const std::string theirs = "one\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n";
const std::string both = "MINE\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n";

/// Makes git write CRLF in the work tree, by setting or by attribute.
void want_crlf(const World& world, const std::string& how) {
  if (how == "autocrlf") {
    world.repository.git({"config", "core.autocrlf", "true"});
  } else {
    write_file(world.repository.path() / ".gitattributes", "*.md text eol=crlf\n");
  }
}

}  // namespace

TEST_CASE("line ends that git converts are no edit, and merged files get them too",
          "[sync][eol]") {  // [SC C16]
  World world(GENERATE(Layout::plain, Layout::subtree, Layout::two_projects));
  want_crlf(world, GENERATE("autocrlf", "attributes"));
  world.start({{"a.md", text}, {"b.md", text}, {"c.md", text}});
  CHECK(world.read("a.md") == crlf(text));
  for (const std::string& line : lines(world.status())) CHECK(line.ends_with(": in sync"));
  CHECK(ddx::diff(world.workspace(), {}, world.host).files.empty());

  world.write("a.md", crlf(mine));
  CHECK(lines(world.status())[0] == "a.md: customized");
  world.move_upstream({{"a.md", theirs}, {"b.md", theirs}, {"new.md", text}});
  const PullReport report = world.pull();
  CHECK(lines(report.changes) == Lines{"merged modified a.md", "updated modified b.md", "new added new.md"});
  CHECK(world.read("a.md") == crlf(both));
  CHECK(world.read("b.md") == crlf(theirs));
  CHECK(world.read("new.md") == crlf(text));
  CHECK(world.read("c.md") == crlf(text));
  CHECK(world.pull().result == PullResult::up_to_date);
  world.commit_project();
  CHECK(world.repository.git({"status", "--porcelain"}).empty());
  CHECK(world.repository.git({"show", "HEAD:" + world.workspace().prefix + ".ddx/a.md"}) + "\n" == both);
  world.rollback();
  CHECK(world.read("a.md") == crlf(mine));
}

TEST_CASE("a conflict in a file with CRLF has markers with CRLF and can be resolved and aborted",
          "[sync][eol]") {  // [SC D5]
  World world;
  want_crlf(world, GENERATE("autocrlf", "attributes"));
  world.start({{"a.md", "one\n"}});
  world.write("a.md", "mine\r\n");
  world.move_upstream({{"a.md", "theirs\n"}});
  const PullReport report = world.pull();
  REQUIRE(report.conflicts.size() == 1);
  CHECK(world.read("a.md") == "<<<<<<< yours\r\nmine\r\n=======\r\ntheirs\r\n>>>>>>> upstream " +
                                  report.to.commit.short_str() + "\r\n");
  CHECK(report.conflicts[0].hunks == std::vector<ConflictHunk>{{1, 5}});
  SECTION("abort") {
    world.abort();
    CHECK(world.read("a.md") == "mine\r\n");
  }
  SECTION("continue by hand") {
    CHECK(failure_of([&] { world.continue_pull(); }).code() == ErrorCode::unresolved);
    world.write("a.md", "settled\r\n");
    world.continue_pull();
    CHECK(lines(world.status()) == Lines{"a.md: customized"});
  }
  SECTION("continue with a side") {
    world.continue_pull({{"", Side::theirs}});
    CHECK(world.read("a.md") == "theirs\r\n");
    CHECK(lines(world.status()) == Lines{"a.md: in sync"});
  }
  SECTION("continue with a side after a part was resolved by hand") {
    world.write("a.md", "by hand\r\n" + world.read("a.md"));
    world.continue_pull({{"", Side::union_of_both}});
    CHECK(world.read("a.md") == "by hand\r\nmine\r\ntheirs\r\n");
  }
}

TEST_CASE("CRLF that is upstream's own stays without any conversion", "[sync][eol]") {
  World world;
  world.start({{"a.md", crlf(text)}});
  world.write("a.md", crlf(mine));
  world.move_upstream({{"a.md", crlf(theirs)}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read("a.md") == crlf(both));
}

TEST_CASE("a local tree with LF under autocrlf is no drift either", "[sync][eol]") {
  World world;
  world.start({{"a.md", text}});
  world.repository.git({"config", "core.autocrlf", "input"});
  CHECK(lines(world.status()) == Lines{"a.md: in sync"});
  world.repository.git({"config", "core.autocrlf", "true"});
  CHECK(lines(world.status()) == Lines{"a.md: in sync"});
  world.write("a.md", mine);
  world.move_upstream({{"a.md", theirs}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read("a.md") == crlf(both));
}

TEST_CASE("binary files are never converted", "[sync][eol]") {
  World world;
  world.repository.git({"config", "core.autocrlf", "true"});
  const std::string bytes("\0\n\r\n\n", 5);
  world.start({{"a.bin", bytes}});
  CHECK(world.read("a.bin") == bytes);
  world.move_upstream({{"a.bin", bytes + "\n"}});
  world.pull();
  CHECK(world.read("a.bin") == bytes + "\n");
}
