#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

const std::string text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const std::string mine = "MINE\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const std::string theirs = "one\ntwo\nthree\nfour\nfive\nsix\nTHEIRS\n";

void put(const fs::path& file, const std::string& bytes, bool executable) {
  write_file(file, bytes);
  fs::permissions(file, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                  executable ? fs::perm_options::add : fs::perm_options::remove);
}

void link(const fs::path& file, const std::string& target) {
  fs::create_directories(file.parent_path());
  fs::remove(file);
  fs::create_symlink(target, file);
}

/// Every way in which the bit and the text can have changed: three bits for the bit, two for the text.
constexpr int combinations = 32;

void put_all(const fs::path& folder, int side, const std::string& changed) {
  for (int i = 0; i < combinations; ++i) {
    const bool executable = (i >> side & 1) != 0;
    const bool edited = side != 0 && (i >> (2 + side) & 1) != 0;
    put(folder / ("f" + std::to_string(i)), edited ? changed : text, executable);
  }
}

}  // namespace

TEST_CASE("bit and text merge in every combination as git merge merges them",
          "[sync][pull][kinds]") {  // [SC E1]
  World world;
  put_all(world.remote("."), 0, text);
  world.start({});
  put_all(world.local("."), 1, mine);
  put_all(world.remote("."), 2, theirs);
  world.move_upstream({});
  CHECK(world.pull().conflicts.empty());

  TestRepo scratch(world.folder.path() / "scratch");
  put_all(scratch.path(), 0, text);
  scratch.commit("base");
  scratch.git({"checkout", "-q", "-b", "theirs"});
  put_all(scratch.path(), 2, theirs);
  scratch.commit("theirs");
  scratch.git({"checkout", "-q", "main"});
  put_all(scratch.path(), 1, mine);
  scratch.commit("ours");
  scratch.git({"merge", "-q", "--no-edit", "theirs"});
  CHECK(world.here() == tree_on_disk(scratch.path()));
}

TEST_CASE("without core.fileMode the bit on disk is no edit, and upstream's is recorded",
          "[sync][pull][kinds]") {  // [SC E1]
  World world;
  world.repository.git({"config", "core.fileMode", GENERATE("false", "no", "0")});
  put(world.remote("run.sh"), text, true);
  world.start({{"plain.md", text}});
  put(world.local("run.sh"), text, false);
  put(world.local("plain.md"), mine, true);
  CHECK(lines(world.status()) == Lines{"plain.md: customized", "run.sh: in sync"});
  put(world.remote("run.sh"), theirs, true);
  put(world.remote("plain.md"), theirs, true);
  world.move_upstream({});
  CHECK(world.pull().conflicts.empty());
  CHECK(read_file(world.root / ".ddx.lock").find("100755") != std::string::npos);
  CHECK(lines(world.status()) == Lines{"plain.md: customized", "run.sh: in sync"});
}

TEST_CASE("without core.symlinks a link is a small file that holds its target, as for git",
          "[sync][pull][kinds]") {  // [SC E2]
  World world(GENERATE(Layout::plain, Layout::two_projects));
  world.repository.git({"config", "core.symlinks", "false"});
  world.repository.git({"config", "core.autocrlf", "true"});
  link(world.remote("link"), "a.md");
  link(world.remote("both"), "a.md");
  world.start({{"a.md", "a\n"}, {"becomes", "a file\n"}});
  CHECK(world.here().at("link") == "644 a.md");
  for (const std::string& line : lines(world.status())) CHECK(line.ends_with(": in sync"));
  CHECK(ddx::diff(world.workspace(), {}, world.host).files.empty());

  world.write("both", "mine.md");
  CHECK(lines(world.status())[2] == "both: customized");
  for (const char* name : {"link", "both", "becomes"}) link(world.remote(name), "b.md");
  world.move_upstream({{"b.md", "b\n"}});
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"symlink both"});
  CHECK(world.here().at("link") == "644 b.md");
  CHECK(world.here().at("becomes") == "644 b.md");
  CHECK(world.here().at("both") == "644 mine.md");
  world.continue_pull({{"", Side::theirs}});
  CHECK(world.here().at("both") == "644 b.md");
  for (const std::string& line : lines(world.status())) CHECK(line.ends_with(": in sync"));
}

TEST_CASE("a link against a file is a conflict that either side decides", "[sync][pull][kinds]") {  // [SC E2]
  World world;
  link(world.remote("to-file"), "a.md");
  world.start({{"to-link", "a file\n"}, {"a.md", "a\n"}});
  link(world.local("to-file"), "mine");
  world.write("to-link", "my file\n");
  fs::remove(world.remote("to-file"));
  link(world.remote("to-link"), "a.md");
  world.move_upstream({{"to-file", "their file\n"}});
  CHECK(lines(world.pull().conflicts) == Lines{"type to-file", "type to-link"});
  const DiskTree ours = world.here();
  const Side side = GENERATE(Side::mine, Side::theirs);
  world.continue_pull({{"", side}});
  CHECK(world.here() == (side == Side::mine ? ours : world.theirs()));
  CHECK(world.pull().result == PullResult::up_to_date);
}
