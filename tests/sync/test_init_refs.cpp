#include <catch2/catch_test_macros.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

InitRequest following(Follow follow) {
  InitRequest request;
  request.follow = std::move(follow);
  return request;
}

}  // namespace

TEST_CASE("an annotated and a lightweight tag both lead to their commit", "[sync][init]") {  // [SC A5]
  for (const bool annotated : {true, false}) {
    CAPTURE(annotated);
    World world;
    const std::string tagged = world.move_upstream({{"a.md", "tagged\n"}});
    if (annotated) {
      world.upstream.git({"tag", "-a", "-m", "first", "v1.0"});
    } else {
      world.upstream.git({"tag", "v1.0"});
    }
    world.move_upstream({{"a.md", "newer\n"}});
    const InitReport report = world.init(following(TagName("v1.0")));
    CHECK(report.pull.to.commit.str() == tagged);
    CHECK(report.pull.to.version == "v1.0");
    CHECK(world.read("a.md") == "tagged\n");
    CHECK(world.pull().result == PullResult::up_to_date);
    InitRequest next = following(TagName("v2.0"));
    next.reconfigure = true;
    world.upstream.git({"tag", "-a", "-m", "second", "v2.0"});
    CHECK(world.init(next).pull.to.version == "v2.0");
    CHECK(world.read("a.md") == "newer\n");
  }
}

TEST_CASE("a commit id is followed and stays", "[sync][init]") {
  World world;
  const std::string old = world.move_upstream({{"a.md", "old\n"}});
  world.move_upstream({{"a.md", "new\n"}});
  world.upstream.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
  CHECK(world.init(following(CommitName(old))).pull.to.commit.str() == old);
  CHECK(world.read("a.md") == "old\n");
  world.move_upstream({{"a.md", "newest\n"}});
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("another branch than the default one is followed", "[sync][init]") {
  World world;
  world.move_upstream({{"a.md", "main\n"}});
  world.upstream.git({"checkout", "-q", "-b", "next/big"});
  world.move_upstream({{"a.md", "next\n"}});
  world.upstream.git({"checkout", "-q", "main"});
  world.init(following(BranchName("next/big")));
  CHECK(world.read("a.md") == "next\n");
  world.move_upstream({{"a.md", "main moved\n"}});
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("a switch to another branch is a merge like any other", "[sync][init]") {  // [SC B5]
  World world;
  world.start({{"a.md", "one\ntwo\nthree\nfour\nfive\n"}, {"gone.md", "gone\n"}});
  world.write("a.md", "mine\ntwo\nthree\nfour\nfive\n");
  world.upstream.git({"checkout", "-q", "-b", "next"});
  world.move_upstream({{"a.md", "one\ntwo\nthree\nfour\nnext\n"}, {"gone.md", std::nullopt}});
  InitRequest request = following(BranchName("next"));
  request.reconfigure = true;
  const InitReport report = world.init(request);
  CHECK(lines(report.pull.changes) == Lines{"merged modified a.md", "removed deleted gone.md"});
  CHECK(world.read("a.md") == "mine\ntwo\nthree\nfour\nnext\n");
  CHECK(read_file(world.root / ".ddx.yml").find("branch: next") != std::string::npos);
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("what upstream does not have is named and nothing is left behind", "[sync][init]") {  // [SC A4]
  World world;
  world.move_upstream({{"a.md", "a\n"}});
  const auto code = [&](const InitRequest& request) {
    const ErrorCode found = failure_of([&] { world.init(request); }).code();
    CHECK(world.everything().empty());
    return found;
  };
  CHECK(code(following(BranchName("missing"))) == ErrorCode::ref_not_found);
  CHECK(code(following(TagName("missing"))) == ErrorCode::ref_not_found);
  InitRequest subtree;
  subtree.subtree = "no/such/folder";
  CHECK(code(subtree) == ErrorCode::subtree_not_found);
  InitRequest file;
  file.subtree = "a.md";
  CHECK(code(file) == ErrorCode::subtree_not_found);

  TestRepo empty(world.folder.path() / "empty");
  InitRequest nothing;
  nothing.url = empty.path().string();
  CHECK(code(nothing) == ErrorCode::upstream_empty);
  InitRequest nowhere;
  nowhere.url = (world.folder.path() / "nowhere").string();
  CHECK(code(nowhere) == ErrorCode::upstream_not_found);
  fs::create_directories(world.folder.path() / "just a folder");
  InitRequest folder;
  folder.url = (world.folder.path() / "just a folder").string();
  CHECK(code(folder) == ErrorCode::upstream_not_found);
}

TEST_CASE("an upstream with spaces and letters beyond ASCII in its paths comes over as it is",
          "[sync][init]") {  // [SC A2, D8]
  World world;
  world.move_upstream(
      {{"two words/ünïcödé ☃.md", "snow\n"}, {"日本/語.md", "日本語\n"}, {"e\xcc\x81.md", "decomposed\n"}});
  world.init();
  CHECK(world.here() == world.theirs());
}

TEST_CASE("a bare repository and a file URL are upstreams too", "[sync][init]") {
  World world;
  world.move_upstream({{"a.md", "a\n"}});
  const fs::path bare = world.folder.path() / "bare repo.git";
  world.upstream.git({"clone", "-q", "--bare", ".", bare.string()});
  InitRequest request;
  request.url = "file://" + (world.folder.path() / "bare%20repo.git").string();
  world.init(request);
  CHECK(world.here() == world.theirs());
}

TEST_CASE("a repaired lock loses no edit, whatever happened to the lock", "[sync][init]") {  // [SC F17]
  for (const char* damage : {"deleted", "garbage", "conflicted"}) {
    CAPTURE(damage);
    World world;
    world.start({{"a.md", "one\ntwo\nthree\nfour\nfive\n"}, {"b.md", "b\n"}});
    world.write("a.md", "mine\ntwo\nthree\nfour\nfive\n");
    const fs::path lock = world.root / ".ddx.lock";
    const std::string good = read_file(lock);
    if (damage == std::string("deleted")) {
      fs::remove(lock);
    } else if (damage == std::string("garbage")) {
      write_file(lock, good.substr(0, good.size() / 2));
    } else {
      write_file(lock, "<<<<<<< HEAD\n" + good + "=======\n" + good + ">>>>>>> other\n");
    }
    if (damage != std::string("deleted")) {
      const auto before = world.everything();
      CHECK(exit_code(failure_of([&] { world.pull(); }).code()) == 10);
      CHECK(world.everything() == before);
    }
    world.move_upstream({{"a.md", "one\ntwo\nthree\nfour\nFIVE\n"}, {"b.md", "B\n"}});
    InitRequest repair;
    repair.repair = true;
    const InitReport report = world.init(repair);
    CHECK(report.pull.result == PullResult::updated);
    CHECK(world.read("a.md") == "mine\ntwo\nthree\nfour\nFIVE\n");
    CHECK(world.read("b.md") == "B\n");
    CHECK(lines(world.status()) == Lines{"a.md: customized", "b.md: in sync"});
  }
}

TEST_CASE("a pull without the lock takes equal files over and overwrites none", "[sync][init]") {  // [SC F17]
  World world;
  world.start({{"a.md", "a\n"}, {"b.md", "b\n"}});
  world.write("a.md", "mine\n");
  fs::remove(world.root / ".ddx.lock");
  const PullReport report = world.pull();
  CHECK(lines(report.changes) == Lines{"conflict added a.md", "converged added b.md"});
  CHECK(world.read("a.md").find("mine\n") != std::string::npos);
}

TEST_CASE("reconfigure keeps what the configuration says otherwise, comments included", "[sync][init]") {
  World world;
  world.start({{"prompts/a.md", "a\n"}, {"other/b.md", "b\n"}});
  const std::string config = read_file(world.root / ".ddx.yml");
  write_file(world.root / ".ddx.yml", "# ours\n" + config + "\nother_tool:\n  key: value  # theirs\n");
  InitRequest request;
  request.reconfigure = true;
  request.exclude = {"other/"};
  world.init(request);
  const std::string after = read_file(world.root / ".ddx.yml");
  CHECK(after.find("# ours\n") != std::string::npos);
  CHECK(after.find("  key: value  # theirs\n") != std::string::npos);
  CHECK(world.exists("other/b.md"));
  CHECK(world.pull().result == PullResult::up_to_date);
}
