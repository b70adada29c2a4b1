#pragma once

#include <string>
#include <string_view>

#include "ddx/init.hpp"

namespace ddx {

/// The text of a new `.ddx.yml` for this request, with comments that explain the keys.
[[nodiscard]] std::string new_config_text(const InitRequest& request, const std::string& url,
                                          const Follow& follow);

/// `text` with the `repository` section (and include, exclude, sync.conflict where the request names them)
/// set to what the request says; comments, order and unknown keys stay as they are. \throws Error
/// (config_invalid) if `text` cannot be read
[[nodiscard]] std::string reconfigured_text(const std::string& text, const InitRequest& request,
                                            const std::string& url, const Follow& follow);

}  // namespace ddx
