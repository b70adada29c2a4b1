#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ddx::arch {

struct Include {
  std::string target;
  bool quoted = false;  ///< `"…"`, otherwise `<…>`
};

/// One file of the tree, as the rules look at it.
struct SourceFile {
  std::string path;  ///< from the root of the tree, separated by '/'
  std::string text;
  std::string code;  ///< `text` with comments and the insides of literals blanked; the same lines

  SourceFile(std::string path, std::string text);
  [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }
  [[nodiscard]] std::size_t line_count() const;
  [[nodiscard]] std::vector<Include> includes() const;
};

/// Every C++ file below `folders` of the tree at `root`, sorted by path.
[[nodiscard]] std::vector<SourceFile> read_sources(const std::filesystem::path& root,
                                                   const std::vector<std::string>& folders);

}  // namespace ddx::arch
