#include "cli/help.hpp"

#include <sstream>

namespace ddx::cli {

namespace {

std::string without_backticks(std::string text) {
  std::erase(text, '`');
  return text;
}

/// Where the term of "- `term`: text" ends, or npos.
std::size_t end_of_term(const std::string& line) {
  if (!line.starts_with("- `")) return std::string::npos;
  const auto end = line.find("`: ");
  return end == std::string::npos ? end : end + 1;
}

void add_item(Page& page, const std::string& line, std::size_t end) {
  page.line({"  ", {without_backticks(line.substr(2, end - 2)), Tone::strong}});
  page.line({"      " + without_backticks(line.substr(end + 2))});
}

}  // namespace

Page help_page(const std::string& command) {
  Page page;
  std::istringstream lines(help_pages().at(command.empty() ? "ddx" : command));
  bool in_item = false;
  for (std::string line; std::getline(lines, line);) {
    const auto term = end_of_term(line);
    const bool goes_on = in_item && line.starts_with("  ");
    in_item = term != std::string::npos || goes_on;
    if (term != std::string::npos) {
      add_item(page, line, term);
    } else if (goes_on) {
      page.line({"      " + without_backticks(line.substr(2))});
    } else if (line.starts_with('#')) {
      page.line({{line.substr(line.find(' ') + 1), Tone::strong}});
    } else {
      page.line({line.starts_with("    ") ? line : without_backticks(line)});
    }
  }
  return page;
}

}  // namespace ddx::cli
