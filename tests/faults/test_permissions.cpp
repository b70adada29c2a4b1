#include <grp.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>

#include "base/system_failure.hpp"
#include "ddx/error.hpp"
#include "faults/scene.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

constexpr uid_t nobody = 65534;

/// The exit code of a pull by somebody whom permissions bind: root would get past all of them.
int pull_as_ordinary_user(const fs::path& project) {
  Machine machine;
  machine.events.environment["HOME"] = project.parent_path().string();
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0))
      _exit(99);
    try {
      pull_offline(project, machine.host);
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
      CHECK(pull_as_ordinary_user(project) == 8);
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
  CHECK(pull_as_ordinary_user(project) == 0);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
}

namespace {

/// A small file system of its own.
class SmallDisk {
 public:
  explicit SmallDisk(const fs::path& at) : at_(at) {
    fs::create_directories(at);
    mounted_ = mount("tmpfs", at.c_str(), "tmpfs", 0, "size=4m") == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) umount2(at_.c_str(), MNT_DETACH);
  }
  explicit operator bool() const { return mounted_; }

  /// Leaves about so many bytes free.
  void fill(std::uint64_t free_bytes) const {
    std::ofstream out(filler(), std::ios::binary);
    const std::string block(4096, 'x');
    while (fs::space(at_).available > free_bytes && out.write(block.data(), 4096).flush()) {
    }
  }
  void make_room() const { fs::remove(filler()); }

 private:
  [[nodiscard]] fs::path filler() const { return at_ / "filler"; }
  fs::path at_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("a full disk ends a pull with nothing changed, and with room again it works", "[faults][full]") {
  const Scene scene;
  const SmallDisk disk(scene.folder() / "project");
  if (!disk) SKIP("no file system can be mounted here; the errors at every call stand for it");
  const fs::path project = scene.folder() / "project";
  fs::copy(scene.folder() / "original", project,
           fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  const Visible before = look_at(project);
  int refused = 0;
  for (std::uint64_t free_bytes = 0;; free_bytes += 8192) {
    disk.fill(free_bytes);
    std::optional<Error> failure;
    Machine machine;
    try {
      pull_offline(project, machine.host);
    } catch (const Error& error) {
      failure = error;
    } catch (const std::system_error& error) {
      failure = to_error(error, Aftermath::nothing_changed);
    }
    disk.make_room();
    if (!failure) break;
    ++refused;
    INFO(failure->what() << " with " << free_bytes << " bytes free");
    CHECK(exit_code(failure->code()) == 8);
    if (failure->aftermath() != Aftermath::pending) CHECK(difference(look_at(project), before).empty());
    Machine recovering;
    recover_now(project, recovering.host);
    REQUIRE(difference(look_at(project), before).empty());
  }
  WARN(refused << " sizes of a full disk refused");
  CHECK(refused > 3);
  CHECK(read_file(project / ".ddx/replaced.md") == "two\n");
}
