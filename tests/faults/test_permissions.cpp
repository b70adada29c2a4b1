#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iostream>

#include "base/system_failure.hpp"
#include "ddx/error.hpp"
#include "ddx/rollback.hpp"
#include "faults/verbs.hpp"
#include "platform/signals.hpp"
#include "support/mount.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

constexpr uid_t nobody = 65534;

/// The exit code of a verb in a process of its own that `restrict_it` has restricted.
int exit_of(const fs::path& project, const Verb& verb, const std::function<bool()>& restrict_it) {
  Machine machine;
  machine.events.environment["HOME"] = project.parent_path().string();
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    if (!restrict_it()) _exit(99);
    try {
      verb(project, machine.host);
      _exit(0);
    } catch (const Error& error) {
      std::cerr << error.what() << "\n";
      _exit(error.aftermath() == Aftermath::pending ? 98 : exit_code(error.code()));
    } catch (const std::system_error& failure) {
      _exit(exit_code(to_error(failure, Aftermath::nothing_changed).code()));
    } catch (const std::exception& failure) {
      std::cerr << failure.what() << "\n";
      _exit(97);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// By somebody whom permissions bind: root would get past all of them.
int exit_of_ordinary_user(const fs::path& project, const Verb& verb = pull_offline) {
  return exit_of(project, verb, [] {
    return geteuid() != 0 || (setgroups(0, nullptr) == 0 && setgid(nobody) == 0 && setuid(nobody) == 0);
  });
}

void for_all(const fs::path& folder, const std::function<void(const fs::path&)>& act) {
  std::vector<fs::path> paths{folder};
  for (const auto& entry : fs::recursive_directory_iterator(folder)) paths.push_back(entry.path());
  for (const fs::path& path : paths) act(path);
}

/// A copy of the scene's project that belongs to the ordinary user.
fs::path owned_copy(const Scene& scene) {
  const fs::path project = scene.fresh();
  if (geteuid() != 0) return project;
  fs::permissions(scene.folder(), fs::perms::others_exec | fs::perms::others_read, fs::perm_options::add);
  for_all(project, [](const fs::path& path) { REQUIRE(lchown(path.c_str(), nobody, nobody) == 0); });
  return project;
}

/// Takes permissions away, and gives them back when it goes.
class Without {
 public:
  Without(fs::perms bits, const std::vector<fs::path>& paths) {
    for (const fs::path& path : paths) {
      if (fs::is_symlink(path)) continue;
      before_.emplace_back(path, fs::status(path).permissions());
    }
    for (const auto& [path, permissions] : before_) fs::permissions(path, bits, fs::perm_options::remove);
  }
  Without(const Without&) = delete;
  ~Without() {
    for (const auto& [path, permissions] : before_) fs::permissions(path, permissions);
  }

 private:
  std::vector<std::pair<fs::path, fs::perms>> before_;
};

std::vector<fs::path> everything_below(const fs::path& folder) {
  std::vector<fs::path> paths;
  for_all(folder, [&](const fs::path& path) { paths.push_back(path); });
  return paths;
}

/// Makes a file or folder immutable, also for root, while it lives.
class Immutable {
 public:
  explicit Immutable(const fs::path& path) : file_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    made_ = set(true);
  }
  Immutable(const Immutable&) = delete;
  ~Immutable() {
    if (made_) static_cast<void>(set(false));
    close(file_);
  }
  explicit operator bool() const { return made_; }

 private:
  [[nodiscard]] bool set(bool immutable) const {
    int flags = 0;
    if (ioctl(file_, FS_IOC_GETFLAGS, &flags) != 0) return false;
    flags = immutable ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
    return ioctl(file_, FS_IOC_SETFLAGS, &flags) == 0;
  }
  int file_;
  bool made_ = false;
};

constexpr fs::perms writing = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;

}  // namespace

TEST_CASE("what an ordinary user may not do ends a pull with nothing changed", "[faults][permissions]") {
  const Scene scene;
  const fs::path project = owned_copy(scene);
  const auto visible = [&] {  // read without git, which serves the owner only
    auto files = tree_on_disk(project);
    files["the index"] = read_file(project / ".git/index");
    files["the branch"] = read_file(project / ".git/refs/heads/main");
    return files;
  };
  const auto before = visible();
  const auto expect_refused = [&](fs::perms bits, const std::vector<fs::path>& paths) {
    {
      const Without without(bits, paths);
      CHECK(exit_of_ordinary_user(project) == 8);
    }
    CHECK(visible() == before);
  };
  SECTION("a local tree that is read-only") { expect_refused(writing, everything_below(project / ".ddx")); }
  SECTION("one folder that is read-only") { expect_refused(writing, {project / ".ddx/was-folder"}); }
  SECTION("a git folder that is read-only") { expect_refused(writing, everything_below(project / ".git")); }
  SECTION("a folder that cannot be looked into") {
    expect_refused(fs::perms::all, {project / ".ddx/emptied"});
  }
  SECTION("a file that cannot be read") { expect_refused(fs::perms::all, {project / ".ddx/merged.md"}); }
  SECTION("a file that upstream deleted and that cannot be read") {
    expect_refused(fs::perms::all, {project / ".ddx/deleted.md"});
  }
  CHECK(exit_of_ordinary_user(project) == 0);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
}

TEST_CASE("what an ordinary user may not do ends an init and a rollback with nothing changed",
          "[faults][permissions]") {
  const auto expect_refused = [](const fs::path& project, const Verb& verb, const fs::path& read_only) {
    const auto before = tree_on_disk(project);
    {
      const Without without(writing, everything_below(read_only));
      CHECK(exit_of_ordinary_user(project, verb) == 8);
    }
    CHECK(tree_on_disk(project) == before);
    CHECK(exit_of_ordinary_user(project, verb) == 0);
    CHECK(tree_on_disk(project) != before);
  };
  SECTION("init") {
    const Scene scene = Scene::unconnected();
    const fs::path project = owned_copy(scene);
    if (geteuid() == 0)
      for_all(scene.folder() / "upstream",
              [](const fs::path& path) { REQUIRE(lchown(path.c_str(), nobody, nobody) == 0); });
    SECTION("the project") { expect_refused(project, initialise, project / ".ddx"); }
    SECTION("the git directory") { expect_refused(project, initialise, project / ".git"); }
  }
  SECTION("rollback") {
    Scene scene;
    scene.advance(pull_offline);
    scene.advance([](const fs::path& project, Host& host) {
      ContinueRequest request;
      request.sides = {{"", Side::theirs}};
      continue_pull(Workspace::find(project, host), request, host);
    });
    const fs::path project = owned_copy(scene);
    SECTION("the local tree") { expect_refused(project, roll_back, project / ".ddx"); }
    SECTION("the git directory") { expect_refused(project, roll_back, project / ".git"); }
  }
}

TEST_CASE("what nobody can move is found out before anything changes", "[faults][permissions]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const Visible before = look_at(project);
  const auto expect_refused = [&](const std::string& named) {
    Machine machine;
    try {
      pull_offline(project, machine.host);
      FAIL("the pull went through");
    } catch (const Error& error) {
      INFO(error.what());
      CHECK(exit_code(error.code()) == 8);
      CHECK(std::string(error.what()).find(named) != std::string::npos);
      CHECK(error.aftermath() == Aftermath::nothing_changed);
    }
    CHECK(difference(look_at(project), before).empty());
  };
  SECTION("an immutable file") {
    const Immutable file(project / ".ddx/deleted.md");
    if (!file) SKIP("no file can be made immutable here");
    expect_refused("deleted.md'");
  }
  SECTION("an immutable folder") {
    const Immutable folder(project / ".ddx/emptied");
    if (!folder) SKIP("no folder can be made immutable here");
    expect_refused(".ddx/emptied'");
  }
  SECTION("a read-only mount") {
    const Mount mount = Mount::read_only(project / ".ddx", project / ".ddx");
    if (!mount) SKIP("nothing can be mounted here");
    expect_refused("project/.ddx/");
  }
  SECTION("a project that is read-only as a whole") {
    const Mount mount = Mount::read_only(project, project);
    if (!mount) SKIP("nothing can be mounted here");
    CHECK(exit_of(project, pull_offline, [] { return true; }) == 8);
    CHECK(difference(look_at(project), before).empty());
  }
}

TEST_CASE("a limit of the process ends a pull with nothing changed", "[faults][limits]") {
  Scene scene;
  scene.upstream().write("large.txt", std::string(300'000, 'x'));
  scene.upstream().commit("third");
  scene.advance([](const fs::path& project, Host& host) {
    PullRequest fetch_only;
    fetch_only.dry_run = DryRun::yes;
    pull(Workspace::find(project, host), fetch_only, host);
  });
  const fs::path project = scene.fresh();
  const Visible before = look_at(project);
  CHECK(exit_of(project, pull_offline, [] {
          watch_signals();
          const rlimit limit{64 * 1024, 64 * 1024};
          return setrlimit(RLIMIT_FSIZE, &limit) == 0;
        }) == 8);
  CHECK(difference(look_at(project), before).empty());
  CHECK(exit_of(project, pull_offline, [] { return true; }) == 0);
  CHECK(fs::file_size(project / ".ddx/large.txt") == 300'000);
}

TEST_CASE("a pull of five hundred files needs few open ones", "[faults][limits]") {
  TempDir folder;
  TestRepo upstream(folder.path() / "upstream");
  const auto write = [&](const std::string& text) {
    for (int i = 0; i < 500; ++i)
      upstream.write("folder" + std::to_string(i % 100) + "/file" + std::to_string(i), text);
    upstream.commit(text);
  };
  write("first");
  TestRepo project(folder.path() / "project");
  Machine machine, fetching;
  initialise(project.path(), machine.host);
  write("second");
  PullRequest fetch_only;
  fetch_only.dry_run = DryRun::yes;
  pull(Workspace::find(project.path(), fetching.host), fetch_only, fetching.host);
  CHECK(exit_of(project.path(), pull_offline, [] {
          const rlimit limit{32, 32};
          return setrlimit(RLIMIT_NOFILE, &limit) == 0;
        }) == 0);
  CHECK(read_file(project.path() / ".ddx/folder99/file499") == "second");
}

TEST_CASE("new files get the permissions that the umask leaves", "[faults][permissions]") {
  const Scene scene;
  for (const mode_t mask : {mode_t{077}, mode_t{0}}) {
    const fs::path project = scene.fresh();
    CHECK(exit_of(project, pull_offline, [mask] {
            umask(mask);
            return true;
          }) == 0);
    struct stat fresh {};
    REQUIRE(stat((project / ".ddx/fresh.md").c_str(), &fresh) == 0);
    CHECK((fresh.st_mode & 0777) == (0666 & ~mask));
  }
}
