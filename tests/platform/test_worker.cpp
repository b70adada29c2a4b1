#include "platform/worker.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>
#include <vector>

#include "ddx/error.hpp"
#include "support/temp_dir.hpp"

using namespace ddx;
using namespace std::chrono_literals;

namespace {

const std::atomic<bool> not_interrupted{false};

void no_answer(std::string_view, WorkerLine&) {}

/// Everything that a worker says.
std::vector<std::string> messages_of(const std::function<void(WorkerLine&)>& work) {
  std::vector<std::string> messages;
  run_worker(
      {}, work, [&](std::string_view message, WorkerLine&) { messages.emplace_back(message); },
      not_interrupted);
  return messages;
}

WorkerFailure::Cause cause_of(const WorkerLimits& limits, const std::function<void(WorkerLine&)>& work) {
  try {
    run_worker(limits, work, no_answer, not_interrupted);
  } catch (const WorkerFailure& failure) {
    return failure.cause();
  }
  FAIL("the worker did not fail");
  throw std::logic_error("unreachable");
}

bool is_running(pid_t pid) { return kill(pid, 0) == 0; }

}  // namespace

TEST_CASE("a worker's messages arrive whole and in order", "[platform][worker]") {
  const std::string big(3'000'000, 'x');
  const auto messages = messages_of([&](WorkerLine& line) {
    line.send("first");
    line.send("");
    line.send(big);
  });
  CHECK(messages == std::vector<std::string>{"first", "", big});
}

TEST_CASE("a worker can ask and gets an answer", "[platform][worker]") {
  std::vector<std::string> heard;
  run_worker(
      {},
      [](WorkerLine& line) {
        line.send("who?");
        line.send("it was " + line.receive(10s, not_interrupted).value_or("nobody"));
      },
      [&](std::string_view message, WorkerLine& line) {
        heard.emplace_back(message);
        if (message == "who?") line.send("me");
      },
      not_interrupted);
  CHECK(heard == std::vector<std::string>{"who?", "it was me"});
}

TEST_CASE("what a worker does to memory is not seen by who started it", "[platform][worker]") {
  int value = 1;
  messages_of([&](WorkerLine&) { value = 2; });
  CHECK(value == 1);
}

TEST_CASE("a worker that crashes is an exception here", "[platform][worker]") {
  const auto crash = [](WorkerLine&) {
    std::signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
  };
  CHECK(cause_of({}, crash) == WorkerFailure::Cause::crashed);
}

TEST_CASE("an exception that a worker lets out does not come back into our stack", "[platform][worker]") {
  CHECK(cause_of({}, [](WorkerLine&) { throw std::runtime_error("lost"); }) == WorkerFailure::Cause::lost);
}

TEST_CASE("a worker in an endless loop is ended by the limit of its processor time", "[platform][worker]") {
  WorkerLimits limits;
  limits.cpu = 1s;
  const auto loop = [](WorkerLine&) {
    for (volatile unsigned long turns = 0;;) turns = turns + 1;
  };
  CHECK(cause_of(limits, loop) == WorkerFailure::Cause::cpu);
}

TEST_CASE("a worker that says nothing for too long is ended", "[platform][worker]") {
  WorkerLimits limits;
  limits.silence = 100ms;
  pid_t worker = 0;
  try {
    run_worker(
        limits,
        [](WorkerLine& line) {
          std::signal(SIGTERM, SIG_DFL);  // Catch2 would report it
          line.send(std::to_string(getpid()));
          pause();
        },
        [&](std::string_view message, WorkerLine&) { worker = std::stoi(std::string(message)); },
        not_interrupted);
    FAIL("it came to an end");
  } catch (const WorkerFailure& failure) {
    CHECK(failure.cause() == WorkerFailure::Cause::silent);
  }
  CHECK_FALSE(is_running(worker));
}

TEST_CASE("an interrupt ends the worker, even one that does not listen to it", "[platform][worker]") {
  std::atomic<bool> interrupted{false};
  pid_t worker = 0;
  const auto run = [&] {
    run_worker(
        {},
        [](WorkerLine& line) {
          std::signal(SIGTERM, SIG_IGN);
          line.send(std::to_string(getpid()));
          for (;;) pause();
        },
        [&](std::string_view message, WorkerLine&) {
          worker = std::stoi(std::string(message));
          interrupted = true;
        },
        interrupted);
  };
  CHECK_THROWS_AS(run(), Interrupted);
  CHECK_FALSE(is_running(worker));
}

TEST_CASE("an interrupt stays one when the worker heard of it first", "[platform][worker]") {
  std::atomic<bool> interrupted{false};
  const auto run = [&] {
    run_worker(
        {}, [](WorkerLine& line) { line.send("a question"); },
        [&](std::string_view, WorkerLine& line) {
          interrupted = true;
          for (;;) line.send("an answer that nobody takes");
        },
        interrupted);
  };
  CHECK_THROWS_AS(run(), Interrupted);
}

TEST_CASE("a failure of who answers ends the worker and goes on", "[platform][worker]") {
  const auto run = [&] {
    run_worker(
        {},
        [](WorkerLine& line) {
          std::signal(SIGTERM, SIG_DFL);
          line.send("x");
          pause();
        },
        [](std::string_view, WorkerLine&) { throw std::out_of_range("no"); }, not_interrupted);
  };
  CHECK_THROWS_AS(run(), std::out_of_range);
}

TEST_CASE("a worker cannot write a file above its limit", "[platform][worker]") {
  const test::TempDir folder;
  WorkerLimits limits;
  limits.file_bytes = 1000;
  std::string said;
  run_worker(
      limits,
      [&](WorkerLine& line) {
        std::ofstream out(folder.path() / "file");
        out << std::string(5000, 'x') << std::flush;
        line.send(out ? "written" : "refused");
      },
      [&](std::string_view message, WorkerLine&) { said = message; }, not_interrupted);
  CHECK(said == "refused");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a worker cannot take more memory than its limit", "[platform][worker]") {
  WorkerLimits limits;
  limits.memory_bytes = 64u << 20;
  std::string said;
  run_worker(
      limits,
      [&](WorkerLine& line) {
        try {
          const std::string big(256u << 20, 'x');
          line.send("taken");
        } catch (const std::bad_alloc&) {
          line.send("refused");
        }
      },
      [&](std::string_view message, WorkerLine&) { said = message; }, not_interrupted);
  CHECK(said == "refused");
}
#endif

TEST_CASE("a worker dies with the process that started it", "[platform][worker]") {
  const test::TempDir folder;
  const auto pid_file = folder.path() / "pid";
  const pid_t starter = fork();
  REQUIRE(starter >= 0);
  if (starter == 0) {
    try {
      run_worker(
          {},
          [&](WorkerLine&) {
            std::ofstream(folder.path() / "new") << getpid();
            std::filesystem::rename(folder.path() / "new", pid_file);
            for (;;) pause();
          },
          no_answer, not_interrupted);
    } catch (const std::exception&) {
    }
    _exit(0);
  }
  while (!std::filesystem::exists(pid_file)) std::this_thread::sleep_for(1ms);
  pid_t worker = 0;
  std::ifstream(pid_file) >> worker;
  kill(starter, SIGKILL);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (is_running(worker) && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(1ms);
  CHECK_FALSE(is_running(worker));
}
