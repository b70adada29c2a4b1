#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "ddx/error.hpp"
#include "git/connectivity.hpp"
#include "git/fetch_record.hpp"
#include "git/fetch_worker.hpp"
#include "git/handle.hpp"
#include "git/objects.hpp"
#include "git/ref_files.hpp"
#include "git/upstream_connection.hpp"
#include "git/upstream_repository.hpp"
#include "net/retry.hpp"
#include "platform/files.hpp"
#include "platform/wait_for_lock.hpp"

namespace ddx::git {

namespace {

namespace fs = std::filesystem;

/// git's own name and format for it.
constexpr const char* boundary_file = "shallow";

/// Held while something is brought in: the shallow boundary and the leftovers of dead fetches are shared.
Descriptor lock_fetches(const Directory& at, Host& host) {
  auto lock = wait_for_lock(at, "ddx-fetch.lock", host);
  if (!lock)
    throw Error(ErrorCode::busy, "another ddx is fetching from the upstream",
                {{Recovery::wait_for_other_ddx}});
  return std::move(*lock);
}

/// A fetch that was killed leaves its half pack; nobody else removes it. Under the lock, none of them is in
/// use.
void sweep_half_packs(const Directory& at, Host& host) {
  const auto packs = host.files.open_below(at, "objects/pack");
  if (!packs) return;
  for (const FolderEntry& entry : host.files.list(*packs))
    if (entry.name.starts_with("pack_git2_")) host.files.remove(*packs, entry.name);
}

/// Removes what a fetch left that failed, whose own error is what counts.
template <class Remove>
void clean_up(Host& host, Remove remove) {
  try {
    remove();
  } catch (const std::exception& error) {
    host.events.warning(fmt::format("cannot remove what the fetch left: {}", error.what()));
  }
}

std::set<std::string> pack_files(const Directory& at, Host& host) {
  std::set<std::string> names;
  if (const auto packs = host.files.open_below(at, "objects/pack"))
    for (const FolderEntry& entry : host.files.list(*packs)) names.insert(entry.name);
  return names;
}

/// What came and was refused must not fill the disk, one fetch after the other. To be called under the lock.
void remove_packs_but(const std::set<std::string>& known, const Directory& at, Host& host) {
  const auto packs = host.files.open_below(at, "objects/pack");
  if (!packs) return;
  for (const std::string& name : pack_files(at, host))
    if (!known.contains(name)) host.files.remove(*packs, name);
}

/// A repository without refs: shown to a server that must not count on what we have. Made anew each time, as
/// one that a killed process left may be unfinished.
RepositoryHandle open_blank(const Directory& at, Host& host) {
  constexpr const char* name = "ddx-blank.git";
  remove_own_tree(host.files, at, name);
  host.files.before_library_change("make an empty repository");
  return acquire<RepositoryHandle>("make an empty repository", git_repository_init,
                                   (at.path() / name).c_str(), 1u);
}

Target target_of(const UpstreamConnection& connection, const Follow& follow) {
  Target target = choose_target(connection.refs(), follow);
  if (!target.want && connection.serves_any_commit())
    target.want = Oid::parse(std::get<CommitName>(follow).str());
  return target;
}

std::vector<Oid> everything(const UpstreamConnection& connection) {
  std::vector<Oid> wants;
  for (const AdvertisedRef& ref : connection.refs())
    if ((ref.name.starts_with("refs/heads/") || ref.name.starts_with("refs/tags/")) &&
        !ref.name.ends_with("^{}"))
      wants.push_back(ref.id);
  std::ranges::sort(wants);
  wants.erase(std::ranges::unique(wants).begin(), wants.end());
  return wants;
}

/// The commit that is asked for by its id. Only for a `CommitName`.
Oid commit_id(const Follow& follow) {
  const std::string& name = std::get<CommitName>(follow).str();
  const auto id = Oid::parse(name);
  if (!id) throw Error(ErrorCode::ref_not_found, fmt::format("'{}' is not a full commit id", name));
  return *id;
}

}  // namespace

Fetched UpstreamRepository::fetch(const std::string& project, const FetchOptions& options, Host& host) {
  const Depth depth =
      options.full_history || is_followed(options.url, host) ? Depth::missing : Depth::one_commit;
  return fetch_locked(project, options, depth, host);
}

void UpstreamRepository::deepen(const std::string& project, const FetchOptions& options, Host& host) {
  if (!boundary().empty()) fetch_locked(project, options, Depth::everything, host);
}

Fetched UpstreamRepository::fetch_locked(const std::string& project, const FetchOptions& options, Depth depth,
                                         Host& host) {
  const Directory at = host.files.open_root(folder_);
  const Descriptor lock = lock_fetches(at, host);
  sweep_half_packs(at, host);
  const std::set<std::string> packs_before = pack_files(at, host);
  Arrival arrival = net::with_retries({options.tries, options.retry_delay}, host,
                                      [&] { return receive(options, depth, at, host); });
  if (arrival.fetched.received_objects) {
    try {
      accept(arrival, depth, host);
    } catch (const std::exception&) {
      clean_up(host, [&] { remove_packs_but(packs_before, at, host); });
      throw;
    }
  }
  arrival.fetched.commit = peel_to_commit(Objects({objects_folder()}), arrival.tip);
  record(project, options.url, arrival.fetched, host);
  return std::move(arrival.fetched);
}

Arrival UpstreamRepository::receive(const FetchOptions& options, Depth depth, const Directory& at,
                                    Host& host) {
  const bool may_ask_for_all = depth != Depth::missing || std::holds_alternative<CommitName>(options.follow);
  const RepositoryHandle blank = may_ask_for_all ? open_blank(at, host) : RepositoryHandle();
  host.files.before_library_change("receive a pack");
  try {
    return fetch_in_worker(options, host, [&](const FetchOptions& its_options, Host& its_host) {
      return converse(its_options, depth, blank.get(), its_host);
    });
  } catch (const std::exception&) {
    clean_up(host, [&] { sweep_half_packs(at, host); });  // the worker may have been killed
    throw;
  }
}

Arrival UpstreamRepository::converse(const FetchOptions& options, Depth depth, git_repository* blank,
                                     Host& host) const {
  UpstreamConnection connection(repository_.get(), options, host);
  const Target target = target_of(connection, options.follow);
  Arrival arrival{{{}, target.ref, target.branch, peeled_tags(connection.refs())},
                  target.want ? *target.want : commit_id(options.follow),
                  {}};
  if (depth != Depth::everything && connected_commit(arrival.tip)) return arrival;

  UpstreamConnection::Request request;
  request.wants = target.want ? std::vector{*target.want} : everything(connection);
  request.depth = target.want ? depth : Depth::everything;
  const bool counts_on_ours = request.depth == Depth::missing;
  request.known = counts_on_ours ? repository_.get() : blank;
  if (counts_on_ours) request.boundary = boundary();
  arrival.cut = connection.download(request);
  arrival.fetched.received_objects = true;
  return arrival;
}

void UpstreamRepository::accept(const Arrival& arrival, Depth depth, Host& host) {
  const Objects objects({objects_folder()});
  const Oid& tip = arrival.tip;
  if (!objects.contains(tip)) {
    if (arrival.fetched.ref.empty())
      throw Error(ErrorCode::ref_not_found, fmt::format("the upstream has no commit '{}'", tip.str()),
                  {{Recovery::check_ref}});
    throw Error(ErrorCode::upstream_damaged,
                fmt::format("the upstream did not send '{}' of '{}'", tip.str(), arrival.fetched.ref),
                {{Recovery::tell_upstream}});
  }
  const std::vector<Oid> before = boundary();
  std::vector<Oid> after = before;
  if (depth == Depth::everything)
    std::erase_if(after, [&](const Oid& commit) {
      return std::ranges::all_of(read_commit(objects, commit).parents,
                                 [&](const Oid& parent) { return objects.contains(parent); });
    });
  after.insert(after.end(), arrival.cut.begin(), arrival.cut.end());
  set_boundary(after, host);
  try {
    const Trust trust = depth == Depth::everything ? Trust::nothing : Trust::what_refs_reach;
    check_connected(repository_.get(), objects, peel_to_commit(objects, tip), trust, host);
  } catch (const std::exception&) {
    set_boundary(before, host);
    throw;
  }
}

void UpstreamRepository::record(const std::string& project, const UpstreamUrl& url, const Fetched& fetched,
                                Host& host) {
  RefFiles(host, folder_).write_own(fmt::format("refs/ddx/{}/fetched", project), fetched.commit);
  const auto now = std::chrono::floor<std::chrono::seconds>(host.now());
  replace_own_file(host.files, host.files.open_root(folder_), record_name(project),
                   format_record({fetched.commit, fetched.branch, now, fetched.tags, url.str()}));
}

bool UpstreamRepository::is_followed(const UpstreamUrl& url, Host& host) const {
  const Directory at = host.files.open_root(folder_);
  return std::ranges::any_of(host.files.list(at), [&](const FolderEntry& entry) {
    if (!is_record_name(entry.name)) return false;
    const auto record = parse_record(read_file(host.files, at, entry.name).value_or(""));
    return record && record->url == url.str() && has_connected(record->commit);
  });
}

std::vector<Oid> UpstreamRepository::boundary() const {
  std::vector<Oid> commits;
  std::ifstream in(folder_ / boundary_file);
  for (std::string line; std::getline(in, line);)
    if (const auto id = Oid::parse(line)) commits.push_back(*id);
  return commits;
}

void UpstreamRepository::set_boundary(std::vector<Oid> commits, Host& host) {
  std::ranges::sort(commits);
  commits.erase(std::ranges::unique(commits).begin(), commits.end());
  if (commits == boundary()) return;
  const Directory at = host.files.open_root(folder_);
  if (commits.empty()) {
    host.files.remove(at, boundary_file);
  } else {
    std::string text;
    for (const Oid& commit : commits) text += commit.str() + "\n";
    replace_own_file(host.files, at, boundary_file, text);
  }
  reopen();
}

}  // namespace ddx::git
