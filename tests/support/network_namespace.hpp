#pragma once

#include <string>
#include <vector>

#include "platform/files.hpp"

namespace ddx::test {

/// A network of its own, with loopback only, for this thread and for what it starts while this lives. Only
/// for root, and where the tools for it are: tests that need it skip otherwise.
class NetworkNamespace {
 public:
  NetworkNamespace();
  NetworkNamespace(const NetworkNamespace&) = delete;
  ~NetworkNamespace();

  explicit operator bool() const { return entered_; }

  /// So many percent of all packets are lost.
  void lose(int percent);
  void lose_all();
  /// Every connection is answered with a reset.
  void reset();
  /// In units of `tc`, e.g. `256kbit`.
  void slow_down(const std::string& rate);
  /// As it was.
  void mend();

 private:
  void filter(const std::string& rule);

  Descriptor outside_;
  bool entered_ = false;
};

}  // namespace ddx::test
