#include "sync/operation_history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ddx/error.hpp"

namespace ddx {

namespace {

/// Both as one: what the first found, and what the step after it left.
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
  record.from = pull.from;
  record.effects.clear();
  for (auto& [key, effect] : effects) record.effects.push_back(std::move(effect));
  return record;
}

/// Takes something back instead of adding to what stands.
bool goes_back(const OperationRecord& record) {
  return !record.undoes.empty() || !record.restores.empty() || record.kind == "rollback" ||
         record.kind == "restore";
}

Error cannot_tell(const DamagedRecord& damaged) {
  return Error(ErrorCode::state_damaged,
               fmt::format("the record of operation {} is damaged, so nobody knows what stands: {}",
                           damaged.id, damaged.why),
               {{Recovery::drop_snapshot, snapshot_name(damaged.id)}, {Recovery::list_targets}});
}

}  // namespace

OperationHistory::OperationHistory(const Records& records) : records_(records) {
  for (std::size_t index = 0; index < records_.whole.size(); ++index) {
    replay(index);
    tops_.push_back(top_);
  }
}

void OperationHistory::replay(std::size_t index) {
  const OperationRecord& record = records_.whole[index];
  if (!record.restores.empty()) {
    top_ = top_at(record.restores);
    return;
  }
  for (const std::string& id : record.undoes) take_away(id);
  if (goes_back(record)) return;
  const std::size_t step_before = record.continues.empty() ? none : take_away(record.continues);
  nodes_.push_back({index, top_, step_before});
  top_ = nodes_.size() - 1;
}

std::size_t OperationHistory::take_away(const std::string& id) {
  const auto is_it = [&](const OperationRecord& record) { return record.id == id || record.continues == id; };
  std::vector<Node> above;
  std::size_t node = top_;
  while (node != none && !is_it(records_.whole[nodes_[node].record])) {
    above.push_back(nodes_[node]);
    node = nodes_[node].below;
  }
  if (node == none) return none;
  top_ = nodes_[node].below;
  for (auto other = above.rbegin(); other != above.rend(); ++other) {
    nodes_.push_back({other->record, top_, other->step_before});
    top_ = nodes_.size() - 1;
  }
  return node;
}

/// Ids are ULIDs: what was recorded earlier sorts earlier.
std::size_t OperationHistory::top_at(const std::string& state) const {
  const bool before = state.starts_with(snapshot_name(""));
  const std::string id = before ? state.substr(snapshot_name("").size()) : state;
  std::size_t top = none;
  for (std::size_t index = 0; index < tops_.size(); ++index) {
    const std::string& other = records_.whole[index].id;
    if (before ? other < id : other <= id) top = tops_[index];
  }
  return top;
}

bool OperationHistory::is_undone(const OperationRecord& record) const {
  if (goes_back(record)) return false;
  for (std::size_t node = top_; node != none; node = nodes_[node].below) {
    for (std::size_t step = node; step != none; step = nodes_[step].step_before) {
      if (records_.whole[nodes_[step].record].id == record.id) return false;
    }
  }
  return true;
}

OperationRecord OperationHistory::as_one(const Node& node) const {
  const OperationRecord& record = records_.whole[node.record];
  if (node.step_before == none) return record;
  OperationRecord whole = joined(as_one(nodes_[node.step_before]), record);
  const Node* first = &node;
  while (first->step_before != none) first = &nodes_[first->step_before];
  whole.forgotten = record.forgotten || records_.whole[first->record].forgotten;
  return whole;
}

std::vector<OperationRecord> OperationHistory::last(std::size_t count) const {
  std::vector<OperationRecord> found;
  std::size_t node = top_;
  while (found.size() < count) {
    const OperationRecord* record = node == none ? nullptr : &records_.whole[nodes_[node].record];
    const std::string first = record == nullptr           ? ""
                              : record->continues.empty() ? record->id
                                                          : record->continues;
    for (const DamagedRecord& damaged : records_.damaged) {
      if (damaged.id >= first) throw cannot_tell(damaged);
    }
    if (record == nullptr && found.empty())
      throw Error(ErrorCode::no_such_target, "there is no operation left to undo",
                  {{Recovery::list_targets}});
    if (record == nullptr)
      throw Error(ErrorCode::no_such_target,
                  fmt::format("there are only {} operations left to undo", found.size()),
                  {{Recovery::list_targets}});
    found.push_back(as_one(nodes_[node]));
    if (found.back().forgotten)
      throw Error(ErrorCode::no_such_target,
                  fmt::format("operation {} cannot be undone: its snapshot was deleted", record->id),
                  {{Recovery::list_targets}});
    node = nodes_[node].below;
  }
  return found;
}

}  // namespace ddx
