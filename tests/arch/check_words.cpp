#include <fmt/format.h>

#include <cctype>
#include <regex>

#include "arch/rules.hpp"

namespace ddx::arch {

namespace {

/// The regular expression takes long, and hardly any file has to be searched with it.
bool may_hold_one(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  for (const char* word :
       {"simulat", "for now", "placeholder", "real implementation", "fixme", "xxx", "todo"})
    if (text.find(word) != std::string::npos) return true;
  return false;
}

}  // namespace

Findings check_words(const SourceFile& file) {
  static const std::regex forbidden(
      R"(\bsimulat(e|es|ed|ing|ion)\b|\bfor now\b|\bplaceholder\b|\bin a real implementation\b|\bfixme\b|\bxxx\b|\btodo\b(?!\(#\d+\)))",
      std::regex::icase);
  Findings findings;
  if (!may_hold_one(file.text)) return findings;
  for (std::sregex_iterator word(file.text.begin(), file.text.end(), forbidden), end; word != end; ++word)
    findings.push_back(fmt::format("{}: '{}' stands for work not done", file.path, word->str()));
  return findings;
}

}  // namespace ddx::arch
