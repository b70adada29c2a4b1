#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ddx::auth {

/// A credential helper that ended with another status than 0.
struct FailedHelper {
  std::string name;
  int status = 0;
};

/// What is known of helpers that gave nothing.
struct CredentialFailure {
  std::vector<FailedHelper> failed = {};
  std::string words = {};  ///< the first line that one of them wrote to its standard error; empty: none did
};

/// The name of a helper from the value of `credential.helper`, which may hold more than is for people: its
/// program.
[[nodiscard]] std::string helper_name(std::string_view setting);

/// Makes git tell on its standard error how its helpers end.
inline constexpr const char* helper_trace_variable = "GIT_TRACE2_EVENT";
inline constexpr const char* helper_trace_value = "1";

/// \param errors  what `git credential fill` wrote there, with the helpers' own words among it
[[nodiscard]] CredentialFailure read_helper_trace(std::string_view errors);

/// The first line with something in it.
[[nodiscard]] std::string first_line(std::string_view text);

/// "'libsecret' failed with status 3: no keyring here", harmless for a terminal and without secrets.
/// \param otherwise  where none failed: "it has nothing"
[[nodiscard]] std::string describe(const CredentialFailure& failure, const std::string& otherwise);

}  // namespace ddx::auth
