#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "contribute/keyword_finder.hpp"
#include "contribute/secret_rules.hpp"

namespace ddx {

/// Finds what looks like a secret in texts.
class SecretScanner {
 public:
  /// How many secrets a rule may find in one text before the rest is left unread, and how many matches are
  /// looked at for that.
  static constexpr std::size_t most_secrets = 1'000, most_matches = 1'000'000;

  struct Match {
    const SecretRule* rule;
    ByteRange whole, secret;
  };
  struct Result {
    std::vector<Match> matches;               ///< by place; their secrets do not overlap
    std::vector<const SecretRule*> by_path;   ///< rules that want no file at this path
    std::vector<const SecretRule*> too_many;  ///< matched more often than it is looked at
  };

  /// \param rules  must outlive it
  explicit SecretScanner(const SecretRules& rules);

  /// \param path  nothing for a text without one
  [[nodiscard]] Result scan(std::string_view text, const RelPath* path) const;

 private:
  void apply(const SecretRule& rule, std::string_view text, const RelPath* path, Result& result) const;
  [[nodiscard]] bool is_secret(const SecretRule& rule, std::string_view text, const Match& match,
                               const RelPath* path) const;
  [[nodiscard]] bool excepted(const SecretRule& rule, std::string_view text, const Match& match,
                              const RelPath* path) const;

  const SecretRules& rules_;
  KeywordFinder keywords_;
};

}  // namespace ddx
