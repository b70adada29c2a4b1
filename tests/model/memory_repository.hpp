#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "git/object_stores.hpp"
#include "git/repository.hpp"
#include "model/memory_disk.hpp"
#include "platform/files.hpp"

namespace ddx::test {

/// What a repository holds beside files: objects, refs, HEAD. Durable at once, as libgit2 makes them with
/// its flushing on.
struct RepositoryState {
  struct Object {
    std::string bytes;       ///< of a blob
    std::vector<Oid> links;  ///< what a tree or a commit needs
  };
  using Objects = std::map<Oid, Object>;

  std::shared_ptr<const Objects> objects = std::make_shared<const Objects>();
  std::map<std::string, Oid> refs;
  std::string head = "refs/heads/main";

  void add(const Objects& more);
  /// What can be reached from the refs.
  [[nodiscard]] std::set<Oid> reachable() const;
  /// `git gc --prune=now`
  void collect_garbage();
};

/// One line of the model's index file.
struct IndexLine {
  Version version;
  std::string flags;
  friend bool operator==(const IndexLine&, const IndexLine&) = default;
};
using IndexLines = std::map<std::string, IndexLine>;

[[nodiscard]] std::string write_index(const IndexLines& lines);
/// \returns nothing if the file is damaged
[[nodiscard]] std::optional<IndexLines> parse_index(const std::string& text);

class MemoryRepository final : public git::Repository {
 public:
  MemoryRepository(RepositoryState& state, Files& files) : state_(state), files_(files) {}

  [[nodiscard]] git::Head head() const override;
  [[nodiscard]] std::optional<Oid> reference(const std::string& name) const override;
  [[nodiscard]] std::vector<std::pair<std::string, Oid>> references(const std::string& prefix) const override;
  bool move_reference(const std::string& name, const Oid& to, const std::optional<Oid>& expected,
                      const std::string& reflog_message) override;
  void remove_reference(const std::string& name) override;
  [[nodiscard]] std::optional<git::Identity> identity() const override { return std::nullopt; }
  /// Writes aside and renames over, through the seam, as libgit2 does.
  std::vector<std::string> edit_index(const std::filesystem::path& file,
                                      const std::vector<git::IndexEdit>& edits) override;

 private:
  RepositoryState& state_;
  Files& files_;
};

/// The project's objects, and an upstream's, which never loses any.
class MemoryObjects final : public git::ObjectSource {
 public:
  MemoryObjects(const RepositoryState& state, const RepositoryState::Objects& upstream)
      : state_(state), upstream_(upstream) {}
  [[nodiscard]] bool contains(const Oid& id) const override;
  [[nodiscard]] std::string blob(const Oid& id) const override;

 private:
  const RepositoryState& state_;
  const RepositoryState::Objects& upstream_;
};

class MemorySink final : public git::ObjectSink {
 public:
  explicit MemorySink(RepositoryState& state) : state_(state) {}
  Oid blob(std::string_view bytes) override;
  Oid tree(const std::map<RelPath, Version>& files) override;
  Oid commit(const git::CommitDraft& draft) override;
  [[nodiscard]] bool contains(const Oid& id) const override;
  void publish() override;

 private:
  RepositoryState& state_;
  RepositoryState::Objects collected_;
};

}  // namespace ddx::test
