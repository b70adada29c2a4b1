#include "sync/offered.hpp"

#include <algorithm>

#include "ddx/error.hpp"
#include "lines/text_merge.hpp"
#include "sync/contribution_text.hpp"

namespace ddx {

namespace {

using State = ContributionRecord::State;

/// How many of upstream's new commits are looked through for change ids.
constexpr std::size_t most_commits = 10'000;

/// Writes it aside in the git directory, so that a crash leaves nothing in the user's folder; beside itself
/// only where that is on another file system.
void replace_lock(const Project& project, const std::string& name, const std::string& text) {
  Files& files = project.host.files;
  const Directory aside =
      make_folders(files, files.open_root(project.workspace.common_dir), "ddx/contributions");
  replace_own_file(files, aside, name, text);
  try {
    files.rename(aside, name, project.folder.root(), name, RenameMode::replace);
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::cross_device_link) throw;
    files.remove(aside, name);
    replace_own_file(files, project.folder.root(), name, text);
    return;
  }
  files.sync(project.folder.root());
}

}  // namespace

void note_offered(Project& project, const Contribution& contribution) {
  Lock lock = project.lock.value();
  for (const auto& [path, file] : contribution.files) {
    if (!file.after) continue;
    const auto entry = lock.files.find(file.change.here);
    if (entry != lock.files.end()) {
      entry->second.offered = file.after->blob;
    } else {
      lock.offered[path] = file.after->blob;
    }
  }
  if (lock == *project.lock) return;
  const std::string name(lock_path().name());
  const Directory& root = project.folder.root();
  if (read_file(project.host.files, root, name) != project.lock_text)
    throw Error(ErrorCode::raced, "'.ddx.lock' was changed meanwhile", {{Recovery::retry}});
  const std::string text = write_lock(lock);
  replace_lock(project, name, text);
  project.lock = std::move(lock);
  project.lock_text = text;
}

Landing::Landing(const Project& project, const UpstreamView& view, const git::Objects& objects,
                 const std::vector<git::TreeFile>& theirs, const std::vector<ContributionRecord>& records)
    : project_(project), view_(view), objects_(objects) {
  for (const git::TreeFile& file : theirs) theirs_.emplace(file.path, file.version);
  for (const ContributionRecord& record : records)
    if (record.state != State::closed && record.target == view.branch) open_.push_back(record);
  if (!open_.empty()) look_for_change_ids();
  for (const ContributionRecord& record : open_)
    if (has_landed(record)) landed_.push_back(record);
}

void Landing::look_for_change_ids() {
  if (!project_.lock || !project_.lock->pulled()) return;
  const auto walk = view_.repository.commits_between(project_.lock->commit, view_.point.commit, most_commits);
  for (const Oid& id : walk.commits)
    if (auto change_id = change_id_of(git::read_commit(objects_, id).message))
      arrived_.insert(std::move(*change_id));
}

bool Landing::has_landed(const ContributionRecord& record) const {
  if (arrived_.contains(record.change_id)) return true;
  return std::ranges::all_of(record.files, [&](const auto& file) {
    const auto& [path, sent] = file;
    const auto found = theirs_.find(path);
    if (!sent) return found == theirs_.end();
    return found != theirs_.end() && holds(found->second, sent->blob, std::nullopt, path);
  });
}

bool Landing::holds(const Version& theirs, const Oid& offer, const std::optional<Version>& base,
                    const RelPath& at_upstream) const {
  if (theirs.blob == offer) return true;
  const bool named = std::ranges::any_of(open_, [&](const ContributionRecord& record) {
    return arrived_.contains(record.change_id) && record.files.contains(at_upstream);
  });
  if (named) return true;
  if (!base || theirs.blob == base->blob) return false;
  for (const Oid& id : {base->blob, offer, theirs.blob})
    if (!objects_.contains(id)) return false;
  const std::string old = objects_.blob(base->blob), ours = objects_.blob(offer),
                    now = objects_.blob(theirs.blob);
  if (!has_lines({old, ours, now})) return false;
  const TextMerge merge = merge_text(old, ours, now, {});
  return merge.clean && merge.bytes == now;
}

std::optional<Oid> Landing::offered(const RelPath& at_upstream, const std::optional<Oid>& noted) const {
  if (noted) return noted;
  for (auto record = open_.rbegin(); record != open_.rend(); ++record) {
    const auto found = record->files.find(at_upstream);
    if (found != record->files.end() && found->second) return found->second->blob;
  }
  return std::nullopt;
}

Lock Landing::on(const Lock& lock, const ChosenPaths& chosen) const {
  Lock result = lock;
  const auto set = [&](LockEntry& entry, const Version& base) {
    entry.base = base;
    entry.offered.reset();
    if (!chosen.everything()) entry.commit = view_.point.commit;
  };
  std::set<RelPath> followed;
  for (auto& [path, entry] : result.files) {
    const RelPath& at_upstream = entry.upstream_path.value_or(path);
    followed.insert(at_upstream);
    const auto offer = offered(at_upstream, entry.offered);
    const auto theirs = theirs_.find(at_upstream);
    if (!offer || theirs == theirs_.end() || !chosen.contains(path)) continue;
    if (objects_.contains(*offer) && holds(theirs->second, *offer, entry.base, at_upstream))
      set(entry, {*offer, theirs->second.mode});
  }
  for (const auto& [path, theirs] : theirs_) {
    if (followed.contains(path) || !chosen.contains(path)) continue;
    const auto noted = lock.offered.find(path);
    const auto offer =
        offered(path, noted != lock.offered.end() ? std::optional(noted->second) : std::nullopt);
    if (!offer || !objects_.contains(*offer) || !holds(theirs, *offer, std::nullopt, path)) continue;
    set(result.files[path], {*offer, theirs.mode});
    result.offered.erase(path);
  }
  return result;
}

}  // namespace ddx
