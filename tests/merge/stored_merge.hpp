#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "git/objects.hpp"
#include "lines/text_merge.hpp"
#include "merge/plan.hpp"

namespace ddx::test {

using TreeFiles = std::map<RelPath, Version>;

/// What a pull would make of three trees that are only in an object store.
struct StoredMerge {
  std::map<RelPath, std::optional<Version>> changes;  ///< against our tree; none: the file goes
  std::vector<FilePlan> plans;

  [[nodiscard]] TreeFiles result(TreeFiles ours) const;
};

[[nodiscard]] StoredMerge merge_stored(const git::Objects& objects, const TreeFiles& base,
                                       const TreeFiles& ours, const TreeFiles& theirs,
                                       const MergeLabels& labels);

}  // namespace ddx::test
