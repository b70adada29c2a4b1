#include "faults/verbs.hpp"

#include "ddx/init.hpp"
#include "ddx/pull.hpp"
#include "ddx/rollback.hpp"
#include "ddx/snapshot.hpp"

namespace fs = std::filesystem;

namespace ddx::test {

void initialise(const fs::path& project, Host& host) {
  InitRequest request;
  request.url = (project.parent_path() / "upstream").string();
  init(project, request, host);
}

void pull_offline(const fs::path& project, Host& host) {
  PullRequest request;
  request.network = Network::offline;
  pull(Workspace::find(project, host), request, host);
}

void pull_and_commit(const fs::path& project, Host& host) {
  PullRequest request;
  request.network = Network::offline;
  request.commit = true;
  pull(Workspace::find(project, host), request, host);
}

void continue_with_theirs(const fs::path& project, Host& host) {
  ContinueRequest request;
  request.sides = {{"", Side::theirs}};
  continue_pull(Workspace::find(project, host), request, host);
}

void abort_now(const fs::path& project, Host& host) { abort_pull(Workspace::find(project, host), host); }

void roll_back(const fs::path& project, Host& host) { rollback(Workspace::find(project, host), {}, host); }

void record_and_change(const fs::path& project, Host& host) {
  const fs::path tree = project / ".ddx";
  fs::create_directories(tree / "hollow/inside");
  fs::permissions(tree / "replaced.md", static_cast<fs::perms>(0600));
  create_snapshot(Workspace::find(project, host), {"", "here"}, host);
  fs::remove_all(tree / "hollow");
  write_file(tree / "hollow", "a file now\n");
  fs::permissions(tree / "replaced.md", static_cast<fs::perms>(0755));
  fs::remove(tree / "merged.md");
  write_file(tree / "late/new.md", "new\n");
}

void restore_here(const fs::path& project, Host& host) {
  RestoreRequest request;
  request.id = "here";
  restore_snapshot(Workspace::find(project, host), request, host);
  if (!fs::is_directory(project / ".ddx/hollow/inside"))
    throw std::runtime_error("the empty folder is not back");
  if (fs::exists(project / ".ddx/late")) throw std::runtime_error("the new folder is still there");
}

}  // namespace ddx::test
