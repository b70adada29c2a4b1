#include <fmt/format.h>

#include "arch/rules.hpp"

namespace ddx::arch {

namespace {

std::size_t line_limit(const SourceFile& file) {
  if (file.path == "src/main.cpp") return 60;
  if (file.is_header() || file.path.starts_with("src/cli/commands/")) return 150;
  return 400;
}

}  // namespace

Findings check_shape(const SourceFile& file) {
  Findings findings;
  if (file.line_count() > line_limit(file))
    findings.push_back(fmt::format("{}: {} lines, the limit is {}; split it by purpose", file.path,
                                   file.line_count(), line_limit(file)));
  const std::string name = file.path.substr(file.path.rfind('/') + 1);
  for (const std::string word : {"util", "helper", "common", "misc"})
    if (name.find(word) != std::string::npos)
      findings.push_back(fmt::format("{}: '{}' says nothing; name the file by its purpose", file.path, word));
  return findings;
}

}  // namespace ddx::arch
