#pragma once

#include <cstdint>
#include <optional>

#include "worktree/project_folder.hpp"

namespace ddx {

/// A file in a recorded state. Permission bits count only where they are recorded.
struct RecordedFile : OnDisk {
  RecordedFile(const OnDisk& file,  // NOLINT(google-explicit-constructor): an ordinary file records no bits
               std::optional<std::uint32_t> bits = std::nullopt)
      : OnDisk(file), permissions(bits) {}

  std::optional<std::uint32_t> permissions;

  [[nodiscard]] bool is(const Here& here) const {
    return here.occupant == Occupant::file && here.file == *this &&
           (!permissions || here.permissions == *permissions);
  }
};

}  // namespace ddx
