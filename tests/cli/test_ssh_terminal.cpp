#include <catch2/catch_test_macros.hpp>

#include "cli/place.hpp"
#include "support/ssh_server.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::Place;
using test::Pty;

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
    use(server().key(), server().known_hosts());
  }
  void use(const fs::path& key, const fs::path& hosts) {
    environment["GIT_SSH_COMMAND"] = server().command(key, hosts);
  }
  [[nodiscard]] std::string url() const { return server().url("/" + upstream.path().filename().string()); }
  [[nodiscard]] bool is_connected() const { return fs::exists(project.path() / ".ddx/prompts/greet.md"); }

  test::TestRepo upstream;
};

/// The key that is let in, behind a passphrase.
fs::path locked_key(const SshPlace& place) {
  const fs::path key = place.folder.path() / "locked_key";
  fs::copy_file(server().key(), key);
  fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
  const auto changed =
      test::run(place.folder, {"ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", key.string()},
                place.environment);
  REQUIRE(changed.exit == 0);
  return key;
}

}  // namespace

TEST_CASE("a project is connected and pulled over ssh", "[cli][ssh]") {
  SshPlace place;
  CHECK(place.ddx({"init", place.url()}).exit == 0);
  place.upstream.write("prompts/greet.md", "hello again\n");
  place.upstream.commit("second");
  CHECK(place.ddx({"pull"}).exit == 0);
  CHECK(place.project.read(".ddx/prompts/greet.md") == "hello again\n");
}

TEST_CASE("ssh asks for a key's passphrase on the terminal", "[cli][ssh]") {
  SshPlace place;
  place.use(locked_key(place), server().known_hosts());
  Pty terminal = place.ddx_on_a_terminal({"init", place.url()});
  terminal.wait_for("Enter passphrase for key");
  terminal.send("open sesame\r");
  CHECK(terminal.wait() == 0);
  CHECK(terminal.shown().find("open sesame") == std::string::npos);
  CHECK(place.is_connected());
}

TEST_CASE("ssh asks about a host key on the terminal, and a no changes nothing", "[cli][ssh]") {
  SshPlace place;
  const fs::path hosts = place.folder.path() / "hosts";
  test::write_file(hosts, "");
  place.use(server().key(), hosts);
  {
    Pty terminal = place.ddx_on_a_terminal({"init", place.url()});
    terminal.wait_for("Are you sure you want to continue connecting");
    terminal.send("no\r");
    CHECK(terminal.wait() == 5);
    CHECK_FALSE(place.is_connected());
  }
  Pty terminal = place.ddx_on_a_terminal({"init", place.url()});
  terminal.wait_for("Are you sure you want to continue connecting");
  terminal.send("yes\r");
  CHECK(terminal.wait() == 0);
  CHECK(place.is_connected());
}

TEST_CASE("without a terminal ssh asks nobody: what would need an answer fails", "[cli][ssh]") {
  SshPlace place;
  place.use(locked_key(place), server().known_hosts());
  const auto locked = place.ddx({"init", place.url()});
  CHECK(locked.exit == 4);
  CHECK(locked.err.find("DDX-4001") != std::string::npos);
  place.use(server().key(), server().no_hosts());
  const auto unknown = place.ddx({"init", place.url()});
  CHECK(unknown.exit == 5);
  CHECK(unknown.err.find("connect once by hand: ssh -p " + std::to_string(server().port()) + " ") !=
        std::string::npos);
  CHECK_FALSE(place.is_connected());
}

TEST_CASE("Ctrl-C while ssh asks ends ddx and leaves the terminal as it was", "[cli][ssh]") {
  SshPlace place;
  place.use(locked_key(place), server().known_hosts());
  Pty terminal = place.ddx_on_a_terminal({"init", place.url()});
  terminal.wait_for("Enter passphrase for key");
  terminal.send("\x03");
  CHECK(terminal.wait() == 130);
  CHECK(terminal.is_as_usual());
  CHECK_FALSE(place.is_connected());
}
