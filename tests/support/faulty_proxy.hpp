#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "support/sockets.hpp"

namespace ddx::test {

/// What becomes of one connection.
enum class Fault {
  none,   ///< passed on as it is
  stall,  ///< accepted, and never answered
  reset,  ///< reset at once
  cut,    ///< closed after so many bytes of the answer
};

/// Stands on loopback in front of a server and does to each connection in turn what the list says; the last
/// entry holds for all that follow.
class FaultyProxy {
 public:
  struct Step {
    Fault fault = Fault::none;
    std::size_t after_bytes = 0;
  };
  FaultyProxy(int server_port, std::vector<Step> steps);
  FaultyProxy(const FaultyProxy&) = delete;
  ~FaultyProxy();

  [[nodiscard]] std::string url(const std::string& path) const;
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void serve();
  void handle(Descriptor client, Step step) const;

  int server_port_;
  std::vector<Step> steps_;
  Listener listener_;
  std::atomic<bool> ending_{false};
  std::atomic<int> connections_{0};
  std::thread thread_;
};

}  // namespace ddx::test
