#include "sync/submodules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <system_error>

namespace ddx {

namespace {

/// Which folders of the local tree hold a repository.
class Repositories {
 public:
  explicit Repositories(Project& project) : project_(project) {}

  bool contain(const RelPath& path) {
    for (std::string folder = path.str(); !folder.empty();) {
      if (is_repository(folder)) return true;
      const std::size_t slash = folder.rfind('/');
      folder.erase(slash == std::string::npos ? 0 : slash);
    }
    return false;
  }

 private:
  bool is_repository(const std::string& folder) {
    const auto [known, fresh] = known_.emplace(folder, false);
    if (fresh) known->second = holds_git(project_.tree.join(RelPath::parse(folder)).str());
    return known->second;
  }

  [[nodiscard]] bool holds_git(const std::string& folder) const {
    Files& files = project_.host.files;
    try {
      const auto open = files.open_below(project_.folder.root(), folder);
      return open && files.info(*open, ".git").has_value();
    } catch (const std::system_error& error) {
      if (error.code().value() == ENOTDIR || error.code().value() == ELOOP) return false;
      throw;
    }
  }

  Project& project_;
  std::map<std::string, bool> known_;
};

bool is_submodule(const std::vector<std::string>& submodules, const RelPath& path) {
  return std::any_of(submodules.begin(), submodules.end(), [&](const std::string& submodule) {
    return path.str() == submodule || path.str().starts_with(submodule + "/");
  });
}

void leave_repository_alone(const Policy& policy, FilePlan& plan) {
  keep_out(ConflictKind::submodule, plan);
  const Policy::Decision decision = policy.decide(plan.change.path);
  if (decision.side == Side::mine && !plan.change.old_path) {
    plan.conflict.reset();
    plan.change.change_class = ChangeClass::kept;
    plan.base = FilePlan::Base::moves;
    plan.decision = fmt::format("kept what is at '{}' ({})", plan.change.path.str(), decision.origin);
  }
}

}  // namespace

void name_submodules(Project& project, const Policy& policy, const std::vector<std::string>& submodules,
                     std::vector<FilePlan>& plans) {
  Repositories repositories(project);
  for (FilePlan& plan : plans) {
    const RelPath& path = plan.change.path;
    const bool comes = plan.action == FilePlan::Action::write && plan.creates;
    if (comes && repositories.contain(path)) leave_repository_alone(policy, plan);
    if (!plan.conflict) continue;
    const bool replaced_upstream = !plan.theirs && is_submodule(submodules, path);
    const bool something_there =
        plan.conflict->kind == ConflictKind::type && (!plan.conflict->here || plan.change.old_path);
    const bool in_the_way = something_there && repositories.contain(path);
    if (replaced_upstream || in_the_way) plan.conflict->kind = ConflictKind::submodule;
  }
}

bool is_in_repository(Project& project, const RelPath& path) { return Repositories(project).contain(path); }

}  // namespace ddx
