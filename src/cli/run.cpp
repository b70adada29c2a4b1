#include "cli/run.hpp"

#include "cli/app.hpp"
#include "cli/events.hpp"
#include "cli/person.hpp"
#include "cli/report_error.hpp"
#include "cli/wording.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

ProgressStyle progress_style(const GlobalOptions& options, const Appearance& appearance) {
  if (options.quiet || options.no_progress || options.format == Format::json) return ProgressStyle::none;
  return appearance.live_errors ? ProgressStyle::live : ProgressStyle::lines;
}

std::filesystem::path working_folder(const GlobalOptions& options, const System& system) {
  const std::filesystem::path folder = system.current_directory() / options.directory;
  if (!options.directory.empty() && !std::filesystem::is_directory(folder))
    throw Error(ErrorCode::usage, "there is no folder '" + options.directory + "'");
  return folder;
}

int run_command(const App& app, const std::vector<std::string>& arguments, const System& system, Ui& ui) {
  const GlobalOptions& options = app.options();
  const std::filesystem::path folder = working_folder(options, system);
  Log log = options.log_file.empty() ? Log() : Log(folder / options.log_file);
  ProgressDisplay progress(ui, progress_style(options, ui.appearance()));
  TerminalEvents events(ui, progress, log);
  Host host{system.files,
            events,
            system.interrupted,
            system.now,
            system.random,
            system.environment,
            folder,
            {system.user, system.machine, command_line(arguments), system.now()},
            std::chrono::seconds(options.wait_seconds),
            options.insecure_http,
            options.assume_single_writer};
  host.variables = system.variables;
  const Asking asking = decide_asking(options, system.environment, system.console);
  Prompt prompt(ui, system.console, asking, system.interrupted);
  TerminalPerson person(prompt);
  if (prompt.allowed()) host.person = &person;
  Session session{options, host, ui, prompt, app.trailing(), system.console};
  return app.chosen()(session);
}

}  // namespace

int run(const std::vector<std::string>& arguments, const System& system) {
  GlobalOptions options = options_before_parsing(arguments);
  Ui ui(system.console, decide_appearance(options, system.environment, system.console));
  try {
    App app;
    app.parse(arguments);
    options = app.options();
    ui.change(decide_appearance(options, system.environment, system.console));
    const int code = run_command(app, arguments, system, ui);
    // A signal that came too late to stop anything still has to reach the shell, but JSON has named the exit.
    const int signal = system.caught_signal();
    return signal == 0 || options.format == Format::json ? code : 128 + signal;
  } catch (const Interrupted& interruption) {
    return report_interruption(interruption, system.caught_signal(), options.format, ui);
  } catch (const std::exception& failure) {
    return report_error(as_error(failure), options.format, ui);
  } catch (...) {
    return report_error(unknown_failure(), options.format, ui);
  }
}

}  // namespace ddx::cli
