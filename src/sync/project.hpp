#pragma once

#include <memory>
#include <optional>

#include "config/lock_file.hpp"
#include "ddx/config.hpp"
#include "ddx/credential.hpp"
#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "git/objects.hpp"
#include "git/pack_writer.hpp"
#include "git/project_repository.hpp"
#include "git/upstream_repository.hpp"
#include "git/user_settings.hpp"
#include "platform/files.hpp"
#include "worktree/project_folder.hpp"

namespace ddx {

/// `.ddx.lock` and `.ddx.yml`, relative to the project's root.
[[nodiscard]] const RelPath& lock_path();
[[nodiscard]] const RelPath& config_path();

enum class ReadLock { yes, no };

/// What every verb works with: the project's parts, opened.
struct Project {
  const Workspace& workspace;
  Host& host;
  git::ProjectRepository repository;
  Config config;
  std::optional<Lock> lock;  ///< none when there is no `.ddx.lock`
  RelPath tree;              ///< the local tree, relative to the project's root
  StatCache cache;
  ProjectFolder folder;
  std::unique_ptr<CredentialProvider> credentials;         ///< none for an upstream that takes none from us
  std::shared_ptr<const git::UserSettings> user_settings;  ///< none before they were needed
  bool full_history = false;  ///< of the upstream: fetch all of it, not only what is needed
  std::optional<std::string> lock_text;
  Mode lock_mode = Mode::file;

  /// \param read  `no` leaves `lock` empty, whatever the file holds
  Project(const Workspace& workspace, Host& host, Config config, ReadLock read);
  Project(const Project&) = delete;
  /// Writes the stat cache back.
  ~Project();

  /// `.ddx.lock` as it was read: what an operation expects to find. None if there was none.
  [[nodiscard]] std::optional<OnDisk> lock_file() const;
  /// Both object stores as one.
  [[nodiscard]] git::Objects objects(const git::UpstreamRepository* upstream) const;
  /// The upstream's repository if it was made already.
  [[nodiscard]] std::optional<git::UpstreamRepository> known_upstream() const;
  /// Collects new objects for the project's store.
  [[nodiscard]] git::PackWriter new_pack() const;
  /// How to reach the upstream: its URL after the user's `url.*.insteadOf`, and who logs in there.
  [[nodiscard]] git::FetchOptions fetch_options();
};

/// Loads config and lock. \throws Error (no_config, config_invalid, lock_*)
[[nodiscard]] Project open_project(const Workspace& workspace, Host& host);

/// Tells about operations that a crash left. For commands that change nothing; the others recover them.
void report_pending(const Workspace& workspace, Host& host);

/// \throws Error (not_initialised) when nothing was pulled yet
[[nodiscard]] const Lock& require_lock(const Project& project);

/// A name for a commit: its tag if it has one, else `<branch>@<short id>`.
[[nodiscard]] std::string version_name(const Oid& commit, const std::string& branch,
                                       const std::vector<std::pair<std::string, Oid>>& tags);

}  // namespace ddx
