#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ddx/config.hpp"
#include "ddx/host.hpp"
#include "ddx/oid.hpp"
#include "git/fetch_options.hpp"
#include "git/objects.hpp"
#include "git/owned.hpp"
#include "git/push.hpp"

struct git_repository;

namespace ddx {
class Directory;
}

namespace ddx::git {

struct Arrival;
class PackWriter;

/// How much history a fetch brings.
enum class Depth {
  one_commit,
  missing,    ///< what is newer than what is here
  everything  ///< also what earlier fetches left out
};

struct Fetched {
  Oid commit;
  std::string ref;     ///< the full name at the upstream, e.g. `refs/heads/main`; empty for a commit id
  std::string branch;  ///< the branch that was followed; what `DefaultBranch` stands for
  std::vector<std::pair<std::string, Oid>> tags;  ///< advertised tags, peeled, for naming versions
  bool received_objects = false;
};

/// The private bare repository `ddx/upstream.git` in the common git directory, where everything that
/// comes from upstream lands before it is looked at. Several projects of one clone share it; their refs are
/// apart: `refs/ddx/<project>/fetched` (the newest seen) and `refs/ddx/commits/<id>` (every commit a lock
/// named).
class UpstreamRepository {
 public:
  /// Opens it; makes it when it is not there yet. A damaged one is set aside and made anew.
  static UpstreamRepository open(const std::filesystem::path& folder, Host& host);
  UpstreamRepository(UpstreamRepository&&) noexcept;
  ~UpstreamRepository();

  /// Asks the upstream for the ref that is followed and brings what is missing. Refs in here move only after
  /// all objects have arrived and are connected.
  /// \throws Error (network*, server_error, tls, not_git, auth_*, ref_not_found with what exists,
  /// upstream_empty, upstream_not_found, redirected); Interrupted
  Fetched fetch(const std::string& project, const FetchOptions& options, Host& host);

  /// What the last fetch for this project found, and when.
  struct LastFetch {
    Oid commit;
    std::string branch;
    std::chrono::sys_seconds date;
    std::vector<std::pair<std::string, Oid>> tags;
    std::string url;  ///< where it came from
  };
  [[nodiscard]] std::optional<LastFetch> last_fetch(const std::string& project) const;

  /// Keeps a commit that a lock names from git's garbage collection in here. Nothing happens if it is not
  /// here.
  void keep(const Oid& commit, Host& host);

  /// A fetch that also brings the history that a shallow one left out. Nothing happens where all is here.
  void deepen(const std::string& project, const FetchOptions& options, Host& host);

  /// Writes commits and what they hold into this repository, and a ref that keeps them.
  [[nodiscard]] PackWriter new_pack(Host& host) const;
  void keep_as(const std::string& ref, const Oid& commit, Host& host);

  /// Moves one branch of the server that `options` names, if it is where `update` expects it. Where the
  /// connection was lost, it looks what came of it, so that the answer is what holds.
  /// \throws Error (network*, auth_*…); Interrupted
  PushAnswer push(const RefUpdate& update, FetchOptions options, Host& host) const;

  [[nodiscard]] std::filesystem::path objects_folder() const;

  struct Walk {
    std::vector<Oid> commits;  ///< newest first, `to` included, `from` and its ancestors not
    bool complete = true;      ///< false where a shallow fetch cut history, or `doubtful` may lack some
    /// Those of `commits` that may be ancestors of `from`: it is after the cut, they are not.
    std::set<Oid> doubtful;
    bool from_is_ancestor = true;  ///< false while `complete` is false only means: not known
  };
  /// Commits reachable from `to` and not from `from`. `from` null: only `to`'s own line up to `limit`.
  [[nodiscard]] Walk commits_between(const Oid& from, const Oid& to, std::size_t limit) const;

 private:
  explicit UpstreamRepository(std::filesystem::path folder);
  /// Opens it again, because libgit2 reads the shallow boundary only then.
  void reopen();
  [[nodiscard]] bool has_connected(const Oid& commit) const;
  [[nodiscard]] std::optional<Oid> connected_commit(const Oid& tip) const;
  [[nodiscard]] bool is_followed(const UpstreamUrl& url, Host& host) const;
  [[nodiscard]] std::vector<Oid> boundary() const;
  [[nodiscard]] std::vector<CommitInfo> cut_before(const Oid& from, const std::vector<Oid>& cut) const;
  [[nodiscard]] std::set<Oid> not_surely_after(const std::vector<CommitInfo>& ends,
                                               const std::vector<Oid>& walked) const;
  void set_boundary(std::vector<Oid> commits, Host& host);
  Fetched fetch_locked(const std::string& project, const FetchOptions& options, Depth depth, Host& host);
  Arrival receive(const FetchOptions& options, Depth depth, const Directory& at, Host& host);
  /// What a worker does. \param blank  a repository without refs, if it may need one
  Arrival converse(const FetchOptions& options, Depth depth, git_repository* blank, Host& host) const;
  void accept(const Arrival& arrival, Depth depth, Host& host);
  void record(const std::string& project, const UpstreamUrl& url, const Fetched& fetched, Host& host);

  std::filesystem::path folder_;
  OwnedRepository repository_;
};

}  // namespace ddx::git
