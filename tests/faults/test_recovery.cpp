#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <thread>

#include <unistd.h>

#include "base/sha256.hpp"
#include "config/lock_edit.hpp"
#include "ddx/error.hpp"
#include "ddx/rollback.hpp"
#include "faults/verbs.hpp"
#include "sync/open_pull.hpp"
#include "transaction/intent.hpp"
#include "transaction/operation_folder.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

const std::string user_text = "mine, written after the crash\n";

/// Just before which rename the pull was killed: the first or the last after the intent was in place.
enum class Killed { prepared, applied };

/// A pull that was killed, with everything in reach that the recovery will look at.
class KilledPull {
 public:
  explicit KilledPull(Killed when, Verb verb = pull_offline) {
    const std::size_t retiring = retiring_rename(verb);
    new_ = look_at(project());
    kill_at_rename(verb, when == Killed::prepared ? 1 : retiring);
    for (const auto& entry : fs::directory_iterator(project() / ".git/ddx/ops")) operation_ = entry.path();
    REQUIRE(fs::exists(intent_file()));
    intent_ = *decode_intent(read_file(intent_file()));
  }

  [[nodiscard]] fs::path project() const { return scene_.folder() / "project"; }
  [[nodiscard]] TestRepo repo() const { return TestRepo::existing(project()); }
  [[nodiscard]] fs::path path(const std::string& name) const { return project() / ".ddx" / name; }
  [[nodiscard]] fs::path stage(const std::string& name) const { return operation_ / "stage" / entry(name); }
  [[nodiscard]] fs::path old(const std::string& name) const { return operation_ / "old" / entry(name); }
  [[nodiscard]] fs::path operation() const { return operation_; }
  [[nodiscard]] fs::path intent_file() const { return operation_ / "intent"; }
  [[nodiscard]] Intent& intent() { return intent_; }
  [[nodiscard]] const Visible& finished() const { return new_; }
  [[nodiscard]] Visible untouched() const { return look_at(scene_.folder() / "original"); }
  void store_intent() const { write_file(intent_file(), encode_intent(intent_)); }

  /// \returns what it warned of
  std::vector<std::string> recover() const {
    Machine machine;
    recover_now(project(), machine.host);
    CHECK(fs::is_empty(project() / ".git/ddx/ops"));
    CHECK_FALSE(fs::exists(project() / ".git/index.lock"));
    Machine again;
    recover_now(project(), again.host);
    CHECK(again.events.notes.empty());
    return machine.events.warnings;
  }

  [[nodiscard]] bool mentions(const std::vector<std::string>& warnings, const std::string& name) const {
    return std::any_of(warnings.begin(), warnings.end(),
                       [&](const std::string& text) { return text.find(name) != std::string::npos; });
  }

  /// Whether the file's base is the one of the version that the pull brought.
  [[nodiscard]] bool base_moved(const std::string& name) const {
    const Lock lock = parse_lock(read_file(project() / ".ddx.lock"), ".ddx.lock");
    const auto found = lock.files.find(RelPath::parse(name));
    return found != lock.files.end() &&
           base_commit(lock, found->second).str() ==
               TestRepo::existing(scene_.folder() / "upstream").git({"rev-parse", "HEAD"});
  }

 private:
  [[nodiscard]] std::string entry(const std::string& name) const {
    const auto& effects = intent_.record.effects;
    const auto found = std::find_if(effects.begin(), effects.end(), [&](const RecordedEffect& effect) {
      return effect.path.str() == ".ddx/" + name;
    });
    REQUIRE(found != effects.end());
    return OperationFolder::name(static_cast<std::size_t>(found - effects.begin()));
  }

  /// Does it all. \returns the number of the rename that retires the operation
  [[nodiscard]] std::size_t retiring_rename(const Verb& verb) {
    std::size_t renames = 0, retiring = 0;
    Machine machine([&](const FaultyFiles::Call& call) {
      if (call.name == "rename" && is_prepared(project())) retiring = ++renames;
    });
    verb(scene_.fresh(), machine.host);
    return retiring;
  }

  void kill_at_rename(const Verb& verb, std::size_t number) {
    std::size_t renames = 0;
    const fs::path copy = scene_.fresh();
    Machine machine([&](const FaultyFiles::Call& call) {
      if (call.name == "rename" && is_prepared(copy) && ++renames == number) die_at(call.number)(call);
    });
    REQUIRE(in_child([&] { verb(copy, machine.host); }) == End::killed);
  }

  Scene scene_;
  fs::path operation_;
  Intent intent_;
  Visible new_;
};

}  // namespace

TEST_CASE("recovery finishes what was not applied and leaves what was", "[faults][recovery]") {
  for (const Killed when : {Killed::prepared, Killed::applied}) {
    const KilledPull pull(when);
    CHECK(pull.recover().empty());
    CHECK(difference(look_at(pull.project()), pull.finished()).empty());
  }
}

TEST_CASE("replace: the user edited or deleted the file before it was applied", "[faults][recovery]") {
  const KilledPull pull(Killed::prepared);
  write_file(pull.path("replaced.md"), user_text);
  fs::remove(pull.path("tool.sh"));
  const auto warnings = pull.recover();
  CHECK(read_file(pull.path("replaced.md")) == user_text);
  CHECK_FALSE(fs::exists(pull.path("tool.sh")));
  CHECK(pull.mentions(warnings, "replaced.md"));
  CHECK(pull.mentions(warnings, "tool.sh"));
  CHECK_FALSE(pull.base_moved("replaced.md"));
  CHECK_FALSE(pull.base_moved("tool.sh"));
  CHECK(pull.base_moved("link"));
  CHECK(read_file(pull.path("fresh.md")) == "fresh\n");
}

TEST_CASE("replace: the user edited the file after it was applied", "[faults][recovery]") {
  const KilledPull pull(Killed::applied);
  write_file(pull.path("replaced.md"), user_text);
  CHECK(pull.recover().empty());
  CHECK(read_file(pull.path("replaced.md")) == user_text);
  CHECK(pull.base_moved("replaced.md"));
}

TEST_CASE("replace: somebody wrote to the displaced file", "[faults][recovery]") {
  const KilledPull pull(Killed::applied);
  const fs::path displaced = pull.stage("replaced.md").lexically_relative(pull.operation());
  std::ofstream(pull.stage("replaced.md"), std::ios::app) << user_text;
  CHECK(pull.mentions(pull.recover(), "replaced.md"));
  CHECK(read_file(pull.path("replaced.md")) == "two\n");
  const fs::path done = pull.project() / ".git/ddx/done" / pull.operation().filename();
  CHECK(read_file(done / displaced) == "one\n" + user_text);
}

TEST_CASE("replace: a lost exchange is done again from the objects", "[faults][recovery]") {
  const KilledPull pull(Killed::applied);
  write_file(pull.path("replaced.md"), "one\n");
  SECTION("the staged file is gone") {
    fs::remove(pull.stage("replaced.md"));
    CHECK(pull.recover().empty());
  }
  SECTION("the staged file is damaged") {
    write_file(pull.stage("replaced.md"), user_text);
    CHECK(pull.mentions(pull.recover(), "rescue"));
    bool rescued = false;
    for (const auto& [name, text] : tree_on_disk(pull.project() / ".git/ddx/rescue"))
      rescued = rescued || text.find(user_text) != std::string::npos;
    CHECK(rescued);
  }
  CHECK(read_file(pull.path("replaced.md")) == "two\n");
}

TEST_CASE("create: the user made the file meanwhile, or removed it again", "[faults][recovery]") {
  SECTION("made before it was applied") {
    const KilledPull pull(Killed::prepared);
    write_file(pull.path("fresh.md"), user_text);
    CHECK(pull.mentions(pull.recover(), "fresh.md"));
    CHECK(read_file(pull.path("fresh.md")) == user_text);
    CHECK_FALSE(pull.base_moved("fresh.md"));
  }
  SECTION("the same by chance") {
    const KilledPull pull(Killed::prepared);
    write_file(pull.path("fresh.md"), "fresh\n");
    CHECK(pull.recover().empty());
    CHECK(difference(look_at(pull.project()), pull.finished()).empty());
  }
  SECTION("removed after it was applied") {
    const KilledPull pull(Killed::applied);
    fs::remove(pull.path("fresh.md"));
    CHECK(pull.recover().empty());
    CHECK_FALSE(fs::exists(pull.path("fresh.md")));
  }
  SECTION("a file stands where a folder has to be") {
    const KilledPull pull(Killed::prepared);
    write_file(pull.path("new"), user_text);
    CHECK(pull.mentions(pull.recover(), "new/folder/deep.md"));
    CHECK(read_file(pull.path("new")) == user_text);
    CHECK_FALSE(pull.base_moved("new/folder/deep.md"));
  }
}

TEST_CASE("delete: the user edited, deleted or made the file again", "[faults][recovery]") {
  SECTION("edited before it was applied") {
    const KilledPull pull(Killed::prepared);
    write_file(pull.path("deleted.md"), user_text);
    CHECK(pull.mentions(pull.recover(), "deleted.md"));
    CHECK(read_file(pull.path("deleted.md")) == user_text);
  }
  SECTION("deleted before it was applied") {
    const KilledPull pull(Killed::prepared);
    fs::remove(pull.path("deleted.md"));
    CHECK(pull.recover().empty());
    CHECK(difference(look_at(pull.project()), pull.finished()).empty());
  }
  SECTION("deleted before it was applied, and a folder is in its place") {
    const KilledPull pull(Killed::prepared);
    fs::remove(pull.path("was-file"));
    write_file(pull.path("was-file/inner.md"), "folder now\n");
    CHECK(pull.recover().empty());
    CHECK(difference(look_at(pull.project()), pull.finished()).empty());
  }
  SECTION("made again after it was applied") {
    const KilledPull pull(Killed::applied);
    write_file(pull.path("deleted.md"), user_text);
    CHECK(pull.recover().empty());
    CHECK(read_file(pull.path("deleted.md")) == user_text);
  }
}

TEST_CASE("a file that kept the user's version is merged by the next pull", "[faults][recovery]") {
  const KilledPull pull(Killed::prepared);
  write_file(pull.path("fresh.md"), user_text);
  pull.recover();
  Machine machine;
  ContinueRequest request;
  request.sides = {{"conflict.md", Side::theirs}};
  continue_pull(workspace_of(pull.project()), request, machine.host);
  CHECK(read_file(pull.path("fresh.md")) == user_text);
  CHECK_FALSE(pull.base_moved("fresh.md"));
  Machine next;
  pull_offline(pull.project(), next.host);
  CHECK(read_file(pull.path("fresh.md")).find(user_text) != std::string::npos);
  CHECK(read_open_pull(workspace_of(pull.project()), next.host)->conflicts.size() == 1);
}

TEST_CASE("an operation that was being undone is undone", "[faults][recovery]") {
  const KilledPull pull(Killed::applied);
  write_file(pull.operation() / "aborting", "");
  SECTION("nobody edited anything") {
    CHECK(pull.recover().empty());
    CHECK(difference(look_at(pull.project()), pull.untouched()).empty());
  }
  SECTION("the user edited the new version, and made a deleted file again") {
    write_file(pull.path("replaced.md"), user_text);
    write_file(pull.path("deleted.md"), user_text);
    const auto warnings = pull.recover();
    CHECK(pull.mentions(warnings, "replaced.md"));
    CHECK(pull.mentions(warnings, "deleted.md"));
    CHECK(read_file(pull.path("replaced.md")) == user_text);
    CHECK(read_file(pull.path("deleted.md")) == user_text);
    CHECK(read_file(pull.path("old-name.md")).find("renamed 1\n") == 0);
  }
}

TEST_CASE("an intent that is torn or damaged was never acted on", "[faults][recovery]") {
  const KilledPull pull(Killed::prepared);
  std::string bytes = read_file(pull.intent_file());
  SECTION("cut") { bytes.resize(bytes.size() / 2); }
  SECTION("empty") { bytes.clear(); }
  SECTION("one bit") { bytes[bytes.size() / 3] ^= 1; }
  write_file(pull.intent_file(), bytes);
  CHECK(pull.recover().empty());
  CHECK(difference(look_at(pull.project()), pull.untouched()).empty());
  CHECK(pull.repo().git({"for-each-ref", "refs/ddx"}).find(pull.operation().filename().string()) ==
        std::string::npos);
}

TEST_CASE("an operation of a newer ddx, or of another place, is left for who can finish it",
          "[faults][recovery]") {
  KilledPull pull(Killed::prepared);
  ErrorCode expected = ErrorCode::interrupted_operation_elsewhere;
  SECTION("a copy of the folder") {
    pull.intent().worktree_root = "/somewhere/else";
    pull.store_intent();
  }
  SECTION("a newer journal") {
    // The digest is over everything before it, so only a real one gets past it.
    std::string bytes = encode_intent(pull.intent());
    bytes.resize(bytes.size() - 64);
    bytes.replace(0, 12, "DDXINTENT 2\n");
    write_file(pull.intent_file(), bytes + sha256_hex(bytes));
    expected = ErrorCode::recovery_too_new;
  }
  const Visible seen = look_at(pull.project());
  try {
    Machine machine;
    pull_offline(pull.project(), machine.host);
    FAIL("the pull went on");
  } catch (const Error& error) {
    CHECK(error.code() == expected);
    CHECK(exit_code(error.code()) == 9);
    CHECK(error.aftermath() == Aftermath::pending);
  }
  CHECK(look_at(pull.project()) == seen);
  CHECK(fs::exists(pull.intent_file()));
}

TEST_CASE("a foreign index.lock is waited for and never removed", "[faults][recovery]") {
  const KilledPull pull(Killed::applied, pull_and_commit);
  write_file(pull.project() / ".git/index.lock", "git's");
  Machine impatient;
  impatient.host.patience = std::chrono::milliseconds(30);
  try {
    recover_now(pull.project(), impatient.host);
    FAIL("it did not wait");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::git_busy);
    CHECK(error.aftermath() == Aftermath::pending);
  }
  CHECK(read_file(pull.project() / ".git/index.lock") == "git's");
  std::jthread git([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    fs::remove(pull.project() / ".git/index.lock");
  });
  Machine patient;
  recover_now(pull.project(), patient.host);
  CHECK(difference(look_at(pull.project()), pull.finished()).empty());
}

TEST_CASE("an index.lock with the token of the operation is removed, with any other it is not",
          "[faults][recovery][lesser]") {
  const KilledPull pull(Killed::applied, pull_and_commit);
  const LesserDisk disk(no_links);
  const std::string id = pull.operation().filename().string();
  SECTION("ours") {
    write_file(pull.project() / ".git/index.lock", "ddx " + id + "\n");
    pull.recover();
    CHECK(difference(look_at(pull.project()), pull.finished()).empty());
  }
  SECTION("not ours") {
    for (const std::string& text : {std::string("ddx 0000\n"), "ddx " + id + "\nand more", std::string()}) {
      write_file(pull.project() / ".git/index.lock", text);
      Machine impatient;
      impatient.host.patience = std::chrono::milliseconds(0);
      CHECK_THROWS_AS(recover_now(pull.project(), impatient.host), Error);
      CHECK(read_file(pull.project() / ".git/index.lock") == text);
    }
  }
}

TEST_CASE("what the user staged between crash and recovery stays staged", "[faults][recovery]") {
  const KilledPull pull(Killed::prepared, pull_and_commit);
  fs::remove(pull.project() / ".git/index.lock");  // as git advises
  pull.repo().git({"add", "untracked.txt"});
  write_file(pull.path("replaced.md"), user_text);
  pull.repo().git({"add", ".ddx/replaced.md"});
  const auto warnings = pull.recover();
  CHECK(pull.mentions(warnings, "replaced.md"));
  CHECK(pull.repo().git({"show", ":.ddx/replaced.md"}) + "\n" == user_text);
  CHECK(pull.repo().git({"diff", "--cached", "--name-only"}).find("untracked.txt") != std::string::npos);
  CHECK(pull.repo().git({"show", "HEAD:.ddx/replaced.md"}) == "two");
}

TEST_CASE("a branch that moved between crash and recovery is left where it is", "[faults][recovery]") {
  const KilledPull pull(Killed::prepared, pull_and_commit);
  TestRepo repo = pull.repo();
  fs::remove(pull.project() / ".git/index.lock");  // as git advises
  SECTION("a new commit") { repo.git({"commit", "-q", "--allow-empty", "-m", "in between"}); }
  SECTION("another branch") { repo.git({"checkout", "-q", "-b", "other"}); }
  const std::string heads = repo.git({"for-each-ref", "refs/heads"});
  CHECK(pull.mentions(pull.recover(), "left out"));
  CHECK(repo.git({"for-each-ref", "refs/heads"}) == heads);
  CHECK(read_file(pull.path("replaced.md")) == "two\n");
}

TEST_CASE("git's garbage collection between crash and recovery takes nothing away", "[faults][recovery]") {
  const KilledPull pull(Killed::prepared, pull_and_commit);
  pull.repo().git({"reflog", "expire", "--expire=now", "--all"});
  pull.repo().git({"gc", "-q", "--prune=now"});
  fs::remove(pull.stage("merged.md"));
  write_file(pull.stage("merged.md"), "damaged\n");
  pull.recover();
  CHECK(difference(look_at(pull.project()), pull.finished()).empty());
  CHECK(pull.repo().try_git({"fsck", "--no-dangling"}).exit == 0);
}

TEST_CASE("an operation whose journal could not be made durable has not begun, however its clean-up ends",
          "[faults][recovery]") {
  const Scene scene;
  const Visible before = look_at(scene.fresh());
  for (std::size_t later = 1;; ++later) {
    const fs::path project = scene.fresh();
    std::size_t calls = 0;
    Machine dying([&](const FaultyFiles::Call& call) {
      if (call.kind != FaultyFiles::Kind::changing || (calls == 0 && !is_prepared(project))) return;
      if (++calls == 1) throw std::system_error(EIO, std::generic_category(), "flush");
      if (calls == 1 + later) die_at(call.number)(call);
    });
    const End end = in_child([&] {
      try {
        pull_offline(project, dying.host);
      } catch (const std::exception&) {
        _exit(0);
      }
    });
    INFO("killed at call " << later << " after the failed flush");
    Machine recovering;
    recover_now(project, recovering.host);
    // The journal may have been durable all the same, and then the operation is whole, snapshot included.
    if (later > 1) CHECK(difference(look_at(project), before).empty());
    Machine listing;
    for (const OperationSummary& operation : list_operations(workspace_of(project), listing.host))
      CHECK(operation.damage.empty());
    if (end == End::finished) break;
    REQUIRE(later < 100);
  }
}
