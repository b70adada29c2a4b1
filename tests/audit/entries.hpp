#pragma once

#include <string>
#include <vector>

#include "audit/entry.hpp"
#include "ddx/audit_entry.hpp"

namespace ddx::test {

/// An entry with every field filled in, some of them with hostile text.
[[nodiscard]] AuditEntry full_entry();
/// A log of so many entries, as its lines.
[[nodiscard]] std::vector<std::string> log_lines(std::size_t count);
[[nodiscard]] std::string joined(const std::vector<std::string>& lines);

}  // namespace ddx::test
