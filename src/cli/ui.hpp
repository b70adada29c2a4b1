#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/options.hpp"
#include "cli/page.hpp"
#include "platform/console.hpp"

namespace ddx::cli {

/// How output has to look here. Decided once, from the options, the environment and the streams.
struct Appearance {
  Colors out = Colors::no;
  Colors err = Colors::no;
  bool unicode = false;      ///< whether our own signs may leave ASCII
  bool live_errors = false;  ///< stderr is a terminal on which a line can be written over
  bool quiet = false;
  bool verbose = false;
  int width = 80;  ///< of the results' stream
  /// For screen readers and terminals that only print: words in a sequence, no columns, no single keys.
  bool plain = false;

  [[nodiscard]] std::string arrow() const { return unicode ? "→" : "->"; }
  [[nodiscard]] std::string ellipsis() const { return unicode ? "…" : "..."; }
};

using Environment = std::function<std::optional<std::string>(const char* name)>;

/// `--color`, NO_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM, in that order; LC_ALL, LC_CTYPE and LANG; COLUMNS;
/// DDX_PLAIN, or TERM again, for `plain`.
[[nodiscard]] Appearance decide_appearance(const GlobalOptions& options, const Environment& environment,
                                           const Console& console);

/// The one writer to the terminal: results to standard output, all else to standard error.
///
/// Once nobody reads standard output any more, results are dropped silently. A failing standard error is
/// ignored.
class Ui {
 public:
  Ui(Console& console, const Appearance& appearance) : console_(console), appearance_(appearance) {}

  void change(const Appearance& appearance) { appearance_ = appearance; }
  [[nodiscard]] const Appearance& appearance() const { return appearance_; }

  /// \throws Error (io, disk_full) when the result cannot be delivered
  void result(const Page& page);
  /// Text for programs, which goes out as it is.
  void result(const std::string& machine_text);

  void note(const std::string& text);
  void warning(const std::string& text);
  void trace(const std::string& text);
  void error(const Page& page);
  /// A question stays on its line.
  void question(const std::string& text);

  /// Shows `text` in place of the last one, or takes it away if empty. Only where `live_errors` is true.
  void live_line(const std::string& text);

 private:
  void to_errors(const std::string& bytes);
  void to_results(const std::string& bytes);

  Console& console_;
  Appearance appearance_;
  bool live_line_shown_ = false;
  bool reader_gone_ = false;
};

}  // namespace ddx::cli
