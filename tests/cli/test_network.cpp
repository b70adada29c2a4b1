#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/place.hpp"
#include "cli/schema.hpp"
#include "support/contains.hpp"
#include "support/git_answers.hpp"
#include "support/proxy_server.hpp"
#include "support/raw_server.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using namespace std::chrono_literals;
using test::contains;
using test::http_answer;
using test::packet;
using test::RawServer;
using Answer = RawServer::Answer;
using Then = RawServer::Then;

namespace {

using Names = std::vector<std::string>;

constexpr const char* mark = "FAMILY";

/// A project that follows a library over http; the server turns bad when the test says so.
struct Remote : test::Place {
  Remote() {
    environment[mark] = folder.path().string();
    const auto made = ddx({"init", server.url("/library.git")});
    if (made.exit != 0) throw std::runtime_error("init failed: " + made.err);
    project.write(config,
                  project.read(config) + "network: {connect_timeout: 2s, idle_timeout: 300ms, tries: 1}\n");
    library.write("prompts/new.md", "new\n");
    library.commit("new");
  }

  void reconfigure(const std::string& from, const std::string& to) const {
    std::string text = project.read(config);
    project.write(config, text.replace(text.find(from), from.size(), to));
  }
  [[nodiscard]] Answer respond(const RawServer::Request& request) const {
    if (bad) return *bad;
    const bool is_advertisement = request.method == "GET";
    if (bad_result && !is_advertisement) return *bad_result;
    const fs::path repository = library.path() / ".git";
    return {is_advertisement
                ? http_answer("200 OK", test::advertisement_type, test::advertisement_of(repository))
                : http_answer("200 OK", test::result_type, test::result_of(repository, request.body))};
  }
  /// All of the project, git's refs and what ddx keeps for itself; but for what each fetch makes anew, and
  /// who holds the lock.
  [[nodiscard]] std::map<std::string, std::string> state() const {
    std::map<std::string, std::string> result = test::tree_on_disk(project.path());
    result[".git refs"] = project.git({"for-each-ref"}) + project.git({"status", "--porcelain"});
    for (const auto& entry : fs::recursive_directory_iterator(project.path() / ".git" / "ddx")) {
      const std::string name = entry.path().lexically_relative(project.path()).string();
      if (entry.is_regular_file() && !contains(name, "ddx-blank.git") && name != ".git/ddx/lock")
        result[name] = test::read_file(entry.path());
    }
    return result;
  }

  [[nodiscard]] Names changed_since(const std::map<std::string, std::string>& before) const {
    Names names;
    const auto now = state();
    for (const auto& [name, bytes] : now)
      if (!before.contains(name) || before.at(name) != bytes) names.push_back(name);
    for (const auto& [name, bytes] : before)
      if (!now.contains(name)) names.push_back(name);
    return names;
  }

  static constexpr const char* config = ".ddx.yml";
  std::optional<Answer> bad, bad_result;
  RawServer server{[this](const RawServer::Request& request) { return respond(request); }};
};

std::string refusal(const std::string& words) {
  return http_answer("200 OK", test::advertisement_type,
                     packet("# service=git-upload-pack\n") + "0000" + packet("ERR " + words));
}

bool is_clean(const std::string& text) {
  return std::ranges::all_of(
      text, [](char letter) { return letter == '\n' || (letter >= ' ' && letter != '\x7f'); });
}

/// Command lines of what the program started and left behind, found by a mark in the environment.
Names survivors(const test::Place& place) {
  const std::string variable = std::string(mark) + "=" + place.environment.at(mark);
  Names found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream in(entry.path() / "environ", std::ios::binary);
    const std::string environment(std::istreambuf_iterator<char>(in), {});
    if (!contains(environment, variable)) continue;
    std::ifstream command(entry.path() / "cmdline", std::ios::binary);
    found.emplace_back(std::istreambuf_iterator<char>(command), std::istreambuf_iterator<char>());
  }
  return found;
}

/// The program in a process group of its own.
class Running {
 public:
  Running(const test::Place& place, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), DDX_PROGRAM);
    std::vector<std::string> variables;
    for (const auto& [name, value] : place.environment) variables.push_back(name + "=" + value);
    std::vector<char*> argv, envp;
    for (auto& argument : arguments) argv.push_back(argument.data());
    for (auto& variable : variables) envp.push_back(variable.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("cannot start a process");
    if (pid_ != 0) return;
    setpgid(0, 0);
    signal(SIGINT, SIG_DFL);
    if (chdir(place.project.path().c_str()) == 0) execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  Running(const Running&) = delete;
  ~Running() {
    if (pid_ > 0) kill(-pid_, SIGKILL);
  }

  void interrupt() const { kill(pid_, SIGINT); }
  void interrupt_group() const { kill(-pid_, SIGINT); }
  /// \returns 128+N for a signal
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
};

template <class Ready>
void wait_until(Ready ready) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!ready()) {
    if (std::chrono::steady_clock::now() >= deadline) throw std::runtime_error("it never came");
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace

TEST_CASE("a server's fault ends with its exit code, a next step, and nothing changed", "[cli][network]") {
  Remote place;
  const auto state = place.state();
  struct Row {
    Answer answer;
    int exit;
    std::string code, hint;
  };
  const std::string host = "127.0.0.1:" + std::to_string(place.server.port());
  const std::vector<Row> rows{
      {{http_answer("401 Unauthorized", "text/plain", "")}, 4, "DDX-4002", "auth login"},
      {{http_answer("403 Forbidden", "text/plain", "")}, 4, "DDX-4001", "auth login"},
      {{http_answer("404 Not Found", "text/plain", "")}, 6, "DDX-6005", "URL"},
      {{http_answer("503 Busy", "text/plain", "", "Retry-After: 3600\r\n")}, 5, "DDX-5003", "again"},
      {{http_answer("200 OK", "text/html", "<title>Log in</title>")}, 5, "DDX-5005", "URL"},
      {{"", Then::stall}, 5, "DDX-5002", host},
      {{"", Then::reset}, 5, "DDX-5001", host},
      {{http_answer("302 Found", "text/plain", "", "Location: http://example.invalid/\r\n")},
       6,
       "DDX-6009",
       "URL"},
      {{refusal("no")}, 5, "DDX-5003", "URL"},
  };
  for (const Row& row : rows) {
    INFO(row.code << ' ' << row.answer.bytes.substr(0, 40));
    place.bad = row.answer;
    const auto text = place.ddx({"pull"});
    CHECK(text.exit == row.exit);
    CHECK(contains(text.err, "[" + row.code + "]\n"));
    CHECK(contains(text.err, "\nnothing was changed\nhint: "));
    CHECK(contains(text.err.substr(text.err.find("hint: ")), row.hint));
    const auto json = place.ddx({"--format=json", "pull"});
    CHECK(json.exit == row.exit);
    const auto object = nlohmann::json::parse(json.out);
    CHECK(object["code"] == row.code);
    CHECK(object["state"] == "nothing-changed");
    CHECK((!test::can_validate() || test::violations("error", json.out).empty()));
    CHECK(place.changed_since(state) == Names{});
  }
  CHECK(place.ddx({"status", "--offline"}).exit == 0);
  CHECK(place.ddx({"pull", "--offline"}).exit == 0);
  CHECK(place.ddx({"diff"}).exit == 0);
  CHECK(place.ddx({"history"}).exit == 0);
  place.bad.reset();
  CHECK(place.ddx({"pull"}).exit == 0);
  CHECK(place.project.read(".ddx/prompts/new.md") == "new\n");
}

TEST_CASE("status exits as the reason is why the upstream could not be asked, and says what to do",
          "[cli][network]") {
  Remote place;
  struct Row {
    Answer answer;
    int exit;
    std::string code;
  };
  for (const Row& row : {Row{{http_answer("401 Unauthorized", "text/plain", "")}, 4, "DDX-4002"},
                         Row{{"", Then::reset}, 5, "DDX-5001"},
                         Row{{http_answer("404 Not Found", "text/plain", "")}, 6, "DDX-6005"}}) {
    INFO(row.code);
    place.bad = row.answer;
    const auto json = place.ddx({"--format=json", "status"});
    CHECK(json.exit == row.exit);
    const auto object = nlohmann::json::parse(json.out);
    CHECK(object["upstream_problem"]["code"] == row.code);
    CHECK_FALSE(object["upstream_problem"]["hints"].empty());
    CHECK((!test::can_validate() || test::violations("status", json.out).empty()));
    const auto text = place.ddx({"status"});
    CHECK(text.exit == row.exit);
    CHECK(contains(text.out, " [" + row.code + "]\n"));
    CHECK(contains(text.out, "\nhint: "));
    const auto brief = place.ddx({"status", "--short"});
    CHECK(brief.exit == row.exit);
    CHECK(contains(brief.err, "\nhint: "));
  }
}

TEST_CASE("what a server says cannot reach the terminal's controls", "[cli][network]") {
  Remote place;
  const std::string evil = "go\x1b[31m\x1b]0;owned\a\r\nddx: all is well\x9b 2J\x7f";
  const std::string header = "go\x1b[31m\x1b]0;owned\a";
  const std::vector<std::string> answers{
      refusal(evil),
      http_answer("403 Forbidden", "text/plain", evil),
      http_answer("302 Found", "text/plain", "", "Location: http://example.invalid/" + header + "\r\n"),
      http_answer("200 OK", "text/" + header, ""),
      http_answer("401 Unauthorized", "text/plain", evil,
                  "WWW-Authenticate: Basic realm=\"" + header + "\"\r\n"),
  };
  for (const std::string& answer : answers) {
    INFO(answer.substr(0, 30));
    place.bad = Answer{answer};
    for (const auto& arguments :
         {std::vector<std::string>{"pull"}, {"-v", "pull"}, {"--format=json", "pull"}}) {
      const auto result = place.ddx(arguments);
      CHECK(result.exit != 0);
      CHECK(is_clean(result.out));
      CHECK(is_clean(result.err));
      CHECK_FALSE(contains(result.err, "\nddx: all is well"));
    }
  }
}

TEST_CASE("what a server says on the way cannot reach the terminal's controls", "[cli][network]") {
  Remote place;  // [REL I1 I2]
  const std::string evil = "go\x1b[31m\x1b]0;owned\a\rddx: all is well\n\x9b 2J\x7f";
  for (const std::string channel : {"\2", "\3"}) {
    INFO((channel == "\2" ? "progress" : "error"));
    place.bad_result =
        Answer{http_answer("200 OK", test::result_type, packet("NAK\n") + packet(channel + evil) + "0000")};
    for (const auto& arguments : {Names{"pull"}, {"-v", "pull"}, {"--format=json", "pull"}}) {
      const auto result = place.ddx(arguments);
      CHECK(result.exit != 0);
      CHECK(is_clean(result.out));
      CHECK(is_clean(result.err));
      CHECK_FALSE(contains(result.err, "\nddx: all is well"));
    }
    auto terminal = place.ddx_on_a_terminal({"pull"});
    CHECK(terminal.wait() != 0);
    CHECK_FALSE(contains(terminal.shown(), "owned\a"));
    CHECK_FALSE(contains(terminal.shown(), "\x1b[31m\x1b]"));
    CHECK_FALSE(contains(terminal.shown(), "\x9b"));
  }
}

TEST_CASE("names, authors and messages from upstream cannot reach the terminal's controls",
          "[cli][network]") {
  Remote place;  // [REL I1 I3]
  const std::string evil = "x\x1b[31m\x1b]0;owned\a\xc2\x9b\xe2\x80\xae";
  place.library.write("prompts/" + evil + ".md", "a\n");
  place.library.write("prompts/y\rddx: all is well.md", "b\n");
  place.library.write("prompts/z.md", "\x1b]0;owned\a\n");
  place.library.git({"add", "-A"});
  place.library.git({"-c", "user.name=" + evil, "commit", "-qm", "m" + evil, "--author", evil + " <a@b>"});
  place.library.git({"branch", "other"});
  for (const auto& arguments : {Names{"status"},
                                {"status", "--short"},
                                {"diff", "--incoming", "--name-only"},
                                {"diff", "--incoming"},
                                {"pull", "--dry-run"},
                                {"pull"},
                                {"-v", "status"},
                                {"history", "-v"},
                                {"snapshot", "list"},
                                {"rollback", "--list"},
                                {"pull", "--to", evil},
                                {"--format=json", "status"},
                                {"--format=json", "diff"}}) {
    INFO(arguments.front() << ' ' << arguments.back());
    const auto result = place.ddx(arguments);
    std::string text = result.out + result.err;
    if (arguments.front() == "diff") std::erase(text, '\t');
    CHECK(is_clean(text));
    CHECK_FALSE(contains(text, "\xc2\x9b"));
    CHECK_FALSE(contains(text, "\xe2\x80\xae"));
  }
}

TEST_CASE("a further try is told on the way", "[cli][network]") {
  Remote place;
  place.reconfigure("tries: 1", "tries: 2");
  place.bad = Answer{"", Then::reset};
  const auto result = place.ddx({"pull"});
  CHECK(result.exit == 5);
  CHECK(result.err.starts_with("ddx: lost the connection to '127.0.0.1:"));
  CHECK(contains(result.err, "; trying again in "));
  CHECK(contains(result.err, " s (2 of 2)\nddx: error: "));
  CHECK(place.ddx({"-q", "pull"}).err.starts_with("ddx: error: "));
}

TEST_CASE("the wait that a busy server asks for is told with its length", "[cli][network]") {
  Remote place;
  place.reconfigure("tries: 1", "tries: 2");
  place.bad = Answer{http_answer("429 Too Many Requests", "text/plain", "", "Retry-After: 2\r\n")};
  const auto result = place.ddx({"pull"});
  CHECK(result.exit == 5);
  CHECK(contains(
      result.err,
      "cannot serve us now (status 429); it asks to wait 2 seconds; trying again in 2 s (2 of 2)\n"));
}

TEST_CASE("a server's silence is told, and waited for twice whatever is configured", "[cli][network]") {
  Remote place;
  place.reconfigure("tries: 1", "tries: 4");
  place.bad = Answer{"", Then::stall};
  const std::size_t before = place.server.requests().size();
  const auto result = place.ddx({"pull"});
  CHECK(result.exit == 5);
  CHECK(contains(result.err, "' is silent; waiting up to 1 s for it\n"));
  CHECK(contains(result.err, " (2 of 2)\n"));
  CHECK(place.server.requests().size() == before + 2);
}

TEST_CASE("an init that fails leaves no copy of the upstream behind, and none of another project's goes",
          "[cli][network]") {
  test::Place place;
  const fs::path copy = place.project.path() / ".git/ddx/upstream.git";
  CHECK(place.ddx({"init", "../no-such-library"}).exit == 6);
  CHECK_FALSE(fs::exists(copy));
  CHECK(place.ddx({"init", "../library"}).exit == 0);
  fs::create_directories(place.project.path() / "second");
  CHECK(place.ddx({"-C", "second", "init", "../../no-such-library"}).exit == 6);
  CHECK(fs::exists(copy));
}

TEST_CASE("a pull offline says that what it takes is from another URL", "[cli][network]") {
  Remote place;
  CHECK_FALSE(contains(place.ddx({"pull", "--offline"}).err, "what was fetched last is from"));
  place.reconfigure("/library.git", "/moved.git");
  const std::string old_url = place.server.url("/library.git"), new_url = place.server.url("/moved.git");
  CHECK(contains(place.ddx({"pull", "--offline"}).err,
                 "what was fetched last is from '" + old_url + "', not from '" + new_url + "'\n"));
}

TEST_CASE("git's settings of the moment count: git -c, and variables that hold some", "[cli][network]") {
  Remote place;
  place.environment["GIT_CONFIG_COUNT"] = "1";
  place.environment["GIT_CONFIG_KEY_0"] = "url." + place.server.url("/") + ".insteadOf";
  place.environment["GIT_CONFIG_VALUE_0"] = "https://library.invalid/";
  place.reconfigure(place.server.url("/"), "https://library.invalid/");
  CHECK(place.ddx({"pull"}).exit == 0);
  CHECK(place.project.read(".ddx/prompts/new.md") == "new\n");
}

TEST_CASE("a proxy gets its password from git's credential helper", "[cli][network]") {
  if (!test::ProxyServer::available()) SKIP("squid is not installed");
  Remote place;
  const test::ProxyServer proxy;
  const fs::path asked = place.folder.path() / "asked";
  const auto helper = [&](const std::string& password) {
    return "!f() { echo $1 >> " + asked.string() + "; cat >> " + asked.string() +
           "; [ $1 = get ] && echo username=pia && echo password=" + password + "; }; f";
  };
  place.environment["http_proxy"] = proxy.url("pia");
  const auto none = place.ddx({"pull"});
  CHECK(none.exit == 4);
  CHECK(contains(none.err, "the proxy '" + proxy.url().substr(7) + "' asks for a login [DDX-4002]\n"));
  CHECK_FALSE(contains(none.err, "ddx auth login"));
  place.project.git({"config", "credential.helper", helper("wrong")});
  const auto wrong = place.ddx({"pull"});
  CHECK(wrong.exit == 4);
  CHECK(contains(wrong.err, "refuses the user name and password it was sent [DDX-4001]\n"));
  CHECK(contains(test::read_file(asked), "erase\n"));
  test::write_file(asked, "");
  place.project.git({"config", "credential.helper", helper("pr0xy")});
  CHECK(place.ddx({"pull"}).exit == 0);
  const std::string question = test::read_file(asked);
  CHECK(question.starts_with("get\n"));
  CHECK(contains(question, "protocol=http\nhost=" + proxy.url().substr(7) + "\n"));
  CHECK(contains(question, "username=pia\n"));
}

TEST_CASE("Ctrl-C ends a fetch over http that stands still, and all that belongs to it", "[cli][network]") {
  Remote place;
  place.reconfigure("300ms", "60s");
  const auto state = place.state();
  place.bad = Answer{"HTTP/1.1 200 OK\r\n", Then::stall};
  for (const bool whole_group : {false, true}) {
    INFO((whole_group ? "the group" : "the program"));
    const std::size_t before = place.server.requests().size();
    Running ddx(place, {"pull"});
    wait_until([&] { return place.server.requests().size() > before; });
    whole_group ? ddx.interrupt_group() : ddx.interrupt();
    CHECK(ddx.wait() == 130);  // the limit for silence would have ended it with 5
    CHECK(place.server.requests().size() == before + 1);
    CHECK(survivors(place) == Names{});
    CHECK(place.changed_since(state) == Names{});
  }
  place.bad.reset();
  CHECK(place.ddx({"pull"}).exit == 0);
}

TEST_CASE("Ctrl-C at a terminal ends a fetch that stands still", "[cli][network]") {
  Remote place;
  place.reconfigure("300ms", "60s");
  place.bad = Answer{"", Then::stall};
  const std::size_t before = place.server.requests().size();
  test::Pty terminal = place.ddx_on_a_terminal({"pull"});
  wait_until([&] { return place.server.requests().size() > before; });
  terminal.send("\x03");
  CHECK(terminal.wait() == 130);
  CHECK(survivors(place) == Names{});
  CHECK(contains(terminal.shown(), "ddx: interrupted\r\nnothing was changed\r\n"));
}

TEST_CASE("Ctrl-C ends a fetch over ssh that stands still, and ssh with it", "[cli][network]") {
  Remote place;
  place.reconfigure(place.server.url("/library.git"), "ssh://git@example.invalid/library.git");
  place.reconfigure("300ms", "60s");
  const fs::path started = place.folder.path() / "started";
  place.environment["GIT_SSH_COMMAND"] = "touch " + started.string() + "; sleep 1000 #";
  for (const bool whole_group : {false, true}) {
    INFO((whole_group ? "the group" : "the program"));
    fs::remove(started);
    Running ddx(place, {"pull"});
    wait_until([&] { return fs::exists(started); });
    whole_group ? ddx.interrupt_group() : ddx.interrupt();
    CHECK(ddx.wait() == 130);
    CHECK(survivors(place) == Names{});
  }
  fs::remove(started);
  test::Pty terminal = place.ddx_on_a_terminal({"pull"});
  wait_until([&] { return fs::exists(started); });
  terminal.send("\x03");
  CHECK(terminal.wait() == 130);
  CHECK(survivors(place) == Names{});
}
