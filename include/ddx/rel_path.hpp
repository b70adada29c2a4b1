#pragma once

#include <compare>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ddx {

/// A file path below some root, as git stores it: UTF-8, separated by '/'.
///
/// Never empty or absolute; no empty, '.' or '..' component; no component that any file system takes
/// for `.git` (any case, trailing dots or spaces, `git~N`, NTFS streams, HFS-ignorable code points: the
/// rules of git's `verify_path` with protectNTFS and protectHFS); no control character, no invalid
/// UTF-8, no bidirectional override; no component over 255 bytes, at most 64 components and 3,072 bytes.
/// Joined to a root it therefore names something below that root. Symbolic links on disk are
/// `platform/files`' concern.
class RelPath {
 public:
  /// \throws Error (ErrorCode::usage) naming the broken rule
  static RelPath parse(std::string_view text);
  /// \returns nothing if a rule is broken; `why`, when given, then says which
  static std::optional<RelPath> try_parse(std::string_view text, std::string* why = nullptr);

  [[nodiscard]] const std::string& str() const { return text_; }
  /// The last component.
  [[nodiscard]] std::string_view name() const;
  /// All but the last component; empty for a path with one component.
  [[nodiscard]] std::string_view parent() const;
  /// `*this / other`. \throws Error (ErrorCode::usage) if that is too long
  [[nodiscard]] RelPath join(const RelPath& other) const;
  /// `*this / name` for a name that was read from disk. \returns nothing if a rule is broken
  [[nodiscard]] std::optional<RelPath> child(std::string_view name) const;
  /// What is left of this path below `folder`. \returns nothing if it is `folder` itself or elsewhere
  [[nodiscard]] std::optional<RelPath> relative_to(const RelPath& folder) const;
  /// Whether `folder` is this path or one of its parents.
  [[nodiscard]] bool is_below(const RelPath& folder) const;
  [[nodiscard]] std::filesystem::path below(const std::filesystem::path& root) const;

  /// Byte order, as git sorts index entries.
  friend auto operator<=>(const RelPath&, const RelPath&) = default;
  friend bool operator==(const RelPath&, const RelPath&) = default;

 private:
  explicit RelPath(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Names that some file system cannot hold: reserved Windows names, `<>:"|?*\`, trailing dot or space.
/// A warning at a pull, a refusal before a push. \returns the reason, or nothing
[[nodiscard]] std::optional<std::string> portability_problem(const RelPath& path);

}  // namespace ddx
