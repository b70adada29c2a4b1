#include <fmt/format.h>

#include <regex>

#include "arch/rules.hpp"

namespace ddx::arch {

Findings check_words(const SourceFile& file) {
  static const std::regex forbidden(
      R"(\bsimulat(e|es|ed|ing|ion)\b|\bfor now\b|\bplaceholder\b|\bin a real implementation\b|\bfixme\b|\bxxx\b|\btodo\b(?!\(#\d+\)))",
      std::regex::icase);
  Findings findings;
  for (std::sregex_iterator word(file.text.begin(), file.text.end(), forbidden), end; word != end; ++word)
    findings.push_back(fmt::format("{}: '{}' stands for work not done", file.path, word->str()));
  return findings;
}

}  // namespace ddx::arch
