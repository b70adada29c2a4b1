#include "auth/git_source.hpp"

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <thread>

#include "ddx/error.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using namespace std::chrono_literals;
using auth::Source;

namespace {

namespace fs = std::filesystem;

std::string secret_of(const Source::Answer& answer) {
  return answer.credential ? std::string(answer.credential->secret.reveal()) : "none: " + answer.why_not;
}

/// A project, and a helper that writes down what it is told.
struct Scene {
  test::TempDir folder;
  test::TestRepo repo{folder.path() / "project"};
  test::TestHost host;
  Source::Request request{
      *Origin::of(UpstreamUrl::parse("https://git.example.com:8443/")), "team/library.git", {}};

  /// \param get  what it does when it is asked
  std::string make_helper(const std::string& name, const std::string& get) const {
    const fs::path file = folder.path() / name;
    test::write_file(file, "#!/bin/sh\n{ echo \"$1\"; tee \"" + (folder.path() / "input").string() +
                               "\"; } >> " + (folder.path() / "told").string() +
                               "\n[ \"$1\" = get ] || exit 0\n" + get + "\n");
    fs::permissions(file, fs::perms::owner_all);
    return file.string();
  }
  void configure(const std::string& helper) const {
    repo.git({"config", "--add", "credential.helper", helper});
  }
  std::string told() const {
    const fs::path file = folder.path() / "told";
    return fs::exists(file) ? test::read_file(file) : "";
  }

  std::string answer() { return secret_of(source()->find(request)); }
  std::unique_ptr<Source> source(const auth::ProgramLimits& limits = {}) { return source(limits, host); }
  std::unique_ptr<Source> source(const auth::ProgramLimits& limits, Host& by) const {
    return auth::make_git_source(
        repo.path(), std::make_shared<git::UserSettings>(git::UserSettings::open(repo.path(), by)), by,
        limits);
  }
  /// A PATH with nothing but what the helper of these tests needs.
  void hide_git() {
    fs::create_directories(folder.path() / "bin");
    fs::create_symlink("/usr/bin/tee", folder.path() / "bin/tee");
    host.environment["PATH"] = (folder.path() / "bin").string();
  }
};

constexpr const char* gives = "echo username=ada\necho password=s3cret";

/// Whether a process is gone, or only waits for its parent to notice, within a few seconds.
bool ends_soon(long process) {
  const fs::path status = "/proc/" + std::to_string(process) + "/stat";
  for (int i = 0; i < 500; ++i, std::this_thread::sleep_for(10ms)) {
    std::ifstream file(status);
    std::string number, name, state;
    if (!(file >> number >> name >> state) || state == "Z" || state == "X") return true;
  }
  return false;
}

}  // namespace

TEST_CASE("git's helpers are asked by the rules of git, with git and without", "[auth][helpers]") {
  for (const bool with_git : {true, false}) {
    Scene scene;
    scene.configure(scene.make_helper("first", "exit 1"));
    scene.configure("!" + scene.make_helper("second", gives));
    if (!with_git) scene.hide_git();
    const auto source = scene.source();
    const Source::Answer answer = source->find(scene.request);
    INFO(with_git);
    REQUIRE(secret_of(answer) == "s3cret");
    CHECK(answer.credential->username == "ada");
    CHECK(scene.told().find("get\nprotocol=https\nhost=git.example.com:8443\n") == 0);
    CHECK(scene.told().find("path=") == std::string::npos);

    source->accepted(scene.request, *answer.credential);
    CHECK(scene.told().find(
              "store\nprotocol=https\nhost=git.example.com:8443\nusername=ada\npassword=s3cret\n") !=
          std::string::npos);
    source->rejected(scene.request, *answer.credential);
    CHECK(scene.told().find("erase\nprotocol=https\n") != std::string::npos);
  }
}

TEST_CASE("the path reaches a helper where git's settings say so", "[auth][helpers]") {
  Scene scene;
  scene.configure(scene.make_helper("one", gives));
  scene.repo.git({"config", "credential.https://git.example.com:8443.useHttpPath", "true"});
  scene.repo.git({"config", "credential.https://git.example.com:8443.username", "grace"});
  static_cast<void>(scene.source()->find(scene.request));
  CHECK(scene.told().find("path=team/library.git\n") != std::string::npos);
  CHECK(scene.told().find("username=grace\n") != std::string::npos);
}

TEST_CASE("a hook's repository is not asked for its helpers instead of the project's", "[auth][helpers]") {
  Scene scene;
  scene.configure(scene.make_helper("filler", gives));
  const test::TestRepo other(scene.folder.path() / "other");
  const fs::path file = scene.folder.path() / "plain";
  other.git({"config", "credential.helper", "store --file " + file.string()});
  scene.host.environment["GIT_DIR"] = (other.path() / ".git").string();
  const auto source = scene.source();
  const auto answer = source->find(scene.request);
  REQUIRE(secret_of(answer) == "s3cret");
  source->accepted(scene.request, *answer.credential);
  CHECK_FALSE(fs::exists(file));
}

TEST_CASE("git's own cache works in both directions", "[auth][helpers]") {
  Scene scene;
  const std::string socket = (scene.folder.path() / "cache/socket").string();
  scene.configure("cache --timeout 60 --socket " + socket);
  scene.configure(scene.make_helper("filler", gives));
  {
    const auto source = scene.source();
    const auto answer = source->find(scene.request);
    REQUIRE(secret_of(answer) == "s3cret");
    source->accepted(scene.request, *answer.credential);
  }
  scene.repo.git({"config", "--unset-all", "credential.helper"});
  scene.configure("cache --timeout 60 --socket " + socket);
  const auto source = scene.source();
  const auto answer = source->find(scene.request);
  CHECK(secret_of(answer) == "s3cret");
  if (answer.credential) source->rejected(scene.request, *answer.credential);
  CHECK(secret_of(scene.source()->find(scene.request)) == "none: it has nothing");
  scene.repo.git({"credential-cache", "--socket", socket, "exit"});
}

TEST_CASE("nothing is given to a helper that keeps plain text, however many settings there are",
          "[auth][helpers]") {
  Scene scene;
  const fs::path file = scene.folder.path() / "plain";
  scene.configure("store --file " + file.string());
  scene.configure(scene.make_helper("filler", gives));
  std::string settings = test::read_file(scene.repo.path() / ".git/config");
  for (int i = 0; i < 1200; ++i)
    settings += "[credential \"https://" + std::to_string(i) +
                ".example.com\"]\n\tusername = " + std::string(70, 'u') + "\n";
  test::write_file(scene.repo.path() / ".git/config", settings);
  const auto source = scene.source();
  const auto answer = source->find(scene.request);
  REQUIRE(secret_of(answer) == "s3cret");
  source->accepted(scene.request, *answer.credential);
  CHECK_FALSE(fs::exists(file));
  CHECK(scene.host.warnings.size() == 1);
}

TEST_CASE("nothing is given to a helper that keeps plain text", "[auth][helpers]") {
  for (const bool with_git : {true, false}) {
    Scene scene;
    const fs::path file = scene.folder.path() / "plain";
    scene.configure("store --file " + file.string());
    scene.configure(scene.make_helper("filler", gives));
    if (!with_git) scene.hide_git();
    const auto source = scene.source();
    const auto answer = source->find(scene.request);
    REQUIRE(secret_of(answer) == "s3cret");
    source->accepted(scene.request, *answer.credential);
    CHECK_FALSE(fs::exists(file));
    REQUIRE(scene.host.warnings.size() == 1);
    CHECK(scene.host.warnings.front() == "git's credential helper 'store --file " + file.string() +
                                             "' keeps passwords in plain text; ddx gives it none");
  }
}

TEST_CASE("settings that only git sees count: those in its environment", "[auth][helpers]") {
  Scene scene;
  const fs::path file = scene.folder.path() / "plain";
  scene.host.environment["GIT_CONFIG_COUNT"] = "2";
  scene.host.environment["GIT_CONFIG_KEY_0"] = "credential.helper";
  scene.host.environment["GIT_CONFIG_VALUE_0"] = scene.make_helper("one", gives);
  scene.host.environment["GIT_CONFIG_KEY_1"] = "credential.https://git.example.com:8443.helper";
  scene.host.environment["GIT_CONFIG_VALUE_1"] = "store --file " + file.string();
  const auto source = scene.source();
  const auto answer = source->find(scene.request);
  REQUIRE(secret_of(answer) == "s3cret");
  source->accepted(scene.request, *answer.credential);
  CHECK_FALSE(fs::exists(file));
  CHECK(scene.host.warnings.size() == 1);
}

TEST_CASE("git's store is known by all its names", "[auth][helpers]") {
  for (const char* helper : {"store", "store --file x", "/usr/lib/git-core/git-credential-store",
                             "!git credential-store", "!/opt/git-credential-store --file x"})
    CHECK(auth::keeps_plain_text(helper));
  for (const char* helper : {"cache", "libsecret", "!storehouse", "/opt/git-credential-storehouse"})
    CHECK_FALSE(auth::keeps_plain_text(helper));
}

TEST_CASE("a helper that hangs is ended, with what it started, and the next source is asked",
          "[auth][helpers]") {
  for (const bool with_git : {true, false}) {
    Scene scene;
    const fs::path child = scene.folder.path() / "child";
    scene.configure(scene.make_helper(
        "one", "/bin/sh -c 'echo $$ > " + child.string() + "; exec /bin/sleep 100' & /bin/sleep 100"));
    if (!with_git) scene.hide_git();
    const auto start = std::chrono::steady_clock::now();
    const auto answer = scene.source({500ms, 65536})->find(scene.request);
    CHECK(std::chrono::steady_clock::now() - start < 10s);
    CHECK(secret_of(answer) == "none: did not answer within 1 seconds");
    CHECK(scene.host.warnings.size() == 1);
    REQUIRE(fs::exists(child));
    CHECK(ends_soon(std::stol(test::read_file(child))));
  }
}

TEST_CASE("a helper that talks without end or makes no sense gives nothing", "[auth][helpers]") {
  for (const bool with_git : {true, false}) {
    for (const auto& [get, why] : std::vector<std::pair<std::string, std::string>>{
             {"/usr/bin/head -c 10000000 /dev/zero | /usr/bin/tr '\\0' 'x'; echo; echo username=a",
              with_git ? "it has nothing" : "answered with more than 64 KiB"},
             {"/usr/bin/head -c 3000 /dev/urandom",
              with_git ? "it has nothing: its answer makes no sense" : "the answer makes no sense"},
             {"echo canary",
              with_git ? "it has nothing: its answer makes no sense" : "the answer makes no sense"},
             {"printf 'username=a\\npassword=b\\rc\\n'", with_git ? "" : "the answer makes no sense"},
             {"printf 'username=a\\npassword=b\\000c\\n'", with_git ? "" : "the answer makes no sense"},
             {"exit 3", "'one' failed with status 3"}}) {
      Scene scene;
      scene.configure(scene.make_helper("one", get));
      if (!with_git) scene.hide_git();
      INFO(get);
      const auto answer = scene.source()->find(scene.request);
      if (why.empty()) {  // versions of git differ in what they let through
        CHECK(secret_of(answer).find_first_of("\r") == std::string::npos);
      } else {
        CHECK(secret_of(answer) == "none: " + why);
      }
    }
  }
}

TEST_CASE("a helper that fails is named, with its status and its words", "[auth][helpers]") {
  for (const bool with_git : {true, false}) {
    INFO(with_git);
    const auto why = [&](const std::vector<std::string>& helpers, const std::string& get) {
      Scene scene;
      for (const std::string& helper : helpers)
        scene.configure(helper.empty() ? scene.make_helper("one", get) : helper);
      if (!with_git) scene.hide_git();
      return scene.answer();
    };
    CHECK(why({""}, "echo 'no keyring here' >&2; echo more >&2; exit 3") ==
          "none: 'one' failed with status 3: no keyring here");
    CHECK(why({""}, "printf 'no keyring here' >&2; exit 3") ==
          "none: 'one' failed with status 3: no keyring here");
    CHECK(why({""}, "echo 'nothing for you' >&2") == "none: it has nothing: nothing for you");
    CHECK(why({""}, "kill -9 $$").starts_with("none: 'one' failed with status 137"));
    CHECK(why({"!exit 4;", ""}, "exit 3") ==
          "none: '!exit' failed with status 4, 'one' failed with status 3");
    CHECK(why({"", "!true"},
              "printf 'a\\033[31m https://ada:canary@host/ ghp_0123456789abcdefghij0123456789abcdef' "
              ">&2; exit 1") == "none: 'one' failed with status 1: a^[[31m https://host/ ***");
    const std::string missing = why({"nowhere --secret canary"}, "");
    CHECK(missing.starts_with(with_git ? "none: 'nowhere' failed with status 1: git: 'credential-nowhere'"
                                       : "none: 'nowhere' failed with status 127: "));
    CHECK(missing.find("canary") == std::string::npos);
  }
}

TEST_CASE("a helper that has nothing and fails does not stand in the way of the next", "[auth][helpers]") {
  for (const bool with_git : {true, false}) {
    Scene scene;
    scene.configure(scene.make_helper("first", "echo 'no keyring here' >&2; exit 3"));
    scene.configure(scene.make_helper("second", gives));
    if (!with_git) scene.hide_git();
    CHECK(scene.answer() == "s3cret");
  }
}

TEST_CASE("it is said which helper is waited for, and an interrupt ends that at once", "[auth][helpers]") {
  for (const bool with_git : {true, false}) {
    Scene scene;
    scene.configure(scene.make_helper("slow", "/bin/sleep 100"));
    if (!with_git) scene.hide_git();
    /// Presses Ctrl-C as soon as there is something to read.
    struct Impatient : Events {
      explicit Impatient(Scene& the_scene) : scene(the_scene) {}
      void progress(const Progress&) override {}
      void note(const std::string& text) override {
        scene.host.notes.push_back(text);
        scene.host.interrupted = true;
        at = std::chrono::steady_clock::now();
      }
      void warning(const std::string&) override {}
      void trace(const std::string&) override {}
      Scene& scene;
      std::chrono::steady_clock::time_point at;
    } impatient(scene);
    Host host = scene.host.host().with(impatient);
    auth::ProgramLimits limits;
    limits.silence = 100ms;
    CHECK_THROWS_AS(scene.source(limits, host)->find(scene.request), Interrupted);
    CHECK(std::chrono::steady_clock::now() - impatient.at < 2s);
    CHECK(scene.host.notes == std::vector<std::string>{"waiting for git's credential helper 'slow', 30 "
                                                       "seconds at most (Ctrl-C ends it)"});
  }
}

TEST_CASE("values that could forge a line of the protocol never reach a helper", "[auth][helpers]") {
  for (const std::string& path : std::vector<std::string>{"a\nhost=evil.example", "a\rb",
                                                          std::string("a\0b", 3), "a\x1b[31m", "a\x7f"}) {
    Scene scene;
    scene.configure(scene.make_helper("one", gives));
    scene.request.path = path;
    CHECK(secret_of(scene.source()->find(scene.request)) == "none: the URL holds a control character");
    CHECK(scene.told().empty());
  }
  Scene scene;
  scene.configure(scene.make_helper("one", gives));
  scene.request.challenges = {"Basic realm=\"x\nhost=evil.example\""};
  CHECK(secret_of(scene.source()->find(scene.request)) == "s3cret");
  CHECK(scene.told().find("evil") == std::string::npos);
}

TEST_CASE("a password that has expired is not used", "[auth][helpers]") {
  Scene scene;
  scene.configure(scene.make_helper("one", std::string(gives) + "\necho password_expiry_utc=1600000000"));
  scene.hide_git();
  CHECK(secret_of(scene.source()->find(scene.request)) == "none: what it has is no longer valid");
}

TEST_CASE("a helper may say that nobody else is to be asked", "[auth][helpers]") {
  Scene scene;
  scene.configure(scene.make_helper("one", "echo quit=true"));
  scene.configure(scene.make_helper("two", gives));
  scene.hide_git();
  CHECK(secret_of(scene.source()->find(scene.request)) == "none: a helper wants nobody to be asked");
}

TEST_CASE("helpers inherit neither tokens nor a way to ask where nobody is there", "[auth][helpers]") {
  Scene scene;
  scene.configure(scene.make_helper("one", "/usr/bin/env > " + (scene.folder.path() / "env").string()));
  scene.host.environment["DDX_TOKEN"] = "canary-1";
  scene.host.environment["DDX_TOKEN_GIT_EXAMPLE_COM"] = "canary-2";
  scene.host.environment["GITHUB_TOKEN"] = "canary-3";
  scene.host.environment["HELPERS_OWN"] = "kept";
  static_cast<void>(scene.source()->find(scene.request));
  const std::string seen = test::read_file(scene.folder.path() / "env");
  CHECK(seen.find("canary") == std::string::npos);
  CHECK(seen.find("HELPERS_OWN=kept\n") != std::string::npos);
  CHECK(seen.find("GIT_TERMINAL_PROMPT=0\n") != std::string::npos);
  CHECK(seen.find("GIT_ASKPASS=\n") != std::string::npos);
}

TEST_CASE("an interrupt ends a helper that is waited for", "[auth][helpers]") {
  Scene scene;
  scene.configure(scene.make_helper("one", "sleep 100"));
  scene.host.interrupted = true;
  CHECK_THROWS_AS(scene.source()->find(scene.request), Interrupted);
}
