#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <system_error>

#include "ddx/error.hpp"
#include "ddx/history.hpp"
#include "faults/verbs.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// "kind result", newest first.
std::vector<std::string> audited(const fs::path& project) {
  Machine machine;
  std::vector<std::string> lines;
  for (const HistoryEntry& entry : history(workspace_of(project), {}, machine.host).entries)
    lines.push_back(entry.damage.empty()
                        ? entry.operation.kind + " " + std::string(to_string(entry.operation.result))
                        : entry.damage);
  return lines;
}

fs::path log_of(const fs::path& project) { return project / ".git/ddx/audit.log"; }

using Lines = std::vector<std::string>;

/// Lets the n-th rename after the journal fail.
FaultyFiles::Act fail_rename(const fs::path& project, std::size_t number, int error) {
  return [project, number, error, seen = std::size_t{0}](const FaultyFiles::Call& call) mutable {
    if (call.name == "rename" && is_prepared(project) && ++seen == number)
      throw std::system_error(error, std::generic_category(), "rename");
  };
}

/// A pull in a process that dies at the n-th rename after the journal.
void die_at_rename(const fs::path& project, std::size_t number) {
  std::size_t seen = 0;
  Machine machine([&](const FaultyFiles::Call& call) {
    if (call.name == "rename" && is_prepared(project) && ++seen == number) die_at(call.number)(call);
  });
  REQUIRE(in_child([&] { pull_offline(project, machine.host); }) == End::killed);
}

}  // namespace

TEST_CASE("a pull that is put back says so in the audit log, and not that it was done", "[faults][audit]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  Machine failing(fail_rename(project, 3, EIO));
  CHECK_THROWS(pull_offline(project, failing.host));
  CHECK(audited(project) == Lines{"pull undone", "init done"});
  CHECK(audit_problems(project).empty());
  Machine again;
  pull_offline(project, again.host);
  CHECK(audited(project) == Lines{"pull done", "pull undone", "init done"});
  CHECK(audit_problems(project).empty());
}

TEST_CASE("an index that cannot be put in place takes the entry back that was appended", "[faults][audit]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const Visible before = look_at(project);
  const auto log_size = fs::file_size(log_of(project));
  bool failed = false;
  Machine failing([&](const FaultyFiles::Call& call) {
    if (failed || call.name != "rename" || fs::file_size(log_of(project)) == log_size) return;
    failed = true;
    throw std::system_error(EIO, std::generic_category(), "rename");
  });
  CHECK_THROWS(pull_and_commit(project, failing.host));
  CHECK(failed);
  CHECK(look_at(project) == before);
  CHECK(audited(project) == Lines{"pull undone", "init done"});
  CHECK(audit_problems(project).empty());
}

TEST_CASE("a disk too full for any entry does not keep a pull from being put back", "[faults][audit]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const Visible before = look_at(project);
  const std::string log = read_file(log_of(project));
  std::size_t renames = 0;
  Machine failing([&](const FaultyFiles::Call& call) {
    renames += call.name == "rename" && is_prepared(project) ? 1 : 0;
    if (renames > 1 && (call.name == "write" || call.name == "create"))
      throw std::system_error(ENOSPC, std::generic_category(), "write");
  });
  CHECK_THROWS(pull_offline(project, failing.host));
  CHECK(look_at(project) == before);
  CHECK(read_file(log_of(project)) == log);
  CHECK(failing.events.warnings.size() == 1);
  CHECK(fs::is_empty(project / ".git/ddx/ops"));
  CHECK(audit_problems(project).empty());
}

TEST_CASE("a recovery is in the audit log, after the operation that it finished", "[faults][audit]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  die_at_rename(project, 4);
  CHECK(audited(project) == Lines{"init done"});
  CHECK(audit_problems(project).empty());  // it is pending, not missing
  Machine machine;
  recover_now(project, machine.host);
  CHECK(audited(project) == Lines{"recovery finished", "pull done", "init done"});
  CHECK(audit_problems(project).empty());
}

TEST_CASE("what an interrupted command left before it changed anything is discarded, once in the log",
          "[faults][audit]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  Machine dying([&](const FaultyFiles::Call& call) {
    if (call.name == "pack") die_at(call.number)(call);
  });
  REQUIRE(in_child([&] { pull_offline(project, dying.host); }) == End::killed);
  Machine machine;
  recover_now(project, machine.host);
  recover_now(project, machine.host);
  CHECK(audited(project) == Lines{"recovery discarded", "init done"});
}

TEST_CASE("an interrupted append is completed by the recovery", "[faults][audit]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const std::size_t before = fs::file_size(log_of(project));
  Machine narrow([&](const FaultyFiles::Call& call) {
    if (call.name == "write" && fs::file_size(log_of(project)) > before + 100) die_at(call.number)(call);
  });
  narrow.files.set_longest_write(64);
  REQUIRE(in_child([&] { pull_offline(project, narrow.host); }) == End::killed);
  REQUIRE_FALSE(read_file(log_of(project)).ends_with("\n"));
  CHECK(audit_problems(project).empty());
  CHECK(audited(project) == Lines{"init done"});
  Machine machine;
  recover_now(project, machine.host);
  CHECK(audited(project) == Lines{"recovery finished", "pull done", "init done"});
  CHECK(audit_problems(project).empty());
}

TEST_CASE("an interrupted pull that another work tree overtook is recovered into the same log",
          "[faults][audit]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const fs::path other = scene.folder() / "other";
  TestRepo::existing(project).git({"worktree", "add", "-q", other.string()});
  die_at_rename(project, 4);
  Machine overtaking;
  pull_offline(other, overtaking.host);
  CHECK(audit_problems(other).empty());
  Machine machine;
  recover_now(project, machine.host);
  CHECK(audited(project) == Lines{"recovery finished", "pull done", "init done"});
  CHECK(audited(other) == Lines{"pull done"});
  CHECK(audit_problems(project).empty());
  Machine verifying;
  CHECK(verify_history(workspace_of(project), verifying.host).operations == 3);
}

TEST_CASE("a damaged audit log stops no pull, and is warned of once", "[faults][audit]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  write_file(log_of(project), "no entry at all\n");
  Machine machine;
  pull_offline(project, machine.host);
  CHECK(machine.events.warnings.size() == 1);
  CHECK(audited(project) == Lines{"pull done", "it is not an entry"});
}
