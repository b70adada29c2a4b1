#include "world.hpp"

#include <fmt/format.h>

namespace ddx::test {

namespace fs = std::filesystem;

namespace {

const std::string subtree_folder = "library/resources";

void apply_edits(const fs::path& root, const Edits& edits) {
  for (const auto& [path, bytes] : edits) {
    if (!bytes) fs::remove(root / path);
  }
  for (const auto& [path, bytes] : edits) {
    if (bytes) write_file(root / path, *bytes);
  }
}

void set_identity(const TestRepo& repository) {
  repository.git({"config", "user.name", "Petra Project"});
  repository.git({"config", "user.email", "petra@example.com"});
}

}  // namespace

World::World(Layout where)
    : upstream(folder.path() / "upstream"),
      repository(folder.path() / "project"),
      root(repository.path()),
      layout(where) {
  set_identity(repository);
  if (layout == Layout::two_projects) root /= "apps/two";
  fs::create_directories(root);
  host.host().current_directory = root;
}

void World::start(const Edits& files, InitRequest request) {
  move_upstream(files, "first");
  if (layout == Layout::two_projects) {
    InitRequest other;
    other.url = upstream.path().string();
    fs::create_directories(root.parent_path() / "one");
    ddx::init(root.parent_path() / "one", other, host);
  }
  init(std::move(request));
  commit_project("connect");
  if (layout == Layout::second_clone) move_to_clone();
}

void World::move_to_clone() {
  const fs::path clone = folder.path() / "colleague";
  repository.git({"clone", "-q", repository.path().string(), clone.string()});
  repository = TestRepo::existing(clone);
  set_identity(repository);
  root = clone;
  host.host().current_directory = root;
}

std::string World::move_upstream(const Edits& edits, const std::string& message) {
  apply_edits(remote("."), edits);
  if (layout == Layout::subtree) upstream.write("elsewhere.md", message + "\n");
  return upstream.commit(message);
}

InitReport World::init(InitRequest request) {
  if (!request.url) request.url = upstream.path().string();
  if (layout == Layout::subtree && request.subtree.empty()) request.subtree = subtree_folder;
  return ddx::init(root, request, host);
}

PullReport World::pull(const PullRequest& request) { return ddx::pull(workspace(), request, host); }
PullReport World::continue_pull(const std::vector<SideRule>& sides) {
  return ddx::continue_pull(workspace(), {sides}, host);
}
AbortReport World::abort() { return ddx::abort_pull(workspace(), host); }
RollbackReport World::rollback(const RollbackRequest& request) {
  return ddx::rollback(workspace(), request, host);
}
StatusReport World::status(const StatusRequest& request) { return ddx::status(workspace(), request, host); }
Workspace World::workspace() { return Workspace::find(root, host); }

void World::write(const std::string& path, const std::string& bytes) const { write_file(local(path), bytes); }
void World::edit(const Edits& edits) const { apply_edits(local("."), edits); }
std::string World::read(const std::string& path) const { return read_file(local(path)); }
bool World::exists(const std::string& path) const { return fs::exists(fs::symlink_status(local(path))); }

fs::path World::remote(const std::string& path) const {
  return layout == Layout::subtree ? upstream.path() / subtree_folder / path : upstream.path() / path;
}

DiskTree World::here() const { return fs::exists(local(".")) ? tree_on_disk(local(".")) : DiskTree(); }
DiskTree World::theirs() const { return tree_on_disk(remote(".")); }

std::string World::git_state() const {
  const std::string git_dir = repository.git({"rev-parse", "--absolute-git-dir"});
  const std::string index = fs::exists(git_dir + "/index") ? read_file(git_dir + "/index") : "none";
  return read_file(git_dir + "/HEAD") + repository.try_git({"for-each-ref", "refs/heads", "refs/tags"}).out +
         index;
}

std::map<std::string, fs::file_time_type> World::times() const {
  std::map<std::string, fs::file_time_type> found;
  for (const auto& [path, bytes] : everything()) {
    if (!bytes.starts_with("link ")) found[path] = fs::last_write_time(repository.path() / path);
  }
  return found;
}

DiskTree World::snapshot(const std::string& id) {
  const std::string ref = workspace().ref_prefix() + "snap/" + id.substr(std::string("snap-").size());
  DiskTree found;
  std::string listing = repository.git({"ls-tree", "-r", "-z", "--full-tree", ref});
  for (std::size_t start = 0; start < listing.size();) {
    const std::size_t end = listing.find('\0', start);
    const std::string line = listing.substr(start, end - start);
    const std::string mode = line.substr(0, 6), blob = line.substr(12, 40),
                      path = line.substr(line.find('\t') + 1);
    const std::string bytes = repository.try_git({"cat-file", "blob", blob}).out;
    found[path] = (mode == "120000" ? "link " : mode == "100755" ? "755 " : "644 ") + bytes;
    start = end + 1;
  }
  return found;
}

void World::configure(const std::string& sections) const {
  std::string text = "version: 1\nrepository:\n  url: " + upstream.path().string() + "\n  branch: main\n";
  if (layout == Layout::subtree) text += "  subtree: " + subtree_folder + "\n";
  write_file(root / ".ddx.yml", text + sections);
}

std::string World::commit_project(const std::string& message) { return repository.commit(message); }

std::vector<std::string> lines(const std::vector<Change>& changes) {
  std::vector<std::string> found;
  const auto kind = [](ChangeKind value) { return to_string(value); };
  for (const Change& change : changes) {
    found.push_back(fmt::format("{} {} {}{}", to_string(change.change_class), kind(change.kind),
                                change.old_path ? change.old_path->str() + " -> " : "", change.path.str()));
  }
  return found;
}

std::vector<std::string> lines(const std::vector<Conflict>& conflicts) {
  std::vector<std::string> found;
  for (const Conflict& conflict : conflicts)
    found.push_back(fmt::format("{} {}", to_string(conflict.kind), conflict.path.str()));
  return found;
}

std::vector<std::string> lines(const StatusReport& report) {
  std::vector<std::string> found;
  for (const ResourceStatus& resource : report.resources)
    found.push_back(fmt::format("{}: {}", resource.path.str(), to_string(resource.state)));
  return found;
}

bool suggests(const Error& error, Recovery action) {
  return std::any_of(error.steps().begin(), error.steps().end(),
                     [&](const NextStep& step) { return step.action == action; });
}

}  // namespace ddx::test
