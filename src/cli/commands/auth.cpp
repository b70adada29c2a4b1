#include "ddx/auth.hpp"

#include "cli/commands/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/json_auth.hpp"
#include "cli/render_auth.hpp"
#include "ddx/error.hpp"
#include "ddx/login_free.hpp"

namespace ddx::cli {

namespace {

struct AuthOptions {
  std::string host;
  LoginRequest login;
  bool token_stdin = false;
};

int no_command(Session&) {
  throw Error(ErrorCode::usage, "'auth' needs a command of its own", {{Recovery::see_help, "auth"}});
}

void read_token(Session& session) {
  auto line = session.console.read_line(session.host.interrupted);
  if (session.host.interrupted) throw Interrupted();
  if (!line || line->find_first_not_of(" \t\r") == line->npos)
    throw Error(ErrorCode::usage, "'--token-stdin' found no token on the standard input");
  session.host.token = Secret(*line);
  Secret::wipe(line->data(), line->size());
}

LoginTarget target_of(const AuthOptions& options, Session& session) {
  LoginTarget target = login_target(options.host, session.host);
  if (options.token_stdin) read_token(session);
  return target;
}

void check_device(const AuthOptions& options, const Session& session) {
  if (!options.login.device) return;
  if (options.token_stdin)
    throw Error(ErrorCode::usage, "'--device' and '--token-stdin' exclude each other",
                {{Recovery::see_help, "auth"}});
  if (session.options.quiet)
    throw Error(ErrorCode::usage, "'--device' has to show a code, which '--quiet' forbids");
}

void warn_about(const Account& account, Ui& ui) {
  if (!account.missing.empty()) ui.warning("the token lacks the scope '" + account.missing.front() + "'");
  if (!account.authorize_at.empty())
    ui.warning("the token has to be authorized for the organization: " + account.authorize_at);
  if (account.repository == Account::Repository::denied)
    ui.warning("the upstream's repository cannot be read with this login");
}

int login(const AuthOptions& options, Session& session) {
  check_device(options, session);
  const LoginReport report = log_in(target_of(options, session), options.login, session.host);
  warn_about(report.account, session.ui);
  return show(session, json::logged_in(report), render::logged_in(report));
}

int rotate(const AuthOptions& options, Session& session) {
  check_device(options, session);
  const LoginReport report = rotate_login(target_of(options, session), options.login, session.host);
  warn_about(report.account, session.ui);
  return show(session, json::rotated(report), render::rotated(report));
}

int logout(const AuthOptions& options, Session& session) {
  const LogoutReport report = log_out(target_of(options, session), session.host);
  return show(session, json::logged_out(report), render::logged_out(report));
}

int status(const AuthOptions& options, Session& session) {
  if (const auto upstream = login_free_upstream(options.host, session.host))
    return show(session, json::login_free(*upstream), render::login_free(*upstream));
  const AuthStatus report = auth_status(target_of(options, session), session.host);
  const int exit = report.source.empty() ? exit_code(ErrorCode::auth_required) : 0;
  return show(session, json::auth_status(report, exit), render::auth_status(report), exit);
}

int test(const AuthOptions& options, Session& session) {
  if (const auto upstream = login_free_upstream(options.host, session.host)) {
    if (options.token_stdin)
      throw Error(ErrorCode::usage, "no token is sent to this upstream", {{Recovery::see_help, "auth"}});
    test_upstream(*upstream, session.host);
    return show(session, json::upstream_tested(*upstream), render::upstream_tested(*upstream));
  }
  const AuthTest report = test_login(target_of(options, session), session.host);
  const int exit = report.account.will_do() ? 0 : exit_code(ErrorCode::auth_failed);
  return show(session, json::auth_test(report, exit), render::auth_test(report), exit);
}

int list(const AuthOptions&, Session& session) {
  const LoginList list = list_logins(session.host);
  if (!list.locked_keychain.empty())
    session.ui.warning("the " + list.locked_keychain + " is locked, and its logins are not shown");
  return show(session, json::logins(list), render::logins(list.logins));
}

}  // namespace

void add_auth(CLI::App& app, Choice& choice) {
  const auto options = std::make_shared<AuthOptions>();
  CLI::App* auth = app.add_subcommand("auth", "Log in to upstreams, and see with what");
  auth->callback([auth, &choice] {
    if (auth->get_subcommands().empty()) choice = {no_command, TakesTrailing::no};
  });
  const auto add = [&](const char* name, const char* what, auto run) {
    CLI::App* command = auth->add_subcommand(name, what);
    command->callback([options, run, &choice] {
      choice = {[options, run](Session& session) { return run(*options, session); }, TakesTrailing::no};
    });
    return command;
  };
  const auto add_host = [&](CLI::App* command) {
    command->add_option("HOST", options->host, "A server; the upstream's if left out")->type_name("HOST");
  };
  const auto add_login = [&](CLI::App* command) {
    add_host(command);
    command->add_flag("--token-stdin", options->token_stdin, "Read the token from the standard input");
    command->add_flag("--device", options->login.device, "Log in with a browser, by a code");
    command->add_flag("--vault", options->login.vault, "Keep the login in ddx's own encrypted file");
  };
  add_login(add("login", "Keep a login for a server", login));
  add_host(add("logout", "Forget the login for a server", logout));
  add_host(add("status", "Show where credentials would come from", status));
  CLI::App* command = add("test", "Ask the server about them", test);
  add_host(command);
  command->add_flag("--token-stdin", options->token_stdin, "Read the token from the standard input");
  add("list", "Show the logins that are known", list);
  add_login(add("rotate", "Replace the token of a login", rotate));
}

}  // namespace ddx::cli
