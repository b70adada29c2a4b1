#include "contribute/secret_scanner.hpp"

#include <algorithm>

#include "base/binary.hpp"

namespace ddx {

namespace {

std::vector<std::string> all_keywords(const SecretRules& rules) {
  std::vector<std::string> all;
  for (const SecretRule& rule : rules.rules)
    all.insert(all.end(), rule.keywords.begin(), rule.keywords.end());
  return all;
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

ByteRange secret_of(const SecretRule& rule, const std::vector<ByteRange>& groups) {
  if (rule.group > 0 && rule.group < groups.size()) return groups[rule.group];
  const auto filled =
      std::find_if(groups.begin() + 1, groups.end(), [](const ByteRange& group) { return group.size() > 0; });
  return filled != groups.end() ? *filled : groups.front();
}

/// Those of earlier rules stay where two overlap.
void keep_one_of_each(std::vector<SecretScanner::Match>& matches) {
  std::stable_sort(matches.begin(), matches.end(), [](const auto& a, const auto& b) {
    return a.rule != b.rule ? a.rule < b.rule : a.secret.begin < b.secret.begin;
  });
  std::vector<SecretScanner::Match> kept;
  const auto before = [](const auto& a, const auto& b) { return a.secret.begin < b.secret.begin; };
  for (auto first = matches.begin(); first != matches.end();) {
    const auto last =
        std::find_if(first, matches.end(), [&](const auto& m) { return m.rule != first->rule; });
    const auto taken = std::ssize(kept);
    for (; first != last; ++first) {
      const auto end = kept.begin() + taken;
      const auto next = std::upper_bound(kept.begin(), end, *first, before);
      const bool overlaps = (next != end && next->secret.overlaps(first->secret)) ||
                            (next != kept.begin() && std::prev(next)->secret.overlaps(first->secret));
      if (!overlaps) kept.push_back(*first);
    }
    std::inplace_merge(kept.begin(), kept.begin() + taken, kept.end(), before);
  }
  matches = std::move(kept);
}

}  // namespace

SecretScanner::SecretScanner(const SecretRules& rules) : rules_(rules), keywords_(all_keywords(rules)) {}

SecretScanner::Result SecretScanner::scan(std::string_view text, const RelPath* path) const {
  Result result;
  const std::vector<bool> found = keywords_.found_in(text);
  const bool binary = is_binary(text);
  std::size_t keyword = 0;
  for (const SecretRule& rule : rules_.rules) {
    const auto begin = found.begin() + static_cast<std::ptrdiff_t>(keyword);
    keyword += rule.keywords.size();
    const auto end = found.begin() + static_cast<std::ptrdiff_t>(keyword);
    if (begin != end && std::find(begin, end, true) == end) continue;
    if (binary && rule.text_only) continue;
    if (rule.path && (path == nullptr || !rule.path->found_in(path->str()))) continue;
    if (rule.regex)
      apply(rule, text, path, result);
    else if (!excepted(rule, text, {&rule, {}, {}}, path))
      result.by_path.push_back(&rule);
  }
  keep_one_of_each(result.matches);
  return result;
}

void SecretScanner::apply(const SecretRule& rule, std::string_view text, const RelPath* path,
                          Result& result) const {
  std::size_t from = 0, secrets = 0;
  for (std::size_t count = 0;; ++count) {
    const std::vector<ByteRange> groups = rule.regex->find(text, from);
    if (groups.empty()) return;
    if (count == most_matches || secrets == most_secrets) return result.too_many.push_back(&rule);
    const Match match{&rule, groups.front(), secret_of(rule, groups)};
    if (match.secret.size() > 0 && is_secret(rule, text, match, path)) {
      result.matches.push_back(match);
      ++secrets;
    }
    from = std::max(match.whole.end, from + 1);
  }
}

bool SecretScanner::is_secret(const SecretRule& rule, std::string_view text, const Match& match,
                              const RelPath* path) const {
  const std::string_view secret = match.secret.in(text);
  if (rule.entropy > 0 && shannon_entropy(secret) <= rule.entropy) return false;
  if (rule.needs_digit && std::none_of(secret.begin(), secret.end(), is_digit)) return false;
  return !excepted(rule, text, match, path);
}

bool SecretScanner::excepted(const SecretRule& rule, std::string_view text, const Match& match,
                             const RelPath* path) const {
  const auto covers = [&](const SecretException& exception) {
    return exception.covers(text, match.whole, match.secret, path);
  };
  return std::any_of(rule.exceptions.begin(), rule.exceptions.end(), covers) ||
         std::any_of(rules_.exceptions.begin(), rules_.exceptions.end(), covers);
}

}  // namespace ddx
