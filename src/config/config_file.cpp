#include "config/config_file.hpp"

#include <fmt/format.h>

#include <system_error>

namespace ddx {

namespace {

Error unreadable(const std::string& shown, const std::system_error& cause) {
  const bool denied = cause.code() == std::errc::permission_denied;
  return Error(denied ? ErrorCode::permission : ErrorCode::io,
               fmt::format("cannot read '{}': {}", shown, cause.code().message()),
               {{Recovery::check_permissions, shown}});
}

Error refused(const std::string& shown, std::string_view why) {
  return Error(ErrorCode::config_invalid, fmt::format("'{}' {}", shown, why),
               {{Recovery::fix_config, shown}});
}

}  // namespace

std::unique_ptr<YamlDocument> read_config_file(Files& files, const Directory& folder, const std::string& name,
                                               const std::string& shown) {
  std::optional<std::string> text;
  try {
    const auto info = files.info(folder, name);
    if (!info) return nullptr;
    if (info->type != FileType::regular) throw refused(shown, "is not a regular file");
    if (info->size > YamlDocument::size_limit_bytes)
      throw refused(shown, fmt::format("is larger than {} bytes", YamlDocument::size_limit_bytes));
    text = read_file(files, folder, name);
  } catch (const std::system_error& error) {
    throw unreadable(shown, error);
  }
  if (!text) return nullptr;
  return std::make_unique<YamlDocument>(*text, shown);
}

}  // namespace ddx
