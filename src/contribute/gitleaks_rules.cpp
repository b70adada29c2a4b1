#include "contribute/gitleaks_rules.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "ddx/error.hpp"

namespace ddx {

namespace {

/// One file, and how its errors are told.
class Reader {
 public:
  explicit Reader(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] Error wrong(const toml::source_region& place, std::string_view what) const {
    const std::string at = fmt::format("{}:{}:{}", name_, place.begin.line, place.begin.column);
    return Error(ErrorCode::config_invalid, fmt::format("'{}': {}", at, what), {{Recovery::fix_config, at}});
  }

  [[nodiscard]] std::string text(const toml::table& table, std::string_view key) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return {};
    if (const auto value = node->value<std::string>()) return *value;
    throw wrong(node->source(), fmt::format("'{}' is not a text", key));
  }

  [[nodiscard]] double number(const toml::table& table, std::string_view key) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return 0;
    const auto value = node->value<double>();
    if (value && *value >= 0) return *value;
    throw wrong(node->source(), fmt::format("'{}' is not a number from 0", key));
  }

  [[nodiscard]] std::vector<std::string> texts(const toml::table& table, std::string_view key) const {
    std::vector<std::string> list;
    const toml::node* node = table.get(key);
    if (node == nullptr) return list;
    const toml::array* array = node->as_array();
    if (array == nullptr) throw wrong(node->source(), fmt::format("'{}' is not a list", key));
    for (const toml::node& item : *array) {
      const auto value = item.value<std::string>();
      if (!value) throw wrong(item.source(), fmt::format("'{}' has something that is no text", key));
      list.push_back(*value);
    }
    return list;
  }

  [[nodiscard]] Pattern pattern(const toml::node& at, const std::string& expression) const {
    Pattern made(expression);
    if (const auto problem = made.problem())
      throw wrong(at.source(), fmt::format("the expression cannot be used: {}", *problem));
    return made;
  }

  [[nodiscard]] std::vector<Pattern> patterns(const toml::table& table, std::string_view key) const {
    std::vector<Pattern> made;
    for (const std::string& expression : texts(table, key))
      made.push_back(pattern(*table.get(key), expression));
    return made;
  }

  [[nodiscard]] std::optional<Pattern> optional_pattern(const toml::table& table,
                                                        std::string_view key) const {
    const std::string expression = text(table, key);
    if (expression.empty()) return std::nullopt;
    return pattern(*table.get(key), expression);
  }

  [[nodiscard]] std::vector<std::string> words(const toml::table& table, std::string_view key) const {
    std::vector<std::string> made;
    for (const std::string& word : texts(table, key)) made.push_back(fold_case(word));
    return made;
  }

 private:
  std::string name_;
};

SecretException exception_in(const Reader& reader, const toml::table& table) {
  SecretException exception;
  exception.paths = reader.patterns(table, "paths");
  exception.regexes = reader.patterns(table, "regexes");
  exception.stopwords = reader.words(table, "stopwords");
  const std::string target = reader.text(table, "regexTarget"), condition = reader.text(table, "condition");
  if (target == "match") exception.target = SecretException::Target::match;
  if (target == "line") exception.target = SecretException::Target::line;
  if (!target.empty() && target != "match" && target != "line" && target != "secret")
    throw reader.wrong(table.get("regexTarget")->source(), "'regexTarget' is none of secret, match, line");
  exception.needs_all = fold_case(condition) == "and";
  return exception;
}

/// `[allowlist]` as older files have it, and `[[allowlists]]`.
std::vector<std::pair<SecretException, std::vector<std::string>>> exceptions_in(const Reader& reader,
                                                                                const toml::table& table) {
  std::vector<std::pair<SecretException, std::vector<std::string>>> list;
  const auto add = [&](const toml::table& one) {
    list.emplace_back(exception_in(reader, one), reader.texts(one, "targetRules"));
  };
  if (const toml::table* one = table["allowlist"].as_table()) add(*one);
  if (const toml::array* all = table["allowlists"].as_array())
    for (const toml::node& node : *all)
      if (const toml::table* one = node.as_table()) add(*one);
  return list;
}

SecretRule rule_in(const Reader& reader, const toml::table& table) {
  SecretRule rule;
  rule.id = reader.text(table, "id");
  if (rule.id.empty()) throw reader.wrong(table.source(), "a rule without 'id'");
  rule.description = reader.text(table, "description");
  if (rule.description.empty()) rule.description = rule.id;
  rule.regex = reader.optional_pattern(table, "regex");
  rule.path = reader.optional_pattern(table, "path");
  if (!rule.regex && !rule.path) throw reader.wrong(table.source(), "a rule without 'regex' and 'path'");
  rule.group = static_cast<std::size_t>(reader.number(table, "secretGroup"));
  rule.entropy = reader.number(table, "entropy");
  rule.keywords = reader.words(table, "keywords");
  for (auto& [exception, targets] : exceptions_in(reader, table))
    rule.exceptions.push_back(std::move(exception));
  return rule;
}

void remove(SecretRules& rules, const std::set<std::string>& ids) {
  std::erase_if(rules.rules, [&](const SecretRule& rule) { return ids.contains(rule.id); });
}

}  // namespace

void add_gitleaks_rules(SecretRules& rules, std::string_view text, const std::string& name) {
  const Reader reader(name);
  toml::table file;
  try {
    file = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    throw reader.wrong(error.source(), error.description());
  }
  if (const toml::table* extend = file["extend"].as_table()) {
    const auto disabled = reader.texts(*extend, "disabledRules");
    remove(rules, {disabled.begin(), disabled.end()});
  }
  std::vector<SecretRule> added;
  std::set<std::string> ids;
  if (const toml::array* list = file["rules"].as_array())
    for (const toml::node& node : *list)
      if (const toml::table* table = node.as_table()) {
        added.push_back(rule_in(reader, *table));
        ids.insert(added.back().id);
      }
  remove(rules, ids);
  rules.rules.insert(rules.rules.begin(), std::make_move_iterator(added.begin()),
                     std::make_move_iterator(added.end()));
  for (auto& [exception, targets] : exceptions_in(reader, file)) {
    if (targets.empty()) {
      rules.exceptions.push_back(std::move(exception));
      continue;
    }
    for (SecretRule& rule : rules.rules)
      if (std::ranges::find(targets, rule.id) != targets.end()) rule.exceptions.push_back(exception);
  }
}

}  // namespace ddx
