#include "contribute/text_checks.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.hpp"
#include "config/structure.hpp"
#include "contribute/outgoing_lines.hpp"

namespace ddx {

namespace {

constexpr std::size_t marker_size = 7;

enum class Marker { none, begin, base, middle, end };

std::string_view without_end(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// git writes seven of the letter, and behind all but '=' a blank and a label.
Marker marker(std::string_view line) {
  line = without_end(line);
  const std::size_t length = line.empty() ? 0 : std::min(line.find_first_not_of(line.front()), line.size());
  if (length != marker_size) return Marker::none;
  const bool alone = line.size() == length;
  if (!alone && line[length] != ' ') return Marker::none;
  switch (line.front()) {
    case '<':
      return Marker::begin;
    case '|':
      return Marker::base;
    case '=':
      return alone ? Marker::middle : Marker::none;
    case '>':
      return Marker::end;
    default:
      return Marker::none;
  }
}

CheckFinding in_line(std::string rule, const RelPath& path, LineIndex line, std::string message) {
  CheckFinding finding;
  finding.rule = std::move(rule);
  finding.path = path;
  finding.line = static_cast<int>(line) + 1;
  finding.message = std::move(message);
  finding.fingerprint = finding.allowance();
  return finding;
}

class Markers {
 public:
  Markers(const RelPath& path, const OutgoingLines& lines) : path_(path), lines_(lines) {}

  std::vector<CheckFinding> run() {
    for (LineIndex line = 0; line < lines_.size(); ++line) step(line, marker(lines_.line(line)));
    leave();
    return std::move(findings_);
  }

 private:
  void step(LineIndex line, Marker found) {
    if (found == Marker::begin) {
      leave();
      begin_ = line;
      middle_seen_ = false;
    } else if (found == Marker::middle) {
      middle_seen_ = begin_.has_value();
    } else if (found == Marker::end) {
      end(line);
    }
  }

  void end(LineIndex line) {
    if (!begin_ || !middle_seen_) return alone(line);
    if (lines_.goes_out(*begin_) || lines_.goes_out(line))
      findings_.push_back(in_line("conflict-markers", path_, *begin_,
                                  fmt::format("a conflict that was not resolved, up to line {}", line + 1)));
    begin_.reset();
  }

  void leave() {
    if (begin_) alone(*begin_);
    begin_.reset();
  }

  void alone(LineIndex line) {
    if (!lines_.goes_out(line) || without_end(lines_.line(line)).size() == marker_size) return;
    findings_.push_back(in_line("conflict-markers", path_, line, "looks like a rest of a conflict"));
    findings_.back().severity = CheckSeverity::warning;
  }

  const RelPath& path_;
  const OutgoingLines& lines_;
  std::optional<LineIndex> begin_;
  bool middle_seen_ = false;
  std::vector<CheckFinding> findings_;
};

}  // namespace

std::vector<CheckFinding> find_conflict_markers(const RelPath& path, std::string_view before,
                                                std::string_view after) {
  if (after.find("<<<<<<<") == after.npos && after.find(">>>>>>>") == after.npos) return {};
  return Markers(path, OutgoingLines(before, after)).run();
}

std::vector<CheckFinding> find_broken_structure(const RelPath& path, const std::string_view* before,
                                                std::string_view after) {
  if (!has_structure(path, after)) return {};
  const auto fault = structure_fault(path, after);
  if (!fault) return {};
  const bool was_looked_at = before != nullptr && has_structure(path, *before);
  const auto old_fault = was_looked_at ? structure_fault(path, *before) : std::nullopt;
  if (old_fault && (!old_fault->duplicate_key || fault->duplicate_key)) return {};
  const bool json = path.name().ends_with(".json");
  CheckFinding finding =
      in_line(json ? "broken-json" : "broken-yaml", path, fault->line - 1,
              fmt::format("{}{}", printable(fault->why),
                          was_looked_at && !old_fault ? ", where upstream's file is whole" : ""));
  if (!was_looked_at || fault->duplicate_key) finding.severity = CheckSeverity::warning;
  return {std::move(finding)};
}

}  // namespace ddx
