#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "git/objects.hpp"
#include "git/project_repository.hpp"
#include "worktree/project_folder.hpp"

namespace ddx {

/// Our side of a merge: the work tree, the index, or HEAD. Paths are relative to the local tree.
class Ours {
 public:
  struct State {
    Occupant occupant = Occupant::nothing;
    std::optional<Version> version;  ///< in git's form; set when `occupant` is `file`
    std::optional<OnDisk> disk;      ///< the raw bytes; only the work tree has them
  };

  using InBase = std::function<bool(const RelPath&)>;

  virtual ~Ours() = default;
  /// `base` may save work: a file whose raw bytes are the base needs no conversion.
  [[nodiscard]] virtual State at(const RelPath& path, const std::optional<Version>& base) = 0;
  /// The content that `at` reported, in git's form.
  [[nodiscard]] virtual std::string content(const RelPath& path, const Version& version) = 0;
  /// Whether nothing is left of `folder` once these files have gone. Empty folders of the user count as
  /// something.
  [[nodiscard]] virtual bool empties(const RelPath& folder, const std::set<RelPath>& going) = 0;
  /// Every file that is not in the base, but what git ignores; sorted.
  [[nodiscard]] virtual std::vector<RelPath> added(const InBase& in_base) = 0;
  /// Files in the same folder whose names differ from this one only in case.
  [[nodiscard]] virtual std::vector<RelPath> twins(const RelPath& path) = 0;
};

/// The names of files by what is left of them without their case, folder by folder.
class NamesByFold {
 public:
  /// Whether `folder` was added.
  [[nodiscard]] bool knows(std::string_view folder) const { return names_.contains(folder); }
  void add(std::string_view folder, const std::vector<RelPath>& files);
  [[nodiscard]] std::vector<RelPath> twins(const RelPath& path) const;

 private:
  std::map<std::string, std::multimap<std::string, RelPath>, std::less<>> names_;
};

/// Whether the bytes on disk are compared as git would store them, or as they are.
enum class LineEnds { as_git, raw };

/// What is on disk, uncommitted edits included.
class WorkTreeSide : public Ours {
 public:
  /// \param tree  the local tree, relative to the project's root
  WorkTreeSide(ProjectFolder& folder, RelPath tree, const git::ProjectRepository& repository,
               std::string prefix, LineEnds line_ends)
      : folder_(folder),
        tree_(std::move(tree)),
        repository_(repository),
        prefix_(std::move(prefix)),
        line_ends_(line_ends),
        modes_count_(!repository.is_off("core.filemode")),
        has_links_(!repository.is_off("core.symlinks")) {}

  State at(const RelPath& path, const std::optional<Version>& base) override;
  std::string content(const RelPath& path, const Version& version) override;
  bool empties(const RelPath& folder, const std::set<RelPath>& going) override;
  std::vector<RelPath> added(const InBase& in_base) override;
  std::vector<RelPath> twins(const RelPath& path) override;

 private:
  [[nodiscard]] Mode mode_of(const OnDisk& file, const std::optional<Version>& base) const;

  ProjectFolder& folder_;
  RelPath tree_;
  const git::ProjectRepository& repository_;
  std::string prefix_;
  LineEnds line_ends_;
  bool modes_count_;  ///< git's `core.fileMode`
  NamesByFold names_;
  bool has_links_;  ///< git's `core.symlinks`: without, a link is a small file that holds its target
};

/// What HEAD or the index holds.
class StoredSide : public Ours {
 public:
  StoredSide(std::map<RelPath, Version> files, const git::Objects& objects)
      : files_(std::move(files)), objects_(objects) {}

  State at(const RelPath& path, const std::optional<Version>& base) override;
  std::string content(const RelPath& path, const Version& version) override;
  bool empties(const RelPath& folder, const std::set<RelPath>& going) override;
  std::vector<RelPath> added(const InBase& in_base) override;
  std::vector<RelPath> twins(const RelPath& path) override;

 private:
  [[nodiscard]] std::vector<RelPath> files_below(const RelPath& folder) const;

  std::map<RelPath, Version> files_;
  const git::Objects& objects_;
  NamesByFold names_;
};

}  // namespace ddx
