#include <catch2/catch_test_macros.hpp>

#include <filesystem>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

const std::string binary("a\0b", 3), binary_mine("a\0mine", 6), binary_theirs("a\0theirs", 8);

Edits many_files(int count) {
  Edits files;
  for (int i = 0; i < count; ++i) files["f" + std::to_string(i) + ".md"] = std::to_string(i) + "\n";
  return files;
}

RollbackRequest confirmed() {
  RollbackRequest request;
  request.assume_yes = true;
  return request;
}

}  // namespace

TEST_CASE("a folder that becomes a file is pulled and rolled back, however few files there are",
          "[sync][rollback]") {
  World world;
  world.start({{"d/x", "1\n"}});
  const auto before = world.everything();
  world.upstream.remove("d");
  world.move_upstream({{"d", "2\n"}});

  CHECK(world.pull().result == PullResult::updated);
  CHECK(world.here() == world.theirs());
  CHECK(world.rollback().result == RollbackResult::rolled_back);
  CHECK(world.everything() == before);
}

TEST_CASE("a rolled back lock lists nothing that the operation added without writing a file",
          "[sync][rollback]") {
  World world;
  world.start({{"f", "1\n"}, {"a.md", "a\n"}});
  world.write("f", "mine\n");
  const auto before = world.everything();
  world.move_upstream({{"f", std::nullopt}, {"f/one", "2\n"}, {"a.md", "b\n"}});
  REQUIRE(world.pull().result == PullResult::conflicts);
  world.continue_pull({{"", Side::mine}});

  world.rollback();

  CHECK(world.everything() == before);
  CHECK(world.status().resources.size() == 3);
}

TEST_CASE("giving a pull up restores what was decided without markers", "[sync][abort]") {
  World world;
  world.start({{"b.bin", binary}, {"gone.md", "1\n"}});
  world.write("b.bin", binary_mine);
  world.write("gone.md", "mine\n");
  const auto before = world.everything();
  world.move_upstream({{"b.bin", binary_theirs}, {"gone.md", std::nullopt}});
  REQUIRE(world.pull().conflicts.size() == 2);
  world.write("b.bin", binary);
  std::filesystem::remove(world.local("gone.md"));

  const AbortReport report = world.abort();

  CHECK(world.everything() == before);
  CHECK(report.edited_since == std::vector<RelPath>{RelPath::parse("b.bin")});
}

TEST_CASE("rolling an ended pull back restores what was decided without markers", "[sync][rollback]") {
  World world;
  world.start({{"b.bin", binary}, {"gone.md", "1\n"}});
  world.write("b.bin", binary_mine);
  world.write("gone.md", "mine\n");
  const auto before = world.everything();
  world.move_upstream({{"b.bin", binary_theirs}, {"gone.md", std::nullopt}});
  world.pull();
  world.write("b.bin", binary);
  std::filesystem::remove(world.local("gone.md"));
  world.continue_pull();

  CHECK(world.rollback().result == RollbackResult::rolled_back);
  CHECK(world.everything() == before);
}

TEST_CASE("an init of many files is undone only when that was confirmed", "[sync][rollback]") {
  World world;
  world.start(many_files(30));
  const auto before = world.everything();

  const Error refused = failure_of([&] { world.rollback(); });

  CHECK(refused.code() == ErrorCode::confirmation_needed);
  CHECK(suggests(refused, Recovery::confirm_with_yes));
  CHECK(world.everything() == before);
  CHECK(world.rollback(confirmed()).result == RollbackResult::rolled_back);
  CHECK(world.here().empty());
}

TEST_CASE("what the rollback of an init left behind can be listed and brought back", "[sync][rollback]") {
  World world;
  world.start(many_files(3));
  world.write("ours.md", "ours\n");
  const auto before = world.everything();
  const std::string snapshot = world.rollback().snapshot;
  REQUIRE_FALSE(std::filesystem::exists(world.root / ".ddx.yml"));

  const Workspace former = find_rollback_workspace(world.root, world.host);
  RollbackRequest back;
  back.to = snapshot;

  CHECK(list_operations(former, world.host).size() == 2);
  CHECK(rollback(former, back, world.host).result == RollbackResult::rolled_back);
  CHECK(world.everything() == before);
}

TEST_CASE("a rollback of one path names the operation, the rest of which still stands", "[sync][rollback]") {
  World world;
  world.start({{"a.md", "1\n"}, {"b.md", "1\n"}});
  world.move_upstream({{"a.md", "2\n"}, {"b.md", "2\n"}});
  const std::string operation = world.pull().operation;
  RollbackRequest one;
  one.paths = {"a.md"};

  CHECK(world.rollback(one).undone == Lines{operation});
  CHECK(world.read("a.md") == "1\n");
  CHECK(world.read("b.md") == "2\n");
  CHECK_FALSE(list_operations(world.workspace(), world.host)[1].undone);
}

TEST_CASE("a file that cannot come is kept out by --mine, and comes when the way is free",
          "[sync][conflict]") {
  World world;
  world.start({{"f", "1\n"}});
  std::filesystem::remove(world.local("f"));
  world.write("f/inside.md", "ours\n");
  world.move_upstream({{"f", "2\n"}});
  REQUIRE(world.pull().conflicts.front().kind == ConflictKind::type);

  CHECK(failure_of([&] { world.continue_pull({{"", Side::theirs}}); }).code() == ErrorCode::unresolved);
  std::filesystem::remove_all(world.local("f"));
  world.continue_pull({{"", Side::theirs}});

  CHECK(world.read("f") == "2\n");
}

TEST_CASE("a configuration of another tool is kept and completed", "[sync][init]") {
  World world;
  world.move_upstream({{"a.md", "1\n"}});
  write_file(world.root / ".ddx.yml", "# theirs\nvariables:\n  name: x\n");

  world.init();

  CHECK(read_file(world.root / ".ddx.yml").starts_with("# theirs\nvariables:\n  name: x\n"));
  CHECK(world.here() == world.theirs());
}

TEST_CASE("a local tree that is a link is refused before anything else", "[sync][init]") {
  World world;
  world.move_upstream({{"a.md", "1\n"}});
  std::filesystem::create_directories(world.root / "elsewhere");
  std::filesystem::create_symlink("elsewhere", world.root / ".ddx");

  CHECK(failure_of([&] { world.init(); }).code() == ErrorCode::unsupported_repository);
  CHECK(std::filesystem::is_empty(world.root / "elsewhere"));
}
