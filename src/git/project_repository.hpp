#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/host.hpp"
#include "ddx/oid.hpp"
#include "git/object_stores.hpp"
#include "git/owned.hpp"
#include "git/repository.hpp"

struct git_repository;

namespace ddx::git {

/// The user's own repository: refs, HEAD, settings, ignore rules. Objects are read through `Objects` and
/// written through `PackWriter`.
class ProjectRepository final : public Repository {
 public:
  /// \param host  outlives it
  /// \throws Error (unsupported_repository, repository_damaged)
  static ProjectRepository open(const std::filesystem::path& worktree_root, Host& host);
  /// `git init` in an existing folder.
  static void create(const std::filesystem::path& folder);
  ProjectRepository(ProjectRepository&&) noexcept;
  ~ProjectRepository() override;

  [[nodiscard]] std::filesystem::path objects_folder() const;
  [[nodiscard]] Head head() const override;
  [[nodiscard]] std::optional<Identity> identity() const override;
  [[nodiscard]] std::optional<Oid> reference(const std::string& name) const override;
  [[nodiscard]] std::vector<std::pair<std::string, Oid>> references(const std::string& prefix) const override;
  bool move_reference(const std::string& name, const Oid& to, const std::optional<Oid>& expected,
                      const std::string& reflog_message) override;
  void remove_reference(const std::string& name) override;
  /// Names below `prefix` (a folder of refs, with the slash) whose files hold no ref. `references` leaves
  /// them out.
  [[nodiscard]] std::vector<std::string> unreadable_references(const std::string& prefix) const;
  std::vector<std::string> edit_index(const std::filesystem::path& file,
                                      const std::vector<IndexEdit>& edits) override;

  /// A value of the user's git configuration.
  [[nodiscard]] std::optional<std::string> setting(const std::string& key) const;
  /// Whether a setting that git has on by default is off: `false`, `no`, `off`, `0`.
  [[nodiscard]] bool is_off(const std::string& key) const;
  /// Whether git ignores this path (relative to the work tree's root).
  [[nodiscard]] bool ignores(const std::string& path) const;
  /// `merge`, `rebase`, `cherry-pick`, `bisect`…, or nothing
  [[nodiscard]] std::optional<std::string> operation_in_progress() const;

  /// Conversion by the user's settings and `.gitattributes`, as git does it: line ends, and the pointer
  /// instead of what Git LFS put on disk. Never runs a program. \returns nothing if the bytes stay as they
  /// are
  [[nodiscard]] std::optional<std::string> to_git(const std::string& path, const std::string& bytes) const;
  [[nodiscard]] std::optional<std::string> to_disk(const std::string& path, const std::string& bytes) const;
  /// Whether `to_disk` may change anything at this path.
  [[nodiscard]] bool converts_line_ends(const std::string& path) const;

  [[nodiscard]] git_repository* raw() const { return repository_.get(); }

 private:
  ProjectRepository(git_repository* raw, Host& host) : host_(&host), repository_(raw) {}
  [[nodiscard]] std::filesystem::path common_dir() const;
  [[nodiscard]] std::string head_file() const;
  [[nodiscard]] bool keeps_log_of(const std::string& ref) const;
  void log_move(const std::string& name, const std::optional<Oid>& from, const Oid& to,
                const std::string& message);

  Host* host_;
  OwnedRepository repository_;
};

}  // namespace ddx::git
