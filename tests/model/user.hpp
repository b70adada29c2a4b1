#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/scenario.hpp"

namespace ddx::test {

/// What a user, their editor or their git does to the project.
enum class Deed {
  nothing,
  edit_in_place,
  save_by_rename,  ///< creates the file where there is none
  remove,
  check_out_old,  ///< puts back what the operation found
  write_new,      ///< happens to write what the operation brings
  make_executable,
  change_permissions,  ///< in a way that git does not see
  put_a_link,
  put_a_folder,
  put_a_file_beside,
  put_a_file_for_a_folder,  ///< where the operation makes a folder
  write_to_displaced,       ///< through a file that is open since before the operation
  stage_another_file,
  stage_this_file,
  commit,
  switch_branch,
  take_index_lock,
  release_index_lock,
  collect_garbage,
};
constexpr int deed_count = static_cast<int>(Deed::collect_garbage) + 1;
[[nodiscard]] std::string_view to_string(Deed deed);

enum class When {
  between,  ///< no program of ours runs
  live,     ///< between two steps of one
};

/// What must be true in the end because of what the user did.
struct Story {
  struct Touch {
    std::optional<FileSpec> expected;  ///< none: they deleted it
    bool live = false;                 ///< a step of ours was under way
    bool known = false;                ///< what they wrote, the operation had found or brings itself
    bool aside = false;  ///< a power cut undid the rename that had brought the file they wrote to
  };
  struct Late {
    std::string path, bytes;
    bool live = false;
  };
  std::map<std::string, Touch> touched;     ///< by absolute path
  std::map<std::string, bool> was_applied;  ///< planned paths, when the user first came near them
  std::vector<Late> late;
  std::set<std::string> undecided;  ///< that the user once brought to the old or the new state themselves
  std::set<std::string> permissions_changed;
  std::optional<Oid> main;  ///< where the user moved the branch to
  bool main_live = false;   ///< while a step of ours was under way
  std::string head = "refs/heads/main";
  std::map<std::string, Version> staged;
  bool index_is_locked = false;
  std::vector<std::string> told;  ///< to reproduce it
  std::string said;               ///< by recoveries that came to their end before the last one
  int counter = 0;

  /// Whether the user touched the path, one above it or one below it.
  [[nodiscard]] bool is_near(const std::string& path) const;
};

/// Brings the story up to date after a power cut.
void power_fails(Story& story, const Scenario& scenario, const MemoryDisk& disk);
/// And after a recovery that came to its end.
void nothing_is_pending(Story& story, const Scenario& scenario, const MemoryDisk& disk);

[[nodiscard]] bool is_applied(const Planned& planned, const MemoryDisk& disk);

class User {
 public:
  User(const Scenario& scenario, World& world, Story& story, When when)
      : scenario_(scenario), world_(world), story_(story), when_(when) {}

  /// \param target  which of the planned paths
  /// \returns false if that cannot be done now
  bool act(Deed deed, std::size_t target);

 private:
  bool act_on_file(Deed deed, const Planned& planned);
  bool act_on_git(Deed deed, const Planned& planned);
  bool put(const std::string& path, const FileSpec& file, bool by_rename);
  bool put_beside(const std::string& path);
  bool put_for_folder(const std::string& path);
  bool write_to_displaced(const Planned& planned);
  bool stage(const std::string& path);
  bool commit();
  void touch(const std::string& path, std::optional<FileSpec> expected);
  [[nodiscard]] std::string fresh_bytes();
  [[nodiscard]] bool is_planned(const std::string& path, const std::optional<FileSpec>& file) const;
  [[nodiscard]] bool is_folder(const std::string& path) const;
  /// Whether a file can be put at the path without removing anything.
  [[nodiscard]] bool is_reachable(const std::string& path) const;

  const Scenario& scenario_;
  World& world_;
  Story& story_;
  When when_;
};

}  // namespace ddx::test
