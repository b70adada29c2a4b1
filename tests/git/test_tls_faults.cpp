#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <thread>

#include "ddx/error.hpp"
#include "git/upstream_repository.hpp"
#include "platform/process.hpp"
#include "support/faulty_proxy.hpp"
#include "support/git_http_server.hpp"
#include "support/run.hpp"
#include "support/sockets.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"

using namespace ddx;
using namespace std::chrono_literals;
using ddx::git::FetchOptions;
using ddx::git::UpstreamRepository;

namespace {

test::GitHttpServer& server() {
  static test::GitHttpServer one;
  return one;
}

/// A server whose certificate it signed itself, with what else openssl is told.
class SelfSigned {
 public:
  explicit SelfSigned(const std::vector<std::string>& options,
                      const std::vector<std::string>& extensions = {"subjectAltName=DNS:localhost"}) {
    std::vector<std::string> request{"openssl",
                                     "req",
                                     "-x509",
                                     "-newkey",
                                     "ec",
                                     "-pkeyopt",
                                     "ec_paramgen_curve:prime256v1",
                                     "-nodes",
                                     "-keyout",
                                     "key.pem",
                                     "-out",
                                     "cert.pem",
                                     "-days",
                                     "30",
                                     "-subj",
                                     "/CN=localhost"};
    for (const std::string& extension : extensions) request.insert(request.end(), {"-addext", extension});
    const test::RunResult made = test::run(folder_, request, test::clean_environment(folder_));
    if (made.exit != 0) throw std::runtime_error("openssl failed: " + made.err);
    std::vector<std::string> arguments{"s_server",
                                       "-quiet",
                                       "-www",
                                       "-accept",
                                       fmt::format("127.0.0.1:{}", port_),
                                       "-cert",
                                       certificate(),
                                       "-key",
                                       (folder_.path() / "key.pem").string()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    process_ = std::make_unique<Process>(
        Process::Command{"/usr/bin/openssl", arguments, test::clean_environment(folder_)});
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!test::connect_to(port_)) {
      if (std::chrono::steady_clock::now() >= deadline) throw std::runtime_error("openssl does not listen");
      std::this_thread::sleep_for(5ms);
    }
  }
  [[nodiscard]] std::string certificate() const { return (folder_.path() / "cert.pem").string(); }
  [[nodiscard]] std::string url(const std::string& host = "localhost") const {
    return fmt::format("https://{}:{}/library.git", host, port_);
  }

 private:
  test::TempDir folder_;
  int port_ = test::unused_port();
  std::unique_ptr<Process> process_;
};

struct Scene {
  Error error_at(const std::string& url) {
    FetchOptions options{UpstreamUrl::parse(url), folder.path()};
    options.connect_timeout = 300ms;
    options.idle_timeout = 300ms;
    options.retry_delay = 1ms;
    options.tries = 2;
    try {
      UpstreamRepository::open(folder.path() / "upstream.git", host).fetch("p", options, host);
    } catch (const Error& error) {
      return error;
    }
    FAIL("no error was thrown");
    throw std::logic_error("unreachable");
  }
  void trust(const std::filesystem::path& authority) {
    host.environment["SSL_CERT_FILE"] = authority.string();
  }

  test::TempDir folder;
  test::TestHost host;
};

bool says(const Error& error, const std::string& words) {
  return std::string(error.what()).find(words) != std::string::npos;
}

std::string https(std::string url) {
  return url.replace(0, std::string("http://127.0.0.1").size(), "https://localhost");
}

}  // namespace

TEST_CASE("a certificate that its server signed itself is refused, until it is trusted", "[git][tls]") {
  Scene scene;
  const SelfSigned other({});
  const Error error = scene.error_at(other.url());
  CHECK(error.code() == ErrorCode::tls);
  CHECK(says(error, "self-signed certificate"));
  scene.trust(other.certificate());
  CHECK(scene.error_at(other.url()).code() == ErrorCode::not_git);
}

TEST_CASE("a trusted certificate for another name, address or use is refused, and not tried again",
          "[git][tls]") {  // [REL D9]
  struct Row {
    std::vector<std::string> extensions;
    std::string host, reason;
  };
  for (const Row& row : {Row{{"subjectAltName=DNS:other.example"}, "localhost", "subject name"},
                         Row{{"subjectAltName=DNS:*.localhost"}, "localhost", "subject name"},
                         Row{{"subjectAltName=IP:127.0.0.2"}, "127.0.0.1", "subject name"},
                         Row{{"subjectAltName=DNS:localhost", "extendedKeyUsage=clientAuth"},
                             "localhost",
                             "certificate purpose"}}) {
    Scene scene;
    const SelfSigned other({}, row.extensions);
    scene.trust(other.certificate());
    const Error error = scene.error_at(other.url(row.host));
    INFO(row.extensions.back() << ": " << error.what());
    CHECK(error.code() == ErrorCode::tls);
    CHECK(says(error, row.reason));
    CHECK(scene.host.notes.empty());
  }
}

TEST_CASE("a server that knows only the TLS of the last century is refused", "[git][tls]") {
  Scene scene;
  const SelfSigned old({"-tls1", "-cipher", "ALL:@SECLEVEL=0"});
  scene.trust(old.certificate());
  CHECK(scene.error_at(old.url()).code() == ErrorCode::tls);
  CHECK(scene.host.notes.empty());
}

TEST_CASE("plain http where https is asked for is refused, and not tried again", "[git][tls]") {
  Scene scene;
  CHECK(scene.error_at(https(server().http_url("/git/x"))).code() == ErrorCode::tls);
  CHECK(scene.host.notes.empty());
}

TEST_CASE("a handshake that is cut off is a lost connection, and tried again", "[git][tls]") {
  Scene scene;
  scene.trust(server().certificate_authority());
  const int port = Origin::of(UpstreamUrl::parse(server().https_url("/x")))->port;
  for (const test::FaultyProxy::Step& step :
       {test::FaultyProxy::Step{test::Fault::reset}, {test::Fault::cut, 1}, {test::Fault::cut, 100}}) {
    const test::FaultyProxy proxy(port, {step});
    const Error error = scene.error_at("https" + proxy.url("/git/x").substr(4));
    INFO(error.what());
    CHECK(error.code() == ErrorCode::network);
    CHECK(proxy.connections() == 2);
  }
}

TEST_CASE("a handshake that stands still runs into the limit for connecting", "[git][tls]") {
  Scene scene;
  const test::FaultyProxy proxy(server().http_port(), {{test::Fault::stall}});
  CHECK(scene.error_at(https(proxy.url("/git/x"))).code() == ErrorCode::network_timeout);
  CHECK(proxy.connections() == 2);
}
