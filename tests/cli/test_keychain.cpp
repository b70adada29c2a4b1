#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "cli/place.hpp"
#include "support/contains.hpp"
#include "support/fake_platform.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::contains;
using test::FakePlatform;
using test::Place;

namespace {

/// A session bus of its own, as a desktop has one.
struct Desktop : Place {
  FakePlatform server{[](const FakePlatform::Request& request) -> FakePlatform::Answer {
    if (request.path != "/api/v3/user") return test::readable_repository();
    return {200, R"({"login":"ada"})", {"X-OAuth-Scopes: repo"}};
  }};

  Desktop() {
    project.write(".ddx.yml", "version: 1\nrepository:\n  url: " + server.url() + "/team/library.git\n");
    fs::create_directories(folder.path() / "home");
    fs::create_directories(folder.path() / "run");
    fs::permissions(folder.path() / "run", fs::perms::owner_all);
    environment["HOME"] = (folder.path() / "home").string();
    environment["XDG_RUNTIME_DIR"] = (folder.path() / "run").string();
    environment["DDX_PLATFORM"] = "github";
    environment["DDX"] = DDX_PROGRAM;
  }

  test::RunResult run(const std::string& script, const std::vector<std::string>& bus = {}) const {
    std::vector<std::string> command{"dbus-run-session"};
    command.insert(command.end(), bus.begin(), bus.end());
    command.insert(command.end(), {"--", "/bin/sh", "-c", script});
    return test::run(project.path(), command, environment);
  }
  /// The options for a bus without services. \param rules  what its clients may receive
  std::vector<std::string> bus(const std::string& rules) const {
    const fs::path config = folder.path() / "bus.conf";
    test::write_file(config,
                     "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>"
                     "<policy context=\"default\"><allow send_destination=\"*\"/><allow own=\"*\"/>" +
                         rules + "</policy></busconfig>");
    return {"--config-file=" + config.string()};
  }
  /// With a keyring that `password` unlocks, or does not.
  test::RunResult run_with_keyring(const std::string& password, const std::string& script) const {
    return run("printf " + password +
               " | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1\n" +
               script);
  }
};

bool is_installed(const std::string& program) {
  return test::run("/", {"/bin/sh", "-c", "command -v " + program}, test::clean_environment("/")).exit == 0;
}

}  // namespace

TEST_CASE("the keychain keeps a login over sessions, encrypted", "[cli][auth][keychain]") {
  if (!is_installed("gnome-keyring-daemon") || !is_installed("dbus-run-session"))
    SKIP("gnome-keyring is not installed");
  Desktop desktop;
  const auto in = desktop.run_with_keyring("pw", "echo canary-token | $DDX auth login --token-stdin");
  INFO(in.err);
  CHECK(contains(in.out, "kept in:     Secret Service\n"));
  const auto next = desktop.run_with_keyring(
      "pw", "$DDX auth test && $DDX auth list && $DDX auth logout && $DDX auth list");
  INFO(next.err);
  CHECK(next.exit == 0);
  CHECK(contains(next.out, "with the login from Secret Service works as ada\n"));
  CHECK(contains(next.out, desktop.server.url() + "  Secret Service\n"));
  CHECK(contains(next.out, "Logged out of " + desktop.server.url().substr(7) + " (Secret Service)\n"));
  CHECK(contains(next.out, "No login is known.\n"));
  bool sent = false;
  for (const auto& request : desktop.server.requests())
    if (request.headers.contains("authorization"))
      sent = sent || request.headers.at("authorization") == "Bearer canary-token";
  CHECK(sent);
  for (const auto& entry : fs::recursive_directory_iterator(desktop.folder.path()))
    if (entry.is_regular_file()) CHECK_FALSE(contains(test::read_file(entry.path()), "canary"));
}

TEST_CASE("a locked keychain is told from an empty one, and nobody is asked to unlock it",
          "[cli][auth][keychain]") {
  if (!is_installed("gnome-keyring-daemon") || !is_installed("dbus-run-session"))
    SKIP("gnome-keyring is not installed");
  Desktop desktop;
  REQUIRE(desktop.run_with_keyring("pw", "echo canary-token | $DDX auth login --token-stdin").exit == 0);
  const auto locked = desktop.run_with_keyring("wrong", "$DDX auth status");
  CHECK(locked.exit == 4);
  CHECK(contains(locked.out, "  Secret Service: it is locked\n"));
  const auto login = desktop.run_with_keyring("wrong", "echo new-token | $DDX auth login --token-stdin");
  CHECK(login.exit == 4);
  CHECK(contains(login.err, "the Secret Service is locked [DDX-4007]"));
  const auto logout = desktop.run_with_keyring("wrong", "$DDX auth logout");
  CHECK(logout.exit == 4);
  CHECK(contains(logout.err, "the Secret Service is locked [DDX-4007]"));
  const auto rotate = desktop.run_with_keyring("wrong", "echo new-token | $DDX auth rotate --token-stdin");
  CHECK(rotate.exit == 4);
  CHECK(contains(rotate.err, "the Secret Service is locked [DDX-4007]"));
  CHECK(contains(rotate.err, "hint: unlock"));
  const auto json = desktop.run_with_keyring("wrong", "$DDX auth list --format json");
  CHECK(contains(json.out, "\"locked_keychain\": \"Secret Service\""));
  const auto list = desktop.run_with_keyring("wrong", "$DDX auth list");
  CHECK(list.exit == 0);
  CHECK(contains(list.err, "the Secret Service is locked, and its logins are not shown\n"));
}

TEST_CASE("a bus without a keychain is an answer, not a failure", "[cli][auth][keychain]") {
  if (!is_installed("dbus-run-session")) SKIP("dbus is not installed");
  Desktop desktop;
  const auto absent = desktop.run("$DDX auth status", desktop.bus("<allow receive_type=\"method_return\"/>"
                                                                  "<allow receive_type=\"error\"/>"
                                                                  "<allow receive_type=\"signal\"/>"));
  CHECK(absent.exit == 4);
  CHECK(contains(absent.out, "  Secret Service: not available: "));
  CHECK(contains(absent.out, "org.freedesktop.secrets"));
}

TEST_CASE("a bus that answers nothing costs seconds, not the command", "[cli][auth][keychain]") {
  if (!is_installed("dbus-run-session")) SKIP("dbus is not installed");
  Desktop desktop;
  const auto start = std::chrono::steady_clock::now();
  const auto mute = desktop.run("$DDX auth status", desktop.bus(""));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(15));
  CHECK(mute.exit == 4);
  CHECK(contains(mute.out, "  Secret Service: not available: it did not answer in time\n"));
}

TEST_CASE("a keychain that never answers costs seconds, not the command", "[cli][auth][keychain]") {
  if (!is_installed("dbus-run-session") ||
      test::run("/", {"/usr/bin/python3", "-c", "import dbus"}, test::clean_environment("/")).exit != 0)
    SKIP("dbus or its Python modules are not installed");
  Desktop desktop;
  test::write_file(desktop.folder.path() / "silent.py",
                   "import dbus, time\n"
                   "bus = dbus.SessionBus()\n"
                   "bus.request_name('org.freedesktop.secrets')\n"
                   "print('ready', flush=True)\n"
                   "time.sleep(100)\n");
  const auto start = std::chrono::steady_clock::now();
  const auto silent = desktop.run(
      "mkfifo fifo; /usr/bin/python3 ../silent.py > fifo & read ready < fifo; $DDX auth status; code=$?; "
      "kill $!; "
      "exit $code");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(15));
  CHECK(silent.exit == 4);
  CHECK(contains(silent.out, "  Secret Service: not available: "));
}
