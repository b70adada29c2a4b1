#include "cli/side_rules.hpp"

#include <algorithm>
#include <map>

#include "cli/grammar.hpp"

namespace ddx::cli {

namespace {

/// What CLI11 stores for a flag without a value.
constexpr const char* everything = "**";

Side side_of(const CLI::Option& option) {
  if (option.check_name("--mine")) return Side::mine;
  return option.check_name("--theirs") ? Side::theirs : Side::union_of_both;
}

bool is_side(const CLI::Option& option) {
  return option.check_name("--mine") || option.check_name("--theirs") || option.check_name("--union");
}

}  // namespace

void add_side_options(CLI::App& command) {
  const auto add = [&command](const std::string& names, const std::string& description) {
    command.add_flag(names, description)
        ->type_name("GLOB")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  add("--mine{**},--ours{**}", "Settle conflicts with your side, everywhere or where GLOB matches");
  add("--theirs{**}", "Settle conflicts with upstream's side, everywhere or where GLOB matches");
  add("--union{**}", "Settle conflicts with the lines of both sides, everywhere or where GLOB matches");
}

std::vector<SideRule> side_rules(const CLI::App& command) {
  std::vector<SideRule> rules;
  std::map<const CLI::Option*, std::size_t> seen;
  for (const CLI::Option* option : command.parse_order()) {
    if (!is_side(*option)) continue;
    const std::string& glob = option->results().at(seen[option]++);
    rules.push_back({glob == everything ? "" : glob, side_of(*option)});
  }
  const auto has_glob = [](const SideRule& rule) { return !rule.glob.empty(); };
  const auto general = std::stable_partition(rules.begin(), rules.end(), has_glob);
  if (std::any_of(general, rules.end(), [&](const SideRule& rule) { return rule.side != general->side; }))
    throw CLI::ValidationError("only one of --mine, --theirs and --union can be for all paths");
  return rules;
}

}  // namespace ddx::cli
