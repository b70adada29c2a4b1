#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/sockets.hpp"

namespace ddx::test {

/// A server on loopback that reads one request of each connection as HTTP and answers with whatever bytes the
/// test has for it. Ended when it goes.
class RawServer {
 public:
  struct Request {
    std::string method, target;
    std::string head;  ///< all of it
    std::string body;
  };
  /// What comes after the bytes of an answer.
  enum class Then {
    close,   ///< an orderly end
    reset,   ///< a broken one
    stall,   ///< nothing, for ever
    repeat,  ///< `more` again and again, as fast as it goes
    drip,    ///< `more` again and again, eight bytes at a time and slowly
  };
  struct Answer {
    std::string bytes;
    Then then = Then::close;
    std::string more = {};
  };
  using Respond = std::function<Answer(const Request&)>;

  explicit RawServer(Respond respond);
  RawServer(const RawServer&) = delete;
  ~RawServer();

  [[nodiscard]] int port() const { return listener_.port; }
  [[nodiscard]] std::string url(const std::string& path) const;
  /// `METHOD TARGET` of each request so far.
  [[nodiscard]] std::vector<std::string> requests() const;

 private:
  void serve();
  void handle(Descriptor client);
  [[nodiscard]] bool receive(const Descriptor& client, Request& request) const;
  [[nodiscard]] bool send_all(const Descriptor& client, std::string_view bytes) const;

  Respond respond_;
  Listener listener_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

/// An answer with a length, after which the server hangs up.
[[nodiscard]] std::string http_answer(const std::string& status, const std::string& content_type,
                                      const std::string& body, const std::string& more_headers = {});
/// The same without a length: it ends where the connection does.
[[nodiscard]] std::string http_answer_without_length(const std::string& content_type,
                                                     const std::string& body);

}  // namespace ddx::test
