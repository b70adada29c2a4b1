#include <algorithm>
#include <map>
#include <set>

#include "arch/rules.hpp"

namespace ddx::arch {

namespace {

using Rooms = std::set<std::string>;

/// The rooms that each room may include besides itself and include/ddx.
const std::map<std::string, Rooms>& allowed_rooms() {
  static const std::map<std::string, Rooms> allowed{
      {"base", {}},
      {"lines", {"base"}},
      {"platform", {"base"}},
      {"net", {"base", "platform"}},
      {"git", {"base", "platform", "net"}},
      {"config", {"base", "platform", "git"}},
      {"contribute", {"base", "lines", "config"}},
      {"auth", {"base", "platform", "net", "git", "config"}},
      {"hosting", {"base", "platform", "net", "auth"}},
      {"audit", {"base", "platform", "git", "config"}},
      {"worktree", {"base", "platform", "git", "config"}},
      {"merge", {"base", "lines", "platform", "git", "config", "worktree"}},
      {"snapshot", {"base", "platform", "git", "config", "worktree"}},
      {"transaction", {"base", "platform", "git", "config", "audit", "worktree", "snapshot"}},
      {"sync",
       {"base", "lines", "platform", "git", "config", "auth", "hosting", "audit", "worktree", "merge",
        "snapshot", "transaction", "contribute"}},
      {"cli", {"base", "platform"}},
      {"main.cpp", {"base", "platform", "cli"}},
      {"ddx", {}},
  };
  return allowed;
}

/// Libraries with an owner: how the include begins, and the rooms that may.
const std::vector<std::pair<std::string, Rooms>>& library_owners() {
  static const std::vector<std::pair<std::string, Rooms>> owners{
      {"git2", {"git"}},
      {"curl/", {"net"}},
      {"yaml-cpp/", {"config"}},
      {"toml++/", {"contribute"}},
      {"re2/", {"contribute"}},
      {"CLI/", {"cli"}},
      {"spdlog/", {"cli"}},
      {"sodium", {"base", "auth"}},
      {"nlohmann/", {"config", "auth", "hosting", "audit", "snapshot", "transaction", "sync", "cli"}},
  };
  return owners;
}

/// "git" for both src/git/x.cpp and "git/x.hpp"; "ddx" for the contract.
std::string room_of(std::string path) {
  for (const std::string root : {"src/", "include/"})
    if (path.starts_with(root)) path.erase(0, root.size());
  return path.substr(0, path.find('/'));
}

bool is_standard(const Include& include) {
  return !include.quoted && include.target.find_first_of("/.") == std::string::npos;
}

}  // namespace

Findings check_includes(const SourceFile& file) {
  Findings findings;
  const std::string room = room_of(file.path);
  const auto allowed = allowed_rooms().find(room);
  if (allowed == allowed_rooms().end()) return {file.path + ": the room '" + room + "' is not in tests/arch"};
  for (const auto& include : file.includes()) {
    const std::string line = file.path + ": may not include " + include.target;
    if (room == "ddx" && !is_standard(include) && !include.target.starts_with("ddx/")) {
      findings.push_back(line + " (the contract knows the standard library and itself)");
      continue;
    }
    if (include.quoted) {
      const std::string target = room_of(include.target);
      if (target != "ddx" && target != room && !allowed->second.contains(target)) findings.push_back(line);
    }
    for (const auto& [prefix, owners] : library_owners())
      if (!include.quoted && include.target.starts_with(prefix) && !owners.contains(room))
        findings.push_back(line);
  }
  return findings;
}

}  // namespace ddx::arch
