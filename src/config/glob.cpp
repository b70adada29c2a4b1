#include "config/glob.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <utility>

namespace ddx {

namespace {

std::size_t index(char byte) { return static_cast<unsigned char>(byte); }

/// `[:alpha:]` and its kin, in the C locale.
constexpr std::array<std::pair<std::string_view, int (*)(int)>, 12> character_classes{
    {{"alnum", std::isalnum},
     {"alpha", std::isalpha},
     {"blank", std::isblank},
     {"cntrl", std::iscntrl},
     {"digit", std::isdigit},
     {"graph", std::isgraph},
     {"lower", std::islower},
     {"print", std::isprint},
     {"punct", std::ispunct},
     {"space", std::isspace},
     {"upper", std::isupper},
     {"xdigit", std::isxdigit}}};

}  // namespace

/// Reads a pattern from left to right.
class Glob::Compiler {
 public:
  explicit Compiler(std::string_view pattern) : pattern_(pattern) {}

  /// \returns nothing if the pattern cannot be read
  std::optional<std::vector<Token>> run() {
    while (at_ < pattern_.size()) {
      const char byte = pattern_[at_];
      if (byte == '*') {
        stars();
      } else if (byte == '?') {
        add(ByteSet().set());
        ++at_;
      } else if (byte == '[') {
        ++at_;
        if (!bracket()) return std::nullopt;
      } else if (byte == '\\') {
        if (at_ + 1 == pattern_.size()) return std::nullopt;
        literal(pattern_[at_ + 1]);
        at_ += 2;
      } else {
        literal(byte);
        ++at_;
      }
    }
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] bool is_at(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }
  [[nodiscard]] bool at_end() const { return at_ == pattern_.size(); }

  void literal(char byte) { tokens_.push_back({Token::Kind::one_of, ByteSet().set(index(byte))}); }
  void add(ByteSet bytes) { tokens_.push_back({Token::Kind::one_of, bytes.reset(index('/'))}); }

  void stars() {
    const bool after_slash = at_ == 0 || pattern_[at_ - 1] == '/';
    const std::size_t first = at_;
    while (is_at("*")) ++at_;
    const bool crosses_folders = at_ - first > 1 && after_slash && (at_end() || is_at("/") || is_at("\\/"));
    if (!crosses_folders) {
      tokens_.push_back({Token::Kind::any_in_folder});
    } else if (is_at("/")) {  // `**/`: no folder, or any number of them
      ++at_;
      tokens_.push_back({Token::Kind::skip_next_two});
      tokens_.push_back({Token::Kind::any});
      literal('/');
    } else {
      tokens_.push_back({Token::Kind::any});
    }
  }

  bool bracket() {
    ByteSet bytes;
    const bool negated = is_at("!") || is_at("^");
    if (negated) ++at_;
    std::optional<char> range_start;
    for (bool first = true; first || !is_at("]"); first = false) {
      if (at_end()) return false;
      if (is_at("[:") && pattern_.find(']', at_ + 2) != std::string_view::npos && is_class()) {
        if (!character_class(bytes)) return false;
        range_start.reset();
      } else if (is_at("-") && range_start && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
        ++at_;
        const auto last = bracket_byte();
        if (!last) return false;
        for (std::size_t byte = index(*range_start); byte <= index(*last); ++byte) bytes.set(byte);
        range_start.reset();
      } else {
        range_start = bracket_byte();
        if (!range_start) return false;
        bytes.set(index(*range_start));
      }
    }
    ++at_;
    add(negated ? ~bytes : bytes);
    return true;
  }

  std::optional<char> bracket_byte() {
    if (is_at("\\")) ++at_;
    if (at_end()) return std::nullopt;
    return pattern_[at_++];
  }

  /// Whether the bracket that follows `[:` ends in `:]`; otherwise '[' stands for itself.
  [[nodiscard]] bool is_class() const {
    const std::size_t end = pattern_.find(']', at_ + 2);
    return end > at_ + 2 && pattern_[end - 1] == ':';
  }

  bool character_class(ByteSet& bytes) {
    const std::size_t end = pattern_.find(']', at_ + 2);
    const std::string_view name = pattern_.substr(at_ + 2, end - 1 - (at_ + 2));
    at_ = end + 1;
    for (const auto& [known, contains] : character_classes) {
      if (known != name) continue;
      for (int byte = 0; byte < 128; ++byte)
        if (contains(byte) != 0) bytes.set(static_cast<std::size_t>(byte));
      return true;
    }
    return false;
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

Glob::Glob(std::string_view pattern) {
  auto tokens = Compiler(pattern).run();
  readable_ = tokens.has_value();
  if (tokens) tokens_ = std::move(*tokens);
}

void Glob::enter(std::vector<char>& states, std::size_t state) const {
  if (states[state] != 0) return;
  states[state] = 1;
  if (state == tokens_.size()) return;
  switch (tokens_[state].kind) {
    case Token::Kind::one_of:
      return;
    case Token::Kind::skip_next_two:
      enter(states, state + 3);
      [[fallthrough]];
    case Token::Kind::any_in_folder:
    case Token::Kind::any:
      enter(states, state + 1);
  }
}

bool Glob::matches(std::string_view text) const {
  if (!readable_) return false;
  std::vector<char> states(tokens_.size() + 1), next(tokens_.size() + 1);
  enter(states, 0);
  for (const char byte : text) {
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t state = 0; state < tokens_.size(); ++state) {
      if (states[state] == 0) continue;
      const Token& token = tokens_[state];
      if (token.kind == Token::Kind::one_of && token.bytes.test(index(byte))) enter(next, state + 1);
      if (token.kind == Token::Kind::any_in_folder && byte != '/') enter(next, state);
      if (token.kind == Token::Kind::any) enter(next, state);
    }
    std::swap(states, next);
  }
  return states.back() != 0;
}

}  // namespace ddx
