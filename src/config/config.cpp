#include "ddx/config.hpp"

#include <fmt/format.h>

#include <memory>
#include <system_error>

#include "config/config_file.hpp"
#include "config/config_text.hpp"
#include "config/settings.hpp"
#include "ddx/error.hpp"

namespace ddx {

namespace {

/// `$XDG_CONFIG_HOME/ddx` or `$HOME/.config/ddx`; empty if neither names an absolute folder.
std::filesystem::path user_config_folder(const Host& host) {
  const auto folder_in = [&](const char* variable) -> std::filesystem::path {
    const auto text = host.environment(variable);
    if (!text || !std::filesystem::path(*text).is_absolute()) return {};
    return *text;
  };
  if (const auto configs = folder_in("XDG_CONFIG_HOME"); !configs.empty()) return configs / "ddx";
  if (const auto home = folder_in("HOME"); !home.empty()) return home / ".config" / "ddx";
  return {};
}

bool says_missing(const std::system_error& error) {
  return error.code() == std::errc::no_such_file_or_directory || error.code() == std::errc::not_a_directory;
}

std::unique_ptr<YamlDocument> read_user_config(Host& host) {
  const std::filesystem::path folder = user_config_folder(host);
  if (folder.empty()) return nullptr;
  Directory opened;
  try {
    opened = host.files.open_root(folder);
  } catch (const std::system_error& error) {
    if (says_missing(error)) return nullptr;
    throw Error(ErrorCode::permission,
                fmt::format("cannot open '{}': {}", folder.string(), error.code().message()),
                {{Recovery::check_permissions, folder.string()}});
  }
  return read_config_file(host.files, opened, "config.yml", (folder / "config.yml").string());
}

}  // namespace

Config load_config(const Workspace& workspace, Host& host) {
  const std::string shown = workspace.prefix + ".ddx.yml";
  const auto project =
      read_config_file(host.files, host.files.open_root(workspace.project_root), ".ddx.yml", shown);
  if (project == nullptr || !is_ddx_config(*project))
    throw Error(ErrorCode::no_config,
                fmt::format("'{}' holds no configuration of ddx", workspace.project_root.string()),
                {{Recovery::run_init}});
  const auto user = read_user_config(host);
  return assemble_config(*project, user.get(), host.environment);
}

Config config_from_text(const std::string& text, const std::string& shown, Host& host) {
  const YamlDocument document(text, shown);
  const auto user = read_user_config(host);
  return assemble_config(document, user.get(), host.environment);
}

}  // namespace ddx
