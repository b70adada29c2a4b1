#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

Layout every_layout() {
  return GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects);
}

const std::string text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const std::string mine = "MINE\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const std::string theirs = "one\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n";
const std::string both = "MINE\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n";

void make_executable(const fs::path& file, bool on = true) {
  fs::permissions(file, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                  on ? fs::perm_options::add : fs::perm_options::remove);
}

void link(const fs::path& file, const std::string& target) {
  fs::create_directories(file.parent_path());
  fs::remove(file);
  fs::create_symlink(target, file);
}

std::string long_text(const std::string& first_line) {
  std::string found = first_line + "\n";
  for (int i = 0; i < 30; ++i) found += "a line that stays, number " + std::to_string(i) + "\n";
  return found;
}

}  // namespace

TEST_CASE("executable bits and links come over and change", "[sync][pull][kinds]") {  // [SC E1, E2]
  World world(every_layout());
  write_file(world.remote("run.sh"), "#!/bin/sh\n");
  write_file(world.remote("plain.sh"), "#!/bin/sh\n");
  make_executable(world.remote("run.sh"));
  link(world.remote("link"), "run.sh");
  link(world.remote("dangling"), "no/where");
  link(world.remote("becomes-file"), "run.sh");
  world.start({{"becomes-link", "a file\n"}});
  CHECK(world.here() == world.theirs());

  make_executable(world.remote("run.sh"), false);
  make_executable(world.remote("plain.sh"));
  link(world.remote("link"), "plain.sh");
  link(world.remote("becomes-link"), "plain.sh");
  fs::remove(world.remote("becomes-file"));
  world.move_upstream({{"becomes-file", "a file now\n"}});
  const PullReport report = world.pull();

  CHECK(lines(report.changes) == Lines{"updated modified becomes-file", "updated modified becomes-link",
                                       "updated modified link", "updated mode plain.sh",
                                       "updated mode run.sh"});
  CHECK(world.here() == world.theirs());
  CHECK(read_file(world.local("run.sh")) == "#!/bin/sh\n");
}

TEST_CASE("an executable bit merges apart from the text", "[sync][pull][kinds]") {  // [SC E1]
  World world;
  world.start({{"here.sh", text}, {"there.sh", text}, {"conflict.sh", "one\n"}});
  world.write("here.sh", text);
  make_executable(world.local("here.sh"));
  world.write("there.sh", mine);
  world.write("conflict.sh", "mine\n");
  make_executable(world.remote("there.sh"));
  make_executable(world.remote("conflict.sh"));
  world.move_upstream({{"here.sh", theirs}, {"conflict.sh", "theirs\n"}});
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"content conflict.sh"});
  const DiskTree here = world.here();
  CHECK(here.at("here.sh") == "755 " + theirs);
  CHECK(here.at("there.sh") == "755 " + mine);
  CHECK(here.at("conflict.sh").starts_with("755 <<<<<<< yours\n"));
}

TEST_CASE("a replaced file keeps its other permission bits", "[sync][pull][kinds]") {  // [SC E10]
  World world;
  world.start({{"a.md", "a\n"}});
  fs::permissions(world.local("a.md"), fs::perms(0640));
  world.move_upstream({{"a.md", "better\n"}});
  world.pull();
  struct stat info {};
  REQUIRE(stat(world.local("a.md").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0640);
  make_executable(world.remote("a.md"));
  world.move_upstream({});
  world.pull();
  REQUIRE(stat(world.local("a.md").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0750);
}

TEST_CASE("files and folders that trade places are swapped", "[sync][pull][kinds]") {
  World world(every_layout());
  world.start(
      {{"file", "file\n"}, {"folder/a.md", "a\n"}, {"folder/deep/b.md", "b\n"}, {"folder.md", "beside\n"}});
  fs::remove(world.remote("file"));
  fs::remove_all(world.remote("folder"));
  world.move_upstream({{"file/inner/x.md", "x\n"}, {"folder", "a file now\n"}});
  const PullReport report = world.pull();
  CHECK(report.conflicts.empty());
  CHECK(world.here() == world.theirs());
  fs::remove_all(world.remote("file"));
  fs::remove(world.remote("folder"));
  world.move_upstream({{"file", "file\n"}, {"folder/a.md", "a\n"}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.here() == world.theirs());
}

TEST_CASE("a folder with something of the user's is in the way of a file: both stay", "[sync][pull][kinds]") {
  World world;
  world.start({{"thing/a.md", "a\n"}, {"other.md", "o\n"}});
  world.write("thing/mine.md", "mine\n");
  fs::remove_all(world.remote("thing"));
  world.move_upstream({{"thing", "a file now\n"}, {"other.md", "O\n"}});
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"type thing"});
  CHECK(world.read("thing/mine.md") == "mine\n");
  CHECK(world.read("other.md") == "O\n");
}

TEST_CASE("a local file is in the way of a folder: it stays", "[sync][pull][kinds]") {
  World world;
  world.start({{"a.md", "a\n"}});
  world.write("tools", "my file\n");
  world.move_upstream({{"tools/x.md", "x\n"}, {"tools/y.md", "y\n"}, {"a.md", "A\n"}});
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"type tools/x.md", "type tools/y.md"});
  CHECK(world.read("tools") == "my file\n");
  CHECK(world.read("a.md") == "A\n");
}

TEST_CASE("a local link in place of a folder is never written through",
          "[sync][pull][kinds]") {  // [SC E2, E4]
  World world;
  world.start({{"folder/a.md", "a\n"}, {"folder/b.md", "b\n"}});
  const fs::path outside = world.folder.path() / "outside";
  write_file(outside / "a.md", "a\n");
  write_file(outside / "b.md", "b\n");
  fs::remove_all(world.local("folder"));
  link(world.local("folder"), outside.string());
  world.move_upstream({{"folder/a.md", "changed\n"}, {"folder/b.md", std::nullopt}, {"folder/c.md", "c\n"}});
  const PullReport report = world.pull();
  CHECK(report.result == PullResult::conflicts);
  CHECK(tree_on_disk(outside) == DiskTree{{"a.md", "644 a\n"}, {"b.md", "644 b\n"}});
  CHECK(fs::is_symlink(world.local("folder")));
}

TEST_CASE("upstream puts a link where a folder was: what is behind it survives",
          "[sync][pull][kinds]") {  // [SC E4]
  World world;
  world.start({{"folder/a.md", "a\n"}, {"target/a.md", "behind\n"}});
  fs::remove_all(world.remote("folder"));
  link(world.remote("folder"), "target");
  world.move_upstream({});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.here() == world.theirs());
  CHECK(world.read("target/a.md") == "behind\n");
  fs::remove(world.remote("folder"));
  world.move_upstream({{"folder/a.md", "back\n"}});
  world.pull();
  CHECK(world.here() == world.theirs());
}

TEST_CASE("an emptied folder goes, one with local files stays", "[sync][pull][kinds]") {  // [SC E5, C11]
  World world(every_layout());
  world.start({{"gone/deep/a.md", "a\n"}, {"kept/deep/b.md", "b\n"}, {"c.md", "c\n"}});
  world.write("kept/mine.md", "mine\n");
  world.move_upstream({{"gone/deep/a.md", std::nullopt}, {"kept/deep/b.md", std::nullopt}});
  world.pull();
  CHECK_FALSE(world.exists("gone"));
  CHECK_FALSE(world.exists("kept/deep"));
  CHECK(world.read("kept/mine.md") == "mine\n");
}

TEST_CASE("the last file of the local tree can go", "[sync][pull][kinds]") {
  World world;
  world.start({{"a.md", "a\n"}});
  world.move_upstream({{"a.md", std::nullopt}, {"b/c.md", "c\n"}});
  world.pull();
  CHECK(world.here() == DiskTree{{"b/c.md", "644 c\n"}});
}

TEST_CASE("a local edit follows a file that upstream renamed", "[sync][pull][kinds]") {  // [SC E13]
  World world(every_layout());
  world.start(
      {{"exact.md", text}, {"similar.md", long_text("first")}, {"untouched.md", "just moves, unedited\n"}});
  world.write("exact.md", mine);
  world.write("similar.md", long_text("first") + "my last line\n");
  world.move_upstream({{"exact.md", std::nullopt},
                       {"similar.md", std::nullopt},
                       {"untouched.md", std::nullopt},
                       {"moved/exact.md", text},
                       {"moved/other-name.md", long_text("changed first")},
                       {"moved/untouched.md", "just moves, unedited\n"}});
  const PullReport report = world.pull();
  CHECK(report.conflicts.empty());
  CHECK(lines(report.changes) == Lines{"merged renamed exact.md -> moved/exact.md",
                                       "merged renamed similar.md -> moved/other-name.md",
                                       "updated renamed untouched.md -> moved/untouched.md"});
  CHECK(world.here() ==
        DiskTree{{"moved/exact.md", "644 " + mine},
                 {"moved/other-name.md", "644 " + long_text("changed first") + "my last line\n"},
                 {"moved/untouched.md", "644 just moves, unedited\n"}});
  CHECK(world.pull().result == PullResult::up_to_date);
  world.move_upstream({{"moved/exact.md", theirs}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read("moved/exact.md") == both);
}

TEST_CASE("a file deleted here and renamed upstream is a conflict", "[sync][pull][kinds]") {
  World world;
  world.start({{"old.md", text}, {"b.md", "b\n"}});
  world.edit({{"old.md", std::nullopt}});
  world.move_upstream({{"old.md", std::nullopt}, {"new.md", text}});
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"rename-delete new.md"});
  CHECK_FALSE(world.exists("new.md"));
}

TEST_CASE("a conflict in a renamed file is at its new place", "[sync][pull][kinds]") {
  World world;
  world.start({{"old.md", long_text("one")}});
  world.write("old.md", long_text("mine"));
  world.move_upstream({{"old.md", std::nullopt}, {"new.md", long_text("theirs")}});
  const auto before = world.everything();
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"content new.md"});
  CHECK_FALSE(world.exists("old.md"));
  CHECK(world.read("new.md").starts_with("<<<<<<< yours\nmine\n"));
  SECTION("aborted, it is back at the old one") {
    world.abort();
    CHECK(world.everything() == before);
  }
  SECTION("continued, the new name is known") {
    world.write("new.md", long_text("both"));
    world.continue_pull();
    CHECK(world.pull().result == PullResult::up_to_date);
    CHECK(lines(world.status()) == Lines{"new.md: customized"});
  }
}

TEST_CASE("binary files are never merged as text", "[sync][pull][kinds]") {  // [SC D7]
  World world(every_layout());
  const std::string base("\0base\n", 6), ours("\0ours\n", 6), other("\0other\n", 7);
  world.start({{"a.bin", base}, {"b.bin", base}});
  world.write("a.bin", ours);
  world.move_upstream({{"a.bin", other}, {"b.bin", other}});
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"binary a.bin"});
  CHECK(report.conflicts[0].hunks.empty());
  CHECK(world.read("a.bin") == ours);
  CHECK(world.read("b.bin") == other);
}

TEST_CASE("texts whose lines are too many, or look like the longest markers, are like binary files",
          "[sync][pull][kinds]") {
  const std::string lines_of_many(3'400'000, '\n'), odd = std::string(201, '<') + " yours\n";
  World world;
  world.start({{"many.md", lines_of_many}, {"odd.md", odd}});
  world.edit({{"many.md", "mine\n" + lines_of_many}, {"odd.md", odd + "mine\n"}});
  world.move_upstream({{"many.md", lines_of_many + "theirs\n"}, {"odd.md", odd + "theirs\n"}});
  CHECK(lines(world.pull().conflicts) == Lines{"binary many.md", "binary odd.md"});
  CHECK(world.read("odd.md") == odd + "mine\n");
  CHECK(world.continue_pull({{"", Side::theirs}}).result == PullResult::updated);
  CHECK(world.read("many.md") == lines_of_many + "theirs\n");
}

TEST_CASE("links that both sides changed, and links against files, are conflicts that keep yours",
          "[sync][pull][kinds]") {
  World world;
  link(world.remote("both"), "a");
  link(world.remote("to-file"), "a");
  world.start({{"to-link", "a file\n"}});
  link(world.local("both"), "mine");
  link(world.local("to-file"), "mine");
  world.write("to-link", "my file\n");
  link(world.remote("both"), "theirs");
  link(world.remote("to-link"), "theirs");
  fs::remove(world.remote("to-file"));
  world.move_upstream({{"to-file", "their file\n"}});
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"symlink both", "type to-file", "type to-link"});
  CHECK(world.here() ==
        DiskTree{{"both", "link mine"}, {"to-file", "link mine"}, {"to-link", "644 my file\n"}});
}

TEST_CASE("names keep their bytes, composed or not", "[sync][pull][kinds]") {  // [SC D8]
  World world;
  const std::string composed = "caf\xc3\xa9.md", decomposed = "cre\xcc\x80me.md";
  world.start({{composed, text}, {decomposed, text}});
  world.write(decomposed, mine);
  world.move_upstream({{composed, theirs}, {decomposed, theirs}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.here() == DiskTree{{composed, "644 " + theirs}, {decomposed, "644 " + both}});
}

TEST_CASE("bytes are kept as they are: no newline at the end, CRLF, a byte order mark, broken UTF-8",
          "[sync][pull][kinds]") {  // [SC D5, D8]
  World world(every_layout());
  const Edits odd = {{"no-newline", "one\ntwo"},
                     {"crlf", "one\r\ntwo\r\n"},
                     {"bom", "\xef\xbb\xbfone\n"},
                     {"latin1", "caf\xe9\n"},
                     {"empty", ""},
                     {"mixed", "one\r\ntwo\n"}};
  world.start(odd);
  CHECK(world.here() == world.theirs());
  world.move_upstream({{"no-newline", "one\ntwo\nthree"},
                       {"crlf", "one\r\n2\r\n"},
                       {"bom", "one\n"},
                       {"latin1", "\xe9t\xe9\n"},
                       {"empty", "\n"},
                       {"mixed", "one\ntwo\r\n"}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.here() == world.theirs());
}
