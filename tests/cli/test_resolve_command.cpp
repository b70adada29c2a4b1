#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "cli/place.hpp"
#include "cli/schema.hpp"
#include "support/contains.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::can_validate;
using test::contains;
using test::Place;
using test::Pty;
using test::tree_on_disk;
using test::violations;
using test::write_file;

namespace {

const std::string zero(1, '\0');

/// A text with two hunks in conflict.
std::string text_of(const std::string& who) {
  return who + " first\n1\n2\n3\n4\n5\n6\n7\n8\n9\n" + who + " last\n";
}

std::string mixed(const std::string& first, const std::string& last) {
  return first + "1\n2\n3\n4\n5\n6\n7\n8\n9\n" + last;
}

/// An open pull with a text, a binary file, and one that was deleted here.
struct OpenPlace : Place {
  OpenPlace() {
    library.write("a.md", text_of("base"));
    library.write("b.bin", zero + "base");
    library.write("c.md", "base\n");
    library.commit("three");
    ddx({"init", "../library"});
    project.write(".ddx/a.md", text_of("mine"));
    project.write(".ddx/b.bin", zero + "mine");
    fs::remove(project.path() / ".ddx/c.md");
    library.write("a.md", text_of("theirs"));
    library.write("b.bin", zero + "theirs");
    library.write("c.md", "theirs\n");
    library.commit("changed");
    before = tree_on_disk(project.path());
    ddx({"pull"});
    open = tree_on_disk(project.path());
  }

  /// A program that a shell runs in the place of an editor or a merge tool.
  std::string script(const std::string& name, const std::string& lines) const {
    write_file(folder.path() / name, "#!/bin/sh\n" + lines + "\n");
    fs::permissions(folder.path() / name, fs::perms::owner_all);
    return (folder.path() / name).string();
  }
  void use_tool(const std::string& command) const {
    project.git({"config", "merge.tool", "test"});
    project.git({"config", "mergetool.test.cmd", command});
  }
  [[nodiscard]] std::string a() const { return project.read(".ddx/a.md"); }
  [[nodiscard]] bool scratch_is_empty() const {
    const fs::path scratch = project.path() / ".git/ddx/scratch";
    return !fs::exists(scratch) || fs::is_empty(scratch);
  }

  std::map<std::string, std::string> before, open;
};

void press(Pty& terminal, const std::string& wait_for, const std::string& key) {
  terminal.wait_for(wait_for);
  terminal.wait_for("[?]help ");
  terminal.send(key);
}

}  // namespace

TEST_CASE("without a terminal, resolve lists what is open and says what to type", "[cli][resolve]") {
  OpenPlace place;
  const auto listed = place.ddx({"resolve"});
  CHECK(listed.exit == 3);
  CHECK(contains(listed.out, ": 3 of 3 conflicts open\n"));
  CHECK(contains(listed.out, "  a.md  lines 1-5, 15-19\n    content: both sides changed the same lines\n"));
  CHECK(contains(listed.out, "ddx resolve --theirs a.md\n"));
  CHECK(place.ddx({"resolve", "--list"}).out == listed.out);
  CHECK(tree_on_disk(place.project.path()) == place.open);
}

TEST_CASE("resolve decides by a side, and says what is left to do", "[cli][resolve]") {  // [SC D2]
  OpenPlace place;
  const auto first = place.ddx({"resolve", "--theirs", "a.md"});
  CHECK(first.exit == 0);
  CHECK(contains(first.out, "took upstream's in 2 conflicting hunks of 'a.md' (--theirs)\n"));
  CHECK(contains(first.out, "'ddx resolve --list' shows what is open."));
  CHECK(place.a() == text_of("theirs"));
  CHECK(place.ddx({"resolve", "--list", "a.md"}).exit == 0);
  const auto union_of_all = place.ddx({"resolve", "--union"});
  CHECK(union_of_all.exit == 3);
  CHECK(contains(union_of_all.out, "'b.bin' has no lines to take from both sides"));
  CHECK(place.ddx({"pull"}).exit == 3);
  CHECK(contains(place.ddx({"pull"}).err, "ddx resolve"));
  const auto rest = place.ddx({"resolve", "--mine"});
  CHECK(rest.exit == 0);
  CHECK(contains(rest.out, "1 was decided before"));
  CHECK(contains(rest.out, "All are decided: 'ddx pull --continue' ends the pull."));
  CHECK(place.ddx({"resolve"}).exit == 0);
  CHECK(place.ddx({"pull", "--continue"}).exit == 0);
  CHECK(place.ddx({"resolve"}).exit == 2);
  CHECK(contains(place.ddx({"history"}).out, "resolve"));
}

TEST_CASE("edited takes what is there, unless markers are left", "[cli][resolve]") {
  OpenPlace place;
  CHECK(place.ddx({"resolve", "--edited", "a.md"}).exit == 3);
  place.project.write(".ddx/a.md", "by hand\n");
  CHECK(place.ddx({"resolve", "--edited"}).exit == 0);
  CHECK(place.ddx({"pull", "--continue"}).exit == 0);
  CHECK(place.a() == "by hand\n");
  CHECK_FALSE(place.project.exists(".ddx/c.md"));
}

TEST_CASE("the JSON of resolve is as its schemas say", "[cli][resolve][json]") {
  if (!can_validate()) SKIP("python3-jsonschema is not installed");
  OpenPlace place;
  const auto check = [&](const std::string& schema, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--format=json", "resolve"});
    CHECK(violations(schema, place.ddx(arguments).out) == "");
  };
  check("resolve-list", {});
  check("resolve-show", {"--show"});
  check("resolve", {"--union"});
  check("resolve", {"--mine", "c.md"});
  check("resolve-list", {"--list"});
  check("error", {"--mine", "nowhere.md"});
}

TEST_CASE("show has all sides, in columns where there is room", "[cli][resolve]") {
  OpenPlace place;
  place.environment["COLUMNS"] = "140";
  const auto wide = place.ddx({"resolve", "--show"});
  CHECK(wide.exit == 3);
  CHECK(contains(wide.out, "hunk 2 of 2\n"));
  CHECK(contains(wide.out, "mine last"));
  CHECK(contains(wide.out, " │ theirs last\n"));
  CHECK(contains(wide.out, " │ base last "));
  CHECK(contains(wide.out, "a file of 5 bytes, which is no text"));
  CHECK(contains(wide.out, "what upstream changed:\n  -base\n  +theirs\n"));
  place.environment["COLUMNS"] = GENERATE("80", "40");
  const auto narrow = place.ddx({"resolve", "--show", "a.md"});
  CHECK(contains(narrow.out, "yours:\n< mine first\noriginal:\n| base first\nupstream:\n> theirs first\n"));
}

TEST_CASE("a file that is named like an option is told as it has to be typed", "[cli][resolve]") {
  Place place;
  place.library.write("--mine", "base\n");
  place.library.commit("three");
  place.ddx({"init", "../library"});
  place.project.write(".ddx/--mine", "mine\n");
  place.library.write("--mine", "theirs\n");
  place.library.commit("changed");
  CHECK(contains(place.ddx({"pull"}).out, "ddx resolve --mine -- --mine"));
  const auto list = place.ddx({"resolve", "--list"});
  CHECK(contains(list.out, "ddx resolve --show -- --mine\n"));
  CHECK(contains(list.out, "ddx resolve --theirs -- --mine\n"));
  CHECK(place.ddx({"resolve", "--theirs", "--", "--mine"}).exit == 0);
  CHECK(place.project.read(".ddx/--mine") == "theirs\n");
}

TEST_CASE("show names both names of a file and how its versions differ", "[cli][resolve]") {
  Place place;
  place.library.write("old.md", text_of("base"));
  place.library.commit("three");
  place.ddx({"init", "../library"});
  fs::rename(place.project.path() / ".ddx/old.md", place.project.path() / ".ddx/mine.md");
  place.library.remove("old.md");
  place.library.write("theirs.md", text_of("base") + "more\n");
  place.library.commit("changed");
  CHECK(contains(place.ddx({"pull"}).out, "renamed"));
  const auto shown = place.ddx({"resolve", "--show"});
  CHECK(contains(shown.out, "upstream's name of it: 'theirs.md'\n"));
  CHECK(contains(shown.out, "how upstream's differs from yours:\n"));
  CHECK(contains(shown.out, "  +more\n"));
  CHECK(contains(place.ddx({"resolve", "--list"}).out, "(upstream 'theirs.md')"));
}

TEST_CASE("giving up a pull that was committed says so, in words and in JSON", "[cli][pull][json]") {
  Place place;
  place.library.write("a.md", "base\n");
  place.library.commit("three");
  place.ddx({"init", "../library"});
  place.project.commit("connected");
  place.project.git({"config", "user.name", "somebody"});
  place.project.git({"config", "user.email", "somebody@example.com"});
  place.project.write(".ddx/a.md", "mine\n");
  place.library.write("a.md", "theirs\n");
  place.library.commit("changed");
  const auto pulled = place.ddx({"pull", "--commit"});
  INFO(pulled.out << pulled.err);
  REQUIRE(contains(pulled.out, "Committed as"));
  CHECK(contains(place.ddx({"pull", "--abort", "--format", "json"}).out,
                 "HEAD still holds what the pull committed"));
}

TEST_CASE("a merge tool gets local, base and remote, and its result is the decision",
          "[cli][resolve][tool]") {  // [SC D17]
  OpenPlace place;
  place.use_tool(
      "cat \"$LOCAL\" \"$BASE\" \"$REMOTE\" > \"$MERGED\"; echo \"$LOCAL $BASE $REMOTE $MERGED\" > "
      "../names; pwd > ../folder");
  const auto done = place.ddx({"resolve", "--tool", "a.md"});
  CHECK(done.exit == 0);
  CHECK(contains(done.out, "merged 'a.md' with the tool 'test'"));
  CHECK(place.a() == text_of("mine") + text_of("base") + text_of("theirs"));
  const std::string names = test::read_file(place.folder.path() / "names");
  for (const char* name : {"/a_LOCAL.md ", "/a_BASE.md ", "/a_REMOTE.md ", "/a.md\n"})
    CHECK(contains(names, name));
  CHECK(contains(names, "/.git/ddx/scratch/"));
  CHECK(test::read_file(place.folder.path() / "folder") == place.project.path().string() + "\n");
  CHECK(place.scratch_is_empty());
}

TEST_CASE("a merge tool does not inherit the tokens of ddx", "[cli][resolve][tool]") {
  OpenPlace place;
  place.environment["DDX_TOKEN"] = "canary";
  place.use_tool("env > ../seen; cat \"$LOCAL\" \"$REMOTE\" > \"$MERGED\"");
  REQUIRE(place.ddx({"resolve", "--tool", "a.md"}).exit == 0);
  const std::string seen = test::read_file(place.folder.path() / "seen");
  CHECK(contains(seen, "HOME="));
  CHECK_FALSE(contains(seen, "canary"));
}

TEST_CASE("a tool that fails or saves nothing leaves the file and the conflict as they are",
          "[cli][resolve][tool]") {  // [SC D17]
  OpenPlace place;
  const auto [command, why] =
      GENERATE(std::pair("exit 3", "ended with status 3"), std::pair("true", "saved nothing"),
               std::pair("echo broken > \"$MERGED\"; exit 1", "ended with status 1"),
               std::pair("rm \"$MERGED\"", "saved nothing"));
  place.use_tool(command);
  const auto failed = place.ddx({"resolve", "--tool", "test", "a.md"});
  CHECK(failed.exit == 3);
  CHECK(contains(failed.out, why));
  CHECK(tree_on_disk(place.project.path()) == place.open);
  CHECK(contains(place.ddx({"resolve", "--list"}).out, ": 3 of 3 conflicts open"));
  CHECK(place.scratch_is_empty());
}

TEST_CASE("a tool whose exit status is not to be trusted decides by what it saved", "[cli][resolve][tool]") {
  OpenPlace place;
  place.use_tool("echo merged > \"$MERGED\"; exit 1");
  place.project.git({"config", "mergetool.test.trustExitCode", "false"});
  CHECK(place.ddx({"resolve", "--tool=test", "a.md"}).exit == 0);
  CHECK(place.a() == "merged\n");
}

TEST_CASE("what a tool saved with markers in it is kept, and the conflict stays open",
          "[cli][resolve][tool]") {
  OpenPlace place;
  place.use_tool("sed -i '2s/.*/by tool/' \"$MERGED\"");
  CHECK(place.ddx({"resolve", "--tool", "test", "a.md"}).exit == 3);
  CHECK(contains(place.a(), "by tool\n"));
  CHECK(contains(place.ddx({"resolve", "--list"}).out, ": 3 of 3 conflicts open"));
}

TEST_CASE("a tool that nobody knows, or none at all, is a usage error", "[cli][resolve][tool]") {
  OpenPlace place;
  const auto none = place.ddx({"resolve", "--tool"});
  CHECK(none.exit == 2);
  CHECK(contains(none.err, "no merge tool is configured"));
  CHECK(contains(none.err, "git config merge.tool NAME"));
  CHECK(place.ddx({"resolve", "--tool", "frobnicate"}).exit == 2);
  CHECK(place.scratch_is_empty());
}

TEST_CASE("each side can be taken with its key, hunk by hunk", "[cli][resolve][pty]") {
  OpenPlace place;
  auto terminal = place.ddx_on_a_terminal({"resolve"});
  press(terminal, "conflict 1 of 2", "m");
  press(terminal, "conflict 2 of 2", "t");
  press(terminal, "b.bin", "t");
  press(terminal, "c.md", "o");
  terminal.wait_for("All 3 conflicts decided.");
  terminal.wait_for("End the pull now? [Y/n] ");
  terminal.send("y");
  CHECK(terminal.wait() == 0);
  CHECK(terminal.is_as_usual());
  CHECK(place.a() == mixed("mine first\n", "theirs last\n"));
  CHECK(place.project.read(".ddx/b.bin") == zero + "theirs");
  CHECK(place.project.read(".ddx/c.md") == "base\n");
  CHECK(place.ddx({"pull"}).exit == 0);
}

TEST_CASE("both, original, skip, previous, undo, view and help have their keys", "[cli][resolve][pty]") {
  OpenPlace place;
  auto terminal = place.ddx_on_a_terminal({"resolve", "a.md"});
  press(terminal, "conflict 1 of 2", "?");
  terminal.wait_for("take upstream's lines");
  press(terminal, "give the pull up", "v");
  press(terminal, " │ ", "v");
  press(terminal, "< mine first", "x");
  press(terminal, "no such key", "\x1b[A");
  press(terminal, "no such key", "s");
  press(terminal, "conflict 2 of 2", "p");
  press(terminal, "conflict 1 of 2", "b");
  press(terminal, "conflict 2 of 2", "u");
  press(terminal, "conflict 1 of 2", "b");
  press(terminal, "conflict 2 of 2", "o");
  terminal.wait_for("2 of 3 conflicts open; 'ddx resolve' goes on.");
  CHECK(terminal.wait() == 3);
  CHECK(place.a() == mixed("mine first\ntheirs first\n", "base last\n"));
}

TEST_CASE("one key decides all hunks of a file", "[cli][resolve][pty]") {
  OpenPlace place;
  auto terminal = place.ddx_on_a_terminal({"resolve", "a.md"});
  press(terminal, "conflict 1 of 2", "f");
  terminal.wait_for("whole file: ");
  press(terminal, "", "t");
  CHECK(terminal.wait() == 3);
  CHECK(place.a() == text_of("theirs"));
}

TEST_CASE("the editor gets the hunk, or the file", "[cli][resolve][pty]") {
  OpenPlace place;
  place.environment["TERM"] = "xterm";
  place.environment["EDITOR"] = "false";
  place.environment["VISUAL"] = place.script("editor", "cp \"$1\" ../seen\necho edited > \"$1\"");
  auto terminal = place.ddx_on_a_terminal({"resolve", "a.md"});
  press(terminal, "conflict 1 of 2", "e");
  press(terminal, "conflict 2 of 2", "m");
  CHECK(terminal.wait() == 3);
  CHECK(place.a() == mixed("edited\n", "mine last\n"));
  CHECK(contains(test::read_file(place.folder.path() / "seen"), "<<<<<<< yours\nmine first\n=======\n"));

  place.project.git({"config", "core.editor",
                     place.script("core", "test \"$1\" = '-x y' && echo all of it > \"$2\"") + " '-x y'"});
  auto again = place.ddx_on_a_terminal({"resolve", "a.md"});
  press(again, "conflict 1 of 2", "E");
  CHECK(again.wait() == 3);
  CHECK(place.scratch_is_empty());
}

TEST_CASE("undo of an answer keeps what was resolved by hand before it", "[cli][resolve][pty]") {
  OpenPlace place;
  const std::string marked = place.a();
  const std::string half = "by hand\n" + marked.substr(marked.find('\n', marked.find(">>>>>>>")) + 1);
  place.project.write(".ddx/a.md", half);
  place.environment["TERM"] = "xterm";
  place.environment["VISUAL"] = place.script("editor", "echo all of it > \"$1\"");
  auto terminal = place.ddx_on_a_terminal({"resolve", "a.md", "b.bin"});
  press(terminal, "conflict 1 of 1", "E");
  press(terminal, "b.bin", "u");
  press(terminal, "open again", "q");
  CHECK(terminal.wait() == 3);
  CHECK(place.a() == half);
}

TEST_CASE("the merge tool has its key, and its failure is told", "[cli][resolve][pty]") {
  OpenPlace place;
  auto terminal = place.ddx_on_a_terminal({"resolve", "a.md"});
  press(terminal, "conflict 1 of 2", "T");
  press(terminal, "no merge tool is configured", "q");
  CHECK(terminal.wait() == 3);
  place.use_tool("echo merged > \"$MERGED\"");
  auto again = place.ddx_on_a_terminal({"resolve", "a.md"});
  press(again, "conflict 1 of 2", "T");
  CHECK(again.wait() == 3);
  CHECK(place.a() == "merged\n");
}

TEST_CASE("the resolver can be left, and goes on where it was", "[cli][resolve][pty]") {
  OpenPlace place;
  auto terminal = place.ddx_on_a_terminal({"resolve"});
  press(terminal, "conflict 1 of 2", "t");
  press(terminal, "conflict 2 of 2", "q");
  CHECK(terminal.wait() == 3);
  CHECK(place.a().starts_with("theirs first\n"));
  CHECK(contains(place.a(), "<<<<<<< yours\nmine last\n"));
  auto again = place.ddx_on_a_terminal({"resolve"});
  press(again, "conflict 1 of 1", "o");
  press(again, "b.bin", "\x04");
  CHECK(again.wait() == 3);
  CHECK(place.a() == mixed("theirs first\n", "base last\n"));
}

TEST_CASE("what was decided beside the resolver counts when it ends", "[cli][resolve][pty]") {
  OpenPlace place;
  auto terminal = place.ddx_on_a_terminal({"resolve", "a.md"});
  press(terminal, "conflict 1 of 2", "m");
  terminal.wait_for("conflict 2 of 2");
  place.project.write(".ddx/b.bin", zero + "by hand");
  place.project.write(".ddx/c.md", "by hand\n");
  press(terminal, "", "m");
  terminal.wait_for("All 3 conflicts decided.");
  terminal.wait_for("End the pull now? [Y/n] ");
  terminal.send("n");
  CHECK(terminal.wait() == 0);
}

TEST_CASE("abort asks, and gives back every byte", "[cli][resolve][pty]") {
  OpenPlace place;
  auto terminal = place.ddx_on_a_terminal({"resolve"});
  press(terminal, "conflict 1 of 2", "m");
  press(terminal, "conflict 2 of 2", "m");
  press(terminal, "b.bin", "a");
  terminal.wait_for("[y/N] ");
  terminal.send("n");
  press(terminal, "b.bin", "t");
  press(terminal, "c.md", "a");
  terminal.wait_for("[y/N] ");
  terminal.send("y");
  CHECK(terminal.wait() == 0);
  CHECK(tree_on_disk(place.project.path()) == place.before);
}

TEST_CASE("Ctrl-C leaves the terminal as it was and every file as decided", "[cli][resolve][pty]") {
  OpenPlace place;
  auto terminal = place.ddx_on_a_terminal({"resolve"});
  press(terminal, "conflict 1 of 2", "m");
  press(terminal, "conflict 2 of 2", "m");
  press(terminal, "b.bin", "\x03");
  CHECK(terminal.wait() == 130);
  CHECK(terminal.is_as_usual());
  CHECK(place.a() == mixed("mine first\n", "mine last\n"));
  CHECK(contains(place.ddx({"resolve", "--list"}).out, ": 2 of 3 conflicts open"));
  CHECK(place.ddx({"pull", "--abort"}).exit == 0);
  CHECK(tree_on_disk(place.project.path()) == place.before);
}

TEST_CASE("the question fits a narrow and a wide terminal", "[cli][resolve][pty]") {
  OpenPlace place;
  auto narrow = place.ddx_on_a_terminal({"resolve", "a.md"}, 40);
  narrow.wait_for("m t b o e s u q, ? helps ");
  narrow.send("q");
  CHECK(narrow.wait() == 3);
  CHECK_FALSE(contains(narrow.shown(), " │ "));
  auto wide = place.ddx_on_a_terminal({"resolve", "a.md"}, 200);
  wide.wait_for(" │ ");
  press(wide, "", "q");
  CHECK(wide.wait() == 3);
}

TEST_CASE("on a dumb terminal the resolver speaks and takes words", "[cli][resolve][pty]") {
  OpenPlace place;
  const std::string variable = GENERATE("TERM", "DDX_PLAIN");
  place.environment[variable] = "dumb";
  auto terminal = place.ddx_on_a_terminal({"resolve", "--color=never"});
  terminal.wait_for("file 1 of 3: a.md, conflict 1 of 2");
  terminal.wait_for("yours, 1 line:");
  terminal.wait_for("or help: ");
  terminal.send("what\n");
  terminal.wait_for("please answer with one of these words");
  terminal.wait_for("or help: ");
  terminal.send("theirs\n");
  terminal.wait_for("conflict 2 of 2");
  terminal.wait_for("or help: ");
  terminal.send("mine\n");
  terminal.wait_for("b.bin");
  terminal.wait_for("or help: ");
  terminal.send("abort\n");
  terminal.wait_for("yes or no");
  terminal.send("no\n");
  terminal.wait_for("or help: ");
  terminal.send("quit\n");
  CHECK(terminal.wait() == 3);
  CHECK(place.a() == mixed("theirs first\n", "mine last\n"));
  CHECK_FALSE(contains(terminal.shown(), "│"));
  CHECK_FALSE(contains(terminal.shown(), "\x1b["));
}

TEST_CASE("a pull can go straight into the resolver", "[cli][resolve][pty]") {
  OpenPlace place;
  place.ddx({"pull", "--abort"});
  auto terminal = place.ddx_on_a_terminal({"pull", "--interactive"});
  terminal.wait_for("with 3 conflicts to resolve");
  press(terminal, "conflict 1 of 2", "f");
  press(terminal, "whole file", "m");
  press(terminal, "b.bin", "m");
  press(terminal, "c.md", "m");
  terminal.wait_for("End the pull now? [Y/n] ");
  terminal.send("n\n");
  CHECK(terminal.wait() == 0);
  CHECK(contains(terminal.shown(), "'ddx pull --continue' ends the pull."));
  CHECK(place.ddx({"pull", "--continue"}).exit == 0);
}

TEST_CASE("the same conflict is offered its resolution, by the pull, the list and the resolver",
          "[cli][resolve][pty]") {
  OpenPlace place;
  place.project.write(".ddx/a.md", "settled\n");
  place.ddx({"resolve", "--mine"});
  place.ddx({"pull", "--continue"});
  place.ddx({"rollback"});
  REQUIRE(place.a() == text_of("mine"));
  const auto pulled = place.ddx({"pull"});
  CHECK(contains(pulled.err, "ddx: 'a.md' was resolved before: ddx resolve --remembered a.md\n"));
  CHECK(contains(place.ddx({"resolve"}).out, "resolved before:  ddx resolve --remembered a.md\n"));
  auto terminal = place.ddx_on_a_terminal({"resolve", "a.md"});
  press(terminal, "this was resolved before; r does it again", "r");
  CHECK(terminal.wait() == 3);
  CHECK(place.a() == "settled\n");
  CHECK(place.ddx({"resolve", "--remembered", "b.bin"}).exit == 3);
}
