#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ddx/rel_path.hpp"

namespace ddx {

/// Where a file stops being what its name says.
struct StructureFault {
  int line = 0, column = 0;  ///< from 1; a column counts characters
  std::string why;
  bool duplicate_key = false;  ///< it parses, but a map says something twice
};

/// Whether a file of this name and content is looked at: `.yaml`, `.yml` and `.json` of at most 1 MiB.
[[nodiscard]] bool has_structure(const RelPath& path, std::string_view bytes);

/// The first fault of a file that `has_structure`; a duplicate key only where nothing worse is. Runs nothing,
/// resolves nothing.
[[nodiscard]] std::optional<StructureFault> structure_fault(const RelPath& path, std::string_view bytes);

}  // namespace ddx
