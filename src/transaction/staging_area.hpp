#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "platform/files.hpp"
#include "transaction/moves.hpp"
#include "worktree/project_folder.hpp"

namespace ddx {

/// Where one operation keeps contents, on the file system of the paths they are for:
///
///     stage/NNNNNN   new content, final mode; after an exchange the content that was displaced
///     old/NNNNNN     what was deleted; what was replaced, where files cannot be exchanged
///
/// Usually that is the operation's folder in the git directory. For paths on another file system it is
/// `.ddx-op/<id>/` in the project's root or in the local tree, which git ignores and which goes when it is
/// empty.
class StagingArea {
 public:
  /// Opens `<home>/<folder>`, making what is missing below `home`. The last part of `folder` is the
  /// operation's id.
  StagingArea(Files& files, const std::filesystem::path& home, const std::string& folder);
  /// The same for `.ddx-op/<id>` in a folder of the work tree.
  static StagingArea beside(Files& files, const std::filesystem::path& root, const std::string& id);
  /// Removes `.ddx-op/<id>`, unless somebody's content is in it, and then `.ddx-op` if nothing is left in it.
  static void tidy(Files& files, const std::filesystem::path& root, const std::string& id);
  /// Throws away the area of an operation of which nothing was applied.
  static void discard(Files& files, const std::filesystem::path& root, const std::string& id);

  /// The git directory, or the folder that was given. For messages.
  [[nodiscard]] std::filesystem::path place() const { return home_.path().parent_path(); }
  [[nodiscard]] const Directory& folder() const { return folder_; }
  [[nodiscard]] const Directory& stage() const { return stage_; }
  [[nodiscard]] const Directory& old() const { return old_; }
  [[nodiscard]] Moves& moves() { return moves_; }
  [[nodiscard]] Here staged(const std::string& name) { return reader_.look(RelPath::parse("stage/" + name)); }
  [[nodiscard]] Here displaced(const std::string& name) {
    return reader_.look(RelPath::parse("old/" + name));
  }
  /// Whether a rename between here and `folder` is possible.
  [[nodiscard]] bool reaches(const Directory& folder);
  /// Whether a file can be renamed to here. \throws std::system_error as `Files::check_movable`
  void check_movable(const Directory& at, const std::string& name);
  /// Whether files can be given their places at all. \throws Error (io)
  void probe();

  /// Moves a staged file that is not what it should be to `rescue/`, under a name never used before.
  void rescue(const std::string& staged);
  /// What of this operation is in `rescue/`, each with the number of its entry.
  [[nodiscard]] std::vector<std::pair<std::size_t, Here>> rescued();
  /// Everything staged is durable afterwards. \param few  flush file by file instead of the whole file system
  void flush(bool few);

 private:
  Files& files_;
  std::string id_;
  Directory home_, above_, folder_, stage_, old_;
  ProjectFolder reader_;
  Moves moves_;
};

}  // namespace ddx
