#include "support/pty.hpp"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <stdexcept>

namespace ddx::test {

Pty::Pty(const std::filesystem::path& in, const std::vector<std::string>& command,
         const Environment& environment, int columns) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  std::vector<char*> argv, envp;
  for (const auto& argument : command) argv.push_back(const_cast<char*>(argument.c_str()));
  for (const auto& variable : variables) envp.push_back(const_cast<char*>(variable.c_str()));
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  winsize size{};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = 24;
  pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
  if (pid_ < 0) throw std::runtime_error("cannot make a terminal");
  if (pid_ == 0) {
    if (chdir(in.c_str()) == 0) execvpe(argv[0], argv.data(), envp.data());
    _exit(127);
  }
}

Pty::~Pty() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(terminal_);
}

void Pty::send(const std::string& keys) {
  if (write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
    throw std::runtime_error("cannot type at the terminal");
}

bool Pty::read_some() {
  constexpr int patience_ms = 20'000;
  pollfd waiting{terminal_, POLLIN, 0};
  if (poll(&waiting, 1, patience_ms) == 0)
    throw std::runtime_error("the terminal stays silent; it shows:\n" + shown_);
  char buffer[4096];
  const ssize_t count = read(terminal_, buffer, sizeof buffer);
  if (count <= 0) return false;
  shown_.append(buffer, static_cast<std::size_t>(count));
  return true;
}

void Pty::wait_for(const std::string& text) {
  std::size_t found = 0;
  while ((found = shown_.find(text, waited_up_to_)) == std::string::npos) {
    if (!read_some()) throw std::runtime_error("'" + text + "' never came; the terminal shows:\n" + shown_);
  }
  waited_up_to_ = found + text.size();
}

bool Pty::is_as_usual() const {
  termios settings{};
  if (tcgetattr(terminal_, &settings) != 0) throw std::runtime_error("cannot look at the terminal");
  return (settings.c_lflag & ICANON) != 0 && (settings.c_lflag & ECHO) != 0;
}

int Pty::wait() {
  while (read_some()) continue;
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace ddx::test
