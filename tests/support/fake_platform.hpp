#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/sockets.hpp"

namespace ddx::test {

/// A server on loopback that answers requests by a function: the interface of a hosting platform, as far as a
/// test needs it. One connection at a time, each closed after its answer.
class FakePlatform {
 public:
  struct Request {
    std::string method, path;                    ///< with the query
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
  };
  struct Answer {
    int status = 200;
    std::string body = {};
    std::vector<std::string> headers = {};
  };
  using Behaviour = std::function<Answer(const Request&)>;

  explicit FakePlatform(Behaviour behaviour);
  FakePlatform(const FakePlatform&) = delete;
  ~FakePlatform();

  [[nodiscard]] std::string url() const;
  [[nodiscard]] int port() const { return listener_.port; }
  /// Those so far, oldest first.
  [[nodiscard]] std::vector<Request> requests();
  /// What was said to each.
  [[nodiscard]] std::vector<Answer> answers();

 private:
  void serve();
  void answer(const Descriptor& client);

  Behaviour behaviour_;
  Listener listener_;
  std::mutex guard_;
  std::vector<Request> requests_;
  std::vector<Answer> answers_;
  std::atomic<bool> ending_{false};
  std::thread thread_;  // uses all of the above
};

/// The beginning of a repository's refs: who asked may read it.
[[nodiscard]] FakePlatform::Answer readable_repository();

}  // namespace ddx::test
