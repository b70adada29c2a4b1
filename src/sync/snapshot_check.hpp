#pragma once

#include <unordered_map>
#include <vector>

#include "ddx/error.hpp"
#include "ddx/snapshot.hpp"
#include "snapshot/catalog.hpp"
#include "sync/project.hpp"

namespace ddx {

/// Reads what restoring takes, and compares it with its id. Objects that several snapshots share are read
/// once.
class SnapshotCheck {
 public:
  SnapshotCheck(const Project& project, const git::Objects& objects) : project_(project), objects_(objects) {}

  /// The snapshot, and the record of the operation that it precedes. \returns what is damaged
  [[nodiscard]] std::vector<SnapshotDamage> check(const CatalogEntry& entry);

  [[nodiscard]] std::uint64_t objects_read() const { return known_.size(); }
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_; }

 private:
  void check_tree(const std::string& id, const Oid& commit, const std::string& where);
  void check_record(const std::string& id);
  /// \returns why it cannot be read; empty if it can
  const std::string& read(const Oid& id);
  void note(const std::string& id, const std::string& path, const std::string& why);

  const Project& project_;
  const git::Objects& objects_;
  std::unordered_map<Oid, std::string> known_;
  std::uint64_t bytes_ = 0;
  std::vector<SnapshotDamage> damage_;
};

/// The same failure, naming the newest snapshots that are whole.
[[nodiscard]] Error with_whole_targets(const Error& error, const Project& project,
                                       const git::Objects& objects, const std::vector<CatalogEntry>& catalog);

}  // namespace ddx
