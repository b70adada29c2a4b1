#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/host.hpp"
#include "ddx/names.hpp"
#include "ddx/pull.hpp"
#include "ddx/upstream_url.hpp"
#include "ddx/workspace.hpp"

namespace ddx {

struct Limits {
  std::uint64_t file_bytes = 100ull << 20;
  std::uint64_t files = 100'000;
  std::uint64_t total_bytes = 2ull << 30;
};

/// How long snapshots are kept.
struct Backup {
  std::uint64_t keep = 50;  ///< the newest ones
  std::uint64_t days = 90;  ///< and all that are younger
  std::uint64_t bytes = 1ull << 30;
};

/// How customizations go to the upstream.
struct Contribute {
  enum class Fork { automatic, always, never };
  Fork fork = Fork::automatic;
  std::string branch = "ddx/{user}/{topic}";  ///< of the branches that `push` makes
  bool signoff = false;
  std::string secret_rules = {};           ///< a rule file of gitleaks in the project; empty: ddx's own alone
  std::uint64_t files = 500;               ///< the most in one contribution
  std::uint64_t file_bytes = 10ull << 20;  ///< the largest
};

/// What `.ddx.yml` says, with defaults, the per-user file and `DDX_…` variables applied.
/// Everything is checked: a value of this type holds no nonsense.
struct Config {
  UpstreamUrl url;
  Follow follow = DefaultBranch{};
  std::string subtree;        ///< folder of the upstream, no slash at the ends; empty: all of it
  std::string path = ".ddx";  ///< the local tree, relative to the project's root
  std::vector<std::string> include = {}, exclude = {};  ///< gitignore patterns; empty include: everything
  std::vector<std::string> protect = {};                ///< never updated from upstream
  std::vector<std::string> generated = {};              ///< made by a program: conflicts propose upstream's
  bool commit = false;                                  ///< `sync.commit`
  Side conflict = Side::ask;                            ///< `sync.conflict`
  std::vector<SideRule> conflicts = {};                 ///< `sync.conflicts`
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds idle_timeout{30'000};
  int tries = 4;
  Limits limits = {};
  Backup backup = {};
  Contribute contribute = {};
};

/// Reads and checks the project's configuration.
/// \throws Error (no_config); Error (config_invalid) naming file, line, column, what was found and what is
/// allowed
[[nodiscard]] Config load_config(const Workspace& workspace, Host& host);

}  // namespace ddx
