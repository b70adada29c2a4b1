#include "git/last_changes.hpp"

#include <catch2/catch_test_macros.hpp>
#include <random>
#include <sstream>

#include "support/temp_dir.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

const std::vector<std::string> paths{"a", "folder/b", "folder/deep/c", "folder/deep/d", "e/f", "never"};

std::vector<Oid> commits_of(const TestRepo& repo, const std::string& range) {
  std::istringstream listing(repo.git({"rev-list", "--date-order", range}));
  std::vector<Oid> commits;
  for (std::string id; listing >> id;) commits.push_back(*Oid::parse(id));
  return commits;
}

void edit_something(const TestRepo& repo, std::mt19937& random) {
  const std::string& path = paths[random() % (paths.size() - 1)];
  if (random() % 5 == 0) {
    repo.remove(path);
  } else {
    repo.write(path, std::to_string(random() % 4) + "\n");
  }
}

/// Commits and merges on two branches. Merges take one side where both changed a file.
void make_history(TestRepo& repo, std::mt19937& random) {
  for (const std::string& path : paths)
    if (path != "never") repo.write(path, "first\n");
  repo.commit("first");
  repo.git({"tag", "first"});
  repo.git({"branch", "side"});
  for (int i = 0; i < 14; ++i) {
    const std::string branch = random() % 2 == 0 ? "main" : "side";
    repo.git({"checkout", "-q", "-f", branch});
    if (random() % 4 == 0) {
      const std::string option = random() % 2 == 0 ? "ours" : "theirs";
      repo.try_git({"merge", "-q", "-m", "merge", "-X", option, branch == "main" ? "side" : "main"});
      repo.git({"add", "-A"});
      repo.try_git({"commit", "-q", "-m", "merged by hand"});
    } else {
      edit_something(repo, random);
      repo.git({"add", "-A"});
      repo.git({"commit", "-q", "--allow-empty", "-m", "change"});
    }
  }
  repo.git({"checkout", "-q", "-f", "main"});
}

}  // namespace

TEST_CASE("the commit that changed a file last is the one that git log names", "[git][history]") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    TempDir folder;
    TestRepo repo(folder.path() / "repo");
    make_history(repo, random);
    const git::Objects objects({repo.path() / ".git/objects"});
    for (const std::string range : {"first..main", "main"}) {
      const auto found = git::last_changes(objects, commits_of(repo, range),
                                           std::set<std::string>(paths.begin(), paths.end()));
      for (const std::string& path : paths) {
        CAPTURE(range, path, repo.git({"log", "--graph", "--oneline", "--name-status"}));
        const std::string expected = repo.git({"log", "-1", "--format=%H", range, "--", path});
        CHECK((found.contains(path) ? found.at(path).str() : "") == expected);
      }
    }
  }
}

TEST_CASE("where the history at hand ends nobody is named", "[git][history]") {
  TempDir folder;
  TestRepo repo(folder.path() / "repo");
  repo.write("a", "1\n");
  repo.write("b", "1\n");
  repo.commit("first");
  repo.write("a", "2\n");
  repo.commit("second");
  repo.write("b", "2\n");
  const std::string third = repo.commit("third");
  const auto clone = folder.path() / "clone";
  repo.git({"clone", "-q", "--depth", "2", "file://" + repo.path().string(), clone.string()});
  const git::Objects objects({clone / ".git/objects"});
  const auto found = git::last_changes(objects, commits_of(TestRepo::existing(clone), "HEAD"), {"a", "b"});
  CHECK(found == std::map<std::string, Oid>{{"b", *Oid::parse(third)}});
}
