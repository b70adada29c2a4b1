#include <catch2/catch_test_macros.hpp>
#include <set>

#include "git/tree.hpp"
#include "merge/stored_merge.hpp"
#include "support/test_repo.hpp"
#include "sync/random_edits.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

using Paths = std::set<std::string>;

/// What git makes of the branches `ours` and `theirs`.
struct GitMerge {
  TreeFiles result;
  Paths conflicts;
};

/// git puts a file aside, as 'path~branch', where something else is in its place.
std::string place_of(const std::string& path) { return path.substr(0, path.find('~')); }

GitMerge merge_with_git(const TestRepo& repo, const git::Objects& objects) {
  const RunResult merged = repo.try_git({"-c", "merge.directoryRenames=false", "merge-tree", "--write-tree",
                                         "--no-messages", "--name-only", "ours", "theirs"});
  INFO(merged.err);
  REQUIRE(merged.exit <= 1);
  GitMerge found;
  std::size_t end = merged.out.find('\n');
  found.result = git::list_tree(objects, Oid::parse(merged.out.substr(0, end)).value());
  while (end + 1 < merged.out.size()) {
    const std::size_t start = end + 1;
    end = merged.out.find('\n', start);
    found.conflicts.insert(place_of(merged.out.substr(start, end - start)));
  }
  return found;
}

Paths conflicts_of(const StoredMerge& merge) {
  Paths paths;
  for (const FilePlan& plan : merge.plans) {
    if (!plan.conflict) continue;
    paths.insert(plan.change.path.str());
    if (plan.conflict->kind != ConflictKind::rename_rename) continue;
    paths.insert(plan.base_path->str());
    paths.insert(plan.upstream_path->str());
  }
  return paths;
}

bool touches(const Paths& places, const std::string& path) {
  return std::any_of(places.begin(), places.end(), [&](const std::string& place) {
    return path == place || path.starts_with(place + "/") || place.starts_with(path + "/");
  });
}

/// TreeFiles that no conflict is about.
TreeFiles outside(const TreeFiles& files, const Paths& conflicts) {
  TreeFiles found;
  for (const auto& [path, version] : files) {
    if (!touches(conflicts, place_of(path.str()))) found.emplace(path, version);
  }
  return found;
}

class Branches {
 public:
  explicit Branches(unsigned seed) : repo_(folder_.path() / "repo"), edits_(seed) {
    repo_.git({"config", "gc.auto", "0"});
    repo_.git({"config", "core.quotePath", "false"});
  }

  void make() {
    for (const auto& entry : fs::directory_iterator(repo_.path())) {
      if (entry.path().filename() != ".git") fs::remove_all(entry.path());
    }
    edits_.fill(repo_.path());
    base_ = commit("base", {});
    ours_ = edit("ours");
    theirs_ = edit("theirs");
  }

  void compare(int number) {
    const git::Objects objects({repo_.path() / ".git/objects"});
    const auto files = [&](const std::string& commit) {
      return git::list_tree(objects, git::read_commit(objects, Oid::parse(commit).value()).tree);
    };
    const TreeFiles base = files(base_), ours = files(ours_), theirs = files(theirs_);
    const GitMerge wanted = merge_with_git(repo_, objects);
    const StoredMerge found = merge_stored(objects, base, ours, theirs, {"ours", "base", "theirs"});
    const Paths conflicts = conflicts_of(found);
    CAPTURE(number, conflicts, wanted.conflicts);
    CHECK(conflicts.empty() == wanted.conflicts.empty());
    for (const std::string& path : wanted.conflicts) CHECK(touches(conflicts, path));
    Paths both = conflicts;
    both.insert(wanted.conflicts.begin(), wanted.conflicts.end());
    for (const FilePlan& plan :
         found.plans) {  // under its own name upstream's file waits for the decision too
      if (plan.conflict && plan.upstream_path) both.insert(plan.upstream_path->str());
      // Without lines to merge, ours stays where it is until it is decided; git moves it along.
      if (plan.conflict && plan.conflict->kind == ConflictKind::binary && plan.base_path)
        both.insert(plan.base_path->str());
    }
    CHECK((outside(found.result(ours), both) == outside(wanted.result, both)));
    exact_ += conflicts == wanted.conflicts;
  }

  [[nodiscard]] int exact() const { return exact_; }

 private:
  std::string edit(const std::string& branch) {
    repo_.git({"read-tree", "-u", "--reset", "base"});
    edits_.edit(repo_.path());
    return commit(branch, {"-p", base_});
  }

  std::string commit(const std::string& branch, std::vector<std::string> parents) {
    repo_.git({"add", "-A"});
    parents.insert(parents.begin(), {"commit-tree", "-m", branch, repo_.git({"write-tree"})});
    const std::string id = repo_.git(parents);
    repo_.git({"update-ref", "refs/heads/" + branch, id});
    return id;
  }

  TempDir folder_;
  TestRepo repo_;
  RandomEdits edits_;
  std::string base_, ours_, theirs_;
  int exact_ = 0;
};

void compare_merges(unsigned seed, int count) {
  Branches branches(seed);
  CAPTURE(seed);
  for (int number = 0; number < count; ++number) {
    branches.make();
    branches.compare(number);
  }
  // Where a new name is taken on the other side, each of the two names is a conflict here.
  CHECK(branches.exact() >= count * 8 / 10);
}

}  // namespace

TEST_CASE("generated merges come out as git's, first part", "[merge]") { compare_merges(1, 60); }
TEST_CASE("generated merges come out as git's, second part", "[merge]") { compare_merges(2, 60); }
TEST_CASE("generated merges come out as git's, third part", "[merge]") { compare_merges(3, 60); }
TEST_CASE("generated merges come out as git's, many", "[merge][long]") {
  for (unsigned seed = 10; seed < 30; ++seed) compare_merges(seed, 100);
}
