#pragma once

#include <map>
#include <optional>
#include <string>

#include "git/owned.hpp"
#include "git/project_repository.hpp"

namespace ddx::git {

/// Converts as `ProjectRepository::to_disk` does, but by `.gitattributes` that are not on disk yet. Nothing
/// is written anywhere.
class PlannedAttributes {
 public:
  /// \param files  every `.gitattributes` that will count, by its path from the work tree's root
  PlannedAttributes(const ProjectRepository& project, const std::map<std::string, std::string>& files);

  [[nodiscard]] std::optional<std::string> to_disk(const std::string& path, const std::string& bytes) const;
  [[nodiscard]] bool converts_line_ends(const std::string& path) const;

 private:
  OwnedRepository repository_;
};

}  // namespace ddx::git
