#include "ddx/history.hpp"

#include <catch2/catch_test_macros.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

fs::path log_of(const World& world) { return world.repository.path() / ".git/ddx/audit.log"; }

/// "kind result summary", newest first.
Lines lines(const HistoryReport& report) {
  Lines found;
  for (const HistoryEntry& entry : report.entries)
    found.push_back(entry.damage.empty()
                        ? entry.operation.kind + " " + std::string(to_string(entry.operation.result))
                        : "damaged: " + entry.damage);
  return found;
}

Lines listed(World& world, const HistoryRequest& request = {}) {
  return lines(history(world.workspace(), request, world.host));
}

/// "line: problem"
Lines findings(World& world) {
  Lines found;
  for (const HistoryFinding& finding : verify_history(world.workspace(), world.host).findings)
    found.push_back(std::to_string(finding.line) + ": " + finding.problem);
  return found;
}

/// An init, and a pull that changes, adds and removes.
void init_and_pull(World& world) {
  world.start({{"prompts/a.md", "one\n"}, {"gone.md", "gone\n"}});
  world.move_upstream({{"prompts/a.md", "two\n"}, {"new.md", "new\n"}, {"gone.md", std::nullopt}});
  world.pull();
}

HistoryRequest of_path(const std::string& path) {
  HistoryRequest request;
  request.path = path;
  return request;
}

}  // namespace

TEST_CASE("every operation is in the audit log with who, what and from where to where", "[sync][history]") {
  World world;
  init_and_pull(world);
  const HistoryReport report = history(world.workspace(), {}, world.host);
  REQUIRE(lines(report) == Lines{"pull done", "init done"});
  const AuditEntry& pull = report.entries[0].operation;
  CHECK(pull.user == "ada");
  CHECK(pull.machine == "workbench");
  CHECK(pull.command == "ddx test");
  CHECK(pull.author == "Petra Project");
  CHECK(pull.email == "petra@example.com");
  CHECK(pull.from->commit.str() == world.upstream.git({"rev-parse", "HEAD~1"}));
  CHECK(pull.to->commit.str() == world.upstream.git({"rev-parse", "HEAD"}));
  CHECK(pull.files == std::vector<AuditFile>{{RelPath::parse(".ddx/gone.md"), ChangeKind::deleted},
                                             {RelPath::parse(".ddx/new.md"), ChangeKind::added},
                                             {RelPath::parse(".ddx/prompts/a.md"), ChangeKind::modified}});
  CHECK(pull.number == 2);
  CHECK(findings(world).empty());
  CHECK(verify_history(world.workspace(), world.host).operations == 2);
}

TEST_CASE("conflicts, continue, abort and rollback are in the log; a dry run and a pull of nothing are not",
          "[sync][history]") {
  World world;
  world.start({{"a.md", "one\n"}});
  world.pull();
  world.write("a.md", "mine\n");
  world.move_upstream({{"a.md", "theirs\n"}});
  PullRequest dry;
  dry.dry_run = DryRun::yes;
  world.pull(dry);
  CHECK(listed(world) == Lines{"init done"});
  world.pull();
  world.abort();
  world.pull();
  world.continue_pull({{"", Side::mine}});
  world.rollback();
  CHECK(listed(world) ==
        Lines{"rollback done", "continue done", "pull done", "abort done", "pull done", "init done"});
  CHECK(findings(world).empty());
}

TEST_CASE("a history is narrowed by path, time, author, text, kind and number", "[sync][history]") {
  World world;
  init_and_pull(world);
  HistoryRequest request;
  request.limit = 1;
  CHECK(listed(world, request) == Lines{"pull done"});
  request.limit = 0;
  CHECK(listed(world, request).empty());

  const auto report = history(world.workspace(), {}, world.host);
  HistoryRequest since;
  since.since = report.entries[0].operation.time;
  CHECK(listed(world, since) == Lines{"pull done"});
  HistoryRequest until;
  until.until = report.entries[1].operation.time;
  CHECK(listed(world, until) == Lines{"init done"});

  HistoryRequest author;
  author.author = "PETRA";
  CHECK(listed(world, author).size() == 2);
  author.author = "somebody else";
  CHECK(listed(world, author).empty());

  HistoryRequest text;
  text.text = report.entries[0].operation.summary.substr(0, 12);
  CHECK(listed(world, text).size() >= 1);
  text.text = "no such text";
  CHECK(listed(world, text).empty());

  HistoryRequest kind;
  kind.kinds = {ChangeKind::deleted};
  CHECK(listed(world, kind) == Lines{"pull done"});
  kind.path = "new.md";
  CHECK(listed(world, kind).empty());
}

TEST_CASE("a path is taken from the current folder, or else from the local tree", "[sync][history]") {
  World world;
  init_and_pull(world);
  CHECK(listed(world, of_path("new.md")) == Lines{"pull done"});
  CHECK(listed(world, of_path(".ddx/new.md")) == Lines{"pull done"});
  CHECK(listed(world, of_path("prompts")).size() == 2);
  CHECK(listed(world, of_path(".")).size() == 2);
  CHECK(listed(world, of_path("never.md")).empty());
  world.host.host().current_directory = world.local("prompts");
  CHECK(listed(world, of_path("a.md")).size() == 2);
  CHECK(failure_of([&] { listed(world, of_path("/elsewhere")); }).code() == ErrorCode::path_unknown);
}

TEST_CASE("the projects of a repository have one log, and each its own history", "[sync][history]") {
  World world(Layout::two_projects);
  world.start({{"a.md", "one\n"}});
  world.move_upstream({{"a.md", "two\n"}});
  world.pull();
  CHECK(listed(world) == Lines{"pull done", "init done"});
  CHECK(verify_history(world.workspace(), world.host).entries == 3);
  CHECK(findings(world).empty());
}

TEST_CASE("a log that lost its end or all of itself is found by the operations' records", "[sync][history]") {
  World world;
  init_and_pull(world);
  const std::string log = read_file(log_of(world));
  const auto report = history(world.workspace(), {}, world.host);
  const std::string missing =
      "0: operation " + report.entries[0].operation.operation + " has a record, but no sound entry";
  SECTION("cut at the end of a line") {
    write_file(log_of(world), log.substr(0, log.find('\n') + 1));
    CHECK(findings(world) == Lines{missing});
  }
  SECTION("cut within a line") {
    write_file(log_of(world), log.substr(0, log.size() - 5));
    CHECK(findings(world) == Lines{"2: it is cut off", missing});
    CHECK(listed(world) == Lines{"damaged: it is cut off", "init done"});
    world.rollback();
    CHECK(findings(world) == Lines{missing});
  }
  SECTION("lost") {
    fs::remove(log_of(world));
    CHECK(findings(world).size() == 2);
    CHECK(listed(world).empty());
    world.rollback();
    CHECK(listed(world) == Lines{"rollback done"});
    CHECK(findings(world).size() == 2);
  }
}

TEST_CASE("a damaged line is shown as such, and stops neither history nor pull nor rollback",
          "[sync][history]") {
  World world;
  init_and_pull(world);
  const std::string init = history(world.workspace(), {}, world.host).entries.back().operation.operation;
  std::string log = read_file(log_of(world));
  log[log.find("Petra")] = 'X';
  write_file(log_of(world), log);
  CHECK(listed(world) == Lines{"pull done", "damaged: it was changed: its hash does not match"});
  world.move_upstream({{"a.md", "more\n"}});
  world.pull();
  world.rollback();
  CHECK(listed(world).size() == 4);
  CHECK(findings(world) == Lines{"1: it was changed: its hash does not match",
                                 "0: operation " + init + " has a record, but no sound entry"});
}

TEST_CASE("a history and its check change nothing on disk", "[sync][history]") {
  World world;
  init_and_pull(world);
  const auto before = tree_on_disk(world.repository.path() / ".git");
  listed(world);
  findings(world);
  CHECK(tree_on_disk(world.repository.path() / ".git") == before);
}
