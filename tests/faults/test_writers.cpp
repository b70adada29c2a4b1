#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <csignal>
#include <thread>

#include "ddx/error.hpp"
#include "ddx/init.hpp"
#include "faults/verbs.hpp"
#include "transaction/writer_lock.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// Another ddx that holds the writer lock until it is told to go on, or killed.
class Holder {
 public:
  explicit Holder(const Workspace& workspace, const std::string& machine_name = "") {
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    REQUIRE(pipe(go_on_) == 0);
    Machine machine;
    machine.host.invocation.command = "ddx pull --commit";
    if (!machine_name.empty()) machine.host.invocation.machine = machine_name;
    child_ = fork();
    if (child_ == 0) {
      const WriterLock lock = WriterLock::take(workspace, machine.host);
      char byte = 'x';
      const bool told = write(ready[1], &byte, 1) == 1 && read(go_on_[0], &byte, 1) == 1;
      _exit(told ? 0 : 1);
    }
    char byte = 0;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    close(ready[1]);
  }
  Holder(const Holder&) = delete;
  ~Holder() {
    if (child_ > 0) end(SIGKILL);
    close(go_on_[0]);
    close(go_on_[1]);
  }

  [[nodiscard]] pid_t process() const { return child_; }
  void release() const { REQUIRE(write(go_on_[1], "x", 1) == 1); }
  void end(int signal) {
    kill(child_, signal);
    waitpid(child_, nullptr, 0);
    child_ = -1;
  }

 private:
  pid_t child_ = -1;
  int go_on_[2]{};
};

}  // namespace

TEST_CASE("a second ddx is told who works here", "[faults][writers]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const Holder holder(workspace_of(project));
  Machine machine;
  machine.host.patience = std::chrono::milliseconds(20);
  try {
    pull_offline(project, machine.host);
    FAIL("it did not wait");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::busy);
    CHECK(exit_code(error.code()) == 7);
    REQUIRE(error.steps().size() == 1);
    CHECK(error.steps()[0].subject == "process " + std::to_string(holder.process()));
    CHECK(std::string(error.what())
              .find("another ddx is working in this repository, with 'ddx pull --commit' since 20") == 0);
  }
  CHECK(difference(look_at(project), look_at(scene.folder() / "original")).empty());
}

TEST_CASE("who works here from another machine is named with it", "[faults][writers]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const Holder holder(workspace_of(project), "build7");
  Machine machine;
  machine.host.patience = std::chrono::milliseconds(0);
  try {
    pull_offline(project, machine.host);
    FAIL("it did not wait");
  } catch (const Error& error) {
    REQUIRE(error.steps().size() == 1);
    CHECK(error.steps()[0].subject == "process " + std::to_string(holder.process()) + " on build7");
  }
}

TEST_CASE("without locks a change is refused, unless there is a single writer", "[faults][writers][lesser]") {
  const Scene scene;
  const LesserDisk disk(Lacks{false, false, false, true});
  const fs::path project = scene.fresh();
  Machine machine;
  try {
    pull_offline(project, machine.host);
    FAIL("it took no notice");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::locking_unsupported);
    CHECK(exit_code(error.code()) == 8);
    CHECK(error.aftermath() == Aftermath::nothing_changed);
  }
  CHECK(difference(look_at(project), look_at(scene.folder() / "original")).empty());
  Machine alone;
  alone.host.assume_single_writer = true;
  pull_offline(project, alone.host);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
}

TEST_CASE("a second ddx waits its turn", "[faults][writers]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const Holder holder(workspace_of(project));
  std::size_t tries = 0;
  Machine machine([&](const FaultyFiles::Call& call) {
    if (call.name == "try_lock" && ++tries == 2) holder.release();
  });
  pull_offline(project, machine.host);
  CHECK(tries >= 2);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
}

TEST_CASE("the lock dies with its holder", "[faults][writers]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  Holder holder(workspace_of(project));
  holder.end(SIGKILL);
  Machine machine;
  machine.host.patience = std::chrono::milliseconds(0);
  pull_offline(project, machine.host);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
}

TEST_CASE("eight pulls at once end as one after the other", "[faults][writers]") {
  constexpr int pulls = 8;
  const Scene scene;
  Machine alone;
  pull_offline(scene.fresh(), alone.host);
  const Visible expected = look_at(scene.folder() / "project");
  const fs::path project = scene.fresh();
  std::vector<pid_t> children;
  for (int i = 0; i < pulls; ++i) {
    Machine machine;  // each has its own number, so that no two ids are alike
    const pid_t child = fork();
    if (child == 0) {
      try {
        pull_offline(project, machine.host);
        _exit(0);
      } catch (const Error& error) {
        _exit(exit_code(error.code()));
      } catch (const std::exception&) {
        _exit(70);
      }
    }
    children.push_back(child);
  }
  int done = 0;
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    const int code = WEXITSTATUS(status);
    CHECK((code == 0 || code == 3 || code == 7));  // 3: the pull of another one is open
    done += code == 0 ? 1 : 0;
  }
  CHECK(done == 1);
  CHECK(difference(look_at(project), expected).empty());
  CHECK(fs::is_empty(project / ".git/ddx/ops"));
}

TEST_CASE("flushes do not grow with the number of files", "[faults][flushes]") {
  const auto flushes = [](int files) {
    TempDir folder;
    TestRepo upstream(folder.path() / "upstream");
    for (int i = 0; i < files; ++i) upstream.write("f" + std::to_string(i), std::to_string(i));
    upstream.commit("first");
    TestRepo project(folder.path() / "project");
    Machine machine;
    InitRequest request;
    request.url = upstream.path().string();
    init(project.path(), request, machine.host);
    return machine.files.flushes();
  };
  const std::size_t few = flushes(20);
  WARN(few << " flushes an init");
  CHECK(flushes(200) == few);
}
