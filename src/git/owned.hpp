#pragma once

#include <memory>

struct git_odb;
struct git_repository;

namespace ddx::git {

struct FreeRepository {
  void operator()(git_repository* raw) const noexcept;
};
struct FreeOdb {
  void operator()(git_odb* raw) const noexcept;
};

/// Owners that headers can name without <git2.h>.
using OwnedRepository = std::unique_ptr<git_repository, FreeRepository>;
using OwnedOdb = std::unique_ptr<git_odb, FreeOdb>;

}  // namespace ddx::git
