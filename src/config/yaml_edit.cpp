#include "config/yaml_edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace ddx {

namespace {

enum class Style { block, flow };

/// The entry of a map as the text has it: `key: value`.
struct Extent {
  std::size_t key = 0;    ///< where the key begins
  std::size_t colon = 0;  ///< behind the colon
  std::size_t value = 0;  ///< where the value begins; equals `colon` for an empty value
  std::size_t end = 0;    ///< behind the value
};

/// Finds things in the text that was parsed.
class Layout {
 public:
  explicit Layout(const std::string& text) : document_(text, ".ddx.yml"), text_(document_.text()) {}

  [[nodiscard]] const YamlNode& root() const { return document_.root(); }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string_view line_end() const {
    return text_.find("\r\n") == std::string::npos ? "\n" : "\r\n";
  }
  /// Behind the last byte of the line, line end not included.
  [[nodiscard]] std::size_t end_of_line(std::size_t at) const {
    const std::size_t end = std::min(text_.find('\n', at), text_.size());
    return end > at && text_[end - 1] == '\r' ? end - 1 : end;
  }
  [[nodiscard]] std::size_t start_of_line(std::size_t at) const {
    return at == 0 ? 0 : text_.rfind('\n', at - 1) + 1;  // npos + 1 is 0
  }
  [[nodiscard]] std::size_t next_line(std::size_t at) const {
    const std::size_t end = text_.find('\n', at);
    return end == std::string::npos ? text_.size() : end + 1;
  }
  [[nodiscard]] Style style(const YamlNode& node) const {
    const char first = node.offset < text_.size() ? text_[node.offset] : '\0';
    return first == '{' || first == '[' ? Style::flow : Style::block;
  }

  [[nodiscard]] std::optional<Extent> find(const YamlNode& map, std::string_view name) const {
    for (const auto& [key, value] : map.entries)
      if (key->kind == YamlNode::Kind::scalar && key->text == name) return extent(*key, *value, style(map));
    return std::nullopt;
  }
  [[nodiscard]] std::size_t end_of_last_entry(const YamlNode& map) const {
    const auto& [key, value] = map.entries.back();
    return extent(*key, *value, style(map)).end;
  }

 private:
  [[nodiscard]] Extent extent(const YamlNode& key, const YamlNode& value, Style around) const {
    const std::size_t colon = text_.find(':', key.offset) + 1;
    if (value.kind == YamlNode::Kind::null) return {key.offset, colon, colon, colon};
    if (value.offset > key.offset) return {key.offset, colon, value.offset, end_of(value, around)};
    // The value is an alias. It is the name here that changes, not what it stands for.
    const std::size_t alias = std::min(text_.find('*', colon), text_.size() - 1);
    return {key.offset, colon, alias, end_of_scalar(alias, around)};
  }

  [[nodiscard]] std::size_t end_of(const YamlNode& node, Style around) const {
    if (node.kind == YamlNode::Kind::null) return node.offset;
    if (node.kind == YamlNode::Kind::scalar) return end_of_scalar(node.offset, around);
    const YamlNode* last = nullptr;
    if (!node.items.empty()) last = node.items.back();
    if (!node.entries.empty()) last = node.entries.back().second;
    // An alias stands before the node that uses it, and could lead in a circle.
    const std::size_t end =
        last != nullptr && last->offset > node.offset ? end_of(*last, style(node)) : node.offset + 1;
    if (style(node) == Style::block) return end;
    return std::min(text_.find_first_of("]}", end), text_.size() - 1) + 1;
  }

  [[nodiscard]] std::size_t end_of_scalar(std::size_t start, Style around) const {
    const char quote = text_[start];
    if (quote == '"' || quote == '\'') {
      std::size_t at = start + 1;
      for (; at < text_.size() && text_[at] != quote; ++at)
        if (quote == '"' && text_[at] == '\\') ++at;
      return std::min(at + 1, text_.size());
    }
    std::size_t end = std::min(end_of_line(start), text_.find(" #", start));
    if (around == Style::flow) end = std::min(end, text_.find_first_of(",]}", start));
    while (end > start && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
    return end;
  }

  YamlDocument document_;
  const std::string& text_;
};

/// The lines from `start` to `end` that hold nothing but a comment.
std::string comment_lines(const Layout& layout, std::size_t start, std::size_t end) {
  std::string kept;
  for (std::size_t at = start; at < end; at = layout.next_line(at)) {
    const std::size_t first = layout.text().find_first_not_of(" \t", at);
    if (first != std::string::npos && layout.text()[first] == '#')
      kept += layout.text().substr(at, layout.next_line(at) - at);
  }
  return kept;
}

std::string ending_in_newline(const Layout& layout) {
  std::string text = layout.text();
  if (!text.empty() && text.back() != '\n') text += layout.line_end();
  return text;
}

std::string with_new_entry(const Layout& layout, const YamlNode& map, const std::string& entry) {
  std::string text = layout.text();
  if (layout.style(map) == Style::flow)
    return text.insert(map.offset + 1, map.entries.empty() ? entry : entry + ", ");
  const std::size_t first = map.entries.front().first->offset;
  const std::string indent = text.substr(layout.start_of_line(first), first - layout.start_of_line(first));
  const std::size_t at = layout.end_of_line(layout.end_of_last_entry(map));
  return text.insert(at, fmt::format("{}{}{}", layout.line_end(), indent, entry));
}

bool is_word_of_yaml(std::string_view text) {
  constexpr std::array<std::string_view, 9> words{"null", "true", "false", "yes", "no",
                                                  "on",   "off",  "y",     "n"};
  return std::find(words.begin(), words.end(), fold_case(text)) != words.end();
}

bool is_safe_plain(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_allowed = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') ||
           std::string_view("/._:@+-").find(c) != std::string_view::npos;
  };
  if (text.empty() || text.back() == ':' || !std::all_of(text.begin(), text.end(), is_allowed)) return false;
  const char first = text[0] == '.' && text.size() > 1 ? text[1] : text[0];  // .ddx is a text, .5 a number
  return (is_letter(first) || first == '/') && !is_word_of_yaml(text) && text != ".inf" && text != ".nan";
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

void YamlEdit::set(std::string_view section, std::string_view key, std::string_view value) {
  const Layout layout(text_);
  const std::string entry = fmt::format("{}: {}", key, yaml_scalar(value));
  const YamlNode* map = layout.root().find(section);
  if (map == nullptr) {
    text_ = ending_in_newline(layout) + fmt::format("{0}{1}:{0}  {2}{0}", layout.line_end(), section, entry);
  } else if (map->entries.empty()) {
    const Extent whole = *layout.find(layout.root(), section);
    text_ = layout.text();
    text_.replace(whole.colon, whole.end - whole.colon, fmt::format("{}  {}", layout.line_end(), entry));
  } else if (const auto found = layout.find(*map, key)) {
    text_ = layout.text();
    const bool was_empty = found->value == found->colon;
    text_.replace(found->value, found->end - found->value, (was_empty ? " " : "") + yaml_scalar(value));
  } else {
    text_ = with_new_entry(layout, *map, entry);
  }
}

void YamlEdit::remove(std::string_view section, std::string_view key) {
  const Layout layout(text_);
  const YamlNode* map = layout.root().find(section);
  const auto found = map == nullptr ? std::nullopt : layout.find(*map, key);
  if (!found) return;
  text_ = layout.text();
  if (layout.style(*map) == Style::block) {
    const std::size_t start = layout.start_of_line(found->key);
    text_.erase(start, layout.next_line(found->end) - start);
    return;
  }
  std::size_t start = found->key;
  std::size_t end = std::min(text_.find_first_not_of(" \t", found->end), text_.size());
  if (end < text_.size() && text_[end] == ',') {
    end = std::min(text_.find_first_not_of(" \t", end + 1), text_.size());
  } else {
    start = text_.find_last_of(",{", start);
    if (text_[start] == '{') ++start;
  }
  text_.erase(start, end - start);
}

void YamlEdit::set_list(std::string_view key, const std::vector<std::string>& items) {
  const Layout layout(text_);
  const auto found = layout.find(layout.root(), key);
  if (!found) {
    text_ = ending_in_newline(layout) + fmt::format("{}: {}{}", key, yaml_list(items), layout.line_end());
    return;
  }
  const std::string& text = layout.text();
  const bool in_block = text.find('\n', found->colon) < found->value;
  const std::size_t rest_of_line = in_block ? found->colon : found->end;
  const std::size_t after = layout.next_line(found->end);
  const std::size_t tail_end = layout.next_line(rest_of_line);
  const std::size_t second_line = layout.next_line(found->key);
  text_ = text.substr(0, found->colon) + " " + yaml_list(items) +
          text.substr(rest_of_line, tail_end - rest_of_line) +
          comment_lines(layout, second_line, std::max(second_line, layout.start_of_line(found->end))) +
          text.substr(after);
}

std::string yaml_scalar(std::string_view text) {
  return is_safe_plain(text) ? std::string(text) : double_quoted(text);
}

std::string yaml_list(const std::vector<std::string>& items) {
  std::string list;
  for (const auto& item : items) list += (list.empty() ? "" : ", ") + double_quoted(item);
  return "[" + list + "]";
}

}  // namespace ddx
