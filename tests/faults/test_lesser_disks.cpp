#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "ddx/error.hpp"
#include "faults/verbs.hpp"
#include "git/project_repository.hpp"
#include "transaction/index_step.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

TEST_CASE("where files can be neither linked nor renamed without replacing, nothing is changed",
          "[faults][lesser]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const LesserDisk disk(Lacks{true, true, true, false});
  Machine machine;
  try {
    pull_offline(project, machine.host);
    FAIL("the pull went through");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::io);
    CHECK(std::string(error.what()).find("files can be neither linked nor renamed without") !=
          std::string::npos);
    CHECK(error.aftermath() == Aftermath::nothing_changed);
  }
  CHECK(difference(look_at(project), look_at(scene.folder() / "original")).empty());
  CHECK(fs::is_empty(project / ".git/ddx/ops"));
}

TEST_CASE("without hard links, git's lock holds a token and the index takes its place beside it",
          "[faults][lesser]") {
  const bool renames = GENERATE(true, false);  // whether a rename can refuse to replace
  const Scene scene;
  const fs::path project = scene.fresh();
  const LesserDisk disk(Lacks{true, !renames, true, false});
  Machine machine;
  const Workspace workspace = workspace_of(project);
  auto repository = git::ProjectRepository::open(project, machine.host);
  OperationFolder operation = OperationFolder::make(workspace, machine.files, "01TEST");
  const fs::path lock = project / ".git/index.lock";
  const std::string listed = look_at(project).index;

  IndexStep step(workspace, machine.host, repository, operation);
  step.lock({{".ddx/mine.md", std::nullopt, Version{git::hash_blob("one\n"), Mode::file}}});
  CHECK(read_file(lock) == "ddx 01TEST\n");
  CHECK(look_at(project).index == listed);
  const RunResult add = TestRepo::existing(project).try_git({"add", "untracked.txt"});
  CHECK(add.exit != 0);
  SECTION("published") {
    CHECK(step.publish().empty());
    CHECK(look_at(project).index.find(".ddx/mine.md") != std::string::npos);
    CHECK(fs::exists(lock));
    step.settle();
    CHECK(look_at(project).index.find(".ddx/mine.md") != std::string::npos);
  }
  SECTION("given up") {
    step.release();
    CHECK(look_at(project).index == listed);
  }
  CHECK_FALSE(fs::exists(lock));
  TestRepo::existing(project).git({"add", "untracked.txt"});
}
