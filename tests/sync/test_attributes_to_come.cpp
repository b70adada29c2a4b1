#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

struct Case {
  std::string what;
  Edits root;  ///< outside the local tree: the user's own
  Edits before, after;
};

void lay_out(const fs::path& folder, const Edits& edits) {
  for (const auto& [path, bytes] : edits) {
    if (!bytes) fs::remove(folder / path);
  }
  for (const auto& [path, bytes] : edits) {
    if (bytes) write_file(folder / path, *bytes);
  }
}

/// What git has on disk after it went from the one state to the other.
DiskTree by_git(const fs::path& folder, const Case& given) {
  TestRepo scratch(folder);
  lay_out(scratch.path(), given.root);
  lay_out(scratch.path() / ".ddx", given.before);
  scratch.commit("before");
  scratch.git({"checkout", "-q", "-b", "after"});
  lay_out(scratch.path() / ".ddx", given.after);
  scratch.commit("after");
  fs::remove_all(scratch.path() / ".ddx");  // so that the next line writes all of it anew
  scratch.git({"checkout", "-q", "-f", "main"});
  scratch.git({"merge", "-q", "--ff-only", "after"});
  return tree_on_disk(scratch.path() / ".ddx");
}

}  // namespace

TEST_CASE("attributes that come with a pull count for the files that come with it, as with git merge",
          "[sync][pull][eol][attributes]") {
  const Case given = GENERATE(
      Case{
          "they come",
          {},
          {{"a.md", "a\n"}, {"kept.md", "k\n"}},
          {{".gitattributes", "*.md eol=crlf\n"}, {"a.md", "A\n"}, {"deep/new.md", "n\n"}, {"b.txt", "b\n"}}},
      Case{"they change",
           {},
           {{".gitattributes", "*.md eol=crlf\n"}, {"a.md", "a\n"}, {"b.txt", "b\n"}, {"kept.md", "k\n"}},
           {{".gitattributes", "*.txt eol=crlf\n"}, {"a.md", "A\n"}, {"b.txt", "B\n"}}},
      Case{"they go",
           {},
           {{".gitattributes", "*.md eol=crlf\n"}, {"a.md", "a\n"}},
           {{".gitattributes", std::nullopt}, {"a.md", "A\n"}, {"b.md", "b\n"}}},
      Case{"in a folder, against those above",
           {{".gitattributes", "*.md eol=crlf\n[attr]win eol=crlf\n"}},
           {{"a.md", "a\n"}},
           {{"deep/.gitattributes", "*.md eol=lf\n*.txt win\n"},
            {"a.md", "A\n"},
            {"deep/b.md", "b\n"},
            {"deep/c.txt", "c\n"},
            {"deep/er/d.md", "d\n"}}},
      Case{"binary ones",
           {{".gitattributes", "* text eol=crlf\n"}},
           {{"a.md", "a\n"}},
           {{".gitattributes", "*.md binary\n"}, {"a.md", "A\n"}, {"b.txt", "b\n"}}});
  CAPTURE(given.what);
  World world(GENERATE(Layout::plain, Layout::subtree));
  lay_out(world.repository.path(), given.root);
  world.start(given.before);
  world.move_upstream(given.after);
  CHECK(world.pull().conflicts.empty());
  CHECK(world.here() == by_git(world.folder.path() / "scratch", given));
  for (const std::string& line : lines(world.status())) CHECK(line.ends_with(": in sync"));
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("attributes count from the first pull on, as after git clone", "[sync][init][eol][attributes]") {
  World world(GENERATE(Layout::plain, Layout::subtree, Layout::two_projects));
  world.start(
      {{".gitattributes", "*.md eol=crlf\n"}, {"a.md", "a\n"}, {"deep/b.md", "b\n"}, {"c.txt", "c\n"}});
  CHECK(world.read("a.md") == "a\r\n");
  CHECK(world.read("deep/b.md") == "b\r\n");
  CHECK(world.read("c.txt") == "c\n");
  for (const std::string& line : lines(world.status())) CHECK(line.ends_with(": in sync"));
  CHECK(world.repository.git({"status", "--porcelain"}).empty());
}

TEST_CASE("a conflict in a file gets the line ends of attributes that come with it",
          "[sync][conflict][eol][attributes]") {
  World world;
  world.start({{"a.md", "a\n"}});
  world.write("a.md", "mine\n");
  world.move_upstream({{".gitattributes", "*.md eol=crlf\n"}, {"a.md", "theirs\n"}});
  const PullReport report = world.pull();
  CHECK(world.read("a.md") == "<<<<<<< yours\r\nmine\r\n=======\r\ntheirs\r\n>>>>>>> upstream " +
                                  report.to.commit.short_str() + "\r\n");
  CHECK(failure_of([&] { world.continue_pull(); }).code() == ErrorCode::unresolved);
  world.continue_pull({{"", Side::theirs}});
  CHECK(world.read("a.md") == "theirs\r\n");
}

TEST_CASE("with autocrlf=input a conflict is written as it is stored", "[sync][conflict][eol]") {
  World world;
  world.repository.git({"config", "core.autocrlf", "input"});
  world.start({{"a.md", "one\n"}});
  world.write("a.md", "mine\r\n");
  world.move_upstream({{"a.md", "theirs\n"}});
  const PullReport report = world.pull();
  CHECK(world.read("a.md") ==
        "<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> upstream " + report.to.commit.short_str() + "\n");
  world.write("a.md", "settled\r\n");
  world.continue_pull();
  CHECK(lines(world.status()) == Lines{"a.md: customized"});
}
