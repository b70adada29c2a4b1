#include "ddx/user_tools.hpp"

#include "base/text.hpp"
#include "git/project_repository.hpp"

namespace ddx {

namespace {

std::optional<bool> as_bool(const std::optional<std::string>& value) {
  if (!value) return std::nullopt;
  const std::string word = fold_case(*value);
  return word != "false" && word != "no" && word != "off" && word != "0";
}

std::optional<std::string> not_empty(std::optional<std::string> value) {
  if (value && value->empty()) value.reset();
  return value;
}

}  // namespace

MergeToolSettings merge_tool_settings(const Workspace& workspace, const std::string& name, Host& host) {
  const auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  MergeToolSettings settings{name.empty() ? repository.setting("merge.tool").value_or("") : name, {}, {}, {}};
  if (settings.name.empty()) return settings;
  const std::string section = "mergetool." + settings.name + ".";
  settings.command = not_empty(repository.setting(section + "cmd"));
  settings.program = not_empty(repository.setting(section + "path"));
  settings.trust_exit_code = as_bool(repository.setting(section + "trustExitCode"));
  return settings;
}

std::string editor_command(const Workspace& workspace, Host& host) {
  const auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  const bool dumb = !host.environment("TERM") || host.environment("TERM") == "dumb";
  for (const auto& candidate :
       {host.environment("GIT_EDITOR"), repository.setting("core.editor"),
        dumb ? std::nullopt : host.environment("VISUAL"), host.environment("EDITOR")}) {
    if (candidate && !candidate->empty()) return *candidate;
  }
  return "vi";
}

}  // namespace ddx
