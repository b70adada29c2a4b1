#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <deque>

#include "ddx/error.hpp"
#include "git/upstream_repository.hpp"
#include "support/fake_platform.hpp"
#include "support/git_http_server.hpp"
#include "support/sockets.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using ddx::git::FetchOptions;
using ddx::git::UpstreamRepository;
using Lines = std::vector<std::string>;

namespace {

test::GitHttpServer& server() {
  static test::GitHttpServer one;
  return one;
}

/// Gives out what it was filled with, and remembers what it was told.
class Pockets : public CredentialProvider {
 public:
  std::deque<Credential> credentials;
  Lines events;
  std::optional<ErrorCode> failure;

  std::optional<Credential> next(const Request& request) override {
    events.push_back("asked for " + request.origin.str() + " " +
                     (request.challenges.empty() ? "" : request.challenges.front()));
    path = request.path;
    if (failure) throw Error(*failure, "the helper hangs");
    if (credentials.empty()) return std::nullopt;
    Credential first = std::move(credentials.front());
    credentials.pop_front();
    return first;
  }
  void accepted(const Request&, const Credential& credential) override {
    events.push_back("accepted " + credential.source);
  }
  void rejected(const Request&, const Credential& credential) override {
    events.push_back("rejected " + credential.source);
  }
  [[nodiscard]] Lines tried() const override { return {"DDX_TOKEN: not set", "no helper"}; }

  std::string path;
};

struct Scene {
  Scene() : upstream(server().repositories() / folder.path().filename()) {
    upstream.write("prompts/greet.md", "hello\n");
    commit = upstream.commit("first");
    server().forget_requests();
  }

  [[nodiscard]] std::string path(const std::string& first) const {
    return first + upstream.path().filename().string() + "/.git";
  }
  /// \returns the commit that was fetched
  std::string fetch(const std::string& first) { return fetch_from(server().http_url(path(first))); }
  std::string fetch_from(const std::string& url) {
    FetchOptions options{UpstreamUrl::parse(url), folder.path()};
    options.retry_delay = std::chrono::milliseconds(1);
    options.credentials = &pockets;
    return UpstreamRepository::open(folder.path() / "upstream.git", host)
        .fetch("p", options, host)
        .commit.str();
  }
  Error error_at(const std::string& first) { return error_of(server().http_url(path(first))); }
  Error error_of(const std::string& url) {
    try {
      fetch_from(url);
    } catch (const Error& error) {
      return error;
    }
    FAIL("no error was thrown");
    throw std::logic_error("unreachable");
  }
  void give(Credential::Scheme scheme, const std::string& user, const std::string& secret,
            const std::string& source) {
    pockets.credentials.push_back({scheme, user, Secret(secret), source});
  }

  test::TempDir folder;
  test::TestHost host;
  test::TestRepo upstream;
  Pockets pockets;
  std::string commit;
};

std::string origin() { return Origin::of(UpstreamUrl::parse(server().http_url("/")))->str(); }

constexpr auto basic = Credential::Scheme::basic;
constexpr auto bearer = Credential::Scheme::bearer;

}  // namespace

TEST_CASE("a server that asks for nothing is not sent a login", "[git][login]") {
  Scene scene;
  scene.give(basic, "alice", "s3cret", "a test");
  CHECK(scene.fetch("/git/") == scene.commit);
  CHECK(scene.pockets.events.empty());
}

TEST_CASE("a login is looked for when the server asks, and sent with every request from then on",
          "[git][login]") {
  Scene scene;
  scene.give(basic, "alice", "s3cret", "a test");
  CHECK(scene.fetch("/private/") == scene.commit);
  CHECK(scene.pockets.events == Lines{"asked for " + origin() + " Basic realm=\"tests\"", "accepted a test"});
  CHECK(scene.pockets.path == scene.path("/private/").substr(1));
  const std::string info = scene.path("/private/") + "/info/refs ",
                    pack = scene.path("/private/") + "/git-upload-pack ";
  CHECK(server().requests(4) ==
        Lines{"GET " + info + "401", "GET " + info + "200", "POST " + pack + "200", "POST " + pack + "200"});
}

TEST_CASE("a login is looked for by the path that git would name", "[git][login]") {
  Scene scene;
  for (const char* end : {"", "/", "//"}) {
    INFO(end);
    scene.give(basic, "alice", "s3cret", "a test");
    scene.fetch_from(server().http_url(scene.path("/private/") + end));
    CHECK(scene.pockets.path == scene.path("/private/").substr(1));
  }
}

TEST_CASE("a token goes out as a bearer token where it is one", "[git][login]") {
  Scene scene;
  scene.give(bearer, "", "right-token", "a test");
  CHECK(scene.fetch("/bearer/") == scene.commit);
  CHECK(scene.pockets.events.back() == "accepted a test");
}

TEST_CASE("a header of git's settings that is refused, or sees nothing, gives way to a login",
          "[git][login]") {
  for (const auto& [place, words] : {std::pair{"/bearer/", "refuses the credentials from http.extraHeader"},
                                     {"/hidden/", "no access with the credentials from http.extraHeader"}}) {
    INFO(place);
    Scene scene;
    test::TestRepo settings(scene.folder.path());
    settings.git({"config", "http.extraHeader", "AUTHORIZATION: basic b2xkOm9sZA=="});
    CHECK(std::string(scene.error_at(place).what()).find(words) != std::string::npos);
    scene.give(bearer, "", "right-token", "a test");
    CHECK(scene.fetch(place) == scene.commit);
    CHECK(scene.pockets.events.back() == "accepted a test");
  }
}

TEST_CASE("a refused login is told to who gave it, and the next one is tried", "[git][login]") {
  Scene scene;
  scene.give(basic, "alice", "old", "the first");
  scene.give(basic, "alice", "s3cret", "the second");
  CHECK(scene.fetch("/private/") == scene.commit);
  const std::string asked = "asked for " + origin() + " Basic realm=\"tests\"";
  CHECK(scene.pockets.events == Lines{asked, "rejected the first", asked, "accepted the second"});
}

TEST_CASE("when all logins were refused the error names the last one's source and no secret",
          "[git][login]") {
  Scene scene;
  scene.give(basic, "alice", "canary-one", "DDX_TOKEN");
  const Error error = scene.error_at("/private/");
  CHECK(error.code() == ErrorCode::auth_failed);
  const std::string text = error.what();
  CHECK(text.find("refuses the credentials from DDX_TOKEN") != text.npos);
  CHECK(text.find("canary") == text.npos);
  REQUIRE(error.steps().size() == 2);
  CHECK(error.steps()[0].action == Recovery::replace_token);
  CHECK(error.steps()[0].subject == "DDX_TOKEN");
  CHECK(scene.pockets.events.back() == "asked for " + origin() + " Basic realm=\"tests\"");
}

TEST_CASE("without any login the error says where it was looked for", "[git][login]") {
  Scene scene;
  const Error error = scene.error_at("/private/");
  CHECK(error.code() == ErrorCode::auth_required);
  CHECK(std::string(error.what()).ends_with("asks for a login, and none was found"));
  CHECK(error.details() == Lines{"DDX_TOKEN: not set", "no helper"});
  REQUIRE(error.steps().size() == 2);
  CHECK(error.steps()[1].action == Recovery::set_token);
}

TEST_CASE("a source that fails is the error of the fetch", "[git][login]") {
  Scene scene;
  scene.pockets.failure = ErrorCode::auth_required;
  const Error error = scene.error_at("/private/");
  CHECK(std::string(error.what()) == "the helper hangs");
}

TEST_CASE("a refusal that is not about the login does not use logins up", "[git][login]") {
  Scene scene;
  scene.give(basic, "alice", "s3cret", "a test");
  const Error error = scene.error_at("/forbidden/");
  CHECK(error.code() == ErrorCode::auth_failed);
  CHECK(std::string(error.what()).ends_with(" without a login; it says: the branch office is closed"));
  CHECK(error.steps().front().action == Recovery::log_in);
  CHECK(scene.pockets.events.empty());
}

TEST_CASE("a login is never carried to the place that a redirect names", "[git][login]") {
  Scene scene;
  scene.give(basic, "alice", "s3cret", "a test");
  CHECK(scene.fetch("/private-move/") == scene.commit);
  const Lines seen = server().authorizations_elsewhere();
  CHECK(seen.size() >= 2);
  CHECK(std::ranges::count(seen, "-") == static_cast<std::ptrdiff_t>(seen.size()));
}

TEST_CASE("headers of git's settings for every server stay behind when a redirect leads to another one",
          "[git][login]") {
  Scene scene;
  test::TestRepo settings(scene.folder.path());
  test::FakePlatform other(
      [](const test::FakePlatform::Request&) { return test::FakePlatform::Answer{404}; });
  test::FakePlatform first([&](const test::FakePlatform::Request& request) -> test::FakePlatform::Answer {
    return {302, "", {"Location: " + other.url() + request.path}};
  });
  settings.git({"config", "--add", "http.extraHeader", "Authorization: Basic Y2FuYXJ5"});
  settings.git({"config", "--add", "http.extraHeader", "PRIVATE-TOKEN: canary"});
  const Error error = scene.error_of(first.url() + "/library.git");
  CHECK(first.requests().front().headers.at("private-token") == "canary");
  REQUIRE(other.requests().size() == 1);
  CHECK_FALSE(other.requests().front().headers.contains("authorization"));
  CHECK_FALSE(other.requests().front().headers.contains("private-token"));
  CHECK(std::string(error.what()).find("extraHeader") == std::string::npos);

  settings.git({"config", "http." + other.url() + ".extraHeader", "PRIVATE-TOKEN: of the other"});
  scene.error_of(first.url() + "/library.git");
  CHECK(other.requests().back().headers.at("private-token") == "of the other");
}

TEST_CASE("a proxy's login is not carried to another proxy", "[git][login]") {
  Scene scene;
  test::TestRepo settings(scene.folder.path());
  // Two proxies that are also the servers behind them: the first sends whoever logged in to the second's.
  std::string place_of_other;
  test::FakePlatform first([&](const test::FakePlatform::Request& request) -> test::FakePlatform::Answer {
    if (!request.headers.contains("proxy-authorization"))
      return {407, "", {"Proxy-Authenticate: Basic realm=\"one\""}};
    return {302, "", {"Location: " + place_of_other + "/library.git/info/refs?service=git-upload-pack"}};
  });
  test::FakePlatform second([](const test::FakePlatform::Request& request) -> test::FakePlatform::Answer {
    if (!request.headers.contains("proxy-authorization"))
      return {407, "", {"Proxy-Authenticate: Basic realm=\"two\""}};
    return {404};
  });
  const std::string place = "http://127.0.0.1:" + std::to_string(test::unused_port());
  place_of_other = "http://127.0.0.1:" + std::to_string(test::unused_port());
  settings.git({"config", "http." + place + ".proxy", first.url()});
  settings.git({"config", "http." + place_of_other + ".proxy", second.url()});
  scene.give(basic, "alice", "of-one", "the first");
  scene.give(basic, "alice", "of-two", "the second");
  CHECK(scene.error_of(place + "/library.git").code() == ErrorCode::upstream_not_found);
  Lines logins;
  for (const test::FakePlatform::Request& request : second.requests())
    if (const auto found = request.headers.find("proxy-authorization"); found != request.headers.end())
      logins.push_back(found->second);
  CHECK(logins == Lines{"Basic YWxpY2U6b2YtdHdv"});
  CHECK(std::ranges::count(scene.pockets.events, "rejected the first") == 0);
}

TEST_CASE("that certificates are checked all the same is said once a conversation", "[git][login]") {
  Scene scene;
  test::TestRepo settings(scene.folder.path());
  settings.git({"config", "http.sslVerify", "false"});
  CHECK(scene.fetch("/moved/") == scene.commit);
  CHECK(scene.host.warnings.size() == 1);
}

TEST_CASE("a server that takes Kerberos alone is told", "[git][http][login]") {
  Scene scene;
  test::FakePlatform kerberos([](const test::FakePlatform::Request&) -> test::FakePlatform::Answer {
    return {401, "", {"WWW-Authenticate: Negotiate"}};
  });
  FetchOptions options{UpstreamUrl::parse(kerberos.url() + "/library.git"), scene.folder.path()};
  options.credentials = &scene.pockets;
  try {
    UpstreamRepository::open(scene.folder.path() / "upstream.git", scene.host)
        .fetch("p", options, scene.host);
    FAIL("no error was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::auth_required);
    CHECK(error.details().back() ==
          "the server takes Kerberos or NTLM alone (http.emptyAuth), which ddx does not speak");
    CHECK(error.steps().back().subject ==
          "DDX_TOKEN or DDX_TOKEN_127_0_0_1_" + std::to_string(kerberos.port()));
  }
}
