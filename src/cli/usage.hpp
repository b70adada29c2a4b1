#pragma once

#include "ddx/error.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace ddx::cli {

/// What CLI11 did not like, in our words, with a suggestion where a name is nearly right.
[[nodiscard]] Error usage_error(const CLI::App& grammar, const CLI::ParseError& failure);

/// `word` names no command. Suggests one.
[[nodiscard]] Error unknown_command(const CLI::App& grammar, const std::string& word);

}  // namespace ddx::cli
