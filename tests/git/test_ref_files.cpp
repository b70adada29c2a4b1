#include "git/ref_files.hpp"

#include <catch2/catch_test_macros.hpp>

#include "ddx/error.hpp"
#include "git/owned_lock.hpp"
#include "git/project_repository.hpp"
#include "support/faulty_files.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using namespace ddx::test;

namespace {

constexpr const char* ours = "refs/ddx/root/main/snap/1";

struct Clone {
  TempDir folder;
  TestRepo repo{folder.path() / "repo"};
  FaultyFiles files;
  TestHost events{files};
  Host& host = events.host();
  Oid first, second;

  Clone() {
    repo.write("a", "1\n");
    first = *Oid::parse(repo.commit("first"));
    repo.write("a", "2\n");
    second = *Oid::parse(repo.commit("second"));
    host.patience = std::chrono::milliseconds(20);
  }
  [[nodiscard]] fs::path git_dir() const { return repo.path() / ".git"; }
  [[nodiscard]] git::ProjectRepository open() { return git::ProjectRepository::open(repo.path(), host); }
  [[nodiscard]] std::string target(const std::string& name) const {
    return repo.try_git({"rev-parse", "--verify", "-q", name}).out;
  }
};

}  // namespace

TEST_CASE("git reads the refs that ddx writes, and misses those that it removes", "[git][refs]") {
  Clone clone;
  auto repository = clone.open();
  CHECK(repository.move_reference(ours, clone.first, std::nullopt, ""));
  CHECK(clone.target(ours) == clone.first.str() + "\n");
  CHECK_FALSE(repository.move_reference(ours, clone.second, std::nullopt, ""));
  SECTION("loose") {}
  SECTION("packed") { clone.repo.git({"pack-refs", "--all", "--prune"}); }
  SECTION("packed, and moved since") {
    clone.repo.git({"pack-refs", "--all", "--prune"});
    CHECK(repository.move_reference(ours, clone.second, clone.first, ""));
    CHECK(clone.target(ours) == clone.second.str() + "\n");
  }
  clone.repo.git({"tag", "-a", "-m", "kept", "v1"});
  clone.repo.git({"pack-refs", "--all"});
  repository.remove_reference(ours);
  repository.remove_reference(ours);
  CHECK(clone.target(ours).empty());
  CHECK(clone.repo.git({"rev-parse", "v1^{commit}"}) == clone.second.str());
  CHECK(clone.repo.git({"fsck", "--strict"}).empty());
  CHECK(fs::is_empty(clone.git_dir() / "ddx/locks"));
}

TEST_CASE("a branch moves as git would move it, its log included", "[git][refs]") {
  Clone clone;
  clone.repo.git({"config", "user.name", "Ada"});
  clone.repo.git({"config", "user.email", "ada@example.com"});
  auto repository = clone.open();
  CHECK_FALSE(repository.move_reference("refs/heads/main", clone.first, clone.first, "raced"));
  CHECK(clone.target("HEAD") == clone.second.str() + "\n");
  SECTION("the branch that HEAD is on") {
    CHECK(repository.move_reference("refs/heads/main", clone.first, clone.second, "ddx pull: to v2"));
    CHECK(clone.repo.git({"reflog", "-1", "--format=%gd %gs", "main"}) == "main@{0} ddx pull: to v2");
  }
  SECTION("a detached HEAD") {
    clone.repo.git({"checkout", "-q", "--detach"});
    CHECK(repository.move_reference("HEAD", clone.first, clone.second, "ddx pull: to v2"));
  }
  CHECK(clone.repo.git({"rev-parse", "HEAD"}) == clone.first.str());
  CHECK(clone.repo.git({"reflog", "-1", "--format=%gs %gn", "HEAD"}) == "ddx pull: to v2 Ada");
  CHECK(fs::is_empty(clone.git_dir() / "ddx/locks"));
}

TEST_CASE("a lock of git's is waited for and never removed", "[git][refs]") {
  Clone clone;
  auto repository = clone.open();
  write_file(clone.git_dir() / "refs/heads/main.lock", "");
  try {
    repository.move_reference("refs/heads/main", clone.first, clone.second, "");
    FAIL("it did not wait");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::git_busy);
  }
  git::OwnedLock::release_dead_lock(clone.files, clone.git_dir());
  CHECK(fs::exists(clone.git_dir() / "refs/heads/main.lock"));
}

TEST_CASE("the lock of a process that was killed is released, wherever it died", "[git][refs]") {
  for (std::size_t point = 1;; ++point) {
    INFO("killed at call " << point);
    Clone clone;
    FaultyFiles dying([&](const FaultyFiles::Call& call) {
      if (call.kind == FaultyFiles::Kind::changing && call.number >= point)
        throw std::system_error(EIO, std::generic_category(), "dead");  // and all that comes after it
    });
    TestHost events(dying);
    bool done = false;
    try {
      auto repository = git::ProjectRepository::open(clone.repo.path(), events.host());
      done = repository.move_reference("refs/heads/main", clone.first, clone.second, "");
    } catch (const std::system_error&) {
    }
    git::OwnedLock::release_dead_lock(clone.files, clone.git_dir());
    CHECK_FALSE(fs::exists(clone.git_dir() / "refs/heads/main.lock"));
    const std::string now = clone.repo.git({"rev-parse", "main"});
    CHECK((now == clone.first.str() || now == clone.second.str()));
    CHECK(clone.repo.try_git({"commit", "-q", "--allow-empty", "-m", "git goes on"}).exit == 0);
    if (done) break;
    REQUIRE(point < 100);
  }
}

TEST_CASE("without hard links a dead lock is known all the same", "[git][refs]") {
  Clone clone;
  bool die = false;
  FaultyFiles linkless([&](const FaultyFiles::Call& call) {
    if (call.name == "hard_link") {
      die = true;
      throw std::system_error(EPERM, std::generic_category(), "link");
    }
    if (die && call.name != "rename" && call.kind == FaultyFiles::Kind::changing)
      throw std::system_error(EIO, std::generic_category(), "dead");
  });
  TestHost events(linkless);
  CHECK_THROWS_AS(git::OwnedLock(events.host(), clone.git_dir(), "refs/heads/main", "x").publish(),
                  std::system_error);
  // The lock was published by rename; what is left is the note.
  git::OwnedLock::release_dead_lock(clone.files, clone.git_dir());
  CHECK(fs::is_empty(clone.git_dir() / "ddx/locks"));
}
