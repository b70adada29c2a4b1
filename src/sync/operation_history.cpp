#include "sync/operation_history.hpp"

#include <fmt/format.h>

#include <map>

#include "ddx/error.hpp"

namespace ddx {

namespace {

const OperationRecord* with_id(const std::vector<OperationRecord>& records, const std::string& id) {
  const auto found = std::find_if(records.begin(), records.end(),
                                  [&](const OperationRecord& record) { return record.id == id; });
  return found == records.end() ? nullptr : &*found;
}

/// Both as one: what the pull found, and what the step that ended it left.
OperationRecord joined(const OperationRecord& pull, const OperationRecord& end) {
  std::map<std::pair<Place, RelPath>, RecordedEffect> effects;
  for (const RecordedEffect& effect : pull.effects)
    effects.emplace(std::pair(effect.place, effect.path), effect);
  for (const RecordedEffect& effect : end.effects) {
    const auto [known, added] = effects.emplace(std::pair(effect.place, effect.path), effect);
    if (!added) known->second.after = effect.after;
  }
  OperationRecord record = end;
  record.summary = pull.summary;
  record.kind = pull.kind;
  record.snapshot = pull.snapshot;
  record.effects.clear();
  for (auto& [key, effect] : effects) record.effects.push_back(std::move(effect));
  return record;
}

}  // namespace

std::set<std::string> undone_operations(const std::vector<OperationRecord>& records) {
  std::set<std::string> undone;
  for (const OperationRecord& record : records) {
    if (record.undoes.empty()) continue;
    undone.insert(record.undoes);
    const OperationRecord* what = with_id(records, record.undoes);
    if (what != nullptr && !what->continues.empty()) undone.insert(what->continues);
  }
  return undone;
}

OperationRecord last_undoable(const std::vector<OperationRecord>& records) {
  const std::set<std::string> undone = undone_operations(records);
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    const bool is_undoing = !record->undoes.empty() || record->kind == "rollback";
    if (is_undoing || undone.contains(record->id)) continue;
    const OperationRecord* pull = record->continues.empty() ? nullptr : with_id(records, record->continues);
    return pull != nullptr ? joined(*pull, *record) : *record;
  }
  throw Error(ErrorCode::no_such_target, "there is no operation left to undo", {{Recovery::list_targets}});
}

const OperationRecord& find_operation(const std::vector<OperationRecord>& records,
                                      const std::string& target) {
  const OperationRecord* found = nullptr;
  for (const OperationRecord& record : records) {
    if (target.empty() || !record.id.starts_with(target)) continue;
    if (found != nullptr)
      throw Error(ErrorCode::no_such_target, fmt::format("'{}' is the beginning of more than one id", target),
                  {{Recovery::list_targets}});
    found = &record;
  }
  if (found == nullptr)
    throw Error(ErrorCode::no_such_target, fmt::format("no operation is called '{}'", target),
                {{Recovery::list_targets}});
  return *found;
}

}  // namespace ddx
