#include "sync/outgoing_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "contribute/checks.hpp"
#include "contribute/gitleaks_rules.hpp"
#include "ddx/error.hpp"
#include "git/link_targets.hpp"
#include "git/tree.hpp"

namespace ddx {

namespace {

std::optional<OutgoingVersion> outgoing(const git::Objects& objects, const ContributionSteps& steps,
                                        const std::optional<Version>& version) {
  if (!version) return std::nullopt;
  const auto ours = steps.blobs.find(version->blob);
  if (ours != steps.blobs.end())
    return OutgoingVersion{version->mode, ours->second.size(), [&text = ours->second] { return text; }};
  const auto size = objects.size(version->blob).value_or(0);
  return OutgoingVersion{version->mode, size, [&objects, id = version->blob] { return objects.blob(id); }};
}

StepFiles at_tip(const Contribution& contribution) {
  StepFiles files;
  for (const auto& [path, file] : contribution.files) files.emplace(path, file.before);
  return files;
}

RelPath from_root(const Project& project, const RelPath& path) {
  const std::string& subtree = project.config.subtree;
  return subtree.empty() ? path : RelPath::parse(subtree).join(path);
}

/// All names beside which a new one comes, if there is one. The plan has checked that tree as a whole.
std::vector<RelPath> names_at(const Project& project, const UpstreamView& view, const git::Objects& objects,
                              const Contribution& contribution) {
  const bool adds = std::ranges::any_of(
      contribution.files, [](const auto& file) { return file.second.change.kind == ChangeKind::added; });
  std::vector<RelPath> names;
  if (!adds) return names;
  for (const auto& [path, version] : git::list_tree(objects, view.tree))
    names.push_back(from_root(project, path));
  return names;
}

std::vector<git::LinkProblem> link_problems_of(
    const std::map<RelPath, Version>& tree,
    const std::function<std::string(const RelPath&, const Version&)>& target) {
  std::vector<git::LinkTarget> links;
  std::vector<git::TreeFile> files;
  for (const auto& [path, version] : tree) {
    files.push_back({path, version});
    if (version.mode == Mode::link) links.push_back({path, target(path, version)});
  }
  return git::link_problems(links, files);
}

/// What a pull would refuse in the tree as it would be, and not in the one that is there: an old link may
/// come to point to a new one.
std::vector<std::pair<RelPath, std::string>> link_problems(const Project& project, const UpstreamView& view,
                                                           const git::Objects& objects,
                                                           const Contribution& contribution) {
  const auto may_matter = [](const auto& file) {
    return file.second.change.kind == ChangeKind::added ||
           (file.second.after && file.second.after->mode == Mode::link);
  };
  if (std::ranges::none_of(contribution.files, may_matter)) return {};
  std::map<RelPath, Version> tree = git::list_tree(objects, view.tree);
  const auto target = [&](const RelPath& path, const Version& link) {
    const auto sent = contribution.files.find(path);
    const bool is_sent = sent != contribution.files.end() && sent->second.after == link;
    return is_sent ? sent->second.bytes : objects.blob(link.blob);
  };
  std::set<RelPath> known;
  for (const git::LinkProblem& problem : link_problems_of(tree, target)) known.insert(problem.path);
  for (const auto& [path, file] : contribution.files) {
    if (file.after) {
      tree.insert_or_assign(path, *file.after);
    } else {
      tree.erase(path);
    }
  }
  std::vector<std::pair<RelPath, std::string>> problems;
  for (const git::LinkProblem& problem : link_problems_of(tree, target))
    if (!known.contains(problem.path) || contribution.files.contains(problem.path))
      problems.emplace_back(from_root(project, problem.path), problem.why);
  return problems;
}

std::string secret_rules_in(Project& project, const std::string& path) {
  const RelPath file = RelPath::parse(path);
  if (project.folder.look(file).occupant == Occupant::file) return project.folder.bytes(file);
  throw Error(ErrorCode::config_invalid,
              fmt::format("'contribute.secret_rules' names '{}', and that is no file", path),
              {{Recovery::fix_config, ".ddx.yml"}});
}

}  // namespace

OutgoingChecks check_contribution(Project& project, const UpstreamView& view, const git::Objects& objects,
                                  const Contribution& contribution, const ContributionSteps& steps,
                                  const PushReport& report, const std::vector<std::string>& allowances) {
  CheckSettings settings;
  settings.max_file_size_bytes = project.config.contribute.file_bytes;
  settings.max_files = static_cast<std::size_t>(project.config.contribute.files);
  settings.upstream_paths = names_at(project, view, objects, contribution);
  settings.link_problems = link_problems(project, view, objects, contribution);
  if (const std::string& rules = project.config.contribute.secret_rules; !rules.empty())
    add_gitleaks_rules(settings.secrets, secret_rules_in(project, rules), rules);
  for (const std::string& allowance : allowances) settings.allowances.push_back(Allowance::parse(allowance));
  if (const auto rules = git::blob_in(objects, view.root, contribution_rules_name))
    settings.upstream_rules = read_contribution_rules(objects.blob(*rules));

  std::vector<OutgoingFile> files;
  StepFiles before = at_tip(contribution);
  for (const ContributionStep& step : steps.steps) {
    for (const auto& [path, version] : step.files)
      if (version != before.at(path))
        files.push_back({from_root(project, path), outgoing(objects, steps, before.at(path)),
                         outgoing(objects, steps, version)});
    before = step.files;
  }
  OutgoingText text{report.title, report.body, report.branch, {}};
  for (const OutgoingCommit& commit : report.commits) text.messages.push_back(commit.message);
  return {check_outgoing(files, text, settings), settings.upstream_rules.rules.notes};
}

}  // namespace ddx
