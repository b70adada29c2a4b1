#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/names.hpp"
#include "ddx/pull.hpp"

namespace ddx {

struct InitRequest {
  std::optional<std::string> url;
  Follow follow = DefaultBranch{};
  std::string subtree;        ///< a folder of the upstream; empty means all of it
  std::string path = ".ddx";  ///< the local tree, relative to the project's root
  std::vector<std::string> include, exclude;
  std::optional<Side> conflict;
  bool git_init = false;     ///< make a repository when there is none
  bool reconfigure = false;  ///< change an existing configuration
  bool repair = false;       ///< rebuild the lock from what is on disk
  bool full_history = false;
  std::optional<bool> commit;
  bool assume_yes = false;  ///< `--yes`: confirms that a changed selection deletes most files
  DryRun dry_run = DryRun::no;
  Network network = Network::online;
};

struct InitReport {
  Workspace workspace;
  std::string url;
  Follow follow;
  std::string path;
  bool made_repository = false;
  bool not_yet_pulled = false;  ///< offline: the config is written, `ddx pull` does the rest
  PullReport pull;  ///< what came in; files that were here already and are equal appear as converged
};

/// Connects `folder` to an upstream: writes config, lock and local tree as one operation. A file that is
/// there already is never overwritten: an equal one is taken over, a differing one is a conflict.
/// \throws Error (already_initialised, not_a_repository, …)
InitReport init(const std::filesystem::path& folder, const InitRequest& request, Host& host);

}  // namespace ddx
