#include "sync/project.hpp"

#include <fmt/format.h>

#include "auth/make_chain.hpp"
#include "auth/proxy_logins.hpp"
#include "ddx/error.hpp"
#include "git/http_settings.hpp"
#include "transaction/recover.hpp"

namespace ddx {

namespace {

constexpr const char* lock_name = ".ddx.lock";

/// Below a link or a file nothing of ours can be: every file would count as deleted.
void refuse_wrong_tree(ProjectFolder& folder, const RelPath& tree) {
  const Here here = folder.look(tree);
  if (here.occupant == Occupant::nothing || here.occupant == Occupant::folder) return;
  throw Error(ErrorCode::unsupported_repository,
              fmt::format("the local tree '{}' is no folder but {}", tree.str(),
                          here.occupant == Occupant::file && here.file.mode == Mode::link ? "a symbolic link"
                                                                                          : "a file"));
}

}  // namespace

const RelPath& lock_path() {
  static const RelPath path = RelPath::parse(".ddx.lock");
  return path;
}

const RelPath& config_path() {
  static const RelPath path = RelPath::parse(".ddx.yml");
  return path;
}

Project::Project(const Workspace& where, Host& the_host, Config the_config, ReadLock read)
    : workspace(where),
      host(the_host),
      repository(git::ProjectRepository::open(where.worktree_root, the_host)),
      config(std::move(the_config)),
      tree(RelPath::parse(config.path)),
      cache(the_host.files, where.git_dir, "ddx/projects/" + where.project, "stat-cache"),
      folder(the_host.files, where.project_root, &cache) {
  refuse_wrong_tree(folder, tree);
  const auto info = host.files.info(folder.root(), lock_name);
  if (!info) return;
  if (info->type != FileType::regular)
    throw Error(ErrorCode::lock_damaged, "'.ddx.lock' is not a file",
                {{Recovery::restore_lock, workspace.prefix + lock_name}});
  lock_mode = (info->permissions & 0100) != 0 ? Mode::executable : Mode::file;
  lock_text = read_file(host.files, folder.root(), lock_name);
  if (lock_text && read == ReadLock::yes) lock = parse_lock(*lock_text, workspace.prefix + lock_name);
}

Project::~Project() { cache.save(); }

std::optional<OnDisk> Project::lock_file() const {
  if (!lock_text) return std::nullopt;
  return OnDisk{git::hash_blob(*lock_text), lock_mode};
}

git::Objects Project::objects(const git::UpstreamRepository* upstream) const {
  std::vector<std::filesystem::path> folders{repository.objects_folder()};
  if (upstream != nullptr) folders.push_back(upstream->objects_folder());
  return git::Objects(folders);
}

std::optional<git::UpstreamRepository> Project::known_upstream() const {
  std::error_code missing;
  if (!std::filesystem::is_directory(workspace.upstream_repository(), missing)) return std::nullopt;
  return git::UpstreamRepository::open(workspace.upstream_repository(), host);
}

git::PackWriter Project::new_pack() const {
  return {host.files, repository.objects_folder(), workspace.incoming_dir()};
}

git::FetchOptions Project::fetch_options() {
  if (!user_settings)
    user_settings =
        std::make_shared<git::UserSettings>(git::UserSettings::open(workspace.project_root, host));
  const std::string place = git::rewritten_url(*user_settings, config.url.str());
  git::FetchOptions options{config.url, workspace.project_root, config.follow};
  options.settings = user_settings;
  if (place != config.url.str()) options.instead = UpstreamUrl::parse(place);
  if (const auto origin = Origin::of(options.place()); origin && !credentials)
    credentials = auth::with_proxy_logins(
        auth::make_chain({origin, workspace.project_root, user_settings, Origin::of(config.url)}, host),
        workspace.project_root, host);
  options.connect_timeout = config.connect_timeout;
  options.idle_timeout = config.idle_timeout;
  options.tries = config.tries;
  options.full_history = full_history;
  options.credentials = credentials.get();
  return options;
}

Project open_project(const Workspace& workspace, Host& host) {
  return {workspace, host, load_config(workspace, host), ReadLock::yes};
}

void report_pending(const Workspace& workspace, Host& host) {
  for (const std::string& id : pending_operations(workspace, host))
    host.events.warning(
        fmt::format("operation {} was interrupted; the next command that changes something ends it", id));
}

const Lock& require_lock(const Project& project) {
  if (project.lock && project.lock->pulled()) return *project.lock;
  throw Error(ErrorCode::not_initialised, "nothing was pulled here yet", {{Recovery::initialise_again}});
}

std::string version_name(const Oid& commit, const std::string& branch,
                         const std::vector<std::pair<std::string, Oid>>& tags) {
  for (const auto& [name, target] : tags) {
    if (target == commit) return name;
  }
  return branch.empty() ? commit.short_str() : branch + "@" + commit.short_str();
}

}  // namespace ddx
