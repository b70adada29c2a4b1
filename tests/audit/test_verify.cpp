#include "audit/verify.hpp"

#include <catch2/catch_test_macros.hpp>

#include "entries.hpp"

using namespace ddx;
using namespace ddx::test;
using audit::verify;

namespace {

/// "line: problem", one a line.
std::string findings(const std::string& log) {
  std::string text;
  const audit::Verified verified = verify(log);
  for (const HistoryFinding& finding : verified.findings)
    text += std::to_string(finding.line) + ": " + finding.problem + "\n";
  if (verified.cut_off) text += "cut off\n";
  return text;
}

}  // namespace

TEST_CASE("an entry reads as it was written, whatever its text is", "[audit]") {
  const AuditEntry entry = full_entry();
  const std::string bytes = audit::seal(entry, {41, std::string(64, 'a')}, std::string(64, 'b'));
  CHECK(std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte >= ' ' && byte <= '~'; }));
  const audit::Line line = audit::read_line(bytes);
  CHECK(line.damage.empty());
  CHECK(line.link.number == 42);
  CHECK(line.previous == std::string(64, 'a'));
  CHECK(line.replaces == std::string(64, 'b'));
  CHECK(line.entry.number == 42);
  CHECK(line.entry.time == entry.time);
  CHECK(line.entry.user == entry.user);
  CHECK(line.entry.machine == entry.machine);
  CHECK(line.entry.command == entry.command);
  CHECK(line.entry.author == entry.author);
  CHECK(line.entry.email == entry.email);
  CHECK(line.entry.project == entry.project);
  CHECK(line.entry.worktree == entry.worktree);
  CHECK(line.entry.operation == entry.operation);
  CHECK(line.entry.kind == entry.kind);
  CHECK(line.entry.summary == entry.summary);
  CHECK(line.entry.from->commit == entry.from->commit);
  CHECK(line.entry.to->name == entry.to->name);
  CHECK(line.entry.files == entry.files);
  CHECK(line.entry.decisions == entry.decisions);
  CHECK(line.entry.result == AuditResult::done);
  CHECK(line.entry.duration == entry.duration);
}

TEST_CASE("an entry without an author, a version or a duration says so", "[audit]") {
  const audit::Line line = audit::read_line(audit::seal(AuditEntry(), {}));
  CHECK(line.damage.empty());
  CHECK(line.entry.author.empty());
  CHECK_FALSE(line.entry.from);
  CHECK_FALSE(line.entry.duration);
  CHECK(line.entry.operation.empty());
}

TEST_CASE("a sound log has no findings", "[audit]") {
  CHECK(findings("").empty());
  CHECK(findings(joined(log_lines(5))).empty());
  CHECK(verify(joined(log_lines(5))).entries == 5);
}

TEST_CASE("a single changed byte anywhere in a log is found", "[audit]") {
  const std::string log = joined(log_lines(2));
  std::size_t missed = 0;
  for (std::size_t i = 0; i < log.size(); ++i) {
    for (const unsigned bits : {0x01U, 0x20U, 0x80U, 0xffU}) {
      std::string flipped = log;
      flipped[i] = static_cast<char>(static_cast<unsigned char>(flipped[i]) ^ bits);
      if (findings(flipped).empty()) ++missed;
    }
  }
  CHECK(missed == 0);
}

TEST_CASE("a line that is removed, swapped, copied or put in is found where it is", "[audit]") {
  const std::vector<std::string> lines = log_lines(5);
  CHECK(findings(joined({lines[1], lines[2]})) ==
        "1: it is entry 2, and entry 1 should be here: entries are missing\n");
  CHECK(findings(joined({lines[0], lines[3], lines[4]})) ==
        "2: it is entry 4, and entry 2 should be here: entries are missing\n");
  CHECK(findings(joined({lines[0], lines[2], lines[1], lines[3]})) ==
        "2: it is entry 3, and entry 2 should be here: entries are missing\n"
        "3: it is entry 2, and entry 4 should be here\n"
        "4: it is entry 4, and entry 3 should be here: entries are missing\n");
  CHECK(findings(joined({lines[0], lines[0]})) == "2: it is entry 1, and entry 2 should be here\n");
  const std::string forged = audit::seal(full_entry(), {1, std::string(64, 'f')});
  CHECK(findings(joined({lines[0], forged, lines[2]})) ==
        "2: it does not continue the line before it\n3: it does not continue the line before it\n");
}

TEST_CASE("a line that is no entry is found, and the ones around it are still judged", "[audit]") {
  const std::vector<std::string> lines = log_lines(3);
  for (const std::string junk : {"", "{}", "null", "not JSON", "{\"n\":2}"}) {
    CHECK(findings(joined({lines[0], junk, lines[2]})) ==
          "2: it is not an entry\n3: it does not continue the line before it\n");
  }
  CHECK(verify(joined({lines[0], "junk", lines[2]})).entries == 2);
}

TEST_CASE("a log that ends within a line is cut off there", "[audit]") {
  const std::string log = joined(log_lines(2));
  const std::size_t first = log.find('\n') + 1;
  for (std::size_t size = first + 1; size < log.size(); ++size)
    CHECK(findings(log.substr(0, size)) == "cut off\n");
  CHECK(
      findings(log.substr(0, first)).empty());  // what is missing then is for the operations' records to say
}
