#include <catch2/catch_test_macros.hpp>

#include "base/time.hpp"
#include "ddx/snapshot.hpp"
#include "sync/rollback_target.hpp"
#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

RollbackRequest to(const std::string& target) {
  RollbackRequest request;
  request.to = target;
  return request;
}

RollbackRequest steps(std::size_t count) {
  RollbackRequest request;
  request.steps = count;
  return request;
}

/// Pulls version `number` of a.md, which is all that it says. \returns the operation
PullReport pull_version(World& world, int number) {
  world.move_upstream({{"a.md", std::to_string(number) + "\n"}});
  return world.pull();
}

OperationRecord operation(const std::string& id, std::int64_t when, const char* commit,
                          const std::string& name) {
  OperationRecord record;
  record.id = id;
  record.created = std::chrono::sys_seconds(std::chrono::seconds(when));
  record.to = SyncedVersion{*Oid::parse(commit), name};
  return record;
}

CatalogEntry snapshot(const std::string& id, std::int64_t when, const std::string& name = "") {
  CatalogEntry entry{id, std::nullopt, {}};
  entry.info.id = "snap-" + id;
  entry.info.created = std::chrono::sys_seconds(std::chrono::seconds(when));
  entry.info.name = name;
  return entry;
}

const char* const commit_a = "aaaaaaa111111111111111111111111111111111";
const char* const commit_b = "aaaaaaa222222222222222222222222222222222";

RecordedStates states() {
  RecordedStates states;
  const std::int64_t noon = parse_moment("2026-01-31T12:00")->time_since_epoch().count();
  states.operations.whole = {operation("01AAAAAAAAAAAAAAAAAAAAAAA1", noon, commit_a, "v1"),
                             operation("01AAAAAAAAAAAAAAAAAAAAAAA2", noon + 60, commit_b, "main@aaaaaaa222"),
                             operation("01BBBBBBBBBBBBBBBBBBBBBBB1", noon + 120, commit_a, "v1")};
  states.snapshots = {snapshot("01AAAAAAAAAAAAAAAAAAAAAAA1", noon),
                      snapshot("01AAAAAAAAAAAAAAAAAAAAAAA2", noon + 60),
                      snapshot("01BBBBBBBBBBBBBBBBBBBBBBB1", noon + 120),
                      snapshot("01CCCCCCCCCCCCCCCCCCCCCCC1", noon + 180, "good")};
  return states;
}

std::string found(const std::string& text) {
  try {
    return find_target(states(), text).name();
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a target is a snapshot, an operation, a moment or a version", "[sync][rollback]") {
  CHECK(found("snap-01AAAAAAAAAAAAAAAAAAAAAAA2") == "snap-01AAAAAAAAAAAAAAAAAAAAAAA2");
  CHECK(found("snap-01B") == "snap-01BBBBBBBBBBBBBBBBBBBBBBB1");
  CHECK(found("good") == "snap-01CCCCCCCCCCCCCCCCCCCCCCC1");
  CHECK(found("01AAAAAAAAAAAAAAAAAAAAAAA1") == "01AAAAAAAAAAAAAAAAAAAAAAA1");
  CHECK(found("01B") == "01BBBBBBBBBBBBBBBBBBBBBBB1");
  CHECK(found("v1") == "01BBBBBBBBBBBBBBBBBBBBBBB1");  // the newest that ended there
  CHECK(found("main@aaaaaaa222") == "01AAAAAAAAAAAAAAAAAAAAAAA2");
  CHECK(found("aaaaaaa2") == "01AAAAAAAAAAAAAAAAAAAAAAA2");
  CHECK(found(commit_a) == "01BBBBBBBBBBBBBBBBBBBBBBB1");
  CHECK(found("2026-01-31T12:00") == "01AAAAAAAAAAAAAAAAAAAAAAA1");
  CHECK(found("2026-01-31T12:01:59Z") == "01AAAAAAAAAAAAAAAAAAAAAAA2");
  CHECK(found("2026-01-31") == "snap-01CCCCCCCCCCCCCCCCCCCCCCC1");
}

TEST_CASE("what a target may mean is said when it is not one thing", "[sync][rollback]") {
  CHECK(found("01A") == "'01A' may mean 01AAAAAAAAAAAAAAAAAAAAAAA1, 01AAAAAAAAAAAAAAAAAAAAAAA2");
  CHECK(found("snap-01A") ==
        "'snap-01A' may mean snap-01AAAAAAAAAAAAAAAAAAAAAAA1, snap-01AAAAAAAAAAAAAAAAAAAAAAA2");
  CHECK(found("aaaaaaa") == "'aaaaaaa' may mean 01AAAAAAAAAAAAAAAAAAAAAAA2, 01BBBBBBBBBBBBBBBBBBBBBBB1");
  CHECK(found("aaaaaa") == "nothing is known of 'aaaaaa'");  // six digits are too few
  CHECK(found("2026-01-30") == "nothing was recorded until 2026-01-30T23:59:59Z");
  CHECK(found("2026-02-30") == "nothing is known of '2026-02-30'");
  CHECK(found("") == "nothing is known of ''");
}

TEST_CASE("several steps are undone as one operation, later edits kept", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "one\ntwo\nthree\nfour\nfive\n"}, {"b.md", "b\n"}});
  world.move_upstream({{"a.md", "ONE\ntwo\nthree\nfour\nfive\n"}, {"c.md", "c\n"}});
  world.pull();
  world.write("a.md", "ONE\ntwo\nmine\nfour\nfive\n");  // between the two that are undone
  world.move_upstream({{"a.md", "ONE\ntwo\nthree\nfour\nFIVE\n"}, {"b.md", std::nullopt}});
  world.pull();
  CHECK(world.read("a.md") == "ONE\ntwo\nmine\nfour\nFIVE\n");
  RollbackRequest preview = steps(2);
  preview.dry_run = DryRun::yes;
  const RollbackReport plan = world.rollback(preview);
  const RollbackReport report = world.rollback(steps(2));
  CHECK(report.changes == plan.changes);
  CHECK(report.undone.size() == 2);
  CHECK(world.here() == DiskTree{{"a.md", "644 one\ntwo\nmine\nfour\nfive\n"}, {"b.md", "644 b\n"}});
  CHECK(list_operations(world.workspace(), world.host).size() == 4);
  CHECK(failure_of([&] { world.rollback(steps(5)); }).code() == ErrorCode::no_such_target);
  world.rollback(to(report.snapshot));
  CHECK(world.read("a.md") == "ONE\ntwo\nmine\nfour\nFIVE\n");
  CHECK_FALSE(world.exists("b.md"));
}

TEST_CASE("undo three times, work, undo three times; what was undone can be done again", "[sync][rollback]") {
  World world;  // [SC H1, H2, H4]
  world.start({{"a.md", "0\n"}});
  std::vector<std::string> done;
  for (int i = 1; i <= 4; ++i) done.push_back(pull_version(world, i).operation);
  for (int i = 0; i < 3; ++i) world.rollback();
  CHECK(world.read("a.md") == "1\n");
  pull_version(world, 9);
  world.rollback();
  CHECK(world.read("a.md") == "1\n");
  world.rollback();
  CHECK(world.read("a.md") == "0\n");

  world.rollback(to(done[3]));  // redo, all at once
  CHECK(world.read("a.md") == "4\n");
  for (int i = 3; i >= 0; --i) {
    world.rollback();
    CHECK(world.read("a.md") == std::to_string(i) + "\n");
  }
  const Workspace workspace = world.workspace();
  world.rollback();  // the init
  const Error nothing = failure_of([&] { ddx::rollback(workspace, {}, world.host); });
  CHECK(nothing.code() == ErrorCode::no_such_target);
  CHECK(std::string(nothing.what()) == "there is no operation left to undo");
  ddx::rollback(workspace, to(done[1]), world.host);
  CHECK(world.read("a.md") == "2\n");
  CHECK(world.pull().result == PullResult::updated);
}

TEST_CASE("going to a state makes what stood then stand again", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "0\n"}});
  std::vector<PullReport> done;
  for (int i = 1; i <= 3; ++i) done.push_back(pull_version(world, i));
  world.rollback(to(done[0].operation));
  CHECK(world.read("a.md") == "1\n");
  const auto operations = list_operations(world.workspace(), world.host);
  CHECK(operations[1].undone);
  CHECK(operations[2].undone);
  CHECK_FALSE(operations[3].undone);
  world.rollback();
  CHECK(world.read("a.md") == "0\n");
}

TEST_CASE("a rollback records and reports the versions it went between", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "0\n"}});
  const PullReport first = pull_version(world, 1);
  const PullReport second = pull_version(world, 2);
  const RollbackReport report = world.rollback(to(first.to.version));
  CHECK(report.from == second.to.version);
  CHECK(report.to == first.to.version);
  CHECK(report.target == first.operation);
  CHECK(world.read("a.md") == "1\n");
  const RollbackReport again = world.rollback(to(second.to.commit.str().substr(0, 8)));
  CHECK(again.to == second.to.version);
  CHECK(world.read("a.md") == "2\n");
}

TEST_CASE("a rollback of an update that added 48 files leaves the user's", "[sync][rollback]") {  // [SC H11]
  World world;
  world.start({{"a.md", "a\n"}});
  Edits added;
  for (int i = 0; i < 48; ++i) added["new/deep-" + std::to_string(i % 5) + "/" + std::to_string(i)] = "x\n";
  world.move_upstream(added);
  world.pull();
  world.write("new/deep-1/mine.md", "mine\n");
  world.write("loose.md", "loose\n");
  CHECK(world.rollback().changes.size() == 48);
  CHECK(world.here() ==
        DiskTree{{"a.md", "644 a\n"}, {"loose.md", "644 loose\n"}, {"new/deep-1/mine.md", "644 mine\n"}});
  CHECK_FALSE(world.exists("new/deep-2"));
}

TEST_CASE("a file that a rollback brings back has its permission bits again", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "a\n"}, {"b.md", "b\n"}});
  std::filesystem::permissions(world.local("b.md"), static_cast<std::filesystem::perms>(0600));
  world.move_upstream({{"b.md", std::nullopt}});
  world.pull();
  world.rollback();
  CHECK((static_cast<unsigned>(std::filesystem::status(world.local("b.md")).permissions()) & 0777u) == 0600u);
}

TEST_CASE("steps and a target, and steps and a commit, do not go together", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "0\n"}});
  pull_version(world, 1);
  RollbackRequest both = steps(2);
  both.commit = true;
  CHECK(failure_of([&] { world.rollback(both); }).code() == ErrorCode::usage);
  CHECK(failure_of([&] { world.rollback(steps(0)); }).code() == ErrorCode::usage);
  both.commit.reset();
  both.to = "x";
  CHECK(failure_of([&] { world.rollback(both); }).code() == ErrorCode::usage);
}
