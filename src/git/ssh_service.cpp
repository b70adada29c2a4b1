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
#include "git/service_program.hpp"
#include "git/user_settings.hpp"
#include "net/retry.hpp"

namespace ddx::git {

namespace {

/// How the program at hand takes its arguments, by git's names for them.
enum class Variant { ssh, plink, tortoise_plink, simple };

struct SshProgram {
  std::string command;  ///< a path, or text for a shell
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

SshProgram find_ssh(const UserSettings& settings, const Host& host) {
  SshProgram program;
  if (const auto command = host.environment("GIT_SSH_COMMAND"); command && !command->empty()) {
    program = {*command, true, {}};
  } else if (const auto configured = settings.text("core.sshcommand"); configured && !configured->empty()) {
    program = {*configured, true, {}};
  } else {
    const std::string name = host.environment("GIT_SSH").value_or("ssh");
    const auto path = name.find('/') == name.npos ? find_program(name, host.environment("PATH").value_or(""))
                                                  : std::optional<std::filesystem::path>(name);
    if (!path) throw Error(ErrorCode::ssh_failed, fmt::format("there is no '{}' program in PATH", name));
    program = {path->string(), false, {}};
  }
  const std::string named =
      host.environment("GIT_SSH_VARIANT").value_or(settings.text("ssh.variant").value_or(""));
  program.variant = parse_variant(named);
  if (!program.variant) program.variant = variant_of_name(program.command);
  return program;
}

/// git's own quoting for the server's shell.
std::string quoted(const std::string& path) { return "'" + path + "'"; }

std::vector<std::string> arguments(const UpstreamUrl::Ssh& to, Variant variant, bool may_ask) {
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
  words.push_back("git-upload-pack " + quoted(to.path));
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

/// The last line that ssh or the server wrote.
std::string last_line(std::string text) {
  text.erase(text.find_last_not_of(" \r\n") + 1);
  return text.substr(text.find_last_of("\r\n") + 1);
}

/// The server as `ssh` takes it.
std::string to_type(const UpstreamUrl::Ssh& to) {
  return fmt::format("{}{}{}", to.port == 0 ? "" : fmt::format("-p {} ", to.port),
                     to.user.empty() ? "" : to.user + "@", to.host);
}

[[noreturn]] void throw_ended(const UpstreamUrl& url, int status, const std::string& said) {
  const auto mentions = [&](std::initializer_list<const char*> words) {
    return std::ranges::any_of(words, [&](const char* word) { return said.find(word) != said.npos; });
  };
  const std::string reason = said.empty() ? fmt::format("exit status {}", status) : last_line(said);
  if (mentions(
          {"IDENTIFICATION HAS CHANGED", "Host key verification failed", "No ED25519 host key is known"}))
    throw Error(ErrorCode::host_key,
                fmt::format("the host key of '{}' {}", url.host(),
                            mentions({"IDENTIFICATION HAS CHANGED"})
                                ? "is not the one that ssh knows; somebody may be in between"
                                : "is not known to ssh"),
                {{Recovery::check_host_key, to_type(url.ssh())}});
  if (mentions({"Permission denied (", "Too many authentication failures", "no mutual signature"}))
    throw Error(ErrorCode::auth_failed, fmt::format("ssh cannot log in at '{}': {}", url.host(), reason),
                {{Recovery::check_ssh_key, to_type(url.ssh())}});
  if (mentions({"not appear to be a git repository", "not a git repository", "epository not found",
                "does not exist", "could not be found", "access denied or repository"}))
    throw Error(
        ErrorCode::upstream_not_found,
        fmt::format("'{}': not found, or no access with this ssh key; it says: {}", url.str(), reason),
        {{Recovery::check_url, url.str()}});
  constexpr int ssh_itself = 255;
  if (status == ssh_itself)
    throw net::PassingError(ErrorCode::network, fmt::format("ssh cannot reach '{}': {}", url.host(), reason),
                            {{Recovery::check_network, url.host()}});
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
  try {
    std::array<char, 4096> answer{};
    while (process.read(answer, options.connect_timeout, host.interrupted) > 0)
      if (std::chrono::steady_clock::now() >= deadline)
        throw std::system_error(ETIMEDOUT, std::generic_category());
  } catch (const std::system_error&) {
    throw Error(ErrorCode::network_timeout, fmt::format("'{}' does not answer", program.command),
                {{Recovery::retry}});
  }
  return process.wait() == 0 ? Variant::ssh : Variant::simple;
}

}  // namespace

ServiceProgram ssh_service(const FetchOptions& options, const Host& host) {
  const UpstreamUrl& url = options.url;
  const SshProgram program = find_ssh(UserSettings::open(options.relative_to), host);
  const bool may_ask = host.person != nullptr;
  Process::Command command{program.is_shell_text ? "/bin/sh" : program.command, {}, ssh_environment(host)};
  command.shares_terminal = may_ask;
  const Variant variant = program.variant ? *program.variant : probe(program, command, options, host);
  command.arguments = arguments(url.ssh(), variant, may_ask);
  if (program.is_shell_text) {
    const std::vector<std::string> shell{"-c", program.command + " \"$@\"", program.command};
    command.arguments.insert(command.arguments.begin(), shell.begin(), shell.end());
  }
  return {std::move(command), url.str(),
          may_ask ? std::chrono::milliseconds(time_to_type) : options.connect_timeout + options.idle_timeout,
          [url](int status, const std::string& said) { throw_ended(url, status, said); }};
}

}  // namespace ddx::git
