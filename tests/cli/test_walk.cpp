#include "cli/resolver/walk.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "cli/resolver/screen.hpp"

using namespace ddx;
using namespace ddx::cli;
using namespace ddx::cli::resolver;
using Kind = Step::Kind;

namespace {

MarkedHunk hunk_of(const std::string& name) {
  return {{1, 5},
          "<<<<<<< yours\nmine " + name + "\n=======\ntheirs " + name + "\n>>>>>>> upstream\n",
          "mine " + name + "\n",
          "theirs " + name + "\n",
          "base " + name + "\n"};
}

ConflictDetail text_detail(const std::string& path, int hunks) {
  ConflictDetail detail{
      {{RelPath::parse(path), ConflictKind::content, {}, {}, {}, {}}, {}, true, {}, {}}, {}, {}, {}, {}};
  MarkedText text{{"start\n"}, {}};
  for (int i = 1; i <= hunks; ++i) {
    text.hunks.push_back(hunk_of(std::to_string(i)));
    text.texts.push_back("after " + std::to_string(i) + "\n");
  }
  detail.here = detail.theirs = detail.now = ConflictSide{Mode::file, "x\n"};
  detail.text = std::move(text);
  return detail;
}

ConflictDetail binary_detail(const std::string& path) {
  ConflictDetail detail = text_detail(path, 0);
  detail.text.reset();
  detail.binary = true;
  detail.pending.conflict.kind = ConflictKind::binary;
  return detail;
}

ConflictDetail decided(ConflictDetail detail) {
  detail.pending.decided = "somehow";
  return detail;
}

Walk walk_through(const std::vector<std::string>& names) {
  std::vector<RelPath> paths;
  for (const auto& name : names) paths.push_back(RelPath::parse(name));
  return Walk(std::move(paths), render::View::unified);
}

/// At the first of two hunks of the only file.
Walk at_two_hunks() {
  Walk walk = walk_through({"a.md"});
  walk.looked(text_detail("a.md", 2));
  return walk;
}

std::string both_as(const std::string& first, const std::string& second) {
  return "start\n" + first + "after 1\n" + second + "after 2\n";
}

}  // namespace

TEST_CASE("a walk without conflicts is over at once", "[cli][resolver]") {
  CHECK(walk_through({}).step().kind == Kind::leave);
}

TEST_CASE("each side fills its hunk, and the last one writes the file and leaves", "[cli][resolver]") {
  Walk walk = at_two_hunks();
  REQUIRE(walk.step().kind == Kind::ask);
  walk.answer(Answer::mine);
  CHECK(walk.step().kind == Kind::ask);
  CHECK(walk.hunk() == 1);
  SECTION("theirs") {
    walk.answer(Answer::theirs);
    CHECK(walk.step().bytes == both_as("mine 1\n", "theirs 2\n"));
    CHECK(walk.step().words == "resolved 'a.md' hunk by hunk (1 yours, 1 upstream's)");
  }
  SECTION("both") {
    walk.answer(Answer::both);
    CHECK(walk.step().bytes == both_as("mine 1\n", "mine 2\ntheirs 2\n"));
  }
  SECTION("original") {
    walk.answer(Answer::base);
    CHECK(walk.step().bytes == both_as("mine 1\n", "base 2\n"));
  }
  SECTION("edited") {
    walk.answer(Answer::edit);
    REQUIRE(walk.step().kind == Kind::edit_lines);
    CHECK(walk.step().bytes == hunk_of("2").marked);
    walk.edited("by hand");
    CHECK(walk.step().bytes == both_as("mine 1\n", "by hand\n"));
  }
  REQUIRE(walk.step().kind == Kind::write);
  CHECK(walk.step().how == "hunks");
  walk.done(decided(text_detail("a.md", 2)));
  CHECK(walk.step().kind == Kind::leave);
}

TEST_CASE("an editor that fails, saves nothing or leaves markers decides nothing", "[cli][resolver]") {
  Walk walk = at_two_hunks();
  const std::string given = hunk_of("1").marked;
  const std::vector<std::optional<std::string>> useless{std::nullopt, given, ">>>>>>> upstream\n",
                                                        "x\n<<<<<<< yours\n"};
  for (const auto& saved : useless) {
    walk.answer(Answer::edit);
    walk.edited(saved);
    CHECK(walk.step().kind == Kind::ask);
    CHECK(walk.hunk() == 0);
    CHECK_FALSE(walk.take_message().empty());
  }
  CHECK_FALSE(walk.stop().unsaved);
}

TEST_CASE("skipped hunks keep their markers, and leaving keeps what was chosen", "[cli][resolver]") {
  Walk walk = at_two_hunks();
  walk.answer(Answer::skip);
  CHECK(walk.hunk() == 1);
  walk.answer(Answer::theirs);
  REQUIRE(walk.step().kind == Kind::write);
  CHECK(walk.step().bytes == both_as(hunk_of("1").marked, "theirs 2\n"));
  walk.done(text_detail("a.md", 1));
  CHECK(walk.step().kind == Kind::leave);

  Walk early = at_two_hunks();
  early.answer(Answer::mine);
  early.answer(Answer::quit);
  REQUIRE(early.step().kind == Kind::write);
  CHECK(early.step().bytes == both_as("mine 1\n", hunk_of("2").marked));
  early.done(text_detail("a.md", 1));
  CHECK(early.step().kind == Kind::leave);

  Walk untouched = at_two_hunks();
  untouched.answer(Answer::quit);
  CHECK(untouched.step().kind == Kind::leave);
}

TEST_CASE("an answer can be for all open hunks of the file", "[cli][resolver]") {
  Walk walk = at_two_hunks();
  walk.answer(Answer::whole_file);
  CHECK(walk.for_whole_file());
  walk.answer(Answer::whole_file);
  CHECK_FALSE(walk.for_whole_file());
  walk.answer(Answer::whole_file);
  walk.answer(Answer::theirs);
  REQUIRE(walk.step().kind == Kind::write);
  CHECK(walk.step().bytes == both_as("theirs 1\n", "theirs 2\n"));
}

TEST_CASE("undo takes back all that one answer decided", "[cli][resolver]") {
  Walk walk = walk_through({"a.md", "b.bin"});
  walk.looked(text_detail("a.md", 3));
  walk.answer(Answer::mine);
  walk.answer(Answer::skip);
  REQUIRE(walk.hunk() == 2);
  walk.answer(Answer::whole_file);
  walk.answer(Answer::theirs);
  walk.done(decided(text_detail("a.md", 3)));
  walk.looked(binary_detail("b.bin"));
  walk.answer(Answer::undo);
  CHECK(walk.stop().path.str() == "a.md");
  CHECK(walk.hunk() == 2);
  CHECK(walk.stop().choices == std::vector<HunkChoice>{{HunkChoice::Take::mine}, {}, {}});
  walk.answer(Answer::undo);
  CHECK(walk.hunk() == 0);
  CHECK(walk.stop().choices[0] == HunkChoice());
}

TEST_CASE("lines that differ in their line ends alone can be told apart", "[cli][resolver]") {
  ConflictDetail detail = text_detail("a.md", 1);
  detail.text->hunks[0].ours = "same\r\n";
  detail.text->hunks[0].theirs = GENERATE("same\n", "same");
  detail.text->hunks[0].base.reset();
  Appearance look;
  look.plain = GENERATE(true, false);
  look.width = GENERATE(40, 140);
  Page page;
  render::add_hunk(page, *detail.text, 0, render::View::side_by_side, look);
  const std::string shown = page.text(Colors::no);
  CHECK(shown.find("same^M") != std::string::npos);
}

TEST_CASE("undo goes back answer by answer, also into the file before", "[cli][resolver]") {
  Walk walk = walk_through({"a.md", "b.bin", "c.md"});
  walk.looked(text_detail("a.md", 2));
  walk.answer(Answer::undo);
  CHECK(walk.take_message() == "there is no answer to take back");
  walk.answer(Answer::mine);
  walk.answer(Answer::mine);
  walk.done(decided(text_detail("a.md", 2)));
  walk.looked(binary_detail("b.bin"));
  walk.answer(Answer::theirs);
  REQUIRE(walk.step().kind == Kind::settle);
  CHECK(walk.step().resolution == Resolution::theirs);
  walk.done(decided(binary_detail("b.bin")));
  walk.looked(text_detail("c.md", 1));

  walk.answer(Answer::undo);
  REQUIRE(walk.step().kind == Kind::reopen);
  CHECK(walk.stop().path.str() == "b.bin");
  walk.done(binary_detail("b.bin"));
  CHECK(walk.step().kind == Kind::ask);
  walk.answer(Answer::undo);
  CHECK(walk.stop().path.str() == "a.md");
  CHECK(walk.hunk() == 1);
  walk.answer(Answer::undo);
  CHECK(walk.hunk() == 0);
  walk.answer(Answer::theirs);
  walk.answer(Answer::theirs);
  REQUIRE(walk.step().kind == Kind::write);
  CHECK(walk.step().bytes == both_as("theirs 1\n", "theirs 2\n"));
  walk.done(decided(text_detail("a.md", 2)));
  CHECK(walk.stop().path.str() == "b.bin");
}

TEST_CASE("back goes to the hunk or file before, and what was chosen there can be changed",
          "[cli][resolver]") {
  Walk walk = walk_through({"a.md", "b.md"});
  walk.looked(text_detail("a.md", 2));
  walk.answer(Answer::back);
  CHECK(walk.take_message() == "this is the first one");
  walk.answer(Answer::mine);
  walk.answer(Answer::back);
  CHECK(walk.hunk() == 0);
  walk.answer(Answer::theirs);
  walk.answer(Answer::theirs);
  walk.done(decided(text_detail("a.md", 2)));
  walk.looked(text_detail("b.md", 2));
  walk.answer(Answer::mine);
  walk.answer(Answer::back);
  walk.answer(Answer::back);
  REQUIRE(walk.step().kind == Kind::write);  // what was chosen in b.md
  CHECK(walk.stop().path.str() == "b.md");
  walk.done(text_detail("b.md", 1));
  CHECK(walk.stop().path.str() == "a.md");
  CHECK(walk.hunk() == 1);
  walk.answer(Answer::mine);
  REQUIRE(walk.step().kind == Kind::write);
  CHECK(walk.step().bytes == both_as("theirs 1\n", "mine 2\n"));
  walk.done(decided(text_detail("a.md", 2)));
  CHECK(walk.stop().path.str() == "b.md");
  CHECK(walk.hunk() == 1);
}

TEST_CASE("a conflict without lines takes a side as a whole, and nothing else", "[cli][resolver]") {
  Walk walk = walk_through({"b.bin"});
  walk.looked(binary_detail("b.bin"));
  for (const Answer answer :
       {Answer::both, Answer::edit, Answer::edit_file, Answer::whole_file, Answer::remembered}) {
    walk.answer(answer);
    CHECK(walk.step().kind == Kind::ask);
    CHECK_FALSE(walk.take_message().empty());
  }
  walk.answer(Answer::base);
  CHECK(walk.step().resolution == Resolution::base);
  walk.refused("it has none");
  CHECK(walk.step().kind == Kind::ask);
  CHECK(walk.take_message() == "it has none");
  walk.answer(Answer::mine);
  walk.done(decided(binary_detail("b.bin")));
  CHECK(walk.step().kind == Kind::leave);
}

TEST_CASE("original lines that nobody knows cannot be taken", "[cli][resolver]") {
  Walk walk = walk_through({"a.md"});
  ConflictDetail detail = text_detail("a.md", 2);
  detail.text->hunks[1].base.reset();
  walk.looked(detail);
  walk.answer(Answer::whole_file);
  walk.answer(Answer::base);
  CHECK(walk.take_message() == "the original lines are not known here");
  walk.answer(Answer::whole_file);
  walk.answer(Answer::base);
  CHECK(walk.hunk() == 1);
}

TEST_CASE("the whole file can be edited, or given to a merge tool", "[cli][resolver]") {
  Walk walk = walk_through({"a.md", "b.md"});
  walk.looked(text_detail("a.md", 2));
  walk.answer(Answer::mine);
  walk.answer(Answer::edit_file);
  REQUIRE(walk.step().kind == Kind::edit_file);
  CHECK(walk.step().bytes == both_as("mine 1\n", hunk_of("2").marked));
  walk.edited("all of it\n");
  REQUIRE(walk.step().kind == Kind::write);
  CHECK(walk.step().how == "editor");
  CHECK(walk.step().bytes == "all of it\n");
  walk.done(decided(text_detail("a.md", 2)));
  CHECK(walk.stop().path.str() == "b.md");
  walk.looked(text_detail("b.md", 2));
  walk.answer(Answer::tool);
  REQUIRE(walk.step().kind == Kind::tool);
  walk.refused("the tool saved nothing");
  CHECK(walk.step().kind == Kind::ask);
  walk.answer(Answer::tool);
  walk.done(text_detail("b.md", 1));
  CHECK(walk.step().kind == Kind::ask);
  CHECK(walk.take_message() == "conflict markers are left in the file");
  walk.answer(Answer::undo);
  CHECK(walk.step().kind == Kind::reopen);
}

TEST_CASE("a file that changed meanwhile is looked at again", "[cli][resolver]") {
  Walk walk = at_two_hunks();
  walk.answer(Answer::mine);
  walk.answer(Answer::quit);
  REQUIRE(walk.step().kind == Kind::write);
  walk.refused("'a.md' changed while it was being resolved");
  CHECK(walk.step().kind == Kind::look);
  walk.looked(text_detail("a.md", 1));
  CHECK(walk.hunk() == 0);
  walk.answer(Answer::quit);
  CHECK(walk.step().kind == Kind::leave);
}

TEST_CASE("a remembered resolution is taken for the file as a whole, when there is one", "[cli][resolver]") {
  Walk walk = walk_through({"a.md"});
  ConflictDetail detail = text_detail("a.md", 2);
  detail.pending.remembered = true;
  walk.looked(detail);
  Appearance look;
  CHECK(screen(walk, look).text(Colors::no).find("r does it again") != std::string::npos);
  walk.answer(Answer::remembered);
  REQUIRE(walk.step().kind == Kind::settle);
  CHECK(walk.step().resolution == Resolution::remembered);
  walk.done(decided(text_detail("a.md", 2)));
  CHECK(walk.step().kind == Kind::leave);
}

TEST_CASE("abort asks first", "[cli][resolver]") {
  Walk walk = at_two_hunks();
  walk.answer(Answer::abort);
  REQUIRE(walk.step().kind == Kind::confirm_abort);
  walk.confirmed(false);
  CHECK(walk.step().kind == Kind::ask);
  walk.answer(Answer::abort);
  walk.confirmed(true);
  CHECK(walk.step().kind == Kind::abort);
}

TEST_CASE("every answer has a key and a word, and none two meanings", "[cli][resolver]") {
  for (const AnswerName& name : answer_names()) {
    CHECK(answer_of_key(name.key) == name.answer);
    CHECK(answer_of_line(name.word) == name.answer);
    CHECK(answer_of_line(name.key) == name.answer);
  }
  CHECK(answer_of_key("\x04") == Answer::quit);
  CHECK(answer_of_line("THEIRS") == Answer::theirs);
  CHECK(answer_of_line("orig") == Answer::base);
  CHECK_FALSE(answer_of_line(""));
  CHECK_FALSE(answer_of_line("ed"));
  CHECK_FALSE(answer_of_key("\x1b[A"));
  CHECK_FALSE(answer_of_key("x"));
}

TEST_CASE("the screen fits its width, and shows no more than printable text", "[cli][resolver]") {
  Walk walk = walk_through({"a.md"});
  ConflictDetail detail = text_detail("a.md", 1);
  detail.text->hunks[0].theirs = "\x1b[31m" + std::string(300, 'x') + "\n";
  walk.looked(detail);
  walk.answer(Answer::view);
  for (const int width : {40, 60, 80, 200}) {
    Appearance look;
    look.width = width;
    const std::string text = screen(walk, look).text(Colors::no);
    CAPTURE(width, text);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(question(walk, look).size() + 2 <= static_cast<std::size_t>(width));
    const bool columns = text.find(" | upstream") != std::string::npos;
    CHECK(columns == (width >= 60));
    if (!columns) continue;
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = text.find('\n', start);
      CHECK(end - start <= static_cast<std::size_t>(width));
      start = end + 1;
    }
  }
}

TEST_CASE("a plain screen is words in a sequence", "[cli][resolver]") {
  Walk walk = at_two_hunks();
  Appearance plain;
  plain.plain = true;
  plain.unicode = true;
  CHECK(screen(walk, plain).text(Colors::no) == R"(
file 1 of 1: a.md, conflict 1 of 2
both sides changed the same lines
before it:
  start
yours, 1 line:
  mine 1
original, 1 line:
  base 1
upstream, 1 line:
  theirs 1
after it:
  after 1
)");
  CHECK(question(walk, plain) == "mine, theirs, both, original, edit, skip, previous, undo, quit or help");
  CHECK(help(plain).text(Colors::no).find("  skip       leave it open") != std::string::npos);
}
