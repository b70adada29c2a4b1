#pragma once

#include <optional>
#include <string>

#include "ddx/workspace.hpp"
#include "transaction/intent.hpp"
#include "transaction/operation_folder.hpp"

namespace ddx {

/// How one file gets to its place and back, and what is where: P is the path, S the staged content, O what
/// was displaced. Decides nothing. A file may have two names for a while where names cannot be moved without
/// replacing: P and S, or P and O.
class Placement {
 public:
  Placement(const Workspace& workspace, Files& files, OperationFolder& operation, const Intent& intent);

  [[nodiscard]] const RecordedEffect& effect(std::size_t index) const {
    return intent_.record.effects[index];
  }
  /// The project's folder, open.
  [[nodiscard]] const Directory& project() const { return project_; }
  [[nodiscard]] bool path_holds(std::size_t index, const std::optional<RecordedFile>& state);
  [[nodiscard]] bool path_has_file(std::size_t index) { return look(index).occupant == Occupant::file; }
  [[nodiscard]] bool stage_holds(std::size_t index, const RecordedFile& file);
  [[nodiscard]] bool displaced_holds(std::size_t index, const RecordedFile& file);
  [[nodiscard]] bool is_staged(std::size_t index);
  /// Whether a recovery died between taking the staged content away and giving its name to other content.
  [[nodiscard]] bool is_half_restaged(std::size_t index);
  /// The content of the staged file. \returns nothing if there is none, or a link
  [[nodiscard]] std::optional<std::string> staged_text(std::size_t index);
  [[nodiscard]] bool is_displaced(std::size_t index);
  [[nodiscard]] bool path_is_staged_file(std::size_t index);
  [[nodiscard]] bool path_is_displaced_file(std::size_t index);

  /// S → P, which has to be free. \throws std::system_error: EEXIST, ENOENT, ENOTDIR… are races
  void put_staged(std::size_t index);
  /// O → P, which has to be free.
  void put_displaced(std::size_t index);
  /// P → O, and back when it is not `expected`. \returns whether it was
  bool take_aside(std::size_t index, const RecordedFile& expected);
  /// P → S, and back when it is not `expected`. \returns whether it was
  bool take_back(std::size_t index, const RecordedFile& expected);
  /// S → P, with what was at P in S (exchanged) or in O; and back when that is not `expected`. \returns
  /// whether it was
  bool replace(std::size_t index, const RecordedFile& expected);

  /// Takes the second name away from a file that is in its place.
  void drop_staged_name(std::size_t index);
  void drop_displaced_name(std::size_t index);

  void remove_empty_parents(std::size_t index);
  /// Removes those parents that the operation made.
  void remove_made_folders(std::size_t index);

  /// Gives the entry other staged content, durable before it is used; what was staged moves to `rescue/`.
  void restage(std::size_t index, const std::string& bytes);

  /// Moves what a recovery that died had left beside the staged content to `rescue/`.
  void rescue_leftover(std::size_t index);

  /// Flushes the folders that were renamed in, or the file systems they are on.
  void flush();

 private:
  [[nodiscard]] Here look(std::size_t index);
  [[nodiscard]] const Directory& root(std::size_t index) const {
    return effect(index).place == Place::project ? project_ : state_;
  }
  [[nodiscard]] std::string file_name(std::size_t index) const {
    return std::string(effect(index).path.name());
  }
  Directory parent(std::size_t index);
  [[nodiscard]] bool path_is(std::size_t index, const Directory& at);
  void flush_folders();

  Files& files_;
  OperationFolder& operation_;
  const Intent& intent_;
  Directory project_, state_;
  ProjectFolder project_reader_, state_reader_;
};

/// Whether the failure means that somebody else changed the path.
[[nodiscard]] bool is_race(const std::system_error& error);

}  // namespace ddx
