#include "audit/log.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <system_error>

#include "audit/lines.hpp"
#include "audit/verify.hpp"
#include "base/sha256.hpp"
#include "entries.hpp"
#include "support/faulty_files.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// A clone's git directory, and the log in it.
struct Clone {
  TempDir folder;
  FaultyFiles files;
  TestHost host{files};
  Workspace workspace;

  explicit Clone(FaultyFiles::Act act = nullptr) : files(std::move(act)) {
    workspace.git_dir = workspace.common_dir = folder.path();
  }

  [[nodiscard]] fs::path path() const { return folder.path() / "ddx/audit.log"; }
  [[nodiscard]] std::string bytes() const { return fs::exists(path()) ? test::read_file(path()) : ""; }
  void put(const std::string& bytes) const { write_file(path(), bytes); }
  audit::Log log() { return {workspace, host.host()}; }
  void add(const std::string& summary) {
    AuditEntry entry = full_entry();
    entry.summary = summary;
    audit::append(workspace, host, entry);
  }

  [[nodiscard]] std::vector<std::string> summaries() const {
    std::vector<std::string> found;
    std::string log = bytes();
    for (std::size_t end = 0; (end = log.find('\n')) != std::string::npos; log.erase(0, end + 1))
      found.push_back(audit::read_line(log.substr(0, end)).entry.summary);
    return found;
  }

  [[nodiscard]] std::vector<HistoryFinding> findings() const { return audit::verify(bytes()).findings; }
};

AuditEntry entry_of(const std::string& operation, const std::string& summary) {
  AuditEntry entry = full_entry();
  entry.operation = operation;
  entry.summary = summary;
  return entry;
}

using Summaries = std::vector<std::string>;

}  // namespace

TEST_CASE("entries are appended, each continuing the one before", "[audit]") {
  Clone clone;
  for (const char* summary : {"one", "two", "three"}) clone.add(summary);
  CHECK(clone.summaries() == Summaries{"one", "two", "three"});
  CHECK(clone.bytes() == joined({clone.bytes().substr(0, clone.bytes().size() - 1)}));
  CHECK(audit::verify(clone.bytes()).entries == 3);
  CHECK(clone.findings().empty());
  CHECK(clone.host.warnings.empty());
}

TEST_CASE("room for an entry is reserved without the log growing", "[audit]") {
  Clone clone;
  const audit::Staged staged = clone.log().stage(full_entry());
  CHECK(clone.bytes().empty());
  clone.log().append(staged);
  CHECK(clone.bytes() == staged.line + "\n");
}

TEST_CASE("appending again does nothing", "[audit]") {
  Clone clone;
  clone.add("one");
  const audit::Staged staged = clone.log().stage(full_entry());
  clone.log().append(staged);
  const std::string once = clone.bytes();
  clone.log().append(staged);
  CHECK(clone.bytes() == once);
  clone.add("later");
  const std::string later = clone.bytes();
  clone.log().append(staged);
  CHECK(clone.bytes() == later);
}

TEST_CASE("an entry that others overtook is sealed again and names the hash it had", "[audit]") {
  Clone clone;
  clone.add("one");
  const audit::Staged staged = clone.log().stage(entry_of("A", "overtaken"));
  clone.add("overtaking");
  clone.log().append(staged);
  CHECK(clone.summaries() == Summaries{"one", "overtaking", "overtaken"});
  CHECK(clone.findings().empty());
  CHECK(audit::verify(clone.bytes()).hashes.contains(staged.hash()));
  const std::string once = clone.bytes();
  clone.log().append(staged);
  CHECK(clone.bytes() == once);
}

TEST_CASE("an entry is taken back only while it is the last one", "[audit]") {
  Clone clone;
  clone.add("one");
  const std::string before = clone.bytes();
  const audit::Staged staged = clone.log().stage(entry_of("A", "two"));
  clone.log().take_back(staged);
  CHECK(clone.bytes() == before);
  clone.log().append(staged);
  clone.log().take_back(staged);
  CHECK(clone.bytes() == before);
  clone.log().append(staged);
  clone.add("three");
  const std::string later = clone.bytes();
  clone.log().take_back(staged);
  CHECK(clone.bytes() == later);
}

TEST_CASE("what became of an operation is said once, and an undone one's entry stands for it", "[audit]") {
  Clone clone;
  const audit::Staged staged = clone.log().stage(entry_of("A", "two"));
  AuditEntry undone = entry_of("A", "was undone");
  undone.result = AuditResult::undone;
  clone.log().append_outcome(undone, staged);
  clone.add("another");
  clone.log().append_outcome(undone, staged);
  CHECK(clone.summaries() == Summaries{"was undone", "another"});
  CHECK(audit::verify(clone.bytes()).hashes.contains(staged.hash()));
  clone.log().append(staged);  // a recovery that finishes it after all
  CHECK(clone.summaries() == Summaries{"was undone", "another", "two"});
  CHECK(clone.findings().empty());
}

TEST_CASE("an append that was cut off anywhere is cut by the next one", "[audit]") {
  Clone clone;
  clone.add("one");
  const std::string before = clone.bytes();
  const audit::Staged staged = clone.log().stage(entry_of("A", "two"));
  for (std::size_t written = 1; written <= staged.line.size(); written += 7) {
    clone.put(before + staged.line.substr(0, written));
    clone.log().append(staged);
    CHECK(clone.bytes() == before + staged.line + "\n");
    clone.put(before + staged.line.substr(0, written));
    clone.log().take_back(staged);
    CHECK(clone.bytes() == before);
  }
  clone.put(before + staged.line.substr(0, 90) + std::string(50, '\0'));
  clone.add("other");
  CHECK(clone.summaries() == Summaries{"one", "other"});
  CHECK(clone.findings().empty());
  CHECK(clone.host.warnings.empty());
}

TEST_CASE("a damaged last line stays, is warned of once, and the log goes on after it", "[audit]") {
  Clone clone;
  const std::vector<std::string> lines = log_lines(2);
  std::string changed = lines[1];
  changed.replace(changed.find("entry 2"), 7, "entry 3");
  std::string renumbered = lines[1];
  renumbered.replace(renumbered.find("\"n\":2"), 5, "\"n\":7");
  std::string log;
  SECTION("a changed one") { log = joined({lines[0], changed}); }
  SECTION("a renumbered one") { log = joined({lines[0], renumbered}); }
  SECTION("no entry") { log = joined({lines[0], "junk"}); }
  SECTION("an incomplete one that is no beginning of an entry") { log = joined({lines[0]}) + "junk"; }
  clone.put(log);
  clone.add("after");
  clone.add("later");
  CHECK(clone.bytes().starts_with(log));
  CHECK(clone.host.warnings.size() == 1);
  const auto findings = clone.findings();
  REQUIRE_FALSE(findings.empty());
  CHECK(std::all_of(findings.begin(), findings.end(), [](const auto& finding) { return finding.line == 2; }));
  CHECK(clone.summaries().size() == 4);
}

TEST_CASE("after the log is lost a new one begins, and what was staged before gets into it", "[audit]") {
  Clone clone;
  clone.add("one");
  const audit::Staged staged = clone.log().stage(entry_of("A", "two"));
  fs::remove(clone.path());
  clone.log().append(staged);
  clone.log().append(staged);
  CHECK(clone.summaries() == Summaries{"two"});
  CHECK(clone.findings().empty());
}

TEST_CASE("an append survives writes of a few bytes", "[audit]") {
  Clone clone;
  clone.files.set_longest_write(3);
  clone.add("one");
  clone.add("two");
  CHECK(clone.summaries() == Summaries{"one", "two"});
  CHECK(clone.findings().empty());
}

TEST_CASE("an append that fails at any call leaves the log as it was or with the whole entry", "[audit]") {
  for (const auto kind : {FaultyFiles::Kind::changing, FaultyFiles::Kind::reading}) {
    bool failed = true;
    for (std::size_t call = 1; failed; ++call) {
      failed = false;
      std::size_t first = 0;
      Clone clone([&](const FaultyFiles::Call& at) {
        if (first != 0 && at.kind == kind && at.number == first + call) {
          failed = true;
          throw std::system_error(ENOSPC, std::generic_category(), std::string(at.name));
        }
      });
      clone.files.set_longest_write(100);  // so that it can fail within a line
      clone.add("one");
      const std::string before = clone.bytes();
      first = kind == FaultyFiles::Kind::changing ? clone.files.changes() : clone.files.readings();
      try {
        clone.add("two");
        CHECK(clone.summaries() == Summaries{"one", "two"});
      } catch (const std::system_error&) {
        const bool whole = clone.summaries() == Summaries{"one", "two"};  // its flush failed
        CHECK((whole || clone.bytes() == before));
      }
      first = 0;
      clone.add("three");
      CHECK(clone.findings().empty());
    }
  }
}

TEST_CASE("the newest of many entries are read without the rest", "[audit]") {
  Clone clone;
  clone.put(joined(log_lines(10'000)));
  const std::size_t before = clone.files.readings();
  const auto file = clone.files.open_read(clone.files.open_root(clone.folder.path() / "ddx"), "audit.log");
  audit::LinesFromEnd lines(clone.files, *file, fs::file_size(clone.path()));
  for (int i = 0; i < 20; ++i)
    CHECK(audit::read_line(lines.next()->bytes).entry.summary == "entry " + std::to_string(10'000 - i));
  CHECK(clone.files.readings() - before < 10);
  std::size_t rest = 0;
  while (lines.next()) ++rest;
  CHECK(rest == 9'980);
}
