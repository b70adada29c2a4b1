#include "transaction/record.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ddx/error.hpp"
#include "git/tree.hpp"
#include "transaction/record_json.hpp"

namespace ddx {

namespace {

using nlohmann::json;

constexpr std::string_view schema = "ddx/operation/1";

json version_value(const std::optional<RecordedFile>& file) {
  if (!file) return nullptr;
  json value = {{"id", file->bytes.str()}, {"mode", to_string(file->mode)}};
  if (file->permissions) value["permissions"] = *file->permissions;
  return value;
}

std::optional<RecordedFile> version_of(const json& value) {
  if (value.is_null()) return std::nullopt;
  const auto id = Oid::parse(value.at("id").get<std::string>());
  const auto mode = parse_mode(value.at("mode").get<std::string>());
  if (!id || !mode) throw Error(ErrorCode::state_damaged, "an operation's record holds a bad id or mode");
  RecordedFile file(OnDisk{*id, *mode});
  if (value.contains("permissions")) file.permissions = value.at("permissions").get<std::uint32_t>() & 0777u;
  return file;
}

json paths_value(const std::vector<RelPath>& paths) {
  json values = json::array();
  for (const RelPath& path : paths) values.push_back(path.str());
  return values;
}

std::vector<RelPath> paths_of(const json& values) {
  std::vector<RelPath> paths;
  for (const json& value : values) paths.push_back(RelPath::parse(value.get<std::string>()));
  return paths;
}

json synced_value(const std::optional<SyncedVersion>& version) {
  if (!version) return nullptr;
  return {{"commit", version->commit.str()}, {"version", version->name}};
}

std::optional<SyncedVersion> synced_of(const json& value) {
  if (value.is_null()) return std::nullopt;
  const auto commit = Oid::parse(value.at("commit").get<std::string>());
  if (!commit) throw Error(ErrorCode::state_damaged, "an operation's record holds a bad commit id");
  return SyncedVersion{*commit, value.at("version")};
}

Oid record_blob(const git::Objects& objects, const Oid& commit) {
  const auto blob = git::blob_in(objects, git::read_commit(objects, commit).tree, "operation.json");
  if (blob) return *blob;
  throw Error(ErrorCode::state_damaged, fmt::format("operation commit {} holds no record", commit.str()),
              {{Recovery::run_doctor}});
}

}  // namespace

bool is_lock_file(const RecordedEffect& effect) {
  return effect.place == Place::project && effect.path.str() == ".ddx.lock";
}

bool is_witness(const RecordedEffect& effect) {
  if (!effect.before || !effect.after) return !effect.before && !effect.after;
  return *effect.before == *effect.after && effect.before->permissions == effect.after->permissions;
}

json record_to_value(const OperationRecord& record) {
  json effects = json::array();
  for (const RecordedEffect& effect : record.effects) {
    json value = {{"place", effect.place == Place::project ? "project" : "state"},
                  {"path", effect.path.str()},
                  {"before", version_value(effect.before)},
                  {"after", version_value(effect.after)}};
    if (effect.entry) value["entry"] = effect.entry->str();
    effects.push_back(std::move(value));
  }
  return {{"schema", schema},
          {"id", record.id},
          {"kind", record.kind},
          {"summary", record.summary},
          {"created", record.created.time_since_epoch().count()},
          {"prefix", record.prefix},
          {"snapshot", record.snapshot.str()},
          {"undoes", record.undoes},
          {"continues", record.continues},
          {"from", synced_value(record.from)},
          {"to", synced_value(record.to)},
          {"decisions", record.decisions},
          {"restores", record.restores},
          {"folders_made", paths_value(record.folders_made)},
          {"folders_removed", paths_value(record.folders_removed)},
          {"forgotten", record.forgotten},
          {"effects", std::move(effects)},
          {"audit", record.audit}};
}

OperationRecord record_from_value(const json& value) {
  try {
    if (value.at("schema") != schema)
      throw Error(ErrorCode::recovery_too_new,
                  fmt::format("an operation was written by another version of ddx ('{}')",
                              value.at("schema").get<std::string>()),
                  {{Recovery::upgrade_ddx}});
    OperationRecord record;
    record.id = value.at("id");
    record.kind = value.at("kind");
    record.summary = value.at("summary");
    record.created = std::chrono::sys_seconds(std::chrono::seconds(value.at("created").get<std::int64_t>()));
    record.prefix = value.at("prefix");
    record.snapshot = Oid::parse(value.at("snapshot").get<std::string>()).value_or(Oid());
    record.undoes = value.at("undoes").get<std::vector<std::string>>();
    record.continues = value.at("continues");
    record.from = synced_of(value.at("from"));
    record.to = synced_of(value.at("to"));
    record.decisions = value.at("decisions").get<std::vector<std::string>>();
    record.restores = value.at("restores");
    record.folders_made = paths_of(value.at("folders_made"));
    record.folders_removed = paths_of(value.at("folders_removed"));
    record.forgotten = value.at("forgotten");
    for (const json& item : value.at("effects")) {
      RecordedEffect effect{item.at("place") == "project" ? Place::project : Place::state,
                            RelPath::parse(item.at("path").get<std::string>()), version_of(item.at("before")),
                            version_of(item.at("after")), std::nullopt};
      if (item.contains("entry")) effect.entry = RelPath::parse(item.at("entry").get<std::string>());
      record.effects.push_back(std::move(effect));
    }
    record.audit = value.value("audit", "");
    return record;
  } catch (const json::exception& error) {
    throw Error(ErrorCode::state_damaged,
                fmt::format("an operation's record cannot be read: {}", error.what()),
                {{Recovery::run_doctor}});
  }
}

std::string to_json(const OperationRecord& record) {
  return record_to_value(record).dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

OperationRecord parse_record(std::string_view text) {
  const json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded())
    throw Error(ErrorCode::state_damaged, "an operation's record is not JSON", {{Recovery::run_doctor}});
  return record_from_value(value);
}

std::string operation_ref(const Workspace& workspace, const std::string& id) {
  return workspace.ref_prefix() + "op/" + id;
}

OperationRecord read_record(const Workspace& workspace, const git::ProjectRepository& repository,
                            const git::Objects& objects, const std::string& id) {
  const auto commit = repository.reference(operation_ref(workspace, id));
  if (!commit)
    throw Error(ErrorCode::state_damaged, fmt::format("the record of operation {} is gone", id),
                {{Recovery::list_targets}});
  return parse_record(objects.blob(record_blob(objects, *commit)));
}

OperationRecord read_record(const git::Objects& objects, const Oid& commit) {
  return parse_record(objects.blob(record_blob(objects, commit)));
}

Records read_records(const Workspace& workspace, const git::ProjectRepository& repository,
                     const git::Objects& objects) {
  Records records;
  const std::string prefix = operation_ref(workspace, "");
  for (const auto& [name, commit] : repository.references(prefix)) {
    const std::string id = name.substr(prefix.size());
    try {
      OperationRecord record = read_record(objects, commit);
      if (record.id != id) throw Error(ErrorCode::state_damaged, "the record is that of " + record.id);
      records.whole.push_back(std::move(record));
    } catch (const std::exception& failure) {
      records.damaged.push_back({id, failure.what()});
    }
  }
  for (const std::string& name : repository.unreadable_references(prefix))
    records.damaged.push_back({name.substr(prefix.size()), fmt::format("'{}' cannot be read", name)});
  std::sort(records.damaged.begin(), records.damaged.end(),
            [](const DamagedRecord& a, const DamagedRecord& b) { return a.id < b.id; });
  return records;  // ids are ULIDs: sorted by name is sorted by time
}

}  // namespace ddx
