#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "ddx/secret.hpp"

namespace ddx {

class Files;

/// Where a long piece of work stands. `total` is zero while nobody knows it.
struct Progress {
  enum class Phase { connect, receive, read, plan, stage, wait_for_disk, apply, send };
  Phase phase;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t bytes = 0;
};

/// What the engine tells its host while it works. All text may hold bytes from upstream: the host sanitizes.
class Events {
 public:
  virtual ~Events() = default;
  virtual void progress(const Progress& progress) = 0;
  /// A fact worth a line on stderr ("an interrupted pull was finished").
  virtual void note(const std::string& text) = 0;
  virtual void warning(const std::string& text) = 0;
  /// For `--verbose` and the log file only.
  virtual void trace(const std::string& text) = 0;
};

/// Who runs this command: for the audit log, and for whom has to wait.
struct Invocation {
  std::string user;     ///< login name, or the user's number
  std::string machine;  ///< host name
  std::string command;  ///< the command line, quoted for a shell; credentials in URLs are left out
  std::optional<std::chrono::system_clock::time_point> started = {};
};

/// Somebody at a terminal, who can be asked while a command runs.
class Person {
 public:
  virtual ~Person() = default;
  /// \throws Interrupted
  virtual std::string ask(const std::string& question) = 0;
  /// Without showing what is typed. \throws Interrupted
  virtual Secret ask_secret(const std::string& question) = 0;
};

/// Everything the engine asks of the outside world. Built in `main`, or by a test. Nothing below the
/// CLI reads the clock, the environment, the current directory or randomness in another way.
struct Host {
  Files& files;
  Events& events;
  /// Set by a signal handler; long work asks it and throws `Interrupted` while nothing is changed yet.
  const std::atomic<bool>& interrupted;
  std::function<std::chrono::system_clock::time_point()> now;
  std::function<std::array<std::byte, 10>()> random;
  std::function<std::optional<std::string>(const char* name)> environment;
  std::filesystem::path current_directory;
  Invocation invocation;
  /// How long to wait for another ddx or for git's index.lock; zero means "do not wait".
  std::chrono::milliseconds patience{10'000};
  /// `--insecure-http`: plain HTTP to other machines.
  bool allow_insecure_http = false;
  /// `--assume-single-writer`: go on where the file system has no locks.
  bool assume_single_writer = false;
  /// A token that was handed to this command, for its upstream only.
  Secret token = {};
  /// Null where nobody can be asked.
  Person* person = nullptr;
  /// The whole environment, for the user's programs that the engine starts.
  std::function<std::map<std::string, std::string>()> variables = {};
  std::string token_source = "--token-stdin";  ///< how it was handed over
  std::string token_user = {};  ///< what came with it; empty: the name that the platform expects

  /// The same world, told about the work in another way.
  [[nodiscard]] Host with(Events& other) const {
    return {files,
            other,
            interrupted,
            now,
            random,
            environment,
            current_directory,
            invocation,
            patience,
            allow_insecure_http,
            assume_single_writer,
            token,
            person,
            variables,
            token_source,
            token_user};
  }
};

}  // namespace ddx
