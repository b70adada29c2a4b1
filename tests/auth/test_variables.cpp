#include "auth/variables.hpp"

#include <catch2/catch_test_macros.hpp>

#include "auth/platform.hpp"
#include "base/redaction.hpp"
#include "base/token_variable.hpp"
#include "support/test_host.hpp"

using namespace ddx;

namespace {

Origin origin(const std::string& url) { return *Origin::of(UpstreamUrl::parse(url)); }

struct Given {
  std::string source, username, secret;
  friend bool operator==(const Given&, const Given&) = default;
};

/// What the first of these sources that has something gives.
Given first(std::vector<std::unique_ptr<auth::Source>> sources, const std::string& url) {
  for (const auto& source : sources)
    if (const auto answer = source->find({origin(url), "a/b", {}}); answer.credential)
      return {source->name(), answer.credential->username, std::string(answer.credential->secret.reveal())};
  return {};
}

struct Scene {
  test::TestHost host;
  Given given(const std::string& url, const std::string& upstream = "https://github.com/a/b",
              const std::string& username = "") {
    return first(auth::explicit_sources(origin(upstream), origin(upstream), username, host), url);
  }
  Given from_ci(const std::string& url) { return first(auth::ci_sources(host), url); }
};

const Given none{};

}  // namespace

TEST_CASE("DDX_TOKEN goes to the configured upstream and to no host that looks like it", "[auth]") {
  Scene scene;
  scene.host.environment["DDX_TOKEN"] = "secret";
  CHECK(scene.given("https://github.com/other/path") == Given{"DDX_TOKEN", "x-access-token", "secret"});
  CHECK(scene.given("https://GitHub.com:443/a/b") == Given{"DDX_TOKEN", "x-access-token", "secret"});
  for (const char* other : {"https://github.com.evil.example/a", "https://evil.example/github.com",
                            "https://github.co/a", "https://xgithub.com/a", "https://github.com:444/a",
                            "http://github.com/a", "https://gist.github.com/a", "https://git-hub.com/a",
                            "https://github-com/a", "https://github.com.:443/a",
                            "https://xn--gthub-n4a.com/a", "http://localhost/a", "https://[::1]/a"}) {
    INFO(other);
    CHECK(scene.given(other) == none);
  }
}

TEST_CASE("without a project DDX_TOKEN is for nobody", "[auth]") {
  Scene scene;
  scene.host.environment["DDX_TOKEN"] = "secret";
  CHECK(first(auth::explicit_sources(std::nullopt, std::nullopt, "", scene.host), "https://github.com/a") ==
        none);
}

TEST_CASE("a token that was handed to the command comes first, for its upstream alone", "[auth]") {
  Scene scene;
  scene.host.environment["DDX_TOKEN"] = "secret";
  scene.host.host().token = Secret("handed-over");
  CHECK(scene.given("https://github.com/a/b") == Given{"--token-stdin", "x-access-token", "handed-over"});
  CHECK(scene.given("https://gitlab.com/a/b") == none);
}

TEST_CASE("a variable of a host's name is for that host", "[auth]") {
  Scene scene;
  scene.host.environment["DDX_TOKEN_GIT_EXAMPLE_COM"] = "secret";
  scene.host.environment["DDX_TOKEN"] = "general";
  CHECK(token_variable("git-1.example.com:8443") == "DDX_TOKEN_GIT__1_EXAMPLE_COM_8443");
  CHECK(scene.given("https://git.example.com/a").secret == "secret");
  CHECK(scene.given("https://git.example.com/a", "https://git.example.com/a").secret == "secret");
  CHECK(scene.given("https://git.example.com.evil.example/a") == none);
  for (const char* other :
       {"https://git-example.com/a", "https://git_example.com/a", "https://git.example-com/a"})
    CHECK(scene.given(other) == none);
  CHECK(token_variable("a-b.c") != token_variable("a_b.c"));
  CHECK(token_variable("a--b") != token_variable("a_b"));
}

TEST_CASE("a host with a port of its own has a variable of its own, unless it is the upstream", "[auth]") {
  Scene scene;
  scene.host.environment["DDX_TOKEN_LOCALHOST"] = "host";
  CHECK(scene.given("https://localhost:3000/a") == none);
  CHECK(scene.given("https://localhost:3000/a", "https://localhost:3000/a") ==
        Given{"DDX_TOKEN_LOCALHOST", "x-access-token", "host"});
  scene.host.environment["DDX_TOKEN_LOCALHOST_3000"] = "port";
  CHECK(scene.given("https://localhost:3000/a") ==
        Given{"DDX_TOKEN_LOCALHOST_3000", "x-access-token", "port"});
}

TEST_CASE("a token is taken without the blanks and line ends around it", "[auth]") {
  for (const char* text : {"secret\n", "secret\r\n", "  secret  ", "\tsecret\n\n"}) {
    Scene scene;
    scene.host.environment["DDX_TOKEN"] = text;
    scene.host.environment["GITHUB_TOKEN"] = text;
    CHECK(scene.given("https://github.com/a/b").secret == "secret");
    CHECK(scene.from_ci("https://github.com/a/b").secret == "secret");
    scene.host.environment = {{"DDX_TOKEN_GITHUB_COM", text}};
    CHECK(scene.given("https://github.com/a/b").secret == "secret");
    scene.host.host().token = Secret(text);
    CHECK(scene.given("https://github.com/a/b").source == "--token-stdin");
    CHECK(scene.given("https://github.com/a/b").secret == "secret");
  }
}

TEST_CASE("what cannot be a token is not sent, and its source is named", "[auth]") {
  for (const auto& [text, why] :
       std::vector<std::pair<std::string, std::string>>{{"secret\r\nX-Header: 1", "it holds a blank"},
                                                        {"secret\nmore", "it holds a control character"},
                                                        {"sec\tret", "it holds a control character"},
                                                        {"two words", "it holds a blank"},
                                                        {" \n", "not set"}}) {
    Scene scene;
    scene.host.environment["DDX_TOKEN"] = text;
    CHECK(scene.given("https://github.com/a/b") == none);
    const auto sources = auth::explicit_sources(origin("https://github.com/a/b"), {}, "", scene.host);
    CHECK(sources.back()->name() == "DDX_TOKEN");
    CHECK(sources.back()->find({origin("https://github.com/a/b"), "", {}}).why_not == why);
  }
}

TEST_CASE("a password that came with a user name may hold blanks", "[auth]") {
  Scene scene;
  scene.host.host().token = Secret(" two words ");
  scene.host.host().token_user = "ada";
  CHECK(scene.given("https://git.example.com/a", "https://git.example.com/a") ==
        Given{"--token-stdin", "ada", " two words "});
  scene.host.host().token = Secret("two\nlines");
  CHECK(scene.given("https://git.example.com/a", "https://git.example.com/a") == none);
}

TEST_CASE("a token gets the user name that its platform expects, or the one that git is told", "[auth]") {
  Scene scene;
  scene.host.environment["DDX_TOKEN"] = "secret";
  const auto user = [&](const std::string& url) { return scene.given(url, url).username; };
  CHECK(user("https://github.com/a") == "x-access-token");
  CHECK(user("https://gitlab.com/a") == "oauth2");
  CHECK(user("https://bitbucket.org/a") == "x-token-auth");
  CHECK(user("https://codeberg.org/a") == "x-access-token");
  CHECK(scene.given("https://github.com/a", "https://github.com/a", "ada").username == "ada");
  scene.host.environment["DDX_TOKEN"] = "ATATT3xFfGF0";
  CHECK(user("https://bitbucket.org/a") == "x-bitbucket-api-token-auth");
}

TEST_CASE("an unknown host is known by what it says when it asks for a login", "[auth]") {
  const Origin host = origin("https://git.example.com/");
  using auth::Platform;
  CHECK(auth::platform_of(host, {"Basic realm=\"GitLab\""}) == Platform::gitlab);
  CHECK(auth::platform_of(host, {"Basic realm=\"GitHub\""}) == Platform::github);
  CHECK(auth::platform_of(host, {"Basic realm=\"Gitea\""}) == Platform::gitea);
  CHECK(auth::platform_of(host, {"Basic realm=\"x\""}) == Platform::unknown);
}

TEST_CASE("a server that takes tokens alone gets them alone", "[auth]") {
  const Secret token("secret");
  using auth::Platform;
  using Scheme = Credential::Scheme;
  CHECK(token_credential(Platform::unknown, token, "", {"Bearer realm=x"}).scheme == Scheme::bearer);
  CHECK(token_credential(Platform::unknown, token, "", {"Bearer realm=x", "Basic realm=x"}).scheme ==
        Scheme::basic);
  const Credential of_job = token_credential(Platform::github, token, "x-access-token", {"Bearer realm=x"});
  CHECK(of_job.scheme == Scheme::bearer);
  CHECK(of_job.username.empty());
  CHECK(token_credential(Platform::bitbucket_server, token, "", {}).scheme == Scheme::bearer);
  CHECK(token_credential(Platform::bitbucket_server, token, "ada", {}).scheme == Scheme::basic);
}

TEST_CASE("the tokens of build systems go to the server that runs the build, exactly", "[auth]") {
  Scene scene;
  auto& variables = scene.host.environment;
  SECTION("GitHub Actions") {
    variables["GITHUB_TOKEN"] = "secret";
    variables["GITHUB_SERVER_URL"] = "https://ghe.example.com";
    CHECK(scene.from_ci("https://ghe.example.com/a") == Given{"GITHUB_TOKEN", "x-access-token", "secret"});
    CHECK(scene.from_ci("https://github.com/a") == none);
    CHECK(scene.from_ci("https://ghe.example.com.evil.example/a") == none);
  }
  SECTION("GITHUB_TOKEN without a server") {
    variables["GITHUB_TOKEN"] = "secret";
    CHECK(scene.from_ci("https://github.com/a").secret == "secret");
    CHECK(scene.from_ci("https://ghe.example.com/a") == none);
  }
  SECTION("GITHUB_TOKEN with a server that is no URL") {
    variables["GITHUB_TOKEN"] = "secret";
    variables["GITHUB_SERVER_URL"] = "ext::sh -c evil";
    CHECK(scene.from_ci("https://github.com/a") == none);
  }
  SECTION("the tokens of gh") {
    variables["GH_TOKEN"] = "cloud";
    variables["GH_ENTERPRISE_TOKEN"] = "enterprise";
    CHECK(scene.from_ci("https://github.com/a").secret == "cloud");
    CHECK(scene.from_ci("https://ghe.example.com/a") == none);
    variables["GH_HOST"] = "ghe.example.com";
    CHECK(scene.from_ci("https://ghe.example.com/a").secret == "enterprise");
    CHECK(scene.from_ci("https://github.com/a").secret == "cloud");
    variables["GH_HOST"] = "corp.ghe.com";
    CHECK(scene.from_ci("https://corp.ghe.com/a").secret == "cloud");
  }
  SECTION("GitLab CI") {
    variables["CI_JOB_TOKEN"] = "secret";
    variables["CI_SERVER_HOST"] = "gitlab.example.com";
    variables["CI_SERVER_PORT"] = "8443";
    variables["CI_SERVER_PROTOCOL"] = "https";
    CHECK(scene.from_ci("https://gitlab.example.com:8443/a") ==
          Given{"CI_JOB_TOKEN", "gitlab-ci-token", "secret"});
    CHECK(scene.from_ci("https://gitlab.example.com/a") == none);
    CHECK(scene.from_ci("http://gitlab.example.com:8443/a") == none);
  }
  SECTION("a job token without a server is for nobody") {
    variables["CI_JOB_TOKEN"] = "secret";
    CHECK(scene.from_ci("https://gitlab.com/a") == none);
  }
  SECTION("Bitbucket Pipelines") {
    variables["BITBUCKET_ACCESS_TOKEN"] = "secret";
    CHECK(scene.from_ci("https://bitbucket.org/a") ==
          Given{"BITBUCKET_ACCESS_TOKEN", "x-token-auth", "secret"});
    CHECK(scene.from_ci("https://bitbucket.org.evil.example/a") == none);
  }
  SECTION("Gitea and Forgejo Actions") {
    variables["GITEA_TOKEN"] = "secret";
    variables["GITHUB_SERVER_URL"] = "https://gitea.example.com/";
    CHECK(scene.from_ci("https://gitea.example.com/a") == Given{"GITEA_TOKEN", "x-access-token", "secret"});
    CHECK(scene.from_ci("https://github.com/a") == none);
  }
  SECTION("the token of a Gitea or Forgejo in a job of GitHub") {
    for (const char* token : {"GITEA_TOKEN", "FORGEJO_TOKEN"})
      for (const std::string server :
           {"https://github.com", "https://GitHub.com:443/", "https://corp.ghe.com"}) {
        variables = {{token, "secret"}, {"GITHUB_ACTIONS", "true"}, {"GITHUB_SERVER_URL", server}};
        INFO(token << " " << server);
        CHECK(scene.from_ci(server + "/a") == none);
        variables.erase("GITHUB_SERVER_URL");
        variables["FORGEJO_SERVER_URL"] = server;
        CHECK(scene.from_ci(server + "/a") == none);
      }
    // GitHub's own server at a company says only in the URL what it is, but its jobs are no Gitea's.
    variables = {{"GITEA_TOKEN", "secret"}, {"GITHUB_SERVER_URL", "https://ghe.example.com"}};
    CHECK(scene.from_ci("https://ghe.example.com/a").secret == "secret");
  }
}

TEST_CASE("no variable that a token is read from is passed on to other programs", "[auth]") {
  Scene scene;
  for (const char* name : {"DDX_TOKEN", "DDX_TOKEN_GITHUB_COM", "DDX_VAULT_PASSPHRASE_FD", "GH_TOKEN",
                           "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "GITEA_TOKEN",
                           "FORGEJO_TOKEN", "CI_JOB_TOKEN", "BITBUCKET_ACCESS_TOKEN", "BITBUCKET_TOKEN"}) {
    CHECK(is_secret_variable(name));
    scene.host.environment[name] = "x";
  }
  for (const auto& server : auth::ci_servers(scene.host)) CHECK(is_secret_variable(server.variable));
  for (const char* name : {"PATH", "DDX_TOKENS", "DDX_PLATFORM", "GITHUB_SERVER_URL"})
    CHECK_FALSE(is_secret_variable(name));
}
