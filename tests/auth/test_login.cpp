#include <catch2/catch_test_macros.hpp>
#include <thread>

#include "auth/fake_person.hpp"
#include "auth/make_chain.hpp"
#include "base/base64.hpp"
#include "ddx/auth.hpp"
#include "ddx/error.hpp"
#include "support/fake_platform.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using test::FakePlatform;

namespace {

namespace fs = std::filesystem;

/// GitHub, which knows the tokens "good-token" and "new-token", and a project whose upstream is there.
struct Scene {
  FakePlatform server{[](const FakePlatform::Request& request) -> FakePlatform::Answer {
    const std::string sent =
        request.headers.contains("authorization") ? request.headers.at("authorization") : "";
    const bool known = sent == "Bearer good-token" || sent == "Bearer new-token";
    if (request.path == "/api/v3/user")
      return known ? FakePlatform::Answer{200, R"({"login":"ada"})", {"X-OAuth-Scopes: repo"}}
                   : FakePlatform::Answer{401, R"({"message":"Bad credentials"})"};
    return test::readable_repository();
  }};
  test::TempDir folder;
  test::TestRepo repo{folder.path() / "project"};
  test::TestHost host;
  test::FakePerson person;

  Scene() {
    repo.write(".ddx.yml", "version: 1\nrepository:\n  url: " + server.url() + "/team/library.git\n");
    fs::create_directories(folder.path() / "home");
    host.environment["HOME"] = (folder.path() / "home").string();
    host.environment["DDX_PLATFORM"] = "github";
    host.host().current_directory = repo.path();
    host.host().person = &person;
  }
  LoginTarget target(const std::string& named = "") { return login_target(named, host); }
  fs::path vault() const { return folder.path() / "home/.local/share/ddx/vault"; }
  /// \returns what a pull would send: source and secret
  std::string given() {
    const LoginTarget where = target();
    const auto chain = auth::make_chain({where.origin, where.folder}, host);
    const auto credential = chain->next({where.origin, where.path, {}});
    return credential ? credential->source + ": " + std::string(credential->secret.reveal()) : "none";
  }
  ErrorCode failure_of(const std::function<void()>& body) {
    try {
      body();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  }
};

}  // namespace

TEST_CASE("a login is asked for, checked, kept encrypted and used by the next command", "[auth][login]") {
  Scene scene;
  scene.person.answers = {"good-token", "passphrase", "other", "passphrase", "passphrase"};
  const LoginReport report = log_in(scene.target(), {false, true}, scene.host);
  CHECK(report.account.verdict == Account::Verdict::good);
  CHECK(report.account.user == "ada");
  CHECK(report.account.repository == Account::Repository::readable);
  CHECK(report.kept_in == scene.vault().string());
  CHECK(scene.person.questions.size() == 5);  // the passphrase again, until both are the same

  scene.person.answers = {"passphrase"};
  CHECK(scene.given() == "vault: good-token");
  const AuthStatus status = auth_status(scene.target(), scene.host);
  CHECK(status.source == "vault");
  scene.person.answers = {"passphrase"};
  CHECK(test_login(scene.target(), scene.host).account.will_do());
  CHECK(list_logins(scene.host).logins.back().host == scene.server.url());

  scene.person.answers = {"passphrase"};
  const LogoutReport gone = log_out(scene.target(), scene.host);
  CHECK(gone.removed_from == std::vector<std::string>{scene.vault().string()});
  CHECK(gone.still_given_by.empty());
  CHECK(log_out(scene.target(), scene.host).removed_from.empty());
}

TEST_CASE("the list of logins needs no home, and leaves out variables that are empty", "[auth][login]") {
  Scene scene;
  scene.host.environment = {{"DDX_TOKEN", ""}, {"GITHUB_TOKEN", ""}, {"GH_TOKEN", "x"}};
  scene.host.host().variables = [&] {
    return std::map<std::string, std::string>{{"DDX_TOKEN_A_COM", ""}, {"DDX_TOKEN_B_COM", "x"}};
  };
  std::vector<std::string> sources;
  for (const KnownLogin& login : list_logins(scene.host).logins) sources.push_back(login.source);
  CHECK(sources == std::vector<std::string>{"DDX_TOKEN_B_COM", "GH_TOKEN"});
}

TEST_CASE("a token that the platform refuses is not kept", "[auth][login]") {
  Scene scene;
  scene.person.answers = {"wrong-token", "wrong-too", "wrong-again"};
  CHECK(scene.failure_of([&] {
    log_in(scene.target(), {false, true}, scene.host);
  }) == ErrorCode::auth_failed);
  CHECK_FALSE(fs::exists(scene.vault()));
}

TEST_CASE("a server that takes bearer tokens alone is asked with one", "[auth][login]") {
  Scene scene;
  FakePlatform bearer([](const FakePlatform::Request& request) -> FakePlatform::Answer {
    const auto sent = request.headers.find("authorization");
    if (sent != request.headers.end() && sent->second == "Bearer good-token")
      return test::readable_repository();
    return {401, "", {"WWW-Authenticate: Bearer realm=\"git\""}};
  });
  scene.host.environment.erase("DDX_PLATFORM");
  scene.repo.write(".ddx.yml", "version: 1\nrepository:\n  url: " + bearer.url() + "/library.git\n");
  scene.person.answers = {"good-token", "passphrase", "passphrase"};
  CHECK(log_in(scene.target(), {false, true}, scene.host).account.repository ==
        Account::Repository::readable);
  scene.person.answers = {"wrong-token", "wrong-too", "wrong-again"};
  CHECK(scene.failure_of([&] {
    log_in(scene.target(), {false, true}, scene.host);
  }) == ErrorCode::auth_failed);
}

TEST_CASE("what cannot be a token is not sent anywhere", "[auth][login]") {
  Scene scene;
  for (const char* token : {"", "two words", "tok\ten", "t\xc3\xb6ken"}) {
    scene.person.answers = {token};
    CHECK(scene.failure_of([&] {
      log_in(scene.target(), {false, true}, scene.host);
    }) != ErrorCode::internal);
  }
  CHECK(scene.server.requests().empty());
}

TEST_CASE("where nobody can be asked, a login needs a token that is handed over", "[auth][login]") {
  Scene scene;
  scene.host.host().person = nullptr;
  CHECK(scene.failure_of([&] { log_in(scene.target(), {}, scene.host); }) == ErrorCode::auth_required);
  scene.host.host().token = Secret("good-token");
  const ErrorCode code = scene.failure_of([&] { log_in(scene.target(), {false, true}, scene.host); });
  CHECK(code == ErrorCode::vault_locked);
  CHECK_FALSE(fs::exists(scene.vault()));
}

TEST_CASE("rotating replaces the token in its place and says where the old one is revoked", "[auth][login]") {
  Scene scene;
  CHECK(scene.failure_of([&] { rotate_login(scene.target(), {}, scene.host); }) == ErrorCode::auth_required);
  scene.person.answers = {"good-token", "passphrase", "passphrase"};
  log_in(scene.target(), {false, true}, scene.host);

  scene.person.answers = {"passphrase", "good-token"};
  CHECK(scene.failure_of([&] { rotate_login(scene.target(), {}, scene.host); }) == ErrorCode::usage);
  scene.person.answers = {"passphrase", "bad-token", "bad-too", "bad-again"};
  CHECK(scene.failure_of([&] { rotate_login(scene.target(), {}, scene.host); }) == ErrorCode::auth_failed);
  scene.person.answers = {"passphrase"};
  CHECK(scene.given() == "vault: good-token");

  scene.person.answers = {"passphrase", "new-token"};
  const LoginReport report = rotate_login(scene.target(), {}, scene.host);
  CHECK(report.kept_in == scene.vault().string());
  CHECK(report.revoke == scene.server.url() + "/settings/tokens");
  scene.person.answers = {"passphrase"};
  CHECK(scene.given() == "vault: new-token");
}

TEST_CASE("status names the source that a pull would take, and asks nobody", "[auth][login]") {
  Scene scene;
  CHECK(auth_status(scene.target(), scene.host).source.empty());
  test::write_file(scene.folder.path() / "home/.netrc", "machine 127.0.0.1 login ada password x\n");
  CHECK(auth_status(scene.target(), scene.host).source == "netrc");
  scene.host.environment["DDX_TOKEN"] = "good-token";
  const AuthStatus status = auth_status(scene.target(), scene.host);
  CHECK(status.source == "DDX_TOKEN");
  CHECK(auth_status(scene.target("other.example.com"), scene.host).source.empty());
  CHECK(scene.person.questions.empty());
  CHECK(scene.server.requests().empty());
}

TEST_CASE("test says what the server thinks of the login that a pull would take", "[auth][login]") {
  Scene scene;
  scene.host.environment["DDX_TOKEN"] = "good-token";
  AuthTest report = test_login(scene.target(), scene.host);
  CHECK(report.source == "DDX_TOKEN");
  CHECK(report.account.user == "ada");
  CHECK(report.account.will_do());
  scene.host.environment["DDX_TOKEN"] = "bad-token";
  report = test_login(scene.target(), scene.host);
  CHECK(report.account.verdict == Account::Verdict::refused);
  CHECK(report.account.said == "Bad credentials");
  scene.host.environment.erase("DDX_TOKEN");
  scene.host.host().person = nullptr;
  CHECK(test_login(scene.target(), scene.host).source.empty());  // anybody may read it
  FakePlatform closed([](const FakePlatform::Request&) -> FakePlatform::Answer {
    return {401, "", {"WWW-Authenticate: Basic realm=\"git\""}};
  });
  scene.repo.write(".ddx.yml", "version: 1\nrepository:\n  url: " + closed.url() + "/library.git\n");
  CHECK(scene.failure_of([&] { test_login(scene.target(), scene.host); }) == ErrorCode::auth_required);
}

/// A server without a name that lets one login in, and a project whose upstream is there.
struct PrivateScene {
  std::string let_in = "x-access-token:good";
  FakePlatform server{[this](const FakePlatform::Request& request) -> FakePlatform::Answer {
    if (request.path.find("/info/refs") == std::string::npos) return {401, R"({"message":"who?"})"};
    const auto sent = request.headers.find("authorization");
    if (sent != request.headers.end() && sent->second == "Basic " + encode_base64(let_in))
      return test::readable_repository();
    return {401, "", {"WWW-Authenticate: Basic realm=\"git\""}};
  }};
  test::TempDir folder;
  test::TestRepo repo{folder.path() / "project"};
  test::TestHost host;

  PrivateScene() {
    repo.write(".ddx.yml", "version: 1\nrepository:\n  url: " + server.url() + "/team/library.git\n");
    host.environment["HOME"] = folder.path().string();
    host.environment["DDX_PLATFORM"] = "github";
    host.host().current_directory = repo.path();
  }
  void use_netrc(const std::string& login) const {
    test::write_file(folder.path() / ".netrc", "machine 127.0.0.1 " + login + "\n");
    fs::permissions(folder.path() / ".netrc", fs::perms::owner_read | fs::perms::owner_write);
  }
  AuthTest tested() { return test_login(login_target("", host), host); }
};

TEST_CASE("test goes on to the next place after a refusal, as a pull does, and names those refused",
          "[auth][login]") {
  PrivateScene scene;
  using Names = std::vector<std::string>;
  scene.host.environment["DDX_TOKEN"] = "stale";
  AuthTest report = scene.tested();
  CHECK(report.source == "DDX_TOKEN");
  CHECK(report.account.verdict == Account::Verdict::refused);
  CHECK(report.refused.empty());
  scene.let_in = "ada:good";
  scene.use_netrc("login ada password good");
  report = scene.tested();
  CHECK(report.source == "netrc");
  CHECK(report.account.will_do());
  CHECK(report.refused == Names{"DDX_TOKEN"});
  scene.use_netrc("login ada password stale");
  report = scene.tested();
  CHECK(report.source == "netrc");
  CHECK(report.account.verdict == Account::Verdict::refused);
  CHECK(report.refused == Names{"DDX_TOKEN"});
  scene.repo.git({"config", "http.extraHeader", "Authorization: Bearer stale"});
  scene.use_netrc("login ada password good");
  report = scene.tested();
  CHECK(report.account.will_do());
  CHECK(report.refused == Names{"http.extraHeader", "DDX_TOKEN"});
}

TEST_CASE("a token that is for the repository alone is good, whatever the platform's interface says",
          "[auth][login]") {
  PrivateScene scene;
  scene.host.environment["DDX_TOKEN"] = "good";
  const AuthTest report = scene.tested();
  CHECK(report.account.verdict == Account::Verdict::good);
  CHECK(report.account.said.empty());
  CHECK(report.account.will_do());
}

TEST_CASE("who mistypes a token may try again, three times in all", "[auth][login]") {
  Scene scene;
  scene.person.answers = {"wrong-token", " good-token ", "passphrase", "passphrase"};
  CHECK(log_in(scene.target(), {false, true}, scene.host).account.user == "ada");
  CHECK(scene.host.notes.back() ==
        "'" + scene.target().origin.host_and_port() + "' refuses this token (401): Bad credentials");
  scene.person.answers = {"passphrase"};
  CHECK(scene.given() == "vault: good-token");
  scene.person.answers = {"passphrase", "wrong-token", "good-token"};
  CHECK(scene.failure_of([&] { rotate_login(scene.target(), {}, scene.host); }) == ErrorCode::usage);
}

TEST_CASE("a person is asked for what the platform takes, and again after a refusal", "[auth][login]") {
  Scene scene;
  const auto ask = [&](const char* url, std::vector<std::string> challenges) {
    const auto chain = auth::make_chain({std::nullopt, scene.repo.path()}, scene.host);
    const CredentialProvider::Request request{*Origin::of(UpstreamUrl::parse(url)), "a", challenges};
    std::string given;
    while (const auto credential = chain->next(request)) {
      given += credential->username + ":" + std::string(credential->secret.reveal()) + " ";
      chain->rejected(request, *credential);
    }
    return given;
  };
  scene.host.environment.erase("DDX_PLATFORM");
  scene.person.answers = {"typed-token", ""};
  CHECK(ask("https://github.com/", {}) == "x-access-token:typed-token ");
  CHECK(scene.person.questions == std::vector<std::string>(2, "Token for https://github.com"));
  CHECK(scene.host.notes == std::vector<std::string>{"'github.com' refuses this login"});
  scene.person.questions.clear();
  scene.person.answers = {"ada", "one", "ada", "two", "ada", "three", "never asked for"};
  CHECK(ask("https://git.example.com/", {"Basic realm=\"git\""}) == "ada:one ada:two ada:three ");
  CHECK(scene.person.questions.size() == 6);
  CHECK(scene.person.questions[0] == "User name for https://git.example.com");
  CHECK(scene.person.questions[1] == "Password or token of 'ada' for https://git.example.com");
  // The same once more is not sent once more, but counts.
  scene.person.answers = {"one", "one", "two", "never asked for"};
  CHECK(ask("https://bearer.example.com/", {"Bearer realm=\"git\""}) == ":one :two ");
  CHECK(scene.person.answers.size() == 1);
}

TEST_CASE("settings that stand in git's variables count for logins too", "[auth][login]") {
  Scene scene;
  scene.host.environment["PATH"] = "/usr/bin:/bin";
  scene.host.environment["DDX_TOKEN"] = "s3cret";
  scene.host.host().variables = [&] {
    auto variables = scene.host.environment;
    variables["GIT_CONFIG_COUNT"] = "1";
    variables["GIT_CONFIG_KEY_0"] = "credential.username";
    variables["GIT_CONFIG_VALUE_0"] = "alice";
    return variables;
  };
  const LoginTarget target = scene.target();
  const auto chain = auth::make_chain({target.origin, target.folder}, scene.host);
  const auto credential = chain->next({target.origin, target.path, {}});
  REQUIRE(credential);
  CHECK(credential->username == "alice");
}

TEST_CASE("nobody is asked at the terminal where git is told not to", "[auth][login]") {
  Scene scene;
  scene.host.environment["GIT_TERMINAL_PROMPT"] = "0";
  const LoginTarget target = scene.target();
  const auto chain = auth::make_chain({target.origin, target.folder}, scene.host);
  CHECK_FALSE(chain->next({target.origin, target.path, {}}));
  CHECK(chain->tried().back() == "terminal: GIT_TERMINAL_PROMPT forbids it");
  CHECK(scene.person.questions.empty());
}

TEST_CASE("a login in git's extra header is told, tested, and not hidden by another", "[auth][login]") {
  Scene scene;
  const auto set_header = [&](const std::string& value) {
    scene.repo.git({"config", "http." + scene.server.url() + "/.extraHeader", value});
  };
  set_header("AUTHORIZATION: basic YWRhOmdvb2QtdG9rZW4=");  // ada:good-token
  scene.host.environment["DDX_TOKEN"] = "bad-token";
  AuthStatus status = auth_status(scene.target(), scene.host);
  CHECK(status.source == "http.extraHeader");
  CHECK(status.username == "ada");
  AuthTest tested = test_login(scene.target(), scene.host);
  CHECK(tested.source == "http.extraHeader");
  CHECK(tested.account.user == "ada");
  CHECK(tested.account.will_do());

  set_header("Authorization: Bearer wrong-token");
  CHECK(test_login(scene.target(), scene.host).account.verdict == Account::Verdict::refused);
  const LoginTarget target = scene.target();
  const auto chain = auth::make_chain({target.origin, target.folder}, scene.host);
  const auto other = chain->next({target.origin, target.path, {}});
  REQUIRE(other);
  CHECK(other->source == "DDX_TOKEN");
  CHECK(chain->tried().front() == "http.extraHeader: refused by '" + target.origin.host_and_port() + "'");
  scene.person.answers = {"good-token", "passphrase", "passphrase"};
  log_in(target, {false, true}, scene.host);
  CHECK(scene.host.warnings ==
        std::vector<std::string>{"git's setting 'http.extraHeader' sends another login to '" +
                                 target.origin.host_and_port() + "', and goes before this one"});

  set_header("Authorization: Negotiate abcdef");
  CHECK(auth_status(target, scene.host).source == "http.extraHeader");
  CHECK(scene.failure_of([&] { test_login(target, scene.host); }) == ErrorCode::auth_required);
  for (const char* no_login : {"X-Request: 1", ""}) {
    set_header(no_login);
    CHECK(auth_status(target, scene.host).source == "DDX_TOKEN");
  }
}

TEST_CASE("a login is for the place that git's settings put in the upstream's stead", "[auth][login]") {
  Scene scene;
  FakePlatform mirror([](auto&) { return FakePlatform::Answer{200, ""}; });
  scene.repo.git({"config", "url." + mirror.url() + "/mirror/.insteadOf", scene.server.url() + "/"});
  const LoginTarget target = scene.target();
  CHECK(target.origin.str() == mirror.url());
  CHECK(target.path == "mirror/team/library.git");
  CHECK(target.is_upstream);
  CHECK_FALSE(scene.target(scene.server.url()).is_upstream);
}

TEST_CASE("the login command knows a host by all its spellings", "[auth][login]") {
  Scene scene;
  CHECK(scene.target().is_upstream);
  CHECK(scene.target().path == "team/library.git");
  CHECK(scene.target("GitHub.com").origin.str() == "https://github.com");
  CHECK(scene.target("https://git.example.com:8443/some/path").origin.str() ==
        "https://git.example.com:8443");
  CHECK_FALSE(scene.target("github.com").is_upstream);
  for (const char* bad :
       {"http://git.example.com", "ssh://git@github.com", "/srv/x", "-x", "a b", "user:pw@host"})
    CHECK(scene.failure_of([&] { static_cast<void>(scene.target(bad)); }) != ErrorCode::internal);
}
