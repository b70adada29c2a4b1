#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "ddx/doctor.hpp"
#include "resolver.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// Three texts in conflict, of which `a.md` was decided by a side and `b.md` by hand.
void open_three(World& world) {
  world.start({{"a.md", base}, {"b.md", base}, {"c.md", base}, {"d.md", "d\n"}});
  world.edit({{"a.md", mine}, {"b.md", mine}, {"c.md", mine}});
  world.move_upstream({{"a.md", theirs}, {"b.md", theirs}, {"c.md", theirs}, {"d.md", "D\n"}});
  world.pull();
  Resolver{world}(Resolution::theirs, {"a.md"});
  world.write("b.md", "by hand\n");
}

std::vector<RelPath> paths(const Lines& names) {
  std::vector<RelPath> found;
  for (const std::string& name : names) found.push_back(RelPath::parse(name));
  return found;
}

}  // namespace

TEST_CASE("decided conflicts count as decided everywhere", "[sync][status][conflict][doctor]") {
  World world;
  open_three(world);
  const StatusReport report = world.status();
  CHECK(report.open_conflicts == paths({"c.md"}));
  CHECK(report.decided_conflicts == paths({"a.md", "b.md"}));
  CHECK(lines(report) == Lines{"a.md: in sync", "b.md: customized", "c.md: conflict", "d.md: in sync"});
  const std::string version = world.upstream.git({"rev-parse", "HEAD"}).substr(0, 10);
  const auto refusal = [&] { return std::string(failure_of([&] { world.pull(); }).what()); };
  CHECK(refusal() == "a pull to main@" + version + " waits for 1 of 3 conflicts to be resolved");
  Resolver{world}(Resolution::mine);
  CHECK(refusal() == "a pull to main@" + version + " waits for its end, 3 conflicts being decided");
  const DoctorReport doctor = ddx::doctor(world.workspace(), {}, world.host);
  CHECK(std::any_of(doctor.findings.begin(), doctor.findings.end(), [&](const DoctorFinding& finding) {
    return finding.message ==
           "the pull of main@" + version + " is open and waits for its end, 3 conflicts being decided";
  }));
}

TEST_CASE("an open pull is named also where the configuration is gone", "[sync][init][conflict]") {
  World world;
  open_text(world);
  fs::remove(world.root / ".ddx.yml");
  CHECK(failure_of([&] { world.init(); }).code() == ErrorCode::operation_open);
}

TEST_CASE("doctor names an open pull also where the configuration cannot be read",
          "[sync][doctor][conflict]") {
  World world;
  open_text(world);
  const Workspace workspace = world.workspace();
  write_file(world.root / ".ddx.yml", "repository: [\n");
  const DoctorReport report = ddx::doctor(workspace, {}, world.host);
  const auto open = std::find_if(report.findings.begin(), report.findings.end(),
                                 [](const DoctorFinding& finding) { return finding.check == "open-pull"; });
  REQUIRE(open != report.findings.end());
  CHECK(open->message.ends_with(" is open and waits for 1 conflict to be resolved"));
  CHECK(open->steps.size() == 2);
}

TEST_CASE("an open pull shows a renamed file once", "[sync][status][conflict][renames]") {
  const std::string others = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\n";
  World world;
  world.start({{"old.md", base}, {"named.md", others + base}, {"bin", "\x01" + base + std::string(1, '\0')}});
  world.write("old.md", mine);
  fs::rename(world.local("named.md"), world.local("mine.md"));
  world.write("mine.md", others + mine);
  world.write("bin", "\x01" + base + std::string(1, '\0') + "mine");
  world.move_upstream({{"old.md", std::nullopt},
                       {"new.md", theirs},
                       {"named.md", std::nullopt},
                       {"theirs.md", others + theirs},
                       {"bin", std::nullopt},
                       {"new.bin", "\x01" + base + std::string(1, '\0') + "theirs"}});
  REQUIRE(world.pull().conflicts.size() == 3);
  CHECK(lines(world.status()) == Lines{"mine.md: conflict", "new.bin: conflict", "new.md: conflict"});
  Resolver{world}(Resolution::theirs);
  const Lines decided = lines(world.status());
  world.continue_pull();
  CHECK(decided == lines(world.status()));
  CHECK(decided == Lines{"new.bin: in sync", "new.md: in sync", "theirs.md: in sync"});
}

TEST_CASE("a file that both sides renamed is reported as renamed", "[sync][pull][renames]") {
  World world;
  world.start({{"old.md", base}});
  fs::rename(world.local("old.md"), world.local("mine.md"));
  const std::string name = GENERATE("mine.md", "theirs.md");
  world.move_upstream({{"old.md", std::nullopt}, {name, base}});
  const PullReport report = world.pull();
  REQUIRE(report.changes.size() == 1);
  CHECK(report.changes[0].kind == ChangeKind::renamed);
}

TEST_CASE("the details of a file with two new names say how its versions differ",
          "[sync][resolve][renames]") {
  World world;
  world.start({{"old.md", base}});
  fs::rename(world.local("old.md"), world.local("mine.md"));
  world.write("mine.md", base + "mine\n");
  world.move_upstream({{"old.md", std::nullopt}, {"theirs.md", base + "theirs\n"}});
  world.pull();
  const ConflictDetail detail = conflict_detail(world.workspace(), RelPath::parse("mine.md"), world.host);
  REQUIRE(detail.changed.size() == 1);
  CHECK(detail.changed[0].lines.back().text == "theirs");
}

TEST_CASE("giving up names no file as edited that only resolving changed", "[sync][abort]") {
  World world;
  open_three(world);
  CHECK(world.abort().edited_since == paths({"b.md"}));
}

TEST_CASE("giving up knows a decision also where the clock went back after the pull", "[sync][abort]") {
  World world;
  open_text(world);
  world.host.host().now = [] { return std::chrono::system_clock::time_point(std::chrono::hours(1)); };
  Resolver{world}(Resolution::theirs);
  CHECK(world.abort().edited_since.empty());
}

TEST_CASE("a HEAD that cannot be read does not keep a pull from being given up", "[sync][abort][damage]") {
  World world;
  open_text(world);
  const std::string tree = world.repository.git({"rev-parse", "HEAD^{tree}"});
  fs::remove(world.repository.path() / ".git/objects" / tree.substr(0, 2) / tree.substr(2));
  CHECK_FALSE(world.abort().still_committed);
  CHECK(world.read("text.md") == mine);
}

TEST_CASE("giving up says when HEAD keeps what the pull committed", "[sync][abort][commit]") {
  World world;
  world.start({{"a.md", base}, {"b.md", "b\n"}});
  world.write("a.md", mine);
  world.move_upstream({{"a.md", theirs}, {"b.md", "B\n"}});
  PullRequest request;
  request.commit = GENERATE(true, false);
  REQUIRE(world.pull(request).result == PullResult::conflicts);
  CHECK(world.abort().still_committed == request.commit);
}

TEST_CASE("going back to the middle of a pull that was given up says that markers come back",
          "[sync][rollback][conflict]") {
  World world;
  open_text(world);
  const std::string snapshot = world.abort().snapshot;
  RollbackRequest request;
  request.to = "snap-" + snapshot.substr(snapshot.find('-') + 1);
  const RollbackReport report = world.rollback(request);
  CHECK(world.read("text.md").find("<<<<<<< yours") != std::string::npos);
  CHECK(world.status().open_operation.empty());
  CHECK(report.warnings ==
        Lines{"'.ddx/text.md' comes back with conflict markers, and no pull is open to resolve them"});
}

TEST_CASE("going back to a step of a pull opens it again, and there is nothing to warn of",
          "[sync][rollback][conflict]") {
  World world;
  open_text(world);
  const std::string pull = list_operations(world.workspace(), world.host).front().id;
  world.abort();
  RollbackRequest request;
  request.to = pull;
  CHECK(world.rollback(request).warnings.empty());
  CHECK(world.status().open_operation == pull);
}
