#pragma once

#include <string>
#include <string_view>

#include "contribute/secret_rules.hpp"

namespace ddx {

/// Adds the rules and allow-lists of a rule file of gitleaks to `rules`; those that `[extend]` disables go.
/// Rules come before the ones that are there, and take the place of one with the same id.
/// \see the format, https://github.com/gitleaks/gitleaks, "Configuration" (version 8)
/// \param name  for messages
/// \throws Error (config_invalid) with the line where one is known
void add_gitleaks_rules(SecretRules& rules, std::string_view text, const std::string& name);

}  // namespace ddx
