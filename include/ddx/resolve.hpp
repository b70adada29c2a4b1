#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/diff.hpp"
#include "ddx/host.hpp"
#include "ddx/marked_text.hpp"
#include "ddx/workspace.hpp"

namespace ddx {

/// What can be said about an open conflict.
enum class Resolution {
  mine,
  theirs,
  base,           ///< what both sides began with
  union_of_both,  ///< the lines of both sides, yours first
  edited,         ///< it stays as it stands
  remembered,     ///< as the same conflict was resolved before
  open_again,     ///< undecided, and on disk as it was before it was decided
};
/// `mine`, `theirs`, `base`, `union`, `edited`, `remembered`, `open`
[[nodiscard]] std::string_view to_string(Resolution resolution);

/// A conflict of the open pull, as it is now.
struct PendingConflict {
  Conflict conflict;                ///< `hunks` are those that the file has now
  std::optional<RelPath> old_path;  ///< its name before upstream renamed it
  bool marked = false;              ///< the pull wrote markers
  std::string decided;              ///< how: a `Resolution`, `by hand`, `tool`…; empty while it is open
  std::string words;                ///< the decision for people
  bool remembered = false;          ///< open, and the same conflict was resolved before
};

struct PendingConflicts {
  std::string operation;  ///< the pull's id
  Oid to;
  std::string version;                     ///< `to` for people
  std::vector<PendingConflict> conflicts;  ///< those that were asked for
  std::size_t total = 0, open = 0;         ///< of the whole pull
};

/// The conflicts of the open pull. Changes nothing.
/// \param paths  as typed; empty means all
/// \throws Error (nothing_open, path_unknown, path_ambiguous)
[[nodiscard]] PendingConflicts pending_conflicts(const Workspace& workspace,
                                                 const std::vector<std::string>& paths, Host& host);

/// A version of a conflict's file, as bytes on disk.
struct ConflictSide {
  Mode mode = Mode::file;
  std::string bytes;
};

/// All that is needed to decide about one conflict.
struct ConflictDetail {
  PendingConflict pending;
  /// Before the pull, and upstream's. `base` is absent too when nobody has its content any more.
  std::optional<ConflictSide> base, here, theirs;
  std::optional<ConflictSide> now;  ///< what the path holds; none also for a folder
  bool binary = false;
  /// Of a conflict with lines: the file as it stands while markers are in it, else as if nothing had been
  /// decided.
  std::optional<MarkedText> text;
  /// Of a conflict in which one side is gone: what the other changed. Of one about names: how upstream's text
  /// differs from ours.
  std::vector<DiffHunk> changed;
};

/// \throws Error (nothing_open, path_unknown)
[[nodiscard]] ConflictDetail conflict_detail(const Workspace& workspace, const RelPath& path, Host& host);
/// Several at once, in the order of `paths`. \throws the same, and Interrupted
[[nodiscard]] std::vector<ConflictDetail> conflict_details(const Workspace& workspace,
                                                           const std::vector<RelPath>& paths, Host& host);

struct Resolved {
  RelPath path;
  std::string how;    ///< as in `PendingConflict::decided`
  std::string words;  ///< "kept yours in 2 conflicting hunks of 'a.md' (--mine)"
};

struct Unresolved {
  RelPath path;
  std::string why;
};

/// What was observed after acting.
struct ResolveReport {
  std::vector<Resolved> decided;
  std::vector<Unresolved> undecided;  ///< asked for, and still open
  std::vector<RelPath> left_alone;    ///< decided before, and only asked for as part of more
  std::size_t total = 0, open = 0;    ///< of the whole pull
  std::string version;                ///< that the pull brought, for people
  std::string snapshot;               ///< id; empty when nothing was changed
  std::string operation;              ///< id; empty when nothing was changed
};

struct ResolveRequest {
  std::vector<std::string> paths;  ///< as typed; empty means all
  Resolution resolution = Resolution::edited;
};

/// Decides conflicts of the open pull, as one operation that belongs to the pull. A path that names a
/// conflict exactly is decided anew, whatever had been decided; a folder, or nothing, means what is open.
/// \throws Error (nothing_open, path_unknown, path_ambiguous)
ResolveReport resolve(const Workspace& workspace, const ResolveRequest& request, Host& host);

/// The same for one conflict.
ResolveReport resolve(const Workspace& workspace, const RelPath& path, Resolution resolution, Host& host);

/// What somebody made of a conflict's file.
struct GivenContent {
  RelPath path;
  std::string bytes;  ///< as on disk. With markers in them the conflict stays open
  /// What `conflict_detail` said the path held; something else by now is not overwritten.
  std::optional<ConflictSide> seen;
  std::string how;    ///< a word: `hunks`, `tool`, `editor`
  std::string words;  ///< the decision for people
};

/// Writes the content, and decides the conflict unless markers are left.
/// \throws Error (nothing_open, path_unknown, raced)
ResolveReport resolve_with(const Workspace& workspace, const GivenContent& content, Host& host);

}  // namespace ddx
