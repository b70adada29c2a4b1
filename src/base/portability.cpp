#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "ddx/rel_path.hpp"

namespace ddx {

namespace {

constexpr std::string_view device_names[] = {"con", "prn", "aux", "nul", "conin$", "conout$"};
constexpr std::string_view numbered_device_names[] = {"com", "lpt"};
constexpr std::string_view device_numbers[] = {
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "\u00B9", "\u00B2", "\u00B3"};  // ¹ ² ³ count as 1 2 3

bool is_device_name(std::string_view component) {
  std::string_view stem = component.substr(0, component.find_first_of(".:"));
  stem = stem.substr(0, stem.find_last_not_of(' ') + 1);
  if (stem.size() < 3 || stem.size() > 7) return false;
  const std::string folded = fold_case(stem);
  if (std::find(std::begin(device_names), std::end(device_names), folded) != std::end(device_names))
    return true;
  const std::string_view kind = std::string_view(folded).substr(0, 3),
                         number = std::string_view(folded).substr(3);
  return std::find(std::begin(numbered_device_names), std::end(numbered_device_names), kind) !=
             std::end(numbered_device_names) &&
         std::find(std::begin(device_numbers), std::end(device_numbers), number) != std::end(device_numbers);
}

std::optional<std::string> problem_of_component(std::string_view component) {
  if (const std::size_t at = component.find_first_of("<>:\"|?*\\"); at != component.npos)
    return fmt::format("'{}' holds the character {}, which Windows does not allow in a name", component,
                       component[at]);
  if (component.back() == '.')
    return fmt::format("'{}' ends with a dot, which Windows leaves out", component);
  if (component.back() == ' ')
    return fmt::format("'{}' ends with a space, which Windows leaves out", component);
  if (is_device_name(component)) return fmt::format("'{}' is the name of a device on Windows", component);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> portability_problem(const RelPath& path) {
  for (std::string_view rest = path.str();;) {
    const std::size_t end = rest.find('/');
    if (auto problem = problem_of_component(rest.substr(0, end))) return problem;
    if (end == rest.npos) return std::nullopt;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace ddx
