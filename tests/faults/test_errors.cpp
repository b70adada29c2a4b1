#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <array>
#include <cerrno>

#include "base/system_failure.hpp"
#include "ddx/error.hpp"
#include "faults/verbs.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

using Kind = FaultyFiles::Kind;

constexpr std::array<int, 6> failures{ENOSPC, EIO, EACCES, EMFILE, EROFS, ENAMETOOLONG};

enum class Errors { all, in_turn };

/// Lets the calls of a verb fail, one after the other, and looks at what the verb says and what is there.
class ErrorRun {
 public:
  ErrorRun(const Scene& scene, Verb verb) : scene_(scene), verb_(std::move(verb)) {
    before_ = look_at(scene_.fresh());
    audited_before_ = audited_operations(project());
    Machine machine;
    verb_(scene_.fresh(), machine.host);
    after_ = look_at(project());
    changes_ = machine.files.changes();
    readings_ = machine.files.readings();
  }

  void run(Kind kind, std::size_t every, Errors errors) {
    const std::size_t calls = kind == Kind::changing ? changes_ : readings_;
    for (std::size_t number = 1; number <= calls; number += every) {
      if (errors == Errors::in_turn) {
        fail(kind, number, failures[(number / every) % failures.size()]);
      } else {
        for (const int failure : failures) fail(kind, number, failure);
      }
    }
  }

  void expect_truth() const {
    std::string text = fmt::format(
        "{} errors, of {} changing and {} reading calls: {} put up with, {} refused, {} put back, "
        "{} pending, {} violations",
        tried_, changes_, readings_, survived_, refused_, put_back_, pending_, violations_.size());
    for (std::size_t i = 0; i < violations_.size() && i < 8; ++i) text += "\n" + violations_[i];
    WARN(text);
    CHECK(violations_.empty());
  }

 private:
  [[nodiscard]] fs::path project() const { return scene_.folder() / "project"; }

  void fail(Kind kind, std::size_t number, int failure) {
    ++tried_;
    std::string call;
    when_ = fmt::format("error {} at {} call {}", failure, kind == Kind::changing ? "changing" : "reading",
                        number);
    const fs::path project = scene_.fresh();
    Machine machine([&](const FaultyFiles::Call& at) {
      if (at.kind == kind && at.number == number) when_ += fmt::format(" ({})", at.name);
      fail_at(kind, number, failure)(at);
    });
    try {
      verb_(project, machine.host);
      ++survived_;
      if (look_at(project) != after_) blame("no error, but " + difference(look_at(project), after_));
      check_audit(1);
    } catch (const std::system_error& error) {
      check(to_error(error, Aftermath::nothing_changed));
    } catch (const Error& error) {
      check(error);
    }
    check_next();
  }

  void check(const Error& error) {
    const int code = exit_code(error.code());
    if (code != 8 && !(code == 9 && error.aftermath() == Aftermath::pending))
      blame(fmt::format("exit code {} for '{}'", code, error.what()));
    const Visible seen = look_at(project());
    switch (error.aftermath()) {
      case Aftermath::nothing_changed:
        ++refused_;
        break;
      case Aftermath::put_back:
        ++put_back_;
        break;
      case Aftermath::pending:
        ++pending_;
        if (fs::is_empty(project() / ".git/ddx/ops")) blame("nothing is pending");
        return;
      case Aftermath::branch_pushed:
        blame("nothing is pushed here");
        return;
      case Aftermath::unknown_to_us:
        blame("it does not know what is on disk");
        return;
    }
    if (seen != before_)
      blame(fmt::format("'{}' changed something: {}", error.what(), difference(seen, before_)));
    check_audit(0);
  }

  void check_audit(std::size_t operations) {
    if (const std::string problems = audit_problems(project()); !problems.empty())
      blame("the audit log: " + problems);
    if (audited_operations(project()) - audited_before_ != operations)
      blame(fmt::format("the audit log does not tell of {} operations", operations));
  }

  /// With the trouble gone, the next one does all that is left to do.
  void check_next() {
    try {
      Machine recovering;
      recover_now(project(), recovering.host);
      const Visible recovered = look_at(project());
      check_audit(recovered == after_ ? 1 : 0);
      if (recovered == after_) return;
      if (recovered != before_) blame("recovered to neither old nor new: " + difference(recovered, before_));
      Machine again;
      verb_(project(), again.host);
      if (look_at(project()) != after_)
        blame("the next one ends elsewhere: " + difference(look_at(project()), after_));
    } catch (const std::exception& error) {
      blame(std::string("the next one fails: ") + error.what());
    }
  }

  void blame(const std::string& what) { violations_.push_back(when_ + ": " + what); }

  const Scene& scene_;
  Verb verb_;
  Visible before_, after_;
  std::string when_;
  std::size_t changes_ = 0, readings_ = 0, audited_before_ = 0;
  std::size_t tried_ = 0, survived_ = 0, refused_ = 0, put_back_ = 0, pending_ = 0;
  std::vector<std::string> violations_;
};

}  // namespace

TEST_CASE("an error at any call that changes the disk leaves what the pull says it leaves",
          "[faults][errors]") {
  const Scene scene;
  ErrorRun run(scene, pull_offline);
  run.run(Kind::changing, stride, Errors::in_turn);
  run.expect_truth();
}

TEST_CASE("an error while reading is never taken for a deleted file", "[faults][errors]") {
  const Scene scene;
  ErrorRun run(scene, pull_offline);
  run.run(Kind::reading, 9 * stride, Errors::in_turn);
  run.expect_truth();
}

TEST_CASE("an error at any call of a pull with a commit leaves what it says it leaves", "[faults][errors]") {
  const Scene scene;
  ErrorRun run(scene, pull_and_commit);
  run.run(Kind::changing, 2 * stride, Errors::in_turn);
  run.expect_truth();
}

TEST_CASE("an error at any call leaves what the pull says it leaves, whatever the file system knows",
          "[faults][errors][lesser]") {
  const LesserDisk disk(GENERATE(plain_rename, no_links));
  const Scene scene;
  ErrorRun run(scene, pull_and_commit);
  run.run(Kind::changing, 3 * stride, Errors::in_turn);
  run.expect_truth();
}

TEST_CASE("every error at every call", "[faults][errors][long]") {
  const auto verb = GENERATE(as<Verb>{}, pull_offline, pull_and_commit);
  const Scene scene;
  ErrorRun run(scene, verb);
  run.run(Kind::changing, 1, Errors::all);
  run.run(Kind::reading, 1, Errors::all);
  run.expect_truth();
}

TEST_CASE("every error at every call of the other verbs that changes the disk", "[faults][errors][long]") {
  const auto run_all = [](const Scene& scene, const Verb& verb) {
    ErrorRun run(scene, verb);
    run.run(Kind::changing, 1, Errors::all);
    run.run(Kind::reading, 1, Errors::in_turn);
    run.expect_truth();
  };
  SECTION("init") { run_all(Scene::unconnected(), initialise); }
  Scene scene;
  scene.advance(pull_offline);
  SECTION("abort") { run_all(scene, abort_now); }
  SECTION("continue") { run_all(scene, continue_with_theirs); }
  SECTION("rollback") {
    scene.advance(continue_with_theirs);
    run_all(scene, roll_back);
  }
  SECTION("restore") {
    scene.advance(continue_with_theirs);
    scene.advance(record_and_change);
    run_all(scene, restore_here);
  }
}

TEST_CASE("every error at every call that changes the disk, whatever the file system knows",
          "[faults][errors][lesser][long]") {
  const LesserDisk disk(GENERATE(plain_rename, no_links));
  const Scene scene;
  ErrorRun run(scene, pull_and_commit);
  run.run(Kind::changing, 1, Errors::all);
  run.run(Kind::reading, 5, Errors::in_turn);
  run.expect_truth();
}

TEST_CASE("writes that take a few bytes at a time write everything", "[faults][errors]") {
  const Scene scene;
  Machine whole;
  pull_offline(scene.fresh(), whole.host);
  const Visible expected = look_at(scene.folder() / "project");
  Machine narrow;
  narrow.files.set_longest_write(3);
  pull_offline(scene.fresh(), narrow.host);
  CHECK(difference(look_at(scene.folder() / "project"), expected).empty());
}
