#include "net/proxy.hpp"

#include <catch2/catch_test_macros.hpp>
#include <tuple>

#include "ddx/error.hpp"
#include "net/http.hpp"
#include "support/test_host.hpp"

using namespace ddx;
using net::proxy_for;

TEST_CASE("without variables there is no proxy", "[net][proxy]") {
  test::TestHost host;
  CHECK(proxy_for("https", host).url.empty());
  CHECK(proxy_for("https", host).exceptions.empty());
}

TEST_CASE("lower case wins, and the scheme's own variable before the general one", "[net][proxy]") {
  test::TestHost host;
  host.environment["ALL_PROXY"] = "http://all:1";
  CHECK(proxy_for("https", host).url == "http://all:1");
  CHECK(proxy_for("http", host).url == "http://all:1");
  host.environment["HTTPS_PROXY"] = "http://upper:1";
  CHECK(proxy_for("https", host).url == "http://upper:1");
  host.environment["https_proxy"] = "http://lower:1";
  CHECK(proxy_for("https", host).url == "http://lower:1");
}

TEST_CASE("HTTP_PROXY in capitals is not believed", "[net][proxy]") {
  test::TestHost host;
  host.environment["HTTP_PROXY"] = "http://from-a-request-header:1";
  CHECK(proxy_for("http", host).url.empty());
  host.environment["http_proxy"] = "http://lower:1";
  CHECK(proxy_for("http", host).url == "http://lower:1");
}

TEST_CASE("an empty variable counts as unset", "[net][proxy]") {
  test::TestHost host;
  host.environment["no_proxy"] = "";
  host.environment["NO_PROXY"] = "localhost,.corp";
  CHECK(proxy_for("http", host).exceptions == "localhost,.corp");
}

TEST_CASE("NO_PROXY means hosts, domains with all in them, or everything", "[net][proxy]") {
  for (const auto& [exceptions, exempt] : {std::pair{"example.com", true},
                                           {".example.com", true},
                                           {"a, EXAMPLE.com,b", true},
                                           {"*", true},
                                           {"", false},
                                           {"ple.com", false},
                                           {"git.example.com.org", false}}) {
    INFO(exceptions);
    CHECK(net::is_exempt(exceptions, "Git.example.com") == exempt);
  }
}

TEST_CASE("NO_PROXY knows ranges of addresses", "[net][proxy]") {
  for (const auto& [range, host, exempt] : {std::tuple{"10.0.0.0/8", "10.250.1.2", true},
                                            {"a, 10.0.0.0/8", "10.250.1.2", true},
                                            {"10.0.0.0/8", "11.0.0.1", false},
                                            {"192.168.16.0/20", "192.168.31.255", true},
                                            {"192.168.16.0/20", "192.168.32.0", false},
                                            {"127.0.0.1/32", "127.0.0.1", true},
                                            {"0.0.0.0/0", "8.8.8.8", true},
                                            {"0.0.0.0/0", "::1", false},
                                            {"0.0.0.0/0", "example.com", false},
                                            {"10.0.0.0/33", "10.0.0.1", false},
                                            {"10.0.0/8", "10.0.0.1", false},
                                            {"10.0.0.0/", "10.0.0.1", false},
                                            {"fd00::/8", "[fd12:3456::1]", true},
                                            {"fd00::/8", "fe80::1", false},
                                            {"::1/128", "::1", true},
                                            {"1:2:3:4:5:6:7:8/128", "1:2:3:4:5:6:7:8", true},
                                            {"1:2:3::4:5:6:7:8/128", "1:2:3:4:5:6:7:8", false}}) {
    INFO(range << " " << host);
    CHECK(net::is_exempt(range, host) == exempt);
  }
}

TEST_CASE("a proxy is named without the login in its URL", "[net][proxy]") {
  const auto proxy = net::parse_proxy("http://pi%40a:secret@Proxy.example:3128/");
  REQUIRE(proxy);
  CHECK(proxy->name() == "proxy.example:3128");
  CHECK(proxy->username == "pi@a");
  CHECK(proxy->has_password);
  CHECK(net::parse_proxy("proxy.example:80")->name() == "proxy.example");
  CHECK_FALSE(net::parse_proxy("http://pia@[::1]:8080")->has_password);
  CHECK(net::parse_proxy("http://pia@[::1]:8080")->name() == "[::1]:8080");
  CHECK_FALSE(net::parse_proxy(""));
  CHECK(net::without_login("http://pia:x@p:1/") == "http://p:1/");
  CHECK(net::without_login("pia@p:1") == "p:1");
}

TEST_CASE("plain http to this machine does not go by a proxy elsewhere", "[net][proxy]") {
  test::TestHost host;
  host.environment["http_proxy"] = "http://192.0.2.1:3128";
  const auto code_of = [&] {
    try {
      net::HttpClient({std::chrono::milliseconds(200), std::chrono::milliseconds(200)}, host)
          .send({"http://localhost:1/x", {}});
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  CHECK(code_of() == ErrorCode::url_refused);
  host.environment["NO_PROXY"] = "localhost";
  CHECK(code_of() == ErrorCode::network);
  host.environment.erase("NO_PROXY");
  host.environment["http_proxy"] = "http://127.0.0.1:1";
  CHECK(code_of() == ErrorCode::network);
}
