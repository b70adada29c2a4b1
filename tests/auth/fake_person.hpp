#pragma once

#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include "ddx/host.hpp"

namespace ddx::test {

/// Answers what the test says, and remembers what was asked.
class FakePerson : public Person {
 public:
  std::deque<std::string> answers;
  std::vector<std::string> questions;

  std::string ask(const std::string& question) override {
    questions.push_back(question);
    if (answers.empty()) throw std::runtime_error("nobody answers '" + question + "'");
    std::string answer = answers.front();
    answers.pop_front();
    return answer;
  }
  Secret ask_secret(const std::string& question) override { return Secret(ask(question)); }
};

}  // namespace ddx::test
