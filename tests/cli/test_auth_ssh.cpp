#include <catch2/catch_test_macros.hpp>

#include "cli/place.hpp"
#include "cli/schema.hpp"
#include "support/contains.hpp"
#include "support/ssh_server.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::contains;
using test::Place;

namespace {

test::SshServer& server() {
  static test::SshServer one;
  return one;
}

/// A project whose upstream is behind a real sshd.
struct SshPlace : Place {
  SshPlace() : upstream(server().repositories() / folder.path().filename()) {
    upstream.write("prompts/greet.md", "hello\n");
    upstream.commit("first");
    follow(url());
    use(server().key(), server().known_hosts());
  }
  void follow(const std::string& url) const {
    project.write(".ddx.yml", "version: 1\nrepository:\n  url: '" + url + "'\n");
  }
  void use(const fs::path& key, const fs::path& hosts) {
    environment["GIT_SSH_COMMAND"] = server().command(key, hosts);
  }
  [[nodiscard]] std::string url() const { return server().url("/" + upstream.path().filename().string()); }

  test::TestRepo upstream;
};

}  // namespace

TEST_CASE("auth status says that ssh logs in, and by which command", "[cli][auth][ssh]") {
  SshPlace place;
  const auto by_variable = place.ddx({"auth", "status"});
  INFO(by_variable.err);
  CHECK(by_variable.exit == 0);
  CHECK(by_variable.out == "127.0.0.1:" + std::to_string(server().port()) +
                               ": ssh, with your own keys and agent\n  program:     " +
                               place.environment["GIT_SSH_COMMAND"] + " (GIT_SSH_COMMAND)\n");
  place.environment.erase("GIT_SSH_COMMAND");
  place.project.git({"config", "core.sshCommand", "ssh -4"});
  place.follow("git@example.com:team/library.git");
  const auto by_setting = place.ddx({"auth", "status"});
  CHECK(by_setting.exit == 0);
  CHECK(by_setting.out ==
        "example.com: ssh, with your own keys and agent\n  program:     ssh -4 (core.sshCommand)\n");
  CHECK(place.ddx({"auth", "status", "git@other.example:x.git"}).out ==
        "other.example: ssh, with your own keys and agent\n  program:     ssh -4 (core.sshCommand)\n");
}

TEST_CASE("auth test lists an ssh upstream's refs, or says by its exit why it cannot", "[cli][auth][ssh]") {
  SshPlace place;
  const auto good = place.ddx({"auth", "test"});
  INFO(good.err);
  CHECK(good.exit == 0);
  CHECK(good.out ==
        "127.0.0.1:" + std::to_string(server().port()) + " over ssh works\n  repository:  readable\n");
  SECTION("a key that is not let in") {
    place.use(server().other_key(), server().known_hosts());
    const auto refused = place.ddx({"auth", "test"});
    CHECK(refused.exit == 4);
    CHECK(contains(refused.err, "ssh cannot log in at "));
  }
  SECTION("a host key that is not known") {
    place.use(server().key(), server().no_hosts());
    const auto unknown = place.ddx({"auth", "test"});
    CHECK(unknown.exit == 5);
    CHECK(contains(unknown.err, "is not known to ssh"));
  }
  SECTION("another host key than before") {
    place.use(server().key(), server().changed_hosts());
    const auto changed = place.ddx({"auth", "test"});
    CHECK(changed.exit == 5);
    CHECK(contains(changed.err, "ssh-keygen -R"));
  }
  SECTION("nobody listens") {
    place.environment["GIT_SSH_COMMAND"] = "ssh -F none -p 1";
    place.follow("ssh://127.0.0.1/library.git");
    CHECK(place.ddx({"auth", "test"}).exit == 5);
  }
  SECTION("no repository is there") {
    place.follow(server().url("/nothing-here"));
    CHECK(place.ddx({"auth", "test"}).exit == 6);
  }
  SECTION("nobody answers for as long as the configuration waits") {
    place.project.write(".ddx.yml", "version: 1\nrepository:\n  url: '" + place.url() +
                                        "'\nnetwork: {connect_timeout: 200ms, idle_timeout: 200ms}\n");
    place.environment["GIT_SSH_COMMAND"] = "exec sleep 60 #";
    place.environment["GIT_SSH_VARIANT"] = "ssh";
    const auto start = std::chrono::steady_clock::now();
    const auto silent = place.ddx({"auth", "test"});
    CHECK(silent.exit == 5);
    CHECK(contains(silent.err, "does not answer"));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(25));
  }
  SECTION("no git answers") {
    place.environment["GIT_SSH_COMMAND"] = "sh -c 'echo Welcome'";
    place.environment["GIT_SSH_VARIANT"] = "ssh";
    CHECK(place.ddx({"auth", "test"}).exit != 0);
  }
}

TEST_CASE("auth keeps no login for an ssh upstream, and says what to do", "[cli][auth][ssh]") {
  SshPlace place;
  place.follow("git@example.com:team/library.git");
  for (const char* command : {"login", "logout", "rotate"}) {
    const auto refused = place.ddx({"auth", command});
    CHECK(refused.exit == 2);
    CHECK(
        contains(refused.err, "ssh logs in at 'example.com' with your own keys; ddx keeps no login for it"));
    CHECK(contains(refused.err, "'ssh git@example.com' works"));
    CHECK(place.ddx({"auth", command, "ssh://git@example.com/x"}).exit == 2);
  }
}

TEST_CASE("an upstream on this machine needs no login", "[cli][auth]") {
  Place place;
  const std::string path = place.library.path().string();
  place.project.write(".ddx.yml", "version: 1\nrepository:\n  url: " + path + "\n");
  CHECK(place.ddx({"auth", "status"}).out == path + " is on this machine: no login is needed\n");
  CHECK(place.ddx({"auth", "test"}).out == path + " works\n  repository:  readable\n");
  const auto login = place.ddx({"auth", "login"});
  CHECK(login.exit == 2);
  CHECK(contains(login.err, "is on this machine and needs no login"));
  fs::rename(place.library.path(), place.folder.path() / "elsewhere");
  CHECK(place.ddx({"auth", "status"}).exit == 0);
  CHECK(place.ddx({"auth", "test"}).exit == 6);
}

TEST_CASE("auth's JSON is what its schemas say without a login too", "[cli][auth][ssh]") {
  if (!test::can_validate()) SKIP("python3-jsonschema is not installed");
  SshPlace place;
  for (const std::string& url : {place.url(), place.library.path().string()}) {
    place.follow(url);
    for (const std::string command : {"status", "test"}) {
      const auto result = place.ddx({"--format", "json", "auth", command});
      CHECK(result.exit == 0);
      CHECK(test::violations("auth-" + command, result.out) == "");
    }
  }
}
