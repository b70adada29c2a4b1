#pragma once

#include <string>

namespace ddx::test {

/// Whether JSON can be held against its schema here (python3-jsonschema).
[[nodiscard]] bool can_validate();

/// What is wrong with a verb's JSON. \returns nothing when it is the one object of docs/schema/NAME.json
[[nodiscard]] std::string violations(const std::string& schema, const std::string& object);

}  // namespace ddx::test
