#pragma once

#include <optional>
#include <string>

struct git_repository;

namespace ddx::git {

enum class Direction { to_git, to_disk };

/// The filters that libgit2 has itself: line ends and `ident`. Those of the user's settings are programs and
/// are not among them. \returns nothing if the bytes stay as they are
[[nodiscard]] std::optional<std::string> filtered(git_repository* repository, const std::string& path,
                                                  const std::string& bytes, Direction direction);
/// Whether `filtered` may change anything at this path.
[[nodiscard]] bool has_filters(git_repository* repository, const std::string& path, Direction direction);

}  // namespace ddx::git
