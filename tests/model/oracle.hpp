#pragma once

#include <string>
#include <vector>

#include "model/program.hpp"
#include "model/user.hpp"

namespace ddx::test {

/// What may be on the disk. Every check has a name, which begins the text of its violations.
class Oracle {
 public:
  Oracle(const Scenario& scenario, const World& world, const Story& story)
      : scenario_(scenario), world_(world), story_(story) {}

  enum class Lost { nothing, something };
  /// Right after a crash, before anybody did anything about it.
  /// \param lost  whether the power failed too, or only the program ended
  void check_crashed(Lost lost);
  /// When nothing is pending any more. \param last  the run that ended it
  void check_settled(const Ending& last);

  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
  /// What `check_settled` found, or was told.
  [[nodiscard]] Direction direction() const { return direction_; }

 private:
  void blame(const std::string& check, const std::string& what) {
    violations_.push_back(check + ": " + what);
  }
  [[nodiscard]] Direction observed() const;
  [[nodiscard]] bool holds(const Planned& planned, const std::optional<FileSpec>& file) const;
  [[nodiscard]] bool is_late(const Planned& planned) const;
  void check_paths();
  void check_touched(const Planned& planned, const Story::Touch& touch);
  void check_untouched(const Planned& planned);
  void check_tree(const std::string& folder);
  void check_file(const std::string& path);
  void check_lock();
  void check_lock_content(const FileSpec& there);
  void check_entry(const Planned& planned, const Lock& lock);
  void check_index();
  void check_branch();
  void check_displaced();
  void check_late_edits();
  void check_reports();
  void check_state_folder();
  [[nodiscard]] bool comes_by_link() const;
  [[nodiscard]] bool may_come_again(const Planned& planned) const;
  [[nodiscard]] bool keeps_users_version(const Planned& planned) const;
  [[nodiscard]] bool can_be_found(const std::string& bytes) const;
  [[nodiscard]] bool is_below(const std::string& folder, InodeNumber wanted) const;
  [[nodiscard]] bool is_mentioned(const std::string& path) const;
  [[nodiscard]] bool is_said_where(const std::string& path) const;

  const Scenario& scenario_;
  const World& world_;
  const Story& story_;
  Ending last_;
  Direction direction_ = Direction::unknown;
  std::vector<std::string> violations_;
};

}  // namespace ddx::test
