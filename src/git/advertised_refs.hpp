#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ddx/names.hpp"
#include "ddx/oid.hpp"

namespace ddx::git {

/// A ref as a server names it. Annotated tags come twice: as they are, and as `NAME^{}` with what they name.
struct AdvertisedRef {
  std::string name;
  Oid id;
  std::string symbolic_target = {};  ///< what `HEAD` stands for, where the server tells
};

/// What to ask a server for.
struct Target {
  std::optional<Oid> want;  ///< an advertised id; nothing for a commit that no ref names
  std::string ref;          ///< its full name at the upstream; empty for a commit id
  std::string branch;       ///< empty for a tag or a commit id
};

/// Finds what is followed among the refs of an upstream.
/// \throws Error (upstream_empty; ref_not_found with the names that come closest)
[[nodiscard]] Target choose_target(const std::vector<AdvertisedRef>& refs, const Follow& follow);

/// Every tag with the commit (or other object) that it finally names, sorted by name.
[[nodiscard]] std::vector<std::pair<std::string, Oid>> peeled_tags(const std::vector<AdvertisedRef>& refs);

}  // namespace ddx::git
