#include "git/lfs.hpp"

#include <fmt/format.h>

#include "base/sha256.hpp"

namespace ddx::git {

namespace {

constexpr std::string_view first_line = "version https://git-lfs.github.com/spec/v1\n";
constexpr std::size_t longest_pointer_bytes = 1024;  // what git-lfs looks at

}  // namespace

bool is_lfs_pointer(std::string_view bytes) {
  return bytes.size() < longest_pointer_bytes && bytes.starts_with(first_line) &&
         bytes.find("\noid sha256:") != std::string_view::npos &&
         bytes.find("\nsize ") != std::string_view::npos;
}

std::string lfs_pointer(std::string_view content) {
  if (content.empty() || is_lfs_pointer(content)) return std::string(content);
  return fmt::format("{}oid sha256:{}\nsize {}\n", first_line, sha256_hex(content), content.size());
}

}  // namespace ddx::git
