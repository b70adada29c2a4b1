#include <catch2/catch_test_macros.hpp>

#include "ddx/push.hpp"
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

/// A project whose people customize two texts, each in commits of their own.
struct Scene {
  explicit Scene(Layout layout = Layout::plain) : world(layout) {
    world.start({{"prompts/a.md", ten_lines}, {"prompts/b.md", ten_lines}});
  }

  /// Commits the work tree as somebody, at 09:<minute> in their own zone.
  void commit(const std::string& who, int minute, const std::string& message) {
    const std::string date = "2024-05-01T09:" + std::to_string(minute) + ":00 +0530";
    world.repository.git({"add", "-A"});
    world.repository.git(
        {"commit", "-qm", message, "--date", date, "--author", who + " <" + who + "@example.com>"});
  }
  void edit(int line, const std::string& text, const std::string& path = "prompts/a.md") {
    world.write(path, with_line(line, text, world.read(path)));
  }
  PushReport push(const std::string& message = "", std::vector<std::string> paths = {}) {
    PushRequest request;
    request.message = message;
    request.keep_history = true;
    request.paths = std::move(paths);
    return ddx::push(world.workspace(), request, world.host);
  }
  std::string at_upstream(const std::vector<std::string>& arguments) const {
    return world.upstream.git(arguments);
  }
  /// Author and subject of each commit on the branch, oldest first.
  std::string log(const PushReport& report, const std::string& format = "%an: %s") const {
    return at_upstream({"log", "--reverse", "--format=" + format, "main.." + report.branch});
  }
  [[nodiscard]] std::string line_of(const std::string& revision, int line,
                                    const std::string& path = "prompts/a.md") const {
    const std::string root = world.layout == Layout::subtree ? "library/resources/" : "";
    std::string bytes = at_upstream({"show", revision + ":" + root + path}) + "\n";
    for (int i = 1; i < line; ++i) bytes.erase(0, bytes.find('\n') + 1);
    return bytes.substr(0, bytes.find('\n'));
  }

  World world;
};

}  // namespace

TEST_CASE("the project's own commits are kept with author, date, zone and message", "[sync][push]") {
  for (const Layout layout : {Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects}) {
    Scene scene(layout);
    scene.edit(2, "two");
    scene.world.repository.write("main.c", "int main() {}\n");
    scene.commit("ada", 10, "Say it in words\n\nBecause words are better.");
    scene.world.repository.write("main.c", "int main(void) {}\n");
    scene.commit("ada", 11, "nothing of upstream's");
    scene.edit(8, "eight");
    scene.world.write("prompts/new.md", "new\n");
    scene.commit("bob", 12, "And a new one");
    scene.edit(5, "five");
    const std::string git_before = scene.world.git_state();

    const PushReport report = scene.push("Finish it");

    CHECK(report.result == Result::pushed);
    CHECK(scene.log(report, "%an <%ae> %ad|%cn|%s") ==
          "ada <ada@example.com> Wed May 1 09:10:00 2024 +0530|Petra Project|Say it in words\n"
          "bob <bob@example.com> Wed May 1 09:12:00 2024 +0530|Petra Project|And a new one\n" +
              ("Petra Project <petra@example.com> " +
               scene.at_upstream({"log", "-1", "--format=%ad", report.branch}) + "|Petra Project|Finish it"));
    CHECK(scene.log(report, "%(trailers:key=Ddx-Change-Id,valueonly)") == "\n\n" + report.change_id + "\n");
    CHECK(scene.at_upstream({"log", "-1", "--format=%B", report.branch + "~2"}) ==
          "Say it in words\n\nBecause words are better.\n");
    CHECK(report.commits.size() == 3);
    CHECK(report.commits.back().id.str() == scene.at_upstream({"rev-parse", report.branch}));
    CHECK(scene.at_upstream({"rev-parse", report.branch + "~3"}) == scene.at_upstream({"rev-parse", "main"}));
    CHECK(scene.line_of(report.branch + "~1", 5) == "5");
    CHECK(scene.line_of(report.branch + "~1", 8) == "eight");
    CHECK(scene.at_upstream({"fsck", "--strict", "--no-dangling"}).empty());
    CHECK(scene.world.git_state() == git_before);
  }
}

TEST_CASE("a kept history ends in the tree that one commit would have", "[sync][push]") {
  Scene scene;
  scene.edit(2, "two");
  scene.commit("ada", 10, "two");
  scene.world.move_upstream({{"prompts/a.md", with_line(9, "nine")}});
  std::filesystem::remove(scene.world.local("prompts/b.md"));
  scene.commit("bob", 11, "less");
  PushRequest squashed;
  squashed.dry_run = DryRun::yes;
  const PushReport one = ddx::push(scene.world.workspace(), squashed, scene.world.host);
  const PushReport kept = scene.push();
  CHECK(one.commits.size() == 1);
  CHECK(scene.log(kept) == "ada: two\nbob: less");
  CHECK(scene.at_upstream({"diff", "--name-status", "main", kept.branch}) ==
        "M\tprompts/a.md\nD\tprompts/b.md");
  CHECK(scene.line_of(kept.branch, 2) == "two");
  CHECK(scene.line_of(kept.branch, 9) == "nine");
  CHECK(scene.line_of(kept.branch + "~1", 9) == "nine");
}

TEST_CASE("pulls between the kept commits bring nothing", "[sync][push]") {
  Scene scene;
  scene.edit(2, "two");
  scene.commit("ada", 10, "before the pull");
  scene.world.move_upstream({{"prompts/a.md", with_line(9, "nine")}, {"prompts/b.md", with_line(1, "one")}});
  scene.world.pull();
  scene.commit("bob", 11, "pull");
  scene.edit(5, "five");
  scene.commit("ada", 12, "after the pull");
  const PushReport report = scene.push();
  CHECK(scene.log(report) == "ada: before the pull\nada: after the pull");
  CHECK(scene.line_of(report.branch + "~1", 9) == "nine");
}

TEST_CASE("what upstream's tip conflicts with comes with the commit that settled it", "[sync][push]") {
  Scene scene;
  scene.edit(2, "two");
  scene.commit("ada", 10, "two");
  scene.world.move_upstream({{"prompts/a.md", with_line(2, "deux")}});
  PullRequest mine;
  mine.sides = {{"", Side::mine}};
  scene.world.pull(mine);
  scene.commit("bob", 11, "two, and not deux");
  const PushReport report = scene.push();
  CHECK(report.result == Result::pushed);
  CHECK(scene.log(report) == "bob: two, and not deux");
  CHECK(scene.line_of(report.branch, 2) == "two");
}

TEST_CASE("a change and its revert are no commits, a change that came back is one", "[sync][push]") {
  Scene scene;
  scene.edit(2, "two");
  scene.commit("ada", 10, "two");
  scene.edit(2, "2");
  scene.commit("bob", 11, "Revert two");
  scene.edit(3, "three");
  scene.commit("ada", 12, "three");
  scene.edit(7, "seven");
  scene.commit("ada", 13, "seven");
  scene.edit(7, "7");
  scene.commit("bob", 14, "Revert seven");
  const PushReport report = scene.push();
  CHECK(scene.log(report) == "ada: three\nada: seven\nbob: Revert seven");
}

TEST_CASE("of a merge the commits are kept that it brought", "[sync][push]") {
  Scene scene;
  World& world = scene.world;
  scene.edit(1, "one");
  scene.commit("ada", 10, "one");
  world.repository.git({"checkout", "-qb", "topic"});
  scene.edit(3, "three");
  scene.commit("bob", 11, "three");
  scene.edit(9, "nine");
  scene.commit("cleo", 12, "nine");
  world.repository.git({"checkout", "-q", "main"});
  scene.edit(6, "six");
  scene.commit("ada", 13, "six");
  world.repository.git({"merge", "-q", "--no-ff", "-m", "merge the topic", "topic"});
  const auto before = world.everything();
  const PushReport report = scene.push();
  CHECK(scene.log(report) == "ada: one\nada: six\nbob: three\ncleo: nine");
  CHECK(scene.line_of(report.branch + "~1", 3) == "three");
  CHECK(scene.line_of(report.branch + "~1", 9) == "9");
  CHECK(scene.line_of(report.branch, 9) == "nine");
  auto after = world.everything();
  for (const auto& [path, bytes] : before)
    if (!path.ends_with(".ddx.lock")) CHECK(after.at(path) == bytes);
}

TEST_CASE("a topic that took in a pull of the main line is kept without it", "[sync][push]") {
  Scene scene;
  World& world = scene.world;
  world.repository.git({"checkout", "-qb", "topic"});
  scene.edit(2, "two");
  scene.commit("bob", 10, "two");
  world.repository.git({"checkout", "-q", "main"});
  scene.world.move_upstream({{"prompts/a.md", with_line(6, "six")}, {"prompts/b.md", with_line(1, "one")}});
  scene.world.pull();
  scene.commit("ada", 11, "pull");
  world.repository.git({"checkout", "-q", "topic"});
  world.repository.git({"merge", "-q", "--no-ff", "-m", "take the pull in", "main"});
  scene.edit(9, "nine");
  scene.commit("cleo", 12, "nine");
  world.repository.git({"checkout", "-q", "main"});
  world.repository.git({"merge", "-q", "--no-ff", "-m", "merge the topic", "topic"});
  const PushReport report = scene.push();
  CHECK(scene.log(report) == "bob: two\ncleo: nine");
  CHECK(scene.at_upstream({"diff", "--name-only", "main", report.branch}) == "prompts/a.md");
  CHECK(scene.line_of(report.branch + "~1", 6) == "six");
}

TEST_CASE("a commit whose lock was conflicted is passed over", "[sync][push]") {
  Scene scene;
  scene.edit(2, "two");
  scene.commit("ada", 10, "two");
  const std::string lock = scene.world.read("../.ddx.lock");
  scene.world.write("../.ddx.lock", "<<<<<<< ours\n" + lock);
  scene.edit(4, "four");
  scene.commit("bob", 11, "a bad merge");
  scene.world.write("../.ddx.lock", lock);
  scene.commit("cleo", 12, "mend the lock");
  const PushReport report = scene.push();
  CHECK(scene.log(report) == "ada: two\ncleo: mend the lock");
}

TEST_CASE("a merge that settled a conflict is a commit of its own", "[sync][push]") {
  Scene scene;
  World& world = scene.world;
  world.repository.git({"checkout", "-qb", "topic"});
  scene.edit(2, "zwei");
  scene.commit("bob", 10, "zwei");
  world.repository.git({"checkout", "-q", "main"});
  scene.edit(2, "two");
  scene.commit("ada", 11, "two");
  CHECK(world.repository.try_git({"merge", "-q", "--no-ff", "topic"}).exit != 0);
  world.write("prompts/a.md", with_line(2, "two, zwei"));
  scene.commit("cleo", 12, "both");
  const PushReport report = scene.push();
  CHECK(scene.log(report) == "ada: two\ncleo: both");
  CHECK(scene.line_of(report.branch, 2) == "two, zwei");
}

TEST_CASE("each change is sent once, also when the history grew since", "[sync][push]") {
  Scene scene;
  scene.edit(2, "two");
  scene.commit("ada", 10, "two");
  scene.edit(4, "four");
  scene.commit("bob", 11, "four");
  const PushReport first = scene.push("Numbers");
  const PushReport same = scene.push();
  CHECK(same.result == Result::unchanged);
  CHECK(same.commits.back().id == first.commits.back().id);
  scene.commit("ada", 12, "the lock that says what was offered");
  scene.edit(6, "six");
  scene.commit("ada", 13, "six");
  const PushReport second = scene.push();
  CHECK(second.result == Result::pushed);
  CHECK(second.branch == first.branch);
  CHECK(second.change_id == first.change_id);
  CHECK(second.title == "Numbers");
  CHECK(second.commits.front().id == first.commits.front().id);
  CHECK(scene.log(second) == "ada: two\nbob: four\nada: six");
  CHECK(scene.log(second, "%(trailers:key=Ddx-Change-Id,valueonly)") == "\n\n" + first.change_id + "\n");
}

TEST_CASE("a kept history that landed leaves no drift and is not sent again", "[sync][push][landing]") {
  for (const bool squashed : {false, true}) {
    Scene scene;
    scene.edit(2, "two");
    scene.commit("ada", 10, "two");
    scene.edit(4, "four", "prompts/b.md");
    scene.commit("bob", 11, "four");
    const PushReport sent = scene.push();
    if (squashed) {
      scene.at_upstream({"merge", "-q", "--squash", sent.branch});
      scene.at_upstream({"commit", "-qm", "squashed"});
    } else {
      scene.at_upstream({"merge", "-q", "--no-ff", "-m", "merge", sent.branch});
    }
    const PullReport pulled = scene.world.pull();
    CHECK(pulled.conflicts.empty());
    CHECK(pulled.landed.size() == 1);
    CHECK(lines(scene.world.status()) == Lines{"prompts/a.md: in sync", "prompts/b.md: in sync"});
    scene.commit("ada", 12, "pull");
    CHECK(scene.push().result == Result::nothing);
    scene.edit(6, "six");
    scene.commit("cleo", 13, "six");
    CHECK(scene.log(scene.push()) == "cleo: six");
  }
}

TEST_CASE("only commits that touched the chosen resources are kept", "[sync][push]") {
  Scene scene;
  scene.edit(2, "two");
  scene.commit("ada", 10, "a");
  scene.edit(2, "zwei", "prompts/b.md");
  scene.commit("bob", 11, "b");
  scene.edit(3, "three");
  scene.edit(3, "drei", "prompts/b.md");
  scene.commit("cleo", 12, "both");
  const PushReport report = scene.push("", {"prompts/a.md"});
  CHECK(scene.log(report) == "ada: a\ncleo: both");
  CHECK(scene.at_upstream({"diff", "--name-only", "main", report.branch}) == "prompts/a.md");
}

TEST_CASE("a secret that came and went between two kept commits stops them", "[sync][push]") {
  Scene scene;
  scene.edit(2, "token = ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8");
  scene.edit(3, "three");
  scene.commit("ada", 10, "oh");
  scene.edit(2, "2");
  scene.commit("ada", 11, "no token");
  const PushReport report = scene.push();
  CHECK(report.result == Result::checks_failed);
  CHECK(report.checks.findings.front().rule == "secret/github-pat");
  CHECK(scene.at_upstream({"branch", "--format=%(refname:short)"}) == "main");
}

TEST_CASE("git am takes the commits of a kept history one by one", "[sync][push]") {
  Scene scene;
  scene.edit(2, "two");
  scene.commit("ada", 10, "two");
  scene.edit(8, "eight");
  scene.world.write("prompts/new.md", "new\n");
  scene.commit("bob", 11, "eight");
  PushRequest request;
  request.keep_history = true;
  request.as_patch = true;
  const PushReport report = ddx::push(scene.world.workspace(), request, scene.world.host);
  write_file(scene.world.folder.path() / "patch", report.mailbox);
  scene.at_upstream({"am", "-q", (scene.world.folder.path() / "patch").string()});
  CHECK(scene.world.theirs() == scene.world.here());
  CHECK(scene.at_upstream({"log", "-2", "--format=%an %ad %s"}) ==
        "bob Wed May 1 09:11:00 2024 +0530 eight\nada Wed May 1 09:10:00 2024 +0530 two");
}

TEST_CASE("every commit of a kept history is signed and signed off", "[sync][push]") {
  Scene scene;
  World& world = scene.world;
  world.host.environment["HOME"] = world.folder.path().string();
  world.host.host().variables = [&] { return world.host.environment; };
  const auto key = world.folder.path() / "key";
  run(world.folder.path(), {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "petra", "-f", key.string()},
      clean_environment(world.folder.path()));
  scene.edit(2, "two");
  scene.commit("ada", 10, "two");
  scene.edit(4, "four");
  scene.commit("bob", 11, "four");
  for (const auto& [name, value] : {std::pair{"gpg.format", std::string("ssh")},
                                    {"user.signingKey", key.string()},
                                    {"commit.gpgSign", "true"}})
    world.repository.git({"config", name, value});
  PushRequest request;
  request.keep_history = true;
  request.signoff = true;
  const PushReport report = ddx::push(world.workspace(), request, world.host);
  write_file(world.folder.path() / "allowed", "petra@example.com " + read_file(key.string() + ".pub"));
  for (const char* back : {"", "~1"})
    scene.at_upstream({"-c", "gpg.ssh.allowedSignersFile=" + (world.folder.path() / "allowed").string(),
                       "verify-commit", report.branch + back});
  CHECK(scene.log(report, "%an %(trailers:key=Signed-off-by,valueonly,separator=)") ==
        "ada Petra Project <petra@example.com>\nbob Petra Project <petra@example.com>");
  CHECK(report.commits.front().id.str() == scene.at_upstream({"rev-parse", report.branch + "~1"}));
  CHECK(ddx::push(world.workspace(), request, world.host).result == Result::unchanged);
}

TEST_CASE("what a clone without the older history does not know is said", "[sync][push]") {
  Scene scene;
  World& world = scene.world;
  scene.edit(2, "two");
  scene.commit("ada", 10, "two");
  scene.edit(4, "four");
  scene.commit("bob", 11, "four");
  const std::string url = "file://" + world.repository.path().string();
  const auto shallow = world.folder.path() / "shallow";
  world.repository.git({"clone", "-q", "--depth", "1", url, shallow.string()});
  for (const auto& [name, value] : {std::pair{"user.name", "Petra"}, {"user.email", "petra@example.com"}})
    TestRepo::existing(shallow).git({"config", name, value});
  PushRequest request;
  request.keep_history = true;
  const PushReport report = ddx::push(Workspace::find(shallow, world.host.host()), request, world.host);
  CHECK(scene.log(report) == "bob: four");
  CHECK(report.warnings ==
        Lines{"the project's history is cut off here: the oldest commit brings what came before it"});
}
