#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "cli/place.hpp"
#include "support/contains.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::contains;

namespace {

using Names = std::vector<std::string>;

void extend(const test::TestRepo& repository, const std::string& extension, const std::string& value) {
  std::ofstream(repository.path() / ".git/config", std::ios::app)
      << "[core]\n\trepositoryformatversion = 1\n[extensions]\n\t" << extension << " = " << value << '\n';
}

struct ConnectedPlace : test::Place {
  ConnectedPlace() {
    if (const auto made = ddx({"init", "../library"}); made.exit != 0)
      throw std::runtime_error("init failed: " + made.err);
    project.commit("connect");
    library.write("prompts/new.md", "new\n");
    library.commit("new");
  }
  /// All files of the project and of git and ddx in it.
  [[nodiscard]] std::map<std::string, std::string> state() const {
    auto result = test::tree_on_disk(project.path());
    for (auto& [name, bytes] : test::tree_on_disk(project.path() / ".git")) result[".git/" + name] = bytes;
    return result;
  }
};

}  // namespace

TEST_CASE("an extension of the project's repository that asks nothing of ddx does not matter",
          "[cli][repository]") {  // [SC J17]
  for (const char* extension : {"noop", "noop-v1", "preciousObjects", "worktreeConfig"}) {
    INFO(extension);
    const ConnectedPlace place;
    extend(place.project, extension, "true");
    if (std::string(extension) == "worktreeConfig")
      test::write_file(place.project.path() / ".git/config.worktree", "[core]\n\tautocrlf = true\n");
    CHECK(place.ddx({"pull"}).exit == 0);
    const bool has_returns = std::string(extension) == "worktreeConfig";
    CHECK(place.project.read(".ddx/prompts/new.md") == (has_returns ? "new\r\n" : "new\n"));
    CHECK(place.ddx({"status"}).exit == 0);
    CHECK(place.ddx({"rollback"}).exit == 0);
    CHECK_FALSE(place.project.exists(".ddx/prompts/new.md"));
    CHECK(place.project.git({"status", "--porcelain"}) == "");
    CHECK(place.ddx({"snapshot", "create"}).exit == 0);
    CHECK(place.ddx({"doctor"}).exit == 0);
    CHECK(place.project.try_git({"fsck", "--strict"}).exit == 0);
  }
}

TEST_CASE("an extension of the project's repository that ddx does not know stops every verb",
          "[cli][repository]") {  // [SC J17]
  const std::vector<Names> verbs{{"pull"},
                                 {"pull", "--offline", "--commit"},
                                 {"status"},
                                 {"diff"},
                                 {"resolve"},
                                 {"rollback"},
                                 {"history"},
                                 {"snapshot", "create"},
                                 {"snapshot", "list"},
                                 {"doctor", "--fix"},
                                 {"init", "--reconfigure", "--branch", "main"},
                                 {"init", "../library"}};
  for (const auto& [extension, value] : std::map<std::string, std::string>{{"refstorage", "reftable"},
                                                                           {"objectformat", "sha256"},
                                                                           {"compatobjectformat", "sha256"},
                                                                           {"partialclone", "origin"},
                                                                           {"relativeworktrees", "true"},
                                                                           {"invented", "true"}}) {
    const ConnectedPlace place;
    extend(place.project, extension, value);
    const auto before = place.state();
    for (const Names& verb : verbs) {
      INFO(extension << ' ' << verb.front());
      const auto result = place.ddx(verb);
      CHECK(result.exit == 2);
      CHECK(result.out == "");
      CHECK(contains(result.err, extension == "objectformat" ? "'sha256'" : "extensions." + extension));
      CHECK(contains(result.err, "; a plain clone of it can be used [DDX-2006]\nnothing was changed\n"));
    }
    CHECK(place.state() == before);
  }
}

TEST_CASE("extensions of the upstream's repository are git's to serve", "[cli][repository]") {  // [SC J17]
  for (const char* extension : {"noop", "noop-v1", "preciousObjects", "worktreeConfig", "partialClone"}) {
    INFO(extension);
    const ConnectedPlace place;
    extend(place.library, extension, "true");
    CHECK(place.ddx({"pull"}).exit == 0);
    CHECK(place.project.read(".ddx/prompts/new.md") == "new\n");
  }
  const ConnectedPlace place;
  extend(place.library, "invented", "true");
  const auto before = test::tree_on_disk(place.project.path());
  const auto result = place.ddx({"pull"});
  CHECK(result.exit == 6);
  CHECK(contains(result.err,
                 "/library/.git': fatal: unknown repository extension found: invented [DDX-6007]\n"));
  CHECK(contains(result.err, "\nnothing was changed\nhint: "));
  CHECK(test::tree_on_disk(place.project.path()) == before);
}

TEST_CASE("an upstream of another object format is refused by its name", "[cli][repository]") {  // [SC J17]
  const test::Place place;
  const test::TestRepo seed(place.folder.path() / "seed");
  seed.git({"init", "-q", "-b", "main", "--object-format=sha256", "../modern"});
  test::TestRepo modern = test::TestRepo::existing(place.folder.path() / "modern");
  modern.write("a.md", "a\n");
  modern.commit("first");
  const auto before = test::tree_on_disk(place.project.path());
  const auto result = place.ddx({"init", "../modern"});
  CHECK(result.exit == 6);
  CHECK(contains(result.err, "sha256"));
  CHECK(contains(result.err, "[DDX-6007]\nnothing was changed\nhint: "));
  CHECK(test::tree_on_disk(place.project.path()) == before);
}
