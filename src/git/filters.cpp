#include "git/filters.hpp"

#include <fmt/format.h>

#include "git/handle.hpp"

namespace ddx::git {

namespace {

/// Empty when no conversion applies to the path.
FilterListHandle filters_for(git_repository* repository, const std::string& path, Direction direction) {
  const auto mode = direction == Direction::to_git ? GIT_FILTER_TO_ODB : GIT_FILTER_TO_WORKTREE;
  git_filter_list* raw = nullptr;
  check(git_filter_list_load(&raw, repository, nullptr, path.c_str(), mode, GIT_FILTER_ALLOW_UNSAFE),
        fmt::format("read the attributes of '{}'", path));
  return FilterListHandle(raw);
}

}  // namespace

std::optional<std::string> filtered(git_repository* repository, const std::string& path,
                                    const std::string& bytes, Direction direction) {
  const FilterListHandle filters = filters_for(repository, path, direction);
  if (!filters) return std::nullopt;
  Buffer out;
  check(git_filter_list_apply_to_buffer(out.raw(), filters.get(), bytes.data(), bytes.size()),
        fmt::format("convert line ends of '{}'", path));
  if (out.view() == bytes) return std::nullopt;
  return std::string(out.view());
}

bool has_filters(git_repository* repository, const std::string& path, Direction direction) {
  return filters_for(repository, path, direction) != nullptr;
}

}  // namespace ddx::git
