#pragma once

#include <string>
#include <string_view>

#include "git/project_repository.hpp"

namespace ddx::git {

/// What the project's attributes say about one file, read where git reads them: `.gitattributes` on disk at
/// every level, `info/attributes`, `core.attributesFile`, the system's.
struct Attributes {
  enum class Merge {
    text,
    binary,         ///< `-merge`, `merge=binary`, the macro `binary`
    union_of_both,  ///< `merge=union`
    keep_ours,      ///< a driver of the user's git settings that does nothing and succeeds, so ours stays
  };
  Merge merge = Merge::text;
  std::string driver;      ///< the name behind `keep_ours`, or of a driver in the user's settings that is a
                           ///< program: such a one is never run, text is merged instead
  int marker_size = 7;     ///< `conflict-marker-size`
  bool lfs = false;        ///< `filter=lfs`, and the user's git has that filter
  bool generated = false;  ///< `linguist-generated`
};

/// \param path  relative to the work tree's root
[[nodiscard]] Attributes attributes_of(const ProjectRepository& repository, const std::string& path);

}  // namespace ddx::git
