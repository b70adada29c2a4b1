#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/lock_file.hpp"
#include "ddx/workspace.hpp"
#include "model/memory_files.hpp"
#include "model/memory_repository.hpp"
#include "transaction/operation.hpp"

namespace ddx::test {

struct FileSpec {
  std::string bytes;
  Mode mode = Mode::file;
  std::uint32_t permissions = 0644;
  friend bool operator==(const FileSpec&, const FileSpec&) = default;
};

/// Everything that survives a program.
struct World {
  MemoryDisk disk;
  RepositoryState repository;
};

/// Whether git sees no difference.
[[nodiscard]] bool same(const std::optional<FileSpec>& a, const std::optional<FileSpec>& b);

// What a user, or a program of theirs that flushes what it saves, does. Paths are absolute.
/// Makes missing folders. An existing file is written in place.
void save(MemoryDisk& disk, const std::string& path, const FileSpec& file);
/// Another inode takes the path.
void save_by_rename(MemoryDisk& disk, const std::string& path, const FileSpec& file);
void remove(MemoryDisk& disk, const std::string& path);
/// \returns nothing for a folder, or if there is nothing
[[nodiscard]] std::optional<FileSpec> file_at(const MemoryDisk& disk, const std::string& path);

/// One effect of the operation.
struct Planned {
  Place place = Place::project;
  std::string path;
  std::optional<FileSpec> before, after;
  bool synced = true;  ///< it has an entry in the lock

  [[nodiscard]] bool is_lock() const { return path == ".ddx.lock"; }
  [[nodiscard]] bool is_witness() const { return before == after; }
  /// Where the file is, absolute.
  [[nodiscard]] std::string place_on_disk() const;
};

/// A project and an operation on it.
class Scenario {
 public:
  enum class Kind {
    wide,    ///< every kind of effect, with a commit: flushed by file system
    narrow,  ///< the main kinds, with a commit: flushed file by file
    first,   ///< no lock before, nothing for git: what `init` does
  };
  explicit Scenario(Kind kind, Capabilities can = {});

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Capabilities can() const { return can_; }
  [[nodiscard]] const std::vector<Planned>& plan() const { return plan_; }
  [[nodiscard]] const World& start() const { return start_; }
  [[nodiscard]] const Workspace& workspace() const { return workspace_; }
  [[nodiscard]] const RepositoryState::Objects& upstream() const { return upstream_; }
  [[nodiscard]] const std::optional<Lock>& old_lock() const { return old_lock_; }
  [[nodiscard]] const Lock& new_lock() const { return new_lock_; }
  [[nodiscard]] const std::vector<git::IndexEdit>& index() const { return index_; }
  [[nodiscard]] bool commits() const { return !index_.empty(); }
  [[nodiscard]] const Oid& old_commit() const { return old_commit_; }
  [[nodiscard]] const Oid& new_commit() const { return new_commit_; }
  /// Of every planned path, the inode that it had at the start.
  [[nodiscard]] InodeNumber first_inode(const std::string& path) const;
  /// Files that the operation has nothing to do with, by absolute path.
  [[nodiscard]] const std::map<std::string, FileSpec>& bystanders() const { return bystanders_; }

  /// The operation, its snapshot collected in `sink`.
  [[nodiscard]] OperationDraft draft(World& world, MemorySink& sink) const;

  static const std::string operation_id;

 private:
  void plan(Kind kind);
  void write_locks(Kind kind);
  void make_world();
  void make_index();

  std::string name_;
  Capabilities can_;
  std::vector<Planned> plan_;
  std::map<std::string, FileSpec> bystanders_;
  World start_;
  Workspace workspace_;
  RepositoryState::Objects upstream_;
  std::optional<Lock> old_lock_;
  Lock new_lock_;
  std::vector<git::IndexEdit> index_;
  Oid old_commit_, new_commit_;
  std::map<std::string, InodeNumber> first_inodes_;
};

}  // namespace ddx::test
