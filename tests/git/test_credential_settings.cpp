#include <catch2/catch_test_macros.hpp>

#include "git/credential_settings.hpp"
#include "git/user_settings.hpp"
#include "support/test_repo.hpp"

using namespace ddx;

namespace {

Origin origin(const char* url) { return *Origin::of(UpstreamUrl::parse(url)); }

}  // namespace

TEST_CASE("settings for credentials mean the URLs that git says they mean", "[git][credentials]") {
  const auto matches = [](const char* pattern, const char* url, const char* path = "team/library.git") {
    return git::match_url(pattern, origin(url), path).has_value();
  };
  CHECK(matches("https://example.com", "https://example.com/"));
  CHECK(matches("https://Example.com/", "https://example.com/"));
  CHECK(matches("https://example.com:443", "https://example.com/"));
  CHECK(matches("https://ada@example.com", "https://example.com/"));
  CHECK(matches("https://*.example.com", "https://git.example.com/"));
  CHECK(matches("https://example.com/team", "https://example.com/"));
  CHECK(matches("https://example.com/team/library.git", "https://example.com/"));
  CHECK(matches("example.com", "https://example.com/"));
  CHECK(matches("https://[::1]:3000", "https://[::1]:3000/"));
  CHECK_FALSE(matches("http://example.com", "https://example.com/"));
  CHECK_FALSE(matches("https://example.com", "https://example.com:8443/"));
  CHECK_FALSE(matches("https://example.com", "https://git.example.com/"));
  CHECK_FALSE(matches("https://*.example.com", "https://a.b.example.com/"));
  CHECK_FALSE(matches("https://example.com", "https://example.com.evil.example/"));
  CHECK_FALSE(matches("https://example.com/tea", "https://example.com/"));
}

TEST_CASE("credential helpers come in the order of git's settings, and an empty one starts anew",
          "[git][credentials]") {
  test::TempDir folder;
  const test::TestRepo repo(folder.path() / "r");
  repo.git({"config", "--add", "credential.helper", "before"});
  repo.git({"config", "--add", "credential.helper", ""});
  repo.git({"config", "--add", "credential.helper", "cache --timeout 5"});
  repo.git({"config", "--add", "credential.https://other.example.helper", "other"});
  repo.git({"config", "--add", "credential.https://example.com.helper", "!echo"});
  repo.git({"config", "credential.https://example.com.username", "ada"});
  repo.git({"config", "credential.https://example.com/deep.useHttpPath", "true"});
  const auto settings = git::credential_settings(git::UserSettings::open(repo.path()),
                                                 origin("https://example.com/"), "deep/x");
  CHECK(settings.helpers == std::vector<std::string>{"cache --timeout 5", "!echo"});
  CHECK(settings.username == "ada");
  CHECK(settings.use_http_path);
  CHECK_FALSE(
      git::credential_settings(git::UserSettings::open(repo.path()), origin("https://example.com/"), "x")
          .use_http_path);
  CHECK(git::credential_settings(git::UserSettings::open(folder.path()), origin("https://example.com/"), "x")
            .username.empty());
}
