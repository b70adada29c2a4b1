#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "support/run.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

namespace ddx::test {

namespace fs = std::filesystem;

TempDir::TempDir() {
  std::string pattern = (fs::temp_directory_path() / "ddx-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  path_ = fs::canonical(pattern);
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void write_file(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << bytes;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Environment clean_environment(const fs::path& home) {
  return {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
          {"HOME", home.string()},
          {"LC_ALL", "C.UTF-8"},
          {"TZ", "UTC"},
          {"GIT_CONFIG_NOSYSTEM", "1"},
          {"GIT_AUTHOR_NAME", "Ada Author"},
          {"GIT_AUTHOR_EMAIL", "ada@example.com"},
          {"GIT_COMMITTER_NAME", "Carl Committer"},
          {"GIT_COMMITTER_EMAIL", "carl@example.com"}};
}

RunResult run(const fs::path& in, const std::vector<std::string>& command, const Environment& environment,
              const std::string& input) {
  int in_pipe[2], out_pipe[2], err_pipe[2];
  if (pipe2(in_pipe, O_CLOEXEC) != 0 || pipe2(out_pipe, O_CLOEXEC) != 0 || pipe2(err_pipe, O_CLOEXEC) != 0)
    throw std::runtime_error("cannot make pipes");
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  std::vector<char*> argv, envp;
  for (const auto& argument : command) argv.push_back(const_cast<char*>(argument.c_str()));
  for (const auto& variable : variables) envp.push_back(const_cast<char*>(variable.c_str()));
  argv.push_back(nullptr);
  envp.push_back(nullptr);

  const pid_t child = fork();
  if (child == 0) {
    dup2(in_pipe[0], 0);
    dup2(out_pipe[1], 1);
    dup2(err_pipe[1], 2);
    if (chdir(in.c_str()) == 0) execvpe(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  close(in_pipe[0]);
  close(out_pipe[1]);
  close(err_pipe[1]);
  const auto drain = [](int from, std::string& into) {
    char buffer[65536];
    for (ssize_t count; (count = read(from, buffer, sizeof buffer)) > 0;)
      into.append(buffer, static_cast<std::size_t>(count));
    close(from);
  };
  RunResult result;
  std::thread errors([&] { drain(err_pipe[0], result.err); });
  std::thread feeder([&] {
    std::size_t done = 0;
    while (done < input.size()) {
      const ssize_t count = write(in_pipe[1], input.data() + done, input.size() - done);
      if (count <= 0) break;
      done += static_cast<std::size_t>(count);
    }
    close(in_pipe[1]);
  });
  drain(out_pipe[0], result.out);
  errors.join();
  feeder.join();
  int status = 0;
  waitpid(child, &status, 0);
  result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

namespace {

/// An empty folder that serves as HOME for every git of the tests.
const fs::path& empty_home() {
  static const TempDir home;
  return home.path();
}

}  // namespace

TestRepo::TestRepo(fs::path path) : path_(std::move(path)) {
  fs::create_directories(path_);
  git({"init", "-q", "-b", "main"});
}

TestRepo TestRepo::existing(fs::path path) { return {Existing{}, std::move(path)}; }

RunResult TestRepo::try_git(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command{"git"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Environment environment = clean_environment(empty_home());
  const std::string date = std::to_string(1'700'000'000 + 60 * commits_) + " +0000";
  environment["GIT_AUTHOR_DATE"] = date;
  environment["GIT_COMMITTER_DATE"] = date;
  return run(path_, command, environment);
}

std::string TestRepo::git(const std::vector<std::string>& arguments) const {
  RunResult result = try_git(arguments);
  if (result.exit != 0) {
    std::string words;
    for (const auto& argument : arguments) words += " " + argument;
    throw std::runtime_error("git" + words + " failed: " + result.err);
  }
  if (result.out.ends_with('\n')) result.out.pop_back();
  return result.out;
}

void TestRepo::write(const std::string& path, const std::string& bytes) const {
  write_file(path_ / path, bytes);
}
void TestRepo::remove(const std::string& path) const { fs::remove_all(path_ / path); }
std::string TestRepo::read(const std::string& path) const { return read_file(path_ / path); }
bool TestRepo::exists(const std::string& path) const { return fs::exists(fs::symlink_status(path_ / path)); }

std::string TestRepo::commit(const std::string& message) {
  ++commits_;
  git({"add", "-A"});
  git({"commit", "-q", "--allow-empty", "-m", message});
  return git({"rev-parse", "HEAD"});
}

std::map<std::string, std::string> tree_on_disk(const fs::path& root) {
  std::map<std::string, std::string> found;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator();
       ++entry) {
    if (entry->path().filename() == ".git") {
      entry.disable_recursion_pending();
      continue;
    }
    const std::string name = entry->path().lexically_relative(root).generic_string();
    if (entry->is_symlink()) {
      found[name] = "link " + fs::read_symlink(entry->path()).string();
    } else if (entry->is_regular_file()) {
      const bool executable = (entry->status().permissions() & fs::perms::owner_exec) != fs::perms::none;
      found[name] = (executable ? "755 " : "644 ") + read_file(entry->path());
    }
  }
  return found;
}

TestHost::TestHost() : TestHost(real_) {}

TestHost::TestHost(Files& files)
    : clock_(std::chrono::sys_seconds(std::chrono::seconds(1'800'000'000))),
      host_{files,
            *this,
            interrupted,
            [this] { return clock_ += std::chrono::seconds(1); },
            [this] {
              std::array<std::byte, 10> bytes{};
              ++seed_;
              for (std::size_t i = 0; i < bytes.size(); ++i)
                bytes[i] = static_cast<std::byte>((seed_ * 2654435761u) >> (8 * (i % 4)));
              return bytes;
            },
            [this](const char* name) -> std::optional<std::string> {
              const auto found = environment.find(name);
              if (found == environment.end()) return std::nullopt;
              return found->second;
            },
            fs::current_path(),
            {"ada", "workbench", "ddx test"}} {
  host_.variables = [this] { return environment; };
  environment = clean_environment(empty_home());
  std::erase_if(environment, [](const auto& variable) {  // a test says by git's settings who it is
    return variable.first.starts_with("GIT_AUTHOR_") || variable.first.starts_with("GIT_COMMITTER_");
  });
}

}  // namespace ddx::test
