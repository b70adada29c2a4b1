#include <fmt/format.h>

#include <array>

#include "cli/render.hpp"
#include "cli/render_changes.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

/// `3 added, 9 modified`
std::string count_by_kind(const std::vector<AuditFile>& files) {
  std::string counts;
  for (const ChangeKind kind : {ChangeKind::added, ChangeKind::modified, ChangeKind::deleted,
                                ChangeKind::renamed, ChangeKind::mode}) {
    const auto count =
        std::count_if(files.begin(), files.end(), [&](const AuditFile& file) { return file.kind == kind; });
    if (count == 0) continue;
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, to_string(kind));
  }
  return counts;
}

std::string who(const AuditEntry& entry) {
  const std::string account = entry.user + " on " + entry.machine;
  return entry.author.empty() ? account : fmt::format("{} <{}>, {}", entry.author, entry.email, account);
}

void add_field(Page& page, const char* name, const std::string& value) {
  if (!value.empty()) page.line({{fmt::format("    {:<8} ", name), Tone::faint}, value});
}

void add_files(Page& page, const AuditEntry& entry, const Appearance& look) {
  add_field(page, "files", count_by_kind(entry.files));
  if (!look.verbose) return;
  for (const AuditFile& file : entry.files)
    page.line({"             ", padded(std::string(to_string(file.kind)), 10), file.path.str()});
}

void add_entry(Page& page, const HistoryEntry& item, const Appearance& look) {
  if (!item.damage.empty()) {
    page.line({{"A line of the audit log is damaged: " + item.damage, Tone::failure}});
    return;
  }
  const AuditEntry& entry = item.operation;
  page.line({{minute(entry.time), Tone::caution},
             "  " + entry.kind + ": ",
             {in_this_locale(entry.summary, look), Tone::strong}});
  if (entry.result == AuditResult::undone) page.line({"    ", {"undone", Tone::failure}});
  add_field(page, "id", entry.operation);
  add_field(page, "by", who(entry));
  add_field(page, "command", entry.command);
  add_files(page, entry, look);
  for (const std::string& decision : entry.decisions) add_field(page, "decided", decision);
}

}  // namespace

Page history(const HistoryReport& report, const Appearance& look) {
  Page page;
  if (report.entries.empty()) return page.line({"No operation in the audit log."});
  const std::size_t shown = std::min(report.entries.size(), list_limit(look));
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) page.line();
    add_entry(page, report.entries[i], look);
  }
  add_rest(page, report.entries.size(), look);
  return page;
}

Page verification(const HistoryVerification& report, const Appearance& look) {
  Page page;
  const bool sound = report.findings.empty();
  page.line({{sound ? "The audit log is sound" : "The audit log is damaged", Tone::strong}});
  for (std::size_t i = 0; i < std::min(report.findings.size(), list_limit(look)); ++i) {
    const HistoryFinding& finding = report.findings[i];
    const std::string place = finding.line == 0 ? "" : fmt::format("line {}: ", finding.line);
    page.line({"  ", {place + finding.problem, Tone::failure}});
  }
  add_rest(page, report.findings.size(), look);
  const std::string entries = fmt::format("{} {}{}", report.entries, sound ? "" : "sound ",
                                          report.entries == 1 ? "entry" : "entries");
  return page.line(
      {fmt::format("Checked {} against {}.", entries, count_of(report.operations, "recorded operation"))});
}

}  // namespace ddx::cli::render
