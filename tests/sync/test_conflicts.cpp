#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// Two hunks that conflict with a clean change of upstream between them.
const std::string base = "a\n1\n2\n3\n4\nb\n5\n6\n7\n8\nc\n";
const std::string mine = "MINE a\n1\n2\n3\n4\nb\n5\n6\n7\n8\nMINE c\n";
const std::string theirs = "THEIRS a\n1\n2\n3\n4\nTHEIRS b\n5\n6\n7\n8\nTHEIRS c\n";

/// A pull with a conflict of each kind, and one clean update.
void open_conflicts(World& world) {
  const std::string zero(1, '\0');
  world.start({{"text.md", base},
               {"clean.md", "clean\n"},
               {"edited.md", "base\n"},
               {"deleted.md", "base\n"},
               {"image.bin", zero + "base"}});
  world.write("text.md", mine);
  world.write("edited.md", "edited here\n");
  world.edit({{"deleted.md", std::nullopt}});
  world.write("image.bin", zero + "mine");
  world.move_upstream({{"text.md", theirs},
                       {"clean.md", "cleaner\n"},
                       {"edited.md", std::nullopt},
                       {"deleted.md", "changed there\n"},
                       {"image.bin", zero + "theirs"}});
}

const Lines all_open = {"delete-modify deleted.md", "modify-delete edited.md", "binary image.bin",
                        "content text.md"};

std::string git_merge_file(const World& world, const std::vector<std::string>& style,
                           const Conflict& conflict, const std::string& ours, const std::string& original,
                           const std::string& other, const PullReport& report) {
  const fs::path folder = world.folder.path() / "merge-file";
  write_file(folder / "ours", ours);
  write_file(folder / "base", original);
  write_file(folder / "theirs", other);
  std::vector<std::string> command = {"merge-file", "-p"};
  command.insert(command.end(), style.begin(), style.end());
  const std::string from = report.from ? "base " + report.from->commit.short_str() : "base";
  for (const std::string& label : {std::string("yours"), from, "upstream " + report.to.commit.short_str()}) {
    command.push_back("-L");
    command.push_back(label);
  }
  CHECK(conflict.kind == ConflictKind::content);
  for (const char* name : {"ours", "base", "theirs"}) command.push_back((folder / name).string());
  return world.upstream.try_git(command).out;
}

}  // namespace

TEST_CASE("the markers are those that git merge-file writes, in every style",
          "[sync][conflict]") {  // [SC D19]
  struct Style {
    std::string setting;
    std::vector<std::string> option;
  };
  const auto style =
      GENERATE(Style{"", {}}, Style{"merge", {}}, Style{"diff3", {"--diff3"}}, Style{"zdiff3", {"--zdiff3"}});
  struct Texts {
    std::string base, ours, theirs;
  };
  const auto texts = GENERATE(
      Texts{base, mine, theirs}, Texts{"one\n", "two\n", "three\n"},
      Texts{"same\nx\nsame\n", "same\na\nb\nsame\n", "same\na\nc\nsame\n"},
      Texts{"1\n2\n3\n4\n", "1\nA\n3\n4\n", "1\n2\nB\n4\n"}, Texts{"one\ntwo", "one\nTWO", "one\nzwei"},
      Texts{"1\n2\n3\n4\n", "1\nA\nB\n4\n", "1\nA\nC\n4\n"},
      Texts{"x\n{\n}\n{\n}\ny\n", "x\n{\n a\n}\n{\n}\ny\n", "x\n{\n b\n}\n{\n}\ny\n"});
  World world;
  world.start({{"f.txt", texts.base}});
  if (!style.setting.empty()) world.repository.git({"config", "merge.conflictStyle", style.setting});
  world.write("f.txt", texts.ours);
  world.move_upstream({{"f.txt", texts.theirs}});
  const PullReport report = world.pull();
  CAPTURE(style.setting);
  REQUIRE(report.conflicts.size() == 1);
  CHECK(world.read("f.txt") == git_merge_file(world, style.option, report.conflicts[0], texts.ours,
                                              texts.base, texts.theirs, report));
  REQUIRE_FALSE(report.conflicts[0].hunks.empty());
  const std::string written = world.read("f.txt");
  std::vector<std::string> rows;
  for (std::size_t start = 0; start < written.size(); start = written.find('\n', start) + 1)
    rows.push_back(written.substr(start, written.find('\n', start) - start));
  for (const ConflictHunk& hunk : report.conflicts[0].hunks) {
    CHECK(rows.at(static_cast<std::size_t>(hunk.first_line) - 1).starts_with("<<<<<<< "));
    CHECK(rows.at(static_cast<std::size_t>(hunk.first_line + hunk.lines) - 2).starts_with(">>>>>>> "));
  }
}

TEST_CASE("an open pull names every kind, and updates the rest", "[sync][conflict]") {  // [SC D1]
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects));
  open_conflicts(world);
  const PullReport report = world.pull();
  CHECK(report.result == PullResult::conflicts);
  CHECK(lines(report.conflicts) == all_open);
  CHECK(report.conflicts[3].hunks == std::vector<ConflictHunk>{{1, 5}, {15, 5}});
  CHECK(world.read("clean.md") == "cleaner\n");
  CHECK(world.read("edited.md") == "edited here\n");
  CHECK_FALSE(world.exists("deleted.md"));
  const StatusReport status = world.status();
  CHECK(status.open_operation == report.operation);
  CHECK(lines(status) == Lines{"clean.md: in sync", "deleted.md: conflict", "edited.md: conflict",
                               "image.bin: conflict", "text.md: conflict"});
}

TEST_CASE("abort restores every byte, mode and the index", "[sync][conflict]") {  // [SC D14]
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects));
  open_conflicts(world);
  const auto before = world.everything();
  const std::string git_state = world.git_state();
  world.pull();
  const AbortReport report = world.abort();
  CHECK(world.everything() == before);
  CHECK(world.git_state() == git_state);
  CHECK(report.edited_since.empty());
  CHECK(world.status().open_operation.empty());
  CHECK(failure_of([&] { world.abort(); }).code() == ErrorCode::nothing_open);
  CHECK(failure_of([&] { world.continue_pull(); }).code() == ErrorCode::nothing_open);
  CHECK(lines(world.pull().conflicts) == all_open);
}

TEST_CASE("abort keeps edits made since in its snapshot", "[sync][conflict]") {
  World world;
  open_conflicts(world);
  const auto before = world.everything();
  world.pull();
  world.write("text.md", "half resolved\n");
  world.write("clean.md", "edited since\n");
  world.write("fresh.md", "fresh\n");
  const AbortReport report = world.abort();
  CHECK(report.edited_since == std::vector<RelPath>{RelPath::parse("clean.md"), RelPath::parse("text.md")});
  const DiskTree saved = world.snapshot(report.snapshot);
  CHECK(saved.at(".ddx/text.md") == "644 half resolved\n");
  CHECK(saved.at(".ddx/clean.md") == "644 edited since\n");
  auto after = world.everything();
  CHECK(after.at(".ddx/fresh.md") == "644 fresh\n");
  after.erase(".ddx/fresh.md");
  CHECK(after == before);
}

TEST_CASE("continue refuses while something is undecided and names it", "[sync][conflict]") {
  World world;
  open_conflicts(world);
  world.pull();
  const auto open = world.everything();
  Error error = failure_of([&] { world.continue_pull(); });
  CHECK(error.code() == ErrorCode::unresolved);
  CHECK(std::string(error.what()).find("'deleted.md'") != std::string::npos);
  CHECK(suggests(error, Recovery::abort_pull));
  CHECK(world.everything() == open);
  world.write("deleted.md", "back, my way\n");
  world.edit({{"edited.md", std::nullopt}});
  world.write("image.bin", "another\n");
  error = failure_of([&] { world.continue_pull(); });
  CHECK(std::string(error.what()).find("'text.md'") != std::string::npos);
  world.write("text.md", "settled\n");
  const PullReport report = world.continue_pull();
  CHECK(report.result == PullResult::updated);
  CHECK(report.decisions.size() == 4);
  CHECK(world.read("text.md") == "settled\n");
  CHECK(world.read("deleted.md") == "back, my way\n");
  CHECK(world.pull().result == PullResult::up_to_date);
  CHECK(lines(world.status()) ==
        Lines{"clean.md: in sync", "deleted.md: customized", "image.bin: customized", "text.md: customized"});
}

TEST_CASE("continue with a side decides what has no markers too", "[sync][conflict]") {  // [SC D10]
  World world;
  open_conflicts(world);
  world.pull();
  const Side side = GENERATE(Side::mine, Side::theirs);
  CHECK(world.continue_pull({{"", side}}).result == PullResult::updated);
  const std::string zero(1, '\0');
  if (side == Side::mine) {
    CHECK(world.read("text.md") == "MINE a\n1\n2\n3\n4\nTHEIRS b\n5\n6\n7\n8\nMINE c\n");
    CHECK(world.read("edited.md") == "edited here\n");
    CHECK_FALSE(world.exists("deleted.md"));
    CHECK(world.read("image.bin") == zero + "mine");
  } else {
    CHECK(world.here() == world.theirs());
  }
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("continue with a side keeps the hunks that were resolved by hand", "[sync][conflict]") {
  World world;
  world.start({{"text.md", base}});
  const std::string style = GENERATE("merge", "diff3", "zdiff3");
  world.repository.git({"config", "merge.conflictStyle", style});
  world.write("text.md", mine);
  world.move_upstream({{"text.md", theirs}});
  world.pull();
  std::string half = world.read("text.md");
  const std::size_t end = half.find('\n', half.find(">>>>>>>")) + 1;
  half = "BY HAND\n" + half.substr(end);
  half.replace(half.find("5\n"), 2, "five\n");
  world.write("text.md", half);
  const auto [side, last] = GENERATE(std::pair(Side::mine, "MINE c\n"), std::pair(Side::theirs, "THEIRS c\n"),
                                     std::pair(Side::union_of_both, "MINE c\nTHEIRS c\n"));
  CHECK(world.continue_pull({{"", side}}).result == PullResult::updated);
  CHECK(world.read("text.md") == std::string("BY HAND\n1\n2\n3\n4\nTHEIRS b\nfive\n6\n7\n8\n") + last);
}

TEST_CASE("sides act on conflicting hunks, on the whole file only when asked",
          "[sync][conflict]") {  // [SC D2, D22]
  World world;
  world.start({{"text.md", base}, {"other.md", "base\n"}});
  world.write("text.md", mine);
  world.move_upstream({{"text.md", theirs}, {"other.md", "new\n"}});
  PullRequest request;
  std::string expected, decision = "(--mine)";
  SECTION("mine") {
    request.sides = {{"", Side::mine}};
    expected = "MINE a\n1\n2\n3\n4\nTHEIRS b\n5\n6\n7\n8\nMINE c\n";
  }
  SECTION("theirs") {
    request.sides = {{"", Side::theirs}};
    expected = theirs;
    decision = "(--theirs)";
  }
  SECTION("union") {
    request.sides = {{"", Side::union_of_both}};
    expected = "MINE a\nTHEIRS a\n1\n2\n3\n4\nTHEIRS b\n5\n6\n7\n8\nMINE c\nTHEIRS c\n";
    decision = "(--union)";
  }
  SECTION("mine, the whole file") {
    request.sides = {{"", Side::mine}};
    request.whole_file = true;
    expected = mine;
  }
  SECTION("by glob, the first that matches wins") {
    request.sides = {{"*.txt", Side::theirs}, {"text.*", Side::mine}, {"", Side::theirs}};
    expected = "MINE a\n1\n2\n3\n4\nTHEIRS b\n5\n6\n7\n8\nMINE c\n";
  }
  const PullReport report = world.pull(request);
  CHECK(report.result == PullResult::updated);
  CHECK(report.conflicts.empty());
  CHECK(world.read("text.md") == expected);
  CHECK(world.read("other.md") == "new\n");
  REQUIRE(report.decisions.size() == 1);
  CHECK(report.decisions[0].find(decision) != std::string::npos);
  CHECK(report.decisions[0].find("'text.md'") != std::string::npos);
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("the configuration's rules decide conflicts, the command line comes first", "[sync][conflict]") {
  World world;
  world.start({{"configs/a.md", "base\n"}, {"docs/b.md", "base\n"}});
  world.configure("sync:\n  conflict: theirs\n  conflicts:\n    - {path: \"configs/**\", use: mine}\n");
  world.write("configs/a.md", "mine\n");
  world.write("docs/b.md", "mine\n");
  world.move_upstream({{"configs/a.md", "theirs\n"}, {"docs/b.md", "theirs\n"}});
  SECTION("configured") {
    const PullReport report = world.pull();
    CHECK(report.conflicts.empty());
    CHECK(world.read("configs/a.md") == "mine\n");
    CHECK(world.read("docs/b.md") == "theirs\n");
    CHECK(report.decisions.size() == 2);
  }
  SECTION("asked") {
    PullRequest request;
    request.sides = {{"configs/", Side::theirs}};
    CHECK(world.pull(request).conflicts.empty());
    CHECK(world.read("configs/a.md") == "theirs\n");
  }
}

TEST_CASE("a second pull meanwhile is refused and says what is open", "[sync][conflict]") {  // [SC D16]
  World world;
  open_conflicts(world);
  world.pull();
  const auto open = world.everything();
  for (const bool rollback : {false, true}) {
    const Error error =
        failure_of([&] { rollback ? static_cast<void>(world.rollback()) : static_cast<void>(world.pull()); });
    CHECK(error.code() == ErrorCode::operation_open);
    CHECK(exit_code(error.code()) == 3);
    CHECK(suggests(error, Recovery::continue_pull));
    CHECK(suggests(error, Recovery::abort_pull));
  }
  CHECK(world.everything() == open);
}

TEST_CASE("an open pull does not stand in git's way", "[sync][conflict]") {
  World world;
  open_conflicts(world);
  world.pull();
  write_file(world.root / "main.c", "int main;\n");
  world.commit_project("work goes on");
  world.repository.git({"checkout", "-q", "-b", "elsewhere"});
  world.write("text.md", "settled\n");
  CHECK(world.continue_pull({{"", Side::mine}}).result == PullResult::updated);
}

TEST_CASE("lines that look like markers are no conflict", "[sync][conflict]") {  // [SC D13]
  World world;
  const std::string odd =
      "Title\n=======\n\n<<<<<<< HEAD\nexample\n||||||| base\n=======\nother\n>>>>>>> "
      "branch\n1\n2\n3\nlast\n";
  world.start({{"doc.md", odd}});
  world.write("doc.md", "mine\n" + odd);
  world.move_upstream({{"doc.md", odd + "theirs\n"}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read("doc.md") == "mine\n" + odd + "theirs\n");

  world.write("doc.md", "MINE\n" + odd + "mine too\n");
  world.move_upstream({{"doc.md", odd + "THEIRS\n"}});
  CHECK(world.pull().conflicts.size() == 1);
  CHECK(failure_of([&] { world.continue_pull(); }).code() == ErrorCode::unresolved);
  world.write("doc.md", odd + "settled\n");
  CHECK(world.continue_pull().result == PullResult::updated);
  CHECK(world.read("doc.md") == odd + "settled\n");
}

TEST_CASE("the same conflict comes out the same, in the dry run too", "[sync][conflict]") {  // [SC D19]
  World world;
  open_conflicts(world);
  PullRequest dry;
  dry.dry_run = DryRun::yes;
  const PullReport planned = world.pull(dry);
  const PullReport again = world.pull(dry);
  const PullReport done = world.pull();
  CHECK(planned.conflicts == done.conflicts);
  CHECK(again.conflicts == done.conflicts);
  CHECK(planned.changes == done.changes);
  CHECK(planned.result == PullResult::planned);
}

TEST_CASE("an edit in one of many like blocks stays in its block", "[sync][conflict]") {  // [SC D20]
  const auto block = [](int number, const std::string& value = "value") {
    return "block " + std::to_string(number) + "\n{\n  begin\n  " + value + "\n  end\n}\n";
  };
  World world;
  world.start({{"f.txt", block(1) + block(2) + block(3) + block(4) + block(5)}});
  world.write("f.txt", block(1) + block(2) + block(3, "MINE") + block(4) + block(5));
  world.move_upstream({{"f.txt", block(9) + block(1) + block(3) + block(4, "THEIRS") + block(5) + block(5)}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read("f.txt") ==
        block(9) + block(1) + block(3, "MINE") + block(4, "THEIRS") + block(5) + block(5));
}

TEST_CASE("after a decision later pulls merge from the new base", "[sync][conflict]") {
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree));
  world.start({{"text.md", base}});
  world.write("text.md", mine);
  world.move_upstream({{"text.md", theirs}});
  world.pull();
  world.continue_pull({{"", Side::mine}});
  std::string next = theirs;
  next.replace(next.find("6\n"), 2, "SIX\n");
  world.move_upstream({{"text.md", next}});
  CHECK(world.pull().conflicts.empty());
  CHECK(world.read("text.md") == "MINE a\n1\n2\n3\n4\nTHEIRS b\n5\nSIX\n7\n8\nMINE c\n");
}
