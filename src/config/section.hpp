#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "config/yaml_document.hpp"

namespace ddx {

/// What is done with the value of a key.
using Reading = std::function<void(const YamlNode& value)>;
using Readings = std::map<std::string, Reading, std::less<>>;

/// What is done with keys that are not among the readings.
enum class UnknownKeys { refuse, leave };

/// Reads a map of the config by its keys; a null is an empty map.
/// \param name  of the section, for messages; empty for the top level
/// \throws Error (config_invalid) for something else than a map, a duplicate or an unknown key (with a
/// did-you-mean)
void read_section(const YamlDocument& document, const YamlNode& node, const std::string& name,
                  const Readings& readings, UnknownKeys unknown = UnknownKeys::refuse);

/// \param name  as in `sync.conflict`, for messages
/// \throws Error (config_invalid) for a list, a map or nothing
[[nodiscard]] Value read_value(const YamlDocument& document, const YamlNode& node, const std::string& name);

/// A list of patterns that are not empty; a null is an empty list.
/// \throws Error (config_invalid)
[[nodiscard]] std::vector<std::string> read_patterns(const YamlDocument& document, const YamlNode& node,
                                                     const std::string& name);

}  // namespace ddx
