#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ddx/workspace.hpp"
#include "transaction/folder_step.hpp"
#include "transaction/intent.hpp"
#include "transaction/operation_folder.hpp"
#include "transaction/placement.hpp"

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
  /// The project's folder, open.
  [[nodiscard]] const Directory& project() const { return placement_.project(); }
  /// Whether the path is still as the operation found it.
  [[nodiscard]] bool is_as_before(std::size_t index) {
    return placement_.path_holds(index, effect(index).before);
  }
  /// Whether the path is as the operation leaves it.
  [[nodiscard]] bool is_as_after(std::size_t index) {
    return placement_.path_holds(index, effect(index).after);
  }
  /// Whether something is staged for the path that has not got there.
  [[nodiscard]] bool is_to_come(std::size_t index) { return placement_.is_staged(index); }
  /// Whether the old file is out of the way, and the new one not in its place: where files cannot be
  /// exchanged.
  [[nodiscard]] bool is_half_replaced(std::size_t index) {
    return effect(index).before && placement_.path_holds(index, std::nullopt) &&
           placement_.displaced_holds(index, *effect(index).before);
  }
  /// Brings one path back to its old state. \returns false if somebody edited it meanwhile
  bool undo_one(std::size_t index);

  /// Brings every path back to its old state where the user has not touched it.
  /// \returns those that were left alone
  std::vector<std::size_t> undo();

  /// Paths of which somebody's content is in `stage/` or `old/`: they wrote to what was displaced, through a
  /// file they held open, or between a rename and the look at what it had moved.
  std::vector<RelPath> late_edits();
  /// Effects of which `rescue/` has what neither the operation brings nor git knows: it was found where
  /// staged content should have been, by this recovery or by one that died.
  [[nodiscard]] std::vector<std::size_t> rescued();

  /// What was applied so far is durable.
  void flush() { placement_.flush(); }
  /// Makes all of it durable; after that no file has two names any more.
  void settle();

  /// Gives entry `index` other staged content, durable before it is used; what was staged moves to `rescue/`.
  void restage(std::size_t index, const std::string& bytes) { placement_.restage(index, bytes); }

 private:
  void stage_again(std::size_t index, const Reread& reread);
  [[nodiscard]] const RecordedEffect& effect(std::size_t index) const {
    return intent_.record.effects[index];
  }
  void apply_one(std::size_t index);
  bool finish_one(std::size_t index, const Reread& reread);
  bool finish_removal(std::size_t index);
  bool finish_creation(std::size_t index, const Reread& reread);
  bool finish_replacement(std::size_t index, const Reread& reread);
  bool finish_half_replaced(std::size_t index, const Reread& reread);
  bool undo_creation(std::size_t index);
  bool undo_replacement(std::size_t index);
  bool undo_removal(std::size_t index);

  OperationFolder& operation_;
  const Intent& intent_;
  Placement placement_;
  FolderStep folders_;
  std::vector<std::optional<OnDisk>> planned_;  ///< what each effect brings; the intent's lock may be adapted
};

}  // namespace ddx
