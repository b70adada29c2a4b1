#include "net/proxy.hpp"

#include <catch2/catch_test_macros.hpp>

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
