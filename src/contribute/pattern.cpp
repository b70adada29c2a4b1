#include "contribute/pattern.hpp"

#include <re2/re2.h>

#include <utility>

namespace ddx {

namespace {

/// For the program of one expression and the states that are built while it searches.
constexpr std::int64_t memory_limit_bytes = std::int64_t{64} << 20;

RE2::Options options() {
  RE2::Options chosen(RE2::Latin1);  // any bytes can be searched, and a '.' takes each of them
  chosen.set_log_errors(false);
  chosen.set_max_mem(memory_limit_bytes);
  return chosen;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct Pattern::State {
  explicit State(std::string text) : expression(std::move(text)) {}

  const RE2& read() {
    if (!compiled) compiled = std::make_unique<RE2>(piece(expression), options());
    return *compiled;
  }

  std::string expression;
  std::unique_ptr<RE2> compiled;
};

Pattern::Pattern(std::string expression) : state_(std::make_shared<State>(std::move(expression))) {}

const std::string& Pattern::expression() const { return state_->expression; }

std::optional<std::string> Pattern::problem() const {
  if (state_->read().ok()) return std::nullopt;
  return state_->read().error();
}

bool Pattern::found_in(std::string_view text) const {
  const RE2& compiled = state_->read();
  return compiled.ok() && compiled.Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

std::vector<ByteRange> Pattern::find(std::string_view text, std::size_t from) const {
  const RE2& compiled = state_->read();
  if (!compiled.ok() || from > text.size()) return {};
  std::vector<re2::StringPiece> parts(static_cast<std::size_t>(compiled.NumberOfCapturingGroups()) + 1);
  if (!compiled.Match(piece(text), from, text.size(), RE2::UNANCHORED, parts.data(),
                      static_cast<int>(parts.size())))
    return {};
  std::vector<ByteRange> ranges;
  for (const re2::StringPiece& part : parts) {
    const std::size_t begin =
        part.data() == nullptr ? 0 : static_cast<std::size_t>(part.data() - text.data());
    ranges.push_back({begin, begin + part.size()});
  }
  return ranges;
}

}  // namespace ddx
