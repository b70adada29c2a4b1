#include "contribute/allowance.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "ddx/error.hpp"

namespace ddx {

Allowance Allowance::parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view rule = text.substr(0, colon);
  std::string_view path = colon == text.npos ? std::string_view() : text.substr(colon + 1);
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  while (path.starts_with("./") && path.size() > 2) path.remove_prefix(2);
  if (rule.empty() || path.empty())
    throw Error(
        ErrorCode::usage,
        fmt::format("'{}' is no allowance; it must be RULE:PATH, as a check names them", printable(text)),
        {{Recovery::see_help, "push"}});
  return {std::string(text), std::string(rule), std::string(path)};
}

bool Allowance::covers(const CheckFinding& finding) const {
  if (!finding.allowable) return false;
  if (text_ == finding.fingerprint) return true;
  const bool rule = finding.rule == rule_ || finding.rule.starts_with(rule_ + '/');
  if (!rule) return false;
  if (path_ == "." || path_ == "./") return true;
  return finding.path && (finding.path->str() == path_ || finding.path->str().starts_with(path_ + '/'));
}

std::vector<std::string> allow(std::vector<CheckFinding>& findings,
                               const std::vector<Allowance>& allowances) {
  std::vector<std::string> unused;
  for (const Allowance& allowance : allowances) {
    bool used = false;
    for (CheckFinding& finding : findings) {
      if (!allowance.covers(finding)) continue;
      finding.allowed = used = true;
    }
    if (!used) unused.push_back(allowance.text());
  }
  return unused;
}

}  // namespace ddx
