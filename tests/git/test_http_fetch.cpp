#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <thread>

#include "ddx/error.hpp"
#include "git/upstream_repository.hpp"
#include "support/faulty_proxy.hpp"
#include "support/git_http_server.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using ddx::git::Fetched;
using ddx::git::FetchOptions;
using ddx::git::UpstreamRepository;
using Requests = std::vector<std::string>;

namespace {

namespace fs = std::filesystem;

test::GitHttpServer& server() {
  static test::GitHttpServer one;
  return one;
}

/// An upstream of three commits on a real web server, the place for our copy of it, and a host.
struct Scene {
  Scene() : upstream(server().repositories() / folder.path().filename()) {
    for (const char* text : {"one\n", "two\n", "three\n"}) {
      upstream.write("prompts/greet.md", text);
      commits.push_back(upstream.commit(text));
    }
    server().forget_requests();
  }

  /// Of our upstream below another first folder of the server.
  [[nodiscard]] std::string path(const std::string& first = "/git/") const {
    return first + upstream.path().filename().string() + "/.git";
  }
  [[nodiscard]] FetchOptions options(const std::string& url) const {
    FetchOptions result{UpstreamUrl::parse(url), folder.path()};
    result.retry_delay = std::chrono::milliseconds(1);
    return result;
  }
  UpstreamRepository open() { return UpstreamRepository::open(ours(), host); }
  Fetched fetch(const FetchOptions& options) { return open().fetch("p", options, host); }
  Fetched fetch() { return fetch(options(server().http_url(path()))); }

  [[nodiscard]] fs::path ours() const { return folder.path() / "upstream.git"; }
  std::string git_in_ours(const std::vector<std::string>& arguments) {
    return test::TestRepo::existing(ours()).git(arguments);
  }
  [[nodiscard]] std::string get() const { return "GET " + path() + "/info/refs 200"; }
  [[nodiscard]] std::string post() const { return "POST " + path() + "/git-upload-pack 200"; }

  test::TempDir folder;
  test::TestHost host;
  test::TestRepo upstream;
  Requests commits;
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

Error error_at(Scene& scene, const std::string& first_folder) {
  return error_of([&] { scene.fetch(scene.options(server().http_url(scene.path(first_folder)))); });
}

}  // namespace

TEST_CASE("the first fetch over http is shallow and takes two requests and one more for the depth",
          "[git][http]") {
  Scene scene;
  const Fetched fetched = scene.fetch();
  CHECK(fetched.commit.str() == scene.commits.back());
  CHECK(fetched.branch == "main");
  CHECK(scene.git_in_ours({"rev-list", "--count", "refs/ddx/p/fetched"}) == "1");
  CHECK(scene.git_in_ours({"fsck", "--strict"}).empty());
  CHECK(server().requests(3) == Requests{scene.get(), scene.post(), scene.post()});
}

TEST_CASE("a later fetch over http brings only what is new", "[git][http]") {
  Scene scene;
  scene.fetch();
  for (int i = 0; i < 30; ++i) {  // more than one round of negotiation
    scene.upstream.write("prompts/greet.md", std::to_string(i));
    scene.commits.push_back(scene.upstream.commit("more"));
    if (i == 0 || i == 29) CHECK(scene.fetch().commit.str() == scene.commits.back());
  }
  CHECK(scene.git_in_ours({"rev-list", "--count", "refs/ddx/p/fetched"}) == "31");
  CHECK(scene.git_in_ours({"fsck", "--strict"}).empty());
  const std::string last = scene.git_in_ours({"count-objects", "-v"});
  CHECK(last.find("in-pack: 124") != last.npos);  // 31 commits with two folders and a file each, none twice
}

TEST_CASE("a fetch over http without news is one request", "[git][http]") {
  Scene scene;
  scene.fetch();
  server().forget_requests();
  CHECK_FALSE(scene.fetch().received_objects);
  CHECK(server().requests(1) == Requests{scene.get()});
}

TEST_CASE("deepening over http brings all history", "[git][http]") {
  Scene scene;
  scene.fetch();
  UpstreamRepository ours = scene.open();
  ours.deepen("p", scene.options(server().http_url(scene.path())), scene.host);
  CHECK(scene.git_in_ours({"rev-list", "--count", "refs/ddx/p/fetched"}) == "3");
  CHECK(scene.git_in_ours({"fsck", "--strict"}).empty());
}

TEST_CASE("a second upstream starts shallow over http however much is here", "[git][http]") {
  Scene scene;
  for (int i = 0; i < 30; ++i) {
    scene.upstream.write("prompts/greet.md", std::to_string(i));
    scene.upstream.commit("more");
  }
  FetchOptions all = scene.options(server().http_url(scene.path()));
  all.full_history = true;
  scene.fetch(all);
  Scene other;
  other.upstream.write("other.md", "other");
  other.upstream.commit("other");
  other.upstream.git({"checkout", "-q", "--orphan", "apart"});
  other.upstream.commit("apart");
  other.upstream.commit("apart too");
  scene.open().fetch("q", other.options(server().http_url(other.path())), scene.host);
  CHECK(scene.git_in_ours({"rev-list", "--count", "refs/ddx/q/fetched"}) == "1");
}

TEST_CASE("a commit without a ref is found over http although the server gives out refs only",
          "[git][http]") {
  Scene scene;
  FetchOptions options = scene.options(server().http_url(scene.path()));
  options.follow = CommitName(scene.commits[0]);
  CHECK(scene.fetch(options).commit.str() == scene.commits[0]);
}

TEST_CASE("a commit without a ref comes alone where the server gives out any", "[git][http]") {
  Scene scene;
  scene.upstream.git({"config", "uploadpack.allowReachableSHA1InWant", "true"});
  FetchOptions options = scene.options(server().http_url(scene.path()));
  options.follow = CommitName(scene.commits[0]);
  CHECK(scene.fetch(options).commit.str() == scene.commits[0]);
  CHECK(scene.git_in_ours({"count-objects", "-v"}).find("in-pack: 4") != std::string::npos);
}

TEST_CASE("https is trusted by the authority in the environment, and only by it", "[git][http]") {
  Scene scene;
  const std::string url = server().https_url(scene.path());
  const Error unknown = error_of([&] { scene.fetch(scene.options(url)); });
  CHECK(unknown.code() == ErrorCode::tls);
  CHECK(std::string(unknown.what()).find("certificate") != std::string::npos);
  CHECK(unknown.steps().front().action == Recovery::trust_authority);
  scene.host.environment["SSL_CERT_FILE"] = server().certificate_authority().string();
  CHECK(scene.fetch(scene.options(url)).commit.str() == scene.commits.back());
}

TEST_CASE("an expired certificate and one of another name are told apart", "[git][http]") {
  Scene scene;
  scene.host.environment["GIT_SSL_CAINFO"] = server().certificate_authority().string();
  const Error expired = error_of([&] { scene.fetch(scene.options(server().expired_url(scene.path()))); });
  CHECK(expired.code() == ErrorCode::tls);
  CHECK(std::string(expired.what()).find("certificate has expired") != std::string::npos);
  REQUIRE(expired.steps().size() == 1);
  CHECK(expired.steps().front().action == Recovery::tell_upstream);

  std::string by_address = server().https_url(scene.path());
  by_address.replace(by_address.find("localhost"), std::string("localhost").size(), "127.0.0.1");
  const Error other_name = error_of([&] { scene.fetch(scene.options(by_address)); });
  CHECK(other_name.code() == ErrorCode::tls);
  CHECK(std::string(other_name.what()).find("no alternative certificate subject name matches") !=
        std::string::npos);
  REQUIRE(other_name.steps().size() == 1);
  CHECK(other_name.steps().front().action == Recovery::check_url);
}

TEST_CASE("what a server answers decides the kind of failure", "[git][http]") {
  Scene scene;
  const std::string host = UpstreamUrl::parse(server().http_url("/")).host();
  const Error login = error_at(scene, "/login/");
  CHECK(login.code() == ErrorCode::auth_required);
  CHECK(std::string(login.what()) == "'" + host + "' asks for a login");
  CHECK(error_at(scene, "/forbidden/").code() == ErrorCode::auth_failed);
  CHECK(error_at(scene, "/gone/").code() == ErrorCode::upstream_not_found);
  const Error missing = error_at(scene, "/git/no-such-");
  CHECK(missing.code() == ErrorCode::upstream_not_found);
  CHECK(std::string(missing.what()).ends_with("': not found, or no access without a login"));
  const Error page = error_at(scene, "/page/");
  CHECK(page.code() == ErrorCode::not_git);
  CHECK(std::string(page.what()) == "'" + host + "' answered with a web page, not git");
  CHECK_FALSE(scene.open().last_fetch("p").has_value());
}

TEST_CASE("a busy server is asked again as often as configured", "[git][http]") {
  Scene scene;
  FetchOptions options = scene.options(server().http_url(scene.path("/limited/")));
  options.tries = 3;
  CHECK(error_of([&] { scene.fetch(options); }).code() == ErrorCode::server_error);
  CHECK(server().requests(3).size() == 3);
}

TEST_CASE("a server that wants an hour of rest is not asked again", "[git][http]") {
  Scene scene;
  const Error error = error_at(scene, "/closed/");
  CHECK(error.code() == ErrorCode::server_error);
  CHECK(std::string(error.what()).ends_with("(status 503); it asks to wait 3600 seconds"));
  CHECK(server().requests(1).size() == 1);
}

TEST_CASE("a redirect is followed for the first request and told", "[git][http]") {
  Scene scene;
  const std::string old_url = server().http_url(scene.path("/moved/"));
  CHECK(scene.fetch(scene.options(old_url)).commit.str() == scene.commits.back());
  CHECK(scene.host.notes ==
        Requests{"'" + old_url + "' has moved to '" + server().http_url(scene.path()) + "'"});
  CHECK(server().requests(4) ==
        Requests{"GET " + scene.path("/moved/") + "/info/refs 301", scene.get(), scene.post(), scene.post()});
}

TEST_CASE("what is missing behind a redirect is told with the URL that led there", "[git][http]") {
  Scene scene;
  const Error error = error_at(scene, "/moved/no-such-");
  CHECK(error.code() == ErrorCode::upstream_not_found);
  CHECK(std::string(error.what()) == "'" + server().http_url(scene.path("/git/no-such-")) +
                                         "': not found, or no access without a login; '" +
                                         server().http_url(scene.path("/moved/no-such-")) +
                                         "' redirects there");
}

TEST_CASE("no redirect is followed where git's settings say so", "[git][http]") {
  Scene scene;
  test::TestRepo project(scene.folder.path() / "project");
  FetchOptions options = scene.options(server().http_url(scene.path("/moved/")));
  options.relative_to = project.path();
  project.git({"config", "http.followRedirects", "false"});
  const Error error = error_of([&] { scene.fetch(options); });
  CHECK(error.code() == ErrorCode::redirected);
  CHECK(std::string(error.what()).ends_with("and 'http.followRedirects' of git's settings is false"));
  project.git({"config", "http.followRedirects", "initial"});
  CHECK(scene.fetch(options).commit.str() == scene.commits.back());
}

TEST_CASE("a redirect in circles or away from https is refused", "[git][http]") {
  Scene scene;
  CHECK(error_at(scene, "/loop/").code() == ErrorCode::redirected);
  CHECK(server().requests(6).size() == 6);
  CHECK(error_at(scene, "/elsewhere/").code() == ErrorCode::redirected);
}

TEST_CASE("plain http to another machine is refused unless it was allowed", "[git][http]") {
  Scene scene;
  const FetchOptions options = scene.options("http://git.invalid/library.git");
  const Error refused = error_of([&] { scene.fetch(options); });
  CHECK(refused.code() == ErrorCode::url_refused);
  REQUIRE(refused.steps().size() == 2);
  CHECK(refused.steps()[0].subject == "https://git.invalid/library.git");
  CHECK(refused.steps()[1].action == Recovery::allow_insecure_http);
  scene.host.host().allow_insecure_http = true;
  const Error error = error_of([&] { scene.fetch(options); });
  CHECK(error.code() == ErrorCode::network);
  CHECK(std::string(error.what()).starts_with("cannot find 'git.invalid': "));
}

TEST_CASE("a port that nobody listens on is a network failure that names the host", "[git][http]") {
  Scene scene;
  const std::string host = "127.0.0.1:" + std::to_string(test::unused_port());
  const Error error = error_of([&] { scene.fetch(scene.options("http://" + host + "/library.git")); });
  CHECK(error.code() == ErrorCode::network);
  CHECK(std::string(error.what()) == "cannot connect to '" + host + "': Connection refused");
}

TEST_CASE("a server that accepts and says nothing runs into the idle limit", "[git][http]") {
  Scene scene;
  const test::FaultyProxy proxy(server().http_port(), {{test::Fault::stall}});
  FetchOptions options = scene.options(proxy.url(scene.path()));
  options.idle_timeout = std::chrono::milliseconds(200);
  options.tries = 2;
  CHECK(error_of([&] { scene.fetch(options); }).code() == ErrorCode::network_timeout);
  CHECK(proxy.connections() == 2);
}

TEST_CASE("a lost connection is tried again", "[git][http]") {
  Scene scene;
  const test::FaultyProxy proxy(server().http_port(), {{test::Fault::reset}, {test::Fault::cut, 100}, {}});
  CHECK(scene.fetch(scene.options(proxy.url(scene.path()))).commit.str() == scene.commits.back());
  CHECK(proxy.connections() >= 3);
}

TEST_CASE("a pack that is cut off moves nothing and leaves nothing behind", "[git][http]") {
  Scene scene;
  const Oid before = scene.fetch().commit;
  std::string noise;
  for (unsigned value = 1; noise.size() < 200'000; value = value * 1'664'525 + 1'013'904'223)
    noise += static_cast<char>(value >> 24);
  scene.upstream.write("big.bin", noise);
  const std::string newer = scene.upstream.commit("big");
  {
    const test::FaultyProxy proxy(server().http_port(), {{test::Fault::cut, 100'000}});
    FetchOptions options = scene.options(proxy.url(scene.path()));
    options.tries = 2;
    CHECK(error_of([&] { scene.fetch(options); }).code() == ErrorCode::network);
  }
  CHECK(scene.open().last_fetch("p")->commit == before);
  for (const auto& entry : fs::directory_iterator(scene.ours() / "objects" / "pack"))
    CHECK_FALSE(entry.path().filename().string().starts_with("pack_git2_"));
  CHECK(scene.fetch().commit.str() == newer);
}

TEST_CASE("an interrupt ends a fetch from a silent server at once", "[git][http]") {
  Scene scene;
  std::signal(SIGTERM, SIG_DFL);  // Catch2 would report the worker's
  const test::FaultyProxy proxy(server().http_port(), {{test::Fault::stall}});
  std::thread user([&] {
    while (proxy.connections() == 0) std::this_thread::yield();
    scene.host.interrupted = true;
  });
  CHECK_THROWS_AS(scene.fetch(scene.options(proxy.url(scene.path()))), Interrupted);
  user.join();
}

TEST_CASE("proxies come from the host's environment, exceptions included", "[git][http]") {
  Scene scene;
  const std::string proxy = "127.0.0.1:" + std::to_string(test::unused_port());
  scene.host.environment["http_proxy"] = "http://" + proxy;
  const Error error = error_of([&] { scene.fetch(); });
  CHECK(error.code() == ErrorCode::network);
  CHECK(std::string(error.what()) == "cannot connect to the proxy '" + proxy + "': Connection refused");
  CHECK(error.steps().front().action == Recovery::check_proxy);
  scene.host.environment["NO_PROXY"] = "127.0.0.1";
  CHECK(scene.fetch().commit.str() == scene.commits.back());
}
