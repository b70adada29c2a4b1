#include "sync/contribution_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "ddx/error.hpp"
#include "platform/files.hpp"

namespace ddx {

namespace {

using nlohmann::json;
using State = ContributionRecord::State;

constexpr std::string_view schema = "ddx/contributions/1";
constexpr std::string_view folder_name = "contributions";
constexpr std::array<std::pair<State, std::string_view>, 3> state_names{
    {{State::sending, "sending"}, {State::sent, "sent"}, {State::closed, "closed"}}};

std::string file_name(const Workspace& workspace) { return workspace.project + ".json"; }

Oid to_id(const json& value) { return Oid::parse(value.get<std::string>()).value(); }

json to_value(const std::optional<Version>& version) {
  if (!version) return nullptr;
  return {{"id", version->blob.str()}, {"mode", to_string(version->mode)}};
}

std::optional<Version> to_version(const json& value) {
  if (value.is_null()) return std::nullopt;
  return Version{to_id(value.at("id")), parse_mode(value.at("mode").get<std::string>()).value()};
}

json to_value(const std::map<RelPath, std::vector<Offer>>& offers) {
  json value = json::object();
  for (const auto& [path, pushes] : offers) {
    json list = json::array();
    for (const Offer& offer : pushes)
      list.push_back(
          {offer.sent.str(), offer.here.str(), offer.base ? json(offer.base->str()) : json(nullptr)});
    value[path.str()] = std::move(list);
  }
  return value;
}

json to_value(const ContributionRecord& record) {
  json files = json::object();
  for (const auto& [path, version] : record.files) files[path.str()] = to_value(version);
  json tried = json::array();
  for (const Oid& commit : record.tried) tried.push_back(commit.str());
  const auto* const state =
      std::ranges::find(state_names, record.state, &std::pair<State, std::string_view>::first);
  return {{"change_id", record.change_id},
          {"state", state->second},
          {"upstream", record.upstream},
          {"url", record.url},
          {"branch", record.branch},
          {"target", record.target},
          {"commit", record.commit.str()},
          {"before", record.before ? json(record.before->str()) : json(nullptr)},
          {"title", record.title},
          {"date", record.date.time_since_epoch().count()},
          {"request", {{"number", record.request.number}, {"url", record.request.url}}},
          {"landed", record.landed},
          {"tried", tried},
          {"files", files},
          {"offers", to_value(record.offers)}};
}

State to_state(const std::string& name) {
  const auto* const found = std::ranges::find(state_names, name, &std::pair<State, std::string_view>::second);
  if (found == state_names.end()) throw std::invalid_argument("an unknown state");
  return found->first;
}

ContributionRecord to_record(const json& value) {
  ContributionRecord record;
  record.change_id = value.at("change_id");
  record.state = to_state(value.at("state"));
  record.upstream = value.at("upstream");
  record.url = value.at("url");
  record.branch = value.at("branch");
  record.target = value.at("target");
  record.commit = to_id(value.at("commit"));
  if (!value.at("before").is_null()) record.before = Oid::parse(value.at("before").get<std::string>());
  record.title = value.at("title");
  record.date = std::chrono::sys_seconds(std::chrono::seconds(value.at("date").get<std::int64_t>()));
  record.request = {value.at("request").at("number"), value.at("request").at("url")};
  record.landed = value.at("landed");
  for (const auto& [path, version] : value.at("files").items())
    record.files.emplace(RelPath::parse(path), to_version(version));
  for (const json& commit : value.at("tried")) record.tried.push_back(to_id(commit));
  for (const auto& [path, pushes] : value.at("offers").items())
    for (const json& offer : pushes)
      record.offers[RelPath::parse(path)].push_back(
          {to_id(offer.at(0)), to_id(offer.at(1)),
           offer.at(2).is_null() ? std::nullopt : std::optional(to_id(offer.at(2)))});
  return record;
}

std::vector<ContributionRecord> parse(const std::string& text) {
  std::vector<ContributionRecord> records;
  const json value = json::parse(text);
  if (value.at("schema") != schema) throw std::invalid_argument("an unknown schema");
  for (const json& one : value.at("contributions")) records.push_back(to_record(one));
  return records;
}

std::optional<Directory> records_folder(const Workspace& workspace, Host& host) {
  return host.files.open_below(host.files.open_root(workspace.common_dir),
                               fmt::format("ddx/{}", folder_name));
}

}  // namespace

ContributionRecords::ContributionRecords(const Workspace& workspace, Host& host)
    : workspace_(workspace), host_(host) {
  const auto folder = records_folder(workspace, host);
  const auto text = folder ? read_file(host.files, *folder, file_name(workspace)) : std::nullopt;
  if (!text) return;
  const auto damaged = [&](const std::exception& error) {
    return Error(ErrorCode::state_damaged,
                 fmt::format("cannot read what was contributed from here ('{}'): {}",
                             (folder->path() / file_name(workspace)).string(), error.what()),
                 {{Recovery::run_doctor}});
  };
  try {
    records_ = parse(*text);
  } catch (const json::exception& error) {
    throw damaged(error);
  } catch (const std::invalid_argument& error) {
    throw damaged(error);
  } catch (const std::bad_optional_access& error) {
    throw damaged(error);
  }
}

void ContributionRecords::put(ContributionRecord record) {
  const auto known = std::ranges::find(records_, record.change_id, &ContributionRecord::change_id);
  if (known != records_.end()) {
    *known = std::move(record);
  } else {
    records_.push_back(std::move(record));
  }
  write();
}

void ContributionRecords::remove(const std::string& change_id) {
  std::erase_if(records_, [&](const ContributionRecord& record) { return record.change_id == change_id; });
  write();
}

bool ContributionRecords::set_damaged_aside(const Workspace& workspace, Host& host) {
  try {
    static_cast<void>(ContributionRecords(workspace, host));
    return false;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::state_damaged) throw;
  }
  const std::string name = file_name(workspace);
  const auto folder = records_folder(workspace, host);
  rename_to_free(host.files, *folder, name, *folder,
                 fmt::format("{}.damaged-{}", name, make_ulid(host.now(), host.random())));
  return true;
}

void ContributionRecords::write() {
  json list = json::array();
  for (const ContributionRecord& one : records_) list.push_back(to_value(one));
  const Directory folder = make_folders(host_.files, host_.files.open_root(workspace_.common_dir),
                                        fmt::format("ddx/{}", folder_name));
  replace_own_file(host_.files, folder, file_name(workspace_),
                   json{{"schema", schema}, {"contributions", list}}.dump(2) + "\n");
}

}  // namespace ddx
