#include <catch2/catch_test_macros.hpp>

#include "cli/place.hpp"
#include "cli/schema.hpp"
#include "support/contains.hpp"
#include "support/fake_platform.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::contains;
using test::FakePlatform;
using test::Place;

namespace {

constexpr const char* good = "ghx-good-5f2c9a";

/// A project whose upstream is a GitHub on this machine that knows one token.
struct AuthPlace : Place {
  FakePlatform server{[](const FakePlatform::Request& request) -> FakePlatform::Answer {
    if (request.path != "/api/v3/user") return test::readable_repository();
    const auto sent = request.headers.find("authorization");
    const bool known = sent != request.headers.end() && sent->second == std::string("Bearer ") + good;
    return known ? FakePlatform::Answer{200, R"({"login":"ada"})", {"X-OAuth-Scopes: repo"}}
                 : FakePlatform::Answer{401, R"({"message":"Bad credentials"})"};
  }};

  AuthPlace() {
    project.write(".ddx.yml", "version: 1\nrepository:\n  url: " + server.url() + "/team/library.git\n");
    test::write_file(folder.path() / "passphrase", "correct horse\n");
    fs::create_directories(folder.path() / "home");
    environment["HOME"] = (folder.path() / "home").string();
    environment["DDX_PLATFORM"] = "github";
  }
  std::string host() const { return server.url().substr(7); }

  /// Runs ddx with the vault's passphrase in reach.
  test::RunResult ddx_with_vault(std::vector<std::string> arguments, const std::string& input = {}) const {
    std::vector<std::string> command{"/bin/sh", "-c", "exec \"$0\" \"$@\" 3<../passphrase", DDX_PROGRAM};
    command.insert(command.end(), arguments.begin(), arguments.end());
    test::Environment variables = environment;
    variables["DDX_VAULT_PASSPHRASE_FD"] = "3";
    return test::run(project.path(), command, variables, input);
  }
};

}  // namespace

TEST_CASE("auth keeps a token that is handed over, uses it, and forgets it", "[cli][auth]") {
  AuthPlace place;
  const auto in =
      place.ddx_with_vault({"auth", "login", "--vault", "--token-stdin"}, std::string(good) + "\n");
  INFO(in.err);
  CHECK(in.exit == 0);
  CHECK(in.out == "Logged in to " + place.host() +
                      " as ada\n"
                      "  platform:    GitHub\n"
                      "  user:        ada\n"
                      "  scopes:      repo\n"
                      "  repository:  readable\n"
                      "  kept in:     " +
                      (place.folder.path() / "home/.local/share/ddx/vault").string() + "\n");
  CHECK(contains(place.ddx({"auth", "list"}).out, place.server.url() + "  vault\n"));
  CHECK(contains(place.ddx({"auth", "status"}).out, place.host() + ": vault\n"));
  const auto tested = place.ddx_with_vault({"auth", "test"});
  CHECK(tested.exit == 0);
  CHECK(contains(tested.out, place.host() + " with the login from vault works as ada\n"));
  const auto locked = place.ddx({"auth", "test"});
  CHECK(locked.exit == 4);
  CHECK(contains(locked.err, "nobody can be asked for the passphrase of the vault [DDX-4004]"));
  const auto out = place.ddx_with_vault({"auth", "logout"});
  CHECK(out.exit == 0);
  CHECK(contains(out.out, "revoke it where it was made"));
  const auto none = place.ddx({"auth", "status"});
  CHECK(none.exit == 4);
  CHECK(contains(none.out, "There is no login for " + place.host() + "\n"));
  CHECK(contains(none.out, "  DDX_TOKEN: not set\n"));
}

TEST_CASE("a refused token is exit 4, and nothing is kept", "[cli][auth]") {
  AuthPlace place;
  const auto refused = place.ddx_with_vault({"auth", "login", "--vault", "--token-stdin"}, "bad\n");
  CHECK(refused.exit == 4);
  CHECK(contains(refused.err,
                 "ddx: error: '" + place.host() +
                     "' refuses this token (401): Bad credentials [DDX-4001]\nnothing was changed\n"));
  CHECK_FALSE(fs::exists(place.folder.path() / "home/.local"));
  place.environment["DDX_TOKEN"] = "bad";
  const auto tested = place.ddx({"auth", "test"});
  CHECK(tested.exit == 4);
  CHECK(contains(tested.out, "with the login from DDX_TOKEN is refused: Bad credentials\n"));
}

TEST_CASE("a token that only git's own request finds wrong is refused too, and the good one stays",
          "[cli][auth]") {
  AuthPlace place;
  FakePlatform plain([](const FakePlatform::Request& request) -> FakePlatform::Answer {
    const auto sent = request.headers.find("authorization");
    const std::string login = sent == request.headers.end() ? "" : sent->second;
    // x-access-token with "good", and with "blind", which may not see the repository
    if (login == "Basic eC1hY2Nlc3MtdG9rZW46Z29vZA==") return test::readable_repository();
    if (login == "Basic eC1hY2Nlc3MtdG9rZW46YmxpbmQ=") return {404, ""};
    return {401, "", {"WWW-Authenticate: Basic realm=\"git\""}};
  });
  place.environment.erase("DDX_PLATFORM");
  place.project.write(".ddx.yml", "version: 1\nrepository:\n  url: " + plain.url() + "/library.git\n");
  const std::string host = plain.url().substr(7);
  const auto keep = [&](const std::string& command, const std::string& token) {
    return place.ddx_with_vault({"auth", command, "--vault", "--token-stdin"}, token + "\n");
  };
  REQUIRE(keep("login", "good").exit == 0);
  for (const char* command : {"login", "rotate"}) {
    const auto refused = keep(command, "wrong");
    CHECK(refused.exit == 4);
    CHECK(contains(refused.err, "'" + host + "' refuses this token (401) [DDX-4001]\nnothing was changed\n"));
  }
  const auto kept = place.ddx_with_vault({"auth", "test"});
  CHECK(kept.exit == 0);
  CHECK(contains(kept.out, host + " with the login from vault works\n"));
  CHECK(contains(kept.out, "repository:  readable\n"));
  const auto blind = keep("login", "blind");
  CHECK(blind.exit == 0);
  CHECK(contains(blind.err, "the upstream's repository cannot be read with this login\n"));
  place.environment["DDX_TOKEN"] = "wrong";
  const auto tested = place.ddx({"auth", "test"});
  CHECK(tested.exit == 4);
  CHECK(contains(tested.out, host + " with the login from DDX_TOKEN is refused (401)\n"));
  CHECK_FALSE(contains(tested.out, "repository"));
}

TEST_CASE("a repository that anybody may read says nothing about a token", "[cli][auth]") {
  AuthPlace place;
  FakePlatform open(
      [](const FakePlatform::Request&) -> FakePlatform::Answer { return test::readable_repository(); });
  place.environment.erase("DDX_PLATFORM");
  place.project.write(".ddx.yml", "version: 1\nrepository:\n  url: " + open.url() + "/library.git\n");
  const auto unchecked = "  not checked: the platform is not known, or has no way to ask\n";
  const auto in = place.ddx_with_vault({"auth", "login", "--vault", "--token-stdin"}, "anything\n");
  CHECK(in.exit == 0);
  CHECK(contains(in.out, unchecked));
  CHECK(contains(in.out, "  repository:  readable\n"));
  const auto rotated = place.ddx_with_vault({"auth", "rotate", "--token-stdin"}, "another\n");
  CHECK(rotated.exit == 0);
  CHECK(contains(rotated.out, unchecked));
  CHECK(contains(place.ddx_with_vault({"auth", "test"}).out,
                 "with the login from vault could not be checked\n"));
}

TEST_CASE("without a place that encrypts, a login names the ways out and keeps nothing", "[cli][auth]") {
  AuthPlace place;
  const auto nowhere = test::run(place.project.path(), {DDX_PROGRAM, "auth", "login", "--token-stdin"},
                                 place.environment, std::string(good) + "\n");
  CHECK(nowhere.exit == 4);
  CHECK(contains(nowhere.err, "nothing here would keep the login encrypted"));
  CHECK(contains(nowhere.err, "hint: keep it in an encrypted file of ddx: ddx auth login --vault\n"));
  CHECK_FALSE(fs::exists(place.folder.path() / "home/.local"));
}

TEST_CASE("where nobody is there, auth asks nothing and ends", "[cli][auth]") {
  AuthPlace place;
  const auto login = place.ddx({"auth", "login"});
  CHECK(login.exit == 4);
  CHECK(contains(login.err, "nobody can be asked for a token for '" + place.host() + "' [DDX-4002]"));
  CHECK(place.ddx({"auth", "login", "--token-stdin"}).exit == 2);
  CHECK(place.ddx({"auth"}).exit == 2);
  CHECK(place.ddx({"auth", "login", "--token-stdin", "--device"}).exit == 2);
  CHECK(place.ddx({"-q", "auth", "login", "--device"}).exit == 2);
}

TEST_CASE("a token that is typed is not shown, and the terminal is as it was", "[cli][auth][pty]") {
  AuthPlace place;
  test::Pty terminal = place.ddx_on_a_terminal({"auth", "login", "--vault"});
  terminal.wait_for("Token for " + place.host() + ": ");
  terminal.send(std::string(good) + "\n");
  terminal.wait_for("New passphrase for the vault: ");
  terminal.send("correct horse\n");
  terminal.wait_for("Once more: ");
  terminal.send("correct horse\n");
  terminal.wait_for("Logged in to");
  CHECK(terminal.wait() == 0);
  CHECK_FALSE(contains(terminal.shown(), good));
  CHECK_FALSE(contains(terminal.shown(), "correct horse"));

  test::Pty again = place.ddx_on_a_terminal({"auth", "test"});
  again.wait_for("Passphrase of the vault: ");
  again.send("wrong\n");
  again.wait_for("Passphrase of the vault: ");
  again.send("correct horse\n");
  again.wait_for("works as ada");
  CHECK(again.wait() == 0);
}

TEST_CASE("Ctrl-C at a hidden question leaves the terminal as it was", "[cli][auth][pty]") {
  AuthPlace place;
  test::Pty terminal(
      place.project.path(),
      {"/bin/sh", "-c", "trap : INT; \"$0\" auth login; echo \"exit $?\"; read again", DDX_PROGRAM},
      place.environment);
  terminal.wait_for("Token for ");
  CHECK_FALSE(terminal.is_as_usual());
  terminal.send("half a tok\x03");
  terminal.wait_for("exit 130");
  CHECK(terminal.is_as_usual());
  terminal.send("\n");
  CHECK_FALSE(contains(terminal.shown(), "half a tok"));
}

TEST_CASE("a person is asked for a user name and a password once", "[cli][auth][pty]") {
  AuthPlace place;
  place.environment.erase("DDX_PLATFORM");
  test::Pty terminal = place.ddx_on_a_terminal({"auth", "test"});
  terminal.wait_for("User name for " + place.server.url() + ": ");
  terminal.send("ada\n");
  terminal.wait_for("Password or token of 'ada' for " + place.server.url() + ": ");
  terminal.send("canary-password\n");
  terminal.wait_for("with the login from terminal");
  CHECK(terminal.wait() == 0);
  CHECK_FALSE(contains(terminal.shown(), "canary"));
}

TEST_CASE("auth's JSON is what its schemas say", "[cli][auth]") {
  if (!test::can_validate()) SKIP("python3-jsonschema is not installed");
  AuthPlace place;
  const auto checked = [&](const std::string& schema, std::vector<std::string> arguments,
                           const std::string& input = {}) {
    arguments.insert(arguments.begin(), {"--format", "json", "auth"});
    INFO(schema);
    CHECK(test::violations(schema, place.ddx_with_vault(arguments, input).out) == "");
  };
  SECTION("with a login that is kept") {
    checked("auth-login", {"login", "--vault", "--token-stdin"}, std::string(good) + "\n");
    checked("auth-status", {"status"});
    checked("auth-list", {"list"});
    checked("auth-logout", {"logout"});
  }
  SECTION("with none") {
    checked("auth-status", {"status"});
    checked("auth-list", {"list"});
    checked("error", {"rotate", "--token-stdin"}, "x\n");
    place.environment["DDX_TOKEN"] = good;
    checked("auth-test", {"test"});
    place.environment["DDX_TOKEN"] = "bad";
    checked("auth-test", {"test"});
  }
  SECTION("at a server of an unknown kind") {
    place.environment["DDX_PLATFORM"] = "";
    checked("auth-login", {"login", "unknown.invalid", "--vault", "--token-stdin"}, "x\n");
    checked("auth-rotate", {"rotate", "unknown.invalid", "--token-stdin"}, "y\n");
  }
}

TEST_CASE("test takes a token that is handed over, for any host that is named", "[cli][auth]") {
  AuthPlace place;
  const auto at = [&](const std::string& token) {
    return test::run(place.folder.path(), {DDX_PROGRAM, "auth", "test", place.server.url(), "--token-stdin"},
                     place.environment, token + "\n");
  };
  CHECK(at(good).exit == 0);
  CHECK(contains(at(good).out, "with the login from --token-stdin works as ada\n"));
  CHECK(at("bad").exit == 4);
}

TEST_CASE("a test of logins fails where a pull would, whatever the login is worth", "[cli][auth]") {
  Place place;
  FakePlatform::Answer answer{200, "<html>Sign in</html>", {"Content-Type: text/html"}};
  FakePlatform server([&](const FakePlatform::Request&) { return answer; });
  place.project.write(".ddx.yml", "version: 1\nrepository:\n  url: " + server.url() + "/team/library.git\n");
  place.environment["DDX_TOKEN"] = "x";
  place.environment["DDX_PLATFORM"] = "bitbucket-server";
  const auto page = place.ddx({"auth", "test"});
  CHECK(page.exit == 5);
  CHECK(contains(page.err, "DDX-5005"));
  answer = {503, "", {}};
  const auto closed = place.ddx({"auth", "test"});
  CHECK(closed.exit == 5);
  CHECK(contains(closed.err, "answers 503"));
}

TEST_CASE("an upstream that anybody may read passes a test without a login", "[cli][auth]") {
  Place place;
  FakePlatform server(
      [](const FakePlatform::Request&) -> FakePlatform::Answer { return test::readable_repository(); });
  place.project.write(".ddx.yml", "version: 1\nrepository:\n  url: " + server.url() + "/team/library.git\n");
  const auto tested = place.ddx({"auth", "test"});
  CHECK(tested.exit == 0);
  CHECK(contains(tested.out, "needs no login"));
  const auto object = place.ddx({"auth", "test", "--format", "json"});
  CHECK(test::violations("auth-test", object.out) == "");
}
