#include <fmt/format.h>

#include <algorithm>

#include "ddx/error.hpp"
#include "ddx/push.hpp"
#include "sync/begin_changes.hpp"
#include "sync/contribution_records.hpp"
#include "sync/proposal.hpp"

namespace ddx {

namespace {

using Record = ContributionRecord;

bool goes_by(const Record& record, const std::string& id) {
  if (id.empty()) return record.state != Record::State::closed;
  return record.change_id.starts_with(id) || record.branch == id ||
         (record.request.number != 0 && std::to_string(record.request.number) == id);
}

std::string state_of(const Record& record) {
  switch (record.state) {
    case Record::State::sending:
      return "sending";
    case Record::State::sent:
      return "open";
    case Record::State::closed:
      return record.landed ? "landed" : "closed";
  }
  return {};
}

ContributionState described(const Record& record) {
  ContributionState state;
  state.change_id = record.change_id;
  state.title = record.title;
  state.branch = record.branch;
  state.target = record.target;
  state.url = record.url;
  state.date = record.date;
  state.state = state_of(record);
  state.checks = state.review = "unknown";
  for (const auto& [path, version] : record.files) state.files.push_back(path);
  if (record.request.number != 0)
    state.request = RequestState{{}, record.request.number, record.request.url, "unknown", false, false, {}};
  return state;
}

void ask(const Proposal& proposal, const Record& record, ContributionState& state) {
  const auto request = proposal.look_up(record);
  if (!request) return;
  state.request = proposal.state_of(*request);
  state.checks = name_of(request->checks.state);
  state.review = name_of(request->review);
  if (state.state != "landed") state.state = state.request->state;
}

[[noreturn]] void throw_unknown(const std::string& id) {
  throw Error(ErrorCode::no_such_target, fmt::format("no contribution from here is called '{}'", id),
              {{Recovery::list_contributions}});
}

/// What is wrong with one says nothing about the others.
void try_to_ask(const Proposal& proposal, const Record& record, ContributionState& state) {
  try {
    ask(proposal, record, state);
  } catch (const Error& error) {
    state.problem = error;
  }
}

}  // namespace

std::vector<ContributionState> contributions(const Workspace& workspace, const ContributionsRequest& request,
                                             Host& host) {
  Project project = open_project(workspace, host);
  const ContributionRecords records(workspace, host);
  std::vector<ContributionState> states;
  std::vector<const Record*> chosen;
  for (const Record& record : records.all()) {
    if (!goes_by(record, request.id)) continue;
    chosen.push_back(&record);
    states.push_back(described(record));
  }
  if (states.empty() && !request.id.empty()) throw_unknown(request.id);
  const auto is_known_here = [&](const Record* record) {
    return record->upstream == project.config.url.str();
  };
  if (request.network == Network::offline || std::ranges::none_of(chosen, is_known_here)) return states;
  try {
    PushRequest lookup;
    lookup.fork = Contribute::Fork::automatic;
    const Proposal proposal(project, lookup, host);
    for (std::size_t i = 0; i < states.size(); ++i)
      if (is_known_here(chosen[i])) try_to_ask(proposal, *chosen[i], states[i]);
  } catch (const Error& error) {
    for (ContributionState& state : states) state.problem = error;
  }
  return states;
}

ContributionState forget_contribution(const Workspace& workspace, const std::string& id, Host& host) {
  const WriterLock writer = begin_changes(workspace, host);
  ContributionRecords records(workspace, host);
  std::vector<Record> meant;
  for (const Record& record : records.all())
    if (record.state != Record::State::closed && goes_by(record, id)) meant.push_back(record);
  if (meant.empty()) throw_unknown(id);
  if (meant.size() > 1)
    throw Error(ErrorCode::confirmation_needed,
                fmt::format("'{}' could be any of {} contributions", id, meant.size()),
                {{Recovery::list_contributions}});
  Record record = meant.front();
  record.state = Record::State::closed;
  record.offers.clear();
  records.put(record);
  return described(record);
}

}  // namespace ddx
