#include "sync/offered.hpp"

#include <algorithm>
#include <ranges>

#include "ddx/error.hpp"
#include "lines/text_merge.hpp"

namespace ddx {

namespace {

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

std::optional<Offer> offer_of(const ContributedFile& file) {
  if (!file.after) return std::nullopt;
  return Offer{file.after->blob, file.apart ? git::hash_blob(*file.apart) : file.after->blob,
               file.base ? std::optional(file.base->blob) : std::nullopt};
}

void note_offered(Project& project, const Contribution& contribution) {
  Lock lock = project.lock.value();
  for (const auto& [path, file] : contribution.files) {
    const auto offer = offer_of(file);
    if (!offer) continue;
    const auto entry = lock.files.find(file.change.here);
    if (entry != lock.files.end()) {
      entry->second.offered = Offer{offer->sent, offer->here};
    } else if (offer->here == offer->sent) {
      lock.offered[path] = offer->sent;
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
                 const std::vector<git::TreeFile>& theirs, const std::vector<ContributionRecord>& records,
                 MergeLookup& lookup)
    : view_(view), objects_(objects) {
  for (const git::TreeFile& file : theirs) theirs_.emplace(file.path, file.version);
  for (const ContributionRecord& record : records)
    if (!record.landed && record.is_for(project.config.url.str(), view.branch)) records_.push_back(record);
  collect(project.lock.value_or(Lock{}));
  Arrivals::Sent sent;
  for (const auto& [path, offers] : offers_)
    for (const Offer& offer : offers) sent[path].insert(offer.sent);
  arrivals_.emplace(project, view, objects, sent);
  ask(lookup);
  for (const ContributionRecord& record : records_) {
    if (has_landed(record)) {
      landed_.push_back(record);
    } else if (has_arrived(record) && is_taken_back(record)) {
      taken_back_.push_back(record);
    }
  }
}

/// The lock's first: they may be a colleague's.
void Landing::collect(const Lock& lock) {
  for (const auto& [path, id] : lock.offered) offers_[path].push_back({id, id});
  for (const auto& [path, entry] : lock.files) {
    const RelPath& at_upstream = entry.upstream_path.value_or(path);
    if (entry.offered) offers_[at_upstream].push_back(*entry.offered);
    bases_.emplace(at_upstream, entry.base);
  }
  for (const ContributionRecord& record : records_)
    for (const auto& [path, offers] : record.offers) {
      auto& all = offers_[path];
      all.insert(all.end(), offers.begin(), offers.end());
    }
}

/// A squash may have been edited and bear another message: then only the platform knows. It is asked where
/// upstream changed a file of the contribution and the change does not show where it comes from.
void Landing::ask(MergeLookup& lookup) {
  const auto is_puzzling = [&](const auto& file) {
    const auto theirs = theirs_.find(file.first);
    const auto base = bases_.find(file.first);
    if (theirs == theirs_.end() || (base != bases_.end() && base->second.blob == theirs->second.blob))
      return false;
    return !origin_of(file.first, theirs->second,
                      base != bases_.end() ? std::optional(base->second) : std::nullopt);
  };
  for (const ContributionRecord& record : records_)
    if (!record.offers.empty() && !arrivals_->has(record) && std::ranges::any_of(record.files, is_puzzling) &&
        lookup.is_merged(record))
      merged_.insert(record.change_id);
}

bool Landing::has_arrived(const ContributionRecord& record) const {
  return arrivals_->has(record) || merged_.contains(record.change_id);
}

bool Landing::has_landed(const ContributionRecord& record) const {
  const bool arrived = has_arrived(record);
  const auto is_there = [&](const auto& file) {
    const auto& [path, sent] = file;
    const auto theirs = theirs_.find(path);
    if (!sent || theirs == theirs_.end()) return !sent && theirs == theirs_.end();
    const auto base = bases_.find(path);
    const auto origin =
        origin_of(path, theirs->second, base != bases_.end() ? std::optional(base->second) : std::nullopt);
    return origin && (arrived || origin->sent == sent->blob);
  };
  return arrived ? std::ranges::any_of(record.files, is_there) : std::ranges::all_of(record.files, is_there);
}

bool Landing::is_taken_back(const ContributionRecord& record) const {
  return std::ranges::all_of(record.offers, [&](const auto& offers) {
    const auto theirs = theirs_.find(offers.first);
    const auto base = bases_.find(offers.first);
    if (theirs == theirs_.end() || base == bases_.end())
      return theirs == theirs_.end() && base == bases_.end();
    return theirs->second.blob == base->second.blob ||
           has_change(offers.second.back().here, offers.second.back().base.value_or(base->second.blob),
                      theirs->second.blob);
  });
}

/// Whether a text has all that changed between two others.
bool Landing::has_change(const Oid& from, const Oid& to, const Oid& in) const {
  for (const Oid& id : {from, to, in})
    if (!objects_.contains(id)) return false;
  const std::string before = objects_.blob(from), after = objects_.blob(to), text = objects_.blob(in);
  if (!has_lines({before, after, text})) return false;
  const TextMerge merge = merge_text(before, after, text, {});
  return merge.clean && merge.bytes == text;
}

std::optional<Offer> Landing::find_origin(const RelPath& at_upstream, const Version& theirs,
                                          const std::optional<Version>& base) const {
  const auto found = offers_.find(at_upstream);
  if (found == offers_.end()) return std::nullopt;
  const auto newest_first = std::views::reverse(found->second);
  const auto sent = [&](const Oid& blob) {
    const auto offer = std::ranges::find(newest_first, blob, &Offer::sent);
    return offer != newest_first.end() ? std::optional(*offer) : std::nullopt;
  };
  if (auto offer = sent(theirs.blob)) return offer;
  if (base)
    for (const Offer& offer : newest_first)
      if (offer.base ? has_change(*offer.base, offer.here, theirs.blob)
                     : has_change(base->blob, offer.sent, theirs.blob))
        return offer;
  // What came and was changed since has to be told from what was taken back: by what the offer was made from.
  if (const auto held = arrivals_->held(at_upstream))
    if (const auto offer = sent(*held); offer && (offer->base || !base)) return offer;
  for (const ContributionRecord& record : std::views::reverse(records_)) {
    const auto offers = record.offers.find(at_upstream);
    if (offers != record.offers.end() && has_arrived(record)) return offers->second.front();
  }
  return std::nullopt;
}

std::optional<Offer> Landing::origin_of(const RelPath& at_upstream, const Version& theirs,
                                        const std::optional<Version>& base) const {
  if (base && theirs.blob == base->blob) return std::nullopt;  // nothing of it came, or it was taken back
  auto origin = find_origin(at_upstream, theirs, base);
  if (!origin || !objects_.contains(origin->here)) return std::nullopt;
  if (base && has_change(origin->here, origin->base.value_or(base->blob), theirs.blob))
    return std::nullopt;  // as well
  return origin;
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
    const auto theirs = theirs_.find(at_upstream);
    if (theirs == theirs_.end() || !chosen.contains(path)) continue;
    if (const auto origin = origin_of(at_upstream, theirs->second, entry.base))
      set(entry, {origin->here, theirs->second.mode});
  }
  for (const auto& [path, theirs] : theirs_) {
    if (followed.contains(path) || !chosen.contains(path)) continue;
    const auto origin = origin_of(path, theirs, std::nullopt);
    if (!origin) continue;
    set(result.files[path], {origin->here, theirs.mode});
    result.offered.erase(path);
  }
  return result;
}

}  // namespace ddx
