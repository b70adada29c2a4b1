#include "git/upstream_repository.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>
#include <system_error>

#include "ddx/error.hpp"

#include "git/objects.hpp"
#include "support/faulty_files.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using ddx::git::Fetched;
using ddx::git::FetchOptions;
using ddx::git::UpstreamRepository;

namespace {

namespace fs = std::filesystem;

/// An upstream with three commits on `main`, the place for our copy of it, and a host.
struct Scene {
  Scene() : upstream(folder.path() / "library") {
    for (const char* text : {"one\n", "two\n", "three\n"}) {
      upstream.write("prompts/greet.md", text);
      commits.push_back(upstream.commit(text));
    }
  }

  [[nodiscard]] fs::path ours() const { return folder.path() / "ddx" / "upstream.git"; }
  UpstreamRepository open() { return UpstreamRepository::open(ours(), host); }
  [[nodiscard]] FetchOptions options(Follow follow = DefaultBranch{}) const {
    FetchOptions result{UpstreamUrl::parse(upstream.path().string()), folder.path()};
    result.follow = std::move(follow);
    return result;
  }
  Fetched fetch(Follow follow = DefaultBranch{}) {
    return open().fetch("p", options(std::move(follow)), host);
  }
  /// Every object in our copy, by the real git.
  std::size_t object_count() {
    std::istringstream lines(test::TestRepo::existing(ours()).git(
        {"cat-file", "--batch-check=%(objectname)", "--batch-all-objects"}));
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line);) ++count;
    return count;
  }
  std::string git_in_ours(const std::vector<std::string>& arguments) {
    return test::TestRepo::existing(ours()).git(arguments);
  }

  test::TempDir folder;
  test::TestHost host;
  test::TestRepo upstream;
  std::vector<std::string> commits;
};

/// Runs `body` and gives back the error it must throw.
template <class Body>
Error error_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("the first fetch brings one commit with its files and no history", "[git][fetch]") {
  Scene scene;
  const Fetched fetched = scene.fetch();
  CHECK(fetched.commit.str() == scene.commits.back());
  CHECK(fetched.ref == "refs/heads/main");
  CHECK(fetched.branch == "main");
  CHECK(fetched.received_objects);
  CHECK(scene.object_count() == 4);  // commit, two folders, file
  CHECK(scene.git_in_ours({"log", "--format=%H", "refs/ddx/p/fetched"}) == scene.commits.back());
  CHECK(scene.git_in_ours({"fsck", "--strict"}).empty());
}

TEST_CASE("whoever opens our copy at the same time as others makes it with them", "[git][fetch]") {
  constexpr int rounds = 20, processes = 8;
  for (int round = 0; round < rounds; ++round) {
    Scene scene;
    const bool is_damaged = round % 2 == 1;
    if (is_damaged) test::write_file(scene.ours() / "HEAD", "no repository\n");
    std::array<int, 2> gate{};
    REQUIRE(pipe(gate.data()) == 0);
    std::vector<pid_t> children;
    for (int i = 0; i < processes; ++i) {
      children.push_back(fork());
      if (children.back() != 0) continue;
      char go = 0;
      close(gate[1]);
      static_cast<void>(!read(gate[0], &go, 1));  // all start when it is closed
      try {
        static_cast<void>(scene.open());
      } catch (const std::exception&) {
        _exit(1);
      }
      _exit(0);
    }
    close(gate[0]);
    close(gate[1]);
    int failed = 0;
    for (const pid_t child : children) {
      int status = 0;
      waitpid(child, &status, 0);
      failed += status == 0 ? 0 : 1;
    }
    CHECK(failed == 0);
    const auto is_kept = [](const fs::directory_entry& entry) {
      return entry.path().filename().string().starts_with("upstream.git.damaged-");
    };
    CHECK(std::ranges::count_if(fs::directory_iterator(scene.ours().parent_path()), is_kept) ==
          (is_damaged ? 1 : 0));
    CHECK(scene.fetch().commit.str() == scene.commits.back());
  }
}

TEST_CASE("a fetch with full history brings all of it", "[git][fetch]") {
  Scene scene;
  FetchOptions options = scene.options();
  options.full_history = true;
  scene.open().fetch("p", options, scene.host);
  CHECK(scene.git_in_ours({"rev-list", "--count", "refs/ddx/p/fetched"}) == "3");
}

TEST_CASE("a later fetch brings only what is new and keeps the shallow boundary", "[git][fetch]") {
  Scene scene;
  scene.fetch();
  for (const char* text : {"four\n", "five\n"}) {
    scene.upstream.write("prompts/greet.md", text);
    scene.commits.push_back(scene.upstream.commit(text));
    const std::size_t before = scene.object_count();
    const Fetched fetched = scene.fetch();
    CHECK(fetched.commit.str() == scene.commits.back());
    CHECK(scene.object_count() == before + 4);
  }
  CHECK(scene.git_in_ours({"rev-list", "--count", "refs/ddx/p/fetched"}) == "3");
  CHECK(test::read_file(scene.ours() / "shallow") == scene.commits[2] + "\n");
  CHECK(scene.git_in_ours({"fsck", "--strict"}).empty());
}

TEST_CASE("a fetch without news brings nothing", "[git][fetch]") {
  Scene scene;
  scene.fetch();
  const std::size_t before = scene.object_count();
  const Fetched again = scene.fetch();
  CHECK(again.commit.str() == scene.commits.back());
  CHECK_FALSE(again.received_objects);
  CHECK(scene.object_count() == before);
}

TEST_CASE("tags are told with the commits that they finally name", "[git][fetch]") {
  Scene scene;
  scene.upstream.git({"tag", "light", scene.commits[0]});
  scene.upstream.git({"tag", "-a", "v1.0", "-m", "one", scene.commits[1]});
  const Fetched fetched = scene.fetch();
  REQUIRE(fetched.tags.size() == 2);
  CHECK(fetched.tags[0].first == "light");
  CHECK(fetched.tags[0].second.str() == scene.commits[0]);
  CHECK(fetched.tags[1].first == "v1.0");
  CHECK(fetched.tags[1].second.str() == scene.commits[1]);
}

TEST_CASE("an annotated tag is followed to its commit", "[git][fetch]") {
  Scene scene;
  scene.upstream.git({"tag", "-a", "v1.0", "-m", "one", scene.commits[1]});
  const Fetched fetched = scene.fetch(TagName("v1.0"));
  CHECK(fetched.commit.str() == scene.commits[1]);
  CHECK(fetched.ref == "refs/tags/v1.0");
  CHECK(fetched.branch.empty());
  CHECK_FALSE(scene.fetch(TagName("v1.0")).received_objects);
}

TEST_CASE("the default branch is what the upstream says it is", "[git][fetch]") {
  Scene scene;
  scene.upstream.git({"checkout", "-q", "-b", "trunk"});
  CHECK(scene.fetch().branch == "trunk");
}

TEST_CASE("a branch is followed by name", "[git][fetch]") {
  Scene scene;
  scene.upstream.git({"branch", "dev", scene.commits[0]});
  CHECK(scene.fetch(BranchName("dev")).commit.str() == scene.commits[0]);
}

TEST_CASE("a commit is fetched by its id, named by a ref or not", "[git][fetch]") {
  Scene scene;
  CHECK(scene.fetch(CommitName(scene.commits[2])).commit.str() == scene.commits[2]);
  const Fetched old = scene.fetch(CommitName(scene.commits[0]));
  CHECK(old.commit.str() == scene.commits[0]);
  CHECK(old.ref.empty());
  CHECK_FALSE(scene.fetch(CommitName(scene.commits[0])).received_objects);
}

TEST_CASE("a commit that the upstream has not is refused", "[git][fetch]") {
  Scene scene;
  const Error error = error_of([&] { scene.fetch(CommitName(std::string(40, 'a'))); });
  CHECK(error.code() == ErrorCode::ref_not_found);
}

TEST_CASE("a rewritten upstream is fetched, and the old commit stays where it was kept", "[git][fetch]") {
  Scene scene;
  const Oid old = scene.fetch().commit;
  scene.open().keep(old, scene.host);
  scene.upstream.git({"reset", "-q", "--hard", scene.commits[0]});
  scene.upstream.write("prompts/greet.md", "other\n");
  const std::string rewritten = scene.upstream.commit("other");
  CHECK(scene.fetch().commit.str() == rewritten);
  CHECK(scene.git_in_ours({"rev-parse", "refs/ddx/commits/" + old.str()}) == old.str());
  CHECK(scene.git_in_ours({"fsck", "--strict"}).empty());
  CHECK_FALSE(scene.open().commits_between(old, *Oid::parse(rewritten), 100).from_is_ancestor);
}

TEST_CASE("an upstream that went back to an older commit needs no download", "[git][fetch]") {
  Scene scene;
  FetchOptions options = scene.options();
  options.full_history = true;
  scene.open().fetch("p", options, scene.host);
  scene.upstream.git({"reset", "-q", "--hard", scene.commits[0]});
  const Fetched fetched = scene.fetch();
  CHECK(fetched.commit.str() == scene.commits[0]);
  CHECK_FALSE(fetched.received_objects);
}

TEST_CASE("an empty upstream is told apart", "[git][fetch]") {
  Scene scene;
  const test::TestRepo empty(scene.folder.path() / "empty");
  FetchOptions options = scene.options();
  options.url = UpstreamUrl::parse(empty.path().string());
  const Error error = error_of([&] { scene.open().fetch("p", options, scene.host); });
  CHECK(error.code() == ErrorCode::upstream_empty);
}

TEST_CASE("a missing branch is refused with the names that exist, the closest first", "[git][fetch]") {
  Scene scene;
  scene.upstream.git({"branch", "dev"});
  const Error error = error_of([&] { scene.fetch(BranchName("mian")); });
  CHECK(error.code() == ErrorCode::ref_not_found);
  CHECK(std::string(error.what()) == "the upstream has no branch 'mian'");
  REQUIRE(error.steps().size() == 1);
  CHECK(error.steps()[0].action == Recovery::check_ref);
  CHECK(error.steps()[0].subject == "main, dev");
}

TEST_CASE("a URL whose scheme was left out is told from a path that is not there", "[git][fetch]") {
  Scene scene;
  for (const auto& [given, meant] : {std::pair{"github.com/foo/bar", "https://github.com/foo/bar"},
                                     {"gitlab.com/x/y", "https://gitlab.com/x/y"},
                                     {"../library-of-ours", ""},
                                     {"./x.y/z", ""},
                                     {"no-such/library.git", ""},
                                     {"library.git", ""}}) {
    INFO(given);
    FetchOptions options = scene.options();
    options.url = UpstreamUrl::parse(given);
    const Error error = error_of([&] { scene.open().fetch("p", options, scene.host); });
    CHECK(error.code() == ErrorCode::upstream_not_found);
    REQUIRE(error.steps().size() == 1);
    CHECK((error.steps()[0].action == Recovery::did_you_mean) == (*meant != '\0'));
    if (*meant != '\0') CHECK(error.steps()[0].subject == meant);
  }
}

TEST_CASE("a fetch that fails says why, also when what it left cannot be removed", "[git][fetch]") {
  Scene scene;
  scene.fetch();
  bool failing = false;
  test::FaultyFiles files([&](const test::FaultyFiles::Call& call) {
    // The worker leaves half a pack, as one that was killed does.
    if (call.name == "receive a pack") {
      test::write_file(scene.ours() / "objects/pack/pack_git2_left", "half");
      failing = true;
    }
    if (failing && call.name == "remove") throw std::system_error(EACCES, std::generic_category(), "remove");
  });
  test::TestHost host(files);
  FetchOptions options = scene.options();
  options.url = UpstreamUrl::parse((scene.folder.path() / "nowhere").string());
  const Error error =
      error_of([&] { UpstreamRepository::open(scene.ours(), host).fetch("p", options, host); });
  CHECK(error.code() == ErrorCode::upstream_not_found);
  REQUIRE(host.warnings.size() == 1);
  CHECK(host.warnings[0].starts_with("cannot remove what the fetch left: "));
}

TEST_CASE("a path without a repository is told by what is there", "[git][fetch]") {
  Scene scene;
  FetchOptions options = scene.options();
  options.url = UpstreamUrl::parse((scene.folder.path() / "nowhere").string());
  CHECK(error_of([&] { scene.open().fetch("p", options, scene.host); }).code() ==
        ErrorCode::upstream_not_found);
  fs::create_directory(scene.folder.path() / "nowhere");
  const Error error = error_of([&] { scene.open().fetch("p", options, scene.host); });
  CHECK(error.code() == ErrorCode::upstream_not_found);
  CHECK(std::string(error.what()) ==
        "'" + (scene.folder.path() / "nowhere").string() + "' is not a git repository");
}

TEST_CASE("a relative path and a file URL reach the same upstream", "[git][fetch]") {
  Scene scene;
  FetchOptions options = scene.options();
  options.url = UpstreamUrl::parse("./library");
  CHECK(scene.open().fetch("p", options, scene.host).commit.str() == scene.commits.back());
  options.url = UpstreamUrl::parse("file://" + scene.upstream.path().string());
  CHECK(scene.open().fetch("p", options, scene.host).commit.str() == scene.commits.back());
}

TEST_CASE("without a git program the whole history comes through libgit2", "[git][fetch]") {
  Scene scene;
  scene.host.environment["PATH"] = "/nonexistent";
  const Fetched fetched = scene.fetch();
  CHECK(fetched.commit.str() == scene.commits.back());
  CHECK(scene.git_in_ours({"rev-list", "--count", "refs/ddx/p/fetched"}) == "3");
}

TEST_CASE("deepening brings the history that a shallow fetch left out", "[git][fetch]") {
  Scene scene;
  const Fetched fetched = scene.fetch();
  const Oid first = *Oid::parse(scene.commits[0]);
  UpstreamRepository ours = scene.open();
  const auto shallow = ours.commits_between(first, fetched.commit, 100);
  CHECK_FALSE(shallow.complete);
  CHECK_FALSE(shallow.from_is_ancestor);

  ours.deepen("p", scene.options(), scene.host);
  const auto deep = ours.commits_between(first, fetched.commit, 100);
  CHECK(deep.complete);
  CHECK(deep.from_is_ancestor);
  REQUIRE(deep.commits.size() == 2);
  CHECK(deep.commits[0].str() == scene.commits[2]);
  CHECK(deep.commits[1].str() == scene.commits[1]);
  CHECK_FALSE(fs::exists(scene.ours() / "shallow"));
  CHECK(scene.git_in_ours({"fsck", "--strict"}).empty());
}

TEST_CASE("commits between two fetches are known although the first one was shallow", "[git][fetch]") {
  Scene scene;
  const Oid before = scene.fetch().commit;
  scene.upstream.write("new.md", "new\n");
  scene.upstream.commit("new");
  const Oid after = scene.fetch().commit;
  const auto walk = scene.open().commits_between(before, after, 100);
  CHECK(walk.complete);
  CHECK(walk.from_is_ancestor);
  CHECK(walk.commits == std::vector{after});
}

TEST_CASE("a branch from before the shallow start does not make the history before it new", "[git][fetch]") {
  Scene scene;
  const Oid before = scene.fetch().commit;
  const auto start = [&] { return scene.open().commits_between(before, scene.fetch().commit, 100); };
  const std::string fork = GENERATE(std::string("main~1"), std::string("main~2"));
  scene.upstream.git({"checkout", "-q", "-b", "side", fork});
  scene.upstream.write("side.md", "side\n");
  const std::string side = scene.upstream.commit("side");
  scene.upstream.git({"checkout", "-q", "main"});
  scene.upstream.git({"merge", "-q", "--no-ff", "-m", "merge", "side"});
  const auto walk = start();
  std::vector<std::string> certain;
  for (const Oid& id : walk.commits) {
    if (!walk.doubtful.contains(id)) certain.push_back(id.str());
  }
  CHECK(walk.from_is_ancestor);
  CHECK(certain == std::vector{scene.upstream.git({"rev-parse", "main"}), side});
  CHECK(walk.doubtful.empty() == (fork == "main~1"));
}

TEST_CASE("a walk from a shallow start ends, and says that it is not the whole one", "[git][fetch]") {
  Scene scene;
  const Oid before = scene.fetch().commit;
  const int commits = GENERATE(9, 11);
  for (int i = 0; i < commits; ++i) {
    scene.upstream.write("new.md", std::to_string(i));
    scene.upstream.commit("new");
  }
  const auto walk = scene.open().commits_between(before, scene.fetch().commit, 1);
  CHECK(walk.commits.size() == 1);
  CHECK(walk.complete == (commits < 10));
}

TEST_CASE("two projects share one copy, each with its own ref", "[git][fetch]") {
  Scene scene;
  scene.upstream.git({"branch", "dev", scene.commits[0]});
  scene.fetch();
  CHECK(scene.open().fetch("q", scene.options(BranchName("dev")), scene.host).commit.str() ==
        scene.commits[0]);
  CHECK(scene.git_in_ours({"rev-parse", "refs/ddx/p/fetched"}) == scene.commits[2]);
  CHECK(scene.git_in_ours({"rev-parse", "refs/ddx/q/fetched"}) == scene.commits[0]);
}

TEST_CASE("a second upstream in the same copy starts shallow too", "[git][fetch]") {
  Scene scene;
  FetchOptions all = scene.options();
  all.full_history = true;
  scene.open().fetch("p", all, scene.host);
  test::TestRepo other(scene.folder.path() / "other");
  for (const char* text : {"a", "b"}) {
    other.write("file", text);
    other.commit(text);
  }
  FetchOptions options = scene.options();
  options.url = UpstreamUrl::parse(other.path().string());
  scene.open().fetch("q", options, scene.host);
  CHECK(scene.git_in_ours({"rev-list", "--count", "refs/ddx/q/fetched"}) == "1");
  CHECK(scene.git_in_ours({"rev-list", "--count", "refs/ddx/p/fetched"}) == "3");
}

TEST_CASE("the last fetch is remembered for its project only", "[git][fetch]") {
  Scene scene;
  scene.upstream.git({"tag", "v1.0", scene.commits[1]});
  CHECK_FALSE(scene.open().last_fetch("p").has_value());
  scene.fetch();
  const auto last = scene.open().last_fetch("p");
  REQUIRE(last.has_value());
  CHECK(last->commit.str() == scene.commits.back());
  CHECK(last->branch == "main");
  CHECK(last->tags == std::vector<std::pair<std::string, Oid>>{{"v1.0", *Oid::parse(scene.commits[1])}});
  CHECK(last->date > std::chrono::sys_seconds(std::chrono::seconds(1'800'000'000)));
  CHECK_FALSE(scene.open().last_fetch("q").has_value());
}

TEST_CASE("a damaged copy is set aside and made anew", "[git][fetch]") {
  Scene scene;
  scene.fetch();
  fs::remove_all(scene.ours() / "objects" / "pack");
  CHECK(scene.fetch().commit.str() == scene.commits.back());
  CHECK(scene.host.warnings.size() == 1);
  std::size_t kept = 0;
  for (const auto& entry : fs::directory_iterator(scene.ours().parent_path()))
    kept += entry.path().filename().string().starts_with("upstream.git.damaged-");
  CHECK(kept == 1);
}

TEST_CASE("the half pack of a killed fetch is swept by the next", "[git][fetch]") {
  Scene scene;
  scene.fetch();
  const fs::path half = scene.ours() / "objects" / "pack" / "pack_git2_a1b2c3";
  test::write_file(half, "half");
  scene.fetch();
  CHECK_FALSE(fs::exists(half));
}

TEST_CASE("a fetch waits for another one and says who is in the way", "[git][fetch]") {
  Scene scene;
  scene.fetch();
  Files files;
  const Descriptor held = files.open_own(files.open_root(scene.ours()), "ddx-fetch.lock");
  REQUIRE(files.try_lock(held));
  scene.host.host().patience = std::chrono::milliseconds(0);
  CHECK(error_of([&] { scene.fetch(); }).code() == ErrorCode::busy);
}

TEST_CASE("an interrupt ends a fetch and moves nothing", "[git][fetch]") {
  Scene scene;
  scene.host.interrupted = true;
  CHECK_THROWS_AS(scene.fetch(), Interrupted);
  CHECK_FALSE(scene.open().last_fetch("p").has_value());
}

TEST_CASE("an upstream that lacks an object is refused and nothing moves", "[git][fetch]") {
  Scene scene;
  const Oid before = scene.fetch().commit;
  scene.upstream.write("new.md", "lost\n");
  scene.upstream.commit("new");
  const std::string lost = scene.upstream.git({"rev-parse", "HEAD:new.md"});
  fs::remove(scene.upstream.path() / ".git" / "objects" / lost.substr(0, 2) / lost.substr(2));
  CHECK(error_of([&] { scene.fetch(); }).code() == ErrorCode::upstream_damaged);
  CHECK(scene.open().last_fetch("p")->commit == before);
}

TEST_CASE("an upstream with more branches than anybody has is refused", "[git][fetch]") {
  Scene scene;
  std::string refs = "# pack-refs with: peeled fully-peeled sorted\n";
  for (int i = 100'000; i < 200'001; ++i)
    refs += scene.commits[0] + " refs/heads/b" + std::to_string(i) + "\n";
  test::write_file(scene.upstream.path() / ".git" / "packed-refs", refs);
  CHECK(error_of([&] { scene.fetch(); }).code() == ErrorCode::upstream_too_big);
}

TEST_CASE("an upstream with a branch name longer than any is refused", "[git][fetch]") {
  Scene scene;
  test::write_file(scene.upstream.path() / ".git" / "packed-refs",
                   scene.commits[0] + " refs/heads/" + std::string(2000, 'x') + "\n");
  CHECK(error_of([&] { scene.fetch(); }).code() == ErrorCode::upstream_too_big);
}

TEST_CASE("the user's git configuration and environment have no say in the private copy", "[git][fetch]") {
  Scene scene;
  scene.host.environment["GIT_DIR"] = "/nonexistent";
  scene.host.environment["GIT_CONFIG_COUNT"] = "1";
  scene.host.environment["GIT_CONFIG_KEY_0"] = "uploadpack.hideRefs";
  scene.host.environment["GIT_CONFIG_VALUE_0"] = "refs/heads";
  CHECK(scene.fetch().branch == "main");
}
