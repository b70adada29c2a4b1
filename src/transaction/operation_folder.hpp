#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ddx/workspace.hpp"
#include "platform/files.hpp"
#include "transaction/intent.hpp"
#include "transaction/staging_area.hpp"
#include "worktree/project_folder.hpp"

namespace ddx {

/// `ddx/ops/<id>/` in the work tree's git directory: what one running operation has on disk.
///
///     stage/, old/   its own staging area; others are where paths on other file systems need them
///     areas          where those are, until there is an intent that says so
///     intent         the journal record
///     aborting       the running process decided to undo
class OperationFolder {
 public:
  /// Makes the folders of a new operation, or leaves nothing.
  static OperationFolder make(const Workspace& workspace, Files& files, const std::string& id);
  static OperationFolder open(const Workspace& workspace, Files& files, const std::string& id);
  /// Ids of operations that are not retired, oldest first.
  static std::vector<std::string> pending(const Workspace& workspace, Files& files);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const Directory& folder() const { return areas_.front()->folder(); }
  /// Where what is for the git directory is staged.
  [[nodiscard]] const Directory& stage() const { return areas_.front()->stage(); }

  /// Where the content of an entry is staged, or kept.
  [[nodiscard]] StagingArea& area(std::size_t entry);
  [[nodiscard]] Here staged(std::size_t entry) { return area(entry).staged(name(entry)); }
  [[nodiscard]] Here displaced(std::size_t entry) { return area(entry).displaced(name(entry)); }
  /// The file name of an entry's content in `stage` and `old`.
  [[nodiscard]] static std::string name(std::size_t entry);

  /// The area of the file system that `folder` is on, made when it is the first of its kind.
  /// \param roots  folders of the work tree, relative to it, that may hold one
  /// \returns its number; nothing if `folder` can be reached from none of them
  [[nodiscard]] std::optional<std::size_t> area_for(const Directory& folder,
                                                    const std::vector<std::string>& roots);
  /// Says where the next entry's content is.
  void assign_next(std::size_t area) { area_of_.push_back(area); }
  [[nodiscard]] const std::vector<std::unique_ptr<StagingArea>>& areas() const { return areas_; }
  /// Puts down in the journal where contents are, or learns it from there.
  void describe_areas(Intent& intent) const;
  void open_areas(const Intent& intent);

  void write_intent(const Intent& intent);
  [[nodiscard]] std::optional<Intent> read_intent();
  void mark_aborting();
  [[nodiscard]] bool is_aborting();

  /// Takes the intent back: afterwards the operation has not begun. \throws std::system_error, and then
  /// nobody knows
  void withdraw_intent();
  /// One rename moves the operation out of the way; afterwards it is history.
  /// \returns whether that is durable; if not, a power cut may bring the operation back as it was
  bool retire();
  /// Throws away an operation of which nothing was applied.
  void discard();

 private:
  OperationFolder(const Workspace& workspace, Files& files, std::string id);
  [[nodiscard]] std::filesystem::path area_root(const std::string& root);
  std::size_t add_area(const std::string& root);
  [[nodiscard]] std::vector<std::string> noted_roots();

  Files& files_;
  std::string id_;
  std::filesystem::path worktree_root_;
  Directory state_, ops_, done_;
  std::vector<std::unique_ptr<StagingArea>> areas_;  ///< the first is the operation's folder itself
  std::vector<std::string> roots_;                   ///< of the others
  std::vector<std::size_t> area_of_;
};

}  // namespace ddx
