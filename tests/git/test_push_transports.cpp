#include <catch2/catch_test_macros.hpp>

#include "ddx/error.hpp"
#include "git/pack_writer.hpp"
#include "git/tree_edit.hpp"
#include "git/upstream_repository.hpp"
#include "support/faulty_proxy.hpp"
#include "support/git_http_server.hpp"
#include "support/run.hpp"
#include "support/ssh_server.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using ddx::git::FetchOptions;
using ddx::git::PushAnswer;
using ddx::git::UpstreamRepository;
using Result = PushAnswer::Result;
namespace fs = std::filesystem;

namespace {

test::GitHttpServer& http_server() {
  static test::GitHttpServer one;
  return one;
}

/// Has one login for every server.
class OneLogin : public CredentialProvider {
 public:
  OneLogin(const std::string& user, const std::string& password) {
    credential_.username = user;
    credential_.secret = Secret(password);
    credential_.source = "the test";
  }
  int asked = 0, refused = 0;

  std::optional<Credential> next(const Request&) override {
    if (asked++ > 0) return std::nullopt;
    return credential_;
  }
  void accepted(const Request&, const Credential&) override {}
  void rejected(const Request&, const Credential&) override { ++refused; }
  [[nodiscard]] std::vector<std::string> tried() const override { return {}; }

 private:
  Credential credential_;
};

/// A bare repository that a server serves, and a commit of ours on what it has.
struct Scene {
  explicit Scene(const fs::path& served) : bare(served / (folder.path().filename().string() + ".git")) {
    source.write("prompts/greet.md", "hello\n");
    source.commit("first");
    source.git({"clone", "--bare", "-q", source.path().string(), bare.string()});
    test::TestRepo::existing(bare).git({"config", "http.receivepack", "true"});
    test::run(bare, {"chmod", "-R", "a+rwX", "."}, test::clean_environment(folder.path()));
    fetched = ours.fetch("p", options(bare.string()), host);
    const git::Objects objects({ours.objects_folder()});
    git::PackWriter pack = ours.new_pack(host);
    const Oid blob = pack.blob("good day\n");
    const Oid root = git::read_commit(objects, fetched.commit).tree;
    const Oid tree = git::edited_tree(pack, objects, root, {{"prompts/greet.md", Version{blob, Mode::file}}});
    const git::Identity who{"Ada", "ada@example.com"};
    commit = pack.commit({tree, {fetched.commit}, who, who, std::chrono::sys_seconds(), "change\n"});
    pack.publish();
    ours.keep_as("refs/ddx/p/contributions/I1", commit, host);
  }

  [[nodiscard]] FetchOptions options(const std::string& url) const {
    FetchOptions result{UpstreamUrl::parse(url), folder.path()};
    result.retry_delay = std::chrono::milliseconds(1);
    return result;
  }
  PushAnswer push(const FetchOptions& to, const std::string& branch = "topic") {
    return ours.push({"refs/ddx/p/contributions/I1", "refs/heads/" + branch, commit, std::nullopt}, to, host);
  }
  [[nodiscard]] std::string holds(const std::string& branch = "topic") const {
    return test::TestRepo::existing(bare).git({"rev-parse", "refs/heads/" + branch});
  }
  [[nodiscard]] std::string name() const { return "/" + bare.filename().string(); }

  test::TempDir folder;
  test::TestHost host;
  test::TestRepo source{folder.path() / "source"};
  fs::path bare;
  UpstreamRepository ours = UpstreamRepository::open(folder.path() / "upstream.git", host);
  git::Fetched fetched;
  Oid commit;
};

}  // namespace

TEST_CASE("a push goes over http, with a login where the server asks for one", "[git][push]") {
  Scene scene(http_server().repositories());
  CHECK(scene.push(scene.options(http_server().http_url("/git" + scene.name()))).result == Result::updated);
  CHECK(scene.holds() == scene.commit.str());
  OneLogin login("alice", "s3cret");
  FetchOptions with_login = scene.options(http_server().http_url("/private" + scene.name()));
  with_login.credentials = &login;
  CHECK(scene.push(with_login, "private").result == Result::updated);
  CHECK(scene.holds("private") == scene.commit.str());
  CHECK(login.refused == 0);
}

TEST_CASE("a login that is refused ends a push as it ends a fetch", "[git][push]") {
  Scene scene(http_server().repositories());
  OneLogin login("alice", "wrong");
  FetchOptions with_login = scene.options(http_server().http_url("/private" + scene.name()));
  with_login.credentials = &login;
  try {
    scene.push(with_login);
    FAIL("no error was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::auth_failed);
  }
  CHECK(login.refused == 1);
}

TEST_CASE("a push goes over ssh", "[git][push]") {
  const test::SshServer server;
  Scene scene(server.repositories());
  scene.host.environment["GIT_SSH_COMMAND"] = server.command(server.key(), server.known_hosts());
  CHECK(scene.push(scene.options(server.url(scene.name()))).result == Result::updated);
  CHECK(scene.holds() == scene.commit.str());
  const auto hook = scene.bare / "hooks/pre-receive";
  test::write_file(hook, "#!/bin/sh\necho 'not \033[31mtoday'\nexit 1\n");
  fs::permissions(hook, fs::perms::all);
  const PushAnswer answer = scene.push(scene.options(server.url(scene.name())), "other");
  CHECK(answer.result == Result::refused);
  CHECK(answer.said == "not \033[31mtoday\n");
}

TEST_CASE("wherever the connection is lost, the answer of a push is what holds", "[git][push]") {
  Scene scene(http_server().repositories());
  int lost = 0;
  for (std::size_t bytes = 1; bytes < 1'600; bytes += 100) {
    const std::string branch = "cut-" + std::to_string(bytes);
    const test::FaultyProxy proxy(http_server().http_port(), {{test::Fault::cut, bytes}, {}});
    const PushAnswer answer = scene.push(scene.options(proxy.url("/git" + scene.name())), branch);
    INFO(bytes << " bytes: " << answer.reason);
    CHECK(answer.result == Result::updated);
    CHECK(scene.holds(branch) == scene.commit.str());
    lost += proxy.connections() > 1 ? 1 : 0;
  }
  CHECK(lost > 5);
}
