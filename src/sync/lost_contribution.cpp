#include "sync/lost_contribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "ddx/error.hpp"
#include "git/tree.hpp"
#include "sync/contribution_text.hpp"
#include "sync/sending.hpp"

namespace ddx {

namespace {

/// By path at the upstream.
std::map<RelPath, Oid> noted_offers(const Lock& lock) {
  std::map<RelPath, Oid> offers(lock.offered.begin(), lock.offered.end());
  for (const auto& [path, entry] : lock.files)
    if (entry.offered) offers.insert_or_assign(entry.upstream_path.value_or(path), entry.offered->sent);
  return offers;
}

/// \returns nothing if it is not there, or cannot be looked at: the push tells what is wrong with the place
std::optional<Oid> fetch_branch(const LostPlace& place, const std::string& name) {
  git::FetchOptions options = place.proposal.push_options();
  options.follow = BranchName(name);
  const std::string record = place.project.workspace.project + "@contribution";
  try {
    return place.view.repository.fetch(record, options, place.project.host).commit;
  } catch (const Error&) {
    return std::nullopt;
  }
}

class Claim {
 public:
  Claim(const LostPlace& place, const Contribution& contribution)
      : place_(place), contribution_(contribution), offers_(noted_offers(*place.project.lock)) {}

  /// \returns nothing if the branch is not surely ours
  [[nodiscard]] std::optional<ContributionRecord> on(const std::string& branch, const Oid& id) const {
    const git::CommitInfo commit = git::read_commit(place_.objects, id);
    const auto change_id = change_id_of(commit.message);
    const auto tree = git::subtree_at(place_.objects, commit.tree, place_.project.config.subtree);
    if (!change_id || !tree) return std::nullopt;
    ContributionRecord record;
    record.change_id = *change_id;
    record.state = ContributionRecord::State::sent;
    record.upstream = place_.project.config.url.str();
    record.url = place_.proposal.url();
    record.branch = branch;
    record.target = place_.target;
    record.commit = id;
    record.title = commit.subject();
    record.date = commit.commit_date;
    const std::map<RelPath, Version> held = git::list_tree(place_.objects, *tree);
    for (const auto& [path, offer] : offers_) {
      const auto found = held.find(path);
      if (found != held.end() && found->second.blob == offer) record.files.emplace(path, found->second);
    }
    const bool holds_all = std::ranges::all_of(contribution_.files, [&](const auto& file) {
      return !offers_.contains(file.first) || record.files.contains(file.first);
    });
    return holds_all ? std::optional(std::move(record)) : std::nullopt;
  }

 private:
  const LostPlace& place_;
  const Contribution& contribution_;
  std::map<RelPath, Oid> offers_;
};

}  // namespace

bool may_be_lost(const Lock& lock, const Contribution& contribution) {
  const std::map<RelPath, Oid> offers = noted_offers(lock);
  return std::ranges::any_of(contribution.files,
                             [&](const auto& file) { return offers.contains(file.first); });
}

std::optional<ContributionRecord> find_lost(const LostPlace& place, const Contribution& contribution) {
  if (!may_be_lost(*place.project.lock, contribution)) return std::nullopt;
  const Claim claim(place, contribution);
  for (int i = 1; i <= most_branch_names; ++i) {
    const std::string name = numbered_branch(place.branch, i);
    const auto commit = fetch_branch(place, name);
    if (!commit) return std::nullopt;
    auto record = claim.on(name, *commit);
    if (!record) continue;
    const auto request = place.proposal.find(name, place.target);
    if (request && request->state != hosting::ReviewRequest::State::open) continue;
    if (request) record->request = {request->number, request->url};
    return record;
  }
  return std::nullopt;
}

}  // namespace ddx
