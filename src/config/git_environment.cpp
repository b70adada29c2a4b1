#include "config/git_environment.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"

namespace ddx {

namespace {

namespace fs = std::filesystem;

void refuse_unless(const Host& host, const char* variable, const fs::path& expected) {
  const auto text = host.environment(variable);
  if (!text) return;
  std::error_code failure;
  const fs::path named = fs::weakly_canonical(host.current_directory / *text, failure);
  if (!failure && named == expected) return;
  throw Error(ErrorCode::unsupported_repository,
              fmt::format("the variable '{}' names '{}', but the repository here has '{}'", variable, *text,
                          expected.string()));
}

}  // namespace

void refuse_foreign_repository(const Workspace& workspace, const Host& host) {
  refuse_unless(host, "GIT_DIR", workspace.git_dir);
  refuse_unless(host, "GIT_COMMON_DIR", workspace.common_dir);
  refuse_unless(host, "GIT_WORK_TREE", workspace.worktree_root);
  refuse_unless(host, "GIT_OBJECT_DIRECTORY", workspace.common_dir / "objects");
}

void refuse_foreign_index(const Workspace& workspace, const Host& host) {
  refuse_unless(host, "GIT_INDEX_FILE", workspace.git_dir / "index");
}

}  // namespace ddx
