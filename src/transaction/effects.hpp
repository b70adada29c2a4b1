#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ddx/workspace.hpp"
#include "transaction/folder_step.hpp"
#include "transaction/intent.hpp"
#include "transaction/operation_folder.hpp"

namespace ddx {

/// Somebody else changed a path between the plan and the act.
class Raced : public std::exception {
 public:
  explicit Raced(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const char* what() const noexcept override { return "a file changed meanwhile"; }

 private:
  std::string path_;
};

/// Applies, finishes and undoes the effects of one operation: renames only. What has to be done is read off
/// the disk, never off a counter, so every function here may run again after a crash at any point of it.
class Effects {
 public:
  Effects(const Workspace& workspace, Files& files, OperationFolder& operation, const Intent& intent);

  /// Live: every path must be as planned. \throws Raced, std::system_error; the caller then calls `undo`
  void apply();

  /// Reads staged content once more, from the objects that an operation keeps for that.
  using Reread = std::function<std::string(const Oid&)>;

  /// After a crash: brings every path but the lock to its new state where the user has not touched it.
  /// \returns the effects that were left alone because somebody edited the path meanwhile
  std::vector<std::size_t> finish_files(const Reread& reread);
  /// The lock, when it is known which files did not get there. \returns the same
  std::vector<std::size_t> finish_lock(const Reread& reread);
  /// Whether the path is still as the operation found it.
  [[nodiscard]] bool is_as_before(std::size_t index) { return holds(index, effect(index).before); }

  /// Brings every path back to its old state where the user has not touched it.
  /// \returns those that were left alone
  std::vector<std::size_t> undo();

  /// Displaced content that somebody wrote to after it was displaced (through a file they held open).
  std::vector<RelPath> late_edits();

  /// Flushes the folders that were renamed in, and the file systems they are on.
  void flush();

  /// Gives entry `index` other staged content, durable before it is used; what was staged moves to `rescue/`.
  void restage(std::size_t index, const std::string& bytes);

 private:
  [[nodiscard]] const RecordedEffect& effect(std::size_t index) const {
    return intent_.record.effects[index];
  }
  [[nodiscard]] Here look(std::size_t index);
  [[nodiscard]] bool holds(std::size_t index, const std::optional<RecordedFile>& state);
  Directory parent(std::size_t index);
  Directory parent_or_make(std::size_t index);
  void apply_one(std::size_t index);
  bool finish_one(std::size_t index, const Reread& reread);
  bool finish_removal(std::size_t index);
  bool finish_creation(std::size_t index, const Reread& reread);
  bool finish_replacement(std::size_t index, const Reread& reread);
  bool undo_one(std::size_t index);
  bool undo_creation(std::size_t index);
  bool move_aside(std::size_t index);
  bool swap(std::size_t index, const RecordedFile& expected_out);
  [[nodiscard]] bool stage_holds(std::size_t index, const RecordedFile& file);
  void remove_empty_parents(std::size_t index);
  void remove_made_folders(std::size_t index);

  Files& files_;
  OperationFolder& operation_;
  const Intent& intent_;
  Directory project_, state_;
  ProjectFolder project_reader_, state_reader_;
  FolderStep folders_;
};

}  // namespace ddx
