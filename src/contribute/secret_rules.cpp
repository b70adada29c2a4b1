#include "contribute/secret_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"

namespace ddx {

namespace {

std::string_view line_around(std::string_view text, const ByteRange& range) {
  const std::size_t begin = text.substr(0, range.begin).rfind('\n') + 1;  // npos + 1 is 0
  return text.substr(begin, std::min(text.find('\n', range.end), text.size()) - begin);
}

std::string_view looked_at(SecretException::Target target, std::string_view text, const ByteRange& match,
                           const ByteRange& secret) {
  switch (target) {
    case SecretException::Target::match:
      return match.in(text);
    case SecretException::Target::line:
      return line_around(text, match);
    case SecretException::Target::secret:
      break;
  }
  return secret.in(text);
}

}  // namespace

bool SecretException::covers(std::string_view text, const ByteRange& match, const ByteRange& secret,
                             const RelPath* path) const {
  std::size_t given = 0, met = 0;
  const auto count = [&](const auto& list, auto matches) {
    if (list.empty()) return;
    ++given;
    if (std::any_of(list.begin(), list.end(), matches)) ++met;
  };
  count(paths, [&](const Pattern& p) { return path != nullptr && p.found_in(path->str()); });
  const std::string_view subject = looked_at(target, text, match, secret);
  count(regexes, [&](const Pattern& p) { return p.found_in(subject); });
  if (!stopwords.empty()) {
    const std::string folded = fold_case(secret.in(text));
    count(stopwords, [&](const std::string& word) { return folded.find(word) != std::string::npos; });
  }
  return needs_all ? given > 0 && met == given : met > 0;
}

double shannon_entropy(std::string_view bytes) {
  std::array<std::size_t, 256> counts{};
  for (const char byte : bytes) ++counts[static_cast<unsigned char>(byte)];
  const double total = static_cast<double>(bytes.size());
  double entropy = 0;
  for (const std::size_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / total;
    entropy -= share * std::log2(share);
  }
  return entropy;
}

}  // namespace ddx
