#include "config/section.hpp"

#include <fmt/format.h>

#include <set>

#include "base/text.hpp"

namespace ddx {

namespace {

std::string_view describe(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::null:
      return "empty";
    case YamlNode::Kind::scalar:
      return "a single value";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::map:
      return "a section";
  }
  throw Error(ErrorCode::internal, "a YAML node of no kind");
}

Error wrong_kind(const YamlDocument& document, const YamlNode& node, const std::string& name,
                 YamlNode::Kind wanted) {
  return document.error(
      node.offset, fmt::format("'{}' is {}, but must be {}", name, describe(node.kind), describe(wanted)));
}

Error unknown_key(const YamlDocument& document, const YamlNode& key, const std::string& section,
                  const Readings& readings) {
  std::vector<std::string> known;
  for (const auto& [name, reading] : readings) known.push_back(name);
  std::vector<NextStep> steps;
  if (std::string near = closest(key.text, known); !near.empty())
    steps.push_back({Recovery::did_you_mean, std::move(near)});
  return document.error(key.offset, fmt::format("'{}' has no key '{}'", section, printable(key.text)),
                        std::move(steps));
}

}  // namespace

void read_section(const YamlDocument& document, const YamlNode& node, const std::string& name,
                  const Readings& readings, UnknownKeys unknown) {
  if (node.kind == YamlNode::Kind::null) return;
  if (node.kind != YamlNode::Kind::map)
    throw wrong_kind(document, node, name.empty() ? "the file" : name, YamlNode::Kind::map);
  std::set<std::string_view> seen;
  for (const auto& [key, value] : node.entries) {
    const auto reading = key->kind == YamlNode::Kind::scalar ? readings.find(key->text) : readings.end();
    if (reading == readings.end()) {
      if (unknown == UnknownKeys::refuse) throw unknown_key(document, *key, name, readings);
      continue;
    }
    if (!seen.insert(reading->first).second)
      throw document.error(key->offset, fmt::format("'{}' is given twice", key->text));
    reading->second(*value);
  }
}

Value read_value(const YamlDocument& document, const YamlNode& node, const std::string& name) {
  if (node.kind != YamlNode::Kind::scalar) throw wrong_kind(document, node, name, YamlNode::Kind::scalar);
  return Value(document.where(node.offset), name, node.text);
}

std::vector<std::string> read_patterns(const YamlDocument& document, const YamlNode& node,
                                       const std::string& name) {
  if (node.kind == YamlNode::Kind::null) return {};
  if (node.kind != YamlNode::Kind::sequence) throw wrong_kind(document, node, name, YamlNode::Kind::sequence);
  std::vector<std::string> patterns;
  for (const YamlNode* item : node.items) {
    const Value pattern = read_value(document, *item, name);
    if (pattern.text().empty()) throw pattern.wrong("a pattern");
    patterns.push_back(pattern.text());
  }
  return patterns;
}

}  // namespace ddx
