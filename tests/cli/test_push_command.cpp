#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "cli/hosted.hpp"
#include "support/fake_github.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using nlohmann::json;
using test::contains;
using test::Contributor;
using test::Hosted;
using test::HostedModel;

TEST_CASE("a push says what it sent, and a dry run what it would send", "[cli][push]") {
  Contributor place;
  place.start();
  const auto plan = place.ddx({"push", "--dry-run", "-m", "Ask nicely"});
  CHECK(plan.exit == 0);
  CHECK(contains(plan.out, "Would make branch ddx/ada/ask-nicely with 2 files, for main\n"));
  CHECK(contains(plan.out, "+three, please\n"));
  CHECK(contains(plan.out, "Nothing was sent: this was a dry run.\n"));
  const auto sent = place.ddx({"push", "-m", "Ask nicely"});
  CHECK(sent.exit == 0);
  CHECK(contains(sent.out, "Pushed branch ddx/ada/ask-nicely with 2 files, for main\n"));
  CHECK(contains(sent.out, "  M  prompts/review.md\n  A  tools/new.sh\n"));
  CHECK(place.library.git({"log", "-1", "--format=%s", "ddx/ada/ask-nicely"}) == "Ask nicely");
  CHECK(contains(place.ddx({"push", "--status"}).out, "Ask nicely\n  open\n"));
}

TEST_CASE("every answer of a push is the one object of its schema", "[cli][push][json]") {
  if (!test::can_validate()) SKIP("python3-jsonschema is not here");
  Contributor place;
  place.start();
  CHECK(place.run_json({"push", "--dry-run"}, "push").at("result") == "planned");
  CHECK(
      place.run_json({"push", "--patch", "-"}, "push").at("mailbox").get<std::string>().starts_with("From "));
  CHECK(place.run_json({"push", "-m", "Ask nicely"}, "push").at("result") == "pushed");
  CHECK(place.run_json({"push"}, "push").at("result") == "unchanged");
  const json states = place.run_json({"push", "--status"}, "contributions");
  CHECK(states.at("contributions").at(0).at("branch") == "ddx/ada/ask-nicely");
  place.project.write(".ddx/tools/key.sh", "TOKEN=ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8\n");
  const json stopped = place.run_json({"push"}, "push");
  CHECK(stopped.at("result") == "checks-failed");
  CHECK(stopped.at("exit") == 6);
  CHECK(stopped.at("checks").at(0).at("rule") == "secret/github-pat");
  CHECK_FALSE(contains(stopped.dump(), "ghp_A1b2"));
  fs::remove(place.project.path() / ".ddx/tools/key.sh");
  place.library.write("prompts/review.md", "one\ntwo\ntrois\n");
  place.library.commit("in French");
  const json conflict = place.run_json({"push"}, "push");
  CHECK(conflict.at("result") == "conflicts");
  CHECK(conflict.at("exit") == 3);
  CHECK(conflict.at("conflicts").at(0).at("path") == "prompts/review.md");
}

TEST_CASE("a finding of the checks names file, line, rule and the way out, and no secret", "[cli][push]") {
  Contributor place;
  place.start();
  place.project.write(".ddx/tools/key.sh", "exit 0\nTOKEN=ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8\n");
  const auto stopped = place.ddx({"push", "-m", "Key"});
  CHECK(stopped.exit == 6);
  CHECK(contains(stopped.out, "nothing was sent"));
  CHECK(contains(stopped.out, "tools/key.sh:2: error: "));
  CHECK(contains(stopped.out, "[secret/github-pat]"));
  CHECK(contains(stopped.out, "--allow secret/github-pat:tools/key.sh"));
  CHECK_FALSE(contains(stopped.out + stopped.err, "ghp_A1b2"));
  CHECK(place.library.git({"branch", "--format=%(refname:short)"}) == "main");
  CHECK(place.ddx({"push", "-m", "Key", "--allow", "secret/github-pat:tools/key.sh"}).exit == 0);
}

TEST_CASE("a patch goes to a file or to standard output", "[cli][push]") {
  Contributor place;
  place.start();
  const auto printed = place.ddx({"push", "-m", "Ask nicely", "--patch", "-"});
  CHECK(printed.exit == 0);
  const auto written = place.ddx({"push", "-m", "Ask nicely", "--patch", "ask.mbox"});
  CHECK(written.exit == 0);
  CHECK(contains(written.out, "Wrote 2 files as a patch"));
  CHECK(place.project.read("ask.mbox") == printed.out);
  const auto bad = place.ddx({"push", "--patch", "no/such/folder"});
  CHECK(bad.exit == 8);
  place.library.git({"am", "-q", (place.project.path() / "ask.mbox").string()});
  CHECK(place.library.read("tools/new.sh") == "exit 1\n");
  CHECK(place.ddx({"push", "--offline"}).exit == 2);
}

TEST_CASE("on a terminal the plan is shown and asked about", "[cli][push]") {
  Contributor place;
  place.start();
  auto refused = place.ddx_on_a_terminal({"push", "-m", "Ask nicely"});
  refused.wait_for("Send it?");
  refused.send("n\r");
  CHECK(refused.wait() == 0);
  CHECK(contains(refused.shown(), "Would make branch ddx/ada/ask-nicely"));
  CHECK(contains(refused.shown(), "Nothing was sent"));
  CHECK(place.library.git({"branch", "--format=%(refname:short)"}) == "main");
  auto agreed = place.ddx_on_a_terminal({"push", "-m", "Ask nicely"});
  agreed.wait_for("Send it?");
  agreed.send("y\r");
  CHECK(agreed.wait() == 0);
  CHECK(contains(agreed.shown(), "Pushed branch"));
}

TEST_CASE("who may not push contributes by a fork, and upstream gets nothing", "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"mia"});
  const std::string refs = place.bare("team").git({"for-each-ref"});
  const auto planned = place.ddx({"push", "--dry-run", "-m", "Ask nicely"});
  CHECK(contains(planned.out, "By your fork " + place.server.http_url("/git/ada/library.git")));
  place.fake.with_model([](HostedModel& model) { CHECK(model.repositories.size() == 1); });
  const auto pushed = place.ddx({"push", "-m", "Ask nicely"});
  INFO(pushed.err);
  REQUIRE(pushed.exit == 0);
  CHECK(place.bare("team").git({"for-each-ref"}) == refs);
  CHECK(place.bare("ada").git({"log", "-1", "--format=%s", "ddx/ada/ask-nicely"}) == "Ask nicely");
  REQUIRE(place.requests().size() == 1);
  CHECK(place.requests()[0].head_repository == "ada/library");
  CHECK(place.requests()[0].upstream == "team/library");
  place.project.write(".ddx/tools/new.sh", "exit 2\n");
  CHECK(place.ddx({"push"}).exit == 0);
  CHECK(place.requests().size() == 1);
  CHECK(place.bare("ada").git({"show", "ddx/ada/ask-nicely:tools/new.sh"}) == "exit 2");
  const auto never = place.ddx({"push", "--fork", "never"});
  CHECK(never.exit == 4);
  CHECK(contains(never.err, "--fork auto"));
}

TEST_CASE("a request that was closed or merged is left alone, and a new one opened", "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"ada"});
  REQUIRE(place.ddx({"push", "-m", "Ask nicely"}).exit == 0);
  place.fake.with_model([](HostedModel& model) { model.requests[0].state = "closed"; });
  place.project.write(".ddx/tools/new.sh", "exit 2\n");
  const auto pushed = place.ddx({"push", "-m", "Ask again"});
  INFO(pushed.err);
  REQUIRE(pushed.exit == 0);
  CHECK(contains(pushed.out, "Opened pull request 2: "));
  CHECK(place.requests().size() == 2);
  CHECK(place.bare("team").git({"branch", "--format=%(refname:short)"}) ==
        "ddx/ada/ask-again\nddx/ada/ask-nicely\nmain");
}

TEST_CASE("a branch without its request is what the next push goes on with", "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"ada"});
  place.fake.with_model([](HostedModel& model) {
    model.answers_to["POST"] = {422,
                                R"({"message": "Validation Failed", "errors": [{"message": "not today"}]})"};
  });
  const auto half = place.ddx({"push", "-m", "Ask nicely", "--format", "json"});
  CHECK(half.exit == 6);
  CHECK(contains(half.out, "not today"));
  CHECK(contains(half.out, "\"branch-pushed\""));
  CHECK(place.requests().empty());
  place.fake.with_model([](HostedModel& model) { model.answers_to.clear(); });
  const auto whole = place.ddx({"push"});
  CHECK(whole.exit == 0);
  CHECK(contains(whole.out, "Opened pull request 1: "));
  CHECK(place.bare("team").git({"branch", "--format=%(refname:short)"}) == "ddx/ada/ask-nicely\nmain");
}

TEST_CASE("without a request the branch alone is pushed", "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"ada"});
  const auto pushed = place.ddx({"push", "-m", "Ask nicely", "--no-request"});
  CHECK(pushed.exit == 0);
  CHECK_FALSE(contains(pushed.out, "request"));
  CHECK(place.requests().empty());
}

TEST_CASE("without a login for the interface there is a link that opens the request", "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"mia"});
  place.environment.erase("DDX_TOKEN");
  const auto pushed = place.ddx({"push", "-m", "Ask nicely"});
  INFO(pushed.err);
  CHECK(pushed.exit == 0);
  CHECK(contains(pushed.out, "Open the pull request here: " +
                                 place.server.http_url("/git/team/library/compare/main...ddx")));
  CHECK(place.requests().empty());
}

TEST_CASE("who lost the records of a clone updates the request that is open", "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"ada"});
  CHECK(place.ddx({"push", "-m", "Ask nicely"}).exit == 0);
  fs::remove_all(place.project.path() / ".git/ddx");
  place.project.write(".ddx/prompts/review.md", "one\ntwo\nthree, if you please\n");
  const json again = place.run_json({"push", "-m", "Ask nicely"}, "push");
  CHECK(again.at("updates") == true);
  CHECK(again.at("branch") == "ddx/ada/ask-nicely");
  CHECK(again.at("request").at("number") == 1);
  CHECK(again.at("request").at("created") == false);
  CHECK(place.requests().size() == 1);
}

TEST_CASE("a contribution that was decided about is not gone on with after its record was lost",
          "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"mia"});
  REQUIRE(place.ddx({"push", "-m", "Ask nicely"}).exit == 0);
  fs::remove_all(place.project.path() / ".git/ddx");
  place.project.write(".ddx/tools/new.sh", "exit 2\n");
  const json found = place.run_json({"push", "-m", "Ask nicely", "--dry-run"}, "push");
  CHECK(found.at("updates") == true);
  CHECK(found.at("fork") == true);
  place.fake.with_model([](HostedModel& model) { model.requests[0].state = "closed"; });
  const json pushed = place.run_json({"push", "-m", "Ask nicely"}, "push");
  CHECK(pushed.at("updates") == false);
  CHECK(pushed.at("branch") == "ddx/ada/ask-nicely-2");
  CHECK(pushed.at("request").at("number") == 2);
}

TEST_CASE(
    "a contribution that was reworded in review and squashed under another name landed by the platform's "
    "word",
    "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"ada"});
  REQUIRE(place.ddx({"push", "-m", "Ask nicely"}).exit == 0);
  const auto upstream = place.maintainer();
  upstream.git({"merge", "-q", "--squash", "origin/ddx/ada/ask-nicely"});
  upstream.write("prompts/review.md", "one\ntwo\nThree, if you please\n");
  upstream.git({"commit", "-qam", "Nicer (#1)"});
  upstream.git({"push", "-q", "origin", "HEAD:main"});
  SECTION("merged") {
    place.fake.with_model([](HostedModel& model) { model.requests[0].state = "merged"; });
    const auto pulled = place.ddx({"pull"});
    CHECK(pulled.exit == 0);
    CHECK(contains(pulled.out, "Your contribution landed\n  Ask nicely\n"));
    CHECK(place.project.read(".ddx/prompts/review.md") == "one\ntwo\nThree, if you please\n");
    CHECK(contains(place.ddx({"status"}).out, "3 files in sync"));
  }
  SECTION("still open: somebody else changed the same lines") { CHECK(place.ddx({"pull"}).exit == 3); }
  SECTION("nobody can be asked") {
    place.environment["DDX_API_URL"] = "http://127.0.0.1:9/git/api/v3";
    CHECK(place.ddx({"pull"}).exit == 3);
  }
}

TEST_CASE("a push that was not let in leaves nothing behind that the next one stumbles over", "[cli][push]") {
  Contributor place;
  test::GitHttpServer server;
  const fs::path bare = server.repositories() / "library.git";
  place.library.git({"clone", "-q", "--bare", place.library.path().string(), bare.string()});
  test::run(bare, {"chmod", "-R", "a+rwX", "."}, place.environment);
  REQUIRE(place.ddx({"init", server.http_url("/git/library.git")}).exit == 0);
  place.project.write(".ddx/prompts/review.md", "one\ntwo\nthree, please\n");
  for (int round = 0; round < 2; ++round) CHECK(place.ddx({"push", "-m", "Ask nicely"}).exit == 4);
  CHECK(contains(place.ddx({"push", "--status"}).out, "No contribution is open"));
  test::TestRepo::existing(bare).git({"config", "http.receivepack", "true"});
  const auto pushed = place.ddx({"push", "-m", "Ask nicely"});
  INFO(pushed.err);
  CHECK(pushed.exit == 0);
  CHECK(contains(place.ddx({"push", "--status"}).out, "Ask nicely\n  open\n"));
}

TEST_CASE("a contribution can be forgotten, and its files make a new one", "[cli][push]") {
  Contributor place;
  place.start();
  REQUIRE(place.ddx({"push", "-m", "Ask nicely"}).exit == 0);
  place.library.git({"branch", "-D", "ddx/ada/ask-nicely"});
  place.project.write(".ddx/tools/new.sh", "exit 2\n");
  const auto gone = place.ddx({"push"});
  CHECK(gone.exit == 7);
  CHECK(contains(gone.err, "somebody deleted the branch 'ddx/ada/ask-nicely'"));
  CHECK(contains(gone.err, "ddx push --forget ddx/ada/ask-nicely\n"));
  CHECK(place.ddx({"push", "--forget", "ddx/ada/other"}).exit == 2);
  const auto forgotten = place.ddx({"push", "--forget", "ddx/ada/ask-nicely"});
  CHECK(forgotten.exit == 0);
  CHECK(contains(forgotten.out, "Forgot the contribution 'Ask nicely'\n"));
  CHECK(place.ddx({"push", "-m", "Ask again"}).exit == 0);
  CHECK(contains(place.ddx({"push", "--status"}).out, "Ask again\n"));
}

TEST_CASE("a patch is not written over a file that holds something else", "[cli][push]") {
  Contributor place;
  place.start();
  const auto refused = place.ddx({"push", "--patch", ".ddx/prompts/review.md"});
  CHECK(refused.exit == 2);
  CHECK(contains(refused.err, "did you mean 'ddx push --patch - .ddx/prompts/review.md'?"));
  CHECK(place.project.read(".ddx/prompts/review.md") == "one\ntwo\nthree, please\n");
  CHECK(place.ddx({"push", "--patch", "mine.mbox"}).exit == 0);
  CHECK(place.project.read("mine.mbox").starts_with("From "));
  CHECK(place.ddx({"push", "--patch", "mine.mbox"}).exit == 0);
  CHECK(place.ddx({"push", "--patch", "/dev/null"}).exit == 0);
}

TEST_CASE("a patch needs nobody who may push", "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"mia"});
  place.environment["DDX_API_URL"] = "http://127.0.0.1:9/git/api/v3";
  const auto patch = place.ddx({"push", "--patch", "-", "--fork", "never"});
  CHECK(patch.exit == 0);
  CHECK(patch.out.starts_with("From "));
}

TEST_CASE("a request of another upstream is not asked for by its number", "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"ada"});
  REQUIRE(place.ddx({"push", "-m", "Ask nicely"}).exit == 0);
  const std::size_t asked = place.fake.log().size();
  place.project.write(
      ".ddx.yml", "version: 1\nrepository: {url: '" + place.server.http_url("/git/ada/library.git") + "'}\n");
  CHECK(place.ddx({"push", "--status"}).exit == 0);
  const auto log = place.fake.log();
  CHECK(std::none_of(log.begin() + static_cast<std::ptrdiff_t>(asked), log.end(),
                     [](const std::string& line) { return contains(line, "/pulls/1"); }));
}

TEST_CASE("a platform that cannot be asked is told by the status, with what is known", "[cli][push]") {
  Hosted<test::FakeGitHub> place("github", {"ada"});
  REQUIRE(place.ddx({"push", "-m", "Ask nicely"}).exit == 0);
  place.environment["DDX_API_URL"] = "http://127.0.0.1:9/git/api/v3";
  const auto status = place.ddx({"push", "--status"});
  CHECK(status.exit == 5);
  CHECK(contains(status.out, "Ask nicely\n"));
  CHECK(contains(status.out, "The platform could not be asked: cannot connect to '127.0.0.1:9'"));
  CHECK(contains(status.out, " [DDX-5001]\nhint: "));
  const json object = place.run_json({"push", "--status"}, "contributions");
  CHECK(object.at("contributions").at(0).at("problem").at("code") == "DDX-5001");
  place.environment["DDX_API_URL"] = place.fake.url() + "/git/api/v3";
  place.environment["DDX_TOKEN"] = "bad";
  CHECK(place.ddx({"push", "--status"}).exit == 4);
  place.environment.erase("DDX_TOKEN");
  CHECK(place.ddx({"push", "--status", "--offline"}).exit == 0);
}

TEST_CASE("a kept history is listed commit by commit, and is a series of mails", "[cli][push][json]") {
  if (!test::can_validate()) SKIP("python3-jsonschema is not here");
  Contributor place;
  place.start();
  place.project.git({"add", ".ddx/prompts"});
  place.project.git({"commit", "-qm", "Ask nicely", "--author", "Bob <bob@example.com>"});
  const auto plan = place.ddx({"push", "--keep-history", "-m", "Add a tool", "--dry-run"});
  CHECK(contains(plan.out, "Commits, on "));
  CHECK(contains(plan.out, "  Bob  Ask nicely\n"));
  CHECK(contains(plan.out, "  Ada Author  Add a tool\n"));
  const json mails = place.run_json({"push", "--keep-history", "-m", "Add a tool", "--patch", "-"}, "push");
  CHECK(contains(mails.at("mailbox").get<std::string>(), "Subject: [PATCH 1/2] Ask nicely\n"));
  CHECK(contains(mails.at("mailbox").get<std::string>(), "Subject: [PATCH 2/2] Add a tool\n"));
  const json sent = place.run_json({"push", "--keep-history", "-m", "Add a tool"}, "push");
  CHECK(sent.at("commits").size() == 2);
  CHECK(sent.at("commits").at(0).at("author") == "Bob");
  CHECK(sent.at("branch") == "ddx/ada/add-a-tool");
}

TEST_CASE("on a terminal it can be chosen what is sent", "[cli][push][pty]") {
  Contributor place;
  place.library.write("prompts/long.md", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
  place.library.commit("long");
  place.start();
  place.project.write(".ddx/prompts/long.md", "one\n2\n3\n4\n5\n6\n7\n8\n9\nten\n");
  test::Pty terminal = place.ddx_on_a_terminal({"push", "--interactive", "-m", "Words"});
  terminal.wait_for("Send file 1 of 3 of 'prompts/long.md'? [y,n,s,a,q,?]");
  terminal.send("?");
  terminal.wait_for("s  choose hunk by hunk");
  terminal.send("s");
  terminal.wait_for("Send hunk 1 of 2 of 'prompts/long.md'? [y,n,a,d,q,?]");
  terminal.send("y");
  terminal.wait_for("Send hunk 2 of 2 ");
  terminal.send("n");
  terminal.wait_for("Send file 2 of 3 of 'prompts/review.md'? [y,n,a,q,?]");
  terminal.send("n");
  terminal.wait_for("Send file 3 of 3 of 'tools/new.sh'");
  terminal.send("q");
  terminal.wait_for("Send it? [Y/n]");
  terminal.send("y\n");
  CHECK(terminal.wait() == 0);
  CHECK(place.library.git({"diff", "--name-only", "main", "ddx/ada/words"}) == "prompts/long.md");
  CHECK(place.library.git({"show", "ddx/ada/words:prompts/long.md"}) == "one\n2\n3\n4\n5\n6\n7\n8\n9\n10");
  CHECK(place.project.read(".ddx/prompts/long.md") == "one\n2\n3\n4\n5\n6\n7\n8\n9\nten\n");
}

TEST_CASE("without a terminal nobody can choose what is sent", "[cli][push]") {
  Contributor place;
  place.start();
  const auto refused = place.ddx({"push", "--interactive"});
  CHECK(refused.exit == 2);
  CHECK(contains(refused.err, "nobody is at a terminal"));
  CHECK(contains(refused.err, "ddx help push"));
  CHECK(place.library.git({"branch", "--format=%(refname:short)"}) == "main");
  CHECK(place.ddx({"push", "--interactive", "--keep-history"}).exit == 2);
}

TEST_CASE("a damaged record of contributions stops a push until doctor set it aside", "[cli][push][doctor]") {
  Contributor place;
  place.start();
  REQUIRE(place.ddx({"push", "-m", "Ask nicely"}).exit == 0);
  place.project.write(".git/ddx/contributions/root.json", "{");
  place.project.write(".ddx/tools/new.sh", "exit 2\n");
  const auto stopped = place.ddx({"push", "-m", "Ask nicely"});
  CHECK(stopped.exit == 10);
  CHECK(contains(stopped.err, "ddx doctor"));
  const auto named = place.ddx({"doctor"});
  CHECK(named.exit == 1);
  CHECK(contains(named.out, "problem contributions "));
  CHECK(contains(named.out, "set 'root.json' aside with 'ddx doctor --fix'"));
  CHECK(contains(place.ddx({"doctor", "--fix"}).out, "mended  contributions "));
  const json again = place.run_json({"push", "-m", "Ask nicely"}, "push");
  CHECK(again.at("updates") == true);
  CHECK(again.at("branch") == "ddx/ada/ask-nicely");
}
