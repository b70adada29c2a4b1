#include "git/link_targets.hpp"

#include <fmt/format.h>

#include <string_view>
#include <unordered_set>

#include "base/text.hpp"
#include "git/untrusted.hpp"

namespace ddx::git {

namespace {

bool has_drive_prefix(std::string_view target) { return target.size() > 1 && target[1] == ':'; }

/// Follows a target through the tree, name by name.
class Walk {
 public:
  Walk(const RelPath& link, const std::unordered_set<std::string>& links)
      : path_(link.parent()), links_(links) {}

  /// \returns what is wrong with this step, or an empty text
  std::string step(std::string_view name) {
    if (name.empty() || name == ".") return {};
    if (name == "..") {
      if (path_.empty()) return "it points out of upstream's tree";
      path_.resize(path_.rfind('/') == path_.npos ? 0 : path_.rfind('/'));
      return {};
    }
    std::string why;
    if (!RelPath::try_parse(name, &why))
      return fmt::format("it points to a path that is not allowed: {}", why);
    path_ = path_in(path_, name);
    if (links_.contains(collision_key(path_))) return "it points to or through a symbolic link";
    return {};
  }

 private:
  std::string path_;
  const std::unordered_set<std::string>& links_;
};

std::string problem_of(const LinkTarget& link, const std::unordered_set<std::string>& links) {
  const std::string_view target = link.target;
  if (target.empty()) return "it is a symbolic link to nothing";
  if (target.size() > link_target_bytes_limit) return "it is a symbolic link with too long a target";
  if (target.front() == '/' || has_drive_prefix(target))
    return "it is a symbolic link with an absolute target";
  if (target.find('\\') != target.npos) return "it is a symbolic link with a backslash in its target";
  Walk walk(link.link, links);
  for (std::string_view rest = target;;) {
    const std::size_t end = rest.find('/');
    if (const auto problem = walk.step(rest.substr(0, end)); !problem.empty())
      return "as a symbolic link " + problem;
    if (end == rest.npos) return {};
    rest.remove_prefix(end + 1);
  }
}

void add_those_behind_links(const std::vector<TreeFile>& files, const std::unordered_set<std::string>& links,
                            std::vector<LinkProblem>& problems) {
  std::string_view last_folder;
  for (const TreeFile& file : files) {
    const std::string_view folder = file.path.parent();
    if (folder.empty() || folder == last_folder) continue;
    last_folder = folder;
    for (std::size_t end = 0; end != folder.npos;) {
      end = folder.find('/', end + 1);
      if (links.contains(collision_key(folder.substr(0, end))))
        problems.push_back(
            {file.path, "some file systems take a folder it is in for one of upstream's symbolic links"});
    }
  }
}

}  // namespace

std::vector<LinkProblem> link_problems(const std::vector<LinkTarget>& links,
                                       const std::vector<TreeFile>& files) {
  std::vector<LinkProblem> problems;
  if (links.empty()) return problems;
  std::unordered_set<std::string> keys;
  for (const LinkTarget& link : links) keys.insert(collision_key(link.link.str()));
  for (const LinkTarget& link : links)
    if (auto problem = problem_of(link, keys); !problem.empty())
      problems.push_back({link.link, std::move(problem)});
  add_those_behind_links(files, keys, problems);
  return problems;
}

void check_links(const std::vector<LinkTarget>& links, const std::vector<TreeFile>& files) {
  const std::vector<LinkProblem> problems = link_problems(links, files);
  if (!problems.empty()) throw unsafe(problems.front().path.str(), problems.front().why);
}

}  // namespace ddx::git
