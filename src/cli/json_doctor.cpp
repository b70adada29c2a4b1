#include "cli/json.hpp"
#include "cli/json_values.hpp"
#include "cli/report_error.hpp"

namespace ddx::cli::json {

namespace {

Json finding_object(const DoctorFinding& finding) {
  return {{"check", finding.check},
          {"severity", to_string(finding.severity)},
          {"message", finding.message},
          {"hints", array_of(finding.steps, hint_for)},
          {"mended", finding.mended}};
}

}  // namespace

std::string doctor(const DoctorReport& report, int exit) {
  return dump(
      {{"schema", "ddx/doctor/1"}, {"findings", array_of(report.findings, finding_object)}, {"exit", exit}});
}

}  // namespace ddx::cli::json
