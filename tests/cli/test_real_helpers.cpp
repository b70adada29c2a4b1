#include <catch2/catch_test_macros.hpp>

#include "cli/place.hpp"
#include "support/contains.hpp"
#include "support/git_http_server.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::contains;
using test::Place;
using test::RunResult;

namespace {

const fs::path contrib = "/usr/share/doc/git/contrib/credential";

test::GitHttpServer& server() {
  static test::GitHttpServer one;
  return one;
}

/// A project, and an upstream behind https that alice may read with s3cret.
struct HelperPlace : Place {
  HelperPlace() : upstream(server().repositories() / folder.path().filename()) {
    upstream.write("prompts/greet.md", "hello\n");
    upstream.commit("first");
    environment["GIT_SSL_CAINFO"] = server().certificate_authority().string();
    environment["DDX"] = DDX_PROGRAM;
    environment["URL"] = url();
    fs::create_directories(folder.path() / "home");
    environment["HOME"] = (folder.path() / "home").string();
  }
  [[nodiscard]] std::string url() const {
    return server().https_url("/private/" + upstream.path().filename().string() + "/.git");
  }
  /// The server as git's protocol has it.
  [[nodiscard]] std::string host() const {
    const std::string url = server().https_url("/");
    return url.substr(8, url.size() - 9);
  }
  void use(const std::string& helper) const { project.git({"config", "credential.helper", helper}); }
  [[nodiscard]] bool is_connected() const { return fs::exists(project.path() / ".ddx/prompts/greet.md"); }
  [[nodiscard]] RunResult init() const { return ddx({"init", url()}); }
  [[nodiscard]] RunResult shell(const std::string& script) const {
    return test::run(project.path(), {"/bin/sh", "-c", script}, environment);
  }
  /// What a helper is told, and what it says.
  [[nodiscard]] std::string entry(const std::string& password) const {
    return "protocol=https\\nhost=" + host() + "\\nusername=alice\\n" +
           (password.empty() ? "" : "password=" + password + "\\n");
  }

  test::TestRepo upstream;
};

void check_refused(const RunResult& result, const HelperPlace& place) {
  INFO(result.err);
  CHECK(result.exit == 4);
  CHECK(contains(result.err, "git credential helper: refused by '" + place.host() + "'"));
  CHECK_FALSE(contains(result.err, "stale-canary"));
  CHECK_FALSE(place.is_connected());
}

}  // namespace

TEST_CASE("an upstream is cloned with what git's own store has, and a refused entry goes from it",
          "[cli][auth][helpers]") {
  HelperPlace place;
  const fs::path file = place.folder.path() / "credentials";
  const auto keep = [&](const std::string& password) {
    std::string host = place.host();
    host.replace(host.find(':'), 1, "%3a");
    test::write_file(file, "https://alice:" + password + "@" + host + "\nhttps://bob:other@example.com\n");
  };
  place.use("store --file " + file.string());
  keep("stale-canary");
  check_refused(place.init(), place);
  CHECK(test::read_file(file) == "https://bob:other@example.com\n");
  keep("s3cret");
  const auto connected = place.init();
  INFO(connected.err);
  CHECK(connected.exit == 0);
  CHECK(place.is_connected());
}

TEST_CASE("an upstream is cloned with what git's cache has, and a refused entry goes from it",
          "[cli][auth][helpers]") {
  HelperPlace place;
  const std::string cache = "cache --timeout 60 --socket " + (place.folder.path() / "cache/socket").string();
  place.use(cache);
  const auto keep = [&](const std::string& password) {
    REQUIRE(place.shell("printf '" + place.entry(password) + "' | git credential-" + cache + " store").exit ==
            0);
  };
  keep("stale-canary");
  check_refused(place.init(), place);
  CHECK(place.shell("printf '" + place.entry("") + "' | git credential-" + cache + " get").out.empty());
  keep("s3cret");
  CHECK(place.init().exit == 0);
  CHECK(place.is_connected());
  CHECK(place.shell("git credential-" + cache + " exit").exit == 0);
}

TEST_CASE("an upstream is cloned with what git's netrc helper finds", "[cli][auth][helpers]") {
  const fs::path program = contrib / "netrc/git-credential-netrc.perl";
  HelperPlace place;
  if (!fs::exists(program) || place.shell("perl -MGit -e 1").exit != 0)
    SKIP("git's netrc helper is not installed");
  const fs::path file = place.folder.path() / "logins";
  const auto keep = [&](const std::string& password) {
    test::write_file(file, "machine " + place.host() + " login alice password " + password + "\n");
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  };
  place.use("!perl " + program.string() + " -f " + file.string());
  keep("stale-canary");
  check_refused(place.init(), place);
  CHECK(contains(test::read_file(file), "stale-canary"));  // the helper only reads
  keep("s3cret");
  const auto connected = place.init();
  INFO(connected.err);
  CHECK(connected.exit == 0);
  CHECK(place.is_connected());
}

TEST_CASE("an upstream is cloned with what git's libsecret helper has, and a refused entry goes from it",
          "[cli][auth][helpers][keychain]") {
  HelperPlace place;
  const fs::path program = place.folder.path() / "git-credential-libsecret";
  const fs::path source = contrib / "libsecret/git-credential-libsecret.c";
  if (!fs::exists(source) || place.shell("pkg-config --exists libsecret-1 && command -v cc").exit != 0)
    SKIP("git's libsecret helper cannot be built: libsecret-1-dev is not installed");
  if (place.shell("command -v gnome-keyring-daemon && command -v dbus-run-session").exit != 0)
    SKIP("gnome-keyring is not installed");
  const auto built = place.shell("cc -o " + program.string() + " " + source.string() +
                                 " $(pkg-config --cflags --libs libsecret-1)");
  INFO(built.err);
  REQUIRE(built.exit == 0);
  fs::create_directories(place.folder.path() / "run");
  fs::permissions(place.folder.path() / "run", fs::perms::owner_all);
  place.environment["XDG_RUNTIME_DIR"] = (place.folder.path() / "run").string();
  place.use(program.string());
  const auto in_session = [&](const std::string& script) {
    const std::string unlock =
        "printf pw | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1\n";
    return test::run(place.project.path(), {"dbus-run-session", "--", "/bin/sh", "-c", unlock + script},
                     place.environment);
  };
  const auto with = [&](const std::string& password) {
    return in_session("printf '" + place.entry(password) + "' | " + program.string() +
                      " store || exit 99\n$DDX init \"$URL\"");
  };
  check_refused(with("stale-canary"), place);
  CHECK_FALSE(contains(in_session("printf '" + place.entry("") + "' | " + program.string() + " get").out,
                       "password="));
  const auto connected = with("s3cret");
  INFO(connected.err);
  CHECK(connected.exit == 0);
  CHECK(place.is_connected());
}
