#include "config/structure.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <vector>

#include "base/text.hpp"
#include "config/reading_place.hpp"

namespace ddx {

namespace {

constexpr std::size_t size_limit_bytes = 1024 * 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

StructureFault fault_at(std::string_view text, std::size_t offset, std::string why) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const std::string_view line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
  return {1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
          1 + static_cast<int>(std::count_if(line.begin(), line.end(), starts_character)), std::move(why)};
}

/// Finds keys that one map has twice. Only plain text counts as a key.
class KeysInYaml : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override { open_.clear(); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override { step(); }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { step(); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string& value) override {
    if (at_key() && value != "<<" && !open_.back().keys.insert(value).second && !twice)
      twice = {static_cast<std::size_t>(std::max(mark.pos, 0)), value};
    step();
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open_.push_back({false, false, {}});
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open_.push_back({true, true, {}});
  }
  void OnMapEnd() override { close(); }

  std::optional<std::pair<std::size_t, std::string>> twice;  ///< where, and which

 private:
  struct Open {
    bool map, key_comes;
    std::set<std::string> keys;
  };
  [[nodiscard]] bool at_key() const { return !open_.empty() && open_.back().map && open_.back().key_comes; }
  void step() {
    if (!open_.empty()) open_.back().key_comes = !open_.back().key_comes;
  }
  void close() {
    open_.pop_back();
    step();
  }
  std::vector<Open> open_;
};

std::optional<StructureFault> yaml_fault(std::string_view text) {
  std::istringstream stream{std::string(text)};
  KeysInYaml keys;
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(keys)) continue;
  } catch (const YAML::ParserException& exception) {
    const auto at = static_cast<std::size_t>(std::max(exception.mark.pos, 0));
    return fault_at(text, at, printable(exception.msg));
  }
  if (!keys.twice) return std::nullopt;
  auto fault =
      fault_at(text, keys.twice->first, fmt::format("the key '{}' is there twice", keys.twice->second));
  fault.duplicate_key = true;
  return fault;
}

/// Without the place, which is said apart.
std::string reason(std::string_view message) {
  const std::size_t colon = message.find(": ", std::min(message.find("column"), message.size()));
  if (colon != std::string_view::npos) message.remove_prefix(colon + 2);
  return printable(message);
}

class KeysInJson : public nlohmann::json_sax<nlohmann::json> {
 public:
  KeysInJson(std::string_view text, const char* const* here) : text_(text), here_(here) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return open_.emplace_back(), true; }
  bool end_object() override { return open_.pop_back(), true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool key(string_t& key) override {
    if (!open_.back().insert(key).second && !fault) {
      fault = fault_at(text_, offset() - std::min(offset(), key.size() + 2),
                       fmt::format("the key '{}' is there twice", printable(key)));
      fault->duplicate_key = true;
    }
    return true;
  }
  bool parse_error(std::size_t bytes_read, const std::string&,
                   const nlohmann::json::exception& exception) override {
    fault = fault_at(text_, bytes_read - std::min<std::size_t>(bytes_read, 1), reason(exception.what()));
    return false;
  }

  std::optional<StructureFault> fault;

 private:
  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(*here_ - text_.data()); }
  std::string_view text_;
  const char* const* here_;
  std::vector<std::set<std::string>> open_;
};

std::optional<StructureFault> json_fault(std::string_view text) {
  const char* here = text.data();
  KeysInJson keys(text, &here);
  nlohmann::json::sax_parse(ReadingPlace(text.data(), &here), ReadingPlace(text.data() + text.size(), &here),
                            &keys);
  return keys.fault;
}

bool is_yaml(const RelPath& path) { return path.name().ends_with(".yaml") || path.name().ends_with(".yml"); }

}  // namespace

bool has_structure(const RelPath& path, std::string_view bytes) {
  return bytes.size() <= size_limit_bytes && (is_yaml(path) || path.name().ends_with(".json"));
}

std::optional<StructureFault> structure_fault(const RelPath& path, std::string_view bytes) {
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  if (!is_valid_utf8(bytes)) return StructureFault{1, 1, "it is not UTF-8"};
  return is_yaml(path) ? yaml_fault(bytes) : json_fault(bytes);
}

}  // namespace ddx
