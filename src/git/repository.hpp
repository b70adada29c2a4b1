#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/oid.hpp"
#include "git/object_stores.hpp"

namespace ddx::git {

struct Head {
  std::string ref;            ///< `refs/heads/main`, or `HEAD` when detached
  std::optional<Oid> commit;  ///< none on an unborn branch
  bool detached = false;
};

/// "This entry becomes that." Paths are relative to the work tree's root.
struct IndexEdit {
  std::string path;
  std::optional<Version> before;  ///< what the entry must be for the edit to apply
  std::optional<Version> after;   ///< none: the entry goes
};

/// What an operation changes in the repository it works in, beside files: refs and the index. Durable when a
/// function returns. An interface, so that a model of the disk can stand in for the real one.
class Repository {
 public:
  virtual ~Repository() = default;

  [[nodiscard]] virtual Head head() const = 0;
  /// Who commits here: `GIT_AUTHOR_NAME` and `GIT_AUTHOR_EMAIL`, else user.name and user.email; nothing when
  /// one is missing.
  [[nodiscard]] virtual std::optional<Identity> identity() const = 0;
  [[nodiscard]] virtual std::optional<Oid> reference(const std::string& name) const = 0;
  /// Names and targets of all refs below `prefix`, sorted by name.
  [[nodiscard]] virtual std::vector<std::pair<std::string, Oid>> references(
      const std::string& prefix) const = 0;
  /// Makes the ref, or moves it from `expected` (none: it must not exist yet).
  /// \returns false if it is something else by now
  virtual bool move_reference(const std::string& name, const Oid& to, const std::optional<Oid>& expected,
                              const std::string& reflog_message) = 0;
  /// Removes a ref of ddx's own, `refs/ddx/…`. Removing what is not there is no error.
  virtual void remove_reference(const std::string& name) = 0;

  /// Applies the edits to the index file `file` (a copy of the repository's). Everything else in it stays:
  /// flags, stages, other entries. An entry that is not what the edit expects, is left. Changed entries get
  /// no stat data, so that git looks at the files once. Not flushed. \returns the paths that were left
  virtual std::vector<std::string> edit_index(const std::filesystem::path& file,
                                              const std::vector<IndexEdit>& edits) = 0;
};

}  // namespace ddx::git
