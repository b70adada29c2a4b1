#include "git/upstream_repository.hpp"

#include <fmt/format.h>
#include <git2/sys/repository.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/time.hpp"
#include "ddx/error.hpp"
#include "git/fetch_record.hpp"
#include "git/handle.hpp"
#include "git/library.hpp"
#include "git/objects.hpp"
#include "git/ref_files.hpp"
#include "platform/files.hpp"
#include "platform/wait_for_lock.hpp"

namespace ddx::git {

namespace {

namespace fs = std::filesystem;

constexpr const char* our_refs = "refs/ddx/*";

/// Opens the bare repository with its own configuration only: what the user configured (`url.*.insteadOf`,
/// proxies, hooks) must not act in here unseen.
RepositoryHandle try_open(const fs::path& folder) {
  git_repository* raw = nullptr;
  const int code = git_repository_open_ext(&raw, folder.c_str(), GIT_REPOSITORY_OPEN_BARE, nullptr);
  RepositoryHandle repository(raw);
  if (code == GIT_EOWNER) check(code, fmt::format("open '{}'", folder.string()));
  if (code < 0) return {};
  git_config* config = nullptr;
  if (git_config_open_ondisk(&config, (folder / "config").c_str()) < 0) return {};
  const ConfigHandle owned(config);
  check(git_repository_set_config(repository.get(), config), "configure the upstream repository");
  return repository;
}

std::vector<Oid> ref_targets(git_repository* repository, const char* pattern) {
  std::vector<Oid> result;
  const auto refs =
      acquire<ReferenceIteratorHandle>("list refs", git_reference_iterator_glob_new, repository, pattern);
  git_reference* raw = nullptr;
  while (git_reference_next(&raw, refs.get()) == 0) {
    const ReferenceHandle ref(raw);
    if (const git_oid* id = git_reference_target(raw)) result.push_back(from_git(*id));
  }
  return result;
}

/// Whether what was fetched last can still be read; a lost or cut pack shows here.
bool is_readable(git_repository* repository) {
  return std::ranges::all_of(ref_targets(repository, "refs/ddx/*/fetched"), [&](const Oid& id) {
    const git_oid raw = to_git(id);
    git_commit* commit = nullptr;
    if (git_commit_lookup(&commit, repository, &raw) < 0) return false;
    const CommitHandle owned(commit);
    git_tree* tree = nullptr;
    if (git_commit_tree(&tree, commit) < 0) return false;
    const TreeHandle owned_tree(tree);
    return true;
  });
}

bool is_usable(const fs::path& folder) {
  const RepositoryHandle found = try_open(folder);
  return found && is_readable(found.get());
}

void make_repository(const Directory& at, const fs::path& folder, Host& host) {
  const std::string aside = folder.filename().string() + ".new";
  remove_own_tree(host.files, at, aside);
  host.files.before_library_change("make the upstream repository");
  static_cast<void>(acquire<RepositoryHandle>("make the upstream repository", git_repository_init,
                                              (folder.parent_path() / aside).c_str(), 1u));
  rename_to_free(host.files, at, aside, at, folder.filename().string());
}

void set_aside(const Directory& at, const fs::path& folder, Host& host) {
  const std::string name =
      fmt::format("{}.damaged-{}", folder.filename().string(), make_ulid(host.now(), host.random()));
  rename_to_free(host.files, at, folder.filename().string(), at, name);
  host.events.warning(
      fmt::format("the private copy of the upstream was damaged; it is kept as '{}' and fetched anew",
                  (folder.parent_path() / name).string()));
}

/// Under a lock, because commands that only look come here without the writer's.
void provide(const fs::path& folder, Host& host) {
  const fs::path parent = folder.parent_path();
  const Directory at =
      fs::exists(parent)
          ? host.files.open_root(parent)
          : make_folders(host.files, host.files.open_root(parent.parent_path()), parent.filename().string());
  const auto lock = wait_for_lock(at, folder.filename().string() + ".lock", host);
  if (!lock)
    throw Error(ErrorCode::busy, "another ddx is making the private copy of the upstream",
                {{Recovery::wait_for_other_ddx}});
  if (is_usable(folder)) return;  // somebody was faster
  if (fs::exists(folder)) set_aside(at, folder, host);
  make_repository(at, folder, host);
}

}  // namespace

UpstreamRepository::UpstreamRepository(fs::path folder) : folder_(std::move(folder)) {}
UpstreamRepository::UpstreamRepository(UpstreamRepository&&) noexcept = default;
UpstreamRepository::~UpstreamRepository() = default;

UpstreamRepository UpstreamRepository::open(const fs::path& folder, Host& host) {
  initialise();
  if (!is_usable(folder)) provide(folder, host);
  UpstreamRepository result(folder);
  result.reopen();
  return result;
}

void UpstreamRepository::reopen() {
  repository_.reset(try_open(folder_).release());
  if (!repository_)
    throw Error(ErrorCode::state_damaged,
                fmt::format("cannot open '{}': {}", folder_.string(), last_message()),
                {{Recovery::run_doctor}});
}

fs::path UpstreamRepository::objects_folder() const { return folder_ / "objects"; }

std::optional<UpstreamRepository::LastFetch> UpstreamRepository::last_fetch(
    const std::string& project) const {
  std::ifstream in(folder_ / record_name(project), std::ios::binary);
  auto record = parse_record(std::string(std::istreambuf_iterator<char>(in), {}));
  if (record && !has_connected(record->commit)) record.reset();
  return record;
}

bool UpstreamRepository::has_connected(const Oid& commit) const {
  const std::vector<Oid> tips = ref_targets(repository_.get(), our_refs);
  if (std::ranges::find(tips, commit) != tips.end()) return true;
  const git_oid raw = to_git(commit);
  git_odb* odb = nullptr;
  check(git_repository_odb(&odb, repository_.get()), "open the upstream repository");
  const OdbHandle owned(odb);
  if (tips.empty() || git_odb_exists(odb, &raw) != 1) return false;
  std::vector<git_oid> raw_tips;
  std::ranges::transform(tips, std::back_inserter(raw_tips), to_git);
  const int code = git_graph_reachable_from_any(repository_.get(), &raw, raw_tips.data(), raw_tips.size());
  check(code, fmt::format("look for commit {}", commit.str()));
  return code == 1;
}

std::optional<Oid> UpstreamRepository::connected_commit(const Oid& tip) const {
  const Objects objects({objects_folder()});
  if (!objects.contains(tip)) return std::nullopt;
  const Oid commit = peel_to_commit(objects, tip);
  return has_connected(commit) ? std::optional(commit) : std::nullopt;
}

std::string_view program_of(Service service) {
  return service == Service::upload_pack ? "git-upload-pack" : "git-receive-pack";
}

void UpstreamRepository::keep(const Oid& commit, Host& host) {
  const std::string name = "refs/ddx/commits/" + commit.str();
  git_oid known;
  if (git_reference_name_to_id(&known, repository_.get(), name.c_str()) == 0 || !has_connected(commit))
    return;
  RefFiles(host, folder_).write_own(name, commit);
}

UpstreamRepository::Walk UpstreamRepository::commits_between(const Oid& from, const Oid& to,
                                                             std::size_t limit) const {
  const std::string doing = fmt::format("walk the history of {}", to.str());
  const auto walk = acquire<RevwalkHandle>(doing, git_revwalk_new, repository_.get());
  git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
  const git_oid start = to_git(to), stop = to_git(from);
  check(git_revwalk_push(walk.get(), &start), doing);
  Walk result;
  if (from.is_null()) {
    check(git_revwalk_simplify_first_parent(walk.get()), doing);
  } else if (has_connected(from)) {
    check(git_revwalk_hide(walk.get(), &stop), doing);
    result.from_is_ancestor = from == to || git_graph_descendant_of(repository_.get(), &start, &stop) == 1;
  } else {
    result.from_is_ancestor = false;
  }

  std::vector<Oid> cut = boundary();
  std::ranges::sort(cut);
  const std::vector<CommitInfo> ends =
      from.is_null() || !result.from_is_ancestor ? std::vector<CommitInfo>() : cut_before(from, cut);
  for (const CommitInfo& end : ends) {
    for (const Oid& parent : end.parents) {  // of a cut commit, they may have come another way
      const git_oid hidden = to_git(parent);
      if (has_connected(parent)) check(git_revwalk_hide(walk.get(), &hidden), doing);
    }
  }
  constexpr std::size_t looked_at_for_one = 10;
  const std::size_t most = ends.empty() ? limit : limit * looked_at_for_one;
  git_oid id;
  int code = 0;
  while (result.commits.size() < most && (code = git_revwalk_next(&id, walk.get())) == 0) {
    result.commits.push_back(from_git(id));
    if (std::ranges::binary_search(cut, result.commits.back())) result.complete = false;
  }
  if (code != GIT_ITEROVER) check(code, doing);
  if (!ends.empty() && code != GIT_ITEROVER) result.complete = false;  // what was not seen casts doubt
  if (!ends.empty()) result.doubtful = not_surely_after(ends, result.commits);
  if (result.commits.size() > limit) result.commits.resize(limit);
  return result;
}

/// Where the history of `from` was cut.
std::vector<CommitInfo> UpstreamRepository::cut_before(const Oid& from, const std::vector<Oid>& cut) const {
  const Objects objects({objects_folder()});
  std::vector<CommitInfo> ends;
  const git_oid start = to_git(from);
  for (const Oid& id : cut) {
    const git_oid end = to_git(id);
    if (!objects.contains(id)) continue;
    if (id == from || git_graph_descendant_of(repository_.get(), &start, &end) == 1)
      ends.push_back(read_commit(objects, id));
  }
  return ends;
}

/// What the cut hides is older than it, and descends from nothing that was walked up to.
std::set<Oid> UpstreamRepository::not_surely_after(const std::vector<CommitInfo>& ends,
                                                   const std::vector<Oid>& walked) const {
  const Objects objects({objects_folder()});
  const auto newest = std::ranges::max(ends, {}, &CommitInfo::commit_date).commit_date;
  std::set<Oid> doubtful;
  for (auto id = walked.rbegin(); id != walked.rend(); ++id) {  // parents first
    const CommitInfo commit = read_commit(objects, *id);
    const bool after = std::ranges::any_of(commit.parents, [&](const Oid& parent) {
      return objects.contains(parent) && !doubtful.contains(parent);
    });
    if (!after && commit.commit_date <= newest) doubtful.insert(*id);
  }
  return doubtful;
}

}  // namespace ddx::git
