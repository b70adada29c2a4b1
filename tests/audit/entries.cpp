#include "entries.hpp"

namespace ddx::test {

AuditEntry full_entry() {
  AuditEntry entry;
  entry.time = std::chrono::sys_seconds(std::chrono::seconds(1'800'000'000));
  entry.user = "ada";
  entry.machine = "workbench";
  entry.command = "ddx pull -m 'a \"quoted\" message\n'";
  entry.author = "Ada \x1b[31mLovelace";
  entry.email = "ada@example.com";
  entry.project = "root";
  entry.worktree = "main";
  entry.operation = "01MKPQ60TGQRF0000000000080";
  entry.kind = "pull";
  entry.summary = "main@1111111 → main@2222222, 2 files";
  entry.from = SyncedVersion{*Oid::parse(std::string(40, '1')), "main@1111111"};
  entry.to = SyncedVersion{*Oid::parse(std::string(40, '2')), "v2 \xE2\x80\xAE"};
  entry.files = {{RelPath::parse(".ddx/prompts/ünïcode.md"), ChangeKind::added},
                 {RelPath::parse(".ddx/tool.sh"), ChangeKind::mode}};
  entry.decisions = {"kept yours in 'a.md' (1 hunk, --mine)"};
  entry.duration = std::chrono::milliseconds(1234);
  return entry;
}

std::vector<std::string> log_lines(std::size_t count) {
  std::vector<std::string> lines;
  audit::Link link;
  for (std::size_t i = 0; i < count; ++i) {
    AuditEntry entry = full_entry();
    entry.summary = "entry " + std::to_string(i + 1);
    lines.push_back(audit::seal(entry, link));
    link = audit::read_line(lines.back()).link;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string log;
  for (const std::string& line : lines) log += line + "\n";
  return log;
}

}  // namespace ddx::test
