#include <catch2/catch_test_macros.hpp>
#include <type_traits>

#include "ddx/credential.hpp"

using namespace ddx;

namespace {

std::optional<Origin> origin(const char* url) { return Origin::of(UpstreamUrl::parse(url)); }

}  // namespace

TEST_CASE("an origin is scheme, host and port, however they were written", "[unit]") {
  CHECK(origin("https://GitHub.com/a/b")->str() == "https://github.com");
  CHECK(origin("https://github.com:443/a/b") == origin("https://github.com/a"));
  CHECK(origin("https://github.com:8443/a/b")->host_and_port() == "github.com:8443");
  CHECK(origin("http://localhost/a")->port == 80);
  CHECK(origin("https://[::1]:3000/a")->host == "[::1]");
  CHECK(origin("https://[::1]:3000/a")->port == 3000);
}

TEST_CASE("hosts that only look alike are other origins", "[unit]") {
  for (const char* other : {"https://github.com.evil.example/a", "https://github.co/a",
                            "https://xgithub.com/a", "https://github.com:444/a", "http://github.com/a"})
    CHECK(origin(other) != origin("https://github.com/a"));
}

TEST_CASE("a local path has no origin that credentials could be sent to", "[unit]") {
  CHECK_FALSE(origin("/srv/upstream"));
  CHECK_FALSE(origin("file:///srv/upstream"));
}

TEST_CASE("a secret keeps its bytes through copies and moves and compares by them", "[unit]") {
  const Secret first(std::string_view("to\0ken", 6));
  Secret copy = first;
  const Secret moved = std::move(copy);
  CHECK(moved.reveal() == std::string_view("to\0ken", 6));
  CHECK(moved == first);
  CHECK_FALSE(moved == Secret("to"));
  CHECK(Secret().empty());
  CHECK(Secret() == Secret(""));
}

TEST_CASE("wiping overwrites every byte", "[unit]") {
  std::string text = "hunter2";
  Secret::wipe(text.data(), text.size());
  CHECK(text == std::string(7, '\0'));
}

static_assert(!std::is_convertible_v<std::string_view, Secret>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
