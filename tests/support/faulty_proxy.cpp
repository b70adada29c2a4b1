#include "support/faulty_proxy.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace ddx::test {

namespace {

constexpr int tick_ms = 20;

bool is_ready(int socket) {
  pollfd watched{socket, POLLIN, 0};
  return poll(&watched, 1, tick_ms) > 0;
}

/// Closing then sends a reset instead of an orderly end.
void make_close_reset(const Descriptor& socket) {
  const linger at_once{1, 0};
  setsockopt(socket.native(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/// \returns the bytes passed on, or nothing at the end of `from`
std::size_t pass_on(const Descriptor& from, const Descriptor& to, std::size_t limit) {
  std::array<char, 16384> buffer{};
  const ssize_t count = recv(from.native(), buffer.data(), buffer.size(), 0);
  if (count <= 0) return 0;
  const std::size_t passed = std::min(static_cast<std::size_t>(count), limit);
  if (send(to.native(), buffer.data(), passed, MSG_NOSIGNAL) < 0) return 0;
  return passed;
}

}  // namespace

FaultyProxy::FaultyProxy(int server_port, std::vector<Step> steps)
    : server_port_(server_port), steps_(std::move(steps)), thread_([this] { serve(); }) {}

FaultyProxy::~FaultyProxy() {
  ending_ = true;
  thread_.join();
}

std::string FaultyProxy::url(const std::string& path) const {
  return fmt::format("http://127.0.0.1:{}{}", listener_.port, path);
}

void FaultyProxy::serve() {
  std::vector<std::thread> workers;
  while (!ending_) {
    if (!is_ready(listener_.socket.native())) continue;
    Descriptor client(accept4(listener_.socket.native(), nullptr, nullptr, SOCK_CLOEXEC));
    const std::size_t number = static_cast<std::size_t>(connections_++);
    const Step step = steps_[std::min(number, steps_.size() - 1)];
    workers.emplace_back([this, step, mine = std::move(client)]() mutable { handle(std::move(mine), step); });
  }
  for (std::thread& worker : workers) worker.join();
}

void FaultyProxy::handle(Descriptor client, Step step) const {
  if (step.fault == Fault::reset) {
    make_close_reset(client);
    return;
  }
  if (step.fault == Fault::stall) {
    while (!ending_) is_ready(-1);
    return;
  }
  const Descriptor server = connect_to(server_port_);
  std::size_t left = step.fault == Fault::cut ? step.after_bytes : SIZE_MAX;
  while (!ending_ && left > 0) {
    std::array<pollfd, 2> watched{pollfd{client.native(), POLLIN, 0}, pollfd{server.native(), POLLIN, 0}};
    if (poll(watched.data(), watched.size(), tick_ms) <= 0) continue;
    if (watched[0].revents != 0 && pass_on(client, server, SIZE_MAX) == 0) return;
    if (watched[1].revents == 0) continue;
    const std::size_t passed = pass_on(server, client, left);
    if (passed == 0) return;
    if (left != SIZE_MAX) left -= passed;
  }
}

}  // namespace ddx::test
