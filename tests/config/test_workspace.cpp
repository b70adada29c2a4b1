#include <unistd.h>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "config/git_environment.hpp"
#include "ddx/config.hpp"
#include "ddx/error.hpp"
#include "ddx/workspace.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

namespace ddx {

namespace {

namespace fs = std::filesystem;

const std::string config_text = "repository:\n  url: https://example.com/library.git\n";

struct Arena {
  test::TempDir folder;
  test::TestHost host;
  test::TestRepo repo{folder.path() / "project"};

  [[nodiscard]] fs::path path(const std::string& relative) const { return folder.path() / relative; }
  Workspace find(const std::string& relative) { return Workspace::find(path(relative), host); }
  void make_folder(const std::string& relative) const { fs::create_directories(path(relative)); }
};

template <class Action>
Error refusal(Action action) {
  try {
    static_cast<void>(action());
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was refused");
  throw;
}

}  // namespace

TEST_CASE("a project at the root of a repository is found from every folder below", "[config][workspace]") {
  Arena arena;
  arena.repo.write(".ddx.yml", config_text);
  arena.make_folder("project/a/b/.ddx/c");
  for (const char* start : {"project", "project/a", "project/a/b/.ddx/c"}) {
    const Workspace found = arena.find(start);
    CHECK(found.project_root == arena.path("project"));
    CHECK(found.worktree_root == arena.path("project"));
    CHECK(found.git_dir == arena.path("project/.git"));
    CHECK(found.common_dir == arena.path("project/.git"));
    CHECK(found.prefix.empty());
    CHECK(found.project == "root");
    CHECK(found.worktree == "main");
    CHECK(found.ref_prefix() == "refs/ddx/root/main/");
    CHECK(found.config_file() == arena.path("project/.ddx.yml"));
  }
}

TEST_CASE("the nearest of several projects in a repository is found", "[config][workspace]") {
  Arena arena;
  arena.repo.write(".ddx.yml", config_text);
  arena.repo.write("apps/web/.ddx.yml", config_text);
  arena.make_folder("project/apps/web/src");
  CHECK(arena.find("project/apps").prefix.empty());
  const Workspace found = arena.find("project/apps/web/src");
  CHECK(found.prefix == "apps/web/");
  CHECK(found.project == "apps+web");
  CHECK(found.project_root == arena.path("project/apps/web"));
}

TEST_CASE("a configuration inside a local tree never becomes the project's", "[config][workspace]") {
  Arena arena;
  arena.repo.write(".ddx.yml", config_text + "  path: vendor/shared\n");
  arena.repo.write("vendor/shared/.ddx.yml", "repository: {url: https://example.com/evil.git}\n");
  arena.repo.write("vendor/shared/deep/.ddx.yml", "broken: [\n");
  for (const char* start : {"project/vendor/shared", "project/vendor/shared/deep"})
    CHECK(arena.find(start).project_root == arena.path("project"));
  arena.repo.write("vendor/other/.ddx.yml", config_text);
  CHECK(arena.find("project/vendor/other").prefix == "vendor/other/");
}

TEST_CASE("the variables that git gives its hooks are fine for the same repository", "[config][workspace]") {
  Arena arena;
  arena.repo.write(".ddx.yml", config_text);
  arena.host.environment["GIT_DIR"] = arena.path("project/.git").string();
  arena.host.environment["GIT_INDEX_FILE"] = arena.path("project/.git/index").string();
  const Workspace found = arena.find("project");
  CHECK_NOTHROW(refuse_foreign_index(found, arena.host));
  arena.host.environment["GIT_INDEX_FILE"] = arena.path("project/.git/next-index-1.lock").string();
  CHECK(arena.find("project").project_root == arena.path("project"));
  CHECK(refusal([&] { return refuse_foreign_index(found, arena.host), 0; }).code() ==
        ErrorCode::unsupported_repository);
}

TEST_CASE("variables that name another repository are refused", "[config][workspace]") {
  Arena arena;
  const test::TestRepo other(arena.path("other"));
  arena.repo.write(".ddx.yml", config_text);
  for (const char* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"}) {
    arena.host.environment[name] = arena.path("other").string();
    CHECK_THROWS_WITH(arena.find("project"),
                      Catch::Matchers::StartsWith(fmt::format("the variable '{}' names '{}', but", name,
                                                              arena.path("other").string())));
    arena.host.environment.erase(name);
  }
}

TEST_CASE("a linked work tree has its own state and shares the clone's", "[config][workspace]") {
  Arena arena;
  arena.repo.write(".ddx.yml", config_text);
  arena.repo.commit("start");
  arena.repo.git({"worktree", "add", "-q", "../feature.x", "-b", "feature"});
  const Workspace found = arena.find("feature.x");
  CHECK(found.worktree == "feature.x");
  CHECK(found.git_dir == arena.path("project/.git/worktrees/feature.x"));
  CHECK(found.common_dir == arena.path("project/.git"));
  CHECK(found.worktree_root == arena.path("feature.x"));
  CHECK(found.state_dir() == arena.path("project/.git/worktrees/feature.x/ddx"));
  CHECK(found.common_state_dir() == arena.path("project/.git/ddx"));
}

TEST_CASE("a linked work tree or a folder whose name means something else gets another id",
          "[config][workspace]") {
  Arena arena;
  arena.repo.write("root/.ddx.yml", config_text);
  arena.repo.commit("start");
  arena.repo.git({"worktree", "add", "-q", "../main", "-b", "feature"});
  CHECK(arena.find("main/root").worktree == "%6Dain");
  CHECK(arena.find("main/root").project == "%72oot");
}

TEST_CASE("git accepts every project id and no two folders share one", "[config][workspace]") {
  Arena arena;
  std::map<std::string, std::string> seen;
  const std::string deep = "d/" + std::string(150, 'x') + "/" + std::string(100, 'y');
  for (const std::string& folder :
       std::vector<std::string>{"a/b", "a+b", "a%2Bb", ".hidden", "x.lock", "a..b", "-x", "a b", "größe", "@",
                                "a~^:?*[\\", "ends.", "root", "%72oot", deep, deep + "z"}) {
    INFO(folder);
    arena.make_folder("project/" + folder);
    const Workspace found = Workspace::at(arena.path("project/" + folder), arena.host);
    CHECK(arena.repo.try_git({"check-ref-format", found.ref_prefix() + "base"}).exit == 0);
    CHECK(found.project.find('/') == std::string::npos);
    CHECK(found.project.size() <= 200);
    CHECK(seen.emplace(found.project, folder).second);
  }
}

TEST_CASE("a separate git folder is followed", "[config][workspace]") {
  Arena arena;
  arena.make_folder("work");
  arena.repo.git({"init", "-q", "--separate-git-dir", arena.path("elsewhere.git").string(), "../work"});
  test::write_file(arena.path("work/.ddx.yml"), config_text);
  const Workspace found = arena.find("work");
  CHECK(found.git_dir == arena.path("elsewhere.git"));
  CHECK(found.worktree_root == arena.path("work"));
  CHECK(found.worktree == "main");
}

TEST_CASE("a submodule is a project of its own", "[config][workspace]") {
  Arena arena;
  test::TestRepo library(arena.path("library"));
  library.write(".ddx.yml", config_text);
  library.commit("start");
  arena.repo.write(".ddx.yml", config_text);
  arena.repo.git({"-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library", "sub"});
  const Workspace found = arena.find("project/sub");
  CHECK(found.worktree_root == arena.path("project/sub"));
  CHECK(found.git_dir == arena.path("project/.git/modules/sub"));
  CHECK(found.worktree == "main");
}

TEST_CASE("links in the way to a project are resolved", "[config][workspace]") {
  Arena arena;
  arena.repo.write("sub/.ddx.yml", config_text);
  fs::create_directory_symlink(arena.path("project"), arena.path("link"));
  CHECK(arena.find("link/sub").project_root == arena.path("project/sub"));
}

TEST_CASE("a start that is relative is relative to the host's current folder", "[config][workspace]") {
  Arena arena;
  arena.repo.write("sub/.ddx.yml", config_text);
  arena.host.host().current_directory = arena.path("project");
  CHECK(Workspace::find("sub", arena.host).prefix == "sub/");
}

TEST_CASE("without a repository or a configuration the way on is named", "[config][workspace]") {
  Arena arena;
  arena.make_folder("plain");
  const Error no_repository = refusal([&] { return arena.find("plain"); });
  CHECK(no_repository.code() == ErrorCode::not_a_repository);
  CHECK(no_repository.what() == "'" + arena.path("plain").string() + "' is not in a git repository");
  CHECK(no_repository.steps().at(0).action == Recovery::git_init);

  arena.repo.write(".ddx.yml", "version: 1.0\nlibrary: {}\n");
  const Error no_config = refusal([&] { return arena.find("project"); });
  CHECK(no_config.code() == ErrorCode::no_config);
  CHECK(no_config.steps().at(0).action == Recovery::run_init);
  CHECK(Workspace::at(arena.path("project"), arena.host).prefix.empty());

  CHECK(refusal([&] { return arena.find("missing"); }).code() == ErrorCode::not_a_folder);
}

TEST_CASE("a configuration above the repository is not taken", "[config][workspace]") {
  Arena arena;
  test::write_file(arena.path(".ddx.yml"), config_text);
  CHECK(refusal([&] { return arena.find("project"); }).code() == ErrorCode::no_config);
}

TEST_CASE("a broken configuration on the way is told, not skipped", "[config][workspace]") {
  Arena arena;
  arena.repo.write(".ddx.yml", config_text);
  arena.repo.write("sub/.ddx.yml", "repository: [\n");
  CHECK_THROWS_WITH(arena.find("project/sub"),
                    Catch::Matchers::StartsWith("'sub/.ddx.yml:2:1': not valid YAML"));
}

TEST_CASE("repositories that ddx cannot work in are refused with the reason", "[config][workspace]") {
  Arena arena;
  const auto reason = [&](const char* folder) {
    const Error error = refusal([&] { return arena.find(folder); });
    CHECK(error.code() == ErrorCode::unsupported_repository);
    return std::string(error.what())
        .substr(fmt::format("cannot use the repository at '{}': ", arena.path(folder).string()).size());
  };
  arena.repo.git({"init", "-q", "--bare", "../bare.git"});
  CHECK(reason("bare.git") == "a bare repository has no work tree");

  arena.repo.git({"init", "-q", "--object-format=sha256", "../sha256"});
  CHECK_THAT(reason("sha256"), Catch::Matchers::ContainsSubstring("sha256"));

  const test::TestRepo reftable(arena.path("reftable"));
  reftable.git({"config", "core.repositoryformatversion", "1"});
  reftable.git({"config", "extensions.refstorage", "reftable"});
  CHECK_THAT(reason("reftable"), Catch::Matchers::ContainsSubstring("refstorage"));

  const test::TestRepo future(arena.path("future"));
  future.git({"config", "core.repositoryformatversion", "9"});
  CHECK_THAT(reason("future"), Catch::Matchers::ContainsSubstring("version 9"));
}

TEST_CASE("a repository of another user is refused with the advice that git gives", "[config][workspace]") {
  if (geteuid() != 0) SKIP("only root can give a folder to somebody else");
  Arena arena;
  arena.repo.write(".ddx.yml", config_text);
  REQUIRE(lchown(arena.path("project").c_str(), 12345, 12345) == 0);
  REQUIRE(lchown(arena.path("project/.git").c_str(), 12345, 12345) == 0);
  const Error error = refusal([&] { return arena.find("project"); });
  CHECK(error.code() == ErrorCode::unsupported_repository);
  CHECK_THAT(error.what(), Catch::Matchers::ContainsSubstring("'safe.directory'"));
  CHECK(error.steps().front().action == Recovery::trust_owner);
  CHECK(error.steps().front().subject == fs::canonical(arena.path("project")).string());
}

}  // namespace ddx
