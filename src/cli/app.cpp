#include "cli/app.hpp"

#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/usage.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

namespace {

const Values<Format> formats = {{"text", Format::text}, {"json", Format::json}};
const Values<ColorChoice> color_choices = {
    {"auto", ColorChoice::automatic}, {"always", ColorChoice::always}, {"never", ColorChoice::never}};

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_option("-C", options.directory, "Run as if started in this folder")->type_name("DIR");
  add_choice(app, "--color", options.color, color_choices, "When to use colours");
  app.add_flag("-q,--quiet", options.quiet, "No notes and no progress");
  app.add_flag("-v,--verbose", options.verbose, "Say what happens in detail; do not cut lists");
  app.add_option("--log-file", options.log_file, "Append a log for diagnosis to this file")
      ->type_name("FILE");
  app.add_flag("--no-progress", options.no_progress, "Do not show progress");
  add_choice(app, "--format", options.format, formats, "Print text for people or one JSON object");
  app.add_flag("-y,--yes", options.yes, "Answer every confirmation with yes");
  app.add_flag("--no-input", options.no_input, "Never ask anything");
  app.add_option("--wait", options.wait_seconds, "How long to wait for another ddx or git")
      ->type_name("SECONDS")
      ->check(number_up_to(86'400));
  app.add_flag("--insecure-http", options.insecure_http, "Allow plain HTTP to other machines");
  app.add_flag("--assume-single-writer", options.assume_single_writer,
               "Work where the file system has no locks");
  app.add_flag("-h,--help", options.help, "Show the help page");
  app.add_flag("--version", options.version, "Show the version");
}

template <class T>
void take(const Values<T>& values, const std::string& word, T& into) {
  for (const auto& [name, value] : values) {
    if (word == name) into = value;
  }
}

}  // namespace

App::App() : grammar_(std::make_unique<CLI::App>("", "ddx")) {
  CLI::App& app = *grammar_;
  app.set_help_flag();
  app.fallthrough();
  app.require_subcommand(0, 1);
  add_global_options(app, options_);
  add_init(app, choice_);
  add_pull(app, choice_);
  add_resolve(app, choice_);
  add_push(app, choice_);
  add_status(app, choice_);
  add_diff(app, choice_);
  add_rollback(app, choice_);
  add_history(app, choice_);
  add_snapshot(app, choice_);
  add_auth(app, choice_);
  add_doctor(app, choice_);
  add_completion(app, choice_);
  add_version(app, choice_);
  add_help(app, choice_);
}

App::~App() = default;

void App::parse(const std::vector<std::string>& arguments) {
  const auto separator = std::find(arguments.begin(), arguments.end(), "--");
  std::vector<std::string> words(arguments.begin(), separator);
  if (separator != arguments.end()) trailing_.assign(separator + 1, arguments.end());
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    grammar_->parse(words);
  } catch (const CLI::ParseError& failure) {
    throw usage_error(*grammar_, failure);
  }
  const auto parsed = grammar_->get_subcommands();
  if (options_.help) {
    choice_ = {show_help_of(parsed.empty() ? "" : parsed.front()->get_name()), TakesTrailing::yes};
  } else if (parsed.empty()) {
    choose_without_command();
  } else if (options_.version) {
    throw Error(ErrorCode::usage, "unknown option '--version' for '" + parsed.front()->get_name() + "'");
  }
  if (!trailing_.empty() && choice_.trailing == TakesTrailing::no)
    throw Error(ErrorCode::usage, "this command does not expect '" + trailing_.front() + "' after '--'");
}

void App::choose_without_command() {
  if (!trailing_.empty()) throw unknown_command(*grammar_, trailing_.front());
  if (!options_.version) throw Error(ErrorCode::usage, "no command given", {{Recovery::see_help}});
  choice_ = {show_version, TakesTrailing::no};
}

GlobalOptions options_before_parsing(const std::vector<std::string>& arguments) {
  GlobalOptions options;
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    const std::string& word = arguments[i];
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    std::string value;
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < arguments.size()) {
      value = arguments[i + 1];
    }
    if (name == "--format") take(formats, value, options.format);
    if (name == "--color") take(color_choices, value, options.color);
  }
  return options;
}

}  // namespace ddx::cli
