#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "cli/place.hpp"
#include "support/fake_platform.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::FakePlatform;
using test::Place;

namespace {

const std::string canary = "zq-canary-0d4e7b";
/// The same after `x-access-token:`, `ada:` and alone, as an `Authorization` header has it.
const std::vector<std::string> forms{canary, "eC1hY2Nlc3MtdG9rZW46enEtY2FuYXJ5LTBkNGU3Yg==",
                                     "YWRhOnpxLWNhbmFyeS0wZDRlN2I=", "enEtY2FuYXJ5LTBkNGU3Yg=="};

bool holds_canary(const std::string& text) {
  for (const std::string& form : forms)
    if (text.find(form) != std::string::npos) return true;
  return false;
}

/// An upstream that repeats what it was sent, wherever it can.
struct Scene : Place {
  FakePlatform server{[](const FakePlatform::Request& request) -> FakePlatform::Answer {
    std::string sent;
    for (const auto& [name, value] : request.headers)
      if (name == "authorization") sent = value;
    return {
        401, "{\"message\":\"refused: " + sent + "\"}", {"WWW-Authenticate: Basic realm=\"" + sent + "\""}};
  }};
  std::vector<fs::path> sources;  ///< files that hold the canary because the user put it there

  Scene() {
    project.write(".ddx.yml", "version: 1\nrepository:\n  url: " + server.url() + "/team/library.git\n");
    fs::create_directories(folder.path() / "home");
    environment["HOME"] = (folder.path() / "home").string();
    environment["DDX_PLATFORM"] = "github";
  }

  void put_into(const std::string& source) {
    if (source == "DDX_TOKEN" || source == "GITHUB_TOKEN") environment[source] = canary;
    if (source == "GITHUB_TOKEN") environment["GITHUB_SERVER_URL"] = server.url();
    if (source == "DDX_TOKEN_HOST") environment["DDX_TOKEN_127_0_0_1"] = canary;
    if (source == "helper") {
      sources.push_back(folder.path() / "helper");
      test::write_file(
          sources.back(),
          "#!/bin/sh\nenv > \"$HOME/helpers-env\"\necho username=ada\necho password=" + canary + "\n");
      fs::permissions(sources.back(), fs::perms::owner_all);
      project.git({"config", "credential.helper", sources.back().string()});
    }
    if (source == "header") {
      sources.push_back(project.path() / ".git/config");
      project.git({"config", "http.extraHeader", "Authorization: Basic " + forms[2]});
    }
    if (source == "netrc") {
      sources.push_back(folder.path() / "home/.netrc");
      test::write_file(sources.back(), "machine 127.0.0.1 login ada password " + canary + "\n");
    }
  }

  test::RunResult run(const std::string& source, std::vector<std::string> arguments) const {
    if (source == "--token-stdin") arguments.emplace_back("--token-stdin");
    arguments.insert(arguments.begin(), DDX_PROGRAM);
    return test::run(project.path(), arguments, environment, source == "--token-stdin" ? canary + "\n" : "");
  }

  [[nodiscard]] std::vector<std::string> files_with_canary() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
      if (!entry.is_regular_file() ||
          std::find(sources.begin(), sources.end(), entry.path()) != sources.end())
        continue;
      if (holds_canary(test::read_file(entry.path()))) found.push_back(entry.path().string());
    }
    return found;
  }
};

const std::vector<std::string> all_sources{"--token-stdin", "DDX_TOKEN", "DDX_TOKEN_HOST", "GITHUB_TOKEN",
                                           "helper",        "netrc",     "header"};

}  // namespace

TEST_CASE("a secret from any source is found in no output and in no file", "[cli][auth][secrets]") {
  for (const std::string& source : all_sources) {
    INFO(source);
    Scene scene;
    scene.put_into(source);
    const std::string log = (scene.folder.path() / "log").string();
    for (const std::vector<std::string>& how :
         {std::vector<std::string>{"-v", "--log-file", log}, {"--format", "json", "--log-file", log}}) {
      for (const std::vector<std::string>& command : {std::vector<std::string>{"auth", "test"},
                                                      {"auth", "status"},
                                                      {"auth", "list"},
                                                      {"auth", "login"},
                                                      {"pull", "-m", "an update"},
                                                      {"status", "--offline"}}) {
        const bool takes_token = command[0] == "auth" && (command[1] == "test" || command[1] == "login");
        if (source == "--token-stdin" && !takes_token) continue;
        std::vector<std::string> arguments = how;
        arguments.insert(arguments.end(), command.begin(), command.end());
        const auto result = scene.run(source, arguments);
        INFO(result.out + result.err);
        CHECK_FALSE(holds_canary(result.out));
        CHECK_FALSE(holds_canary(result.err));
        if (command[0] == "pull") CHECK(result.exit == 4);
        if (command[0] == "pull" && source == "header" && how[0] == "-v")
          CHECK(result.err.find("refuses the credentials from http.extraHeader") != std::string::npos);
        if (command[1] == "test") {  // it did reach the server, which did repeat it
          CHECK(result.exit == 4);
          CHECK(result.out.find("***") != std::string::npos);
        }
      }
    }
    CHECK(scene.files_with_canary() == std::vector<std::string>{});
  }
}

TEST_CASE("a server that repeats the headers of git's settings in an error betrays none", "[cli][secrets]") {
  for (const std::string& header :
       {"Authorization: Basic " + forms[2], "PRIVATE-TOKEN: " + canary, "X-Login: token " + canary}) {
    INFO(header);
    Place place;
    const FakePlatform server([](const FakePlatform::Request& request) -> FakePlatform::Answer {
      std::string sent = "you sent:";
      for (const char* name : {"authorization", "private-token", "x-login"})
        if (request.headers.contains(name)) sent += " " + request.headers.at(name);
      return {400, sent, {"Content-Type: text/plain"}};
    });
    place.project.git({"config", "http.extraHeader", header});
    const auto result = place.ddx({"-v", "init", server.url() + "/x.git"});
    INFO(result.out + result.err);
    CHECK(result.exit != 0);
    CHECK(result.err.find("you sent: ***") != std::string::npos);
    CHECK_FALSE(holds_canary(result.out + result.err));
  }
}

TEST_CASE("a header that is nothing but a secret is not shown as a kind of login", "[cli][auth][secrets]") {
  Scene scene;
  scene.project.git({"config", "http.extraHeader", "Authorization: " + canary});
  const auto tested = scene.run("", {"auth", "test"});
  CHECK(tested.exit == 4);
  CHECK(tested.err.find("is of a kind that cannot be tested") != std::string::npos);
  CHECK_FALSE(holds_canary(tested.out + tested.err));
  const auto status = scene.run("", {"auth", "status"});
  CHECK(status.exit == 0);
  CHECK_FALSE(holds_canary(status.out + status.err));
}

TEST_CASE("no program that ddx starts gets a secret in its arguments or its environment",
          "[cli][auth][secrets]") {
  if (test::run("/", {"/usr/bin/strace", "-o", "/dev/null", "/bin/true"}, test::clean_environment("/"))
          .exit != 0)
    SKIP("strace cannot trace here");
  for (const std::string& source : all_sources) {
    INFO(source);
    Scene scene;
    scene.put_into(source);
    if (source != "helper") scene.project.git({"config", "credential.helper", "cache"});
    const fs::path trace = scene.folder.path() / "trace";
    std::vector<std::string> command{"/usr/bin/strace", "-f", "-v",           "-s",        "100000", "-e",
                                     "trace=execve",    "-o", trace.string(), DDX_PROGRAM, "auth",   "test"};
    if (source == "--token-stdin") command.emplace_back("--token-stdin");
    test::run(scene.project.path(), command, scene.environment, canary + "\n");
    std::istringstream lines(test::read_file(trace));
    std::string line;
    std::getline(lines, line);  // ddx itself, with the environment that the user gave it
    while (std::getline(lines, line)) {
      INFO(line);
      CHECK_FALSE(holds_canary(line));
    }
  }
}

TEST_CASE("a helper that answers with 10 MB is a login that was not found", "[cli][auth][secrets]") {
  Scene scene;
  const fs::path helper = scene.folder.path() / "floods";
  test::write_file(helper,
                   "#!/bin/sh\n[ \"$1\" = get ] || exit 0\nhead -c 10000000 /dev/zero | tr '\\0' x\n"
                   "echo\necho username=ada\necho password=x\n");
  fs::permissions(helper, fs::perms::owner_all);
  scene.project.git({"config", "credential.helper", helper.string()});
  const auto pulled = scene.run("", {"pull"});
  INFO(pulled.err.substr(0, 2000));
  CHECK(pulled.exit == 4);
  CHECK(pulled.err.size() < 4000);
}

TEST_CASE("no other process of the user looks into one that holds a credential", "[cli][auth][secrets]") {
  // Root may look into everything, so both are somebody else then.
  const bool is_root = geteuid() == 0;
  const std::vector<std::string> as{"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                    "--"};
  const auto run = [&](const fs::path& in, std::vector<std::string> command,
                       const test::Environment& variables) {
    if (is_root) command.insert(command.begin(), as.begin(), as.end());
    return test::run(in, command, variables);
  };
  if (run("/", {"/bin/sh", "-c", std::string("test -x ") + DDX_PROGRAM}, test::clean_environment("/")).exit !=
      0)
    SKIP("there is no other user to run as");
  std::mutex guard;
  std::condition_variable changed;
  bool holds = false, may_go_on = false;
  FakePlatform server([&](const FakePlatform::Request& request) -> FakePlatform::Answer {
    if (!request.headers.contains("authorization"))
      return {401, "", {"WWW-Authenticate: Basic realm=\"git\""}};
    std::unique_lock lock(guard);
    holds = true;
    changed.notify_all();
    changed.wait_for(lock, std::chrono::seconds(20), [&] { return may_go_on; });
    return {401, ""};
  });
  Place place;
  place.project.write(".ddx.yml", "version: 1\nrepository:\n  url: " + server.url() + "/library.git\n");
  place.environment["HOME"] = place.folder.path().string();
  place.environment["DDX_TOKEN"] = canary;
  if (is_root) {
    REQUIRE(test::run("/", {"chown", "-R", "65534:65534", place.folder.path().string()}, place.environment)
                .exit == 0);
  }
  const fs::path number = place.folder.path() / "number";
  std::thread pull([&] {
    run(place.project.path(),
        {"/bin/sh", "-c", "echo $$ > " + number.string() + "; exec " + DDX_PROGRAM + " pull"},
        place.environment);
  });
  {
    std::unique_lock lock(guard);
    changed.wait_for(lock, std::chrono::seconds(20), [&] { return holds; });
  }
  std::string process = test::read_file(number);
  process.erase(process.find_last_not_of('\n') + 1);
  const auto peek = run("/", {"/bin/cat", "/proc/" + process + "/environ"}, test::clean_environment("/"));
  const auto memory = run("/", {"/bin/cat", "/proc/" + process + "/maps"}, test::clean_environment("/"));
  const std::string limits = test::read_file("/proc/" + process + "/limits");
  // The worker that speaks with the server has the credential too.
  std::string worker;
  std::istringstream(test::read_file("/proc/" + process + "/task/" + process + "/children")) >> worker;
  const auto peek_worker =
      run("/", {"/bin/cat", "/proc/" + worker + "/environ"}, test::clean_environment("/"));
  const auto worker_memory =
      run("/", {"/bin/cat", "/proc/" + worker + "/maps"}, test::clean_environment("/"));
  {
    const std::unique_lock lock(guard);
    may_go_on = true;
    changed.notify_all();
  }
  pull.join();
  CHECK(holds);
  CHECK(peek.exit != 0);
  CHECK(peek.err.find("Permission denied") != std::string::npos);
  CHECK(memory.exit != 0);
  REQUIRE_FALSE(worker.empty());
  CHECK(peek_worker.exit != 0);
  CHECK(peek_worker.err.find("Permission denied") != std::string::npos);
  CHECK(worker_memory.exit != 0);
  CHECK_FALSE(holds_canary(peek.out));
  const std::size_t core = limits.find("Max core file size");
  REQUIRE(core != std::string::npos);
  std::istringstream words(limits.substr(core + std::string("Max core file size").size()));
  std::string soft, hard;
  words >> soft >> hard;
  CHECK(soft == "0");
  CHECK(hard == "0");
}

TEST_CASE("a token in the environment is in no core dump from the first moment on", "[cli][auth][secrets]") {
  std::mutex guard;
  std::condition_variable changed;
  bool asked = false, may_go_on = false;
  FakePlatform server([&](const FakePlatform::Request&) -> FakePlatform::Answer {
    std::unique_lock lock(guard);
    asked = true;
    changed.notify_all();
    changed.wait_for(lock, std::chrono::seconds(20), [&] { return may_go_on; });
    return {404, ""};
  });
  Place place;
  place.environment["DDX_TOKEN"] = canary;
  const fs::path number = place.folder.path() / "number";
  std::thread init([&] {
    test::run(place.project.path(),
              {"/bin/sh", "-c",
               "echo $$ > " + number.string() + "; exec " + DDX_PROGRAM + " init " + server.url() + "/x.git"},
              place.environment);
  });
  {
    std::unique_lock lock(guard);
    changed.wait_for(lock, std::chrono::seconds(20), [&] { return asked; });
  }
  std::string process = test::read_file(number);
  process.erase(process.find_last_not_of('\n') + 1);
  std::ifstream limits("/proc/" + process + "/limits");
  std::string line, core;
  while (std::getline(limits, line))
    if (line.starts_with("Max core file size")) core = line.substr(18);
  {
    const std::lock_guard lock(guard);
    may_go_on = true;
  }
  changed.notify_all();
  init.join();
  std::istringstream words(core);
  std::string soft, hard;
  words >> soft >> hard;
  CHECK(soft == "0");
  CHECK(hard == "0");
}
