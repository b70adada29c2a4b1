#include "cli/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/redaction.hpp"
#include "base/time.hpp"

namespace ddx::cli {

std::string count_of(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string day(std::chrono::sys_seconds time) { return iso_utc(time).substr(0, 10); }

std::string minute(std::chrono::sys_seconds time) {
  const std::string iso = iso_utc(time);
  return fmt::format("{} {} UTC", iso.substr(0, 10), iso.substr(11, 5));
}

std::size_t columns_of(std::string_view text) {
  const auto starts_character = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0u) != 0x80u; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string padded(std::string text, std::size_t columns) {
  const std::size_t taken = columns_of(text);
  if (taken < columns) text.append(columns - taken, ' ');
  return text;
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view harmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-+:@%,=";
  if (!text.empty() && text.find_first_not_of(harmless) == std::string_view::npos) return std::string(text);
  std::string quoted = "'";
  for (const char byte : text) {
    if (byte == '\'') {
      quoted += "'\\''";
    } else {
      quoted += byte;
    }
  }
  return quoted + "'";
}

std::string path_argument(std::string_view path) {
  return (path.starts_with('-') ? "-- " : "") + shell_word(path);
}

std::string command_line(const std::vector<std::string>& arguments) {
  std::string line = "ddx";
  for (const std::string& argument : arguments) line += " " + shell_word(redacted(argument));
  return line;
}

std::string glob_for(std::string_view path) {
  std::string glob = "/";
  for (const char byte : path) {
    if (std::string_view("*?[]\\").find(byte) != std::string_view::npos) glob += '\\';
    glob += byte;
  }
  return glob;
}

}  // namespace ddx::cli
