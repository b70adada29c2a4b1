#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/oid.hpp"
#include "git/owned.hpp"
#include "git/project_repository.hpp"

struct git_odb;
struct git_odb_backend;

namespace ddx::git {

/// Collects new objects in memory and puts them into a repository as one pack. Objects that the repository
/// has already are not collected. Nothing reaches the disk before `publish`.
class PackWriter {
 public:
  explicit PackWriter(const std::filesystem::path& objects_folder);
  ~PackWriter();
  PackWriter(const PackWriter&) = delete;

  Oid blob(std::string_view bytes);

  /// Writes the trees for these files; unchanged ones cost a look, no write. An empty list gives the empty
  /// tree.
  Oid tree(const std::map<RelPath, Version>& files);

  struct CommitDraft {
    Oid tree;
    std::vector<Oid> parents;
    Identity author, committer;
    std::chrono::sys_seconds date;
    std::string message;
  };
  Oid commit(const CommitDraft& draft);

  /// Whether the object is in the repository or was collected.
  [[nodiscard]] bool contains(const Oid& id) const;
  [[nodiscard]] bool empty() const { return collected_.empty(); }

  /// Writes and flushes the pack. Afterwards the writer is empty.
  void publish();

 private:
  Oid write(int type, std::string_view bytes);

  OwnedOdb disk_, all_;
  OwnedRepository repository_;         ///< around `all_`: what the pack is made from
  git_odb_backend* memory_ = nullptr;  ///< owned by `all_`
  std::vector<Oid> collected_;
};

}  // namespace ddx::git
