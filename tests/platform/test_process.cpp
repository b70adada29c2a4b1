#include "platform/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <system_error>

#include "ddx/error.hpp"
#include "platform/system.hpp"
#include "support/temp_dir.hpp"
#include "support/watchdog.hpp"

using namespace ddx;
using namespace std::chrono_literals;

namespace {

const std::atomic<bool> not_interrupted{false};

Process::Command shell(const std::string& script) {
  return {"/bin/sh", {"-c", script}, {{"PATH", "/usr/bin:/bin"}}};
}

std::string read_all(Process& process) {
  std::string all;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = process.read(buffer, 10s, not_interrupted))
    all.append(buffer.data(), count);
  return all;
}

}  // namespace

TEST_CASE("a child reads its input and writes output and errors apart", "[platform][process]") {
  Process process(shell("cat; echo oops >&2; exit 3"));
  process.write("hello");
  process.close_input();
  CHECK(read_all(process) == "hello");
  CHECK(process.wait(10s, not_interrupted) == 3);
  CHECK(process.error_text() == "oops\n");
}

TEST_CASE("a child sees the environment it is given and nothing else", "[platform][process]") {
  Process process({"/usr/bin/env", {}, {{"ONLY", "this"}}});
  CHECK(read_all(process) == "ONLY=this\n");
}

TEST_CASE("a child inherits no descriptor", "[platform][process]") {
  const int leaked = open("/dev/null", O_RDONLY);  // NOLINT: without O_CLOEXEC on purpose
  Process process(shell("ls /proc/self/fd | grep -c ."));
  const std::string with_leak = read_all(process);
  close(leaked);
  Process clean(shell("ls /proc/self/fd | grep -c ."));
  CHECK(with_leak == read_all(clean));
  CHECK(with_leak == "4\n");  // the three streams, and the folder that ls reads
}

TEST_CASE("writing to a child that has ended is an error and no signal", "[platform][process]") {
  Process process(shell("exit 0"));
  CHECK(read_all(process).empty());
  CHECK_THROWS_AS(
      [&] {
        for (;;) process.write("more");
      }(),
      std::system_error);
}

TEST_CASE("a silent child runs into the idle limit", "[platform][process]") {
  Process process(shell("exec sleep 60"));
  std::array<char, 10> buffer{};
  try {
    static_cast<void>(process.read(buffer, 50ms, not_interrupted));
    FAIL("it read something");
  } catch (const std::system_error& error) {
    CHECK(error.code() == std::errc::timed_out);
  }
}

TEST_CASE("a child that only complains runs into the idle limit, whether it is read or written to",
          "[platform][process]") {
  std::atomic<bool> interrupted{false};
  for (const bool reads : {true, false}) {
    for (const char* script : {"while :; do echo x >&2; sleep 0.01; done", "cat /dev/zero >&2; exit"}) {
      INFO(script);
      Process process(shell(script));
      std::array<char, 10> buffer{};
      test::Watchdog watchdog([&] { interrupted = true; }, 5s);
      try {
        if (reads) static_cast<void>(process.read(buffer, 300ms, interrupted));
        if (!reads) process.write(std::string(10u << 20, 'x'), 300ms, interrupted);
        FAIL("it came to an end");
      } catch (const std::system_error& error) {
        CHECK(error.code() == std::errc::timed_out);
      } catch (const Interrupted&) {
        FAIL_CHECK("the limit never ended");
      }
      interrupted = false;
    }
  }
}

TEST_CASE("an interrupt ends the wait for a line of a descriptor", "[platform]") {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const Descriptor reading(ends[0]), writing(ends[1]);
  REQUIRE(write(ends[1], "half a", 6) == 6);
  std::atomic<bool> interrupted{false};
  test::Watchdog watchdog([&] { static_cast<void>(!write(ends[1], "\n", 1)); }, 5s);
  test::Watchdog user([&] { interrupted = true; }, 50ms);
  CHECK_THROWS_AS(read_line_of_descriptor(ends[0], interrupted), Interrupted);
}

TEST_CASE("an interrupt ends the wait for a child", "[platform][process]") {
  Process process(shell("exec sleep 60"));
  const std::atomic<bool> interrupted{true};
  std::array<char, 10> buffer{};
  CHECK_THROWS_AS(process.read(buffer, 60s, interrupted), Interrupted);
}

TEST_CASE("a child that is no longer wanted is ended with its children", "[platform][process]") {
  int pid = 0;
  {
    Process process(shell("sleep 60 & echo $!; wait"));
    std::array<char, 32> buffer{};
    const std::size_t count = process.read(buffer, 10s, not_interrupted);
    pid = std::stoi(std::string(buffer.data(), count));
  }
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  const auto is_gone = [&] {
    const std::string state = "/proc/" + std::to_string(pid) + "/stat";
    return access(state.c_str(), F_OK) != 0 || test::read_file(state).find(") Z ") != std::string::npos;
  };
  while (!is_gone() && std::chrono::steady_clock::now() < deadline) usleep(1000);
  CHECK(is_gone());
}

TEST_CASE("a signal that ends a child shows in its status", "[platform][process]") {
  Process process(shell("kill -TERM $$"));
  CHECK(read_all(process).empty());
  CHECK(process.wait(10s, not_interrupted) == 128 + SIGTERM);
}

TEST_CASE("a program that is not there is an error", "[platform][process]") {
  CHECK_THROWS_AS(Process({"/nonexistent/program", {}, {}}), std::system_error);
}

TEST_CASE("programs are found in absolute folders of PATH only", "[platform][process]") {
  const test::TempDir folder;
  test::write_file(folder.path() / "tool", "#!/bin/sh\n");
  CHECK_FALSE(find_program("tool", folder.path().string()).has_value());  // not executable
  std::filesystem::permissions(folder.path() / "tool", std::filesystem::perms::owner_all);
  CHECK(find_program("tool", "/nonexistent:" + folder.path().string()) == folder.path() / "tool");
  CHECK_FALSE(find_program("tool", "").has_value());
  const auto relative = std::filesystem::relative(folder.path());
  CHECK_FALSE(find_program("tool", ".:" + relative.string()).has_value());
}

TEST_CASE("waiting for a child can have a limit, also while it is silent", "[platform][process]") {
  Process quick(shell("echo oops >&2; exit 3"));
  CHECK(quick.wait_for(10s, not_interrupted) == 3);
  CHECK(quick.error_text() == "oops\n");
  Process slow(shell("exec >&- 2>&-; sleep 100"));
  CHECK_FALSE(slow.wait_for(50ms, not_interrupted));
  const std::atomic<bool> interrupted{true};
  CHECK_THROWS_AS(slow.wait_for(10s, interrupted), Interrupted);
}

TEST_CASE("a child that complains without end can be waited for with a limit", "[platform][process]") {
  Process process(shell("exec cat /dev/zero >&2"));
  std::atomic<bool> interrupted{false};
  CHECK_FALSE(process.wait_for(50ms, interrupted));
  test::Watchdog user([&] { interrupted = true; }, 50ms);
  CHECK_THROWS_AS(process.wait_for(60s, interrupted), Interrupted);
}

TEST_CASE("a process with secrets leaves no core dump and lets nobody look into it", "[platform][process]") {
  const pid_t child = fork();
  if (child == 0) {
    keep_memory_private();
    rlimit limit{};
    getrlimit(RLIMIT_CORE, &limit);
    _exit(limit.rlim_cur == 0 && limit.rlim_max == 0 && prctl(PR_GET_DUMPABLE) == 0 ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(status == 0);
}

TEST_CASE("a child that stops reading is noticed, and an interrupt meanwhile too", "[platform][process]") {
  const std::string much(10u << 20, 'x');
  std::atomic<bool> interrupted{false};
  Process process({"/bin/sleep", {"1000"}, {}});
  try {
    process.write(much, std::chrono::milliseconds(100), interrupted);
    FAIL("it was taken");
  } catch (const std::system_error& error) {
    CHECK(error.code().value() == ETIMEDOUT);
  }
  interrupted = true;
  CHECK_THROWS_AS(process.write(much, std::chrono::milliseconds(0), interrupted), Interrupted);
}
