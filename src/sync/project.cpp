#include "sync/project.hpp"

#include "ddx/error.hpp"

namespace ddx {

namespace {

constexpr const char* cache_name = "stat-cache";

}  // namespace

Project::Project(const Workspace& where, Host& the_host, Config the_config)
    : workspace(where),
      host(the_host),
      repository(git::ProjectRepository::open(where.worktree_root)),
      config(std::move(the_config)),
      tree(RelPath::parse(config.path)),
      cache(StatCache::load(the_host.files, where.project_state_dir(), cache_name)),
      folder(the_host.files, where.project_root, &cache) {
  const RelPath name = RelPath::parse(".ddx.lock");
  const Here here = folder.look(name);
  if (here.occupant == Occupant::nothing) return;
  if (here.occupant != Occupant::file || here.file.mode == Mode::link)
    throw Error(ErrorCode::lock_damaged, "'.ddx.lock' is not a file",
                {{Recovery::restore_lock, workspace.prefix + name.str()}});
  const std::string bytes = folder.bytes(name);
  lock_file = OnDisk{git::hash_blob(bytes), here.file.mode};
  lock = parse_lock(bytes, workspace.prefix + name.str());
}

Project::~Project() { cache.save(host.files, workspace.project_state_dir(), cache_name); }

git::Objects Project::objects(const git::UpstreamRepository* upstream) const {
  std::vector<std::filesystem::path> folders{repository.objects_folder()};
  if (upstream != nullptr) folders.push_back(upstream->objects_folder());
  return git::Objects(folders);
}

std::optional<git::UpstreamRepository> Project::known_upstream() const {
  std::error_code missing;
  if (!std::filesystem::is_directory(upstream_folder(), missing)) return std::nullopt;
  return git::UpstreamRepository::open(upstream_folder(), host);
}

git::FetchOptions Project::fetch_options() const {
  git::FetchOptions options{config.url, workspace.project_root, config.follow};
  options.connect_timeout = config.connect_timeout;
  options.idle_timeout = config.idle_timeout;
  options.tries = config.tries;
  return options;
}

Project open_project(const Workspace& workspace, Host& host) {
  return Project(workspace, host, load_config(workspace, host));
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
