#pragma once

#include <string>

#include "hosting/repository.hpp"

namespace ddx::hosting {

/// What a page for a new pull request is filled with.
struct RequestDraft {
  Repository head_repository;
  std::string head;  ///< branch, in `head_repository`
  std::string base;  ///< branch, upstream
  std::string title = {}, body = {};
};

/// The page on which a person opens the pull request, without any token. A body that would make the address
/// too long for the platform is left out, then the title.
[[nodiscard]] std::string new_request_link(const Repository& upstream, const RequestDraft& draft);

}  // namespace ddx::hosting
