#pragma once

#include <string>
#include <string_view>

namespace ddx {

/// A name that git accepts as one component of a ref and a file system as a file name. Different texts get
/// different names: '/' becomes '+', what is not allowed or would be mistaken becomes `%XX`, and a long name
/// ends in a digest. \param text  not empty \param reserved  a name that no text may get, because it means
/// something else
[[nodiscard]] std::string ref_component(std::string_view text, std::string_view reserved);

}  // namespace ddx
