#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contribute/pattern.hpp"
#include "ddx/rel_path.hpp"

namespace ddx {

/// What a rule finds and what is no secret for all that: an allow-list of gitleaks.
struct SecretException {
  enum class Target { secret, match, line };
  std::vector<Pattern> paths, regexes;
  std::vector<std::string> stopwords;  ///< lower case; in the secret
  Target target = Target::secret;      ///< what the regexes look at
  bool needs_all = false;              ///< each kind that is given has to match, not just one

  /// \param path  nothing for a text without one
  [[nodiscard]] bool covers(std::string_view text, const ByteRange& match, const ByteRange& secret,
                            const RelPath* path) const;
};

struct SecretRule {
  std::string id;
  std::string description;       ///< goes on after "looks like"
  std::optional<Pattern> regex;  ///< nothing: every file at `path`
  std::optional<Pattern> path;   ///< nothing: everywhere
  std::size_t group = 0;         ///< of the regex, the secret; 0: the first that is not empty, or the whole
  double entropy = 0;            ///< the secret has more, in bits a byte
  bool needs_digit = false;
  bool text_only = false;             ///< finds too much in what is no text
  std::vector<std::string> keywords;  ///< lower case; without one of them the regex is not tried
  std::vector<SecretException> exceptions;
};

struct SecretRules {
  std::vector<SecretRule> rules;  ///< the more specific first: what one has found no later one finds again
  std::vector<SecretException> exceptions;  ///< to all of them
};

/// The rules that ddx comes with.
[[nodiscard]] SecretRules built_in_secret_rules();

/// Of the bytes, in bits a byte: 0 for one byte repeated, 4 for random hexadecimal digits, 6 for base 64.
[[nodiscard]] double shannon_entropy(std::string_view bytes);

}  // namespace ddx
