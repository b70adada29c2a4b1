#include <catch2/catch_test_macros.hpp>

#include "ddx/error.hpp"
#include "git/upstream_repository.hpp"
#include "support/git_http_server.hpp"
#include "support/proxy_server.hpp"
#include "support/run.hpp"
#include "support/sockets.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using ddx::git::FetchOptions;
using ddx::git::UpstreamRepository;

namespace {

test::GitHttpServer& server() {
  static test::GitHttpServer one;
  return one;
}

/// A project with git settings of its own, and an upstream on a real web server.
struct Scene {
  Scene() : upstream(server().repositories() / folder.path().filename()), project(folder.path() / "project") {
    upstream.write("prompts/greet.md", "hello\n");
    commit = upstream.commit("first");
  }
  void set(const std::string& key, const std::string& value) { project.git({"config", key, value}); }
  [[nodiscard]] std::string path(const std::string& first = "/git/") const {
    return first + upstream.path().filename().string() + "/.git";
  }
  std::string fetch(const std::string& url) {
    FetchOptions options{UpstreamUrl::parse(url), project.path()};
    options.tries = 1;
    return UpstreamRepository::open(folder.path() / "upstream.git", host)
        .fetch("p", options, host)
        .commit.str();
  }
  ErrorCode code_of(const std::string& url) {
    try {
      fetch(url);
    } catch (const Error& error) {
      return error.code();
    }
    FAIL("no error was thrown");
    throw std::logic_error("unreachable");
  }

  test::TempDir folder;
  test::TestHost host;
  test::TestRepo upstream, project;
  std::string commit;
};

}  // namespace

TEST_CASE("an authority of git's settings is trusted, for the URL that it is set for",
          "[git][http][settings]") {
  Scene scene;
  const std::string url = server().https_url(scene.path());
  const std::string authority = server().certificate_authority().string();
  scene.set("http.https://elsewhere.example.sslCAInfo", authority);
  CHECK(scene.code_of(url) == ErrorCode::tls);
  scene.set("http." + url.substr(0, url.find("/git/")) + ".sslCAInfo", authority);
  CHECK(scene.fetch(url) == scene.commit);
}

TEST_CASE("a variable for the authority wins over git's settings, as in git", "[git][http][settings]") {
  Scene scene;
  scene.set("http.sslCAInfo", server().certificate_authority().string());
  scene.host.environment["GIT_SSL_CAINFO"] = "/etc/ssl/certs/ca-certificates.crt";
  CHECK(scene.code_of(server().https_url(scene.path())) == ErrorCode::tls);
  scene.host.environment.erase("GIT_SSL_CAINFO");
  scene.host.environment["SSL_CERT_FILE"] = "/nowhere";
  CHECK(scene.fetch(server().https_url(scene.path())) == scene.commit);
}

TEST_CASE("a header of git's settings is sent, as build systems set one to log in", "[git][http][settings]") {
  Scene scene;
  const std::string url = server().http_url(scene.path("/bearer/"));
  CHECK(scene.code_of(url) == ErrorCode::auth_required);
  scene.set("http." + server().http_url("/") + ".extraHeader", "Authorization: Bearer right-token");
  CHECK(scene.fetch(url) == scene.commit);
}

TEST_CASE("a server that wants a client's certificate gets the one of git's settings",
          "[git][http][settings]") {
  Scene scene;
  const std::string url = server().mutual_url(scene.path());
  scene.set("http.sslCAInfo", server().certificate_authority().string());
  CHECK(scene.code_of(url) == ErrorCode::tls);
  scene.set("http.sslCert", server().client_certificate().string());
  scene.set("http.sslKey", server().client_key().string());
  CHECK(scene.fetch(url) == scene.commit);
}

TEST_CASE("a proxy of git's settings is used, and an empty one switches that of the environment off",
          "[git][http][settings]") {
  Scene scene;
  const std::string url = server().http_url(scene.path());
  const std::string nobody = "http://127.0.0.1:" + std::to_string(test::unused_port());
  scene.set("http.proxy", nobody);
  CHECK(scene.code_of(url) == ErrorCode::network);
  scene.set("http.proxy", "");
  scene.host.environment["http_proxy"] = nobody;
  CHECK(scene.fetch(url) == scene.commit);
}

TEST_CASE("a proxy that wants a login gets the one of its URL, for http and through a tunnel",
          "[git][http][settings]") {
  if (!test::ProxyServer::available()) SKIP("squid is not installed");
  Scene scene;
  const test::ProxyServer proxy;
  scene.set("http.sslCAInfo", server().certificate_authority().string());
  for (const std::string& url : {server().http_url(scene.path()), server().https_url(scene.path())}) {
    INFO(url);
    scene.host.environment["http_proxy"] = scene.host.environment["https_proxy"] = proxy.url();
    CHECK(scene.code_of(url) == ErrorCode::auth_required);
    scene.host.environment["http_proxy"] = scene.host.environment["https_proxy"] = proxy.url("pia:wrong");
    CHECK(scene.code_of(url) == ErrorCode::auth_failed);
    scene.host.environment["http_proxy"] = scene.host.environment["https_proxy"] = proxy.url("pia:pr0xy");
    CHECK(scene.fetch(url) == scene.commit);
  }
  scene.host.environment["https_proxy"] = proxy.url("pia:pr0xy");
  const std::string nobody = "https://localhost:" + std::to_string(test::unused_port()) + "/x";
  try {
    scene.fetch(nobody);
    FAIL("no error was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::network);
    CHECK(std::string(error.what())
              .starts_with("the proxy '" + proxy.url().substr(7) + "' does not connect us to"));
  }
  CHECK(proxy.log().find("CONNECT localhost:") != std::string::npos);
}

TEST_CASE("a proxy's own answer is not blamed on the server", "[git][http][settings]") {
  if (!test::ProxyServer::available()) SKIP("squid is not installed");
  Scene scene;
  const test::ProxyServer proxy;
  const std::string name = proxy.url().substr(7);
  scene.host.environment["http_proxy"] = proxy.url("pia:pr0xy");
  const auto message_of = [&](const std::string& url) -> std::string {
    try {
      scene.fetch(url);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  const std::string nobody = "localhost:" + std::to_string(test::unused_port());
  CHECK(message_of("http://" + nobody + "/x") == "the proxy '" + name + "' answers 503 for '" + nobody + "'");
  const std::string refused = message_of(server().http_url(scene.path("/forbidden/")));
  INFO(refused);
  CHECK(refused.find("denies access to") != std::string::npos);
  CHECK(refused.find(", through the proxy '" + name + "'") != std::string::npos);
}

TEST_CASE("a client's key with a password is told, and nobody is asked for it", "[git][http][settings]") {
  Scene scene;
  const std::string key = (scene.folder.path() / "locked.pem").string();
  const auto locked = test::run(scene.folder.path(),
                                {"openssl", "pkey", "-aes256", "-passout", "pass:secret", "-in",
                                 server().client_key().string(), "-out", key},
                                test::clean_environment(scene.folder));
  INFO(locked.err);
  REQUIRE(locked.exit == 0);
  scene.set("http.sslCAInfo", server().certificate_authority().string());
  scene.set("http.sslCert", server().client_certificate().string());
  scene.set("http.sslKey", key);
  try {
    scene.fetch(server().mutual_url(scene.path()));
    FAIL("no error was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::tls);
    CHECK(std::string(error.what()).find("ddx takes none with a password") != std::string::npos);
  }
}
