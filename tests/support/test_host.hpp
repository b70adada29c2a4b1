#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "ddx/host.hpp"
#include "platform/files.hpp"

namespace ddx::test {

/// A host for library tests: the real file system (or a faulty one), a clock that moves one second a look,
/// seeded randomness, an environment that the test sets, and everything the engine says kept for looking at.
class TestHost : public Events {
 public:
  TestHost();
  explicit TestHost(Files& files);

  Host& host() { return host_; }
  operator Host&() { return host_; }  // NOLINT(google-explicit-constructor)

  std::vector<std::string> notes, warnings;
  std::map<std::string, std::string> environment;
  std::atomic<bool> interrupted{false};

  void progress(const Progress&) override {}
  void note(const std::string& text) override { notes.push_back(text); }
  void warning(const std::string& text) override { warnings.push_back(text); }
  void trace(const std::string&) override {}

 private:
  Files real_;
  std::chrono::system_clock::time_point clock_;
  unsigned seed_ = 0;
  Host host_;
};

}  // namespace ddx::test
