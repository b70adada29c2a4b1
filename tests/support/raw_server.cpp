#include "support/raw_server.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace ddx::test {

namespace {

constexpr int tick_ms = 20;
constexpr int drip_ms = 50;
constexpr std::size_t drop_bytes = 8;

bool is_ready(int socket, short what) {
  pollfd watched{socket, what, 0};
  return poll(&watched, 1, tick_ms) > 0;
}

std::size_t content_length(const std::string& head) {
  constexpr std::string_view name = "\r\nContent-Length: ";
  const std::size_t start = head.find(name);
  std::size_t length = 0;
  if (start != head.npos)
    std::from_chars(head.data() + start + name.size(), head.data() + head.size(), length);
  return length;
}

}  // namespace

RawServer::RawServer(Respond respond) : respond_(std::move(respond)), thread_([this] { serve(); }) {}

RawServer::~RawServer() {
  ending_ = true;
  thread_.join();
}

std::string RawServer::url(const std::string& path) const {
  return fmt::format("http://127.0.0.1:{}{}", listener_.port, path);
}

std::vector<std::string> RawServer::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

void RawServer::serve() {
  std::vector<std::thread> workers;
  while (!ending_) {
    if (!is_ready(listener_.socket.native(), POLLIN)) continue;
    Descriptor client(accept4(listener_.socket.native(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    workers.emplace_back([this, mine = std::move(client)]() mutable { handle(std::move(mine)); });
  }
  for (std::thread& worker : workers) worker.join();
}

bool RawServer::receive(const Descriptor& client, Request& request) const {
  std::string bytes;
  std::size_t head_end = bytes.npos;
  while (head_end == bytes.npos || bytes.size() < head_end + content_length(request.head)) {
    if (ending_) return false;
    if (!is_ready(client.native(), POLLIN)) continue;
    std::array<char, 16384> buffer{};
    const ssize_t count = recv(client.native(), buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
    if (head_end != bytes.npos) continue;
    head_end = bytes.find("\r\n\r\n");
    if (head_end == bytes.npos) continue;
    head_end += 4;
    request.head = bytes.substr(0, head_end);
  }
  request.body = bytes.substr(head_end);
  const std::size_t space = request.head.find(' ');
  request.method = request.head.substr(0, space);
  request.target = request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
  return true;
}

/// \returns false when the client has gone, or the server is to end
bool RawServer::send_all(const Descriptor& client, std::string_view bytes) const {
  while (!bytes.empty()) {
    if (ending_) return false;
    if (!is_ready(client.native(), POLLOUT)) continue;
    const ssize_t count = send(client.native(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void RawServer::handle(Descriptor client) {
  Request request;
  if (!receive(client, request)) return;
  {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request.method + " " + request.target);
  }
  const Answer answer = respond_(request);
  if (!send_all(client, answer.bytes)) return;
  switch (answer.then) {
    case Then::close:
      return;
    case Then::reset: {
      const linger at_once{1, 0};
      setsockopt(client.native(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      return;
    }
    case Then::stall:
      while (!ending_) is_ready(-1, 0);
      return;
    case Then::repeat:
      while (send_all(client, answer.more)) continue;
      return;
    case Then::drip:
      for (std::size_t at = 0; send_all(client, std::string_view(answer.more).substr(at, drop_bytes));) {
        at = at + drop_bytes < answer.more.size() ? at + drop_bytes : 0;
        poll(nullptr, 0, drip_ms);
      }
  }
}

std::string http_answer(const std::string& status, const std::string& content_type, const std::string& body,
                        const std::string& more_headers) {
  return fmt::format("HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}",
                     status, content_type, body.size(), more_headers, body);
}

std::string http_answer_without_length(const std::string& content_type, const std::string& body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: {}\r\nConnection: close\r\n\r\n{}", content_type,
                     body);
}

}  // namespace ddx::test
