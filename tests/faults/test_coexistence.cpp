#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include "support/run.hpp"
#include "support/temp_dir.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

constexpr int many = 500;

std::string text_of(int version, int file) {
  return fmt::format("head {}\nbody\nbody\nbody\nfile {} of version {}\n", file, file, version);
}

/// A library of many files, a project that edited some of them, and the real program.
class Bench {
 public:
  explicit Bench(int files) : files_(files) {
    project_.git({"config", "user.name", "Ada"});
    project_.git({"config", "user.email", "ada@example.com"});
    write_version(1);
    project_.write("notes.txt", "0\n");
    project_.commit("begin");
    REQUIRE(ddx({"init", "../upstream"}) == 0);
    project_.commit("connect");
    for (int file = 0; file < files_; file += 7) edited_.push_back(file);
    for (const int file : edited_) project_.write(path_of(file), "mine\n" + text_of(1, file));
    project_.write(".ddx/mine.md", "nowhere else\n");
  }

  void write_version(int version) {
    for (int file = 0; file < files_; ++file)
      upstream_.write(path_of(file).substr(5), text_of(version, file));
    upstream_.commit(fmt::format("version {}", version));
  }

  int ddx(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), DDX_PROGRAM);
    const RunResult result = run(project_.path(), arguments, environment_);
    UNSCOPED_INFO(result.err);
    return result.exit;
  }

  /// Begins the program. \returns its process
  [[nodiscard]] pid_t start(const std::vector<std::string>& arguments) const {
    std::vector<std::string> words{DDX_PROGRAM, "-C", project_.path().string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment_) variables.push_back(name + "=" + value);
    const auto pointers = [](std::vector<std::string>& strings) {
      std::vector<char*> raw;
      for (std::string& string : strings) raw.push_back(string.data());
      raw.push_back(nullptr);
      return raw;
    };
    const std::vector<char*> argv = pointers(words), envp = pointers(variables);
    const pid_t child = fork();
    if (child == 0) {
      const int nowhere = open("/dev/null", O_RDWR);
      for (const int stream : {0, 1, 2}) dup2(nowhere, stream);
      execve(argv[0], argv.data(), envp.data());
      _exit(127);
    }
    return child;
  }

  /// Of which version every file is, edits included; 0 if they are not all of one, or an edit is gone.
  [[nodiscard]] int version_on_disk() const {
    const std::string first = project_.read(path_of(1));
    const int version = first == text_of(1, 1) ? 1 : std::stoi(first.substr(first.rfind(' ')));
    for (int file = 0; file < files_; ++file) {
      const bool edited = std::binary_search(edited_.begin(), edited_.end(), file);
      const std::string expected = (edited ? "mine\n" : "") + text_of(version, file);
      if (project_.read(path_of(file)) != expected) return 0;
    }
    return project_.read(".ddx/mine.md") == "nowhere else\n" ? version : 0;
  }

  [[nodiscard]] const TestRepo& project() const { return project_; }
  [[nodiscard]] TestRepo& project() { return project_; }
  [[nodiscard]] const Environment& environment() const { return environment_; }

 private:
  static std::string path_of(int file) { return fmt::format(".ddx/d{}/f{}.md", file % 25, file); }

  int files_;
  TempDir folder_;
  TestRepo upstream_{folder_.path() / "upstream"}, project_{folder_.path() / "project"};
  Environment environment_ = clean_environment(folder_);
  std::vector<int> edited_;
};

int exit_of(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Does something again and again, until it goes.
class Meanwhile {
 public:
  explicit Meanwhile(const std::function<void()>& act)
      : thread_([this, act] {
          while (!stop_) {
            act();
            ++count_;
          }
        }) {}
  Meanwhile(const Meanwhile&) = delete;
  ~Meanwhile() { end(); }
  int end() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return count_;
  }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<int> count_{0};
  std::thread thread_;
};

/// Kills pulls of many files at random moments. \returns what was found out, with how often
std::string kill_at_random(int kills, unsigned seed, int& wrong) {
  Bench bench(many);
  std::mt19937 random(seed);
  bench.write_version(2);
  REQUIRE(bench.ddx({"pull", "--dry-run"}) == 0);
  const auto started = std::chrono::steady_clock::now();
  REQUIRE(bench.ddx({"pull"}) == 0);
  const auto whole = std::chrono::steady_clock::now() - started;
  int version = 2, killed = 0, finished = 0, undone = 0;
  for (int kill_number = 0; kill_number < kills; ++kill_number) {
    bench.write_version(++version);
    REQUIRE(bench.ddx({"pull", "--dry-run"}) == 0);  // fetches, so that the kill hits what comes after
    const pid_t child = bench.start({"pull"});
    std::uniform_int_distribution<long> moment(
        0, std::chrono::duration_cast<std::chrono::microseconds>(whole).count());
    std::this_thread::sleep_for(std::chrono::microseconds(moment(random)));
    kill(child, SIGKILL);
    killed += exit_of(child) == 128 + SIGKILL ? 1 : 0;
    // The next command that changes anything ends what was begun: here one that has nothing else to do.
    if (bench.ddx({"pull", "--offline"}) != 0) ++wrong;
    const int now = bench.version_on_disk();
    if (now != version && now != version - 1) ++wrong;
    (now == version ? finished : undone) += 1;
    if (bench.ddx({"pull"}) != 0 || bench.version_on_disk() != version) ++wrong;
  }
  if (bench.project().try_git({"fsck", "--no-dangling"}).exit != 0) ++wrong;
  if (fs::exists(bench.project().path() / ".git/index.lock")) ++wrong;
  return fmt::format(
      "{} pulls of {} files killed in the middle: {} were done afterwards, {} not begun, {} wrong", killed,
      many, finished, undone, wrong);
}

}  // namespace

TEST_CASE("eight pulls at once beside git commits in a loop lose nothing", "[faults][coexistence]") {
  Bench bench(60);
  int commits = 0, pulled = 0;
  Meanwhile committing([&] {
    bench.project().write("notes.txt", fmt::format("{}\n", commits + 1));
    bench.project().git({"add", "notes.txt"});
    bench.project().git({"commit", "-q", "-m", "notes"});
    ++commits;
  });
  for (int version = 2; version <= 4; ++version) {
    bench.write_version(version);
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
      children.push_back(bench.start({"pull", "--wait", "60", i % 4 == 0 ? "--commit" : "--no-commit"}));
    }
    for (const pid_t child : children) {
      const int code = exit_of(child);
      CHECK((code == 0 || code == 7));
      pulled += code == 0 ? 1 : 0;
    }
    CHECK(bench.ddx({"pull"}) == 0);
    CHECK(bench.version_on_disk() == version);
  }
  committing.end();
  WARN(fmt::format("{} of 24 pulls ended well beside {} commits", pulled, commits));
  CHECK(commits > 0);
  CHECK(pulled > 0);
  const std::string subjects = bench.project().git({"log", "--format=%s"});
  int found = 0;
  for (std::size_t at = 0; (at = subjects.find("notes", at)) != subjects.npos; ++at) ++found;
  CHECK(found == commits);
  CHECK(bench.project().git({"show", "HEAD:notes.txt"}) == std::to_string(commits));
  CHECK(bench.project().try_git({"fsck", "--no-dangling"}).exit == 0);
}

TEST_CASE("git gc, clean and stash beside a pull take nothing away", "[faults][coexistence]") {
  Bench bench(120);
  const TestRepo& project = bench.project();
  bench.write_version(2);
  {
    Meanwhile collecting([&] { project.try_git({"gc", "-q", "--prune=now"}); });
    Meanwhile cleaning([&] { project.try_git({"clean", "-fdxq", "-e", ".ddx/mine.md"}); });
    CHECK(bench.ddx({"pull"}) == 0);
  }
  CHECK(bench.version_on_disk() == 2);
  project.git({"gc", "-q", "--prune=now"});
  CHECK(bench.ddx({"rollback"}) == 0);
  CHECK(bench.version_on_disk() == 1);
  CHECK(project.try_git({"fsck", "--no-dangling"}).exit == 0);
}

TEST_CASE("while git is in the middle of something, a pull leaves it be and commits nothing",
          "[faults][coexistence]") {
  Bench bench(10);
  TestRepo& project = bench.project();
  project.git({"stash", "-q"});
  project.git({"checkout", "-q", "-b", "side"});
  project.write("notes.txt", "side\n");
  const std::string side = project.commit("side");
  project.git({"checkout", "-q", "main"});
  project.write("notes.txt", "main\n");
  project.commit("main");
  std::string file;
  SECTION("merge") {
    project.try_git({"merge", "side"});
    file = "MERGE_HEAD";
  }
  SECTION("rebase") {
    project.try_git({"rebase", "side"});
    file = "rebase-merge";
  }
  SECTION("cherry-pick") {
    project.try_git({"cherry-pick", side});
    file = "CHERRY_PICK_HEAD";
  }
  SECTION("revert") {
    project.try_git({"revert", side});
    file = "REVERT_HEAD";
  }
  SECTION("bisect") {
    project.git({"bisect", "start", "HEAD", "HEAD~1"});
    file = "BISECT_LOG";
  }
  REQUIRE(fs::exists(project.path() / ".git" / file));
  const std::string index = project.git({"ls-files", "--stage"}), head = project.git({"rev-parse", "HEAD"});
  bench.write_version(2);
  CHECK(bench.ddx({"pull", "--commit"}) == 7);
  CHECK(project.read(".ddx/d1/f1.md") == text_of(1, 1));
  CHECK(bench.ddx({"pull"}) == 0);
  CHECK(project.read(".ddx/d1/f1.md") == text_of(2, 1));
  CHECK(project.git({"ls-files", "--stage"}) == index);
  CHECK(project.git({"rev-parse", "HEAD"}) == head);
  CHECK(fs::exists(project.path() / ".git" / file));
}

TEST_CASE("a lock that git holds stops a commit, not a pull, and is not touched", "[faults][coexistence]") {
  Bench bench(10);
  const TestRepo& project = bench.project();
  const fs::path lock = project.path() / ".git/index.lock";
  write_file(lock, "git is at work");
  bench.write_version(2);
  CHECK(bench.ddx({"pull", "--commit", "--wait", "0"}) == 7);
  CHECK(bench.version_on_disk() == 1);
  CHECK(bench.ddx({"pull"}) == 0);
  CHECK(bench.version_on_disk() == 2);
  CHECK(read_file(lock) == "git is at work");
}

TEST_CASE("kill -9 in the middle of a pull of 500 files ends in the old or the new tree, edits included",
          "[faults][coexistence]") {
  int wrong = 0;
  WARN(kill_at_random(6, 1, wrong));
  CHECK(wrong == 0);
}

TEST_CASE("kill -9 in a loop", "[faults][coexistence][long]") {
  int wrong = 0;
  WARN(kill_at_random(200, 2, wrong));
  CHECK(wrong == 0);
}
