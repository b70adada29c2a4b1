#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "platform/process.hpp"
#include "support/temp_dir.hpp"

namespace ddx::test {

/// A real squid on loopback that lets through who logs in as pia with pr0xy. Ended when it goes.
class ProxyServer {
 public:
  /// Whether squid is installed here.
  [[nodiscard]] static bool available();
  ProxyServer();
  ~ProxyServer();

  /// With the login in it, or without.
  [[nodiscard]] std::string url(const std::string& login = "") const;
  /// What it served so far, a line each.
  [[nodiscard]] std::string log() const;

 private:
  TempDir folder_;
  int port_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace ddx::test
