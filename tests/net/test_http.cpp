#include "net/http.hpp"

#include <catch2/catch_test_macros.hpp>

#include "net/whole_answer.hpp"
#include "support/fake_platform.hpp"
#include "support/faulty_proxy.hpp"
#include "support/git_http_server.hpp"
#include "support/proxy_server.hpp"
#include "support/test_host.hpp"

using namespace ddx;
using net::HttpClient;

namespace {

std::string read_all(HttpClient& client) {
  std::string all;
  std::array<char, 1000> buffer{};
  while (const std::size_t count = client.read(buffer)) all.append(buffer.data(), count);
  return all;
}

}  // namespace

TEST_CASE("an answer comes with its status, type and body", "[net][http]") {
  test::GitHttpServer server;
  test::TestHost host;
  HttpClient client({}, host);
  const net::HttpHead head = client.send({server.http_url("/page/x"), {}});
  CHECK(head.status == 200);
  CHECK(head.content_type == "text/html");
  CHECK(read_all(client) == "<!doctype html><title>Log in</title>\n");
}

TEST_CASE("a request goes by the method that it names, or as its body has it", "[net][http]") {
  test::FakePlatform server([](auto&) { return test::FakePlatform::Answer{}; });
  test::TestHost host;
  net::HttpRequest request{server.url() + "/x", {}, "body"};
  for (const char* method : {"PATCH", "PUT", ""}) {
    request.method = method;
    static_cast<void>(net::exchange(request, {}, host));
  }
  request.body.reset();
  static_cast<void>(net::exchange(request, {}, host));
  std::string seen;
  for (const auto& sent : server.requests()) seen += sent.method + " " + sent.body + ";";
  CHECK(seen == "PATCH body;PUT body;POST body;GET ;");
}

TEST_CASE("a header without a value is empty", "[net][http]") {
  test::FakePlatform server([](auto&) { return test::FakePlatform::Answer{200, "", {"X-Next-Page: "}}; });
  test::TestHost host;
  const net::WholeAnswer answer = net::exchange({server.url() + "/x", {}}, {}, host);
  CHECK(answer.headers.contains("x-next-page"));
  CHECK(answer.header("x-next-page").empty());
}

TEST_CASE("several requests share a connection", "[net][http]") {
  test::GitHttpServer server;
  test::TestHost host;
  const test::FaultyProxy proxy(server.http_port(), {{}});
  HttpClient client({}, host);
  for (int i = 0; i < 3; ++i) {
    client.send({proxy.url("/page/x"), {}});
    read_all(client);
  }
  CHECK(proxy.connections() == 1);
}

TEST_CASE("a body larger than the buffer arrives whole", "[net][http]") {
  test::GitHttpServer server;
  test::TestHost host;
  std::string expected;
  for (int i = 0; expected.size() < 5'000'000; ++i) expected += std::to_string(i) + "\n";
  test::write_file(server.documents() / "large", expected);
  HttpClient client({}, host);
  client.send({server.http_url("/large"), {}});
  CHECK(read_all(client) == expected);
}

TEST_CASE("a request to stay away is read in seconds or as a date", "[net][http]") {
  test::GitHttpServer server;
  test::TestHost host;
  HttpClient client({}, host);
  CHECK(client.send({server.http_url("/limited/x"), {}}).retry_after == std::chrono::seconds(0));
  CHECK(client.send({server.http_url("/closed/x"), {}}).retry_after == std::chrono::seconds(3600));
  CHECK(client.send({server.http_url("/dated/x"), {}}).retry_after == std::chrono::seconds(0));
  CHECK_FALSE(client.send({server.http_url("/page/x"), {}}).retry_after.has_value());
}

TEST_CASE("a server behind a tunnel that asks for a proxy's login is not taken for the proxy",
          "[net][http]") {
  if (!test::ProxyServer::available()) SKIP("squid is not installed");
  test::GitHttpServer server;
  const test::ProxyServer proxy;
  test::TestHost host;
  net::HttpRequest request{server.https_url("/proxy-login/x"), {}};
  request.settings.proxy = proxy.url("pia:pr0xy");
  request.settings.authorities = server.certificate_authority().string();
  HttpClient client({}, host);
  net::HttpHead head = client.send(request);
  CHECK(head.status == 407);
  CHECK_FALSE(head.proxy);
  request.settings.proxy = proxy.url("pia:wrong");
  head = HttpClient({}, host).send(request);
  CHECK(head.status == 407);
  CHECK(head.proxy);
}

TEST_CASE("a request to stay away that is out of all measure is neither none nor one into the past",
          "[net][http]") {
  test::TestHost host;
  std::string asked;
  test::FakePlatform server([&](const test::FakePlatform::Request&) -> test::FakePlatform::Answer {
    return {503, "", {"Retry-After: " + asked}};
  });
  HttpClient client({}, host);
  const auto answer = [&](const std::string& value) {
    asked = value;
    return client.send({server.url() + "/x", {}}).retry_after;
  };
  CHECK(answer("Fri, 31 Dec 9999 23:59:59 GMT") > std::chrono::hours(24 * 365));
  CHECK(answer("9223372036854775807") > std::chrono::hours(24 * 365));
  CHECK_FALSE(answer("-5").has_value());
  CHECK_FALSE(answer("99999999999999999999").has_value());
}

TEST_CASE("a redirect is told with the absolute target and not followed", "[net][http]") {
  test::GitHttpServer server;
  test::TestHost host;
  HttpClient client({}, host);
  const net::HttpHead head = client.send({server.http_url("/moved/library"), {}});
  CHECK(head.status == 301);
  CHECK(head.location == server.http_url("/git/library"));
  CHECK(server.requests().size() == 1);
}
