#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <map>
#include <set>
#include <sstream>

#include "ddx/error.hpp"
#include "faults/kill_run.hpp"
#include "faults/verbs.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// One system call of the program: the n-th of its name.
struct Call {
  std::string name;
  std::size_t number;
};

enum class Calls {
  changing,  ///< those that can change what is on disk
  all,       ///< every one that has to do with files
};

Environment program_environment(const fs::path& home) {
  Environment environment = clean_environment(home);
  environment["ASAN_OPTIONS"] = "detect_leaks=0";  // the leak checker cannot work under strace
  return environment;
}

bool may_change(const std::string& line, const std::string& name) {
  static const std::set<std::string> always{
      "write",    "pwrite64",  "rename",    "renameat", "renameat2", "link",      "linkat",   "unlink",
      "unlinkat", "mkdir",     "mkdirat",   "rmdir",    "symlink",   "symlinkat", "fsync",    "fdatasync",
      "syncfs",   "ftruncate", "fallocate", "fchmod",   "chmod",     "fchmodat",  "utimensat"};
  if (always.contains(name)) return true;
  return (name == "openat" || name == "open") &&
         (line.find("O_CREAT") != std::string::npos || line.find("O_TRUNC") != std::string::npos);
}

/// The real program doing one thing, killed at its system calls.
class Program {
 public:
  Program(const Scene& scene, std::vector<std::string> arguments, Calls calls)
      : scene_(scene), environment_(program_environment(scene.folder())) {
    command_ = {DDX_PROGRAM};
    command_.insert(command_.end(), arguments.begin(), arguments.end());
    list_calls(calls);
  }

  void run_through(const fs::path& project) const {
    const RunResult result = run(project, command_, environment_);
    if (result.exit != 0 && result.exit != 3)
      throw std::runtime_error(fmt::format("exit {}: {}", result.exit, result.err));
  }

  [[nodiscard]] End kill_at(const fs::path& project, std::size_t point) const {
    if (point > calls_.size()) return End::finished;
    const Call& call = calls_[point - 1];
    std::vector<std::string> traced{
        "strace", "-qq",
        "-o",     "/dev/null",
        "-e",     "trace=" + call.name,
        "-e",     fmt::format("inject={}:signal=SIGKILL:when={}", call.name, call.number)};
    traced.insert(traced.end(), command_.begin(), command_.end());
    const int exit = run(project, traced, environment_).exit;
    if (exit == 128 + SIGKILL) return End::killed;
    // Not every run makes the very same calls: this one came to its end before the last of them.
    return exit == 0 || exit == 3 ? End::killed : End::failed;
  }

  [[nodiscard]] std::size_t calls() const { return calls_.size(); }

 private:
  void list_calls(Calls which) {
    const fs::path project = scene_.fresh();
    const fs::path trace = scene_.folder() / "trace";
    std::vector<std::string> traced{"strace", "-qq",        "-o", trace.string(), "-e", "trace=%file,%desc",
                                    "-e",     "signal=none"};
    traced.insert(traced.end(), command_.begin(), command_.end());
    const RunResult result = run(project, traced, environment_);
    if (result.exit != 0 && result.exit != 3)
      throw std::runtime_error(fmt::format("exit {}: {}", result.exit, result.err));
    std::istringstream lines(read_file(trace));
    std::map<std::string, std::size_t> counts;
    for (std::string line; std::getline(lines, line);) {
      const std::string name = line.substr(0, line.find('('));
      if (name.empty() || name.find(' ') != std::string::npos) continue;
      const std::size_t number = ++counts[name];
      if (which == Calls::all || may_change(line, name)) calls_.push_back({name, number});
    }
  }

  const Scene& scene_;
  Environment environment_;
  std::vector<std::string> command_;
  std::vector<Call> calls_;
};

bool can_trace(const Scene& scene) {
  return run(scene.folder(), {"strace", "-o", "/dev/null", "true"}, program_environment(scene.folder()))
             .exit == 0;
}

void expect_none_lost(const Scene& scene, const std::vector<std::string>& arguments, Calls calls,
                      std::size_t every, std::size_t at_least) {
  if (!can_trace(scene)) SKIP("strace is not here, or may not trace");
  const Program program(scene, arguments, calls);
  const KillTally tally = kill_everywhere(
      scene, [&](const fs::path& project, Host&) { program.run_through(project); },
      [&](const fs::path& project, std::size_t point) { return program.kill_at(project, point); },
      {every, 0});
  WARN(fmt::format("ddx {}: {} system calls; {}", fmt::join(arguments, " "), program.calls(), tally.str()));
  CHECK(tally.points >= at_least);
  CHECK(tally.violations.empty());
}

const std::vector<std::string> pull_words{"pull", "--offline"};
const std::vector<std::string> commit_words{"pull", "--offline", "--commit"};
const std::vector<std::string> init_words{"init", "../upstream"};
const std::vector<std::string> continue_words{"pull", "--continue", "--theirs"};
const std::vector<std::string> abort_words{"pull", "--abort"};
const std::vector<std::string> rollback_words{"rollback", "--yes"};

void advance(Scene& scene, const std::vector<std::string>& arguments) {
  scene.advance([&](const fs::path& project, Host&) {
    std::vector<std::string> command{DDX_PROGRAM};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const int exit = run(project, command, program_environment(scene.folder())).exit;
    REQUIRE((exit == 0 || exit == 3));
  });
}

}  // namespace

TEST_CASE("the program killed at its system calls loses nothing", "[faults][syscalls]") {
  SECTION("pull") { expect_none_lost(Scene(), pull_words, Calls::changing, 17 * stride, 5 / stride); }
  SECTION("pull --commit") {
    expect_none_lost(Scene(), commit_words, Calls::changing, 27 * stride, 5 / stride);
  }
  SECTION("init") {
    expect_none_lost(Scene::unconnected(), init_words, Calls::changing, 27 * stride, 5 / stride);
  }
  Scene scene;
  advance(scene, pull_words);
  SECTION("continue") { expect_none_lost(scene, continue_words, Calls::changing, 17 * stride, 3 / stride); }
  SECTION("abort") { expect_none_lost(scene, abort_words, Calls::changing, 17 * stride, 3 / stride); }
  SECTION("rollback") {
    advance(scene, continue_words);
    expect_none_lost(scene, rollback_words, Calls::changing, 17 * stride, 3 / stride);
  }
}

TEST_CASE("an interruption at any rename ends the program by the signal, in the old or the new tree",
          "[faults][syscalls][signals]") {
  const Scene scene;
  if (!can_trace(scene)) SKIP("strace is not here, or may not trace");
  const Environment environment = program_environment(scene.folder());
  const Visible before = look_at(scene.fresh());
  Machine whole;
  pull_offline(scene.folder() / "project", whole.host);
  const Visible after = look_at(scene.folder() / "project");
  int old_tree = 0, new_tree = 0;
  for (int number = 1; number < 100; number += 4) {
    const fs::path project = scene.fresh();
    const std::string inject = fmt::format("inject=renameat2:signal=SIGINT:when={}", number);
    const int exit = run(project,
                         {"strace", "-qq", "-o", "/dev/null", "-e", "trace=renameat2", "-e", inject,
                          DDX_PROGRAM, "pull", "--offline"},
                         environment)
                         .exit;
    if (exit != 128 + SIGINT) break;  // there are no more renames
    INFO("at rename " << number);
    CHECK((!fs::exists(project / ".git/ddx/ops") || fs::is_empty(project / ".git/ddx/ops")));
    const Visible seen = look_at(project);
    CHECK((seen == before || seen == after));
    (seen == after ? new_tree : old_tree) += 1;
  }
  WARN(fmt::format("{} interruptions came in time, {} too late", old_tree, new_tree));
  CHECK(old_tree > 0);
  CHECK(new_tree > 0);
}

TEST_CASE("the program killed at every system call that touches files loses nothing",
          "[faults][syscalls][long]") {
  SECTION("pull") { expect_none_lost(Scene(), pull_words, Calls::all, 1, 500); }
  SECTION("pull --commit") { expect_none_lost(Scene(), commit_words, Calls::all, 1, 500); }
  SECTION("init") { expect_none_lost(Scene::unconnected(), init_words, Calls::all, 1, 500); }
  Scene scene;
  advance(scene, pull_words);
  SECTION("continue") { expect_none_lost(scene, continue_words, Calls::all, 1, 300); }
  SECTION("abort") { expect_none_lost(scene, abort_words, Calls::all, 1, 300); }
  SECTION("rollback") {
    advance(scene, continue_words);
    expect_none_lost(scene, rollback_words, Calls::all, 1, 300);
  }
}
