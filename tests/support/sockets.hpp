#pragma once

#include <string>

#include "platform/files.hpp"

namespace ddx::test {

/// A socket that listens on a free port of 127.0.0.1.
struct Listener {
  Listener();
  Descriptor socket;
  int port = 0;
};

/// \returns no descriptor if nothing listens there
[[nodiscard]] Descriptor connect_to(int port);

/// A port that nothing listens on.
[[nodiscard]] int unused_port();

}  // namespace ddx::test
