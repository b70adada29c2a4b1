#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/oid.hpp"

namespace ddx::git {

struct Identity {
  std::string name, email;
};

struct CommitDraft {
  Oid tree;
  std::vector<Oid> parents;
  Identity author, committer;
  std::chrono::sys_seconds date;
  std::string message;
  /// Where the author wrote it at another time, or in another zone (minutes east of UTC).
  std::optional<std::chrono::sys_seconds> author_date = {};
  int author_zone = 0;
  std::string signature = {};  ///< of `commit_bytes` without it; armoured, as git keeps it
};

/// Where file contents are read by their id.
class ObjectSource {
 public:
  virtual ~ObjectSource() = default;
  [[nodiscard]] virtual bool contains(const Oid& id) const = 0;
  /// \throws Error (repository_damaged) if it is missing, damaged, no blob, or does not match its id
  [[nodiscard]] virtual std::string blob(const Oid& id) const = 0;
  /// In bytes, where that is known without reading it.
  [[nodiscard]] virtual std::optional<std::uint64_t> size(const Oid&) const { return std::nullopt; }
};

/// Collects new objects; nothing reaches the disk before `publish`.
class ObjectSink {
 public:
  virtual ~ObjectSink() = default;
  virtual Oid blob(std::string_view bytes) = 0;
  /// Writes the trees for these files. An empty list gives the empty tree.
  virtual Oid tree(const std::map<RelPath, Version>& files) = 0;
  virtual Oid commit(const CommitDraft& draft) = 0;
  /// Whether the object is in the store or was collected.
  [[nodiscard]] virtual bool contains(const Oid& id) const = 0;
  /// About how many bytes `publish` will write, at most.
  [[nodiscard]] virtual std::uint64_t collected_bytes() const { return 0; }
  /// Writes what was collected, durably. Afterwards the sink is empty.
  virtual void publish() = 0;
};

}  // namespace ddx::git
