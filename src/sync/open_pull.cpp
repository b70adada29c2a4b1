#include "sync/open_pull.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/sha256.hpp"
#include "ddx/error.hpp"
#include "git/objects.hpp"
#include "git/project_repository.hpp"
#include "transaction/record.hpp"

namespace ddx {

namespace {

using nlohmann::json;

constexpr std::string_view schema = "ddx/open-pull/1";
constexpr const char* file_name = "open-pull.json";

RelPath state_path(const Workspace& workspace) {
  return RelPath::parse("projects/" + workspace.project + "/" + file_name);
}

json to_value(const std::optional<Version>& version) {
  if (!version) return nullptr;
  return {{"id", version->blob.str()}, {"mode", to_string(version->mode)}};
}

std::optional<Version> to_version(const json& value) {
  if (value.is_null()) return std::nullopt;
  return Version{Oid::parse(value.at("id").get<std::string>()).value(),
                 parse_mode(value.at("mode").get<std::string>()).value()};
}

ConflictKind to_kind(const std::string& text) {
  for (int kind = 0; kind <= static_cast<int>(ConflictKind::submodule); ++kind) {
    if (text == to_string(static_cast<ConflictKind>(kind))) return static_cast<ConflictKind>(kind);
  }
  throw Error(ErrorCode::state_damaged,
              fmt::format("the open pull names an unknown kind of conflict, '{}'", text),
              {{Recovery::abort_pull}});
}

json to_value(const std::optional<RelPath>& path) { return path ? json(path->str()) : json(nullptr); }

/// Null, or left out by a version of ddx that knew no such name.
std::optional<RelPath> to_path(const json& value, const char* key) {
  const auto found = value.find(key);
  if (found == value.end() || found->is_null()) return std::nullopt;
  return RelPath::parse(found->get<std::string>());
}

json to_value(const std::optional<UpstreamChange>& changed) {
  if (!changed) return nullptr;
  return {{"commit", changed->commit.str()},
          {"author", changed->author},
          {"date", changed->date.time_since_epoch().count()}};
}

std::optional<UpstreamChange> to_change(const json& value) {
  if (value.is_null()) return std::nullopt;
  return UpstreamChange{Oid::parse(value.at("commit").get<std::string>()).value(), value.at("author"),
                        std::chrono::sys_seconds(std::chrono::seconds(value.at("date").get<std::int64_t>()))};
}

json file_value(const std::optional<OnDisk>& file) {
  return to_value(file ? std::optional(Version{file->bytes, file->mode}) : std::nullopt);
}

std::optional<OnDisk> to_file(const json& value) {
  const auto version = to_version(value);
  return version ? std::optional(OnDisk{version->blob, version->mode}) : std::nullopt;
}

json to_value(const std::optional<RecordedDecision>& decision) {
  if (!decision) return nullptr;
  return {{"how", decision->how},
          {"words", decision->words},
          {"left", file_value(decision->left)},
          {"since", decision->since}};
}

std::optional<RecordedDecision> to_decision(const json& conflict) {
  const auto value = conflict.find("decision");  // an open pull of an older ddx has none
  if (value == conflict.end() || value->is_null()) return std::nullopt;
  return RecordedDecision{value->at("how"), value->at("words"), to_file(value->at("left")),
                          value->value("since", "")};
}

json to_value(const OpenConflict& open) {
  const Conflict& conflict = open.conflict;
  json hunks = json::array();
  for (const ConflictHunk& hunk : conflict.hunks) hunks.push_back({hunk.first_line, hunk.lines});
  return {{"path", conflict.path.str()},           {"old_path", to_value(open.old_path)},
          {"base_path", to_value(open.base_path)}, {"their_path", to_value(conflict.their_path)},
          {"kind", to_string(conflict.kind)},      {"hunks", std::move(hunks)},
          {"base", to_value(conflict.base)},       {"here", to_value(conflict.here)},
          {"theirs", to_value(conflict.theirs)},   {"left", file_value(open.left)},
          {"changed", to_value(conflict.changed)}, {"note", conflict.note},
          {"decision", to_value(open.decision)},   {"marked", open.marked},
          {"marker_size", open.marker_size}};
}

OpenConflict to_conflict(const json& value) {
  OpenConflict open{Conflict{RelPath::parse(value.at("path").get<std::string>()),
                             to_kind(value.at("kind")),
                             {},
                             to_version(value.at("base")),
                             to_version(value.at("here")),
                             to_version(value.at("theirs")),
                             to_path(value, "their_path")}};
  for (const json& hunk : value.at("hunks")) open.conflict.hunks.push_back({hunk.at(0), hunk.at(1)});
  open.old_path = to_path(value, "old_path");
  open.base_path = to_path(value, "base_path");
  open.conflict.changed = to_change(value.value("changed", json(nullptr)));
  open.conflict.note = value.value("note", "");
  open.marked = value.at("marked");
  open.marker_size = value.at("marker_size");
  open.left = to_file(value.at("left"));
  open.decision = to_decision(value);
  return open;
}

std::string encode(const OpenPull& open) {
  json conflicts = json::array();
  for (const OpenConflict& conflict : open.conflicts) conflicts.push_back(to_value(conflict));
  const json value = {{"schema", schema},
                      {"operation", open.operation},
                      {"to", open.to.str()},
                      {"version", open.version},
                      {"labels", {open.labels.ours, open.labels.base, open.labels.theirs}},
                      {"conflicts", std::move(conflicts)}};
  const std::string body = value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
  return body + sha256_hex(body) + "\n";
}

constexpr std::size_t digest_length = 64;

/// The text without its checksum, if that is right.
std::optional<std::string_view> checked(std::string_view text) {
  if (text.size() <= digest_length + 1 || text.back() != '\n') return std::nullopt;
  const std::string_view body = text.substr(0, text.size() - digest_length - 1);
  if (sha256_hex(body) != text.substr(body.size(), digest_length)) return std::nullopt;
  return body;
}

OpenPull decode_value(std::string_view text) {
  const json value = json::parse(text);
  if (value.at("schema") != schema)
    throw Error(ErrorCode::state_damaged, "the open pull was written by another version of ddx",
                {{Recovery::upgrade_ddx}});
  OpenPull open;
  open.operation = value.at("operation");
  open.to = Oid::parse(value.at("to").get<std::string>()).value();
  open.version = value.at("version");
  open.labels = {value.at("labels").at(0), value.at("labels").at(1), value.at("labels").at(2)};
  for (const json& conflict : value.at("conflicts")) open.conflicts.push_back(to_conflict(conflict));
  return open;
}

std::optional<std::string> read_state(const Workspace& workspace, Host& host) {
  const Directory git_dir = host.files.open_root(workspace.git_dir);
  const auto folder = host.files.open_below(git_dir, "ddx/projects/" + workspace.project);
  return folder ? read_file(host.files, *folder, file_name) : std::nullopt;
}

/// What the newest operation that wrote the state left.
std::optional<std::string> recorded_state(const Workspace& workspace, Host& host) {
  const auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  const git::Objects objects({repository.objects_folder()});
  const std::vector<OperationRecord> records = read_records(workspace, repository, objects).whole;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    for (const RecordedEffect& effect : record->effects) {
      if (effect.place != Place::state || effect.path != state_path(workspace)) continue;
      if (!effect.after || !objects.contains(effect.after->bytes)) return std::nullopt;
      return objects.blob(effect.after->bytes);
    }
  }
  return std::nullopt;
}

Error damaged(const std::string& why) {
  return Error(ErrorCode::state_damaged, "the state of the open pull is damaged: " + why,
               {{Recovery::list_targets}}, Aftermath::unknown_to_us);
}

OpenPull decode(std::string_view body) {
  try {
    return decode_value(body);
  } catch (const json::exception& error) {
    throw damaged(error.what());
  } catch (const std::bad_optional_access&) {
    throw damaged("it holds a bad id");
  }
}

}  // namespace

std::optional<OpenPull> read_open_pull(const Workspace& workspace, Host& host) {
  auto text = read_state(workspace, host);
  if (!text) return std::nullopt;
  if (!checked(*text)) {
    host.events.warning("the state of the open pull is damaged; its operation's record is used instead");
    text = recorded_state(workspace, host);
  }
  const auto body = text ? checked(*text) : std::nullopt;
  if (!body) throw damaged("it does not match its checksum, and no record has it");
  return decode(*body);
}

std::optional<OpenPull> left_open(const Workspace& workspace, const git::Objects& objects,
                                  const OperationRecord& record) {
  for (const RecordedEffect& effect : record.effects) {
    if (effect.place != Place::state || effect.path != state_path(workspace)) continue;
    if (!effect.after || !objects.contains(effect.after->bytes)) return std::nullopt;
    const std::string text = objects.blob(effect.after->bytes);
    const auto body = checked(text);
    return body ? std::optional(decode(*body)) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Effect> open_pull_effect(const Workspace& workspace, Host& host,
                                       const std::optional<OpenPull>& open) {
  const auto current = read_state(workspace, host);
  if (!current && !open) return std::nullopt;
  Effect effect{{Place::state, state_path(workspace), std::nullopt, std::nullopt, std::nullopt}, {}};
  if (current) effect.recorded.before = OnDisk{git::hash_blob(*current), Mode::file};
  if (open) {
    std::string bytes = encode(*open);
    effect.recorded.after = OnDisk{git::hash_blob(bytes), Mode::file};
    effect.content = [bytes = std::move(bytes)] { return bytes; };
  }
  return effect;
}

}  // namespace ddx
