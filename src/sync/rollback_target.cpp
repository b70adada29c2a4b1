#include "sync/rollback_target.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/time.hpp"
#include "ddx/error.hpp"

namespace ddx {

namespace {

constexpr std::size_t shortest_commit = 7;

Error no_target(const std::string& why) {
  return Error(ErrorCode::no_such_target, why, {{Recovery::list_targets}, {Recovery::list_snapshots}});
}

/// Operations whose id begins with `text`; of damaged ones too, so that they are named as what they are.
void add_operations(const Records& records, const std::string& text, std::set<RollbackTarget>& found) {
  if (text.empty()) return;
  for (const OperationRecord& record : records.whole) {
    if (record.id.starts_with(text)) found.insert({record.id, true});
  }
  for (const DamagedRecord& record : records.damaged) {
    if (record.id.starts_with(text)) found.insert({record.id, true});
  }
}

/// The newest operation for each commit that `text` may mean.
void add_versions(const Records& records, const std::string& text, std::set<RollbackTarget>& found) {
  const bool may_be_id =
      text.size() >= shortest_commit && text.find_first_not_of("0123456789abcdef") == text.npos;
  std::map<Oid, std::string> newest;
  for (const OperationRecord& record : records.whole) {
    if (!record.to || record.forgotten) continue;
    const bool named = record.to->name == text;
    if (named || (may_be_id && record.to->commit.str().starts_with(text)))
      newest[record.to->commit] = record.id;
  }
  for (const auto& [commit, id] : newest) found.insert({id, true});
}

std::optional<RollbackTarget> state_at(const RecordedStates& states, std::chrono::sys_seconds moment) {
  std::map<std::pair<std::chrono::sys_seconds, std::string>, RollbackTarget> known;
  std::set<std::string> operations;
  for (const OperationRecord& record : states.operations.whole) {
    operations.insert(record.id);
    if (!record.forgotten) known[{record.created, record.id}] = {record.id, true};
  }
  for (const CatalogEntry& entry : states.snapshots) {
    if (entry.info.damage.empty() && !operations.contains(entry.id))
      known[{entry.info.created, entry.id}] = {entry.id, false};
  }
  std::optional<RollbackTarget> found;
  for (const auto& [when, target] : known) {
    if (when.first <= moment) found = target;
  }
  return found;
}

}  // namespace

RecordedStates read_states(const Workspace& workspace, const git::ProjectRepository& repository,
                           const git::Objects& objects) {
  return {read_records(workspace, repository, objects), read_catalog(workspace, repository, objects)};
}

RollbackTarget find_target(const RecordedStates& states, const std::string& text) {
  if (const auto moment = parse_moment(text)) {
    if (const auto found = state_at(states, *moment)) return *found;
    throw no_target(fmt::format("nothing was recorded until {}", iso_utc(*moment)));
  }
  std::set<RollbackTarget> found;
  const bool snapshot_only = text.starts_with(snapshot_name(""));
  for (const CatalogEntry* entry : matching_snapshots(states.snapshots, text)) {
    if (snapshot_only || entry->info.name == text) found.insert({entry->id, false});
  }
  if (!snapshot_only) {
    add_operations(states.operations, text, found);
    add_versions(states.operations, text, found);
  }
  if (found.empty()) throw no_target(fmt::format("nothing is known of '{}'", text));
  if (found.size() == 1) return *found.begin();
  std::vector<std::string> names;
  for (const RollbackTarget& target : found) names.push_back(target.name());
  throw no_target(fmt::format("'{}' may mean {}", text, fmt::join(names, ", ")));
}

}  // namespace ddx
