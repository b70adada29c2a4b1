#pragma once

#include "support/pty.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"
#include "support/test_repo.hpp"

namespace ddx::test {

/// A folder with a library, a project beside it, and the real program.
struct Place {
  TempDir folder;
  Environment environment = clean_environment(folder);
  TestRepo library{folder.path() / "library"};
  TestRepo project{folder.path() / "project"};

  Place() {
    library.write("prompts/review.md", "one\ntwo\nthree\n");
    library.write("tools/check.sh", "exit 0\n");
    library.commit("first resources");
    project.write("README.md", "a project\n");
    project.commit("start");
  }

  /// The library and the project change the same line; upstream also gets a file.
  void make_conflict() {
    project.write(".ddx/prompts/review.md", "one\nzwei\nthree\n");
    library.write("prompts/review.md", "one\ndeux\nthree\n");
    library.write("prompts/new.md", "new\n");
    library.commit("in French");
  }

  RunResult ddx(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), DDX_PROGRAM);
    return run(project.path(), arguments, environment);
  }

  Pty ddx_on_a_terminal(std::vector<std::string> arguments, int columns = 80) const {
    arguments.insert(arguments.begin(), DDX_PROGRAM);
    return Pty(project.path(), arguments, environment, columns);
  }
};

}  // namespace ddx::test
