#include "hosting/json.hpp"

namespace ddx::hosting {

const Json& value_at(const Json& json, const char* path) {
  static const Json null;
  const Json::json_pointer pointer(path);
  return json.contains(pointer) ? json.at(pointer) : null;
}

std::string text_at(const Json& json, const char* path) {
  const Json& value = value_at(json, path);
  return value.is_string() ? value.get<std::string>() : "";
}

std::int64_t number_at(const Json& json, const char* path) {
  const Json& value = value_at(json, path);
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

bool is_true_at(const Json& json, const char* path) {
  const Json& value = value_at(json, path);
  return value.is_boolean() && value.get<bool>();
}

const Json& list_at(const Json& json, const char* path) {
  static const Json none = Json::array();
  const Json& value = value_at(json, path);
  return value.is_array() ? value : none;
}

Json parse_json(const std::string& text) { return Json::parse(text, nullptr, false); }

}  // namespace ddx::hosting
