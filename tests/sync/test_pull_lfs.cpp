#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

std::string pointer(char digit, int size) {
  return "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, digit) + "\nsize " +
         std::to_string(size) + "\n";
}

// What git-lfs commits for these bytes; its SHA-256 is that of `printf content`.
const std::string content = "content";
const std::string its_pointer =
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73\nsize 7\n";

/// The project's git has LFS, and any run of it would leave a trace.
fs::path install_lfs(const World& world) {
  const fs::path proof = world.folder.path() / "proof";
  for (const char* side : {"clean", "smudge", "process"})
    world.repository.git({"config", std::string("filter.lfs.") + side, "touch " + proof.string()});
  world.repository.git({"config", "filter.lfs.required", "true"});
  return proof;
}

}  // namespace

TEST_CASE("LFS pointers come as pointers, and the report says that their content did not",
          "[sync][pull][lfs]") {  // [SC E11]
  World world(GENERATE(Layout::plain, Layout::two_projects));
  if (GENERATE(false, true)) world.repository.git({"config", "core.autocrlf", "true"});
  world.start({{".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs\n"}, {"a.bin", pointer('1', 10)}});
  if (GENERATE(false, true)) install_lfs(world);
  CHECK(world.read("a.bin") == pointer('1', 10));
  world.move_upstream({{"a.bin", pointer('2', 20)}, {"b.bin", pointer('3', 30)}});
  const PullReport report = world.pull();
  CHECK(report.warnings == Lines{"Git LFS pointers came without their content, 'git lfs pull' gets it: "
                                 "'a.bin', 'b.bin'"});
  CHECK(world.read("a.bin") == pointer('2', 20));
  CHECK(world.read("b.bin") == pointer('3', 30));
  CHECK(world.pull().warnings.empty());
}

TEST_CASE("a pointer that both sides changed is a conflict without markers", "[sync][pull][lfs]") {
  World world;
  world.start({{"a.bin", pointer('1', 10)}, {"b.bin", "text\n"}});
  world.write("a.bin", pointer('2', 20));
  world.write("b.bin", "mine\n");
  world.move_upstream({{"a.bin", pointer('3', 30)}, {"b.bin", pointer('4', 40)}});
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"binary a.bin", "binary b.bin"});
  for (const Conflict& conflict : report.conflicts)
    CHECK(conflict.note == "a Git LFS pointer: take a side, then 'git lfs pull' gets its content");
  CHECK(world.read("a.bin") == pointer('2', 20));
  world.continue_pull({{"", Side::theirs}});
  CHECK(world.read("a.bin") == pointer('3', 30));
}

TEST_CASE("content that Git LFS put in a pointer's place is no edit, and no filter is run",
          "[sync][pull][lfs]") {
  World world;
  world.start({{".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n"},
               {"a.bin", its_pointer},
               {"b.bin", its_pointer}});
  const fs::path proof = install_lfs(world);
  world.write("a.bin", content);
  world.write("b.bin", content + " that was edited");
  CHECK(lines(world.status()) == Lines{".gitattributes: in sync", "a.bin: in sync", "b.bin: customized"});
  world.move_upstream({{"a.bin", pointer('2', 20)}, {"b.bin", pointer('3', 30)}});
  const PullReport report = world.pull();
  CHECK(lines(report.conflicts) == Lines{"binary b.bin"});
  CHECK(world.read("a.bin") == pointer('2', 20));
  CHECK(world.read("b.bin") == content + " that was edited");
  CHECK_FALSE(fs::exists(proof));
}

TEST_CASE("without Git LFS in the user's settings the bytes are what counts", "[sync][pull][lfs]") {
  World world;
  world.start({{".gitattributes", "*.bin filter=lfs -text\n"}, {"a.bin", its_pointer}});
  world.write("a.bin", content);
  CHECK(lines(world.status()) == Lines{".gitattributes: in sync", "a.bin: customized"});
}

TEST_CASE("a conflict in a generated file says so", "[sync][pull][attributes]") {
  World world;
  const bool by_attribute = GENERATE(true, false);
  world.start({{".gitattributes", by_attribute ? "*.lock linguist-generated\n" : ""},
               {"x.lock", "1\n"},
               {"y.md", "1\n"}});
  if (!by_attribute) world.configure("generated: ['*.lock']\n");
  world.edit({{"x.lock", "2\n"}, {"y.md", "2\n"}});
  world.move_upstream({{"x.lock", "3\n"}, {"y.md", "3\n"}});
  const PullReport report = world.pull();
  REQUIRE(lines(report.conflicts) == Lines{"content x.lock", "content y.md"});
  CHECK(report.conflicts[0].note == "a generated file: take upstream's, then generate it anew");
  CHECK(report.conflicts[1].note.empty());
}
