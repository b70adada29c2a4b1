#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/pull.hpp"

namespace ddx {

/// Which two of the three versions are compared, old → new.
enum class DiffSides {
  base_to_here,      ///< the customizations (the default)
  here_to_upstream,  ///< `--upstream`: what taking upstream's files whole would do
  base_to_upstream,  ///< `--incoming`
};

struct DiffRequest {
  std::vector<std::string> paths;
  DiffSides sides = DiffSides::base_to_here;
  int context_lines = 3;
};

struct DiffLine {
  char origin = ' ';  ///< ' ', '+' or '-', as in a unified diff
  std::string text;   ///< without the line end
  bool no_newline = false;
};

struct DiffHunk {
  int old_start = 0, old_lines = 0, new_start = 0, new_lines = 0;
  std::string heading;
  std::vector<DiffLine> lines;
};

struct DiffFile {
  RelPath path;
  std::optional<RelPath> old_path;
  ChangeKind kind = ChangeKind::modified;
  std::optional<Version> before, after;
  bool binary = false;
  int added = 0, removed = 0;
  std::vector<DiffHunk> hunks;
};

struct DiffReport {
  std::string before_name, after_name;  ///< "base", "here", "upstream main@1234567"
  std::vector<DiffFile> files;
};

/// \throws Error (never_fetched) when the upstream side is asked for and nothing was fetched yet
DiffReport diff(const Workspace& workspace, const DiffRequest& request, Host& host);

}  // namespace ddx
