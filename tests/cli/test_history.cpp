#include <catch2/catch_test_macros.hpp>

#include "cli/place.hpp"
#include "cli/render.hpp"
#include "cli/reports.hpp"
#include "cli/when.hpp"
#include "cli/wording.hpp"
#include "support/contains.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::contains;
using namespace ddx::cli;
using test::Place;

namespace {

fs::path log_of(const Place& place) { return place.project.path() / ".git/ddx/audit.log"; }

/// The lines of a history that begin an entry, without their time.
std::string entries_of(const test::RunResult& result) {
  constexpr std::size_t time_length = 22;
  std::string text;
  for (std::size_t begin = 0, end = 0; (end = result.out.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    const std::string line = result.out.substr(begin, end - begin);
    if (!line.empty() && line.front() == '2')
      text += line.substr(time_length, line.find(':', time_length) - time_length) + "\n";
  }
  return text;
}

void init_and_pull(Place& place) {
  place.ddx({"init", "../library"});
  place.library.write("prompts/review.md", "two\n");
  place.library.write("new.md", "new\n");
  place.library.commit("second");
  place.ddx({"pull"});
}

std::string time_of(const std::string& text, OfDay day = OfDay::start) {
  using namespace std::chrono;
  const auto now = sys_seconds(sys_days(year(2026) / 1 / 31) + hours(12));
  const auto time = parse_when(text, now, day);
  return time ? minute(*time) : "no time";
}

}  // namespace

TEST_CASE("a history shows who did what and what came of it", "[cli][history]") {
  Appearance look;
  look.unicode = true;
  CHECK(render::history(test::history_report(), look).text(Colors::no) ==
        "2027-01-15 08:00 UTC  pull: main@1 → main@2, 3 files\n"
        "    id       01B\n"
        "    by       Eve ^[[31m <eve@example.com>, ada on workbench\n"
        "    command  ddx pull --mine=/prompts/plan.md\n"
        "    files    1 added, 2 modified\n"
        "    decided  kept yours in 'prompts/plan.md' (1 hunk, --mine)\n"
        "\n"
        "A line of the audit log is damaged: it is not an entry\n"
        "\n"
        "2027-01-15 07:59 UTC  init: put back: a file changed meanwhile\n"
        "    undone\n"
        "    id       01A\n"
        "    by       ada on workbench\n"
        "    command  ddx init ../library\n");
  look.verbose = true;
  CHECK(contains(render::history(test::history_report(), look).text(Colors::no),
                 "    files    1 added, 2 modified\n"
                 "             added     .ddx/new.md\n"
                 "             modified  .ddx/prompts/plan.md\n"));
  CHECK(render::history({}, look).text(Colors::no) == "No operation in the audit log.\n");
}

TEST_CASE("a check of the log says what was checked and what is wrong", "[cli][history]") {
  CHECK(render::verification({7, 3, {}}, {}).text(Colors::no) ==
        "The audit log is sound\nChecked 7 entries against 3 recorded operations.\n");
  CHECK(render::verification({1, 1, {{2, "it is not an entry"}, {0, "operation 01A is missing"}}}, {})
            .text(Colors::no) ==
        "The audit log is damaged\n"
        "  line 2: it is not an entry\n"
        "  operation 01A is missing\n"
        "Checked 1 sound entry against 1 recorded operation.\n");
}

TEST_CASE("history lists operations, newest first, and filters them", "[cli][history]") {
  Place place;
  CHECK(place.ddx({"history"}).exit == 2);
  init_and_pull(place);
  CHECK(entries_of(place.ddx({"history"})) == "pull\ninit\n");
  CHECK(entries_of(place.ddx({"log", "--operations", "--limit", "1"})) == "pull\n");
  CHECK(entries_of(place.ddx({"history", "new.md"})) == "pull\n");
  CHECK(entries_of(place.ddx({"history", "--", ".ddx/tools"})) == "init\n");
  CHECK(entries_of(place.ddx({"history", "--change", "A"})) == "pull\ninit\n");
  CHECK(entries_of(place.ddx({"history", "--change", "M,D"})) == "pull\n");
  CHECK(entries_of(place.ddx({"history", "--since", "1 hour ago", "--until", "0 seconds ago"})) ==
        "pull\ninit\n");
  CHECK(entries_of(place.ddx({"history", "--since", "2100-01-01"})) == "");
  CHECK(entries_of(place.ddx({"history", "--until", "2001-01-01"})) == "");
  CHECK(entries_of(place.ddx({"history", "--author", "nobody"})) == "");
  CHECK(entries_of(place.ddx({"history", "--grep", "2 FILES"})) == "pull\ninit\n");
  CHECK(contains(place.ddx({"history"}).out, "    command  ddx pull\n"));
  CHECK(place.ddx({"rollback"}).exit == 0);
  CHECK(place.ddx({"rollback", "--yes"}).exit == 0);
  CHECK(entries_of(place.ddx({"history"})) ==
        "rollback\nrollback\npull\ninit\n");  // no configuration is left
  CHECK(place.ddx({"history", "--verify"}).exit == 0);
}

TEST_CASE("history refuses what it does not understand", "[cli][history]") {
  Place place;
  place.ddx({"init", "../library"});
  const auto complaint = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "history");
    const auto result = place.ddx(arguments);
    CHECK(result.exit == 2);
    return result.err.substr(0, result.err.find('\n'));
  };
  CHECK(complaint({"--since", "recently"}) ==
        "ddx: error: 'recently' is no time for '--since': try 2026-01-31 or '2 weeks ago' [DDX-2001]");
  CHECK(complaint({"--change", "A,X"}) == "ddx: error: 'X' for '--change' is none of A, M, D [DDX-2001]");
  CHECK(complaint({"a", "--", "b"}) == "ddx: error: 'history' takes one path [DDX-2001]");
  CHECK(complaint({"../elsewhere"}) == "ddx: error: '../elsewhere' is outside the project [DDX-2009]");
  CHECK(place.ddx({"history", "--verify", "--limit", "1"}).exit == 2);
}

TEST_CASE("a damaged log is shown, exits with 10, and stops nothing", "[cli][history]") {
  Place place;
  init_and_pull(place);
  std::string log = test::read_file(log_of(place));
  log[log.find("\"kind\":\"init\"") + 9] = 'I';
  test::write_file(log_of(place), log);
  const auto history = place.ddx({"history"});
  CHECK(history.exit == 10);
  CHECK(
      contains(history.out, "A line of the audit log is damaged: it was changed: its hash does not match\n"));
  CHECK(entries_of(history) == "pull\n");
  CHECK(contains(history.err, "[DDX-1006]"));
  const auto verified = place.ddx({"history", "--verify"});
  CHECK(verified.exit == 10);
  CHECK(contains(verified.out, "  line 1: it was changed: its hash does not match\n"));
  const auto json = place.ddx({"--format", "json", "history", "--verify"});
  CHECK(json.exit == 10);
  CHECK(json.err == "");
  CHECK(contains(json.out, "\"line\": 1,"));
  CHECK(place.ddx({"rollback"}).exit == 0);
}

TEST_CASE("credentials of a URL get into no file of ddx and no output", "[cli][history]") {
  Place place;
  const std::string url = "https://user:hunter2@localhost:1/library.git";
  const auto refused = place.ddx({"init", url});
  CHECK(refused.exit == 5);  // nobody is there
  CHECK_FALSE(contains(refused.out + refused.err, "hunter2"));
  place.project.git({"config", "user.name", "Petra Project"});
  place.project.git({"config", "user.email", "petra@example.com"});
  CHECK(place.ddx({"init", "../library"}).exit == 0);
  place.library.write("new.md", "new\n");
  place.library.commit("second");
  CHECK(place.ddx({"pull", "--commit", "-m", "from " + url}).exit == 0);
  const auto history = place.ddx({"history"});
  CHECK(contains(history.out, "    command  ddx pull --commit -m 'from https://localhost:1/library.git'\n"));
  CHECK_FALSE(contains(history.out, "hunter2"));
  for (const auto& [path, bytes] : test::tree_on_disk(place.project.path() / ".git/ddx")) {
    INFO(path);
    CHECK_FALSE(contains(bytes, "hunter2"));
  }
}

TEST_CASE("a time is a day, a moment, or so long ago", "[cli][history]") {
  CHECK(time_of("2026-01-30") == "2026-01-30 00:00 UTC");
  CHECK(time_of("2026-01-30", OfDay::end) == "2026-01-30 23:59 UTC");
  CHECK(time_of("2026-01-30T10:20", OfDay::end) == "2026-01-30 10:20 UTC");
  CHECK(time_of("2026-01-30 10:20:30") == "2026-01-30 10:20 UTC");
  CHECK(time_of("2026-01-30T10:20:30Z") == "2026-01-30 10:20 UTC");
  CHECK(time_of("2026-01-30T00:20+01:30") == "2026-01-29 22:50 UTC");
  CHECK(time_of("2026-01-30T23:20-01:00") == "2026-01-31 00:20 UTC");
  CHECK(time_of("90 minutes ago") == "2026-01-31 10:30 UTC");
  CHECK(time_of("1 day ago") == "2026-01-30 12:00 UTC");
  CHECK(time_of("2 weeks ago") == "2026-01-17 12:00 UTC");
  for (const char* wrong : {"", "yesterday", "2026-02-30", "2026-1-1", "2026-01-30T25:00",
                            "2026-01-30T10:20x", "2026-01-30T10:20+1", "-1 days ago", "1  day ago", "day ago",
                            "3 moons ago", "2 weeks", "99999999999 days ago"})
    CHECK(time_of(wrong) == "no time");
}
