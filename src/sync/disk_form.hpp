#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/planned_attributes.hpp"
#include "merge/plan.hpp"
#include "sync/project.hpp"

namespace ddx {

/// Brings content into the form that the user's git would give it on disk: line ends by settings and
/// attributes, those that the plans bring included; links as small files where there are none.
class DiskForm {
 public:
  DiskForm(const Project& project, const git::Objects& objects, const std::vector<FilePlan>& plans,
           LineEnds line_ends);

  // Paths are relative to the project's root.
  [[nodiscard]] bool converts(const RelPath& path, Mode mode) const;
  [[nodiscard]] std::string convert(const RelPath& path, std::string bytes) const;
  [[nodiscard]] Mode mode(Mode stored) const;

 private:
  const Project& project_;
  LineEnds line_ends_;
  bool has_links_;
  std::optional<git::PlannedAttributes> planned_;  ///< none while the `.gitattributes` on disk stay
};

}  // namespace ddx
