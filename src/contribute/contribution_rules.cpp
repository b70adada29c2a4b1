#include "contribute/contribution_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "config/value.hpp"
#include "config/yaml_document.hpp"

namespace ddx {

namespace {

constexpr std::size_t notes_bytes_limit = 4096;
constexpr std::size_t most_patterns = 1000;
constexpr std::uint64_t most_files = 1'000'000;

using Reading = std::function<void(const YamlNode&, const std::string& key)>;
using Readings = std::map<std::string, Reading, std::less<>>;

/// Reads what it can, and keeps what it cannot as findings.
class Reader {
 public:
  explicit Reader(const YamlDocument& document) : document_(document) {}

  ContributionRulesFile run() {
    const YamlNode& root = document_.root();
    section(
        root, "",
        {{"version", [&](const YamlNode& node, const std::string& key) { version(node, key); }},
         {"max_file_size",
          [&](auto& node, auto& key) { rules().max_file_size_bytes = value(node, key).as_size(); }},
         {"max_files",
          [&](auto& node, auto& key) {
            rules().max_files = static_cast<std::size_t>(value(node, key).as_number(1, most_files));
          }},
         {"allowed_paths", [&](auto& node, auto& key) { rules().allowed_paths = patterns(node, key); }},
         {"forbidden_paths", [&](auto& node, auto& key) { rules().forbidden_paths = patterns(node, key); }},
         {"require_signoff",
          [&](auto& node, auto& key) { rules().require_signoff = value(node, key).as_bool(); }},
         {"title", [&](auto& node, auto& key) { title(node, key); }},
         {"message",
          [&](auto& node, auto& key) {
            section(node, key, {{"require_body", [&](auto& body, auto& name) {
                                   rules().require_body = value(body, name).as_bool();
                                 }}});
          }},
         {"branch",
          [&](auto& node, auto& key) {
            section(
                node, key,
                {{"pattern", [&](auto& text, auto& name) { rules().branch_pattern = regex(text, name); }}});
          }},
         {"notes", [&](auto& node, auto& key) { notes(node, key); }}});
    if (root.kind == YamlNode::Kind::map && root.find("version") == nullptr)
      add(root, "'version' is missing; 1 is taken").severity = CheckSeverity::warning;
    return std::move(file_);
  }

 private:
  ContributionRules& rules() { return file_.rules; }

  CheckFinding& add(const YamlNode& node, std::string message) {
    const std::string_view before = std::string_view(document_.text()).substr(0, node.offset);
    return add(1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')), std::move(message));
  }

  CheckFinding& add(int line, std::string message) {
    CheckFinding finding;
    finding.rule = "contribution-rules";
    finding.path = RelPath::parse(contribution_rules_name);
    finding.line = line;
    finding.message = std::move(message);
    finding.fingerprint = finding.allowance();
    return file_.findings.emplace_back(std::move(finding));
  }

  void section(const YamlNode& node, const std::string& name, const Readings& readings) {
    if (node.kind == YamlNode::Kind::null) return;
    if (node.kind != YamlNode::Kind::map)
      return static_cast<void>(add(node, name.empty() ? "it must be a section with keys"
                                                      : fmt::format("'{}' must be a section", name)));
    std::set<std::string_view> seen;
    for (const auto& [key, value] : node.entries) {
      const std::string full = name.empty() ? printable(key->text) : name + '.' + printable(key->text);
      const auto reading = key->kind == YamlNode::Kind::scalar ? readings.find(key->text) : readings.end();
      if (reading == readings.end()) {
        unknown(*key, full, readings);
      } else if (!seen.insert(reading->first).second) {
        add(*key, fmt::format("'{}' is given twice", full));
      } else {
        read(*reading, *value, full);
      }
    }
  }

  void read(const Readings::value_type& reading, const YamlNode& node, const std::string& name) {
    try {
      reading.second(node, name);
    } catch (const Error& error) {
      add(node, error.what());
    }
  }

  void unknown(const YamlNode& key, const std::string& name, const Readings& readings) {
    std::vector<std::string> known;
    for (const auto& [word, reading] : readings) known.push_back(word);
    const std::string near = closest(key.text, known);
    add(key, fmt::format("'{}' is not known to this ddx{}", name,
                         near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near)))
        .severity = CheckSeverity::warning;
  }

  static Value value(const YamlNode& node, const std::string& name) {
    if (node.kind != YamlNode::Kind::scalar)
      throw Error(ErrorCode::config_invalid, fmt::format("'{}' must be a single value", name));
    return Value(name, "", node.text);
  }

  static PatternList patterns(const YamlNode& node, const std::string& name) {
    if (node.kind == YamlNode::Kind::null) return {};
    if (node.kind != YamlNode::Kind::sequence || node.items.size() > most_patterns)
      throw Error(ErrorCode::config_invalid,
                  fmt::format("'{}' must be a list of {} patterns at most", name, most_patterns));
    std::vector<std::string> texts;
    for (const YamlNode* item : node.items) texts.push_back(value(*item, name).text());
    return PatternList(texts);
  }

  static Pattern regex(const YamlNode& node, const std::string& name) {
    Pattern pattern(value(node, name).text());
    if (const auto problem = pattern.problem())
      throw Error(ErrorCode::config_invalid,
                  fmt::format("'{}' is no regular expression of RE2: {}", name, printable(*problem)));
    return pattern;
  }

  void version(const YamlNode& node, const std::string& key) {
    if (value(node, key).text() != "1")
      add(node, fmt::format("'version' is '{}', but this ddx knows 1 only", printable(node.text)));
  }

  void title(const YamlNode& node, const std::string& key) {
    section(node, key,
            {{"pattern", [&](auto& text, auto& name) { rules().title_pattern = regex(text, name); }},
             {"max_length", [&](auto& text, auto& name) {
                rules().title_max_length = static_cast<std::size_t>(value(text, name).as_number(1, 1000));
              }}});
  }

  void notes(const YamlNode& node, const std::string& key) {
    const std::string text = value(node, key).text();
    if (text.size() > notes_bytes_limit)
      throw Error(ErrorCode::config_invalid,
                  fmt::format("'{}' is longer than {} bytes", key, notes_bytes_limit));
    rules().notes = printable(text, KeepLines::yes);
  }

  const YamlDocument& document_;
  ContributionRulesFile file_;
};

/// The line in the place `FILE:LINE:COLUMN` that a failure to read YAML names.
int line_of(const Error& error) {
  if (error.steps().empty()) return 0;
  const std::string& place = error.steps().back().subject;
  const std::size_t column = place.rfind(':');
  if (column == place.npos || column == 0) return 0;
  const std::size_t begin = place.rfind(':', column - 1) + 1;
  int line = 0;
  std::from_chars(place.data() + begin, place.data() + column, line);
  return line;
}

CheckFinding broken(std::string rule, std::optional<RelPath> path, std::string message) {
  CheckFinding finding;
  finding.rule = std::move(rule);
  finding.path = std::move(path);
  finding.message = std::move(message);
  finding.fingerprint = finding.allowance();
  return finding;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

bool is_signed_off(std::string_view message) {
  static const Pattern line(R"((?m)^Signed-off-by: \S.* <[^<>\s]+@?[^<>\s]*>\s*$)");
  return line.found_in(message);
}

/// Whether there is more than a first line and trailers.
bool has_body(std::string_view message) {
  static const Pattern trailer(R"(^[A-Za-z0-9-]+: \S)");
  for (std::size_t at = message.find('\n'); at != message.npos;) {
    const std::size_t end = std::min(message.find('\n', at + 1), message.size());
    const std::string_view line = message.substr(at + 1, end - at - 1);
    if (line.find_first_not_of(" \t\r") != line.npos && !trailer.found_in(line)) return true;
    at = end == message.size() ? message.npos : end;
  }
  return false;
}

}  // namespace

ContributionRulesFile read_contribution_rules(std::string_view text) {
  try {
    const YamlDocument document(text, std::string(contribution_rules_name));
    return Reader(document).run();
  } catch (const Error& error) {
    ContributionRulesFile file;
    const std::string_view what = error.what();
    const std::size_t place_end = what.find("': ");
    file.findings.push_back(broken("contribution-rules", RelPath::parse(contribution_rules_name),
                                   std::string(what.substr(place_end == what.npos ? 0 : place_end + 3))));
    file.findings.back().line = line_of(error);
    return file;
  }
}

std::vector<CheckFinding> check_against(const ContributionRules& rules, const OutgoingFile& file) {
  std::vector<CheckFinding> findings;
  if (!rules.allowed_paths.empty() && !rules.allowed_paths.matches(file.path))
    findings.push_back(broken("upstream/path", file.path, "is not where upstream takes contributions"));
  else if (rules.forbidden_paths.matches(file.path))
    findings.push_back(broken("upstream/path", file.path, "is where upstream takes no contributions"));
  return findings;
}

std::vector<CheckFinding> check_against(const ContributionRules& rules, const OutgoingText& text) {
  std::vector<CheckFinding> findings;
  const auto add = [&](const char* rule, std::string message) {
    findings.push_back(broken(rule, std::nullopt, std::move(message)));
  };
  if (rules.title_pattern && !rules.title_pattern->found_in(text.title))
    add("upstream/title", fmt::format("the title '{}' does not match upstream's pattern '{}'",
                                      printable(text.title), printable(rules.title_pattern->expression())));
  if (rules.title_max_length && characters(text.title) > *rules.title_max_length)
    add("upstream/title", fmt::format("the title has {} characters, upstream takes {}",
                                      characters(text.title), *rules.title_max_length));
  if (rules.branch_pattern && !rules.branch_pattern->found_in(text.branch))
    add("upstream/branch",
        fmt::format("the branch '{}' does not match upstream's pattern '{}'", printable(text.branch),
                    printable(rules.branch_pattern->expression())));
  const auto all = [&](auto test) { return std::all_of(text.messages.begin(), text.messages.end(), test); };
  if (rules.require_body && !all(has_body))
    add("upstream/message", "upstream wants commit messages that say more than their first line");
  if (rules.require_signoff && !all(is_signed_off))
    add("upstream/sign-off", "upstream wants 'Signed-off-by' in every commit message");
  return findings;
}

}  // namespace ddx
