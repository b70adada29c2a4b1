#include "cli/report_error.hpp"

#include <fmt/format.h>

#include <system_error>

#include "base/redaction.hpp"
#include "base/system_failure.hpp"
#include "cli/json.hpp"

namespace ddx::cli {

namespace {

/// An error object that cannot be delivered leaves the exit code to speak.
void deliver(const std::string& json, Ui& ui) {
  try {
    ui.result(redacted(json));
  } catch (const Error&) {
    return;
  }
}

}  // namespace

Error as_error(const std::exception& failure) {
  if (const auto* error = dynamic_cast<const Error*>(&failure)) return *error;
  if (const auto* error = dynamic_cast<const std::system_error*>(&failure))
    return to_error(*error, Aftermath::unknown_to_us);
  return Error(ErrorCode::internal, fmt::format("unexpected failure: {}", failure.what()),
               {{Recovery::report_bug}}, Aftermath::unknown_to_us);
}

Error unknown_failure() {
  return Error(ErrorCode::internal, "unexpected failure of an unknown kind", {{Recovery::report_bug}},
               Aftermath::unknown_to_us);
}

void add_details(Page& page, const Error& error) {
  for (const std::string& detail : error.details()) page.line({"  " + detail});
}

void add_hints(Page& page, const Error& error) {
  for (const auto& step : error.steps()) page.line({{"hint:", Tone::caution}, " " + hint_for(step)});
}

int report_error(const Error& error, Format format, Ui& ui) {
  if (format == Format::json) {
    deliver(json::error(error), ui);
    return exit_code(error.code());
  }
  Page page;
  page.line({"ddx: ",
             {"error:", Tone::failure},
             " ",
             error.what(),
             {" [" + code_name(error.code()) + "]", Tone::faint}});
  add_details(page, error);
  if (const std::string state = state_line(error.aftermath()); !state.empty()) page.line({state});
  add_hints(page, error);
  ui.error(page);
  return exit_code(error.code());
}

int report_interruption(const Interrupted& interruption, int signal, Format format, Ui& ui) {
  const int code = 128 + signal;
  if (format == Format::json) {
    deliver(json::interruption(code), ui);
  } else {
    const std::string& kept = interruption.kept();
    ui.error(Page()
                 .line({"ddx: interrupted"})
                 .line({kept.empty() ? state_line(Aftermath::nothing_changed) : kept}));
  }
  return code;
}

}  // namespace ddx::cli
