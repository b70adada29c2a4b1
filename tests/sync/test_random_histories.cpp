#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

#include <set>
#include <sstream>

#include "random_edits.hpp"
#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// Everything on disk that a dry run has to leave alone.
DiskTree all_but_fetched(const World& world) {
  DiskTree found = world.everything();
  const fs::path git = world.repository.path() / ".git";
  for (const auto& [path, bytes] : tree_on_disk(git)) {
    if (!path.starts_with("ddx/upstream.git") && !path.ends_with("/stat-cache"))
      found[".git/" + path] = bytes;
  }
  return found;
}

/// The paths that are only in one, or not the same in both.
std::string difference(const DiskTree& before, const DiskTree& after) {
  std::string paths;
  for (const auto& [path, bytes] : before)
    if (!after.contains(path) || after.at(path) != bytes) paths += path + "\n";
  for (const auto& [path, bytes] : after)
    if (!before.contains(path)) paths += path + "\n";
  return paths;
}

struct Outcome {
  std::optional<PullReport> report;
  std::optional<ErrorCode> error;
};

Outcome try_pull(World& world, DryRun dry) {
  PullRequest request;
  request.dry_run = dry;
  request.assume_yes = true;
  try {
    return {world.pull(request), std::nullopt};
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(error.aftermath() == Aftermath::nothing_changed);
    return {std::nullopt, error.code()};
  }
}

/// What `git merge-tree` makes of the same three sides.
struct GitMerge {
  bool clean = false;
  DiskTree tree;
  std::set<std::string> conflicts;
  std::string messages;
};

std::string mode_word(const std::string& mode) {
  return mode == "120000" ? "link " : mode == "100755" ? "755 " : "644 ";
}

DiskTree tree_of(const TestRepo& repository, const std::string& tree) {
  DiskTree found;
  std::istringstream listing(repository.try_git({"ls-tree", "-r", "-z", tree}).out);
  for (std::string entry; std::getline(listing, entry, '\0');) {
    const std::string path = entry.substr(entry.find('\t') + 1);
    found[path] =
        mode_word(entry.substr(0, 6)) + repository.try_git({"cat-file", "blob", entry.substr(12, 40)}).out;
  }
  return found;
}

GitMerge merge_with_git(const World& world, const DiskTree& here, const std::string& base,
                        const std::string& theirs) {
  const fs::path folder = world.folder.path() / "oracle";
  world.upstream.git({"clone", "-q", ".", folder.string()});
  TestRepo oracle = TestRepo::existing(folder);
  oracle.git({"checkout", "-q", "-b", "ours", base});
  oracle.git({"rm", "-rq", "."});
  for (const auto& [path, content] : here) {
    const std::size_t cut = content.find(' ') + 1;
    fs::create_directories((folder / path).parent_path());
    if (content.starts_with("link ")) {
      fs::create_symlink(content.substr(cut), folder / path);
    } else {
      write_file(folder / path, content.substr(cut));
      if (content.starts_with("755")) fs::permissions(folder / path, fs::perms(0755));
    }
  }
  oracle.commit("ours");
  const RunResult result = oracle.try_git({"-c", "merge.directoryRenames=false", "merge-tree", "--write-tree",
                                           "-z", "--name-only", "ours", theirs});
  GitMerge merge;
  merge.clean = result.exit == 0;
  merge.messages = result.out;
  std::istringstream parts(result.out);
  std::string tree;
  std::getline(parts, tree, '\0');
  for (std::string path; std::getline(parts, path, '\0') && !path.empty();) merge.conflicts.insert(path);
  merge.tree = tree_of(oracle, tree);
  return merge;
}

/// xdiff with git's default algorithm for files; `git merge-tree` uses another one, so that a few texts come
/// out differently.
std::optional<std::string> merge_file(const World& world, const std::string& ours, const std::string& base,
                                      const std::string& theirs) {
  const fs::path folder = world.folder.path() / "merge-file";
  for (const auto& [name, content] :
       {std::pair("ours", &ours), std::pair("base", &base), std::pair("theirs", &theirs)})
    write_file(folder / name, content->substr(4));
  const RunResult result = world.upstream.try_git({"merge-file", "-p", (folder / "ours").string(),
                                                   (folder / "base").string(), (folder / "theirs").string()});
  return result.exit == 0 ? std::optional(result.out) : std::nullopt;
}

void compare_with_git(World& world, const DiskTree& before, const DiskTree& base_tree, const GitMerge& git,
                      const PullReport& report) {
  INFO(fmt::format("git: {}", git.messages));
  INFO(fmt::format("ddx: {}\n{}", fmt::join(lines(report.changes), "\n"),
                   fmt::join(lines(report.conflicts), "\n")));
  const DiskTree theirs = world.theirs(), here = world.here();
  std::set<std::string> open;
  for (const Conflict& conflict : report.conflicts) open.insert(conflict.path.str());
  for (const auto& [path, content] : git.tree) {
    if (git.conflicts.contains(path) || open.contains(path)) continue;
    const auto found = here.find(path);
    if (found != here.end() && found->second == content) continue;
    const bool three = before.contains(path) && base_tree.contains(path) && theirs.contains(path);
    const auto other =
        three ? merge_file(world, before.at(path), base_tree.at(path), theirs.at(path)) : std::nullopt;
    INFO(path);
    if (git.clean && open.empty()) CHECK((found != here.end() && other && found->second.substr(4) == *other));
  }
  if (git.clean && open.empty()) CHECK(here.size() == git.tree.size());
  if (open.empty() && !git.clean) {  // the dangerous one: nothing may be clean here that git calls a conflict
    for (const std::string& path : git.conflicts) {
      const bool three = before.contains(path) && base_tree.contains(path) && theirs.contains(path);
      INFO(path);
      CHECK((three && merge_file(world, before.at(path), base_tree.at(path), theirs.at(path))));
    }
  }
}

void check_history(unsigned seed) {
  INFO(fmt::format("seed {}", seed));
  RandomEdits edits(seed);
  World world(edits.below(2) == 0 ? Layout::plain : Layout::second_clone);
  edits.fill(world.upstream.path());
  world.start({});
  const std::string base = world.upstream.git({"rev-parse", "HEAD"});
  const DiskTree base_tree = world.theirs();
  CHECK(world.here() == base_tree);
  const bool renamed_here = edits.edit(world.local("."));
  edits.edit(world.upstream.path());
  const std::string tip = world.move_upstream({});
  const DiskTree before = world.here();
  const DiskTree everything = world.everything();
  const std::string git_state = world.git_state();

  const DiskTree disk = all_but_fetched(world);
  const Outcome planned = try_pull(world, DryRun::yes);
  CHECK(difference(disk, all_but_fetched(world)) == "");
  const Outcome done = try_pull(world, DryRun::no);
  CHECK(planned.error == done.error);
  CHECK(world.git_state() == git_state);
  if (!done.report) {
    CHECK(world.everything() == everything);
    return;
  }
  REQUIRE(planned.report);
  CHECK(planned.report->changes == done.report->changes);
  CHECK(planned.report->conflicts == done.report->conflicts);

  const PullReport& report = *done.report;
  REQUIRE_FALSE(report.snapshot.empty());
  DiskTree saved;
  for (const auto& [path, content] : world.snapshot(report.snapshot)) {
    if (path.starts_with(".ddx/")) saved[path.substr(5)] = content;
  }
  CHECK(saved == before);
  if (!renamed_here)
    compare_with_git(world, before, base_tree, merge_with_git(world, before, base, tip), report);

  const DiskTree pulled = world.everything();
  if (report.result == PullResult::conflicts) {
    world.abort();
  } else {
    CHECK(world.pull().result == PullResult::up_to_date);
    CHECK(world.rollback().result == RollbackResult::rolled_back);
  }
  CHECK(world.everything() == everything);
  PullRequest again;
  again.assume_yes = true;
  const PullReport repeated = world.pull(again);
  CHECK(repeated.changes == report.changes);
  CHECK(world.everything() == pulled);
  if (report.result == PullResult::conflicts) return;
  for (const auto& [target, state] :
       {std::pair(repeated.snapshot, everything), std::pair(repeated.operation, pulled)}) {
    RollbackRequest exact;
    exact.to = target;
    CHECK(world.rollback(exact).result == RollbackResult::rolled_back);
    CHECK(world.everything() == state);
  }
}

}  // namespace

TEST_CASE("random histories: the dry run tells what happens, nothing is lost, git agrees", "[sync][random]") {
  for (unsigned seed = 1; seed <= 60; ++seed) check_history(seed);
}

TEST_CASE("many more random histories", "[sync][random][long]") {
  for (unsigned seed = 1'000; seed < 2'000; ++seed) check_history(seed);
}
