#include "cli/render.hpp"
#include "cli/report_error.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

Tone tone_of(Severity severity) {
  switch (severity) {
    case Severity::fine:
      return Tone::added;
    case Severity::note:
      return Tone::plain;
    case Severity::problem:
      return Tone::caution;
    case Severity::stuck:
    case Severity::damage:
      return Tone::failure;
  }
  return Tone::plain;
}

}  // namespace

Page doctor(const DoctorReport& report) {
  Page page;
  for (const DoctorFinding& finding : report.findings) {
    const std::string word = finding.mended ? "mended" : to_string(finding.severity);
    page.line({{padded(word, 8), finding.mended ? Tone::added : tone_of(finding.severity)},
               padded(finding.check, 21),
               finding.message});
    for (const NextStep& step : finding.steps)
      page.line({"        ", {"hint:", Tone::caution}, " " + hint_for(step)});
  }
  return page;
}

}  // namespace ddx::cli::render
