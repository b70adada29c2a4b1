#pragma once

#include <string_view>

namespace ddx {

/// Whether some file system takes this path component for `.git`: any case, dots and spaces at the end, NTFS
/// streams (`.git::$INDEX_ALLOCATION`) and short names (`git~1`), code points that HFS+ leaves out, and the
/// same behind a backslash.
[[nodiscard]] bool is_dot_git(std::string_view component);

/// The same for `.gitmodules`, `.gitattributes`, `.gitignore` and `.mailmap`, which must not be symbolic
/// links.
[[nodiscard]] bool is_dot_git_file(std::string_view component);

}  // namespace ddx
