#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

namespace ddx::cli {

template <class T>
using Values = std::vector<std::pair<std::string, T>>;

/// `auto|always|never`
template <class T>
[[nodiscard]] std::string joined_names(const Values<T>& values) {
  std::string names;
  for (const auto& [name, value] : values) names += (names.empty() ? "" : "|") + name;
  return names;
}

/// An option whose value is one of a few words. The words are its type name, from where completion takes
/// them.
template <class T, class Target>
CLI::Option* add_choice(CLI::App& app, const std::string& names, Target& target, const Values<T>& values,
                        const std::string& description) {
  const auto assign = [&target, values, names](const std::string& word) {
    for (const auto& [name, value] : values) {
      if (word != name) continue;
      target = value;
      return;
    }
    throw CLI::ValidationError(names, "'" + word + "' is none of " + joined_names(values));
  };
  return app.add_option_function<std::string>(names, assign, description)->type_name(joined_names(values));
}

/// Accepts a whole number from 0 to `most`.
[[nodiscard]] inline CLI::Validator number_up_to(int most) {
  return CLI::Validator(
      [most](const std::string& word) -> std::string {
        int number = -1;
        const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), number);
        const bool whole = failure == std::errc() && end == word.data() + word.size();
        if (whole && number >= 0 && number <= most) return {};
        return "'" + word + "' is not a number from 0 to " + std::to_string(most);
      },
      "");
}

/// An option that takes one value each time it is given.
inline CLI::Option* add_repeatable(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                                   const std::string& description) {
  return app.add_option(name, values, description)->expected(1)->allow_extra_args(false)->take_all();
}

}  // namespace ddx::cli
