#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

std::string range(char sign, int start, int lines) {
  return lines == 1 ? fmt::format("{}{}", sign, start) : fmt::format("{}{},{}", sign, start, lines);
}

/// The hunks as `git diff` prints them.
std::string hunks(const DiffFile& file) {
  std::string text;
  for (const DiffHunk& hunk : file.hunks) {
    text += fmt::format("@@ {} {} @@{}\n", range('-', hunk.old_start, hunk.old_lines),
                        range('+', hunk.new_start, hunk.new_lines),
                        hunk.heading.empty() ? "" : " " + hunk.heading);
    for (const DiffLine& line : hunk.lines) {
      text += fmt::format("{}{}\n", line.origin, line.text);
      if (line.no_newline) text += "\\ No newline at end of file\n";
    }
  }
  return text;
}

std::string git_hunks(const World& world, const std::string& before, const std::string& after, int context) {
  write_file(world.folder.path() / "before", before);
  write_file(world.folder.path() / "after", after);
  const std::string text =
      world.upstream
          .try_git({"diff", "--no-index", fmt::format("-U{}", context), "--",
                    (world.folder.path() / "before").string(), (world.folder.path() / "after").string()})
          .out;
  const std::size_t start = text.find("@@ ");
  return start == std::string::npos ? std::string() : text.substr(start);
}

DiffReport diff_of(World& world, DiffSides sides, int context = 3) {
  DiffRequest request;
  request.sides = sides;
  request.context_lines = context;
  return ddx::diff(world.workspace(), request, world.host);
}

std::vector<std::string> names(const DiffReport& report) {
  std::vector<std::string> found;
  for (const DiffFile& file : report.files) found.push_back(file.path.str());
  return found;
}

}  // namespace

TEST_CASE("the hunks are those of git diff", "[sync][diff]") {
  const std::string long_text = [] {
    std::string text;
    for (int i = 0; i < 40; ++i) text += fmt::format("{}line {}\n", i % 10 == 0 ? "func_" : "  ", i);
    return text;
  }();
  std::string changed = long_text;
  changed.replace(changed.find("  line 3\n"), 9, "  LINE 3\n  line 3.5\n");
  changed.replace(changed.find("  line 35\n"), 10, "");
  const auto [before, after] = GENERATE_COPY(
      std::pair(long_text, changed), std::pair(std::string("one\n"), std::string("one")),
      std::pair(std::string("one"), std::string("two")), std::pair(std::string("a\nb\n"), std::string()),
      std::pair(std::string(), std::string("new\n")),
      std::pair(std::string("x\r\ny\r\n"), std::string("x\r\nz\r\n")));
  const int context = GENERATE(0, 1, 3);
  World world;
  world.start({{"f.txt", before}});
  world.write("f.txt", after);
  const DiffReport report = diff_of(world, DiffSides::base_to_here, context);
  REQUIRE(report.files.size() == 1);
  CHECK(hunks(report.files[0]) == git_hunks(world, before, after, context));
  CHECK(report.before_name == "base");
  CHECK(report.after_name == "here");
}

TEST_CASE("diff compares any two of the three sides", "[sync][diff]") {
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects));
  world.start({{"both.md", "1\n2\n3\n4\n5\n6\n7\n8\n9\n"},
               {"here.md", "base\n"},
               {"there.md", "base\n"},
               {"gone.md", "base\n"}});
  const std::string ours = "ONE\n2\n3\n4\n5\n6\n7\n8\n9\n", other = "1\n2\n3\n4\n5\n6\n7\n8\nNINE\n";
  world.write("both.md", ours);
  world.write("here.md", "mine\n");
  world.write("local.md", "local\n");
  world.move_upstream(
      {{"both.md", other}, {"there.md", "theirs\n"}, {"gone.md", std::nullopt}, {"new.md", "new\n"}});
  world.status();

  const DiffReport mine = diff_of(world, DiffSides::base_to_here);
  CHECK(names(mine) == Lines{"both.md", "here.md", "local.md"});
  CHECK(mine.files[0].added == 1);
  CHECK(mine.files[0].removed == 1);
  CHECK(mine.files[2].kind == ChangeKind::added);

  const DiffReport incoming = diff_of(world, DiffSides::base_to_upstream);
  CHECK(names(incoming) == Lines{"both.md", "gone.md", "new.md", "there.md"});
  CHECK(incoming.files[1].kind == ChangeKind::deleted);
  CHECK(incoming.after_name.starts_with("upstream main@"));

  const DiffReport upstream = diff_of(world, DiffSides::here_to_upstream);
  CHECK(names(upstream) == Lines{"both.md", "gone.md", "here.md", "new.md", "there.md"});
  CHECK(hunks(upstream.files[0]) == git_hunks(world, ours, other, 3));
}

TEST_CASE("diff names a changed mode, a link and a binary file for what they are", "[sync][diff]") {
  World world;
  fs::create_directories(world.remote("."));
  fs::create_symlink("one", world.remote("link"));
  world.start({{"run.sh", "#!/bin/sh\n"}, {"image.bin", std::string("\0one", 4)}});
  fs::permissions(world.local("run.sh"), fs::perms::owner_exec, fs::perm_options::add);
  fs::remove(world.local("link"));
  fs::create_symlink("two", world.local("link"));
  world.write("image.bin", std::string("\0two", 4));
  const DiffReport report = diff_of(world, DiffSides::base_to_here);
  REQUIRE(names(report) == Lines{"image.bin", "link", "run.sh"});
  CHECK(report.files[0].binary);
  CHECK(report.files[0].hunks.empty());
  CHECK(report.files[1].before->mode == Mode::link);
  CHECK(report.files[2].kind == ChangeKind::mode);
  CHECK(report.files[2].after->mode == Mode::executable);
  CHECK(report.files[2].hunks.empty());
}

TEST_CASE("diff with nothing changed is empty, before the first fetch an error", "[sync][diff]") {
  World world(Layout::second_clone);
  world.start({{"a.md", "a\n"}});
  CHECK(diff_of(world, DiffSides::base_to_here).files.empty());
  CHECK(failure_of([&] { diff_of(world, DiffSides::base_to_upstream); }).code() == ErrorCode::never_fetched);
  world.write("a.md", "mine\n");
  const DiffReport report = diff_of(world, DiffSides::base_to_here);
  REQUIRE(report.files.size() == 1);
  CHECK(hunks(report.files[0]) == "@@ -1 +1 @@\n-a\n+mine\n");
}
