#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/rel_path.hpp"

namespace ddx {

/// What a path holds on one side of a contribution.
struct OutgoingVersion {
  Mode mode = Mode::file;
  std::uint64_t size_bytes = 0;
  std::function<std::string()> read;  ///< the bytes as git stores them, a link's target; may be asked often
};

/// One held in memory.
[[nodiscard]] OutgoingVersion outgoing_bytes(std::string bytes, Mode mode = Mode::file);

/// What a contribution does to a path of upstream's tree. A contribution of several commits names a path
/// once for each commit that changes it, with what the commit before it left as `before`: what comes and
/// goes between two commits leaves the machine too.
struct OutgoingFile {
  RelPath path;
  /// What upstream has; nothing for a new file. What is in it does not go out again.
  std::optional<OutgoingVersion> before;
  std::optional<OutgoingVersion> after;  ///< nothing for a deletion
};

/// What is said about a contribution, and where it goes.
struct OutgoingText {
  std::string title;                  ///< of the request
  std::string body;                   ///< of the request
  std::string branch;                 ///< that is pushed
  std::vector<std::string> messages;  ///< of the commits
};

}  // namespace ddx
