#include "cli/report_error.hpp"

#include <fmt/format.h>

#include <system_error>

#include "cli/json.hpp"

namespace ddx::cli {

namespace {

ErrorCode code_of(const std::error_code& failure) {
  if (failure == std::errc::no_space_on_device || failure.value() == EDQUOT) return ErrorCode::disk_full;
  if (failure == std::errc::permission_denied || failure == std::errc::operation_not_permitted)
    return ErrorCode::permission;
  if (failure == std::errc::read_only_file_system) return ErrorCode::read_only;
  if (failure == std::errc::cross_device_link) return ErrorCode::cross_device;
  if (failure == std::errc::not_a_directory) return ErrorCode::not_a_folder;
  return ErrorCode::io;
}

std::vector<NextStep> steps_for(ErrorCode code) {
  if (code == ErrorCode::disk_full) return {{Recovery::free_space}};
  if (code == ErrorCode::permission || code == ErrorCode::read_only) return {{Recovery::check_permissions}};
  return {{Recovery::retry}};
}

/// An error object that cannot be delivered leaves the exit code to speak.
void deliver(const std::string& json, Ui& ui) {
  try {
    ui.result(json);
  } catch (const Error&) {
    return;
  }
}

}  // namespace

Error as_error(const std::exception& failure) {
  if (const auto* error = dynamic_cast<const Error*>(&failure)) return *error;
  if (const auto* error = dynamic_cast<const std::system_error*>(&failure)) {
    const ErrorCode code = code_of(error->code());
    return Error(code, error->what(), steps_for(code), Aftermath::unknown_to_us);
  }
  return Error(ErrorCode::internal, fmt::format("unexpected failure: {}", failure.what()),
               {{Recovery::report_bug}}, Aftermath::unknown_to_us);
}

Error unknown_failure() {
  return Error(ErrorCode::internal, "unexpected failure of an unknown kind", {{Recovery::report_bug}},
               Aftermath::unknown_to_us);
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
  if (const std::string state = state_line(error.aftermath()); !state.empty()) page.line({state});
  for (const auto& step : error.steps()) page.line({{"hint:", Tone::caution}, " " + hint_for(step)});
  ui.error(page);
  return exit_code(error.code());
}

int report_interruption(int signal, Format format, Ui& ui) {
  const int code = 128 + signal;
  if (format == Format::json) {
    deliver(json::interruption(code), ui);
  } else {
    ui.error(Page().line({"ddx: interrupted"}).line({state_line(Aftermath::nothing_changed)}));
  }
  return code;
}

}  // namespace ddx::cli
