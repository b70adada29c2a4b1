#include "ddx/push.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;
using Result = PushResult;

namespace {

const std::string ten_lines = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

std::string with_line(int line, const std::string& text, std::string bytes = ten_lines) {
  std::size_t at = 0;
  for (int i = 1; i < line; ++i) at = bytes.find('\n', at) + 1;
  return bytes.replace(at, bytes.find('\n', at) - at, text);
}

/// A project whose upstream holds two texts, and what it sends there.
struct Scene {
  explicit Scene(Layout layout = Layout::plain) : world(layout) {
    world.start({{"prompts/a.md", ten_lines}, {"prompts/b.md", ten_lines}, {"tools/run.sh", "exit 0\n"}});
  }

  PushReport push(PushRequest request = {}) { return ddx::push(world.workspace(), request, world.host); }
  PushReport push(const std::string& message, std::vector<std::string> paths = {}) {
    PushRequest request;
    request.message = message;
    request.paths = std::move(paths);
    return push(request);
  }
  std::string at_upstream(const std::vector<std::string>& arguments) const {
    return world.upstream.git(arguments);
  }
  std::string show(const std::string& branch, const std::string& path) const {
    return at_upstream({"show", branch + ":" + path}) + "\n";
  }
  std::vector<ContributionState> contributions(const std::string& id = "") {
    return ddx::contributions(world.workspace(), {id}, world.host);
  }
  /// Upstream takes a branch as one new commit, as a platform's squash does.
  void squash(const std::string& branch, const std::string& message = "squashed") const {
    at_upstream({"merge", "-q", "--squash", branch});
    at_upstream({"commit", "-qm", message});
  }

  World world;
};

Lines sent(const PushReport& report) {
  Lines lines;
  for (const OutgoingChange& change : report.changes)
    lines.push_back(std::string(to_string(change.kind)) + " " + change.path.str() +
                    (change.merged ? " (merged)" : ""));
  return lines;
}

}  // namespace

TEST_CASE("customizations become one commit on upstream's newest commit", "[sync][push]") {
  for (const Layout layout : {Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects}) {
    Scene scene(layout);
    World& world = scene.world;
    world.write("prompts/a.md", with_line(2, "two"));
    world.write("prompts/new.md", "new\n");
    std::filesystem::remove(world.local("tools/run.sh"));
    const auto before = world.everything();
    const std::string git_before = world.git_state();

    const PushReport report = scene.push("Say it in words");

    CHECK(report.result == Result::pushed);
    CHECK(report.branch == "ddx/petra/say-it-in-words");
    CHECK(report.target == "main");
    CHECK(sent(report) == Lines{"modified prompts/a.md", "added prompts/new.md", "deleted tools/run.sh"});
    CHECK(scene.at_upstream({"rev-list", "--count", "main.." + report.branch}) == "1");
    CHECK(scene.at_upstream({"rev-parse", report.branch + "^"}) == scene.at_upstream({"rev-parse", "main"}));
    CHECK(scene.at_upstream({"rev-parse", report.branch}) == report.commits.front().id.str());
    const std::string root = layout == Layout::subtree ? "library/resources/" : "";
    CHECK(scene.at_upstream({"diff", "--name-status", "main", report.branch}) ==
          "M\t" + root + "prompts/a.md\nA\t" + root + "prompts/new.md\nD\t" + root + "tools/run.sh");
    CHECK(scene.show(report.branch, root + "prompts/a.md") == with_line(2, "two"));
    CHECK(scene.at_upstream({"show", "-s", "--format=%an <%ae>|%cn|%s", report.branch}) ==
          "Petra Project <petra@example.com>|Petra Project|Say it in words");
    CHECK(scene.at_upstream({"fsck", "--strict", "--no-dangling"}).empty());

    auto after = world.everything();
    for (const auto& [path, bytes] : before)
      if (!path.ends_with(".ddx.lock")) CHECK(after.at(path) == bytes);
    CHECK(after.size() == before.size());
    CHECK(world.git_state() == git_before);
  }
}

TEST_CASE("a contribution holds no trailer but its change id and nothing of ddx's own", "[sync][push]") {
  Scene scene;
  scene.world.move_upstream({{"prompts/b.md", with_line(1, "one")}});
  scene.world.pull();
  scene.world.commit_project();
  scene.world.write("prompts/a.md", with_line(2, "two"));
  const PushReport report = scene.push("Say it in words\n\nBecause words are better.");
  CHECK(scene.at_upstream({"show", "-s", "--format=%B", report.branch}) ==
        "Say it in words\n\nBecause words are better.\n\nDdx-Change-Id: " + report.change_id + "\n");
  CHECK(scene.at_upstream({"ls-tree", "-r", "--name-only", report.branch}) ==
        "prompts/a.md\nprompts/b.md\ntools/run.sh");
}

TEST_CASE("the same contribution is the same commit, in a dry run, a patch and a push", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  PushRequest request;
  request.message = "Say it in words";
  request.dry_run = DryRun::yes;
  const PushReport planned = scene.push(request);
  CHECK(planned.result == Result::planned);
  CHECK(scene.at_upstream({"branch", "--format=%(refname:short)"}) == "main");
  CHECK_FALSE(scene.world.read("../.ddx.lock").find("offered") != std::string::npos);
  request.dry_run = DryRun::no;
  request.as_patch = true;
  const PushReport patch = scene.push(request);
  CHECK(scene.at_upstream({"branch", "--format=%(refname:short)"}) == "main");
  request.as_patch = false;
  const PushReport pushed = scene.push(request);
  CHECK(planned.commits.front().id == pushed.commits.front().id);
  CHECK(patch.commits.front().id == pushed.commits.front().id);
  CHECK(planned.branch == pushed.branch);
}

TEST_CASE("git am makes of a patch what a push would have sent", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  scene.world.write("prompts/new.md", "no line end");
  std::filesystem::remove(scene.world.local("tools/run.sh"));
  PushRequest request;
  request.message = "Say it in words";
  request.as_patch = true;
  const PushReport report = scene.push(request);
  CHECK(report.result == Result::patch);
  write_file(scene.world.folder.path() / "patch", report.mailbox);
  scene.at_upstream({"am", "-q", (scene.world.folder.path() / "patch").string()});
  CHECK(scene.world.theirs() == scene.world.here());
  CHECK(scene.at_upstream({"log", "-1", "--format=%an %s"}) == "Petra Project Say it in words");
}

TEST_CASE("only the chosen resources are sent", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  scene.world.write("prompts/b.md", with_line(2, "zwei"));
  CHECK(sent(scene.push("a", {"prompts/a.md"})) == Lines{"modified prompts/a.md"});
  CHECK(sent(scene.push("b", {"prompts/b.md"})) == Lines{"modified prompts/b.md"});
  CHECK(scene.at_upstream({"branch", "--format=%(refname:short)"}) == "ddx/petra/a\nddx/petra/b\nmain");
}

TEST_CASE("a file beside the resources is said to be outside, not to be missing", "[sync][push]") {
  Scene scene;
  scene.world.write("../outside.txt", "mine\n");
  scene.world.host.host().current_directory = scene.world.root;
  const Error outside = failure_of([&] { scene.push("Words", {"outside.txt"}); });
  CHECK(outside.code() == ErrorCode::path_unknown);
  CHECK(std::string(outside.what()) == "'outside.txt' is outside the local tree '.ddx'");
  const Error missing = failure_of([&] { scene.push("Words", {"nothing.txt"}); });
  CHECK(std::string(missing.what()) == "neither upstream nor the local tree has 'nothing.txt'");
}

TEST_CASE("what upstream changed meanwhile is merged in first", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  scene.world.move_upstream({{"prompts/a.md", with_line(9, "nine")}, {"prompts/b.md", with_line(1, "one")}});
  const PushReport report = scene.push("Say it in words");
  CHECK(sent(report) == Lines{"modified prompts/a.md (merged)"});
  CHECK(scene.show(report.branch, "prompts/a.md") == with_line(9, "nine", with_line(2, "two")));
  CHECK(scene.at_upstream({"rev-parse", report.branch + "^"}) == scene.at_upstream({"rev-parse", "main"}));
  CHECK(scene.world.read("prompts/a.md") == with_line(2, "two"));
}

TEST_CASE("where upstream changed the same lines nothing is sent", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  scene.world.move_upstream({{"prompts/a.md", with_line(2, "deux")}});
  const auto before = scene.world.everything();
  const PushReport report = scene.push("Say it in words");
  CHECK(report.result == Result::conflicts);
  CHECK(lines(report.conflicts) == Lines{"content prompts/a.md"});
  CHECK(scene.at_upstream({"branch", "--format=%(refname:short)"}) == "main");
  CHECK(scene.world.everything() == before);
}

TEST_CASE("an open pull has to be ended before a push", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  scene.world.move_upstream({{"prompts/a.md", with_line(2, "deux")}});
  scene.world.pull();
  CHECK(failure_of([&] { scene.push("no"); }).code() == ErrorCode::operation_open);
}

TEST_CASE("without a name or an address of the user nothing is asked of the upstream", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  scene.world.repository.git({"config", "--unset", "user.email"});
  std::filesystem::rename(scene.world.upstream.path(), scene.world.folder.path() / "gone");
  CHECK(failure_of([&] { scene.push("no"); }).code() == ErrorCode::no_identity);
}

TEST_CASE("who contributes may be said by git's variables", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  scene.world.host.environment["GIT_AUTHOR_NAME"] = "Otto Other";
  scene.world.host.environment["GIT_AUTHOR_EMAIL"] = "otto@example.com";
  const PushReport report = scene.push("Words");
  CHECK(report.branch == "ddx/otto/words");
  CHECK(scene.at_upstream({"show", "-s", "--format=%an <%ae>", report.branch}) ==
        "Otto Other <otto@example.com>");
}

TEST_CASE("pushing again replaces the branch by what is customized now", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  const PushReport first = scene.push("Say it in words");
  const PushReport same = scene.push();
  CHECK(same.result == Result::unchanged);
  CHECK(same.commits.front().id == first.commits.front().id);
  scene.world.write("prompts/a.md", with_line(3, "three", with_line(2, "two")));
  scene.world.write("prompts/b.md", with_line(1, "one"));
  const PushReport second = scene.push("Say it in words, all of it");
  CHECK(second.result == Result::pushed);
  CHECK(second.updates);
  CHECK(second.branch == first.branch);
  CHECK(second.change_id == first.change_id);
  CHECK(scene.at_upstream({"rev-list", "--count", "main.." + second.branch}) == "1");
  CHECK(scene.at_upstream({"diff", "--name-only", "main", second.branch}) == "prompts/a.md\nprompts/b.md");
}

TEST_CASE("a push of one file keeps the others of the contribution that it goes on", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  scene.world.write("prompts/b.md", with_line(2, "zwei"));
  const PushReport first = scene.push("Words");
  scene.world.write("prompts/a.md", with_line(2, "TWO"));
  const PushReport second = scene.push("Words", {"prompts/a.md"});
  CHECK(second.branch == first.branch);
  CHECK(sent(second) == Lines{"modified prompts/a.md", "modified prompts/b.md"});
}

TEST_CASE("a branch that somebody moved or deleted stays as it is", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  const PushReport first = scene.push("Words");
  scene.world.write("prompts/a.md", with_line(3, "three"));
  SECTION("moved") {
    scene.at_upstream({"branch", "-f", first.branch, "main"});
    CHECK(failure_of([&] { scene.push(); }).code() == ErrorCode::branch_moved);
    CHECK(scene.at_upstream({"rev-parse", first.branch}) == scene.at_upstream({"rev-parse", "main"}));
  }
  SECTION("deleted") {
    scene.at_upstream({"branch", "-D", first.branch});
    const Error error = failure_of([&] { scene.push(); });
    CHECK(error.code() == ErrorCode::branch_moved);
    CHECK(suggests(error, Recovery::forget_contribution));
    CHECK(scene.at_upstream({"branch", "--format=%(refname:short)"}) == "main");
  }
  CHECK(scene.contributions().at(0).state == "open");
}

TEST_CASE("a name for a branch that is taken gets a number, a chosen one is refused", "[sync][push]") {
  Scene scene;
  scene.at_upstream({"branch", "ddx/petra/words", "main"});
  scene.world.write("prompts/a.md", with_line(2, "two"));
  PushRequest chosen;
  chosen.message = "Words";
  chosen.branch = "ddx/petra/words";
  CHECK(failure_of([&] { scene.push(chosen); }).code() == ErrorCode::branch_moved);
  CHECK(scene.contributions().empty());
  CHECK(scene.push("Words").branch == "ddx/petra/words-2");
}

TEST_CASE("after pushes of which nobody knows the end, each of them may be what the branch holds",
          "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  const PushReport first = scene.push("Words");
  const auto file = scene.world.repository.path() / ".git/ddx/contributions/root.json";
  const std::string unknown(40, 'a'), id = first.commits.back().id.str();
  const std::string text = read_file(file);
  const auto doubtful = [&](const std::string& before, const std::string& tried) {
    auto json = nlohmann::json::parse(text);
    auto& record = json.at("contributions").at(0);
    record["state"] = "sending";
    record["commit"] = unknown;
    record["before"] = before.empty() ? nlohmann::json(nullptr) : nlohmann::json(before);
    record["tried"] = nlohmann::json::array();
    if (!tried.empty()) record["tried"].push_back(tried);
    write_file(file, json.dump());
  };
  scene.world.write("prompts/a.md", with_line(2, "TWO"));
  SECTION("the last one that is known") { doubtful(id, ""); }
  SECTION("one that was tried then") { doubtful("", id); }
  CHECK(scene.push().result == Result::pushed);
  CHECK(scene.show(first.branch, "prompts/a.md") == with_line(2, "TWO"));
  CHECK(scene.contributions().at(0).state == "open");
}

TEST_CASE("a hook that declines is told in its words, and the next push tries again", "[sync][push]") {
  Scene scene;
  const auto hook = scene.world.upstream.path() / ".git/hooks/pre-receive";
  write_file(hook, "#!/bin/sh\necho no words here\nexit 1\n");
  std::filesystem::permissions(hook, std::filesystem::perms::owner_all);
  scene.world.write("prompts/a.md", with_line(2, "two"));
  const Error error = failure_of([&] { scene.push("Words"); });
  CHECK(error.code() == ErrorCode::push_refused);
  CHECK(scene.world.host.notes.back() == "no words here\n");
  CHECK(scene.contributions().empty());
  std::filesystem::remove(hook);
  CHECK(scene.push("Words").result == Result::pushed);
}

TEST_CASE("a secret in an added line stops a push, the same word in upstream's text does not",
          "[sync][push]") {
  Scene scene;
  const std::string key = std::string("token = \"ghp_") + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8\"";
  scene.world.move_upstream({{"prompts/b.md", with_line(5, key)}});
  scene.world.pull();
  scene.world.write("prompts/b.md", with_line(9, "nine", with_line(5, key)));
  CHECK(scene.push("Words").result == Result::pushed);
  scene.world.write("prompts/a.md", with_line(3, key));
  const PushReport report = scene.push("More words", {"prompts/a.md"});
  CHECK(report.result == Result::checks_failed);
  REQUIRE(report.checks.findings.size() == 1);
  CHECK(report.checks.findings.front().rule == "secret/github-pat");
  CHECK(report.checks.findings.front().line == 3);
  CHECK(report.checks.findings.front().excerpt.find("ghp_A1") == std::string::npos);
  CHECK(scene.at_upstream({"branch", "--format=%(refname:short)"}) == "ddx/petra/words\nmain");
  PushRequest allowed;
  allowed.message = "More words";
  allowed.paths = {"prompts/a.md"};
  allowed.allow = {report.checks.findings.front().allowance()};
  CHECK(scene.push(allowed).result == Result::pushed);
}

TEST_CASE("upstream's own rules hold for a contribution", "[sync][push]") {
  Scene scene;
  scene.world.upstream.write(".ddx-contribution.yml", "version: 1\nrequire_signoff: true\nnotes: Say why.\n");
  scene.world.upstream.commit("rules");
  scene.world.pull();
  scene.world.write("prompts/a.md", with_line(2, "two"));
  const PushReport refused = scene.push("Words");
  CHECK(refused.result == Result::checks_failed);
  CHECK(refused.notes == "Say why.");
  PushRequest signed_off;
  signed_off.message = "Words";
  signed_off.signoff = true;
  const PushReport report = scene.push(signed_off);
  CHECK(report.result == Result::pushed);
  CHECK(scene.at_upstream({"log", "-1", "--format=%(trailers:key=Signed-off-by,valueonly)", report.branch}) ==
        "Petra Project <petra@example.com>\n");
}

TEST_CASE("a symbolic link that a pull would refuse is not sent", "[sync][push]") {
  Scene scene;
  const auto link = [&](const char* to, const char* name) {
    std::filesystem::create_symlink(to, scene.world.local(name));
  };
  link("a.md", "prompts/first");
  CHECK(scene.push("Words").checks.passed());
  SECTION("to another link") {
    link("first", "prompts/second");
    const PushReport report = scene.push("Words");
    CHECK(report.result == Result::checks_failed);
    REQUIRE(report.checks.findings.size() == 1);
    CHECK(report.checks.findings.front().rule == "link");
    CHECK(report.checks.findings.front().path->str() == "prompts/second");
  }
  SECTION("that upstream's link points to") {
    std::filesystem::create_symlink("later", scene.world.upstream.path() / "prompts/theirs");
    scene.world.upstream.commit("a link to nothing yet");
    link("a.md", "prompts/later");
    const PushReport report = scene.push("Words");
    CHECK(report.result == Result::checks_failed);
    CHECK(report.checks.findings.front().path->str() == "prompts/theirs");
  }
  SECTION("behind whose name a file is elsewhere") {
    std::filesystem::create_directory(scene.world.local("prompts/FIRST"));
    scene.world.write("prompts/FIRST/new.md", "new\n");
    CHECK(scene.push("Words").result == Result::checks_failed);
  }
}

TEST_CASE("a link out of the followed folder is not sent, though it stays in upstream's tree",
          "[sync][push]") {
  Scene scene(Layout::subtree);
  std::filesystem::create_symlink("../../../README.md", scene.world.local("prompts/up"));
  const PushReport report = scene.push("Words");
  CHECK(report.result == Result::checks_failed);
  CHECK(report.checks.findings.front().rule == "link");
}

TEST_CASE("what git ignores is not sent", "[sync][push]") {
  Scene scene;
  scene.world.repository.write(".gitignore", "*.local\n");
  scene.world.write("prompts/mine.local", "secret\n");
  CHECK(scene.push("no").result == Result::nothing);
}

TEST_CASE("a change that upstream has by now is not sent, and its record is closed", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  const PushReport first = scene.push("Words");
  scene.squash(first.branch);
  const PushReport report = scene.push();
  CHECK(report.result == Result::nothing);
  CHECK(report.already_there.size() == 1);
  CHECK(scene.contributions().empty());
  CHECK(scene.contributions(first.change_id).at(0).state == "landed");
}

TEST_CASE("a contribution can be meant for another branch than the followed one", "[sync][push]") {
  Scene scene;
  scene.at_upstream({"checkout", "-qb", "next"});
  scene.world.move_upstream({{"prompts/b.md", with_line(1, "one")}});
  scene.at_upstream({"checkout", "-q", "main"});
  scene.world.write("prompts/a.md", with_line(2, "two"));
  PushRequest request;
  request.message = "Words";
  request.target = "next";
  const PushReport report = scene.push(request);
  CHECK(report.target == "next");
  CHECK(scene.at_upstream({"rev-parse", report.branch + "^"}) == scene.at_upstream({"rev-parse", "next"}));
  CHECK(scene.at_upstream({"diff", "--name-only", "next", report.branch}) == "prompts/a.md");
}

TEST_CASE("who says no sends nothing", "[sync][push]") {
  Scene scene;
  scene.world.write("prompts/a.md", with_line(2, "two"));
  PushRequest request;
  request.message = "Words";
  request.confirm = [](const PushReport& plan) { return plan.changes.size() != 1; };
  CHECK(scene.push(request).result == Result::declined);
  CHECK(scene.at_upstream({"branch", "--format=%(refname:short)"}) == "main");
}

TEST_CASE("a contribution is signed where git's settings want commits signed", "[sync][push]") {
  Scene scene;
  World& world = scene.world;
  world.host.environment["HOME"] = world.folder.path().string();
  world.host.host().variables = [&] { return world.host.environment; };
  const auto key = world.folder.path() / "key";
  run(world.folder.path(), {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "petra", "-f", key.string()},
      clean_environment(world.folder.path()));
  world.write("prompts/a.md", with_line(2, "two"));
  CHECK(scene.push("Words").result == Result::pushed);  // not signed yet
  for (const auto& [name, value] : {std::pair{"gpg.format", std::string("ssh")},
                                    {"user.signingKey", key.string()},
                                    {"commit.gpgSign", "true"}})
    world.repository.git({"config", name, value});
  const PushReport report = scene.push("Words");
  write_file(world.folder.path() / "allowed", "petra@example.com " + read_file(key.string() + ".pub"));
  scene.at_upstream({"-c", "gpg.ssh.allowedSignersFile=" + (world.folder.path() / "allowed").string(),
                     "verify-commit", report.branch});
  CHECK(scene.at_upstream({"show", "-s", "--format=%s|%an", report.branch}) == "Words|Petra Project");
  CHECK(scene.push().result == Result::unchanged);

  std::filesystem::remove(key);
  world.write("prompts/a.md", with_line(2, "TWO"));
  const std::string before = scene.at_upstream({"for-each-ref"});
  const Error error = failure_of([&] { scene.push(); });
  CHECK(error.code() == ErrorCode::signing_failed);
  CHECK(scene.at_upstream({"for-each-ref"}) == before);
}

TEST_CASE("a project's own rule file for secrets counts", "[sync][push]") {
  Scene scene;
  scene.world.configure("contribute: {secret_rules: .gitleaks.toml}\n");
  scene.world.write("prompts/a.md", with_line(2, "acme_a1b2c3d4"));
  CHECK(failure_of([&] { scene.push("Words"); }).code() == ErrorCode::config_invalid);
  scene.world.repository.write(".gitleaks.toml",
                               "[[rules]]\nid = \"acme-key\"\nregex = 'acme_[a-z0-9]{8}'\n");
  const PushReport report = scene.push("Words");
  CHECK(report.result == Result::checks_failed);
  REQUIRE(report.checks.findings.size() == 1);
  CHECK(report.checks.findings.front().rule == "secret/acme-key");
}
