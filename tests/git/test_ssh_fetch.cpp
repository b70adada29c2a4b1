#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <thread>

#include "ddx/error.hpp"
#include "git/list_refs.hpp"
#include "git/upstream_repository.hpp"
#include "support/contains.hpp"
#include "support/git_answers.hpp"
#include "support/run.hpp"
#include "support/sockets.hpp"
#include "support/ssh_server.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using ddx::git::FetchOptions;
using ddx::git::UpstreamRepository;

namespace {

namespace fs = std::filesystem;

test::SshServer& server() {
  static test::SshServer one;
  return one;
}

/// An upstream that a real sshd serves, and a project that follows it.
struct Scene {
  Scene() : upstream(server().repositories() / folder.path().filename()), project(folder.path() / "project") {
    for (const char* text : {"one\n", "two\n"}) {
      upstream.write("prompts/greet.md", text);
      commit = upstream.commit(text);
    }
    use(server().command(server().key(), server().known_hosts()));
  }

  /// The `ssh` of this project.
  void use(const std::string& command) { host.environment["GIT_SSH_COMMAND"] = command; }
  /// A program that stands for ssh.
  std::string program(const std::string& name, const std::string& script) {
    const fs::path path = folder.path() / name;
    test::write_file(path, "#!/bin/sh\n" + script);
    fs::permissions(path, fs::perms::owner_all);
    return path.string();
  }
  [[nodiscard]] std::string url() const { return server().url("/" + upstream.path().filename().string()); }
  [[nodiscard]] FetchOptions options(const std::string& of) const {
    FetchOptions result{UpstreamUrl::parse(of), project.path()};
    result.retry_delay = std::chrono::milliseconds(1);
    result.tries = 2;
    return result;
  }
  std::string fetch(const FetchOptions& with) {
    return UpstreamRepository::open(ours(), host).fetch("p", with, host).commit.str();
  }
  std::string fetch() { return fetch(options(url())); }
  Error error_of(const FetchOptions& with) {
    try {
      fetch(with);
    } catch (const Error& error) {
      CHECK_FALSE(UpstreamRepository::open(ours(), host).last_fetch("p").has_value());
      return error;
    }
    FAIL("no error was thrown");
    throw std::logic_error("unreachable");
  }
  Error error() { return error_of(options(url())); }
  [[nodiscard]] fs::path ours() const { return folder.path() / "upstream.git"; }

  test::TempDir folder;
  test::TestHost host;
  test::TestRepo upstream, project;
  std::string commit;
};

template <class Body>
std::optional<ErrorCode> code_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

/// Whether the process of this number is gone, or waits for nobody but who started it.
bool ends_soon(const std::string& number) {
  const fs::path state = "/proc/" + std::to_string(std::stoi(number)) + "/stat";
  const auto is_over = [&] {
    return !fs::exists(state) || test::read_file(state).find(") Z ") != std::string::npos;
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!is_over() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  return is_over();
}

}  // namespace

TEST_CASE("an upstream is fetched over ssh with the user's key, shallow at first", "[git][ssh]") {
  Scene scene;
  CHECK(scene.fetch() == scene.commit);
  const test::TestRepo ours = test::TestRepo::existing(scene.ours());
  CHECK(ours.git({"rev-list", "--count", "refs/ddx/p/fetched"}) == "1");
  scene.upstream.write("prompts/new.md", "new\n");
  const std::string newer = scene.upstream.commit("newer");
  CHECK(scene.fetch() == newer);
  CHECK(ours.git({"rev-list", "--count", "refs/ddx/p/fetched"}) == "2");
}

TEST_CASE("ssh is what the project's git settings say it is", "[git][ssh]") {
  Scene scene;
  scene.host.environment.erase("GIT_SSH_COMMAND");
  scene.project.git({"config", "core.sshCommand", server().command(server().key(), server().known_hosts())});
  CHECK(scene.fetch() == scene.commit);
}

TEST_CASE("a key in an agent is enough", "[git][ssh]") {
  Scene scene;
  const std::string socket = (scene.folder.path() / "agent").string();
  const test::Environment clean = test::clean_environment(scene.folder.path());
  const test::RunResult agent = test::run(scene.folder.path(), {"ssh-agent", "-a", socket}, clean);
  REQUIRE(agent.exit == 0);
  const int pid = std::stoi(agent.out.substr(agent.out.find("SSH_AGENT_PID=") + 14));
  test::Environment with_agent = clean;
  with_agent["SSH_AUTH_SOCK"] = socket;
  CHECK(test::run(scene.folder.path(), {"ssh-add", server().key().string()}, with_agent).exit == 0);
  scene.host.environment["SSH_AUTH_SOCK"] = socket;
  scene.use("ssh -F none -o GlobalKnownHostsFile=none -o UserKnownHostsFile=" +
            server().known_hosts().string());
  CHECK(scene.fetch() == scene.commit);
  kill(pid, SIGTERM);
}

TEST_CASE("a server whose host key is not known, or another one than before, is not talked to",
          "[git][ssh]") {
  Scene scene;
  scene.use(server().command(server().key(), server().no_hosts()));
  const Error unknown = scene.error();
  CHECK(unknown.code() == ErrorCode::host_key);
  CHECK(std::string(unknown.what()).ends_with("is not known to ssh"));
  CHECK(test::read_file(server().no_hosts()).empty());

  scene.use(server().command(server().key(), server().changed_hosts()));
  const Error changed = scene.error();
  CHECK(changed.code() == ErrorCode::host_key);
  CHECK(std::string(changed.what()).ends_with("somebody may be in between"));
  REQUIRE(changed.steps().size() == 1);
  CHECK(changed.steps().front().action == Recovery::forget_host_key);
  CHECK(changed.steps().front().subject == "[127.0.0.1]:" + std::to_string(server().port()));

  // Under the name that the user's configuration gives it there.
  const std::string line = test::read_file(server().changed_hosts());
  test::write_file(scene.folder.path() / "hosts", "elsewhere" + line.substr(line.find(' ')));
  scene.use(server().command(server().key(), scene.folder.path() / "hosts") + " -o HostKeyAlias=elsewhere");
  const Error alias = scene.error();
  CHECK(alias.code() == ErrorCode::host_key);
  CHECK(alias.steps().front().subject == "elsewhere");
}

TEST_CASE("a jump host that is dead is named as the reason", "[git][ssh]") {
  Scene scene;
  scene.use(server().command(server().key(), server().known_hosts()) + " -J 127.0.0.1:1");
  const Error error = scene.error();
  CHECK(error.code() == ErrorCode::network);
  CHECK(test::contains(error.what(), "connect to host 127.0.0.1 port 1: Connection refused"));
  CHECK(error.steps().front().action == Recovery::try_ssh);
}

TEST_CASE("a key that the server does not know is a failed login", "[git][ssh]") {
  Scene scene;
  scene.use(server().command(server().other_key(), server().known_hosts()));
  const Error error = scene.error();
  CHECK(error.code() == ErrorCode::auth_failed);
  CHECK(std::string(error.what()).find("Permission denied (publickey)") != std::string::npos);
}

TEST_CASE("a repository that is not there is told from a server that is not", "[git][ssh]") {
  Scene scene;
  CHECK(scene.error_of(scene.options(server().url("/no-such"))).code() == ErrorCode::upstream_not_found);
  const std::string nobody = "ssh://127.0.0.1:" + std::to_string(test::unused_port()) + "/x";
  const Error refused = scene.error_of(scene.options(nobody));
  CHECK(refused.code() == ErrorCode::network);
  CHECK(std::string(refused.what()).find("Connection refused") != std::string::npos);
  CHECK(scene.host.notes.empty());
}

TEST_CASE("a name that ssh does not find is not looked up again, a name server that fails is", "[git][ssh]") {
  Scene scene;
  scene.host.environment["GIT_SSH_VARIANT"] = "ssh";
  const fs::path count = scene.folder.path() / "count";
  const auto tries_after = [&](const std::string& words) {
    test::write_file(count, "");
    scene.use("echo try >> " + count.string() + "; echo 'ssh: Could not resolve hostname h: " + words +
              "' >&2; exit 255 #");
    CHECK(scene.error().code() == ErrorCode::network);
    return test::read_file(count);
  };
  CHECK(tries_after("Name or service not known") == "try\n");
  CHECK(tries_after("Temporary failure in name resolution") == "try\ntry\n");
}

TEST_CASE("the server's shell takes nothing in the path for a command", "[git][ssh]") {  // [REL K3]
  Scene scene;
  const fs::path ran = scene.folder.path() / "ran";
  scene.use(scene.program("ssh", "for command; do :; done\nexec sh -c \"$command\"\n"));
  for (const std::string before :
       {"a;touch ", "b&&touch ", "c|touch ", "$(touch ", "`touch ", "\"; touch "}) {
    const fs::path place = scene.folder.path() / (before + ran.string());
    INFO(place);
    fs::create_directories(place.parent_path());
    fs::copy(scene.upstream.path(), place, fs::copy_options::recursive);
    std::string url = "ssh://example.com" + place.string();
    for (std::size_t at; (at = url.find(' ')) != url.npos;) url.replace(at, 1, "%20");
    CHECK(scene.fetch(scene.options(url)) == scene.commit);
    CHECK_FALSE(fs::exists(ran));
  }
}

TEST_CASE("an ssh program that is not there is told with the setting that names it", "[git][ssh]") {
  Scene scene;
  scene.use("no-such-program -x");
  const Error probed = scene.error();
  CHECK(probed.code() == ErrorCode::ssh_failed);
  CHECK(std::string(probed.what()) == "there is no program 'no-such-program', which GIT_SSH_COMMAND names");
  scene.host.environment.erase("GIT_SSH_COMMAND");
  scene.project.git({"config", "core.sshCommand", "/nowhere/ssh"});
  CHECK(std::string(scene.error().what()) ==
        "there is no program '/nowhere/ssh', which core.sshCommand names");
  scene.project.git({"config", "--unset", "core.sshCommand"});
  const std::string unusable = (scene.folder.path() / "ssh").string();
  test::write_file(unusable, "#!/bin/sh\n");
  for (const std::string& name : {std::string("/nonexistent/ssh"), unusable}) {
    scene.host.environment["GIT_SSH"] = name;
    const Error error = scene.error();
    CHECK(error.code() == ErrorCode::ssh_failed);
    CHECK(std::string(error.what()) == "there is no program '" + name + "', which GIT_SSH names");
    CHECK(error.steps().front().action == Recovery::check_ssh_program);
  }
}

TEST_CASE("an ssh that hangs is given up after the configured time", "[git][ssh]") {
  Scene scene;
  scene.use("exec sleep 1000 #");
  FetchOptions options = scene.options(scene.url());
  options.connect_timeout = options.idle_timeout = std::chrono::milliseconds(100);
  CHECK(scene.error_of(options).code() == ErrorCode::network_timeout);
}

TEST_CASE("an ssh that stands still, trickles or breaks off in its answer is tried again", "[git][ssh]") {
  Scene scene;
  scene.host.environment["GIT_SSH_VARIANT"] = "ssh";
  const fs::path count = scene.folder.path() / "count";
  FetchOptions options = scene.options(scene.url());
  options.idle_timeout = std::chrono::milliseconds(200);
  options.slowest_bytes_per_second = 10'000;
  options.slowest_for = std::chrono::seconds(1);
  struct Row {
    const char* answer;
    ErrorCode code;
  };
  for (const Row& row :
       {Row{"printf fff0; exec sleep 1000", ErrorCode::network_timeout},
        Row{"printf fff0; while printf xxxxxxxx; do sleep 0.05; done", ErrorCode::network_timeout},
        Row{"printf fff0; exit 0", ErrorCode::network}, Row{"printf fff0; exit 255", ErrorCode::network},
        Row{"printf 0003", ErrorCode::network}}) {
    INFO(row.answer);
    test::write_file(count, "");
    scene.use("echo try >> " + count.string() + "; " + row.answer + " #");
    CHECK(scene.error_of(options).code() == row.code);
    CHECK(test::read_file(count) == "try\ntry\n");
  }
}

TEST_CASE("a program that talks without end when it is asked what it is, is given up", "[git][ssh]") {
  Scene scene;
  scene.use("while echo again; do sleep 0.01; done #");
  FetchOptions options = scene.options(scene.url());
  options.connect_timeout = std::chrono::milliseconds(100);
  CHECK(scene.error_of(options).code() == ErrorCode::network_timeout);
}

TEST_CASE("a refusal in git's protocol over ssh is told in the server's words", "[git][ssh]") {
  Scene scene;
  scene.use("printf '%s' '" + test::packet("ERR the repository moved") + "' #");
  const Error error = scene.error();
  CHECK(error.code() == ErrorCode::server_error);
  CHECK(std::string(error.what()) ==
        "'" + UpstreamUrl::parse(scene.url()).host() + "' refuses: the repository moved");
}

TEST_CASE("an interrupt ends an ssh that hangs, and nothing of it stays behind", "[git][ssh]") {
  static std::atomic<bool>* interrupted = nullptr;
  for (const char* script : {"exec sleep 20", "exec >&-; exec sleep 20", "exec cat /dev/zero >&2",
                             "exec >&-; while :; do echo x >&2; sleep 0.01; done"}) {
    INFO(script);
    Scene scene;
    interrupted = &scene.host.interrupted;
    std::signal(SIGTERM, [](int) { *interrupted = true; });  // as in the program, for the worker
    scene.host.environment["GIT_SSH_VARIANT"] = "ssh";
    const fs::path started = scene.folder.path() / "started", aside = scene.folder.path() / "aside";
    scene.use("echo $$ > " + aside.string() + "; mv " + aside.string() + " " + started.string() + "; " +
              script + " #");
    std::thread user([&] {
      while (!fs::exists(started)) std::this_thread::yield();
      scene.host.interrupted = true;
    });
    CHECK_THROWS_AS(scene.fetch(), Interrupted);
    user.join();
    CHECK(ends_soon(test::read_file(started)));
  }
  std::signal(SIGTERM, SIG_DFL);
}

TEST_CASE("an ssh that closes its output and stays is given up, also when it is asked what it is",
          "[git][ssh]") {
  Scene scene;
  const fs::path process = scene.folder.path() / "process";
  scene.use("echo $$ > " + process.string() + "; exec >&-; exec sleep 20 #");
  FetchOptions options = scene.options(scene.url());
  options.connect_timeout = options.idle_timeout = std::chrono::milliseconds(200);
  for (const char* variant : {"", "ssh"}) {
    INFO(variant);
    scene.host.environment["GIT_SSH_VARIANT"] = variant;
    CHECK(scene.error_of(options).code() == ErrorCode::network_timeout);
    CHECK(ends_soon(test::read_file(process)));
    CHECK(code_of([&] { git::list_refs(options, scene.host); }) == ErrorCode::network_timeout);
    CHECK(ends_soon(test::read_file(process)));
  }
}

TEST_CASE("an ssh that ends well and says nothing is no server of git's, and not asked again", "[git][ssh]") {
  Scene scene;
  scene.host.environment["GIT_SSH_VARIANT"] = "ssh";
  const fs::path count = scene.folder.path() / "count";
  scene.use("echo try >> " + count.string() + "; exit 0 #");
  const Error error = scene.error();
  CHECK(error.code() == ErrorCode::ssh_failed);
  CHECK(error.steps().front().action == Recovery::check_url);
  CHECK(test::read_file(count) == "try\n");
}

TEST_CASE("a program that is no ssh is not taken for a git server", "[git][ssh]") {
  Scene scene;
  scene.host.environment["GIT_SSH_VARIANT"] = "ssh";
  scene.use("echo 'a banner of somebody'; exit 1 #");
  const Error banner = scene.error();
  CHECK(banner.code() == ErrorCode::not_git);
  CHECK(std::string(banner.what()).ends_with("what comes begins with 'a ba'"));
  scene.host.environment.erase("GIT_SSH_COMMAND");
  scene.host.environment["PATH"] = "/nowhere";
  CHECK(scene.error().code() == ErrorCode::ssh_failed);
}

TEST_CASE("ssh gets the user's environment without the tokens in it", "[git][ssh]") {
  Scene scene;
  const std::string seen = (scene.folder.path() / "seen").string();
  scene.host.environment["DDX_TOKEN"] = "canary";
  scene.host.environment["GITHUB_TOKEN"] = "canary";
  scene.host.environment["AWS_PROFILE"] = "work";
  scene.use("env > " + seen + "; exit 255 #");
  scene.error();
  const std::string variables = test::read_file(seen);
  CHECK(variables.find("canary") == variables.npos);
  CHECK(variables.find("AWS_PROFILE=work") != variables.npos);
}

TEST_CASE("each kind of ssh program gets the arguments that it knows", "[git][ssh]") {
  Scene scene;
  scene.host.environment.erase("GIT_SSH_COMMAND");
  const std::string seen = (scene.folder.path() / "seen").string();
  const std::string script = "[ \"$1\" != -G ] || exit 1\nprintf '%s\\n' \"$@\" > " + seen + "\nexit 255\n";
  const auto arguments_of = [&](const std::string& name, const std::string& variant, const std::string& url) {
    scene.host.environment["GIT_SSH"] = scene.program(name, script);
    scene.host.environment["GIT_SSH_VARIANT"] = variant;
    const Error error = scene.error_of(scene.options(url));
    return error.code() == ErrorCode::network ? test::read_file(seen) : std::string(error.what());
  };
  const std::string asked = "git-upload-pack '/team/a b'\n";
  CHECK(arguments_of("ssh", "", "ssh://git@h:22/team/a%20b") == "-o\nBatchMode=yes\n-p\n22\ngit@h\n" + asked);
  CHECK(arguments_of("plink", "", "ssh://git@h:22/team/a%20b") == "-batch\n-P\n22\ngit@h\n" + asked);
  CHECK(arguments_of("other", "plink", "ssh://git@h/team/a%20b") == "-batch\ngit@h\n" + asked);
  CHECK(arguments_of("other", "", "h:/team/a b") == "h\n" + asked);
  CHECK(arguments_of("other", "", "ssh://h:22/x") == "this ssh program takes no port; set 'ssh.variant'");
  CHECK(arguments_of("TortoisePlink", "", "h:~/x") == "-batch\nh\ngit-upload-pack '~/x'\n");
}

TEST_CASE("ssh without a terminal asks the program that it is told to ask, and otherwise nobody",
          "[git][ssh]") {
  Scene scene;
  const fs::path key = scene.folder.path() / "locked_key";
  fs::copy_file(server().key(), key);
  fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
  REQUIRE(test::run(scene.folder.path(),
                    {"ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", key.string()},
                    test::clean_environment(scene.folder))
              .exit == 0);
  scene.use(server().command(key, server().known_hosts()));
  scene.host.environment["SSH_ASKPASS"] = scene.program("asks", "echo 'open sesame'\n");
  CHECK(scene.error().code() == ErrorCode::auth_failed);
  scene.host.environment["SSH_ASKPASS_REQUIRE"] = "force";
  CHECK(scene.fetch() == scene.commit);
}
