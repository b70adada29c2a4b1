#pragma once

#include <string_view>

namespace ddx::net {

/// Whether an address is in a range such as `10.0.0.0/8` or `fd00::/8`. False for a host that is no address,
/// and for text that is no range.
[[nodiscard]] bool is_in_range(std::string_view address, std::string_view range);

}  // namespace ddx::net
