#include "merge/policy.hpp"

namespace ddx {

namespace {

std::string option_name(Side side) {
  switch (side) {
    case Side::ask:
    case Side::markers:
      return {};
    case Side::mine:
      return "--mine";
    case Side::theirs:
      return "--theirs";
    case Side::union_of_both:
      return "--union";
  }
  return {};
}

bool settles(Side side) { return !option_name(side).empty(); }

}  // namespace

Policy::Policy(const std::vector<SideRule>& asked, const std::vector<SideRule>& configured, Side fallback) {
  const auto add = [&](const SideRule& rule, const std::string& origin) {
    rules_.push_back({rule.glob.empty() ? PatternList() : PatternList({rule.glob}),
                      {rule.side, settles(rule.side) ? origin : std::string()}});
  };
  for (const SideRule& rule : asked) add(rule, option_name(rule.side));
  for (const SideRule& rule : configured) add(rule, "sync.conflicts");
  add({"", fallback}, "sync.conflict");
}

Policy::Decision Policy::decide(const RelPath& path) const {
  for (const Rule& rule : rules_) {
    if (rule.paths.empty() || rule.paths.matches(path)) return rule.decision;
  }
  return {};
}

}  // namespace ddx
