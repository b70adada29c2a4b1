#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

const std::string text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const std::string mine = "MINE\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const std::string theirs = "one\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n";
const std::string both = "MINE\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n";

PullRequest to(const std::string& ref) {
  PullRequest request;
  request.to = ref;
  return request;
}

}  // namespace

TEST_CASE("the report lists upstream's commits, newest first", "[sync][upstream]") {  // [SC I8]
  World world;
  world.start({{"a.md", "1\n"}});
  const std::string second = world.move_upstream({{"a.md", "2\n"}}, "second\n\nwith a body");
  world.upstream.git({"config", "user.name", "ignored"});
  const std::string third = world.move_upstream({{"b.md", "b\n"}}, "third");
  const PullReport report = world.pull();
  REQUIRE(report.commits.size() == 2);
  CHECK(report.commits[0].id.str() == third);
  CHECK(report.commits[0].subject == "third");
  CHECK(report.commits[1].id.str() == second);
  CHECK(report.commits[1].subject == "second");
  CHECK(report.commits[1].author == "Ada Author");
  CHECK(report.commits[1].email == "ada@example.com");
  CHECK(report.commits_complete);
  REQUIRE(report.from);
  CHECK(report.to.commit.str() == third);
}

TEST_CASE("a rewritten upstream is refused until it is accepted, and merges exactly then",
          "[sync][upstream]") {  // [SC F5]
  World world(GENERATE(Layout::plain, Layout::subtree));
  world.start({{"a.md", text}, {"b.md", "b\n"}});
  const std::string root = world.upstream.git({"rev-parse", "HEAD"});
  world.move_upstream({{"b.md", "published, then withdrawn\n"}});
  world.pull();
  world.write("a.md", mine);
  world.upstream.git({"reset", "-q", "--hard", root});
  world.move_upstream({{"a.md", theirs}}, "rewritten");
  const auto before = world.everything();
  for (const DryRun dry : {DryRun::yes, DryRun::no}) {
    PullRequest request;
    request.dry_run = dry;
    const Error error = failure_of([&] { world.pull(request); });
    CHECK(error.code() == ErrorCode::upstream_rewritten);
    CHECK(suggests(error, Recovery::accept_rewritten));
  }
  CHECK(world.everything() == before);
  PullRequest accept;
  accept.accept_rewritten = true;
  CHECK(world.pull(accept).conflicts.empty());
  CHECK(world.read("a.md") == both);
  CHECK(world.read("b.md") == "b\n");
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("a pull to an older commit merges backwards", "[sync][upstream]") {  // [SC F16, B7]
  World world;
  const std::string first = world.move_upstream({{"a.md", text}, {"b.md", "1\n"}});
  world.upstream.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
  world.init();
  world.move_upstream({{"a.md", theirs}, {"b.md", "2\n"}, {"c.md", "c\n"}});
  world.upstream.git({"tag", "v2"});
  world.pull();
  world.write("a.md", both);
  const PullReport back = world.pull(to(first));
  CHECK(back.to.commit.str() == first);
  CHECK(world.here() == DiskTree{{"a.md", "644 " + mine}, {"b.md", "644 1\n"}});
  CHECK(world.pull(to("v2")).to.version == "v2");
  CHECK(world.read("a.md") == both);
  CHECK(world.read("c.md") == "c\n");
  CHECK(failure_of([&] { world.pull(to("no-such-ref")); }).code() == ErrorCode::ref_not_found);
}

TEST_CASE("a pull to a ref does not change what is followed", "[sync][upstream]") {
  World world;
  world.start({{"a.md", "1\n"}});
  world.upstream.git({"checkout", "-q", "-b", "topic"});
  world.move_upstream({{"a.md", "topic\n"}});
  world.upstream.git({"checkout", "-q", "main"});
  world.move_upstream({{"a.md", "2\n"}});
  const std::string config = read_file(world.root / ".ddx.yml");
  world.pull(to("topic"));
  CHECK(world.read("a.md") == "topic\n");
  CHECK(read_file(world.root / ".ddx.yml") == config);
  CHECK(world.pull().result == PullResult::updated);
  CHECK(world.read("a.md") == "2\n");
}

TEST_CASE("protected files are held back and reported, pull after pull", "[sync][upstream]") {  // [SC C10]
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::two_projects));
  world.start({{"configs/a.yml", "1\n"}, {"docs/b.md", "1\n"}});
  world.configure("protect: [\"configs/**\"]\n");
  world.write("configs/a.yml", "mine\n");
  world.move_upstream({{"configs/a.yml", "2\n"}, {"configs/new.yml", "new\n"}, {"docs/b.md", "2\n"}});
  const PullReport report = world.pull();
  CHECK(lines(report.changes) ==
        Lines{"kept modified configs/a.yml", "kept added configs/new.yml", "updated modified docs/b.md"});
  CHECK(report.decisions ==
        Lines{"held back 'configs/a.yml' (protect)", "held back 'configs/new.yml' (protect)"});
  CHECK(world.read("configs/a.yml") == "mine\n");
  CHECK_FALSE(world.exists("configs/new.yml"));
  const auto times = world.times();
  CHECK(world.pull().result == PullResult::up_to_date);
  CHECK(world.times() == times);
  world.configure("");
  CHECK(lines(world.pull().conflicts) == Lines{"content configs/a.yml"});
}

TEST_CASE("what is excluded later stays here and is not upstream's any more",
          "[sync][upstream]") {  // [SC B13]
  World world;
  world.start({{"kept.md", "1\n"}, {"out/a.md", "1\n"}});
  world.configure("exclude: [\"out/\"]\n");
  const PullReport report = world.pull();
  CHECK(report.conflicts.empty());
  CHECK(world.read("out/a.md") == "1\n");
  CHECK(read_file(world.root / ".ddx.lock").find("out/a.md") == std::string::npos);
  world.move_upstream({{"out/a.md", "2\n"}, {"out/b.md", "2\n"}, {"kept.md", "2\n"}});
  CHECK(lines(world.pull().changes) == Lines{"updated modified kept.md"});
  CHECK(world.read("out/a.md") == "1\n");
  world.configure("");
  CHECK(lines(world.pull().conflicts) == Lines{"add-add out/a.md"});
  CHECK(world.exists("out/b.md"));
}

TEST_CASE("a pull that deletes most of the files asks first", "[sync][upstream]") {
  World world;
  Edits files, gone;
  for (int i = 0; i < 50; ++i) {
    files[fmt::format("f{}.md", i)] = fmt::format("file {}\n", i);
    if (i > 5) gone[fmt::format("f{}.md", i)] = std::nullopt;
  }
  world.start(files);
  world.move_upstream(gone);
  const auto before = world.everything();
  PullRequest request;
  request.dry_run = DryRun::yes;
  CHECK(world.pull(request).needs_confirmation);
  const Error error = failure_of([&] { world.pull(); });
  CHECK(error.code() == ErrorCode::confirmation_needed);
  CHECK(suggests(error, Recovery::confirm_with_yes));
  CHECK(world.everything() == before);
  request.dry_run = DryRun::no;
  request.assume_yes = true;
  CHECK(world.pull(request).result == PullResult::updated);
  CHECK(world.here() == world.theirs());
}

TEST_CASE("an emptied or vanished upstream leaves the local tree alone", "[sync][upstream]") {
  World world;
  world.start({{"a.md", "1\n"}});
  const auto before = world.everything();
  SECTION("empty tree") {
    world.upstream.git({"rm", "-q", "a.md"});
    world.upstream.commit("nothing left");
    CHECK(failure_of([&] { world.pull(); }).code() == ErrorCode::upstream_empty);
  }
  SECTION("branch gone") {
    world.upstream.git({"branch", "-q", "-m", "main", "trunk"});
    CHECK(failure_of([&] { world.pull(); }).code() == ErrorCode::ref_not_found);
  }
  SECTION("folder gone") {
    fs::remove_all(world.upstream.path());
    CHECK(failure_of([&] { world.pull(); }).code() == ErrorCode::upstream_not_found);
  }
  CHECK(world.everything() == before);
}

TEST_CASE("submodules of the upstream are reported and skipped", "[sync][upstream]") {
  World world;
  TestRepo library(world.folder.path() / "library");
  library.write("lib.c", "int lib;\n");
  library.commit("library");
  world.upstream.git(
      {"-c", "protocol.file.allow=always", "submodule", "add", "-q", library.path().string(), "vendor/lib"});
  world.start({{"a.md", "1\n"}});
  world.move_upstream({{"a.md", "2\n"}});
  const PullReport report = world.pull();
  CHECK(report.submodules == Lines{"vendor/lib"});
  CHECK_FALSE(world.exists("vendor"));
}

TEST_CASE("a local tree that git ignores is followed all the same", "[sync][upstream]") {  // [SC A13, C7]
  World world;
  write_file(world.root / ".gitignore", ".*\n!.gitignore\n*.log\n");
  world.start({{"a.md", text}, {"b.log", "1\n"}, {"c.md", "1\n"}});
  CHECK(world.here() == world.theirs());
  world.write("a.md", mine);
  world.upstream.write("d.md", "d\n");
  world.upstream.git({"add", "d.md"});
  world.move_upstream({{"a.md", theirs}, {"b.log", "2\n"}, {"c.md", "2\n"}, {".gitignore", "[cd].md\n"}});
  const PullReport report = world.pull();
  CHECK(report.conflicts.empty());
  CHECK(world.read("a.md") == both);
  CHECK(world.read("b.log") == "2\n");
  CHECK(world.read("c.md") == "2\n");
  CHECK(world.read("d.md") == "d\n");
  CHECK(world.snapshot(report.snapshot).at(".ddx/a.md") == "644 " + mine);
  world.rollback();
  CHECK(world.read("a.md") == mine);
  CHECK_FALSE(world.exists("d.md"));
}

TEST_CASE("nothing that upstream brings is run", "[sync][upstream]") {  // [SC J11]
  World world;
  const fs::path proof = world.folder.path() / "ran";
  const std::string touch = "touch '" + proof.string() + "'; cat";
  world.repository.git({"config", "filter.evil.clean", touch});
  world.repository.git({"config", "filter.evil.smudge", touch});
  world.repository.git({"config", "merge.evil.driver", touch + " %A %O %B"});
  world.repository.git({"config", "diff.evil.textconv", touch});
  world.repository.git({"config", "core.fsmonitor", touch});
  const std::string hook = "#!/bin/sh\ntouch '" + proof.string() + "'\n";
  for (const char* name : {"post-checkout", "pre-commit", "post-commit", "post-merge",
                           "reference-transaction", "post-index-change"}) {
    write_file(world.root / ".git/hooks" / name, hook);
    fs::permissions(world.root / ".git/hooks" / name, fs::perms(0755));
  }
  world.move_upstream({{".gitattributes", "* filter=evil merge=evil diff=evil\n"},
                       {"a.md", text},
                       {"hooks/post-checkout", hook}});
  InitRequest request;
  request.commit = true;
  world.init(request);
  world.write("a.md", mine);
  world.move_upstream({{"a.md", theirs}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read("a.md") == both);
  world.status();
  ddx::diff(world.workspace(), {}, world.host);
  world.rollback();
  CHECK_FALSE(fs::exists(proof));
}

TEST_CASE("two colleagues who pulled different things merge their locks as text",
          "[sync][upstream]") {  // [SC F10]
  World world;
  Edits files;
  for (char name = 'a'; name < 'k'; ++name) files[std::string(1, name) + ".md"] = text;
  world.start(files);
  world.move_upstream({{"a.md", theirs}, {"i.md", theirs}});
  PullRequest request;
  request.commit = true;
  world.repository.git({"checkout", "-q", "-b", "one"});
  request.paths = {"a.md"};
  world.pull(request);
  world.repository.git({"checkout", "-q", "-b", "two", "main"});
  request.paths = {"i.md"};
  world.pull(request);
  CHECK(world.repository.try_git({"merge", "-q", "-m", "both", "one"}).exit == 0);
  CHECK(world.here() == world.theirs());
  CHECK(world.pull().conflicts.empty());
  for (const std::string& line : lines(world.status())) CHECK(line.ends_with(": in sync"));
}

TEST_CASE("a customization merged by rebase, squash or merge in the project is no conflict",
          "[sync][upstream]") {  // [SC D11, F1, F2]
  World world;
  world.start({{"a.md", text}});
  world.repository.git({"checkout", "-q", "-b", "update"});
  world.move_upstream({{"a.md", theirs}});
  PullRequest request;
  request.commit = true;
  world.pull(request);
  world.repository.git({"checkout", "-q", "main"});
  write_file(world.root / "main.c", "int main;\n");
  world.commit_project("meanwhile");
  world.repository.git({"merge", "-q", "--squash", "update"});
  world.commit_project("squashed");
  world.repository.git({"branch", "-q", "-D", "update"});
  world.repository.git({"reflog", "expire", "--expire=now", "--all"});
  world.repository.git({"gc", "-q", "--prune=now"});
  const fs::path clone = world.folder.path() / "teammate";
  world.repository.git(
      {"clone", "-q", "--depth", "1", "file://" + world.repository.path().string(), clone.string()});
  world.move_upstream({{"a.md", "one\ntwo\nthree\nFOUR\nfive\nsix\nTHEIRS\n"}});
  write_file(clone / ".ddx/a.md", both);
  const Workspace workspace = Workspace::find(clone, world.host);
  CHECK(ddx::pull(workspace, {}, world.host).conflicts.empty());
  CHECK(read_file(clone / ".ddx/a.md") == "MINE\ntwo\nthree\nFOUR\nfive\nsix\nTHEIRS\n");
}
