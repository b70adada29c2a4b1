#include "git/tree.hpp"

#include <catch2/catch_test_macros.hpp>

#include "support/test_repo.hpp"

using namespace ddx;
using namespace ddx::test;

TEST_CASE("a folder whose mode was written with a zero in front is listed too", "[git][tree]") {
  TempDir folder;
  TestRepo repo(folder.path() / "repo");
  repo.write("inner.md", "inner\n");
  repo.commit("inner");
  const std::string inner = repo.git({"rev-parse", "HEAD^{tree}"});
  std::string raw("040000 folder\0", 14);
  for (std::size_t i = 0; i < inner.size(); i += 2)
    raw += static_cast<char>(std::stoi(inner.substr(i, 2), nullptr, 16));
  const RunResult written =
      run(repo.path(), {"git", "hash-object", "-t", "tree", "-w", "--stdin", "--literally"},
          clean_environment(folder.path()), raw);
  REQUIRE(written.exit == 0);
  const git::Objects objects({repo.path() / ".git/objects"});
  const auto files = git::list_tree(objects, Oid::parse(written.out.substr(0, 40)).value());
  REQUIRE(files.size() == 1);
  CHECK(files.begin()->first.str() == "folder/inner.md");
}
