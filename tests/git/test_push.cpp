#include <catch2/catch_test_macros.hpp>

#include "git/pack_writer.hpp"
#include "git/tree_edit.hpp"
#include "git/upstream_repository.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using ddx::git::FetchOptions;
using ddx::git::PushAnswer;
using ddx::git::UpstreamRepository;
using Result = PushAnswer::Result;

namespace {

constexpr const char* kept = "refs/ddx/p/contributions/I1";
constexpr const char* branch = "refs/heads/topic";

/// A bare server with one commit, and our repository that fetched it.
struct Scene {
  Scene() : source(folder.path() / "source") {
    source.write("prompts/greet.md", "hello\n");
    source.write("README.md", "read\n");
    source.commit("first");
    source.git({"clone", "--bare", "-q", source.path().string(), server_path().string()});
    fetched = ours.fetch("p", options(), host);
  }

  [[nodiscard]] std::filesystem::path server_path() const { return folder.path() / "server.git"; }
  [[nodiscard]] FetchOptions options() const {
    FetchOptions result{UpstreamUrl::parse(server_path().string()), folder.path()};
    result.retry_delay = std::chrono::milliseconds(1);
    return result;
  }
  /// A commit on what was fetched that sets one file.
  Oid commit(const std::string& path, const std::string& bytes) {
    const git::Objects objects({ours.objects_folder()});
    git::PackWriter pack = ours.new_pack(host);
    const Oid blob = pack.blob(bytes);
    const Oid root = git::read_commit(objects, fetched.commit).tree;
    const Oid tree = git::edited_tree(pack, objects, root, {{path, Version{blob, Mode::file}}});
    const git::Identity who{"Ada", "ada@example.com"};
    const Oid id = pack.commit({tree, {fetched.commit}, who, who, std::chrono::sys_seconds(), "change\n"});
    pack.publish();
    ours.keep_as(kept, id, host);
    return id;
  }
  PushAnswer push(const Oid& id, const std::optional<Oid>& expected) {
    return ours.push({kept, branch, id, expected}, options(), host);
  }
  std::string on_server(const std::vector<std::string>& arguments) {
    return test::TestRepo::existing(server_path()).git(arguments);
  }

  test::TempDir folder;
  test::TestHost host;
  test::TestRepo source;
  UpstreamRepository ours = UpstreamRepository::open(folder.path() / "upstream.git", host);
  git::Fetched fetched;
};

}  // namespace

TEST_CASE("a branch that is not there is made and holds the commit that was pushed", "[git][push]") {
  Scene scene;
  const Oid id = scene.commit("prompts/greet.md", "good day\n");
  CHECK(scene.push(id, std::nullopt).result == Result::updated);
  CHECK(scene.on_server({"rev-parse", branch}) == id.str());
  CHECK(scene.on_server({"show", std::string(branch) + ":prompts/greet.md"}) == "good day");
  CHECK(scene.on_server({"show", std::string(branch) + ":README.md"}) == "read");
  CHECK(scene.on_server({"fsck", "--strict"}).empty());
}

TEST_CASE("pushing what the branch holds already sends nothing", "[git][push]") {
  Scene scene;
  const Oid id = scene.commit("prompts/greet.md", "good day\n");
  scene.push(id, std::nullopt);
  CHECK(scene.push(id, id).result == Result::was_there);
}

TEST_CASE("a branch that is not where it was left stays as it is", "[git][push]") {
  Scene scene;
  const Oid id = scene.commit("prompts/greet.md", "good day\n");
  scene.on_server({"branch", "topic", "main"});
  const PushAnswer answer = scene.push(id, std::nullopt);
  CHECK(answer.result == Result::moved);
  CHECK(answer.found == scene.fetched.commit);
  CHECK(scene.on_server({"rev-parse", branch}) == scene.fetched.commit.str());
}

TEST_CASE("a branch is replaced where it is as it was left", "[git][push]") {
  Scene scene;
  const Oid first = scene.commit("prompts/greet.md", "good day\n");
  scene.push(first, std::nullopt);
  const Oid second = scene.commit("prompts/greet.md", "good evening\n");
  CHECK(scene.push(second, first).result == Result::updated);
  CHECK(scene.on_server({"rev-parse", branch}) == second.str());
}

TEST_CASE("a hook that declines is told with its words, and the branch is not made", "[git][push]") {
  Scene scene;
  test::TestRepo::existing(scene.server_path())
      .write("hooks/pre-receive", "#!/bin/sh\necho no such names\nexit 1\n");
  std::filesystem::permissions(scene.server_path() / "hooks/pre-receive", std::filesystem::perms::owner_all);
  const Oid id = scene.commit("prompts/greet.md", "good day\n");
  const PushAnswer answer = scene.push(id, std::nullopt);
  CHECK(answer.result == Result::refused);
  CHECK(answer.reason == "pre-receive hook declined");
  CHECK(answer.said == "no such names\n");
  CHECK(scene.on_server({"branch", "--list", "topic"}).empty());
}

TEST_CASE("a server that cannot store what it got has refused the branch", "[git][push]") {
  Scene scene;
  const Oid id = scene.commit("prompts/greet.md", "good day\n");
  scene.on_server({"config", "receive.fsckObjects", "true"});
  scene.on_server({"config", "receive.maxInputSize", "10"});
  const PushAnswer answer = scene.push(id, std::nullopt);
  CHECK(answer.result == Result::refused);
  CHECK(answer.reason == "it could not unpack what was sent");
  CHECK(scene.on_server({"branch", "--list", "topic"}).empty());
}
