#include "cli/prompt.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

Asking decide_asking(const GlobalOptions& options, const Environment& environment, const Console& console) {
  const std::string ci = fold_case(environment("CI").value_or(""));
  const bool in_ci = !ci.empty() && ci != "false" && ci != "0";
  const bool somebody_there = console.is_terminal(Stream::in) && console.is_terminal(Stream::err);
  const bool silent = options.no_input || options.format == Format::json;
  return somebody_there && !in_ci && !silent ? Asking::allowed : Asking::forbidden;
}

std::string Prompt::answer(const std::string& question) {
  ui_.question(question);
  const auto line = console_.read_line(interrupted_);
  if (interrupted_) throw Interrupted();
  if (!line) throw Error(ErrorCode::confirmation_needed, "the input ended before the question was answered");
  return trimmed(*line);
}

bool Prompt::yes(const std::string& question) {
  for (;;) {
    const std::string said = fold_case(answer(question + " [Y/n]"));
    if (said.empty() || said == "y" || said == "yes") return true;
    if (said == "n" || said == "no") return false;
  }
}

std::string Prompt::line(const std::string& question, const std::string& proposal) {
  const std::string said =
      answer(proposal.empty() ? question + ":" : fmt::format("{} [{}]:", question, proposal));
  return said.empty() ? proposal : said;
}

Secret Prompt::secret(const std::string& question) {
  auto typed = console_.read_secret([&] { ui_.question(question + ":"); }, interrupted_);
  if (interrupted_) throw Interrupted();
  if (!typed) throw Error(ErrorCode::confirmation_needed, "the input ended before the question was answered");
  return std::move(*typed);
}

std::string Prompt::key(const std::string& question) {
  const auto pressed = console_.read_key([&] { ui_.question(question); }, interrupted_);
  if (interrupted_) throw Interrupted();
  if (!pressed)
    throw Error(ErrorCode::confirmation_needed, "the input ended before the question was answered");
  return *pressed;
}

std::size_t Prompt::choice(const std::string& question, const std::vector<std::string>& options) {
  Page list;
  list.line({question});
  for (std::size_t i = 0; i < options.size(); ++i) list.line({fmt::format("  {}  {}", i + 1, options[i])});
  ui_.error(list);
  for (;;) {
    const std::string said = fold_case(answer("Choice [1]:"));
    for (std::size_t i = 0; i < options.size(); ++i) {
      if (said == std::to_string(i + 1) || fold_case(options[i]).starts_with(said)) return i;
    }
  }
}

}  // namespace ddx::cli
