#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <random>

#include "resolver.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

const std::string zero(1, '\0');
const std::string long_binary = zero + std::string(2000, 'x');

/// A pull that leaves a conflict of every kind that ddx knows, and one clean update.
void open_every_kind(World& world) {
  world.start({{"text.md", base},
               {"clean.md", "clean\n"},
               {"docs/edited.md", "base\n"},
               {"docs/deleted.md", "base\n"},
               {"image.bin", zero + "base"},
               {"moved.md", base},
               {"moved.bin", long_binary},
               {"lost.md", base},
               {"place", "base\n"}});
  world.write("text.md", mine);
  world.write("docs/edited.md", "edited here\n");
  world.edit({{"docs/deleted.md", std::nullopt}, {"lost.md", std::nullopt}, {"place", std::nullopt}});
  world.write("image.bin", zero + "mine");
  world.write("moved.md", mine);
  world.write("moved.bin", long_binary + "mine");
  world.write("both.md", "mine\n");
  world.write("both.bin", zero + "mine");
  world.write("place/inner.md", "mine\n");
  fs::create_symlink("mine", world.local("link"));
  fs::permissions(world.local("docs/edited.md"), fs::perms::owner_read | fs::perms::owner_write);
  fs::permissions(world.local("image.bin"), fs::perms::owner_all);
  fs::create_symlink("theirs", world.remote("link"));
  world.move_upstream({{"text.md", theirs},
                       {"clean.md", "cleaner\n"},
                       {"docs/edited.md", std::nullopt},
                       {"docs/deleted.md", "changed there\n"},
                       {"image.bin", zero + "theirs"},
                       {"moved.md", std::nullopt},
                       {"new/name.md", theirs},
                       {"moved.bin", std::nullopt},
                       {"new/name.bin", long_binary + "theirs"},
                       {"lost.md", std::nullopt},
                       {"found.md", base},
                       {"both.md", "theirs\n"},
                       {"both.bin", zero + "theirs"},
                       {"place", "theirs\n"}});
}

/// Permission bits of every file and link below the root.
std::map<std::string, fs::perms> permissions(const World& world) {
  std::map<std::string, fs::perms> found;
  for (const auto& [path, bytes] : world.everything()) {
    if (!bytes.starts_with("link ")) found[path] = fs::status(world.repository.path() / path).permissions();
  }
  return found;
}

}  // namespace

TEST_CASE("the list names each conflict, its hunks as they are now, and how it was decided",
          "[sync][resolve]") {
  World world;
  open_every_kind(world);
  CHECK(lines(world.pull().conflicts) ==
        Lines{"binary both.bin", "add-add both.md", "delete-modify docs/deleted.md",
              "modify-delete docs/edited.md", "rename-delete found.md", "binary image.bin", "add-add link",
              "binary new/name.bin", "content new/name.md", "type place", "content text.md"});
  const Resolver resolver{world};
  CHECK(resolver.list().open == 11);
  const auto text = resolver.list({"text.md"}).conflicts.at(0);
  CHECK(text.conflict.hunks == std::vector<ConflictHunk>{{1, 5}, {15, 5}});
  world.write("text.md", "new\nlines\n" + world.read("text.md"));
  CHECK(resolver.list({"text.md"}).conflicts.at(0).conflict.hunks ==
        std::vector<ConflictHunk>{{3, 5}, {17, 5}});
  world.write("text.md", "settled\n");
  resolver(Resolution::mine, {"docs"});
  const auto listed = resolver.list({"docs", "text.md"});
  CHECK(listed.total == 11);
  CHECK(listed.open == 8);
  REQUIRE(listed.conflicts.size() == 3);
  CHECK(listed.conflicts[0].decided == "mine");
  CHECK(listed.conflicts[2].decided == "by hand");
}

TEST_CASE("a decision that changes nothing on disk is remembered", "[sync][resolve]") {
  World world;
  open_every_kind(world);
  world.pull();
  const Resolver resolver{world};
  const auto before = world.everything();
  const ResolveReport report = resolver(Resolution::mine, {"docs/edited.md"});
  CHECK(report.open == 10);
  REQUIRE(report.decided.size() == 1);
  CHECK(report.decided[0].words == "kept yours of 'docs/edited.md' (--mine)");
  CHECK_FALSE(report.operation.empty());
  CHECK(world.everything() == before);
  CHECK(resolver.list({"docs/edited.md"}).conflicts[0].decided == "mine");
}

TEST_CASE("each side acts on the conflicting hunks, and deciding again replaces", "[sync][resolve]") {
  World world;
  world.start({{"text.md", base}});
  const std::string style = GENERATE("merge", "diff3", "zdiff3");
  world.repository.git({"config", "merge.conflictStyle", style});
  world.write("text.md", mine);
  world.move_upstream({{"text.md", theirs}});
  world.pull();
  const Resolver resolver{world};
  const std::string marked = world.read("text.md");
  CHECK(resolver(Resolution::mine, {"text.md"}).decided[0].words ==
        "kept yours in 2 conflicting hunks of 'text.md' (--mine)");
  CHECK(world.read("text.md") == with_hunks("MINE a\n", "MINE c\n"));
  CHECK(resolver(Resolution::theirs, {"text.md"}).open == 0);
  CHECK(world.read("text.md") == theirs);
  resolver(Resolution::base, {"text.md"});
  CHECK(world.read("text.md") == with_hunks("a\n", "c\n"));
  resolver(Resolution::union_of_both, {"text.md"});
  CHECK(world.read("text.md") == with_hunks("MINE a\nTHEIRS a\n", "MINE c\nTHEIRS c\n"));
  CHECK(resolver(Resolution::open_again, {"text.md"}).open == 1);
  CHECK(world.read("text.md") == marked);
  resolver(Resolution::theirs, {"text.md"});
  CHECK(world.continue_pull().decisions ==
        Lines{"took upstream's in 2 conflicting hunks of 'text.md' (--theirs)"});
  CHECK(world.read("text.md") == theirs);
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("hunks that were resolved by hand stay when the others take a side", "[sync][resolve]") {
  World world;
  open_text(world);
  const std::string marked = world.read("text.md");
  world.write("text.md", "BY HAND\n" + marked.substr(marked.find('\n', marked.find(">>>>>>>")) + 1));
  const Resolution side = GENERATE(Resolution::mine, Resolution::base);
  Resolver{world}(side);
  CHECK(world.read("text.md") == with_hunks("BY HAND\n", side == Resolution::mine ? "MINE c\n" : "c\n"));
}

TEST_CASE("the original lines of a hunk that was changed by hand are not guessed", "[sync][resolve]") {
  World world;
  open_text(world);
  std::string marked = world.read("text.md");
  marked.replace(marked.find("MINE a"), 6, "MINE AFTER ALL");
  world.write("text.md", marked);
  const ResolveReport report = Resolver{world}(Resolution::base);
  REQUIRE(report.undecided.size() == 1);
  CHECK(report.undecided[0].why == "the original lines of 'text.md' cannot be told from its markers");
  CHECK(report.operation.empty());
  CHECK(world.read("text.md") == marked);
}

TEST_CASE("a hunk in which git joined two conflicts has the original lines of both", "[sync][resolve]") {
  const auto text = [](const std::string& who) {
    return who + " a\n1\n2\n" + who + " b\n3\n4\n5\n6\n7\n" + who + " c\n";
  };
  World world;
  world.start({{"text.md", text("base")}});
  world.write("text.md", text("mine"));
  world.move_upstream({{"text.md", text("theirs")}});
  world.pull();
  const std::string marked = world.read("text.md");
  world.write("text.md", marked.substr(0, marked.rfind("<<<<<<<")) + "BY HAND\n");
  const Resolver resolver{world};
  REQUIRE(resolver.list().conflicts[0].conflict.hunks.size() == 1);
  REQUIRE(resolver(Resolution::base).decided.size() == 1);
  CHECK(world.read("text.md") == "base a\n1\n2\nbase b\n3\n4\n5\n6\n7\nBY HAND\n");
}

TEST_CASE("every kind takes either side, whatever was decided before", "[sync][resolve]") {
  World world(GENERATE(Layout::plain, Layout::second_clone, Layout::subtree, Layout::two_projects));
  open_every_kind(world);
  world.pull();
  const Resolver resolver{world};
  const std::vector<std::string> all = {
      "both.bin",  "both.md", "docs/deleted.md", "docs/edited.md", "found.md",
      "image.bin", "link",    "new/name.bin",    "new/name.md",    "text.md"};
  const ResolveReport taken = resolver(Resolution::theirs);
  REQUIRE(taken.undecided.size() == 1);
  CHECK(taken.undecided[0].why ==
        "'place' cannot come while something else is in its place, which has to be moved away");
  DiskTree upstream = world.theirs();
  upstream.erase("place");
  DiskTree here = world.here();
  here.erase("place/inner.md");
  CHECK(here == upstream);

  CHECK(resolver(Resolution::mine, all).open == 1);
  CHECK(resolver(Resolution::mine, {"place"}).open == 0);
  CHECK(world.read("text.md") == with_hunks("MINE a\n", "MINE c\n"));
  CHECK(world.read("new/name.md") == with_hunks("MINE a\n", "MINE c\n"));
  CHECK(world.read("new/name.bin") == long_binary + "mine");
  CHECK_FALSE(world.exists("moved.bin"));
  CHECK_FALSE(world.exists("docs/deleted.md"));
  CHECK_FALSE(world.exists("found.md"));
  CHECK(world.read("docs/edited.md") == "edited here\n");
  CHECK(world.read("both.bin") == zero + "mine");
  CHECK(fs::read_symlink(world.local("link")) == "mine");
  CHECK(permissions(world).at(
            (world.local("docs/edited.md").lexically_relative(world.repository.path())).string()) ==
        (fs::perms::owner_read | fs::perms::owner_write));

  CHECK(world.continue_pull().result == PullResult::updated);
  CHECK(world.read("place/inner.md") == "mine\n");
  CHECK(world.pull().result == PullResult::up_to_date);
}

TEST_CASE("a folder or nothing means what is open, a name means that conflict", "[sync][resolve]") {
  World world;
  open_every_kind(world);
  world.pull();
  const Resolver resolver{world};
  resolver(Resolution::theirs, {"docs/edited.md"});
  world.write("docs/deleted.md", "my own\n");
  const ResolveReport folder = resolver(Resolution::mine, {"docs"});
  CHECK(folder.decided.empty());
  CHECK(folder.left_alone.size() == 2);
  CHECK(folder.operation.empty());
  CHECK(world.read("docs/deleted.md") == "my own\n");
  CHECK_FALSE(world.exists("docs/edited.md"));
  resolver(Resolution::theirs, {"docs/deleted.md"});
  CHECK(world.read("docs/deleted.md") == "changed there\n");
  CHECK(resolver(Resolution::mine, {"moved.bin"}).decided.size() == 1);
  CHECK(world.read("new/name.bin") == long_binary + "mine");
  CHECK(failure_of([&] { resolver(Resolution::mine, {"clean.md"}); }).code() == ErrorCode::path_unknown);
}

TEST_CASE("edited keeps what is there, but not with markers of ddx in it", "[sync][resolve]") {
  World world;
  open_every_kind(world);
  world.pull();
  const Resolver resolver{world};
  const ResolveReport refused = resolver(Resolution::edited, {"text.md"});
  REQUIRE(refused.undecided.size() == 1);
  CHECK(refused.undecided[0].why == "'text.md' still holds conflict markers");
  const std::string odd = "<<<<<<< HEAD\nan example\n=======\n>>>>>>> branch\n";
  world.write("text.md", odd);
  CHECK(resolver(Resolution::edited, {"text.md"}).decided[0].how == "edited");
  resolver(Resolution::theirs, {"both.md", "new/name.md"});
  CHECK(resolver(Resolution::edited).open == 0);
  CHECK(world.continue_pull().result == PullResult::updated);
  CHECK(world.read("text.md") == odd);
  CHECK(world.read("image.bin") == zero + "mine");
}

TEST_CASE("a later edit of a decided file stays, and the report says so", "[sync][resolve]") {
  World world;
  open_text(world);
  const Resolver resolver{world};
  resolver(Resolution::mine);
  world.write("text.md", "second thoughts\n");
  CHECK(resolver.list().open == 0);
  CHECK(world.continue_pull().decisions ==
        Lines{"kept yours in 2 conflicting hunks of 'text.md' (--mine), edited since"});
  CHECK(world.read("text.md") == "second thoughts\n");
}

TEST_CASE("markers that came back make a decided file open again", "[sync][resolve]") {
  World world;
  open_text(world);
  const std::string marked = world.read("text.md");
  const Resolver resolver{world};
  resolver(Resolution::mine);
  world.write("text.md", marked);
  CHECK(resolver.list().open == 1);
  CHECK(failure_of([&] { world.continue_pull(); }).code() == ErrorCode::unresolved);
}

TEST_CASE("given content decides, unless markers are left or the file changed meanwhile", "[sync][resolve]") {
  World world;
  open_text(world);
  const Resolver resolver{world};
  const std::string marked = world.read("text.md");
  const std::string half = "HALF\n" + marked.substr(marked.find('\n', marked.find(">>>>>>>")) + 1);
  CHECK(resolver.write("text.md", half).undecided.size() == 1);
  CHECK(world.read("text.md") == half);
  CHECK(resolver.list().conflicts[0].conflict.hunks.size() == 1);

  const auto seen = conflict_detail(world.workspace(), RelPath::parse("text.md"), world.host).now;
  world.write("text.md", "edited meanwhile\n");
  const Error raced = failure_of([&] {
    resolve_with(world.workspace(), {RelPath::parse("text.md"), "tool\n", seen, "tool", "w"}, world.host);
  });
  CHECK(raced.code() == ErrorCode::raced);
  CHECK(world.read("text.md") == "edited meanwhile\n");
  CHECK(resolver.write("text.md", "tool\n").decided.size() == 1);
  CHECK(resolver.decisions() == Lines{"text.md: tool"});
}

TEST_CASE("the details of a conflict hold all sides, and every hunk with its original lines",
          "[sync][resolve]") {
  World world;
  open_every_kind(world);
  world.pull();
  const auto detail = [&](const char* path) {
    return conflict_detail(world.workspace(), RelPath::parse(path), world.host);
  };
  const ConflictDetail text = detail("text.md");
  CHECK(text.base->bytes == base);
  CHECK(text.here->bytes == mine);
  CHECK(text.theirs->bytes == theirs);
  REQUIRE(text.text);
  REQUIRE(text.text->hunks.size() == 2);
  CHECK(text.text->hunks[1].ours == "MINE c\n");
  CHECK(text.text->hunks[1].theirs == "THEIRS c\n");
  CHECK(text.text->hunks[1].base == "c\n");
  CHECK(world.read("text.md").find(text.text->hunks[1].marked) != std::string::npos);
  CHECK(detail("image.bin").binary);
  CHECK_FALSE(detail("image.bin").text);
  const ConflictDetail gone = detail("docs/edited.md");
  CHECK_FALSE(gone.theirs);
  REQUIRE(gone.changed.size() == 1);
  CHECK(gone.changed[0].lines.size() == 2);
  CHECK(detail("new/name.md").here->bytes == mine);
  CHECK(failure_of([&] { detail("clean.md"); }).code() == ErrorCode::path_unknown);
}

TEST_CASE("line ends of the disk are kept by every decision", "[sync][resolve]") {
  World world;
  world.start({{"text.md", "one\ntwo\n"}});
  world.repository.git({"config", "core.autocrlf", "true"});
  world.write("text.md", "one\r\nmine\r\n");
  world.move_upstream({{"text.md", "one\ntheirs\n"}});
  REQUIRE(world.pull().conflicts.size() == 1);
  const Resolver resolver{world};
  const auto detail = conflict_detail(world.workspace(), RelPath::parse("text.md"), world.host);
  CHECK(detail.text->hunks.at(0).base == "two\r\n");
  for (const auto& [side, bytes] : std::vector<std::pair<Resolution, std::string>>{
           {Resolution::mine, "one\r\nmine\r\n"},
           {Resolution::theirs, "one\r\ntheirs\r\n"},
           {Resolution::base, "one\r\ntwo\r\n"},
           {Resolution::union_of_both, "one\r\nmine\r\ntheirs\r\n"}}) {
    resolver(side, {"text.md"});
    CHECK(world.read("text.md") == bytes);
  }
}

TEST_CASE("a rollback takes a pull, its decisions and its end back as one", "[sync][resolve][rollback]") {
  World world;
  open_every_kind(world);
  const auto before = world.everything();
  const PullReport pull = world.pull();
  const Resolver resolver{world};
  resolver(Resolution::theirs);
  resolver(Resolution::base, {"text.md"});
  resolver(Resolution::mine, {"place", "image.bin"});
  CHECK(failure_of([&] { world.rollback(); }).code() == ErrorCode::operation_open);
  world.continue_pull();
  const RollbackReport undone = world.rollback();
  CHECK(undone.result == RollbackResult::rolled_back);
  CHECK(undone.undone.size() == 1);
  CHECK(world.everything() == before);
  for (const OperationSummary& operation : list_operations(world.workspace(), world.host)) {
    if (operation.kind == "pull" || operation.kind == "resolve" || operation.kind == "continue")
      CHECK(operation.undone);
  }
  CHECK(world.pull().conflicts.size() == pull.conflicts.size());
}

TEST_CASE("a rollback to a step of an open pull opens it there, and what follows counts on",
          "[sync][resolve][rollback]") {
  World world;
  open_text(world);
  const Resolver resolver{world};
  const std::string first = resolver(Resolution::mine).operation;
  resolver(Resolution::theirs, {"text.md"});
  world.continue_pull();
  RollbackRequest request;
  request.to = first;
  world.rollback(request);
  CHECK(world.read("text.md") == with_hunks("MINE a\n", "MINE c\n"));
  CHECK(resolver.decisions() == Lines{"text.md: mine"});
  CHECK(world.continue_pull().result == PullResult::updated);
  CHECK(world.rollback().result == RollbackResult::rolled_back);
  CHECK(world.read("text.md") == mine);
}

TEST_CASE("abort after any sequence of decisions restores the state before the pull",
          "[sync][resolve][abort]") {
  const unsigned seed = GENERATE(range(1u, 13u));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  World world(seed % 3 == 0 ? Layout::second_clone : Layout::plain);
  open_every_kind(world);
  const auto before = world.everything();
  const auto bits = permissions(world);
  const std::string git_state = world.git_state();
  const PullReport pull = world.pull();
  const Resolver resolver{world};
  for (std::size_t step = 0, steps = 1 + below(12); step < steps; ++step) {
    const std::string path = pull.conflicts[below(pull.conflicts.size())].path.str();
    switch (below(7)) {
      case 0:
        resolver(Resolution::mine, {path});
        break;
      case 1:
        resolver(Resolution::theirs, {path});
        break;
      case 2:
        resolver(static_cast<Resolution>(below(6)), {path, "docs"});
        break;
      case 3:
        resolver(static_cast<Resolution>(below(6)));
        break;
      case 4:
        resolver(Resolution::open_again, {path});
        break;
      case 5:
        if (path != "place") resolver.write(path, "given " + std::to_string(step) + "\n");
        break;
      case 6:
        if (path != "place" && path != "link") world.write(path, "by hand " + std::to_string(step) + "\n");
        break;
    }
  }
  const auto edited = world.everything();
  const AbortReport report = world.abort();
  CHECK(world.everything() == before);
  CHECK(permissions(world) == bits);
  CHECK(world.git_state() == git_state);
  CHECK(world.status().open_operation.empty());
  const DiskTree saved = world.snapshot(report.snapshot);
  for (const auto& [path, bytes] : saved) CHECK(edited.at(path) == bytes);
  CHECK(world.pull().conflicts == pull.conflicts);
}

TEST_CASE("resolving takes no file of the user's away that came after the pull", "[sync][resolve]") {
  World world;
  world.start({{"old.md", base}, {"named.md", base}, {"place", "base\n"}});
  world.write("old.md", mine);
  fs::rename(world.local("named.md"), world.local("mine.md"));
  world.write("mine.md", mine);
  world.edit({{"place", std::nullopt}});
  world.write("place/inner.md", "mine\n");
  world.move_upstream({{"old.md", std::nullopt},
                       {"new.md", base + theirs.substr(theirs.size() / 2)},
                       {"named.md", std::nullopt},
                       {"theirs.md", theirs},
                       {"place", "theirs\n"}});
  CHECK(lines(world.pull().conflicts) == Lines{"rename-rename mine.md", "content new.md", "type place"});
  const Resolver resolver{world};
  world.write("old.md", "another file\n");
  resolver(Resolution::mine, {"new.md"});
  CHECK(world.read("old.md") == "another file\n");

  world.write("mine.md", mine + "more of mine\n");
  resolver(Resolution::mine, {"mine.md"});
  CHECK(world.read("mine.md").find("more of mine\n") != std::string::npos);

  fs::remove_all(world.local("place"));
  world.write("place", "my file\n");
  resolver(Resolution::mine, {"place"});
  CHECK(world.read("place") == "my file\n");
}

TEST_CASE("a file that both sides renamed takes either name, goes by each of them, and abort undoes that",
          "[sync][resolve][rename]") {
  World world;
  world.start({{"old.md", base}});
  fs::rename(world.local("old.md"), world.local("mine.md"));
  world.write("mine.md", mine);
  world.move_upstream({{"old.md", std::nullopt}, {"theirs.md", theirs}});
  const DiskTree before = world.everything();
  CHECK(lines(world.pull().conflicts) == Lines{"rename-rename mine.md"});
  const Resolver resolver{world};
  const ResolveReport taken = resolver(Resolution::theirs, {"theirs.md"});
  REQUIRE(taken.decided.size() == 1);
  CHECK(taken.decided[0].words.find(
            "took upstream's name 'theirs.md', took upstream's in 2 conflicting hunks") != std::string::npos);
  CHECK(world.read("theirs.md") == theirs);
  CHECK_FALSE(world.exists("mine.md"));
  CHECK(resolver.list({"theirs.md"}).conflicts.size() == 1);
  SECTION("given up") {
    abort_pull(world.workspace(), world.host);
    CHECK(world.everything() == before);
    CHECK(lines(world.pull().conflicts) == Lines{"rename-rename mine.md"});
  }
  SECTION("decided again") {
    resolver(Resolution::mine, {"mine.md"});
    CHECK(world.read("mine.md") == with_hunks("MINE a\n", "MINE c\n"));
    CHECK_FALSE(world.exists("theirs.md"));
    world.continue_pull();
    CHECK(world.pull().result == PullResult::up_to_date);
    CHECK(world.read("mine.md") == with_hunks("MINE a\n", "MINE c\n"));
  }
  SECTION("ended") {
    world.continue_pull();
    CHECK(world.pull().result == PullResult::up_to_date);
    world.move_upstream({{"theirs.md", theirs + "more\n"}});
    CHECK(world.pull().conflicts.empty());
    CHECK(world.read("theirs.md") == theirs + "more\n");
    CHECK_FALSE(world.exists("mine.md"));
  }
}

TEST_CASE("without an open pull there is nothing to resolve", "[sync][resolve]") {
  World world;
  world.start({{"a.md", "a\n"}});
  const Resolver resolver{world};
  CHECK(failure_of([&] { resolver(Resolution::mine); }).code() == ErrorCode::nothing_open);
  CHECK(failure_of([&] { static_cast<void>(resolver.list()); }).code() == ErrorCode::nothing_open);
}
