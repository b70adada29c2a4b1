#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/error.hpp"
#include "ddx/oid.hpp"

/// For the files that write JSON: the values that reports share.
namespace ddx::cli::json {

using Json = nlohmann::ordered_json;

/// The object as it is printed: ASCII, a line end after it.
[[nodiscard]] inline std::string dump(const Json& object) {
  constexpr bool only_ascii = true;
  return object.dump(2, ' ', only_ascii, Json::error_handler_t::replace) + "\n";
}

/// Empty text means "none" in the reports.
[[nodiscard]] inline Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

template <class T, class Convert>
[[nodiscard]] Json optional_of(const std::optional<T>& value, Convert convert) {
  return value ? Json(convert(*value)) : Json(nullptr);
}

template <class T, class Convert>
[[nodiscard]] Json array_of(const std::vector<T>& values, Convert convert) {
  Json array = Json::array();
  for (const auto& value : values) array.push_back(convert(value));
  return array;
}

[[nodiscard]] inline std::string path_text(const RelPath& path) { return path.str(); }
[[nodiscard]] inline std::string id_text(const Oid& id) { return id.str(); }

[[nodiscard]] Json change(const Change& change);
/// \param commands  each of them resolves it
[[nodiscard]] Json conflict(const Conflict& conflict, const std::vector<std::string>& commands);

/// A failure that the report tells of.
[[nodiscard]] Json problem(const Error& error);

}  // namespace ddx::cli::json
