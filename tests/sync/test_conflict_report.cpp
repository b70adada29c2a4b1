#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

/// A commit of upstream by somebody. \returns its id
std::string commit_as(const World& world, const std::string& author, const Edits& edits) {
  for (const auto& [path, bytes] : edits) {
    if (bytes) {
      write_file(world.remote(path), *bytes);
    } else {
      std::filesystem::remove(world.remote(path));
    }
  }
  world.upstream.git({"add", "-A"});
  world.upstream.git({"commit", "-q", "-m", "by " + author, "--author", author + " <x@example.com>", "--date",
                      "2026-03-04T05:06:07Z"});
  return world.upstream.git({"rev-parse", "HEAD"});
}

/// "path: author in commit"
Lines who(const std::vector<Conflict>& conflicts) {
  Lines found;
  for (const Conflict& conflict : conflicts) {
    found.push_back(conflict.path.str() + ": " +
                    (conflict.changed ? conflict.changed->author + " in " + conflict.changed->commit.str()
                                      : std::string("nobody known")));
  }
  return found;
}

}  // namespace

TEST_CASE("each conflict says who changed the file last upstream, and when",
          "[sync][conflict][report]") {  // [REQ C2]
  World world(GENERATE(Layout::plain, Layout::subtree, Layout::two_projects));
  world.start({{"a.md", "1\n"}, {"deep/b.md", "1\n"}, {"gone.md", "1\n"}, {"clean.md", "1\n"}});
  world.edit({{"a.md", "mine\n"}, {"deep/b.md", "mine\n"}, {"gone.md", "mine\n"}, {"new.md", "mine\n"}});
  commit_as(world, "Ada", {{"a.md", "2\n"}});
  const std::string bob = commit_as(world, "Bob", {{"a.md", "3\n"}, {"clean.md", "2\n"}});
  const std::string cleo = commit_as(world, "Cleo", {{"deep/b.md", "2\n"}, {"gone.md", std::nullopt}});
  const std::string dan = commit_as(world, "Dan", {{"new.md", "theirs\n"}, {"clean.md", "3\n"}});
  PullRequest request;
  request.dry_run = GENERATE(DryRun::no, DryRun::yes);
  const PullReport report = world.pull(request);
  CHECK(who(report.conflicts) == Lines{"a.md: Bob in " + bob, "deep/b.md: Cleo in " + cleo,
                                       "gone.md: Cleo in " + cleo, "new.md: Dan in " + dan});
  for (const Conflict& conflict : report.conflicts)
    CHECK(conflict.changed->date == std::chrono::sys_days(std::chrono::year(2026) / 3 / 4) +
                                        std::chrono::hours(5) + std::chrono::minutes(6) +
                                        std::chrono::seconds(7));
}

TEST_CASE("a file renamed upstream is traced at its new name", "[sync][conflict][report]") {
  World world;
  std::string text;
  for (int i = 0; i < 30; ++i) text += "line " + std::to_string(i) + "\n";
  world.start({{"old.md", text + "end\n"}});
  world.write("old.md", text + "mine\n");
  commit_as(world, "Ada", {{"old.md", std::nullopt}, {"new.md", text + "end\n"}});
  const std::string bob = commit_as(world, "Bob", {{"new.md", text + "theirs\n"}});
  commit_as(world, "Cleo", {{"other.md", "1\n"}});
  CHECK(who(world.pull().conflicts) == Lines{"new.md: Bob in " + bob});
}

TEST_CASE("a file that was held back is traced from its own base", "[sync][conflict][report]") {
  World world;
  world.start({{"held.md", "1\n"}, {"b.md", "1\n"}});
  world.write("held.md", "mine\n");
  world.configure("protect: [\"held.md\"]\n");
  const std::string ada = commit_as(world, "Ada", {{"held.md", "2\n"}});
  CHECK(world.pull().conflicts.empty());
  world.configure("");
  commit_as(world, "Bob", {{"b.md", "2\n"}});
  CHECK(who(world.pull().conflicts) == Lines{"held.md: Ada in " + ada});
}

TEST_CASE("nobody is named where the history at hand does not reach back", "[sync][conflict][report]") {
  World world(Layout::second_clone);  // its first fetch brings one commit
  world.start({{"a.md", "1\n"}});
  world.write("a.md", "mine\n");
  commit_as(world, "Ada", {{"a.md", "2\n"}});
  commit_as(world, "Bob", {{"b.md", "1\n"}});
  const PullReport report = world.pull();
  CHECK_FALSE(report.commits_complete);
  CHECK(who(report.conflicts) == Lines{"a.md: nobody known"});
}

TEST_CASE("nobody is named where nothing was pulled before", "[sync][conflict][report]") {
  World world;
  world.write("a.md", "mine\n");
  world.move_upstream({{"a.md", "theirs\n"}});
  CHECK(who(world.init().pull.conflicts) == Lines{"a.md: nobody known"});
}
