#include "auth/device_flow.hpp"

#include <catch2/catch_test_macros.hpp>

#include "ddx/error.hpp"
#include "support/fake_platform.hpp"
#include "support/test_host.hpp"

using namespace ddx;
using auth::Platform;
using test::FakePlatform;

namespace {

constexpr const char* started =
    R"({"device_code":"device-1","user_code":"AB-12","verification_uri":"https://github.com/login/device",)"
    R"("expires_in":900,"interval":1})";

/// Starts with `start`, then answers the polls with these, one each.
struct Scene {
  std::string start = started;
  std::vector<FakePlatform::Answer> polls;
  std::size_t polled = 0;
  FakePlatform server{[this](const FakePlatform::Request& request) -> FakePlatform::Answer {
    if (request.path == "/login/device/code" || request.path == "/oauth/authorize_device")
      return {200, start};
    return polls.at(polled++);
  }};
  test::TestHost host;

  auth::LoginRecord log_in(Platform platform = Platform::github) {
    return auth::log_in_by_device(platform, *Origin::of(UpstreamUrl::parse(server.url() + "/")), "our client",
                                  host);
  }
  std::string failure() {
    try {
      static_cast<void>(log_in());
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::login_ended);
      return error.what();
    }
    return "none";
  }
};

}  // namespace

TEST_CASE("a login by code waits until somebody has typed it", "[auth][device]") {
  Scene scene;
  scene.polls = {{200, R"({"error":"authorization_pending"})"},
                 {200, R"({"error":"slow_down","interval":1})"},
                 {200, R"({"access_token":"gho_canary","token_type":"bearer","scope":"repo"})"}};
  const auth::LoginRecord record = scene.log_in();
  CHECK(record.token == Secret("gho_canary"));
  CHECK(record.platform == "github");
  CHECK_FALSE(record.expires);
  CHECK(
      scene.host.notes ==
      std::vector<std::string>{"open https://github.com/login/device in a browser and enter the code AB-12"});
  const auto requests = scene.server.requests();
  REQUIRE(requests.size() == 4);
  CHECK(requests[0].body == "client_id=our%20client&scope=repo");
  CHECK(requests[1].path == "/login/oauth/access_token");
  CHECK(requests[1].body ==
        "client_id=our%20client&device_code=device-1&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%"
        "3Adevice_code");
}

TEST_CASE("GitLab's errors come with another status, and its token can be renewed", "[auth][device]") {
  Scene scene;
  scene.polls = {{400, R"({"error":"authorization_pending"})"},
                 {200, R"({"access_token":"first","refresh_token":"again","expires_in":7200})"},
                 {200, R"({"access_token":"second","refresh_token":"once more","expires_in":7200})"},
                 {401, R"({"error":"invalid_grant"})"}};
  const auth::LoginRecord record = scene.log_in(Platform::gitlab);
  CHECK(record.refresh_token == Secret("again"));
  REQUIRE(record.expires);
  const Origin origin = *Origin::of(UpstreamUrl::parse(scene.server.url() + "/"));
  const auto renewed = auth::renew_token(record, origin, scene.host);
  REQUIRE(renewed);
  CHECK(renewed->token == Secret("second"));
  CHECK(renewed->refresh_token == Secret("once more"));
  CHECK(scene.server.requests().back().body ==
        "client_id=our%20client&refresh_token=again&grant_type=refresh_token");
  CHECK_FALSE(auth::renew_token(*renewed, origin, scene.host));
}

TEST_CASE("a login by code says why it ended", "[auth][device]") {
  Scene scene;
  const std::string begin = "the login at '" + scene.server.url().substr(7) + "' did not succeed: ";
  SECTION("refused") {
    scene.polls = {{200, R"({"error":"access_denied"})"}};
    CHECK(scene.failure() == begin + "it was refused in the browser");
  }
  SECTION("too late, as the server says") {
    scene.polls = {{400, R"({"error":"expired_token"})"}};
    CHECK(scene.failure() == begin + "the code was not entered in time");
  }
  SECTION("too late, as the clock says") {
    scene.start =
        R"({"device_code":"d","user_code":"u","verification_uri":"https://x/","expires_in":1,"interval":1})";
    scene.polls = {{200, R"({"error":"authorization_pending"})"},
                   {200, R"({"error":"authorization_pending"})"}};
    CHECK(scene.failure() == begin + "the code was not entered in time");
  }
  SECTION("not offered") {
    scene.start = R"({"error":"device_flow_disabled"})";
    CHECK(scene.failure() == begin + "the application is not registered for it");
  }
  SECTION("an error that nobody knows") {
    scene.polls = {{500, R"({"error":"weird","error_description":"it is Monday"})"}};
    CHECK(scene.failure() == begin + "it is Monday");
  }
  SECTION("a page to open that is none") {
    scene.start =
        R"({"device_code":"d","user_code":"u","verification_uri":"javascript:x","expires_in":9,"interval":1})";
    CHECK(scene.failure() == begin + "it names no page to open");
    CHECK(scene.host.notes.empty());
  }
  SECTION("no JSON") {
    scene.start = "<html>";
    CHECK(scene.failure() ==
          "'" + scene.server.url().substr(7) + "' does not offer a login by code (it answers 200)");
  }
}

TEST_CASE("a server that fails for a moment does not end a login by code", "[auth][device]") {
  Scene scene;
  scene.polls = {{502, "<html>"}, {200, R"({"access_token":"gho_canary"})"}};
  CHECK(scene.log_in().token == Secret("gho_canary"));
}

TEST_CASE("a connection that breaks does not end a login by code", "[auth][device]") {
  Scene scene;
  scene.polls = {{200, "{", {"Content-Length: 99"}}, {200, R"({"access_token":"gho_canary"})"}};
  CHECK(scene.log_in().token == Secret("gho_canary"));
}

TEST_CASE("a renewal that fails says so, and whether it may pass", "[auth][device]") {
  Scene scene;
  scene.polls = {{502, "<html>"}, {429, "<html>"}, {404, "<html>"}};
  auth::LoginRecord record;
  record.platform = "gitlab";
  record.refresh_token = Secret("again");
  const Origin origin = *Origin::of(UpstreamUrl::parse(scene.server.url() + "/"));
  const auto failure = [&]() -> std::pair<ErrorCode, std::string> {
    try {
      static_cast<void>(auth::renew_token(record, origin, scene.host));
    } catch (const Error& error) {
      return {error.code(), error.what()};
    }
    return {ErrorCode::internal, "none"};
  };
  CHECK(failure() == std::pair(ErrorCode::server_error,
                               "'" + origin.host_and_port() + "' fails to renew the login (it answers 502)"));
  CHECK(failure().first == ErrorCode::server_error);
  CHECK(failure() == std::pair(ErrorCode::login_ended,
                               "'" + origin.host_and_port() + "' does not renew the login (it answers 404)"));
}

TEST_CASE("an interrupt ends the wait for a code", "[auth][device]") {
  Scene scene;
  scene.host.interrupted = true;
  CHECK_THROWS_AS(scene.log_in(), Interrupted);
}
