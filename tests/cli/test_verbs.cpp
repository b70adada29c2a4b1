#include <catch2/catch_test_macros.hpp>

#include "cli/place.hpp"
#include "cli/schema.hpp"
#include "support/contains.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::can_validate;
using test::contains;
using test::Place;
using test::violations;

TEST_CASE("from init to rollback: exit codes and what is on disk", "[cli][verbs]") {
  Place place;
  CHECK(place.ddx({"status"}).exit == 2);
  CHECK(place.ddx({"init", "../library"}).exit == 0);
  CHECK(place.project.read(".ddx/prompts/review.md") == "one\ntwo\nthree\n");
  CHECK(place.ddx({"init", "../library"}).exit == 2);
  CHECK(place.ddx({"pull"}).out.starts_with("Already up to date with main@"));
  CHECK(place.ddx({"diff", "--exit-code"}).exit == 0);
  place.make_conflict();
  CHECK(place.ddx({"diff", "--exit-code"}).exit == 1);
  CHECK(place.ddx({"status", "--short"}).out == " M prompts/new.md\nMM prompts/review.md\n");
  CHECK(place.ddx({"pull"}).exit == 3);
  CHECK(place.ddx({"pull"}).exit == 3);
  CHECK(place.ddx({"pull", "--continue"}).exit == 3);
  CHECK(place.ddx({"pull", "--continue", "--theirs=/prompts/review.md"})
            .out.starts_with("Ended the pull of main@"));
  CHECK(place.project.read(".ddx/prompts/review.md") == "one\ndeux\nthree\n");
  CHECK(place.ddx({"pull", "--abort"}).exit == 2);
  CHECK(place.ddx({"rollback"}).exit == 0);
  CHECK(place.ddx({"rollback", "--to", "nowhere"}).exit == 2);
}

TEST_CASE("pull --abort gives the edit back", "[cli][verbs]") {
  Place place;
  place.ddx({"init", "../library"});
  place.make_conflict();
  const auto before = test::tree_on_disk(place.project.path());
  CHECK(place.ddx({"pull"}).exit == 3);
  CHECK(place.ddx({"pull", "--abort"}).exit == 0);
  CHECK(test::tree_on_disk(place.project.path()) == before);
}

TEST_CASE("a rollback that meets a later edit changes nothing, and the way it names works", "[cli][verbs]") {
  Place place;
  place.ddx({"init", "../library"});
  place.library.write("prompts/review.md", "one\ndeux\nthree\n");
  place.library.commit("in French");
  place.ddx({"pull"});
  place.project.write(".ddx/prompts/review.md", "one\nzwei\nthree\n");
  const auto refused = place.ddx({"rollback"});
  CHECK(refused.exit == 3);
  CHECK(place.project.read(".ddx/prompts/review.md") == "one\nzwei\nthree\n");
  const auto way = refused.out.find("--to snap-");
  REQUIRE(way != std::string::npos);
  const std::string snapshot = refused.out.substr(way + 5, refused.out.find('\n', way) - way - 5);
  CHECK(place.ddx({"rollback", "--to", snapshot}).exit == 0);
  CHECK(place.project.read(".ddx/prompts/review.md") == "one\ntwo\nthree\n");
}

TEST_CASE("a dry run prints the run's text and exits like it, and changes no file", "[cli][verbs]") {
  Place place;
  place.ddx({"init", "../library"});
  place.make_conflict();
  const auto before = test::tree_on_disk(place.project.path());
  const auto planned = place.ddx({"pull", "--preview"});
  CHECK(planned.exit == 3);
  CHECK(test::tree_on_disk(place.project.path()) == before);
  const auto done = place.ddx({"update"});
  CHECK(done.exit == 3);
  const auto body = [](const std::string& page) {
    const auto first = page.find('\n');
    return page.substr(first, page.rfind('\n', page.size() - 2) - first);
  };
  CHECK(body(planned.out) == body(done.out));
}

TEST_CASE("an upstream that is gone is no reason to say up to date", "[cli][verbs]") {
  Place place;
  place.ddx({"init", "../library"});
  fs::remove_all(place.library.path());
  const auto asked = place.ddx({"status"});
  CHECK(asked.exit == 6);
  CHECK(contains(asked.out, "Upstream could not be asked: "));
  CHECK(place.ddx({"status", "--offline"}).exit == 0);
  CHECK(place.ddx({"pull"}).exit == 6);
}

TEST_CASE("option -C runs in another folder, and paths are relative to it", "[cli][verbs]") {
  Place place;
  const std::string folder = place.project.path().string();
  const auto elsewhere = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {DDX_PROGRAM, "-C", folder});
    return test::run(place.folder, arguments, place.environment);
  };
  CHECK(elsewhere({"init", "../library"}).exit == 0);
  place.project.write(".ddx/prompts/review.md", "mine\n");
  CHECK(elsewhere({"diff", "--name-only", ".ddx/prompts"}).out == "prompts/review.md\n");
  CHECK(elsewhere({"diff", "--name-only", "--", "tools"}).out == "");
}

TEST_CASE("option --log-file gets a log, and nothing of it is shown", "[cli][verbs]") {
  Place place;
  place.ddx({"init", "../library"});
  const auto result = place.ddx({"pull", "--log-file", "../log"});
  CHECK(result.err == "");
  CHECK(fs::exists(place.folder.path() / "log"));
  CHECK(place.ddx({"pull", "--log-file", "../nowhere/log"}).exit == 0);
  CHECK(place.ddx({"pull", "--log-file", "/proc/log"}).exit == 2);
}

TEST_CASE("every verb's real JSON is one object as its schema says", "[cli][verbs][json]") {
  Place place;
  if (!can_validate()) SKIP("python3-jsonschema is not installed");
  const auto check = [&](const std::string& schema, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "--format=json");
    CHECK(violations(schema, place.ddx(arguments).out) == "");
  };
  check("error", {"status"});
  check("error", {"frobnicate"});
  check("init", {"init", "../library", "--dry-run"});
  check("init", {"init", "../library"});
  check("pull", {"pull"});
  place.make_conflict();
  check("status", {"status"});
  check("diff", {"diff"});
  check("diff", {"diff", "--incoming"});
  check("pull", {"pull", "--dry-run"});
  check("pull", {"pull"});
  check("status", {"status"});
  check("abort", {"pull", "--abort"});
  check("pull", {"pull", "--mine"});
  check("rollback-list", {"rollback", "--list"});
  check("rollback", {"rollback", "--dry-run"});
  check("rollback", {"rollback"});
  check("history", {"history"});
  check("history-verify", {"log", "--verify"});
  check("version", {"version"});
  check("help", {"help", "pull"});
  check("completion", {"completion", "zsh"});
}

TEST_CASE("the wizard asks for what it needs, shows what comes, and connects", "[cli][verbs][pty]") {
  Place place;
  auto terminal = place.ddx_on_a_terminal({"init"});
  terminal.wait_for("URL of the upstream [https://github.com/DocumentDrivenDX/ddx-library.git]: ");
  terminal.send("../nowhere\n");
  terminal.wait_for("Branch, empty for its default branch: ");
  terminal.send("\n");
  terminal.wait_for("Choice [1]: ");
  terminal.send("theirs\n");
  terminal.wait_for("Choice [1]: ");
  terminal.send("take\n");
  terminal.wait_for("error:");
  terminal.wait_for("URL of the upstream [../nowhere]: ");
  terminal.send("../library\n");
  terminal.wait_for("Branch, empty for its default branch: ");
  terminal.send("main\n");
  terminal.wait_for("prompts/review.md");
  terminal.wait_for("Connect the project? [Y/n] ");
  CHECK_FALSE(place.project.exists(".ddx"));
  terminal.send("y\n");
  CHECK(terminal.wait() == 0);
  CHECK(contains(place.project.read(".ddx.yml"), "theirs"));
  CHECK(place.project.exists(".ddx/prompts/review.md"));
}

TEST_CASE("a no in the wizard changes nothing", "[cli][verbs][pty]") {
  Place place;
  auto terminal = place.ddx_on_a_terminal({"init", "--conflict", "mine", "--branch", "main"});
  terminal.wait_for("URL of the upstream");
  terminal.send("../library\n");
  terminal.wait_for("Connect the project? [Y/n] ");
  terminal.send("n\n");
  CHECK(terminal.wait() == 0);
  CHECK(contains(terminal.shown(), "nothing was changed"));
  CHECK_FALSE(place.project.exists(".ddx.yml"));
}

TEST_CASE("a second init on a terminal offers to reconfigure, to repair or to leave", "[cli][verbs][pty]") {
  Place place;
  place.ddx({"init", "../library"});
  const auto before = test::tree_on_disk(place.project.path());
  auto leaving = place.ddx_on_a_terminal({"init"});
  leaving.wait_for("Choice [1]: ");
  leaving.send("\n");
  CHECK(leaving.wait() == 0);
  CHECK(test::tree_on_disk(place.project.path()) == before);
  fs::remove(place.project.path() / ".ddx.lock");
  place.project.git({"checkout", "-q", "--", "."});
  auto repairing = place.ddx_on_a_terminal({"init", "--repair"});
  CHECK(repairing.wait() == 0);
  CHECK(place.project.exists(".ddx.lock"));
}
