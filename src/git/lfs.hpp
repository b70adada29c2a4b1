#pragma once

#include <string>
#include <string_view>

namespace ddx::git {

/// Whether these bytes stand for a file that Git LFS keeps elsewhere.
[[nodiscard]] bool is_lfs_pointer(std::string_view bytes);

/// The pointer that Git LFS would commit for this content; pointers and empty files stay what they are. Pure.
[[nodiscard]] std::string lfs_pointer(std::string_view content);

}  // namespace ddx::git
