#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "git/objects.hpp"
#include "sync/contribution_records.hpp"
#include "sync/project.hpp"
#include "sync/upstream_view.hpp"

namespace ddx {

/// What the commits that upstream made since the last pull have of contributions.
class Arrivals {
 public:
  /// Blobs that were sent, by path at the upstream.
  using Sent = std::map<RelPath, std::set<Oid>>;

  /// \param sent  what to look for in them
  Arrivals(const Project& project, const UpstreamView& view, const git::Objects& objects, const Sent& sent);

  /// Whether one of them is of this contribution: as it was pushed, or with its change id.
  [[nodiscard]] bool has(const ContributionRecord& record) const;
  /// The blob that was sent of `path` and that the newest of these commits which has such a one holds.
  [[nodiscard]] std::optional<Oid> held(const RelPath& path) const;

 private:
  void look_at(const git::CommitInfo& commit, const std::string& subtree, const Sent& sent);
  [[nodiscard]] std::optional<Oid> blob_at(const Oid& tree, std::string_view path);

  const git::Objects& objects_;
  std::set<Oid> commits_;
  std::set<std::string> change_ids_;
  std::map<RelPath, Oid> held_;
  std::map<std::pair<Oid, std::string>, std::optional<Oid>> known_;  ///< by folder and path below: most stay
};

}  // namespace ddx
