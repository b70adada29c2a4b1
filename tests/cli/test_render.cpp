#include "cli/render.hpp"

#include <catch2/catch_test_macros.hpp>

#include "cli/reports.hpp"
#include "cli/resolving.hpp"
#include "cli/wording.hpp"
#include "support/contains.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using test::contains;
using namespace ddx::cli;

namespace {

std::string text(const Page& page) { return page.text(Colors::no); }

Appearance unicode() {
  Appearance look;
  look.unicode = true;
  return look;
}

}  // namespace

TEST_CASE("a pull is reported whole", "[cli][render]") {
  CHECK(text(render::pull(test::pull_report(), unicode())) ==
        R"(Pulled main@1111111111 → main@2222222222, with 2 conflicts to resolve

Resources
  (top folder)  1 deleted
  prompts       1 added, 2 changed
  tools         1 renamed

Changes
  added     prompts/new.md
  modified  prompts/plan.md  (merged with your edit)
  modified  prompts/review.md  (conflict)
  deleted   top.md
  renamed   tools/a.sh → tools/b.sh

Conflicts
  prompts/review.md  lines 3-7, 20
    content: both sides changed the same lines
    changed upstream on 2027-01-15 by Eve ^[[31m in 2222222222
    ddx resolve --mine prompts/review.md, or --theirs, or --union
  it's.bin  no markers: take a side
    binary: both sides changed it, and it is no text
    a note
    ddx resolve --mine 'it'\''s.bin', or --theirs

To resolve
  decide one by one, on a terminal:                  ddx resolve
  take your side, or upstream's, in all of them:     ddx resolve --mine
                                                     ddx resolve --theirs
  or edit these files until no markers are left; then, to end the pull:
                                                     ddx pull --continue
  go back to the state before the pull:              ddx pull --abort

Decided
  kept yours in 'a.md' (1 hunk, --mine)

Upstream commits (1 or more)
  2222222222  2027-01-15  Eve ^[[31m  subject^M^Jsecond

Skipped submodules
  vendor/lib

The state before is snapshot 01SNAPSHOT.
)");
}

TEST_CASE("the end of an open pull is called that", "[cli][render]") {
  PullReport report;
  report.result = PullResult::updated;
  report.to.version = "main@2222222222";
  report.snapshot = "01S";
  CHECK(
      text(render::continued(report, {})) ==
      "Ended the pull of main@2222222222\n\nThe state before is snapshot 01S; 'ddx rollback' undoes this.\n");
}

TEST_CASE("a dry run reads like the run but for its first and last line", "[cli][render]") {
  PullReport planned = test::pull_report();
  planned.conflicts.clear();
  PullReport done = planned;
  planned.result = PullResult::planned;
  planned.snapshot = planned.operation = "";
  done.result = PullResult::updated;
  const auto body = [](const std::string& page) {
    const auto first = page.find('\n');
    return page.substr(first, page.rfind('\n', page.size() - 2) - first);
  };
  const std::string before = text(render::pull(planned, {})), after = text(render::pull(done, {}));
  CHECK(body(before) == body(after));
  CHECK(before.starts_with("Would pull main@1111111111 -> main@2222222222\n"));
  CHECK(before.ends_with("\nNothing was changed: this was a dry run.\n"));
  CHECK(after.starts_with("Pulled main@1111111111 -> main@2222222222\n"));
}

TEST_CASE("a side that cannot come is not offered", "[cli][resolving]") {
  Conflict conflict{
      RelPath::parse("a b"), ConflictKind::type, {}, {}, {}, Version{test::oid('1'), Mode::file}};
  CHECK(resolving_commands(conflict) == std::vector<std::string>{"ddx resolve --mine 'a b'"});
  conflict.here = Version{test::oid('2'), Mode::link};
  CHECK(resolving_commands(conflict) ==
        std::vector<std::string>{"ddx resolve --mine 'a b'", "ddx resolve --theirs 'a b'"});
}

TEST_CASE("a pull without news is one line", "[cli][render]") {
  PullReport report;
  report.to.version = "main@1111111111";
  CHECK(text(render::pull(report, {})) == "Already up to date with main@1111111111\n");
}

TEST_CASE("a long list is cut and says so, unless verbose", "[cli][render]") {
  PullReport report;
  report.result = PullResult::updated;
  for (int i = 0; i < 150; ++i)
    report.changes.push_back(
        {RelPath::parse("f" + std::to_string(i)), std::nullopt, ChangeKind::added, ChangeClass::fresh});
  Appearance verbose;
  verbose.verbose = true;
  CHECK(contains(text(render::pull(report, {})),
                 "  added     f39\n  ... and 110 more (--verbose lists all)\n"));
  CHECK_FALSE(contains(text(render::pull(report, {})), "f40"));
  CHECK(contains(text(render::pull(report, verbose)), "  added     f149\n"));
}

TEST_CASE("a path in a command to copy is one word for a shell and one file for a glob", "[cli][render]") {
  CHECK(shell_word(glob_for("a/b.md")) == "/a/b.md");
  CHECK(shell_word(glob_for("it's [1].md")) == R"('/it'\''s \[1\].md')");
}

TEST_CASE("an offline init says that nothing was pulled yet", "[cli][render]") {
  InitReport report{.workspace = {},
                    .url = "../library",
                    .follow = BranchName("main"),
                    .path = ".ddx",
                    .not_yet_pulled = true,
                    .pull = {}};
  CHECK(text(render::init(report, {})) ==
        "Connected '.ddx' to ../library (branch main)\n"
        "Nothing has been pulled yet: 'ddx pull' does it once you are online.\n");
}

TEST_CASE("an abort says which edits are in the snapshot only", "[cli][render]") {
  const AbortReport report{{RelPath::parse("a.md")}, "01S", "01O", {RelPath::parse("a.md")}};
  CHECK(text(render::abort(report, {})) ==
        "Aborted the pull: 1 file restored\n  a.md\n\nEdited since the pull; these edits are in the snapshot "
        "only\n  a.md\n\n"
        "The state before is snapshot 01S; 'ddx rollback --to 01S' restores it.\n");
}

TEST_CASE("a status groups files by what they need", "[cli][render]") {
  CHECK(text(render::status(test::status_report(), {})) ==
        R"(Upstream  https://example.com/library.git (branch main), in '.ddx'
Here      main@1111111111, 2027-01-15
Newest    main@2222222222, 2027-01-15, 3 commits behind (as of 2027-01-15 08:00 UTC)
Upstream could not be asked: cannot reach 'example.com' [DDX-5001]
hint: check the connection to 'example.com', proxy settings included

A pull is open, with 1 of 3 conflicts to resolve
  when they are resolved:  ddx pull --continue
  to go back:              ddx pull --abort

An operation was interrupted; the next command that changes something finishes or undoes it
  01PENDING

conflict  1 file (waits for you to resolve it)
  e.md

both  1 file (changed here and upstream; 'ddx pull' merges)
  d.md

customized  1 file (changed here)
  b.md

deleted here  1 file (deleted here, still there upstream)
  g.md

reverted or stale  1 file (equals an earlier version)
  h.md

behind  1 file (changed upstream; 'ddx pull' brings it)
  c.md

local only  1 file (upstream does not have it)
  f.md

1 file in sync
)");
}

TEST_CASE("many files of a group are shown by folder", "[cli][render]") {
  StatusReport report;
  for (int i = 0; i < 31; ++i)
    report.resources.push_back({RelPath::parse("p/f" + std::to_string(i)), ResourceState::behind, "v1"});
  CHECK(contains(text(render::status(report, {})), "\n  p/  31 files\n"));
}

TEST_CASE("a short status is one line for each file that is not in sync", "[cli][render]") {
  CHECK(text(render::short_status(test::status_report())) ==
        "M  b.md\n M c.md\nMM d.md\nUU e.md\n?? f.md\nD  g.md\nS  h.md\n");
}

TEST_CASE("a diff reads like git's", "[cli][render]") {
  const std::string a(40, 'a'), b(40, 'b'), c(40, 'c'), d(40, 'd'), none(40, '0');
  CHECK(text(render::diff(test::diff_report())) ==
        "diff --git a/with space.md b/with space.md\nindex " + a + ".." + b +
            " 100644\n--- a/with space.md\t\n+++ b/with space.md\t\n"
            "@@ -1,2 +1,3 @@ heading\n one\n-two\n\\ No newline at end of file\n+zwei\n+drei\n\\ No newline "
            "at end of file\n"
            "diff --git a/new.md b/new.md\nnew file mode 100755\nindex " +
            none + ".." + c +
            "\n--- /dev/null\n+++ b/new.md\n@@ -0,0 +1 @@\n+fresh\n"
            "diff --git a/gone.md b/gone.md\ndeleted file mode 100644\nindex " +
            d + ".." + none +
            "\n--- a/gone.md\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n"
            "diff --git a/old.md b/new name.md\nold mode 100644\nnew mode 100755\nrename from old.md\nrename "
            "to new name.md\n"
            "diff --git a/p.png b/p.png\nindex " +
            a + ".." + b + " 100644\nBinary files a/p.png and b/p.png differ\n");
}

TEST_CASE("git applies what diff prints", "[cli][render]") {
  const test::TempDir place;
  const test::TestRepo repo(place.path() / "r");
  repo.write("with space.md", "one\ntwo");
  repo.write("gone.md", "old\n");
  repo.write("old.md", "same\n");
  DiffReport report = test::diff_report();
  report.files.pop_back();  // without its bytes, no patch can make a binary file
  test::write_file(place.path() / "patch", text(render::diff(report)));
  repo.git({"apply", "../patch"});
  CHECK(test::tree_on_disk(repo.path()) ==
        std::map<std::string, std::string>{{"with space.md", "644 one\nzwei\ndrei"},
                                           {"new.md", "755 fresh\n"},
                                           {"new name.md", "755 same\n"}});
}

TEST_CASE("a diff is coloured line by line", "[cli][render]") {
  const std::string page = render::diff(test::diff_report()).text(Colors::yes);
  CHECK(contains(page, "\x1b[31m-two\x1b[m\n"));
  CHECK(contains(page, "\x1b[32m+zwei\x1b[m\n"));
  CHECK(contains(page, "\x1b[36m@@ -1,2 +1,3 @@\x1b[m heading\n"));
}

TEST_CASE("a diff's statistics fit the width", "[cli][render]") {
  CHECK(text(render::diff_stat(test::diff_report(), {})) ==
        " with space.md         |   3 ++-\n"
        " new.md                |   1 +\n"
        " gone.md               |   1 -\n"
        " old.md => new name.md |   0 \n"
        " p.png                 | Bin\n"
        " 5 files changed, 3 insertions(+), 2 deletions(-)\n");
  DiffReport report = test::diff_report();
  report.files.erase(report.files.begin() + 1, report.files.end());
  report.files[0].added = 5000;
  report.files[0].path = RelPath::parse("a/very/long/folder/name/that/does/not/fit/into/the/line/at/all.md");
  Appearance narrow;
  narrow.width = 40;
  const std::string page = text(render::diff_stat(report, narrow));
  const std::string line = page.substr(0, page.find('\n'));
  CHECK(columns_of(line) <= 40);
  CHECK(line.starts_with(" ..."));
  CHECK(line.find("/at/all.md | 5001 +") != std::string::npos);
  CHECK(line.ends_with("+-"));
}

TEST_CASE("names and their status are for scripts", "[cli][render]") {
  CHECK(text(render::diff_names(test::diff_report())) ==
        "with space.md\nnew.md\ngone.md\nnew name.md\np.png\n");
  CHECK(text(render::diff_name_status(test::diff_report())) ==
        "M\twith space.md\nA\tnew.md\nD\tgone.md\nR\told.md\tnew name.md\nM\tp.png\n");
}

TEST_CASE("a rollback says what it undid and how to undo that", "[cli][render]") {
  RollbackReport report = test::rollback_report();
  report.conflicts.clear();
  report.result = RollbackResult::rolled_back;
  CHECK(text(render::rollback(report, {})) ==
        "Undid operation 01OPERATION\n\nResources\n  prompts  1 changed\n\nChanges\n  modified  "
        "prompts/plan.md\n\n"
        "Committed as 9999999999.\nThe state before is snapshot 01SNAPSHOT; 'ddx rollback --to 01SNAPSHOT' "
        "restores it.\n");
  report.result = RollbackResult::planned;
  report.target = "01A";
  CHECK(text(render::rollback(report, {})).starts_with("Would restore the state of 01A\n"));
  CHECK(text(render::rollback({}, {})) == "Nothing to roll back\n");
}

TEST_CASE("a rollback that meets later edits says that nothing was changed, and the ways out",
          "[cli][render]") {
  CHECK(text(render::rollback(test::rollback_report(), {})) ==
        "Cannot undo operation 01OPERATION: the same lines were edited since in 2 files\n\n"
        "  prompts/review.md\n  it's.bin\n\nNothing was changed\n"
        "  undo it for other files:                ddx rollback -- PATH...\n"
        "  restore the state before it exactly:    ddx rollback --to snap-01OPERATION\n"
        "  (your later edits are then in the snapshot that this takes first)\n");
}

TEST_CASE("operations are listed with what a rollback needs", "[cli][render]") {
  CHECK(
      text(render::operations(test::operations(), {})) ==
      "01B  2027-01-15 08:00 UTC  pull      main@1 -> main@2, 12 files  (undone)  damaged: its record is "
      "gone\n"
      "01A  2027-01-15 07:59 UTC  init      main@1, 3 files\n\n"
      "'ddx rollback --to ID' restores the state after an operation, '--to snap-ID' the state before it.\n");
  CHECK(text(render::operations({}, {})) == "No operation has been recorded yet.\n");
}
