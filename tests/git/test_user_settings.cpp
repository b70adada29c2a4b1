#include "git/user_settings.hpp"

#include <catch2/catch_test_macros.hpp>

#include "git/http_settings.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using git::UserSettings;

namespace {

Origin origin(const std::string& url) { return *Origin::of(UpstreamUrl::parse(url)); }

std::string path_of(const std::string& url) {
  const std::size_t slash = url.find('/', url.find("://") + 3);
  return slash == url.npos ? "" : url.substr(slash + 1);
}

}  // namespace

TEST_CASE("git's settings for a URL are chosen as git chooses them", "[git][settings]") {
  const test::TempDir folder;
  test::TestRepo repo(folder.path() / "repo");
  for (const auto& [key, value] : {std::pair{"http.useragent", "plain"},
                                   {"http.https://example.com.useragent", "host"},
                                   {"http.https://*.example.com.useragent", "star"},
                                   {"http.https://example.com/team.useragent", "path"},
                                   {"http.https://example.com/team/.useragent", "path with a slash"},
                                   {"http.https://example.com:8443.useragent", "port"},
                                   {"http.http://example.com.useragent", "scheme"},
                                   {"http.https://a.example.com.useragent", "exact"}})
    repo.git({"config", "--add", key, value});
  const UserSettings settings = UserSettings::open(repo.path());
  for (const std::string url :
       {"https://example.com/", "https://example.com/team", "https://example.com/team/x",
        "https://example.com/teams", "https://example.com:443/x", "https://example.com:8443/x",
        "https://a.example.com/x", "https://b.example.com/x", "https://b.b.example.com/x",
        "http://example.com/x", "https://example.org/x", "https://example.com.evil.org/x"}) {
    INFO(url);
    const std::string expected = repo.git({"config", "--get-urlmatch", "http.useragent", url});
    const auto values = settings.for_url("http", origin(url), path_of(url));
    CHECK(values.at("useragent").back() == expected);
  }
}

TEST_CASE("the last value of a setting wins, and names are case-insensitive as git's are",
          "[git][settings]") {
  const test::TempDir folder;
  test::TestRepo repo(folder.path() / "repo");
  repo.git({"config", "--add", "core.sshCommand", "first"});
  repo.git({"config", "--add", "Core.SSHCommand", "second"});
  const UserSettings settings = UserSettings::open(repo.path());
  CHECK(settings.text("core.sshcommand") == "second");
  CHECK_FALSE(settings.text("core.nothing"));
}

TEST_CASE("settings of the environment and of conditional includes are seen as git sees them",
          "[git][settings]") {
  const test::TempDir folder;
  test::TestRepo repo(folder.path() / "repo");
  test::TestHost host;
  repo.git({"remote", "add", "origin", "https://example.com/x"});
  test::write_file(folder.path() / "global",
                   "[includeIf \"hasconfig:remote.*.url:https://example.com/**\"]\n"
                   "path = included\n[ddx]\nglobal\n");
  test::write_file(folder.path() / "included", "[ddx]\nincluded = two\\nlines\n");
  host.environment["GIT_CONFIG_GLOBAL"] = (folder.path() / "global").string();
  host.environment["GIT_CONFIG_COUNT"] = "1";
  host.environment["GIT_CONFIG_KEY_0"] = "Ddx.Counted";
  host.environment["GIT_CONFIG_VALUE_0"] = "one";
  host.environment["GIT_CONFIG_PARAMETERS"] = "'ddx.parameter=yes'";
  host.environment["GIT_DIR"] = "/nowhere";
  const UserSettings settings = UserSettings::open(repo.path(), host);
  CHECK(settings.text("ddx.global") == "true");
  CHECK(settings.text("ddx.included") == "two\nlines");
  CHECK(settings.text("ddx.counted") == "one");
  CHECK(settings.text("ddx.parameter") == "yes");
  CHECK(settings.text("remote.origin.url") == "https://example.com/x");
}

TEST_CASE("without a git program the settings are read all the same", "[git][settings]") {
  const test::TempDir folder;
  test::TestRepo repo(folder.path() / "repo");
  test::TestHost host;
  repo.git({"config", "core.sshCommand", "mine"});
  host.environment["PATH"] = "/nowhere";
  CHECK(UserSettings::open(repo.path(), host).text("core.sshcommand") == "mine");
}

TEST_CASE("a URL is rewritten as git rewrites it", "[git][settings]") {
  const test::TempDir folder;
  test::TestRepo repo(folder.path() / "repo");
  repo.git({"config", "--add", "url.https://mirror.example/.insteadOf", "https://example.com/"});
  repo.git({"config", "--add", "url.https://mirror.example/team/.insteadOf", "https://example.com/team/"});
  repo.git({"config", "--add", "url.ssh://git@example.org/.insteadOf", "org:"});
  repo.git({"config", "--add", "url.https://push.example/.pushInsteadOf", "https://other.example/"});
  const UserSettings settings = UserSettings::open(repo.path());
  for (const std::string url : {"https://example.com/x", "https://example.com/team/x", "org:lib.git",
                                "https://other.example/x", "/srv/lib"}) {
    INFO(url);
    CHECK(git::rewritten_url(settings, url) == repo.git({"ls-remote", "--get-url", url}));
  }
}

TEST_CASE("lists of git's http settings start anew after an empty value", "[git][settings]") {
  const test::TempDir folder;
  test::TestRepo repo(folder.path() / "repo");
  test::TestHost host;
  for (const char* value : {"A: 1", "", "B: 2", "C: 3"})
    repo.git({"config", "--add", "http.extraHeader", value});
  repo.git({"config", "http.proxy", ""});
  repo.git({"config", "http.lowSpeedTime", "7"});
  repo.git({"config", "http.lowSpeedLimit", "many"});
  const auto settings =
      git::http_settings(UserSettings::open(repo.path()), origin("https://example.com/"), "", host);
  CHECK(settings.headers == std::vector<std::string>{"B: 2", "C: 3"});
  CHECK(settings.proxy == "");
  CHECK(settings.slowest_for_seconds == 7);
  CHECK_FALSE(settings.slowest_bytes_per_second);
  CHECK(host.warnings.empty());
}

TEST_CASE("that certificates are not checked is not taken over, and said", "[git][settings]") {
  const test::TempDir folder;
  test::TestRepo repo(folder.path() / "repo");
  test::TestHost host;
  repo.git({"config", "http.sslVerify", "false"});
  git::warn_of_checks(
      git::http_settings(UserSettings::open(repo.path()), origin("https://example.com/"), "", host), host);
  CHECK(host.warnings.size() == 1);
}
