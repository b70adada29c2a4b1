#pragma once

#include <string>
#include <string_view>

#include "ddx/audit_entry.hpp"
#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "git/repository.hpp"

namespace ddx::audit {

/// What an entry continues: number and hash of the one before it. The first one's are these.
struct Link {
  std::uint64_t number = 0;
  std::string hash = std::string(64, '0');
  friend bool operator==(const Link&, const Link&) = default;
};

/// An entry that says who, when, where and by which command; the rest is the caller's.
[[nodiscard]] AuditEntry begin_entry(const Workspace& workspace, const Host& host,
                                     const git::Repository& repository);

/// The entry as a line of the log, without a line end: one JSON object, ASCII, its last field the SHA-256 of
/// the bytes before that field.
/// \param replaces  hash of the same entry as it had been sealed first, when other entries came before it
[[nodiscard]] std::string seal(const AuditEntry& entry, const Link& before, std::string_view replaces = {});

/// The hash in a sealed line.
[[nodiscard]] std::string_view hash_of(std::string_view sealed);

/// A line as it reads.
struct Line {
  /// What the next line continues. Also for a damaged line: what it says of itself, or else the number 0 and
  /// the SHA-256 of its bytes.
  Link link;
  std::string previous, replaces;  ///< hashes
  AuditEntry entry;
  std::string damage;  ///< why this is not what ddx wrote; `entry` then is not to be relied on
};

/// Judges the line by itself; whether it continues the one before is `verify`'s concern.
[[nodiscard]] Line read_line(std::string_view bytes);

}  // namespace ddx::audit
