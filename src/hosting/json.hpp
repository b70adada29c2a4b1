#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace ddx::hosting {

using Json = nlohmann::json;

/// Readers of JSON from a server: what is absent, or of another type, is empty, zero or false. A path is a
/// JSON pointer: `/head/repo/full_name`.
[[nodiscard]] std::string text_at(const Json& json, const char* path);
[[nodiscard]] std::int64_t number_at(const Json& json, const char* path);
[[nodiscard]] bool is_true_at(const Json& json, const char* path);
/// An array; an empty one for anything else.
[[nodiscard]] const Json& list_at(const Json& json, const char* path);
/// Null for anything absent.
[[nodiscard]] const Json& value_at(const Json& json, const char* path);

/// \returns a discarded value for what is not JSON
[[nodiscard]] Json parse_json(const std::string& text);

}  // namespace ddx::hosting
