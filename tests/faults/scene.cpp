#include "faults/scene.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <iostream>

#include "ddx/history.hpp"
#include "ddx/init.hpp"
#include "platform/system.hpp"
#include "sync/begin_changes.hpp"

namespace ddx::test {

namespace fs = std::filesystem;

namespace {

/// Counts the hosts of this test run, so that no two of them make the same id.
std::uint64_t machines = 0;
Lacks machines_lack;

std::string lines(const std::string& word, int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) text += word + " " + std::to_string(i) + "\n";
  return text;
}

void write_first_version(TestRepo& upstream) {
  upstream.write("replaced.md", "one\n");
  upstream.write("deleted.md", "to be deleted\n");
  upstream.write("merged.md", lines("line", 20));
  upstream.write("conflict.md", "the same line\n");
  upstream.write("tool.sh", "#!/bin/sh\n");
  fs::create_symlink("replaced.md", upstream.path() / "link");
  upstream.write("old-name.md", lines("renamed", 10));
  upstream.write("emptied/only.md", "only\n");
  upstream.write("was-folder/inner.md", "inner\n");
  upstream.write("was-file", "file\n");
  upstream.write("quiet.md", "quiet\n");
  upstream.write("dropped-here.md", "dropped\n");
  upstream.commit("first");
}

void write_second_version(TestRepo& upstream) {
  upstream.write("replaced.md", "two\n");
  upstream.remove("deleted.md");
  upstream.write("merged.md", "changed above\n" + lines("line", 20));
  upstream.write("conflict.md", "upstream's line\n");
  fs::permissions(upstream.path() / "tool.sh", fs::perms::owner_exec | fs::perms::group_exec,
                  fs::perm_options::add);
  upstream.remove("link");
  fs::create_symlink("merged.md", upstream.path() / "link");
  upstream.remove("old-name.md");
  upstream.write("moved/new-name.md", lines("renamed", 10));
  upstream.remove("emptied");
  upstream.remove("was-folder");
  upstream.write("was-folder", "file now\n");
  upstream.remove("was-file");
  upstream.write("was-file/inner.md", "folder now\n");
  upstream.write("fresh.md", "fresh\n");
  upstream.write("new/folder/deep.md", "deep\n");
  upstream.commit("second");
}

void edit_locally(TestRepo& project) {
  project.write(".ddx/merged.md", lines("line", 20) + "added below\n");
  project.write(".ddx/conflict.md", "my line\n");
  project.write(".ddx/quiet.md", "quiet, but mine\n");
  project.remove(".ddx/dropped-here.md");
  project.write(".ddx/mine.md", "never committed\n");
  project.write("notes.txt", "edited, not staged\n");
  project.write("staged.txt", "staged\n");
  project.git({"add", "staged.txt", ".ddx/quiet.md"});
  project.write("staged.txt", "edited after staging\n");
  project.write("untracked.txt", "untracked\n");
}

template <class Map>
std::string first_difference(const Map& is, const Map& expected) {
  for (const auto& [path, text] : expected) {
    const auto found = is.find(path);
    if (found == is.end()) return "'" + path + "' is missing";
    if (found->second != text) return "'" + path + "' holds: " + found->second + "\ninstead of: " + text;
  }
  for (const auto& [path, text] : is)
    if (!expected.contains(path)) return "'" + path + "' should not be there: " + text;
  return {};
}

}  // namespace

LesserDisk::LesserDisk(const Lacks& lacks) { machines_lack = lacks; }
LesserDisk::~LesserDisk() { machines_lack = {}; }

Machine::Machine(FaultyFiles::Act act) : files(std::move(act)) {
  files.set_lacks(machines_lack);
  const std::uint64_t number = ++machines;
  host.now = [tick =
                  std::chrono::sys_seconds(std::chrono::seconds(1'600'000'000 + 1000 * number))]() mutable {
    return tick += std::chrono::seconds(1);
  };
  host.random = [number, look = std::uint8_t{0}]() mutable {
    std::array<std::byte, 10> bytes{};
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>((number >> (8 * i)) & 0xff);
    bytes[8] = static_cast<std::byte>(++look);
    return bytes;
  };
  host.patience = std::chrono::seconds(2);
  host.invocation.machine = machine_name();  // the real program has to take our journals for its own
}

bool is_prepared(const fs::path& project) {
  const fs::path ops = project / ".git/ddx/ops";
  if (!fs::exists(ops)) return false;
  return std::any_of(fs::directory_iterator(ops), {},
                     [](const auto& operation) { return fs::exists(operation.path() / "intent"); });
}

bool is_kept_by_operation(const std::string& path) {
  return path.starts_with(".ddx-op/") || path.find("/.ddx-op/") != std::string::npos;
}

Visible look_at(const fs::path& project) {
  const TestRepo repo = TestRepo::existing(project);
  Visible seen;
  seen.files = tree_on_disk(project);
  std::erase_if(seen.files, [](const auto& file) { return is_kept_by_operation(file.first); });
  seen.index = repo.git({"ls-files", "--stage", "-v"});
  const RunResult head = repo.try_git({"rev-parse", "--symbolic-full-name", "HEAD", "HEAD^{tree}"});
  seen.head = head.out + repo.try_git({"rev-list", "--count", "HEAD"}).out;
  for (const char* kind : {"refs/heads", "refs/tags", "refs/stash"})
    seen.refs += repo.git({"for-each-ref", "--format=%(refname)", kind}) + "\n";
  seen.index_locked = fs::exists(project / ".git/index.lock");
  return seen;
}

std::string difference(const Visible& is, const Visible& expected) {
  std::string text = first_difference(is.files, expected.files);
  if (is.index != expected.index) text += "\nindex: " + is.index + "\ninstead of: " + expected.index;
  if (is.head != expected.head) text += "\nHEAD: " + is.head + "\ninstead of: " + expected.head;
  if (is.refs != expected.refs) text += "\nrefs: " + is.refs + "\ninstead of: " + expected.refs;
  if (is.index_locked != expected.index_locked) text += "\nindex.lock is there";
  return text;
}

Workspace workspace_of(const fs::path& project) {
  Machine machine;
  return Workspace::at(project, machine.host);
}

std::size_t audited_operations(const fs::path& project) {
  Machine machine;
  const HistoryReport report = history(workspace_of(project), {}, machine.host);
  return static_cast<std::size_t>(
      std::count_if(report.entries.begin(), report.entries.end(), [](const HistoryEntry& entry) {
        return entry.damage.empty() && entry.operation.result == AuditResult::done;
      }));
}

std::string audit_problems(const fs::path& project) {
  Machine machine;
  std::string problems;
  for (const HistoryFinding& finding : verify_history(workspace_of(project), machine.host).findings)
    problems += std::to_string(finding.line) + ": " + finding.problem + "\n";
  return problems;
}

void recover_now(const fs::path& project, Host& host) {
  const Workspace workspace = Workspace::at(project, host);
  static_cast<void>(begin_changes(workspace, host));
}

Scene::Scene() : Scene(Connected::yes) {}

Scene Scene::unconnected() { return Scene(Connected::no); }

Scene::Scene(Connected connected) : upstream_(folder_.path() / "upstream") {
  write_first_version(upstream_);
  TestRepo project(folder_.path() / "original");
  fs::remove_all(project.path() / ".git/hooks");
  project.git({"config", "user.name", "Ada"});
  project.git({"config", "user.email", "ada@example.com"});
  project.write("notes.txt", "notes\n");
  project.commit("begin");
  if (connected == Connected::no) {
    write_second_version(upstream_);
    project.write(".ddx/fresh.md", "fresh\n");
    project.write(".ddx/conflict.md", "written before there was an upstream\n");
    project.write("staged.txt", "staged\n");
    project.git({"add", "staged.txt"});
    return;
  }
  Machine machine;
  InitRequest request;
  request.url = upstream_.path().string();
  init(project.path(), request, machine.host);
  project.commit("connect");
  edit_locally(project);
  write_second_version(upstream_);
  Machine fetching;
  PullRequest fetch_only;
  fetch_only.dry_run = DryRun::yes;
  pull(Workspace::find(project.path(), fetching.host), fetch_only, fetching.host);
}

void Scene::advance(const Verb& verb) {
  Machine machine;
  verb(folder_.path() / "original", machine.host);
}

bool Scene::separate(const std::string& part) {
  separate_ = part;
  static_cast<void>(fresh());
  return mount_ && *mount_;
}

fs::path Scene::fresh() const {
  constexpr auto options = fs::copy_options::recursive | fs::copy_options::copy_symlinks;
  const fs::path original = folder_.path() / "original";
  const fs::path copy = folder_.path() / "project";
  mount_.reset();
  fs::remove_all(copy);
  fs::create_directory(copy);
  if (!separate_.empty()) {
    mount_ = Mount::tmpfs(copy / separate_, "size=64m");
    fs::copy(original / separate_, copy / separate_, options);
  }
  for (const auto& entry : fs::directory_iterator(original)) {
    if (entry.path().filename() != separate_) fs::copy(entry.path(), copy / entry.path().filename(), options);
  }
  return copy;
}

End in_child(const std::function<void()>& body) {
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    try {
      body();
    } catch (const std::exception& error) {
      std::cerr << "in the child: " << error.what() << std::endl;
      _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return End::killed;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? End::finished : End::failed;
}

}  // namespace ddx::test
