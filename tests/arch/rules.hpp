#pragma once

#include <string>
#include <vector>

#include "arch/source_file.hpp"

namespace ddx::arch {

/// What is wrong, one line each: "src/a.cpp: why". Empty when the rule holds.
using Findings = std::vector<std::string>;

/// Who may include whom, and which room owns which library. See docs/architecture.md.
[[nodiscard]] Findings check_includes(const SourceFile& file);

/// Lines per file, and names that say nothing.
[[nodiscard]] Findings check_shape(const SourceFile& file);

/// Words that stand for work not done.
[[nodiscard]] Findings check_words(const SourceFile& file);

/// Constructs that belong to a few places only: raw ownership, `catch (...)`, system differences, output,
/// process state.
[[nodiscard]] Findings check_constructs(const SourceFile& file);

}  // namespace ddx::arch
