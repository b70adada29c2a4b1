#pragma once

#include <nlohmann/json.hpp>

#include "transaction/record.hpp"

namespace ddx {

/// For the files of this room only: the record as a JSON value, which the intent carries too.
[[nodiscard]] nlohmann::json record_to_value(const OperationRecord& record);
/// \throws Error (state_damaged)
[[nodiscard]] OperationRecord record_from_value(const nlohmann::json& value);

}  // namespace ddx
