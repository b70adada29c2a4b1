#include <catch2/matchers/catch_matchers_string.hpp>

#include "config/lock_file.hpp"
#include "ddx/error.hpp"
#include "support/temp_dir.hpp"
#include "support/test_repo.hpp"

namespace ddx {

namespace {

Oid id(char digit) { return *Oid::parse(std::string(40, digit)); }

Lock sample() {
  Lock lock;
  lock.url = "https://example.com/library.git";
  lock.ref = "branch main";
  lock.commit = id('1');
  lock.tree = id('2');
  lock.files[RelPath::parse("a/b.md")] = {
      .base = {id('a'), Mode::file}, .commit = {}, .upstream_path = {}, .offered = {}};
  lock.files[RelPath::parse("a/c.sh")] = {.base = {id('b'), Mode::executable},
                                          .commit = id('3'),
                                          .upstream_path = RelPath::parse("old/c.sh"),
                                          .offered = Offer{id('4'), id('5')}};
  lock.files[RelPath::parse("link")] = {
      .base = {id('c'), Mode::link}, .commit = {}, .upstream_path = {}, .offered = {}};
  return lock;
}

constexpr const char* sample_text = R"({
  "schema": "ddx/lock/1",
  "url": "https://example.com/library.git",
  "ref": "branch main",
  "subtree": "",
  "selection": "",
  "commit": "1111111111111111111111111111111111111111",
  "tree": "2222222222222222222222222222222222222222",
  "files": {
    "a/b.md": {
      "blob": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "mode": "100644"
    },
    "a/c.sh": {
      "blob": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "mode": "100755", "commit": "3333333333333333333333333333333333333333", "path": "old/c.sh", "offered": "4444444444444444444444444444444444444444", "offered_here": "5555555555555555555555555555555555555555"
    },
    "link": {
      "blob": "cccccccccccccccccccccccccccccccccccccccc", "mode": "120000"
    }
  }
}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

struct Refusal {
  ErrorCode code;
  std::string message;
};

Refusal refusal(const std::string& text) {
  try {
    static_cast<void>(parse_lock(text, ".ddx.lock"));
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  FAIL("the lock was accepted:\n" << text);
  throw;
}

void check_damaged(const std::string& text, const std::string& message) {
  const Refusal found = refusal(text);
  CHECK(found.message == message);
  CHECK(found.code == ErrorCode::lock_damaged);
}

Lock many_entries(int count) {
  Lock lock = sample();
  lock.files.clear();
  for (int i = 0; i < count; ++i)
    lock.files[RelPath::parse(fmt::format("folder{:03}/file{:05}.md", i / 100, i))].base.blob = id('a');
  return lock;
}

}  // namespace

TEST_CASE("a lock is written in its one form", "[config][lock]") {
  CHECK(write_lock(sample()) == sample_text);
}

TEST_CASE("a lock that was written reads back as the same value", "[config][lock]") {
  CHECK(parse_lock(write_lock(sample()), ".ddx.lock") == sample());
  Lock empty;
  empty.ref = "default branch";
  CHECK(parse_lock(write_lock(empty), ".ddx.lock") == empty);
  CHECK_FALSE(empty.pulled());
}

TEST_CASE("quotes, backslashes and other alphabets survive in a lock", "[config][lock]") {
  Lock lock = sample();
  lock.url = "/srv/a \"b\"\\c\td/größe.git";
  lock.files[RelPath::parse("prompts/größe \"x\".md")].base.blob = id('d');
  CHECK(parse_lock(write_lock(lock), ".ddx.lock") == lock);
}

TEST_CASE("a lock whose layout another tool changed still reads", "[config][lock]") {
  std::string text;
  for (const char c : std::string(sample_text)) text += c == '\n' ? std::string("\r\n\t") : std::string(1, c);
  CHECK(parse_lock(text, ".ddx.lock") == sample());
}

TEST_CASE("a lock cut anywhere is refused", "[config][lock]") {
  const std::string whole = sample_text;
  const std::size_t last_brace = whole.rfind('}');
  for (std::size_t length = 0; length <= last_brace; ++length) {
    INFO("cut after " << length << " bytes");
    CHECK(refusal(whole.substr(0, length)).code == ErrorCode::lock_damaged);
  }
}

TEST_CASE("an empty lock is damaged, not empty", "[config][lock]") {
  check_damaged("", "'.ddx.lock:1' is damaged: it ends too early");
  check_damaged("\n\n", "'.ddx.lock:3' is damaged: it ends too early");
}

TEST_CASE("conflict markers in a lock are told with their line", "[config][lock]") {
  const std::string conflicted = replaced(sample_text, "  \"commit\"", "<<<<<<< HEAD\n  \"commit\"");
  const Refusal found = refusal(conflicted);
  CHECK(found.code == ErrorCode::lock_conflicted);
  CHECK(found.message == "'.ddx.lock:7' holds the conflict markers of a merge");
  for (const char* marker : {"=======\n", ">>>>>>> topic\n", "||||||| 1234567\n"})
    CHECK(refusal(sample_text + std::string(marker)).message ==
          "'.ddx.lock:21' holds the conflict markers of a merge");
}

TEST_CASE("a lock of a newer format asks for a newer ddx", "[config][lock]") {
  const Refusal found = refusal(replaced(sample_text, "ddx/lock/1", "ddx/lock/2"));
  CHECK(found.code == ErrorCode::lock_too_new);
  CHECK(found.message ==
        "'.ddx.lock:2' has the format 'ddx/lock/2', which a newer ddx wrote; this one knows 'ddx/lock/1'");
}

TEST_CASE("every damage of a lock is refused with its line", "[config][lock]") {
  const std::string entry = R"("blob": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "mode": "100644")";
  const auto with = [](const std::string& from, const std::string& to) {
    return replaced(sample_text, from, to);
  };

  check_damaged(with("ddx/lock/1", "ddx/lock/0"),
                "'.ddx.lock:2' is damaged: 'ddx/lock/0' is not a format of ddx");
  check_damaged(with("ddx/lock/1", "npm/3"), "'.ddx.lock:2' is damaged: 'npm/3' is not a format of ddx");
  check_damaged(with("\"a/c.sh\"", "\"a/b.md\""), "'.ddx.lock:13' is damaged: 'a/b.md' is in it twice");
  check_damaged(with("\"subtree\"", "\"url\""), "'.ddx.lock:5' is damaged: 'url' is in it twice");
  check_damaged(with("\"mode\"", "\"blob\""), "'.ddx.lock:11' is damaged: 'blob' is in it twice");
  check_damaged(with("\"files\": {", "\"files\": {}, \"files\": {"),
                "'.ddx.lock:9' is damaged: 'files' is in it twice");
  check_damaged(with("aaaaaaaa\",", "xaaaaaaa\","),
                "'.ddx.lock:11' is damaged: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaxaaaaaaa' is not an object id");
  check_damaged(with(std::string(40, '2'), std::string(40, '0')),
                "'.ddx.lock:8' is damaged: '" + std::string(40, '0') + "' is not an object id");
  check_damaged(with(std::string(40, '2'), ""),
                "'.ddx.lock:21' is damaged: 'commit' and 'tree' do not go together");
  check_damaged(with("100755", "040000"), "'.ddx.lock:14' is damaged: '040000' is not a file mode");
  check_damaged(with(entry, "\"mode\": \"100644\""),
                "'.ddx.lock:12' is damaged: 'blob' of 'a/b.md' is missing");
  check_damaged(with("  \"ref\": \"branch main\",\n", ""), "'.ddx.lock:19' is damaged: 'ref' is missing");
  check_damaged(with("\"subtree\": \"\"", "\"subtree\": 7"),
                "'.ddx.lock:5' is damaged: 'subtree' has a value of the wrong kind");
  check_damaged(with("\"subtree\": \"\"", "\"subtree\": {}"),
                "'.ddx.lock:5' is damaged: 'subtree' is not a text");
  check_damaged(with("\"subtree\"", "\"folder\""), "'.ddx.lock:5' is damaged: 'folder' is not known here");
  check_damaged(with("\"link\"", "\"a\""), "'.ddx.lock:16' is damaged: 'a' is both a file and a folder");
  check_damaged(with("\"a/c.sh\"", "\"a/b.md/c\""),
                "'.ddx.lock:13' is damaged: 'a/b.md' is both a file and a folder");
  check_damaged(with("\"a/b.md\": {", "\"a/b.md\" {"), "'.ddx.lock:10' is damaged: it is not valid JSON");
  check_damaged(sample_text + std::string("{}"), "'.ddx.lock:21' is damaged: it is not valid JSON");
  check_damaged("[]", "'.ddx.lock:1' is damaged: it is not a JSON object");
  check_damaged(sample_text + std::string(3, '\0'), "'.ddx.lock:21' is damaged: it holds a zero byte");
}

TEST_CASE("a lock with a path that leaves the tree is refused", "[config][lock]") {
  for (const char* path : {"../x", "/etc/passwd", "a//b", "a/.git/hooks/x", ""}) {
    const Refusal found = refusal(replaced(sample_text, "a/b.md", path));
    CHECK(found.code == ErrorCode::lock_damaged);
    CHECK_THAT(found.message, Catch::Matchers::StartsWith(
                                  fmt::format("'.ddx.lock:10' is damaged: '{}' is not a safe path: ", path)));
    CHECK(refusal(replaced(sample_text, "old/c.sh", path)).code == ErrorCode::lock_damaged);
  }
}

TEST_CASE("branches that changed neighbouring entries of a lock merge in git", "[config][lock]") {
  const test::TempDir folder;
  const test::TestRepo repo(folder.path() / "project");
  auto committed = [&](const Lock& lock, const char* message) {
    repo.write(".ddx.lock", write_lock(lock));
    repo.git({"add", ".ddx.lock"});
    repo.git({"commit", "-q", "-m", message});
  };
  Lock ours = sample(), theirs = sample();
  committed(sample(), "start");
  repo.git({"checkout", "-q", "-b", "topic"});
  theirs.files.at(RelPath::parse("a/c.sh")).base.blob = id('8');
  committed(theirs, "theirs");
  repo.git({"checkout", "-q", "main"});
  ours.files.at(RelPath::parse("a/b.md")).base.blob = id('9');
  committed(ours, "ours");

  repo.git({"merge", "-q", "-m", "merge", "topic"});

  ours.files.at(RelPath::parse("a/c.sh")).base.blob = id('8');
  CHECK(repo.read(".ddx.lock") == write_lock(ours));
}

TEST_CASE("branches that synced to different commits make a conflict that is recognised", "[config][lock]") {
  const test::TempDir folder;
  Lock ours = sample(), theirs = sample();
  ours.commit = id('8');
  theirs.commit = id('9');
  test::write_file(folder.path() / "base", write_lock(sample()));
  test::write_file(folder.path() / "ours", write_lock(ours));
  test::write_file(folder.path() / "theirs", write_lock(theirs));
  const auto merged = test::run(folder, {"git", "merge-file", "-p", "ours", "base", "theirs"},
                                test::clean_environment(folder));
  REQUIRE(merged.exit == 1);
  CHECK(refusal(merged.out).message == "'.ddx.lock:7' holds the conflict markers of a merge");
}

TEST_CASE("a lock of 16,000 entries round trips", "[config][lock]") {
  const Lock lock = many_entries(16'000);
  CHECK(parse_lock(write_lock(lock), ".ddx.lock") == lock);
}

}  // namespace ddx
