#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ddx::cli {

/// `1 file`, `2 files`
[[nodiscard]] std::string count_of(std::size_t number, std::string_view noun);

/// The day, for people: `2026-01-31`.
[[nodiscard]] std::string day(std::chrono::sys_seconds time);
/// `2026-01-31 12:00 UTC`
[[nodiscard]] std::string minute(std::chrono::sys_seconds time);

/// Columns that UTF-8 text takes, counting a code point as one.
[[nodiscard]] std::size_t columns_of(std::string_view text);
/// `text` and spaces up to `columns`.
[[nodiscard]] std::string padded(std::string text, std::size_t columns);

/// `text` as one word for a shell: as it is when harmless, else in single quotes.
[[nodiscard]] std::string shell_word(std::string_view text);
/// A path as the last argument of a command, also where it looks like an option.
[[nodiscard]] std::string path_argument(std::string_view path);
/// `ddx` and its arguments as one line for a shell, without the credentials that a URL may hold.
[[nodiscard]] std::string command_line(const std::vector<std::string>& arguments);
/// A gitignore pattern that matches `path` alone.
[[nodiscard]] std::string glob_for(std::string_view path);

}  // namespace ddx::cli
