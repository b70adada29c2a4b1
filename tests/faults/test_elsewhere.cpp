#include <catch2/catch_test_macros.hpp>

#include "ddx/error.hpp"
#include "faults/verbs.hpp"
#include "git/project_repository.hpp"
#include "transaction/elsewhere.hpp"
#include "transaction/operation_folder.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

constexpr auto all_of_it = fs::copy_options::recursive | fs::copy_options::copy_symlinks;

/// A project whose pull was killed half way, and what it would have come to.
class HalfDone {
 public:
  HalfDone() {
    Machine whole;
    pull_offline(scene_.fresh(), whole.host);
    new_ = look_at(project());
    std::size_t renames = 0;
    const fs::path fresh = scene_.fresh();
    Machine machine([&](const FaultyFiles::Call& call) {
      if (call.name == "rename" && ++renames == 9) die_at(call.number)(call);
    });
    REQUIRE(in_child([&] { pull_offline(fresh, machine.host); }) == End::killed);
    REQUIRE(pending(project()).size() == 1);
  }

  [[nodiscard]] fs::path project() const { return scene_.folder() / "project"; }
  [[nodiscard]] fs::path copy() const {
    fs::path other = scene_.folder() / "copy";
    fs::copy(project(), other, all_of_it);
    return other;
  }
  [[nodiscard]] const Visible& finished() const { return new_; }
  [[nodiscard]] static std::vector<std::string> pending(const fs::path& project) {
    Files files;
    return OperationFolder::pending(workspace_of(project), files);
  }

 private:
  Scene scene_;
  Visible new_;
};

void expect_refused(const fs::path& project, Host& host, const std::string& home) {
  const Visible before = look_at(project);
  try {
    pull_offline(project, host);
    FAIL("it went on");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::interrupted_operation_elsewhere);
    CHECK(exit_code(error.code()) == 9);
    CHECK(error.aftermath() == Aftermath::pending);
    REQUIRE(error.steps().size() == 2);
    CHECK(error.steps()[0].subject.find(home) == 0);
  }
  CHECK(difference(look_at(project), before).empty());
  CHECK(HalfDone::pending(project).size() == 1);
}

}  // namespace

TEST_CASE("a copy made in the middle of an operation is left alone until its owner decides",
          "[faults][elsewhere]") {
  const HalfDone half;
  const fs::path copy = half.copy();
  Machine machine;
  expect_refused(copy, machine.host, half.project().string());
  const std::string id = HalfDone::pending(copy).front();
  const Visible as_it_was = look_at(copy);

  SECTION("adopted, the operation is finished here") {
    Machine adopting, recovering;
    adopt_operation(workspace_of(copy), adopting.host, id);
    recover_now(copy, recovering.host);
    CHECK(difference(look_at(copy), half.finished()).empty());
    CHECK(recovering.events.notes.size() == 1);
  }
  SECTION("put aside, all files stay as they are and work goes on") {
    Machine aside, next;
    auto repository = git::ProjectRepository::open(copy, aside.host);
    put_operation_aside(workspace_of(copy), aside.host, repository, id);
    CHECK(difference(look_at(copy), as_it_was).empty());
    CHECK(HalfDone::pending(copy).empty());
    CHECK(fs::exists(copy / ".git/ddx/done" / id));
    const std::string refs = TestRepo::existing(copy).git({"for-each-ref", "refs/ddx"});
    CHECK(refs.find("/op/" + id) == std::string::npos);
    CHECK(refs.find("/snap/" + id) != std::string::npos);
    pull_offline(copy, next.host);
    CHECK(read_file(copy / ".ddx/replaced.md") == "two\n");
  }
  Machine original;
  recover_now(half.project(), original.host);
  CHECK(difference(look_at(half.project()), half.finished()).empty());
}

TEST_CASE("a journal from another machine is not acted on", "[faults][elsewhere]") {
  const HalfDone half;
  Machine other, same;
  other.host.invocation.machine = "build7";
  expect_refused(half.project(), other.host, half.project().string());
  recover_now(half.project(), same.host);
  CHECK(difference(look_at(half.project()), half.finished()).empty());
}

TEST_CASE("a copy that took the place of the original is not the original", "[faults][elsewhere]") {
  const HalfDone half;
  const fs::path aside = half.project().string() + ".aside";
  fs::rename(half.project(), aside);
  fs::copy(aside, half.project(), all_of_it);
  Machine machine;
  expect_refused(half.project(), machine.host, half.project().string());
}

TEST_CASE("a device number that a restart changed is no obstacle", "[faults][elsewhere]") {
  const HalfDone half;
  Files files;
  OperationFolder operation =
      OperationFolder::open(workspace_of(half.project()), files, HalfDone::pending(half.project()).front());
  Intent intent = *operation.read_intent();
  intent.root_device += 1;
  intent.root_inode += 1;
  write_file(operation.folder().path() / "intent", encode_intent(intent));
  Machine machine;
  recover_now(half.project(), machine.host);
  CHECK(difference(look_at(half.project()), half.finished()).empty());
}
