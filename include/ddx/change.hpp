#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ddx/oid.hpp"
#include "ddx/rel_path.hpp"

namespace ddx {

/// The modes that git knows for something that has bytes.
enum class Mode : std::uint32_t { file = 0100644, executable = 0100755, link = 0120000 };

/// `100644`, `100755`, `120000`
[[nodiscard]] std::string to_string(Mode mode);
[[nodiscard]] std::optional<Mode> parse_mode(std::string_view text);

/// What a path holds: the id of its bytes as git would store them, and its mode.
struct Version {
  Oid blob;
  Mode mode = Mode::file;
  friend auto operator<=>(const Version&, const Version&) = default;
};

/// What happens to a path, seen from the user's folder.
enum class ChangeKind { added, modified, deleted, renamed, mode };

/// Why it happens: a row of the three-way table in docs/architecture.md.
enum class ChangeClass { fresh, updated, merged, converged, kept, conflict, removed };

enum class ConflictKind {
  content,
  add_add,
  modify_delete,
  delete_modify,
  binary,
  mode,
  symlink,
  type,
  rename_rename,
  rename_delete,
  case_only,
  submodule
};

[[nodiscard]] std::string_view to_string(ChangeKind kind);
/// `new`, `updated`, `merged`, `converged`, `kept`, `conflict`, `removed`
[[nodiscard]] std::string_view to_string(ChangeClass change_class);
[[nodiscard]] std::string_view to_string(ConflictKind kind);

/// One line of a plan and of the report about its execution.
struct Change {
  RelPath path;                     ///< relative to the local tree
  std::optional<RelPath> old_path;  ///< where it was, for a rename
  ChangeKind kind = ChangeKind::modified;
  ChangeClass change_class = ChangeClass::updated;
  friend bool operator==(const Change&, const Change&) = default;
};

/// Lines of one conflicting hunk: first line (from 1) and count, in the file as it is written with markers.
struct ConflictHunk {
  int first_line = 0;
  int lines = 0;
  friend bool operator==(const ConflictHunk&, const ConflictHunk&) = default;
};

/// The upstream commit that changed a file last.
struct UpstreamChange {
  Oid commit;
  std::string author;
  std::chrono::sys_seconds date;
  friend bool operator==(const UpstreamChange&, const UpstreamChange&) = default;
};

struct Conflict {
  RelPath path;
  ConflictKind kind = ConflictKind::content;
  std::vector<ConflictHunk> hunks;  ///< empty when the file holds no markers
  std::optional<Version> base, here, theirs;
  std::optional<RelPath> their_path;      ///< upstream's name of it, where that is another one
  std::optional<UpstreamChange> changed;  ///< none: not among the commits that are known here
  std::string note;                       ///< what is special about the file; may be empty
  friend bool operator==(const Conflict&, const Conflict&) = default;
};

/// How a conflict is settled without asking. Acts on conflicting hunks; on whole files only where there are
/// no hunks.
enum class Side { ask, markers, mine, theirs, union_of_both };

}  // namespace ddx
