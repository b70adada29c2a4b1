#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "git/upstream_repository.hpp"

namespace ddx::git {

/// The file's name for a project.
[[nodiscard]] std::string record_name(const std::string& project);
[[nodiscard]] bool is_record_name(std::string_view name);

/// What is remembered of the last fetch for a project, as a small text file in the private repository:
/// a line `ddx-fetch 1`, then `url`, `commit`, `branch`, `date` (seconds since 1970) and a `tag ID NAME`
/// each.
[[nodiscard]] std::string format_record(const UpstreamRepository::LastFetch& record);

/// \returns nothing if it is not what `format_record` writes
[[nodiscard]] std::optional<UpstreamRepository::LastFetch> parse_record(std::string_view text);

}  // namespace ddx::git
