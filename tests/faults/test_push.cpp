#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <system_error>

#include "ddx/error.hpp"
#include "ddx/init.hpp"
#include "ddx/push.hpp"
#include "faults/scene.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// A bare upstream and a project with customizations, as often as they are wanted.
class Contributor {
 public:
  Contributor() {
    TestRepo source(kept("source"));
    source.write("prompts/a.md", "1\n2\n3\n");
    source.write("prompts/b.md", "1\n2\n3\n");
    source.commit("first");
    source.git({"clone", "-q", "--bare", source.path().string(), upstream().string()});
    TestRepo project(this->project());
    project.git({"config", "user.name", "Ada"});
    project.git({"config", "user.email", "ada@example.com"});
    Machine machine;
    InitRequest request;
    request.url = upstream().string();
    init(project.path(), request, machine.host);
    project.commit("connect");
    project.write(".ddx/prompts/a.md", "1\ntwo\n3\n");
    project.write(".ddx/prompts/new.md", "new\n");
    fs::copy(upstream(), kept("upstream"), fs::copy_options::recursive);
    fs::copy(project.path(), kept("project"), fs::copy_options::recursive);
  }

  void restore() const {
    for (const char* name : {"upstream", "project"}) {
      fs::remove_all(folder_.path() / name);
      fs::copy(kept(name), folder_.path() / name, fs::copy_options::recursive);
    }
  }
  [[nodiscard]] fs::path project() const { return folder_.path() / "project"; }
  [[nodiscard]] fs::path upstream() const { return folder_.path() / "upstream"; }
  [[nodiscard]] std::string at_upstream(const std::vector<std::string>& arguments) const {
    return TestRepo::existing(upstream()).git(arguments);
  }
  PushReport push(Host& host) const {
    PushRequest request;
    request.message = "Words";
    return ddx::push(workspace_of(project()), request, host);
  }
  /// What the user has, but for the lock.
  [[nodiscard]] Visible seen() const {
    Visible visible = look_at(project());
    std::erase_if(visible.files, [](const auto& file) { return file.first == ".ddx.lock"; });
    return visible;
  }
  /// Nothing of the user's was touched, and pushing again leads to the one branch with the one commit.
  void check_way_on(const Visible& before) const {
    CHECK(seen() == before);
    Machine machine;
    const PushReport report = push(machine.host);
    const bool is_there = report.result == PushResult::pushed || report.result == PushResult::unchanged;
    CHECK(is_there);
    CHECK(at_upstream({"branch", "--format=%(refname:short)"}) == "ddx/ada/words\nmain");
    CHECK(at_upstream({"rev-list", "--count", "main..ddx/ada/words"}) == "1");
    CHECK(read_file(project() / ".ddx.lock").find("\"offered\"") != std::string::npos);
    CHECK(contributions(workspace_of(project()), {}, machine.host).size() == 1);
    CHECK(audit_problems(project()).empty());
    CHECK(seen() == before);
  }

 private:
  [[nodiscard]] fs::path kept(const std::string& name) const { return folder_.path() / "kept" / name; }
  TempDir folder_;
};

}  // namespace

TEST_CASE("a push killed at any call that changes the disk is ended by the next one", "[faults][push]") {
  const Contributor contributor;
  const Visible before = contributor.seen();
  std::size_t points = 0;
  for (;; points += stride) {
    contributor.restore();
    Machine machine(die_at(points + 1));
    const End end = in_child([&] { contributor.push(machine.host); });
    INFO("killed at " << points + 1);
    REQUIRE(end != End::failed);
    if (end == End::finished) break;
    contributor.check_way_on(before);
  }
  CHECK(points >= 15);
}

TEST_CASE("an error at any call of a push leaves the files as they were, and the next one goes on",
          "[faults][push]") {
  const Contributor contributor;
  const Visible before = contributor.seen();
  std::size_t points = 0;
  for (;; points += stride) {
    contributor.restore();
    Machine machine([&](const FaultyFiles::Call& call) {
      if (call.kind == FaultyFiles::Kind::changing && call.number == points + 1)
        throw std::system_error(ENOSPC, std::system_category());
    });
    INFO("no space at " << points + 1);
    try {
      contributor.push(machine.host);
      if (machine.files.changes() <= points) break;
    } catch (const Error& error) {
      const bool is_known = error.code() == ErrorCode::disk_full || error.code() == ErrorCode::io;
      INFO(error.what());
      CHECK(is_known);
    } catch (const std::system_error& error) {
      CHECK(error.code().value() == ENOSPC);
    }
    contributor.check_way_on(before);
  }
  CHECK(points >= 15);
}
