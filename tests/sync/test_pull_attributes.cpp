#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

const std::string base = "a\n1\n2\n3\n4\nb\n5\n6\n7\n8\nc\n";
const std::string mine = "MINE a\n1\n2\n3\n4\nb\n5\n6\n7\n8\nMINE c\n";
const std::string theirs = "THEIRS a\n1\n2\n3\n4\nTHEIRS b\n5\n6\n7\n8\nTHEIRS c\n";

/// What `git merge` leaves of a file that both sides changed, in a repository set up the same way.
struct GitMerge {
  bool clean;
  std::string bytes;
};

GitMerge git_merge(const fs::path& folder, const std::string& name, const Edits& attribute_files,
                   const std::vector<std::pair<std::string, std::string>>& settings) {
  TestRepo scratch(folder);
  for (const auto& [key, value] : settings) scratch.git({"config", key, value});
  for (const auto& [path, bytes] : attribute_files) write_file(scratch.path() / path, *bytes);
  const std::string file = ".ddx/" + name;
  scratch.write(file, base);
  scratch.commit("base");
  scratch.git({"checkout", "-q", "-b", "theirs"});
  scratch.write(file, theirs);
  scratch.commit("theirs");
  scratch.git({"checkout", "-q", "main"});
  scratch.write(file, mine);
  scratch.commit("ours");
  const bool clean = scratch.try_git({"merge", "-q", "--no-edit", "theirs"}).exit == 0;
  return {clean, scratch.read(file)};
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// Our markers with the words that `git merge` puts into its own.
std::string with_git_labels(std::string text, const PullReport& report) {
  replace_all(text, "< yours\n", "< HEAD\n");
  replace_all(text, "> upstream " + report.to.commit.short_str() + "\n", "> theirs\n");
  return text;
}

}  // namespace

TEST_CASE("attributes of the project say how a file is merged, as they do for git merge",
          "[sync][pull][attributes]") {
  struct Case {
    std::string name;  ///< of the file
    Edits attribute_files;
    std::vector<std::pair<std::string, std::string>> settings;
  };
  const Case given = GENERATE(
      Case{"a.md", {{".gitattributes", "*.md merge=union\n"}}, {}},
      Case{"a.md", {{".gitattributes", "*.md -merge\n"}}, {}},
      Case{"a.md", {{".gitattributes", "*.md binary\n"}}, {}},
      Case{"a.md", {{".gitattributes", "*.md merge=binary\n"}}, {}},
      Case{"a.md", {{".gitattributes", "*.md merge\n"}}, {{"merge.default", "union"}}},
      Case{"a.md", {}, {{"merge.default", "union"}}}, Case{"a.md", {}, {{"merge.default", "binary"}}},
      Case{"a.md", {{".gitattributes", "*.md merge=text\n"}}, {{"merge.default", "binary"}}},
      Case{"a.md", {{".gitattributes", "*.md !merge\n"}, {".git/info/attributes", "*.md merge=union\n"}}, {}},
      Case{"a.md", {{".gitattributes", "[attr]list merge=union\n*.md list\n"}}, {}},
      Case{"a.md", {{".gitattributes", "*.md merge=union\n"}, {".ddx/.gitattributes", "a.md -merge\n"}}, {}},
      Case{"sub/a.md", {{".ddx/sub/.gitattributes", "a.md merge=union\n"}}, {}},
      Case{"a.md", {{"../attributes", "*.md merge=union\n"}}, {{"core.attributesFile", "../attributes"}}},
      Case{"a.md", {{".gitattributes", "*.md conflict-marker-size=12\n"}}, {}},
      Case{"a.md", {{".gitattributes", "*.md conflict-marker-size=3\n"}}, {}},
      Case{"a.md", {{".gitattributes", "*.md conflict-marker-size=none\n"}}, {}},
      Case{"a.md", {{".gitattributes", "*.md merge=unknown\n"}}, {}},
      Case{"a.md", {{".gitattributes", "*.md merge=ours\n"}}, {}},
      Case{"a.md", {{".gitattributes", "*.md merge=ours\n"}}, {{"merge.ours.driver", "true"}}},
      Case{"a.md", {{".gitattributes", "*.md merge=mine\n"}}, {{"merge.mine.driver", "exit 0"}}});
  World world;
  CAPTURE(given.name, given.attribute_files, given.settings);
  world.start({{given.name, base}});
  for (const auto& [key, value] : given.settings) world.repository.git({"config", key, value});
  for (const auto& [path, bytes] : given.attribute_files) write_file(world.root / path, *bytes);
  world.write(given.name, mine);
  world.move_upstream({{given.name, theirs}});
  const PullReport report = world.pull();

  const GitMerge expected =
      git_merge(world.folder.path() / "scratch", given.name, given.attribute_files, given.settings);
  CHECK(report.conflicts.empty() == expected.clean);
  CHECK(with_git_labels(world.read(given.name), report) == expected.bytes);
  for (const Conflict& conflict : report.conflicts)
    CHECK((conflict.kind == ConflictKind::binary) == conflict.hunks.empty());
}

TEST_CASE("what an attribute decided is said, and a side given for conflicts has nothing to settle then",
          "[sync][pull][attributes]") {
  World world;
  world.start({{"list.md", base}, {"kept.md", base}, {"picture.md", base}});
  world.repository.git({"config", "merge.ours.driver", "true"});
  write_file(world.root / ".gitattributes", "list.md merge=union\nkept.md merge=ours\npicture.md -merge\n");
  for (const char* name : {"list.md", "kept.md", "picture.md"}) world.write(name, mine);
  world.move_upstream({{"list.md", theirs}, {"kept.md", theirs}, {"picture.md", theirs}});
  PullRequest request;
  request.sides = {{"", Side::theirs}};
  request.whole_file = GENERATE(false, true);
  const PullReport report = world.pull(request);
  CHECK(report.decisions == Lines{"kept yours of 'kept.md' (merge=ours)",
                                  "kept both in 2 conflicting hunks of 'list.md' (merge=union)",
                                  "took upstream's 'picture.md' (--theirs)"});
  CHECK(report.conflicts.empty());
  CHECK(world.read("kept.md") == mine);
  CHECK(world.read("picture.md") == theirs);
  CHECK(world.pull().result == PullResult::up_to_date);
  CHECK(lines(world.status()) == Lines{"kept.md: customized", "list.md: customized", "picture.md: in sync"});
}

TEST_CASE("a merge driver that is a program is never run: text is merged, and the report says so once",
          "[sync][pull][attributes]") {
  World world;
  world.start({{"a.md", base}, {"b.md", base}, {"untouched.md", base}});
  const fs::path proof = world.folder.path() / "proof";
  world.repository.git({"config", "merge.smart.driver", "touch " + proof.string() + " && true"});
  write_file(world.root / ".gitattributes", "*.md merge=smart\n");
  world.write("a.md", mine);
  world.write("b.md", "a\n1\n2\nmore\n" + base.substr(6));
  world.move_upstream({{"a.md", theirs}, {"b.md", theirs}, {"untouched.md", theirs}});
  PullRequest request;
  request.dry_run = GENERATE(DryRun::no, DryRun::yes);
  const PullReport report = world.pull(request);
  CHECK(lines(report.conflicts) == Lines{"content a.md"});
  CHECK(report.warnings ==
        Lines{"merge=smart is a program, which ddx does not run; merged as text: 'a.md', 'b.md'"});
  CHECK_FALSE(fs::exists(proof));
}

TEST_CASE("a filter that is a program is never run either", "[sync][pull][attributes]") {
  World world;
  world.start({{"a.md", base}});
  const fs::path proof = world.folder.path() / "proof";
  for (const char* side : {"clean", "smudge", "process"})
    world.repository.git({"config", std::string("filter.smart.") + side, "touch " + proof.string()});
  write_file(world.root / ".gitattributes", "*.md filter=smart\n");
  world.write("a.md", mine);
  world.move_upstream({{"a.md", theirs}});
  world.pull();
  CHECK(world.status().resources.size() == 1);
  CHECK_FALSE(fs::exists(proof));
}
