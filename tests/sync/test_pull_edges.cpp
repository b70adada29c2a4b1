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

}  // namespace

TEST_CASE("a pull of chosen paths without a lock does not hide the rest", "[sync][edges]") {
  World world;
  world.start({{"a.md", "1\n"}, {"b.md", "1\n"}});
  fs::remove(world.root / ".ddx.lock");
  world.move_upstream({{"a.md", "2\n"}, {"b.md", "2\n"}, {"c.md", "2\n"}});
  world.edit({{"a.md", std::nullopt}});
  PullRequest request;
  request.paths = {"a.md"};
  CHECK(world.pull(request).result == PullResult::updated);
  CHECK(world.read("b.md") == "1\n");
  CHECK(lines(world.pull().changes) == Lines{"conflict added b.md", "new added c.md"});
}

TEST_CASE("a pull of chosen paths after an offline init leaves the rest for the next one", "[sync][edges]") {
  World world;
  world.move_upstream({{"a.md", "1\n"}, {"b.md", "1\n"}});
  InitRequest offline;
  offline.network = Network::offline;
  world.init(offline);
  PullRequest request;
  request.paths = {"a.md"};
  CHECK(lines(world.pull(request).changes) == Lines{"new added a.md"});
  CHECK(world.here() == DiskTree{{"a.md", "644 1\n"}});
  CHECK(lines(world.pull().changes) == Lines{"new added b.md"});
}

TEST_CASE("another upstream can be followed, its history being what it is", "[sync][edges]") {
  World world;
  InitRequest first;
  first.full_history = GENERATE(true, false);
  world.start({{"a.md", text}, {"b.md", "b\n"}}, first);
  world.write("a.md", mine);
  TestRepo other(world.folder.path() / "fork");
  other.write("a.md", theirs);
  other.commit("a history of its own");
  InitRequest request;
  request.url = other.path().string();
  request.reconfigure = true;
  const auto before = world.everything();
  const InitReport report = world.init(request);
  CHECK(lines(report.pull.changes) == Lines{"merged modified a.md", "removed deleted b.md"});
  CHECK(world.here() == DiskTree{{"a.md", "644 " + both}});
  CHECK(world.rollback().result == RollbackResult::rolled_back);
  CHECK(world.everything() == before);
}

TEST_CASE("a local tree moves to another path when the user moves it", "[sync][edges]") {
  World world;
  world.start({{"a.md", text}, {"folder/b.md", "b\n"}});
  world.write("a.md", mine);
  InitRequest request;
  request.reconfigure = true;
  request.path = "tools/shared";
  const auto before = world.everything();
  const Error error = failure_of([&] { world.init(request); });
  CHECK(error.code() == ErrorCode::usage);
  CHECK(std::string(error.what()) == "the local tree is in '.ddx', and nothing is in 'tools/shared' yet");
  CHECK(world.everything() == before);
  fs::create_directories(world.root / "tools");
  fs::rename(world.root / ".ddx", world.root / "tools/shared");
  world.move_upstream({{"a.md", theirs}});
  CHECK(lines(world.init(request).pull.changes) == Lines{"merged modified a.md"});
  CHECK(read_file(world.root / "tools/shared/a.md") == both);
  CHECK_FALSE(fs::exists(world.root / ".ddx"));
}

TEST_CASE("a reconfiguration with --commit commits the configuration too, but no edit of the user's",
          "[sync][edges]") {
  World world;
  world.start({{"a.md", text}, {"b.md", "b\n"}});
  const bool edited = GENERATE(false, true);
  const fs::path config = world.root / ".ddx.yml";
  if (edited) write_file(config, "# mine\n" + read_file(config));
  InitRequest request;
  request.reconfigure = true;
  request.exclude = {"b.md"};
  request.commit = true;
  REQUIRE(world.init(request).pull.commit);
  CHECK(world.repository.git({"status", "--porcelain"}) == (edited ? " M .ddx.yml" : ""));
  const std::string committed = world.repository.git({"show", "HEAD:.ddx.yml"});
  CHECK((committed.find("b.md") != std::string::npos) == !edited);
}

TEST_CASE("a dry run with --commit fails as the real run would", "[sync][edges]") {
  World world;
  world.start({{"a.md", "one\n"}});
  world.write("a.md", "mine\n");
  world.commit_project();
  world.move_upstream({{"a.md", "theirs\n"}});
  PullRequest request;
  request.commit = true;
  for (const DryRun dry : {DryRun::yes, DryRun::no}) {
    request.dry_run = dry;
    CHECK(failure_of([&] { world.pull(request); }).code() == ErrorCode::commit_conflict);
  }
  request.commit = false;
  request.dry_run = DryRun::yes;
  CHECK(world.pull(request).result == PullResult::planned);
}

TEST_CASE("a dry run that would write nothing says that all is up to date, as the real one does",
          "[sync][edges]") {
  World world;
  world.start({{"a.md", "1\n"}});
  world.configure("protect: [a.md]\n");
  world.move_upstream({{"a.md", "2\n"}});
  world.pull();
  PullRequest dry;
  dry.dry_run = DryRun::yes;
  const PullReport planned = world.pull(dry), done = world.pull();
  CHECK(planned.result == done.result);
  CHECK(planned.changes == done.changes);
}

TEST_CASE("a base that nobody has any more is said to be missing, and both versions are kept apart",
          "[sync][edges]") {
  World world;
  world.move_upstream({{"other.md", "o\n"}});
  world.upstream.git({"checkout", "-q", "--orphan", "next"});
  world.upstream.git({"branch", "-q", "-D", "main"});
  world.upstream.git({"branch", "-q", "-m", "main"});
  world.start({{"a.md", text}});
  world.write("a.md", mine);
  world.commit_project("customized");
  const fs::path clone = world.folder.path() / "shallow";
  world.repository.git(
      {"clone", "-q", "--depth", "1", "file://" + world.repository.path().string(), clone.string()});
  world.upstream.write("a.md", theirs);
  world.upstream.git({"commit", "-q", "-a", "--amend", "-m", "rewritten"});
  world.upstream.git({"reflog", "expire", "--expire=now", "--all"});
  world.upstream.git({"gc", "-q", "--prune=now"});
  const Workspace workspace = Workspace::find(clone, world.host);
  PullRequest request;
  request.accept_rewritten = true;
  const PullReport report = ddx::pull(workspace, request, world.host);
  CHECK(report.result == PullResult::conflicts);
  CHECK(report.warnings.size() == 1);
  const std::string marked = read_file(clone / ".ddx/a.md");
  CHECK(marked.find("MINE") != std::string::npos);
  CHECK(marked.find("THEIRS") != std::string::npos);
  const Side side = GENERATE(Side::mine, Side::theirs);
  CHECK(ddx::continue_pull(workspace, {{{"", side}}}, world.host).result == PullResult::updated);
  CHECK(read_file(clone / ".ddx/a.md").starts_with(side == Side::mine ? "MINE\n" : "one\n"));
}

TEST_CASE("a clone whose git writes CRLF everywhere, lock and configuration included, pulls",
          "[sync][edges]") {
  World world;
  world.start({{"a.md", text}, {"b.md", "b\n"}});
  const fs::path clone = world.folder.path() / "crlf";
  world.repository.git(
      {"clone", "-q", "-c", "core.autocrlf=true", world.repository.path().string(), clone.string()});
  REQUIRE(read_file(clone / ".ddx.lock").find("\r\n") != std::string::npos);
  world.move_upstream({{"a.md", theirs}});
  const Workspace workspace = Workspace::find(clone, world.host);
  CHECK(lines(ddx::status(workspace, {}, world.host)) == Lines{"a.md: behind", "b.md: in sync"});
  CHECK(ddx::pull(workspace, {}, world.host).conflicts.empty());
  CHECK(read_file(clone / ".ddx/a.md").ends_with("\r\nTHEIRS\r\n"));
  const TestRepo repository = TestRepo::existing(clone);
  CHECK(repository.git({"status", "--porcelain"}) == " M .ddx.lock\n M .ddx/a.md");
}

TEST_CASE("pull --commit in a linked work tree commits on its branch", "[sync][edges]") {
  World world;
  world.start({{"a.md", text}});
  const fs::path linked = world.folder.path() / "linked";
  world.repository.git({"worktree", "add", "-q", linked.string()});
  world.move_upstream({{"a.md", theirs}});
  PullRequest request;
  request.commit = true;
  const PullReport report = ddx::pull(Workspace::find(linked, world.host), request, world.host);
  REQUIRE(report.commit);
  CHECK(world.repository.git({"rev-parse", "linked"}) == report.commit->str());
  CHECK(world.repository.git({"rev-parse", "main"}) != report.commit->str());
  CHECK(TestRepo::existing(linked).git({"status", "--porcelain"}).empty());
  CHECK(world.repository.git({"status", "--porcelain"}).empty());
}

TEST_CASE("where git is told not to trust modes they are no drift, and stay as recorded", "[sync][edges]") {
  World world;
  write_file(world.remote("run.sh"), text);
  fs::permissions(world.remote("run.sh"), fs::perms(0755));
  world.start({{"a.md", text}});
  world.repository.git({"config", "core.fileMode", "false"});
  fs::permissions(world.local("run.sh"), fs::perms(0644));
  fs::permissions(world.local("a.md"), fs::perms(0755));
  CHECK(lines(world.status()) == Lines{"a.md: in sync", "run.sh: in sync"});
  world.write("run.sh", mine);
  world.move_upstream({{"run.sh", theirs}, {"a.md", std::nullopt}});
  const PullReport report = world.pull();
  CHECK(lines(report.changes) == Lines{"removed deleted a.md", "merged modified run.sh"});
  CHECK(world.read("run.sh") == both);
  CHECK(lines(world.status()) == Lines{"run.sh: customized"});
}

TEST_CASE("upstream's own ddx files are content, never configuration", "[sync][edges]") {  // [SC E7]
  World world;
  world.start({{".ddx.yml", "version: 1\nrepository: {url: /nowhere}\n"},
               {".ddx.lock", "{}\n"},
               {"folder/a.md", "1\n"}});
  CHECK(world.here() == world.theirs());
  CHECK(Workspace::find(world.local("folder"), world.host).project_root == world.root);
  CHECK(Workspace::find(world.local("."), world.host).project_root == world.root);
  world.move_upstream({{".ddx.lock", "{ }\n"}});
  CHECK(world.pull().result == PullResult::updated);
  CHECK(world.here() == world.theirs());
}

TEST_CASE("a folder of the user's own repository inside the local tree is left alone", "[sync][edges]") {
  World world;
  world.start({{"a.md", "1\n"}});
  TestRepo nested(world.local("nested"));
  nested.write("n.md", "n\n");
  nested.commit("nested");
  world.move_upstream({{"a.md", "2\n"}});
  CHECK(world.pull().conflicts.empty());
  CHECK(nested.git({"status", "--porcelain"}).empty());
  CHECK(world.rollback().result == RollbackResult::rolled_back);
  CHECK(nested.read("n.md") == "n\n");
}

TEST_CASE("an empty folder of the user's in a file's way is a conflict that can be told", "[sync][edges]") {
  World world;
  world.start({{"thing/a.md", "a\n"}, {"b.md", "b\n"}});
  fs::create_directories(world.local("thing/empty"));
  fs::remove_all(world.remote("thing"));
  world.move_upstream({{"thing", "a file now\n"}, {"b.md", "B\n"}});
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"type thing"});
  CHECK(fs::is_directory(world.local("thing/empty")));
  CHECK(world.read("b.md") == "B\n");
}

TEST_CASE("a file edited here that upstream turned into a folder is a conflict that keeps it",
          "[sync][edges]") {
  World world;
  world.start({{"a", text}, {"b.md", "b\n"}});
  world.write("a", mine);
  fs::remove(world.remote("a"));
  world.move_upstream({{"a/inner.md", "inner\n"}, {"b.md", "B\n"}});
  const auto before = world.everything();
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"modify-delete a", "type a/inner.md"});
  CHECK(world.read("a") == mine);
  SECTION("aborted") {
    world.abort();
    CHECK(world.everything() == before);
  }
  SECTION("kept") {
    CHECK(world.continue_pull({{"", Side::mine}}).result == PullResult::updated);
    CHECK(world.read("a") == mine);
    CHECK(world.pull().result == PullResult::up_to_date);
  }
  SECTION("made room for by hand") {
    fs::remove(world.local("a"));
    world.write("a/inner.md", "inner\n");
    CHECK(world.continue_pull().result == PullResult::updated);
    CHECK(world.here() == world.theirs());
  }
}

TEST_CASE("a renamed binary that both sides changed stays at its old name until it is decided",
          "[sync][edges]") {
  World world;
  const std::string zero(1, '\0');
  std::string body;
  for (int i = 0; i < 40; ++i) body += "line " + std::to_string(i) + "\n";
  world.start({{"old.bin", zero + body}});
  world.write("old.bin", zero + "mine\n" + body);
  world.move_upstream({{"old.bin", std::nullopt}, {"new.bin", zero + "theirs\n" + body}});
  const auto before = world.everything();
  const PullReport report = world.pull();
  REQUIRE(report.conflicts.size() == 1);
  CHECK(world.read("old.bin") == zero + "mine\n" + body);
  SECTION("aborted") {
    world.abort();
    CHECK(world.everything() == before);
  }
  SECTION("theirs") {
    world.continue_pull({{"", Side::theirs}});
    CHECK(world.here() == world.theirs());
  }
  SECTION("mine") {
    world.continue_pull({{"", Side::mine}});
    CHECK(world.here() == DiskTree{{"new.bin", "644 " + zero + "mine\n" + body}});
    CHECK(lines(world.status()) == Lines{"new.bin: customized"});
  }
}
