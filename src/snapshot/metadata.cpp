#include "snapshot/metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "ddx/error.hpp"

namespace ddx {

namespace {

using nlohmann::json;

constexpr std::string_view schema = "ddx/snapshot/1";
constexpr std::size_t ulid_length = 26;
constexpr std::size_t longest_name = 64;
constexpr std::uint32_t permission_bits = 0777;

Error damaged(const std::string& why) {
  return Error(ErrorCode::snapshot_damaged, "the description of a snapshot cannot be read: " + why,
               {{Recovery::list_snapshots}});
}

json usual_value(const std::map<Mode, std::uint32_t>& usual) {
  json value = json::object();
  for (const auto& [mode, bits] : usual) value[to_string(mode)] = bits;
  return value;
}

SnapshotMetadata from_value(const json& value) {
  if (value.at("schema") != schema) throw damaged("another version of ddx wrote it");
  SnapshotMetadata metadata;
  metadata.id = value.at("id");
  metadata.reason = value.at("reason");
  metadata.note = value.at("note");
  metadata.name = value.at("name");
  metadata.project = value.at("project");
  metadata.worktree = value.at("worktree");
  metadata.tree = RelPath::parse(value.at("tree").get<std::string>());
  metadata.created =
      std::chrono::sys_seconds(std::chrono::seconds(value.at("created_at").get<std::int64_t>()));
  metadata.files = value.at("files");
  metadata.unique_bytes = value.at("unique_bytes");
  for (const auto& [mode, bits] : value.at("usual_permissions").items())
    metadata.usual_permissions[parse_mode(mode).value()] = bits.get<std::uint32_t>() & permission_bits;
  for (const auto& [path, bits] : value.at("permissions").items())
    metadata.permissions[RelPath::parse(path)] = bits.get<std::uint32_t>() & permission_bits;
  for (const json& folder : value.at("empty_folders"))
    metadata.empty_folders.push_back(RelPath::parse(folder.get<std::string>()));
  std::sort(metadata.empty_folders.begin(), metadata.empty_folders.end());
  if (!is_ulid(metadata.id)) throw damaged("it holds a bad id");
  if (!metadata.name.empty() && !is_snapshot_name(metadata.name)) throw damaged("it holds a bad name");
  return metadata;
}

}  // namespace

std::string encode_metadata(const SnapshotMetadata& metadata) {
  json permissions = json::object(), folders = json::array();
  for (const auto& [path, bits] : metadata.permissions) permissions[path.str()] = bits;
  for (const RelPath& folder : metadata.empty_folders) folders.push_back(folder.str());
  const json value = {{"schema", schema},
                      {"id", metadata.id},
                      {"reason", metadata.reason},
                      {"note", metadata.note},
                      {"name", metadata.name},
                      {"created", iso_utc(metadata.created)},
                      {"created_at", metadata.created.time_since_epoch().count()},
                      {"project", metadata.project},
                      {"worktree", metadata.worktree},
                      {"tree", metadata.tree.str()},
                      {"files", metadata.files},
                      {"unique_bytes", metadata.unique_bytes},
                      {"usual_permissions", usual_value(metadata.usual_permissions)},
                      {"permissions", std::move(permissions)},
                      {"empty_folders", std::move(folders)}};
  return fmt::format("ddx snapshot: {}\n\n{}\n", metadata.reason,
                     value.dump(1, ' ', false, json::error_handler_t::replace));
}

SnapshotMetadata decode_metadata(std::string_view message) {
  const std::size_t start = message.find("\n\n");
  if (start == message.npos) throw damaged("there is none");
  try {
    return from_value(json::parse(message.substr(start + 2)));
  } catch (const json::exception& error) {
    throw damaged(error.what());
  } catch (const std::bad_optional_access&) {
    throw damaged("it holds a bad mode");
  } catch (const Error& error) {
    if (error.code() == ErrorCode::snapshot_damaged) throw;
    throw damaged(error.what());
  }
}

std::optional<std::uint32_t> permissions_of(const SnapshotMetadata& metadata, const RelPath& path,
                                            Mode mode) {
  if (mode == Mode::link) return std::nullopt;
  if (const auto own = metadata.permissions.find(path); own != metadata.permissions.end()) return own->second;
  const auto usual = metadata.usual_permissions.find(mode);
  return usual == metadata.usual_permissions.end() ? std::nullopt : std::optional(usual->second);
}

bool is_ulid(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  return text.size() == ulid_length && text.find_first_not_of(digits) == text.npos;
}

bool is_snapshot_name(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view others = "0123456789._-";
  if (text.empty() || text.size() > longest_name || letters.find(text.front()) == letters.npos) return false;
  const bool plain = std::all_of(text.begin(), text.end(), [&](char c) {
    return letters.find(c) != letters.npos || others.find(c) != others.npos;
  });
  return plain && !text.starts_with("snap-") && !is_ulid(text);
}

}  // namespace ddx
