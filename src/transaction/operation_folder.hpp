#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "platform/files.hpp"
#include "transaction/intent.hpp"
#include "worktree/project_folder.hpp"

namespace ddx {

/// `ddx/ops/<id>/` in the work tree's git directory: what one running operation has on disk.
///
///     stage/NNNNNN   new content, final mode; after an exchange the content that was displaced
///     old/NNNNNN     what was deleted
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
  [[nodiscard]] const Directory& folder() const { return folder_; }
  [[nodiscard]] const Directory& stage() const { return stage_; }
  [[nodiscard]] const Directory& old() const { return old_; }
  [[nodiscard]] Here staged(std::size_t entry) {
    return reader_.look(RelPath::parse("stage/" + name(entry)));
  }
  [[nodiscard]] Here displaced(std::size_t entry) {
    return reader_.look(RelPath::parse("old/" + name(entry)));
  }
  /// The file name of an entry's content in `stage` and `old`.
  [[nodiscard]] static std::string name(std::size_t entry);

  void write_intent(const Intent& intent);
  [[nodiscard]] std::optional<Intent> read_intent();
  void mark_aborting();
  [[nodiscard]] bool is_aborting();

  /// Moves a staged file that is not what it should be to `ddx/rescue/`, under a name never used before.
  void rescue(const std::string& staged);

  /// Takes the intent back: afterwards the operation has not begun. \throws std::system_error, and then
  /// nobody knows
  void withdraw_intent();
  /// One rename moves the operation out of the way; afterwards it is history.
  void retire();
  /// Throws away an operation of which nothing was applied.
  void discard();

 private:
  OperationFolder(const Workspace& workspace, Files& files, std::string id);

  Files& files_;
  std::string id_;
  std::filesystem::path path_;
  Directory state_, ops_, done_, folder_, stage_, old_;
  ProjectFolder reader_;
};

}  // namespace ddx
