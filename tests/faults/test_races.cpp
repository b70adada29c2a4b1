#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <fstream>
#include <optional>

#include "ddx/error.hpp"
#include "faults/verbs.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

const std::string token = "what the user wrote meanwhile\n";

/// What a user does to one path of the local tree.
struct UserAct {
  std::string name, path;
  std::function<void(const fs::path&)> act;
  bool leaves_token = true;
};

void edit_in_place(const fs::path& path) { std::ofstream(path, std::ios::app | std::ios::binary) << token; }

void save_by_rename(const fs::path& path) {
  const fs::path aside = path.string() + ".swp";
  std::ofstream(aside, std::ios::binary) << token;
  fs::rename(aside, path);
}

void create(const fs::path& path) {
  std::error_code in_the_way;
  fs::create_directories(path.parent_path(), in_the_way);
  if (!fs::exists(fs::symlink_status(path))) std::ofstream(path, std::ios::binary) << token;
}

std::vector<UserAct> user_acts() {
  std::vector<UserAct> acts;
  for (const char* path : {"replaced.md", "deleted.md", "merged.md", "conflict.md", "tool.sh", "old-name.md",
                           "emptied/only.md", "was-folder/inner.md", "quiet.md"}) {
    acts.push_back({"edits", path, edit_in_place});
    acts.push_back({"saves", path, save_by_rename});
    acts.push_back({"deletes", path, [](const fs::path& file) { fs::remove(file); }, false});
  }
  for (const char* path : {"fresh.md", "new/folder/deep.md", "moved/new-name.md", "new", "was-folder/mine.md",
                           "emptied/mine.md"})
    acts.push_back({"creates", path, create});
  return acts;
}

bool holds_token(const fs::path& folder) {
  if (!fs::exists(folder)) return false;
  for (const auto& [path, text] : tree_on_disk(folder))
    if (!is_kept_by_operation(path) && text.find(token) != std::string::npos) return true;
  return false;
}

/// Without what is at the path, below it and above it.
Visible without(Visible seen, const std::string& path) {
  const std::string full = ".ddx/" + path;
  std::erase_if(seen.files, [&](const auto& file) {
    return file.first == full || file.first.starts_with(full + "/") || full.starts_with(file.first + "/");
  });
  return seen;
}

class RaceRun {
 public:
  RaceRun() {
    before_ = look_at(scene_.fresh());
    Machine machine;
    pull_offline(scene_.fresh(), machine.host);
    after_ = look_at(project());
    steps_ = machine.files.changes();
  }

  [[nodiscard]] std::size_t steps() const { return steps_; }

  void run(const UserAct& user, std::size_t step) {
    ++tried_;
    when_ = fmt::format("the user {} '{}' before call {}", user.name, user.path, step);
    const fs::path path = scene_.fresh() / ".ddx" / user.path;
    bool acted = false;
    Machine machine(do_at(step, [&] {
      if (user.name != "creates" && !fs::exists(path)) return;  // it is gone already
      user.act(path);
      acted = user.leaves_token ? holds_token(project()) : true;
    }));
    std::optional<ErrorCode> code;
    try {
      pull_offline(project(), machine.host);
    } catch (const Error& error) {
      code = error.code();
      if (exit_code(*code) != 7) blame(fmt::format("exit code {}: {}", exit_code(*code), error.what()));
      ++raced_;
    } catch (const std::exception& error) {
      blame(error.what());
    }
    if (acted) check_kept(user, path);
    if (code) {
      expect(without(look_at(project()), user.path), without(before_, user.path), "after a race");
      check_next(user, path);
    }
  }

  void write_late(const std::string& name, std::size_t step) {
    ++tried_;
    when_ = fmt::format("a program writes to the open '{}' before call {}", name, step);
    const fs::path path = scene_.fresh() / ".ddx" / name;
    const int held = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    bool written = false;
    Machine machine(do_at(step, [&] {
      written = true;
      if (write(held, token.data(), token.size()) < 0) blame("cannot write");
    }));
    try {
      pull_offline(project(), machine.host);
    } catch (const Error& error) {
      if (exit_code(error.code()) != 7) blame(error.what());
    }
    close(held);
    if (!written || holds_token(project())) return;
    if (!holds_token(project() / ".git/ddx/done") && !holds_token(project() / ".ddx/.ddx-op"))
      blame("the late edit is lost");
    ++late_;
    if (!machine.events.warnings.empty()) ++late_reported_;
  }

  void expect_none_lost() const {
    std::string text = fmt::format(
        "{} user acts at {} steps, {} reported as races, {} late writes ({} reported), {} violations", tried_,
        steps_, raced_, late_, late_reported_, violations_.size());
    for (std::size_t i = 0; i < violations_.size() && i < 8; ++i) text += "\n" + violations_[i];
    WARN(text);
    CHECK(violations_.empty());
  }

 private:
  [[nodiscard]] fs::path project() const { return scene_.folder() / "project"; }
  void blame(const std::string& what) { violations_.push_back(when_ + ": " + what); }

  void expect(const Visible& seen, const Visible& expected, const char* moment) {
    if (seen != expected) blame(fmt::format("{}: {}", moment, difference(seen, expected)));
  }

  void check_kept(const UserAct& user, const fs::path& path) {
    if (!user.leaves_token) {
      if (fs::exists(path)) blame("the file is back");
      return;
    }
    if (!holds_token(project())) blame("the edit is not where the user made it");
  }

  void check_next(const UserAct& user, const fs::path& path) {
    try {
      Machine machine;
      pull_offline(project(), machine.host);
    } catch (const std::exception& error) {
      blame(std::string("the next pull fails: ") + error.what());
    }
    if (user.leaves_token && !holds_token(project())) blame("the next pull loses the edit");
    if (!user.leaves_token && fs::exists(path)) blame("the next pull brings the file back");
  }

  Scene scene_;
  Visible before_, after_;
  std::string when_;
  std::size_t steps_ = 0, tried_ = 0, raced_ = 0, late_ = 0, late_reported_ = 0;
  std::vector<std::string> violations_;
};

}  // namespace

TEST_CASE("what the user does between two steps of a pull is never lost", "[faults][races]") {
  RaceRun run;
  const std::vector<UserAct> acts = user_acts();
  for (std::size_t step = 1; step <= run.steps(); step += stride) {
    for (std::size_t i = step % 11; i < acts.size(); i += 11) run.run(acts[i], step);
  }
  run.expect_none_lost();
}

TEST_CASE(
    "what the user does meanwhile is not lost where files can neither be exchanged nor moved aside at once",
    "[faults][races][lesser]") {
  const LesserDisk disk(GENERATE(plain_rename, no_links));
  RaceRun run;
  const std::vector<UserAct> acts = user_acts();
  for (std::size_t step = 1; step <= run.steps(); step += 3) {
    for (std::size_t i = step % 23; i < acts.size(); i += 23) run.run(acts[i], step);
  }
  run.expect_none_lost();
  for (const char* path : {"replaced.md", "deleted.md"}) {
    for (std::size_t step = 1; step <= run.steps(); step += 11) run.write_late(path, step);
  }
  run.expect_none_lost();
}

TEST_CASE("what a program writes to a replaced file that it holds open is kept and reported",
          "[faults][races]") {
  RaceRun run;
  for (const char* path : {"replaced.md", "deleted.md", "merged.md"}) {
    for (std::size_t step = 1; step <= run.steps(); step += 2) run.write_late(path, step);
  }
  run.expect_none_lost();
}

TEST_CASE("everything that the user may do, at every step", "[faults][races][long]") {
  const LesserDisk disk(GENERATE(Lacks{}, plain_rename, no_links));
  RaceRun run;
  for (const UserAct& user : user_acts()) {
    for (std::size_t step = 1; step <= run.steps(); ++step) run.run(user, step);
  }
  run.expect_none_lost();
}
