#include "cli/ui.hpp"

#include <system_error>

#include "base/redaction.hpp"
#include "base/text.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

bool is_set(const Environment& environment, const char* name) {
  const auto value = environment(name);
  return value && !value->empty();
}

bool is_dumb(const Environment& environment) { return environment("TERM") == "dumb"; }

Colors decide_colors(const GlobalOptions& options, const Environment& environment, bool is_terminal) {
  if (options.color == ColorChoice::always) return Colors::yes;
  if (options.color == ColorChoice::never || is_set(environment, "NO_COLOR")) return Colors::no;
  if (is_set(environment, "CLICOLOR_FORCE") && environment("CLICOLOR_FORCE") != "0") return Colors::yes;
  if (environment("CLICOLOR") == "0" || is_dumb(environment)) return Colors::no;
  return is_terminal ? Colors::yes : Colors::no;
}

bool locale_is_utf8(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (!is_set(environment, name)) continue;
    const std::string locale = fold_case(*environment(name));
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

int decide_width(const Environment& environment, const Console& console) {
  constexpr int narrowest = 20;
  int width = console.columns(Stream::out).value_or(80);
  if (const auto columns = environment("COLUMNS"); columns && columns->size() < 5) {
    const int wanted = std::atoi(columns->c_str());
    if (wanted > 0) width = wanted;
  }
  return std::max(width, narrowest);
}

}  // namespace

Appearance decide_appearance(const GlobalOptions& options, const Environment& environment,
                             const Console& console) {
  Appearance appearance;
  appearance.out = decide_colors(options, environment, console.is_terminal(Stream::out));
  appearance.err = decide_colors(options, environment, console.is_terminal(Stream::err));
  appearance.unicode = locale_is_utf8(environment);
  appearance.live_errors = console.is_terminal(Stream::err) && !is_dumb(environment);
  appearance.quiet = options.quiet;
  appearance.verbose = options.verbose;
  appearance.width = decide_width(environment, console);
  appearance.plain =
      is_dumb(environment) || (is_set(environment, "DDX_PLAIN") && environment("DDX_PLAIN") != "0");
  return appearance;
}

void Ui::result(const Page& page) { to_results(page.text(appearance_.out)); }

void Ui::result(const std::string& machine_text) { to_results(machine_text); }

void Ui::note(const std::string& text) {
  if (!appearance_.quiet) to_errors(Page().line({"ddx: ", text}).text(appearance_.err));
}

void Ui::warning(const std::string& text) {
  to_errors(Page().line({"ddx: ", {"warning:", Tone::caution}, " ", text}).text(appearance_.err));
}

void Ui::trace(const std::string& text) {
  if (appearance_.verbose) to_errors(Page().line({{"ddx: " + text, Tone::faint}}).text(appearance_.err));
}

void Ui::error(const Page& page) { to_errors(page.text(appearance_.err)); }

void Ui::question(const std::string& text) { to_errors(printable(text) + " "); }

void Ui::live_line(const std::string& text) {
  if (!live_line_shown_ && text.empty()) return;
  live_line_shown_ = false;
  to_errors("\r\x1b[K" + printable(text));
  live_line_shown_ = !text.empty();
}

void Ui::to_errors(const std::string& bytes) {
  live_line({});
  try {
    console_.write(Stream::err, redacted(bytes));
  } catch (const std::system_error&) {
    return;  // there is nowhere left to say it
  }
}

void Ui::to_results(const std::string& bytes) {
  live_line({});
  if (reader_gone_) return;
  try {
    const auto written = knows_secrets() ? console_.write(Stream::out, without_secrets(bytes))
                                         : console_.write(Stream::out, bytes);
    reader_gone_ = written == Console::Written::reader_gone;
  } catch (const std::system_error& failure) {
    reader_gone_ = true;
    const bool full = failure.code() == std::errc::no_space_on_device;
    throw Error(full ? ErrorCode::disk_full : ErrorCode::io,
                "cannot write the result to the standard output: " + failure.code().message(), {},
                Aftermath::unknown_to_us);
  }
}

}  // namespace ddx::cli
