#pragma once

#include <string>
#include <vector>

namespace ddx {

/// Words as the system takes them for a program: pointers into `words`, and a null at the end.
[[nodiscard]] inline std::vector<char*> exec_words(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace ddx
