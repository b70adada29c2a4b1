#include <unistd.h>

#include <csignal>

#include "platform/signals.hpp"

namespace ddx {

namespace {

// A signal handler can reach nothing but static storage.
std::atomic<bool> interrupted{false};
std::atomic<int> first_signal{0};

void remember(int signal) {
  int none = 0;
  first_signal.compare_exchange_strong(none, signal);
  interrupted = true;
}

}  // namespace

const std::atomic<bool>& watch_signals() {
  struct sigaction action = {};
  action.sa_handler = remember;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // and no SA_RESTART: a wait has to return
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before = {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);  // nohup stays nohup
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit then fails with EFBIG
  return interrupted;
}

int caught_signal() { return first_signal; }

void end_by_signal(int signal) {
  std::signal(signal, SIG_DFL);
  raise(signal);
  _exit(128 + signal);
}

}  // namespace ddx
