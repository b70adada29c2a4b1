#include "git/connectivity.hpp"

#include <fmt/format.h>

#include <map>
#include <unordered_set>

#include "git/handle.hpp"

namespace ddx::git {

namespace {

constexpr std::string_view folder_mode = "40000";
constexpr std::string_view submodule_mode = "160000";
constexpr std::size_t id_size = 20;

struct Entry {
  std::string_view mode, name;
  Oid id;
};

Error damaged(std::string_view what, const Oid& id) {
  return Error(ErrorCode::upstream_damaged, fmt::format("the upstream is damaged: {} {}", what, id.str()),
               {{Recovery::tell_upstream}});
}

/// Only what finding the next objects takes; names and modes are judged by `list_untrusted_tree`.
std::vector<Entry> parse_tree(std::string_view raw, const Oid& id) {
  std::vector<Entry> entries;
  while (!raw.empty()) {
    const std::size_t space = raw.find(' ');
    const std::size_t end = raw.find('\0');
    if (end == raw.npos || space > end || raw.size() - end - 1 < id_size)
      throw damaged("unreadable folder", id);
    std::array<std::uint8_t, id_size> bytes{};
    std::copy_n(raw.data() + end + 1, id_size, reinterpret_cast<char*>(bytes.data()));
    entries.push_back({raw.substr(0, space), raw.substr(space + 1, end - space - 1), Oid(bytes)});
    raw.remove_prefix(end + 1 + id_size);
  }
  return entries;
}

class Checker {
 public:
  Checker(const Objects& objects, Host& host) : objects_(objects), host_(host) {}

  void check_commit(const CommitInfo& commit) {
    std::optional<Oid> parent_tree;
    if (!commit.parents.empty() && objects_.contains(commit.parents.front()))
      parent_tree = read_commit(objects_, commit.parents.front()).tree;
    check_trees(commit.tree, parent_tree);
  }

 private:
  struct Pending {
    Oid tree;
    std::optional<Oid> known;  ///< what the parent has in its place; complete, or checked itself
  };

  void check_trees(const Oid& root, const std::optional<Oid>& known_root) {
    std::vector<Pending> pending{{root, known_root}};
    while (!pending.empty()) {
      const Pending next = pending.back();
      pending.pop_back();
      if (next.tree != next.known && seen_.insert(next.tree).second) check_entries(next, pending);
    }
  }

  void check_entries(const Pending& at, std::vector<Pending>& pending) {
    if (host_.interrupted) throw Interrupted();
    const RawObject raw = read_tree(at.tree);
    const RawObject known_raw = at.known && is_tree(*at.known) ? objects_.read(*at.known) : RawObject{};
    std::map<std::string_view, Oid> known;
    for (const Entry& entry : parse_tree(known_raw.bytes, at.tree)) known[entry.name] = entry.id;
    for (const Entry& entry : parse_tree(raw.bytes, at.tree)) {
      const auto before = known.find(entry.name);
      const std::optional<Oid> known_id =
          before == known.end() ? std::nullopt : std::optional(before->second);
      if (entry.id == known_id || entry.mode == submodule_mode) continue;
      if (entry.mode == folder_mode) {
        pending.push_back({entry.id, known_id});
      } else if (seen_.insert(entry.id).second && !objects_.contains(entry.id)) {
        throw damaged("it lacks file", entry.id);
      }
    }
  }

  [[nodiscard]] bool is_tree(const Oid& id) const {
    const auto header = objects_.header(id);
    return header && header->type == ObjectType::tree;
  }

  [[nodiscard]] RawObject read_tree(const Oid& id) const {
    if (!objects_.contains(id)) throw damaged("it lacks folder", id);
    RawObject raw = objects_.read(id);
    if (raw.type != ObjectType::tree) throw damaged("not a folder:", id);
    return raw;
  }

  const Objects& objects_;
  Host& host_;
  std::unordered_set<Oid> seen_;
};

}  // namespace

void check_connected(git_repository* repository, const Objects& objects, const Oid& tip, Trust trust,
                     Host& host) {
  const std::string doing = fmt::format("follow the history of {}", tip.str());
  const auto walk = acquire<RevwalkHandle>(doing, git_revwalk_new, repository);
  const git_oid start = to_git(tip);
  if (git_revwalk_push(walk.get(), &start) < 0) throw damaged("it lacks commit", tip);
  if (trust == Trust::what_refs_reach) check(git_revwalk_hide_glob(walk.get(), "refs/ddx/*"), doing);
  Checker checker(objects, host);
  std::uint64_t done = 0;
  for (;;) {
    git_oid id;
    const int code = git_revwalk_next(&id, walk.get());
    if (code == GIT_ITEROVER) return;
    if (code == GIT_ENOTFOUND) throw damaged("it lacks a commit in the history of", tip);
    check(code, doing);
    checker.check_commit(read_commit(objects, from_git(id)));
    host.events.progress({Progress::Phase::read, ++done});
  }
}

}  // namespace ddx::git
