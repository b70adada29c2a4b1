#include "contribute/path_checks.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/git_names.hpp"
#include "base/text.hpp"
#include "config/selection.hpp"

namespace ddx {

namespace {

constexpr std::array<std::string_view, 3> own_names{".ddx.yml", ".ddx.lock", ".ddx-op"};
constexpr std::size_t link_target_bytes_limit = 4096;

const PatternList& secret_files() {
  static const PatternList patterns({".env",           ".env.*",
                                     "!.env.example",  "!.env.sample",
                                     "!.env.template", "!.env.dist",
                                     "*.env",          "!example.env",
                                     "!sample.env",    "!template.env",
                                     "id_rsa",         "id_dsa",
                                     "id_ecdsa",       "id_ecdsa_sk",
                                     "id_ed25519",     "id_ed25519_sk",
                                     "*.p12",          "*.pfx",
                                     "*.jks",          "*.keystore",
                                     "*.kdbx",         "*.ppk",
                                     "*.agekey",       ".netrc",
                                     "_netrc",         ".pgpass",
                                     ".my.cnf",        ".git-credentials",
                                     ".htpasswd",      ".aws/credentials",
                                     ".kube/config",   ".docker/config.json",
                                     ".gnupg/"});
  return patterns;
}

/// As often without a secret as with one; their content says which.
const PatternList& doubtful_files() {
  static const PatternList patterns(
      {"*.pem", "*.key", ".npmrc", ".pypirc", "*.tfstate", "*.tfvars", "*.ovpn"});
  return patterns;
}

CheckFinding about(const RelPath& path, std::string rule, std::string message) {
  CheckFinding finding;
  finding.rule = std::move(rule);
  finding.path = path;
  finding.message = std::move(message);
  finding.fingerprint = finding.allowance();
  return finding;
}

bool is_own(const RelPath& path) {
  for (std::string_view rest = path.str();;) {
    const std::size_t end = rest.find('/');
    const std::string name = fold_case(rest.substr(0, end));
    if (std::find(own_names.begin(), own_names.end(), name) != own_names.end()) return true;
    if (end == rest.npos) return false;
    rest.remove_prefix(end + 1);
  }
}

std::string problem_of_link(const RelPath& link, std::string_view target) {
  if (is_dot_git_file(link.name())) return "git does not take this file as a symbolic link";
  if (target.empty()) return "it is a symbolic link to nothing";
  if (target.size() > link_target_bytes_limit) return "it is a symbolic link with too long a target";
  if (target.front() == '/' || (target.size() > 1 && target[1] == ':'))
    return "it is a symbolic link with an absolute target";
  if (target.find('\\') != target.npos) return "it is a symbolic link with a backslash in its target";
  const std::string_view folder = link.parent();
  std::ptrdiff_t depth = folder.empty() ? 0 : std::count(folder.begin(), folder.end(), '/') + 1;
  for (std::string_view rest = target;;) {
    const std::size_t end = rest.find('/');
    const std::string_view name = rest.substr(0, end);
    std::string why;
    if (name == "..") {
      if (--depth < 0) return "it is a symbolic link out of upstream's tree";
    } else if (!name.empty() && name != ".") {
      ++depth;
      if (!RelPath::try_parse(name, &why))
        return fmt::format("it is a symbolic link to a path that is not allowed: {}", why);
    }
    if (end == rest.npos) return {};
    rest.remove_prefix(end + 1);
  }
}

/// The names of a tree by how the least able file system sees them.
class Spellings {
 public:
  explicit Spellings(const std::set<std::string>& wanted) : wanted_(wanted) {}

  /// \returns the part of `path` that has another spelling, and that one
  std::optional<std::pair<std::string, std::string>> add(const RelPath& path) {
    const std::string_view text = path.str();
    std::string key;
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find('/', begin), text.size());
      key += '/';
      key += collision_key(text.substr(begin, end - begin));
      if (wanted_.contains(key)) {
        const std::string part(text.substr(0, end));
        const auto [known, added] = by_key_.emplace(key, part);
        if (!added && known->second != part) return std::pair(part, known->second);
      }
      begin = end + 1;
    }
    return std::nullopt;
  }

  static void keys_of(const RelPath& path, std::set<std::string>& keys) {
    std::string key;
    for (std::string_view rest = path.str();;) {
      const std::size_t end = rest.find('/');
      key += '/';
      key += collision_key(rest.substr(0, end));
      keys.insert(key);
      if (end == rest.npos) return;
      rest.remove_prefix(end + 1);
    }
  }

 private:
  const std::set<std::string>& wanted_;
  std::map<std::string, std::string> by_key_;
};

}  // namespace

std::vector<CheckFinding> check_name(const OutgoingFile& file) {
  std::vector<CheckFinding> findings;
  const bool known = file.before.has_value();
  if (is_own(file.path)) {
    findings.push_back(about(file.path, "own-file", "is a file of ddx that belongs to one project"));
    if (known)
      findings.back().severity = CheckSeverity::warning;
    else
      findings.back().allowable = false;
  }
  if (known || !file.after) return findings;
  if (secret_files().matches(file.path))
    findings.push_back(about(file.path, "secret/file-name", "is a file that holds secrets, by its name"));
  else if (doubtful_files().matches(file.path)) {
    findings.push_back(about(file.path, "secret/file-name", "may hold a secret, by its name"));
    findings.back().severity = CheckSeverity::warning;
  }
  if (const auto problem = portability_problem(file.path))
    findings.push_back(about(file.path, "portable-name", printable(*problem)));
  return findings;
}

std::optional<CheckFinding> check_link(const RelPath& path, std::string_view target) {
  const std::string problem = problem_of_link(path, target);
  if (problem.empty()) return std::nullopt;
  CheckFinding finding = about(path, "link", problem);
  finding.allowable = false;
  return finding;
}

std::vector<CheckFinding> check_collisions(const std::vector<OutgoingFile>& files,
                                           const std::vector<RelPath>& upstream) {
  std::set<RelPath> added, gone;
  std::set<std::string> keys;
  for (const OutgoingFile& file : files) {
    if (!file.after) gone.insert(file.path);
    if (!file.after || file.before || !added.insert(file.path).second) continue;
    Spellings::keys_of(file.path, keys);
  }
  if (added.empty()) return {};
  Spellings spellings(keys);
  for (const RelPath& path : upstream)
    if (!gone.contains(path)) static_cast<void>(spellings.add(path));
  std::vector<CheckFinding> findings;
  for (const RelPath& path : added)
    if (const auto other = spellings.add(path))
      findings.push_back(about(path, "name-collision",
                               fmt::format("'{}' and '{}' are one name where case or accents do not count",
                                           printable(other->first), printable(other->second))));
  return findings;
}

}  // namespace ddx
