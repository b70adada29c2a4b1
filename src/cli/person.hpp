#pragma once

#include <string>

#include "cli/prompt.hpp"
#include "ddx/host.hpp"

namespace ddx::cli {

/// Lets the engine ask whoever sits at the terminal.
class TerminalPerson final : public Person {
 public:
  explicit TerminalPerson(Prompt& prompt) : prompt_(prompt) {}

  std::string ask(const std::string& question) override { return prompt_.line(question, ""); }
  Secret ask_secret(const std::string& question) override { return prompt_.secret(question); }

 private:
  Prompt& prompt_;
};

}  // namespace ddx::cli
