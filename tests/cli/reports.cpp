#include "cli/reports.hpp"

namespace ddx::test {

namespace {

using std::chrono::seconds;

constexpr std::chrono::sys_seconds noon{seconds(1'800'000'000)};

Change change(const char* path, ChangeKind kind, ChangeClass change_class) {
  return {RelPath::parse(path), std::nullopt, kind, change_class};
}

}  // namespace

Oid oid(char digit) { return *Oid::parse(std::string(40, digit)); }

PullReport pull_report() {
  PullReport report;
  report.result = PullResult::conflicts;
  report.from = UpstreamPoint{oid('1'), "main@1111111111", noon};
  report.to = UpstreamPoint{oid('2'), "main@2222222222", std::nullopt};
  report.changes = {change("prompts/new.md", ChangeKind::added, ChangeClass::fresh),
                    change("prompts/plan.md", ChangeKind::modified, ChangeClass::merged),
                    change("prompts/review.md", ChangeKind::modified, ChangeClass::conflict),
                    change("top.md", ChangeKind::deleted, ChangeClass::removed)};
  report.changes.push_back({RelPath::parse("tools/b.sh"), RelPath::parse("tools/a.sh"), ChangeKind::renamed,
                            ChangeClass::updated});
  report.conflicts = {{RelPath::parse("prompts/review.md"),
                       ConflictKind::content,
                       {{3, 5}, {20, 1}},
                       Version{oid('a'), Mode::file},
                       Version{oid('b'), Mode::file},
                       Version{oid('c'), Mode::executable},
                       std::nullopt,
                       UpstreamChange{oid('2'), "Eve \x1b[31m", noon},
                       ""},
                      {RelPath::parse("it's.bin"),
                       ConflictKind::binary,
                       {},
                       std::nullopt,
                       std::nullopt,
                       std::nullopt,
                       std::nullopt,
                       std::nullopt,
                       "a note"}};
  report.decisions = {"kept yours in 'a.md' (1 hunk, --mine)"};
  report.commits = {{oid('2'), "Eve \x1b[31m", "eve@example.com", "subject\r\nsecond", noon}};
  report.commits_complete = false;
  report.snapshot = "01SNAPSHOT";
  report.operation = "01OPERATION";
  report.submodules = {"vendor/lib"};
  report.warnings = {"a warning"};
  return report;
}

StatusReport status_report() {
  StatusReport report;
  report.url = "https://example.com/library.git";
  report.follow = BranchName("main");
  report.path = ".ddx";
  report.current = UpstreamPoint{oid('1'), "main@1111111111", noon};
  report.upstream = UpstreamPoint{oid('2'), "main@2222222222", noon};
  report.behind = 3;
  report.fetched_at = noon;
  report.upstream_problem =
      Error(ErrorCode::network, "cannot reach 'example.com'", {{Recovery::check_network, "example.com"}});
  report.resources = {{RelPath::parse("a.md"), ResourceState::in_sync, "main@1111111111"},
                      {RelPath::parse("b.md"), ResourceState::customized, "main@1111111111"},
                      {RelPath::parse("c.md"), ResourceState::behind, "main@1111111111"},
                      {RelPath::parse("d.md"), ResourceState::both, "main@1111111111"},
                      {RelPath::parse("e.md"), ResourceState::conflict, "main@1111111111"},
                      {RelPath::parse("f.md"), ResourceState::local_only, ""},
                      {RelPath::parse("g.md"), ResourceState::deleted_here, "main@1111111111"},
                      {RelPath::parse("h.md"), ResourceState::stale, "main@1111111111"}};
  report.open_operation = "01OPEN";
  report.open_conflicts = {RelPath::parse("e.md")};
  report.decided_conflicts = {RelPath::parse("i.md"), RelPath::parse("j.md")};
  report.pending_recovery = {"01PENDING"};
  report.warnings = {"a warning"};
  return report;
}

DiffReport diff_report() {
  DiffReport report{"base", "here", {}};
  DiffFile edited{.path = RelPath::parse("with space.md"),
                  .old_path = std::nullopt,
                  .before = Version{oid('a'), Mode::file},
                  .after = Version{oid('b'), Mode::file},
                  .added = 2,
                  .removed = 1,
                  .hunks = {}};
  edited.hunks.push_back(
      {1,
       2,
       1,
       3,
       "heading",
       {{' ', "one", false}, {'-', "two", true}, {'+', "zwei", false}, {'+', "drei", true}}});
  DiffFile added{.path = RelPath::parse("new.md"),
                 .old_path = std::nullopt,
                 .kind = ChangeKind::added,
                 .before = std::nullopt,
                 .after = Version{oid('c'), Mode::executable},
                 .added = 1,
                 .removed = 0,
                 .hunks = {}};
  added.hunks.push_back({0, 0, 1, 1, "", {{'+', "fresh", false}}});
  DiffFile removed{.path = RelPath::parse("gone.md"),
                   .old_path = std::nullopt,
                   .kind = ChangeKind::deleted,
                   .before = Version{oid('d'), Mode::file},
                   .after = std::nullopt,
                   .added = 0,
                   .removed = 1,
                   .hunks = {}};
  removed.hunks.push_back({1, 1, 0, 0, "", {{'-', "old", false}}});
  const DiffFile renamed{.path = RelPath::parse("new name.md"),
                         .old_path = RelPath::parse("old.md"),
                         .kind = ChangeKind::renamed,
                         .before = Version{oid('e'), Mode::file},
                         .after = Version{oid('e'), Mode::executable},
                         .hunks = {}};
  const DiffFile picture{.path = RelPath::parse("p.png"),
                         .old_path = std::nullopt,
                         .before = Version{oid('a'), Mode::file},
                         .after = Version{oid('b'), Mode::file},
                         .binary = true,
                         .hunks = {}};
  report.files = {edited, added, removed, renamed, picture};
  return report;
}

RollbackReport rollback_report() {
  RollbackReport report;
  report.result = RollbackResult::conflicts;
  report.undone = {"01OPERATION"};
  report.from = "main@2";
  report.to = "main@1";
  report.differing = {RelPath::parse(".ddx/a.md")};
  report.changes = {change("prompts/plan.md", ChangeKind::modified, ChangeClass::updated)};
  report.conflicts = pull_report().conflicts;
  report.snapshot = "01SNAPSHOT";
  report.operation = "01ROLLBACK";
  report.commit = oid('9');
  report.warnings = {"a warning"};
  return report;
}

std::vector<OperationSummary> operations() {
  return {{"01B", "pull", noon, "main@1 → main@2, 12 files", "01SNAPSHOT", 12, true, "its record is gone"},
          {"01A", "init", noon - seconds(60), "main@1, 3 files", "", 3, false, ""}};
}

HistoryReport history_report() {
  AuditEntry pull;
  pull.number = 3;
  pull.time = noon;
  pull.user = "ada";
  pull.machine = "workbench";
  pull.command = "ddx pull --mine=/prompts/plan.md";
  pull.author = "Eve \x1b[31m";
  pull.email = "eve@example.com";
  pull.operation = "01B";
  pull.kind = "pull";
  pull.summary = "main@1 → main@2, 3 files";
  pull.from = SyncedVersion{oid('1'), "main@1"};
  pull.to = SyncedVersion{oid('2'), "main@2"};
  pull.files = {{RelPath::parse(".ddx/new.md"), ChangeKind::added},
                {RelPath::parse(".ddx/prompts/plan.md"), ChangeKind::modified},
                {RelPath::parse(".ddx/prompts/review.md"), ChangeKind::modified}};
  pull.decisions = {"kept yours in 'prompts/plan.md' (1 hunk, --mine)"};
  pull.duration = std::chrono::milliseconds(1200);
  AuditEntry failed;
  failed.number = 1;
  failed.time = noon - seconds(60);
  failed.user = "ada";
  failed.machine = "workbench";
  failed.command = "ddx init ../library";
  failed.operation = "01A";
  failed.kind = "init";
  failed.summary = "put back: a file changed meanwhile";
  failed.result = AuditResult::undone;
  return {{{pull, ""}, {{}, "it is not an entry"}, {failed, ""}}};
}

}  // namespace ddx::test
