#include "sync/snapshot_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "git/tree.hpp"
#include "snapshot/store.hpp"
#include "transaction/record.hpp"

namespace ddx {

std::vector<SnapshotDamage> SnapshotCheck::check(const CatalogEntry& entry) {
  damage_.clear();
  if (!entry.info.damage.empty()) {
    note(entry.info.id, "", entry.info.damage);
  } else {
    check_tree(entry.info.id, *entry.commit, "");
  }
  check_record(entry.id);
  return std::move(damage_);
}

void SnapshotCheck::note(const std::string& id, const std::string& path, const std::string& why) {
  damage_.push_back({id, path, why});
}

const std::string& SnapshotCheck::read(const Oid& id) {
  const auto [known, fresh] = known_.try_emplace(id);
  if (!fresh) return known->second;
  if (project_.host.interrupted) throw Interrupted();
  try {
    bytes_ += objects_.read(id).bytes.size();
  } catch (const Error& error) {
    known->second = error.what();
  }
  project_.host.events.progress({Progress::Phase::read, known_.size()});
  return known->second;
}

void SnapshotCheck::check_tree(const std::string& id, const Oid& commit, const std::string& where) {
  if (!read(commit).empty()) return note(id, where, read(commit));
  const git::ReadableTree tree = git::list_readable(objects_, git::read_commit(objects_, commit).tree);
  for (const auto& [path, why] : tree.damaged) note(id, where + path, why);
  for (const auto& [path, version] : tree.files) {
    if (const std::string& why = read(version.blob); !why.empty()) note(id, where + path.str(), why);
  }
}

void SnapshotCheck::check_record(const std::string& id) {
  const std::string name = operation_ref(project_.workspace, id);
  try {
    const auto commit = project_.repository.reference(name);
    if (!commit) return;
    check_tree(snapshot_name(id), *commit, "the operation's record/");
    static_cast<void>(read_record(project_.workspace, project_.repository, objects_, id));
  } catch (const Error& error) {
    note(snapshot_name(id), "the operation's record", error.what());
  }
}

Error with_whole_targets(const Error& error, const Project& project, const git::Objects& objects,
                         const std::vector<CatalogEntry>& catalog) {
  constexpr std::size_t enough = 3;
  std::vector<std::string> whole;
  SnapshotCheck check(project, objects);
  for (auto entry = catalog.rbegin(); entry != catalog.rend() && whole.size() < enough; ++entry) {
    if (check.check(*entry).empty()) whole.push_back(entry->info.id);
  }
  std::vector<NextStep> steps{{Recovery::use_target, fmt::format("{}", fmt::join(whole, ", "))}};
  steps.insert(steps.end(), error.steps().begin(), error.steps().end());
  return Error(error.code(), error.what(), std::move(steps), error.aftermath());
}

}  // namespace ddx
