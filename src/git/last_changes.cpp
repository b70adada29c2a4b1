#include "git/last_changes.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "git/tree.hpp"

namespace ddx::git {

namespace {

using Paths = std::set<std::string>;
using Found = std::map<std::string, TreeItem>;

/// The paths by what comes before their first slash; without one: an empty rest.
std::map<std::string, Paths> by_first_name(const Paths& paths) {
  std::map<std::string, Paths> groups;
  for (const std::string& path : paths) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    groups[path.substr(0, slash)].insert(path.substr(std::min(slash + 1, path.size())));
  }
  return groups;
}

class Comparison {
 public:
  explicit Comparison(const Objects& objects) : objects_(objects) {}

  /// Adds those of `paths` that the two trees hold differently.
  void differing(const std::optional<Oid>& a, const std::optional<Oid>& b, const Paths& paths,
                 const std::string& prefix, Paths& found) const {
    if (a == b) return;
    auto groups = by_first_name(paths);
    const Found in_a = items(a, groups), in_b = items(b, groups);
    for (auto& [name, rests] : groups) {
      const auto item_a = at(in_a, name), item_b = at(in_b, name);
      if (item_a == item_b) continue;
      if (rests.erase("") > 0) found.insert(prefix + name);
      if (!rests.empty()) differing(folder(item_a), folder(item_b), rests, prefix + name + "/", found);
    }
  }

 private:
  [[nodiscard]] Found items(const std::optional<Oid>& tree,
                            const std::map<std::string, Paths>& groups) const {
    Paths names;
    for (const auto& [name, rests] : groups) names.insert(name);
    return tree ? items_in(objects_, *tree, names) : Found();
  }
  static std::optional<TreeItem> at(const Found& items, const std::string& name) {
    const auto found = items.find(name);
    return found == items.end() ? std::nullopt : std::optional(found->second);
  }
  static std::optional<Oid> folder(const std::optional<TreeItem>& item) {
    return item && item->is_folder() ? std::optional(item->id) : std::nullopt;
  }

  const Objects& objects_;
};

}  // namespace

std::map<std::string, Oid> last_changes(const Objects& objects, const std::vector<Oid>& commits,
                                        const std::set<std::string>& paths) {
  const Comparison comparison(objects);
  std::map<std::string, Oid> found;
  std::map<Oid, Paths> sought;  // in which commit a path is looked for next
  if (!commits.empty()) sought[commits.front()] = paths;
  for (const Oid& id : commits) {
    Paths left = std::exchange(sought[id], {});
    if (left.empty()) continue;
    const CommitInfo commit = read_commit(objects, id);
    for (const Oid& parent : commit.parents) {
      if (!objects.contains(parent)) {
        left.clear();
        break;
      }
      Paths changed;
      comparison.differing(commit.tree, read_commit(objects, parent).tree, left, "", changed);
      std::set_difference(left.begin(), left.end(), changed.begin(), changed.end(),
                          std::inserter(sought[parent], sought[parent].end()));
      left = std::move(changed);
    }
    if (commit.parents.empty()) {
      Paths there;
      comparison.differing(commit.tree, std::nullopt, left, "", there);
      left = std::move(there);
    }
    for (const std::string& path : left) found.emplace(path, id);
  }
  return found;
}

}  // namespace ddx::git
