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
#include "git/object_stores.hpp"
#include "git/owned.hpp"
#include "platform/files.hpp"

struct git_odb;
struct git_odb_backend;

namespace ddx::git {

/// A commit as git stores it; what a signature is made for.
[[nodiscard]] std::string commit_bytes(const CommitDraft& draft);

/// Collects new objects in memory and puts them into a repository as one pack. Objects that the repository
/// has already are not collected. Nothing reaches the disk before `publish`.
class PackWriter final : public ObjectSink {
 public:
  /// \param incoming  a folder of ours on the same file system, where packs are made. What is in it is of
  ///                  nobody else; it is made when needed
  PackWriter(Files& files, std::filesystem::path objects_folder, std::filesystem::path incoming);
  /// Until here `git gc` leaves alone what was published, referred to or not.
  ~PackWriter() override;
  PackWriter(const PackWriter&) = delete;

  Oid blob(std::string_view bytes) override;
  /// Unchanged trees cost a look, no write.
  Oid tree(const std::map<RelPath, Version>& files) override;
  Oid commit(const CommitDraft& draft) override;
  /// A tree's raw bytes, as `git cat-file tree` shows them.
  Oid raw_tree(std::string_view bytes);
  [[nodiscard]] bool contains(const Oid& id) const override;
  [[nodiscard]] bool empty() const { return collected_.empty(); }
  [[nodiscard]] std::uint64_t collected_bytes() const override { return collected_bytes_; }
  /// A repository that has what is on disk and what was collected.
  [[nodiscard]] git_repository* raw() const { return repository_.get(); }
  /// One pack, flushed.
  void publish() override;

  /// Ends what a process that was killed while it published left behind. The caller holds the writer lock.
  static void sweep(Files& files, const std::filesystem::path& objects_folder,
                    const std::filesystem::path& incoming);

 private:
  Oid write(int type, std::string_view bytes);

  Files& files_;
  std::filesystem::path objects_folder_, incoming_;

  OwnedOdb disk_, all_;
  OwnedRepository repository_;         ///< around `all_`: what the pack is made from
  git_odb_backend* memory_ = nullptr;  ///< owned by `all_`
  std::vector<Oid> collected_;
  std::vector<std::string> kept_;  ///< packs published here, by name
  std::uint64_t collected_bytes_ = 0;
};

}  // namespace ddx::git
