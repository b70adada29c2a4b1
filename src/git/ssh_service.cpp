#include <fmt/format.h>
#include <git2.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

#include "base/redaction.hpp"
#include "base/text.hpp"
#include "ddx/error.hpp"
#include "git/fetch_call.hpp"
#include "git/service_program.hpp"
#include "git/user_settings.hpp"
#include "net/retry.hpp"

namespace ddx::git {

namespace {

/// How the program at hand takes its arguments, by git's names for them.
enum class Variant { ssh, plink, tortoise_plink, simple };

struct SshProgram {
  std::string command;   ///< a path, or text for a shell
  std::string named_by;  ///< the setting or variable; empty: nothing
  bool is_shell_text = false;
  std::optional<Variant> variant;
};

std::optional<Variant> parse_variant(const std::string& name) {
  if (name == "ssh") return Variant::ssh;
  if (name == "plink" || name == "putty") return Variant::plink;
  if (name == "tortoiseplink") return Variant::tortoise_plink;
  if (name == "simple") return Variant::simple;
  return std::nullopt;
}

/// By the program's own name, as git does; nothing for one that is not known.
std::optional<Variant> variant_of_name(const std::string& command) {
  const std::string word = command.substr(0, command.find(' '));
  std::string name = fold_case(word.substr(word.rfind('/') + 1));
  if (name.ends_with(".exe")) name.erase(name.size() - 4);
  if (name == "ssh" || name == "plink" || name == "tortoiseplink") return parse_variant(name);
  return std::nullopt;
}

[[noreturn]] void throw_no_program(const std::string& name, const std::string& named_by) {
  const std::string text = fmt::format("there is no program '{}'", name);
  throw Error(ErrorCode::ssh_failed,
              named_by.empty() ? text + " in PATH" : fmt::format("{}, which {} names", text, named_by),
              {{Recovery::check_ssh_program, named_by}});
}

/// A shell's exit status for what it does not find.
constexpr int not_found_by_shell = 127;

SshProgram find_ssh(const UserSettings& settings, const Host& host) {
  SshProgram program;
  if (const auto command = host.environment("GIT_SSH_COMMAND"); command && !command->empty()) {
    program = {*command, "GIT_SSH_COMMAND", true, {}};
  } else if (const auto configured = settings.text("core.sshcommand"); configured && !configured->empty()) {
    program = {*configured, "core.sshCommand", true, {}};
  } else {
    const auto given = host.environment("GIT_SSH");
    const std::string name = given.value_or("ssh"), named_by = given ? "GIT_SSH" : "";
    const auto path = name.find('/') == name.npos ? find_program(name, host.environment("PATH").value_or(""))
                                                  : std::optional<std::filesystem::path>(name);
    if (!path || !is_program(*path)) throw_no_program(name, named_by);
    program = {path->string(), named_by, false, {}};
  }
  const std::string named =
      host.environment("GIT_SSH_VARIANT").value_or(settings.text("ssh.variant").value_or(""));
  program.variant = parse_variant(named);
  if (!program.variant) program.variant = variant_of_name(program.command);
  return program;
}

/// The word of a shell's text that is its program.
std::string program_word(const std::string& command) { return command.substr(0, command.find(' ')); }

/// git's own quoting for the server's shell.
std::string quoted(const std::string& path) { return "'" + path + "'"; }

/// Whether ssh is told to ask a program, which needs no terminal.
bool has_askpass(const Host& host) {
  const std::string require = host.environment("SSH_ASKPASS_REQUIRE").value_or("");
  return (require == "force" || require == "prefer") && !host.environment("SSH_ASKPASS").value_or("").empty();
}

std::vector<std::string> arguments(const UpstreamUrl::Ssh& to, Service service, Variant variant,
                                   bool may_ask) {
  std::vector<std::string> words;
  if (variant == Variant::ssh && !may_ask) words.insert(words.end(), {"-o", "BatchMode=yes"});
  if (variant == Variant::tortoise_plink || (variant == Variant::plink && !may_ask))
    words.emplace_back("-batch");
  if (to.port != 0) {
    if (variant == Variant::simple)
      throw Error(ErrorCode::ssh_failed, "this ssh program takes no port; set 'ssh.variant'");
    words.emplace_back(variant == Variant::ssh ? "-p" : "-P");
    words.push_back(std::to_string(to.port));
  }
  words.push_back(to.user.empty() ? to.host : fmt::format("{}@{}", to.user, to.host));
  words.push_back(fmt::format("{} {}", program_of(service), quoted(to.path)));
  return words;
}

/// The user's whole environment, which ssh and what it starts may need, but for the secrets in it.
std::map<std::string, std::string> ssh_environment(const Host& host) {
  std::map<std::string, std::string> result = host.variables();
  std::erase_if(result, [](const auto& variable) { return is_secret_variable(variable.first); });
  result["LC_MESSAGES"] = "C";
  result.erase("LC_ALL");
  return result;
}

/// The line that says why: the first of ssh's own complaints about a connection (a jump host that is dead
/// shows only there), else the last one that ssh or the server wrote.
std::string telling_line(std::string text) {
  text.erase(text.find_last_not_of(" \r\n") + 1);
  const std::size_t cause = text.find("ssh: connect to host ");
  if (cause != text.npos) return text.substr(cause, text.find_first_of("\r\n", cause) - cause);
  return text.substr(text.find_last_of("\r\n") + 1);
}

/// The server as ssh's list of known hosts has it, who may know it by another name than ours.
std::string known_as(const UpstreamUrl::Ssh& to, const std::string& said) {
  constexpr std::string_view before = "Host key for ", after = " has changed";
  if (const std::size_t at = said.find(before); at != said.npos) {
    const std::size_t name = at + before.size(), end = said.find(after, name);
    if (end != said.npos) return said.substr(name, end - name);
  }
  constexpr int usual_port = 22;
  return to.port == 0 || to.port == usual_port ? to.host : fmt::format("[{}]:{}", to.host, to.port);
}

[[noreturn]] void throw_ended(const UpstreamUrl& url, const SshProgram& program, int status,
                              const std::string& said) {
  const auto mentions = [&](std::initializer_list<const char*> words) {
    return std::ranges::any_of(words, [&](const char* word) { return said.find(word) != said.npos; });
  };
  const std::string reason = said.empty() ? fmt::format("exit status {}", status) : telling_line(said);
  if (status == not_found_by_shell && program.is_shell_text &&
      mentions({program_word(program.command).c_str()}))
    throw_no_program(program_word(program.command), program.named_by);
  if (mentions({"IDENTIFICATION HAS CHANGED"}))
    throw Error(ErrorCode::host_key,
                fmt::format("the host key of '{}' is not the one that ssh knows; somebody may be in between",
                            url.host()),
                {{Recovery::forget_host_key, known_as(url.ssh(), said)}});
  if (mentions({"Host key verification failed", "No ED25519 host key is known"}))
    throw Error(ErrorCode::host_key, fmt::format("the host key of '{}' is not known to ssh", url.host()),
                {{Recovery::check_host_key, ssh_destination(url.ssh())}});
  if (mentions({"Permission denied (", "Too many authentication failures", "no mutual signature"}))
    throw Error(ErrorCode::auth_failed, fmt::format("ssh cannot log in at '{}': {}", url.host(), reason),
                {{Recovery::check_ssh_key, ssh_destination(url.ssh())}});
  if (mentions({"not appear to be a git repository", "not a git repository", "epository not found",
                "does not exist", "could not be found", "access denied or repository"}))
    throw Error(
        ErrorCode::upstream_not_found,
        fmt::format("'{}': not found, or no access with this ssh key; it says: {}", url.str(), reason),
        {{Recovery::check_url, url.str()}});
  constexpr int ssh_itself = 255;
  if (status == ssh_itself) {
    const std::string text = fmt::format("ssh cannot reach '{}': {}", url.host(), reason);
    const std::vector<NextStep> steps{{Recovery::try_ssh, ssh_destination(url.ssh())}};
    const bool is_unknown = mentions({"Could not resolve hostname"}) && !mentions({"Temporary failure"});
    if (is_unknown || mentions({"Connection refused", "No route to host", "Network is unreachable"}))
      throw Error(ErrorCode::network, text, steps);
    throw net::PassingError(ErrorCode::network, text, steps);
  }
  throw Error(ErrorCode::ssh_failed, fmt::format("no git answers at '{}' over ssh: {}", url.str(), reason),
              {{Recovery::check_url, url.str()}});
}

/// git asks an unknown program what it is in the same way.
Variant probe(const SshProgram& program, const Process::Command& command, const FetchOptions& options,
              const Host& host) {
  const std::string& host_name = options.url.ssh().host;
  Process::Command question = command;
  if (program.is_shell_text) {
    question.arguments = {"-c", program.command + " \"$@\"", program.command, "-G", host_name};
  } else {
    question.arguments = {"-G", host_name};
  }
  Process process(question);
  process.close_input();
  const auto deadline = std::chrono::steady_clock::now() + options.connect_timeout;
  int status = 0;
  try {
    std::array<char, 4096> answer{};
    while (process.read(answer, options.connect_timeout, host.interrupted) > 0)
      if (std::chrono::steady_clock::now() >= deadline)
        throw std::system_error(ETIMEDOUT, std::generic_category());
    status = process.wait(options.connect_timeout, host.interrupted);
  } catch (const std::system_error&) {
    throw Error(ErrorCode::network_timeout, fmt::format("'{}' does not answer", program.command),
                {{Recovery::retry}});
  }
  if (status == not_found_by_shell && program.is_shell_text)
    throw_no_program(program_word(program.command), program.named_by);
  return status == 0 ? Variant::ssh : Variant::simple;
}

}  // namespace

std::string ssh_destination(const UpstreamUrl::Ssh& to) {
  return fmt::format("{}{}{}", to.port == 0 ? "" : fmt::format("-p {} ", to.port),
                     to.user.empty() ? "" : to.user + "@", to.host);
}

SshName ssh_name(const UserSettings& settings, const Host& host) {
  const SshProgram program = find_ssh(settings, host);
  return {program.command, program.named_by};
}

ServiceProgram ssh_service(const FetchOptions& options, const Host& host) {
  const UpstreamUrl& url = options.url;
  const SshProgram program = find_ssh(*settings_of(options, host), host);
  const bool may_ask = host.person != nullptr;
  Process::Command command{program.is_shell_text ? "/bin/sh" : program.command, {}, ssh_environment(host)};
  command.shares_terminal = may_ask;
  const Variant variant = program.variant ? *program.variant : probe(program, command, options, host);
  command.arguments = arguments(url.ssh(), options.service, variant, may_ask || has_askpass(host));
  if (program.is_shell_text) {
    const std::vector<std::string> shell{"-c", program.command + " \"$@\"", program.command};
    command.arguments.insert(command.arguments.begin(), shell.begin(), shell.end());
  }
  return {std::move(command), url.str(),
          may_ask ? std::chrono::milliseconds(time_to_type) : options.connect_timeout + options.idle_timeout,
          [url, program](int status, const std::string& said) { throw_ended(url, program, status, said); }};
}

}  // namespace ddx::git
