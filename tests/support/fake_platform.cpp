#include "support/fake_platform.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <sstream>

namespace ddx::test {

namespace {

constexpr int tick_ms = 20;

bool is_ready(int socket, int wait_ms) {
  pollfd watched{socket, POLLIN, 0};
  return poll(&watched, 1, wait_ms) > 0;
}

std::size_t length_of(const FakePlatform::Request& request) {
  const auto found = request.headers.find("content-length");
  return found == request.headers.end() ? 0 : std::stoul(found->second);
}

FakePlatform::Request parse_head(const std::string& head) {
  FakePlatform::Request request;
  std::istringstream lines(head);
  lines >> request.method >> request.path;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && line != "\r") {
    const std::size_t colon = line.find(':');
    if (colon == line.npos) continue;
    std::string name = line.substr(0, colon);
    for (char& letter : name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    std::string value = line.substr(colon + 2);
    if (value.ends_with('\r')) value.pop_back();
    request.headers[name] = value;
  }
  return request;
}

}  // namespace

FakePlatform::FakePlatform(Behaviour behaviour)
    : behaviour_(std::move(behaviour)), thread_([this] { serve(); }) {}

FakePlatform::~FakePlatform() {
  ending_ = true;
  thread_.join();
}

std::string FakePlatform::url() const { return fmt::format("http://127.0.0.1:{}", listener_.port); }

std::vector<FakePlatform::Request> FakePlatform::requests() {
  const std::lock_guard lock(guard_);
  return requests_;
}

std::vector<FakePlatform::Answer> FakePlatform::answers() {
  const std::lock_guard lock(guard_);
  return answers_;
}

void FakePlatform::serve() {
  while (!ending_) {
    if (!is_ready(listener_.socket.native(), tick_ms)) continue;
    answer(Descriptor(accept4(listener_.socket.native(), nullptr, nullptr, SOCK_CLOEXEC)));
  }
}

void FakePlatform::answer(const Descriptor& client) {
  std::string text;
  std::size_t head_end = std::string::npos;
  Request request;
  std::array<char, 16384> buffer{};
  while (head_end == std::string::npos || text.size() < head_end + 4 + length_of(request)) {
    if (ending_) return;
    if (!is_ready(client.native(), tick_ms)) continue;
    const ssize_t count = recv(client.native(), buffer.data(), buffer.size(), 0);
    if (count <= 0) return;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (head_end == std::string::npos && (head_end = text.find("\r\n\r\n")) != std::string::npos)
      request = parse_head(text.substr(0, head_end + 2));
  }
  request.body = text.substr(head_end + 4);
  const Answer answer = behaviour_(request);
  {
    const std::lock_guard lock(guard_);
    requests_.push_back(std::move(request));
    answers_.push_back(answer);
  }
  std::string out = fmt::format("HTTP/1.1 {} Said\r\nConnection: close\r\nContent-Length: {}\r\n",
                                answer.status, answer.body.size());
  for (const std::string& header : answer.headers) out += header + "\r\n";
  out += "\r\n" + answer.body;
  send(client.native(), out.data(), out.size(), MSG_NOSIGNAL);
}

FakePlatform::Answer readable_repository() {
  return {
      200, "001e# service=git-upload-pack\n", {"Content-Type: application/x-git-upload-pack-advertisement"}};
}

}  // namespace ddx::test
