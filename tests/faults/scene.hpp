#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ddx/pull.hpp"
#include "ddx/workspace.hpp"
#include "support/faulty_files.hpp"
#include "support/mount.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

namespace ddx::test {

/// The quick tests try one in so many of their places: with sanitizers each takes several times as long. The
/// long tests try all of them in every build.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr std::size_t stride = 2;
#else
inline constexpr std::size_t stride = 1;
#endif

/// A host whose clock and randomness go on from where the last one's ended, as those of one machine do. Its
/// time is in the past, so that what the real program does comes after it.
class Machine {
 public:
  explicit Machine(FaultyFiles::Act act = nullptr);

  FaultyFiles files;
  TestHost events{files};
  Host& host = events.host();
};

/// Whether an operation of the project has its journal in place: from then on it is finished after a crash.
[[nodiscard]] bool is_prepared(const std::filesystem::path& project);

/// While it lives, machines are made with a file system that knows less.
class LesserDisk {
 public:
  explicit LesserDisk(const Lacks& lacks);
  LesserDisk(const LesserDisk&) = delete;
  ~LesserDisk();
};
/// As NTFS-3g, NFS and many FUSE file systems: no modes of rename. As FAT: no hard links, and no exchange.
inline constexpr Lacks plain_rename{true, true, false, false};
inline constexpr Lacks no_links{true, false, true, false};

/// What a user can see of a project (but for what an operation keeps in `.ddx-op`), and what must be all old
/// or all new.
struct Visible {
  std::map<std::string, std::string> files;
  std::string index, head, refs;
  bool index_locked = false;
  friend bool operator==(const Visible&, const Visible&) = default;
};

/// Whether the path is one in a `.ddx-op`.
[[nodiscard]] bool is_kept_by_operation(const std::string& path);
[[nodiscard]] Visible look_at(const std::filesystem::path& project);
/// Names what differs, for messages.
[[nodiscard]] std::string difference(const Visible& is, const Visible& expected);

/// A verb applied to a project.
using Verb = std::function<void(const std::filesystem::path& project, Host&)>;

void recover_now(const std::filesystem::path& project, Host& host);
[[nodiscard]] Workspace workspace_of(const std::filesystem::path& project);

/// How many operations the audit log has as done.
[[nodiscard]] std::size_t audited_operations(const std::filesystem::path& project);
/// What is wrong with the audit log; empty when it is sound and lacks nothing.
[[nodiscard]] std::string audit_problems(const std::filesystem::path& project);

/// An upstream with two versions, and a project at the first of them with every kind of local change; the
/// second is fetched already. What the pull will do: create, replace, delete, rename, merge, leave a
/// conflict, change a mode, replace a link, make a folder, empty a folder, put a file where a folder was and
/// the other way round.
class Scene {
 public:
  Scene();
  /// The same upstream at its second version, and a project that is not connected to it yet, with files of
  /// its own where upstream has an equal one and a differing one.
  [[nodiscard]] static Scene unconnected();

  /// Applies a verb to the project that `fresh` copies.
  void advance(const Verb& verb);
  /// A fresh copy of the project, always at the same path.
  [[nodiscard]] std::filesystem::path fresh() const;
  /// From now on a part of each copy, `.ddx` or `.git`, is on a file system of its own.
  /// \returns false where nothing can be mounted
  [[nodiscard]] bool separate(const std::string& part);
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] TestRepo& upstream() { return upstream_; }

 private:
  enum class Connected { no, yes };
  explicit Scene(Connected connected);

  TempDir folder_;
  TestRepo upstream_;
  std::string separate_;
  mutable std::optional<Mount> mount_;
};

enum class End { finished, killed, failed };
/// Runs `body` in a process of its own.
[[nodiscard]] End in_child(const std::function<void()>& body);

}  // namespace ddx::test
