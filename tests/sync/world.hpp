#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ddx/diff.hpp"
#include "ddx/error.hpp"
#include "ddx/init.hpp"
#include "ddx/pull.hpp"
#include "ddx/rollback.hpp"
#include "ddx/status.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

namespace ddx::test {

/// Where the project is and how it came there. The core behaviour is the same in all of them.
enum class Layout {
  plain,         ///< the repository's root, upstream's root
  second_clone,  ///< a colleague's fresh clone of a project that was connected elsewhere
  subtree,       ///< follows the folder `library/resources` of the upstream
  two_projects,  ///< in `apps/two` of a repository whose `apps/one` follows the same upstream
};

/// New bytes by path; none: the file goes.
using Edits = std::map<std::string, std::optional<std::string>>;
using DiskTree = std::map<std::string, std::string>;

/// An upstream and a project that follows it, both real repositories.
class World {
 public:
  explicit World(Layout layout = Layout::plain);

  TempDir folder;
  TestRepo upstream;
  TestRepo repository;  ///< the one the project is in
  TestHost host;
  std::filesystem::path root;  ///< of the project
  Layout layout;

  /// Makes upstream's first commit, connects the project to it and commits that.
  void start(const Edits& files, InitRequest request = {});
  /// \returns the new commit of upstream
  std::string move_upstream(const Edits& edits, const std::string& message = "change");
  InitReport init(InitRequest request = {});
  PullReport pull(const PullRequest& request = {});
  PullReport continue_pull(const std::vector<SideRule>& sides = {});
  AbortReport abort();
  RollbackReport rollback(const RollbackRequest& request = {});
  StatusReport status(const StatusRequest& request = {});
  [[nodiscard]] Workspace workspace();

  // Paths below the local tree.
  void write(const std::string& path, const std::string& bytes) const;
  void edit(const Edits& edits) const;
  [[nodiscard]] std::string read(const std::string& path) const;
  [[nodiscard]] bool exists(const std::string& path) const;
  [[nodiscard]] std::filesystem::path local(const std::string& path) const { return root / ".ddx" / path; }
  [[nodiscard]] std::filesystem::path remote(const std::string& path) const;

  /// The local tree as it is on disk.
  [[nodiscard]] DiskTree here() const;
  /// What upstream's newest commit holds of what is followed.
  [[nodiscard]] DiskTree theirs() const;
  /// Everything of the project on disk: config, lock, local tree and what else is there.
  [[nodiscard]] DiskTree everything() const { return tree_on_disk(repository.path()); }
  /// HEAD, branches and index of the project's repository.
  [[nodiscard]] std::string git_state() const;
  /// Modification times of every file in the work tree.
  [[nodiscard]] std::map<std::string, std::filesystem::file_time_type> times() const;
  /// The content of a snapshot of the last operation, as in `tree_on_disk`, paths from the project's root.
  [[nodiscard]] DiskTree snapshot(const std::string& id);
  /// Writes `.ddx.yml` anew, with these sections after `repository:`.
  void configure(const std::string& sections) const;
  std::string commit_project(const std::string& message = "project");

 private:
  void move_to_clone();
};

/// "class kind path", or "class kind old path -> path", in the report's order.
[[nodiscard]] std::vector<std::string> lines(const std::vector<Change>& changes);
/// "kind path"
[[nodiscard]] std::vector<std::string> lines(const std::vector<Conflict>& conflicts);
/// "path: state"
[[nodiscard]] std::vector<std::string> lines(const StatusReport& report);

using Lines = std::vector<std::string>;

/// The error that `act` throws. Fails the test when there is none.
template <class Act>
Error failure_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  throw std::runtime_error("expected an error");
}

[[nodiscard]] bool suggests(const Error& error, Recovery action);

}  // namespace ddx::test
