#include "auth/askpass_source.hpp"

#include <fmt/format.h>

#include <utility>

#include "auth/credential_failure.hpp"
#include "auth/platform.hpp"
#include "base/text.hpp"

namespace ddx::auth {

namespace {

/// The answer as git takes it: up to the first line end.
Secret first_line_of(const Secret& output) {
  return Secret(output.reveal().substr(0, output.reveal().find_first_of("\r\n")));
}

class AskpassSource final : public Source {
 public:
  AskpassSource(std::filesystem::path folder, std::string program, std::string username, Host& host,
                const ProgramLimits& limits)
      : folder_(std::move(folder)),
        program_(std::move(program)),
        username_(std::move(username)),
        host_(host),
        limits_(limits) {
    // Somebody may have to type.
    if (host_.person != nullptr) limits_.time *= 4;
  }

  [[nodiscard]] std::string name() const override {
    return program_.empty() ? "askpass" : fmt::format("askpass '{}'", helper_name(program_));
  }

  Answer find(const Request& request) override {
    if (program_.empty()) return {};
    const std::string& scheme = request.origin.scheme;
    const std::string server = request.origin.host_and_port();
    std::string why;
    Credential credential;
    credential.username = username_;
    if (username_.empty() && !wants_token_alone(request.challenges)) {
      credential.username = ask(fmt::format("Username for '{}://{}': ", scheme, server), why).reveal();
      if (!why.empty()) return {{}, why};
    }
    const std::string user = credential.username.empty() ? "" : printable(credential.username) + "@";
    credential.secret = ask(fmt::format("Password for '{}://{}{}': ", scheme, user, server), why);
    if (!why.empty()) return {{}, why};
    if (credential.secret.empty()) return {{}, "it answers nothing"};
    if (credential.username.empty() && wants_token_alone(request.challenges))
      return {token_credential(platform_of(request, host_), credential.secret, "", request.challenges)};
    return {std::move(credential)};
  }

  /// A program without a person behind it says the same again.
  [[nodiscard]] bool may_find_more() const override { return host_.person != nullptr; }

 private:
  /// \param why  what went wrong; left empty otherwise
  Secret ask(const std::string& question, std::string& why) {
    const auto path = program_.find('/') == program_.npos
                          ? find_program(program_, host_.environment("PATH").value_or(""))
                          : std::optional(folder_ / program_);
    if (!path) {
      why = "there is no such program in PATH";
      return {};
    }
    const ProgramAnswer answer = run_credential_program({*path, {question}, program_environment(host_)},
                                                        name(), Secret(), limits_, host_);
    why = why_useless(answer, limits_);
    if (why.empty() && answer.status != 0) why = fmt::format("it failed with status {}", answer.status);
    return first_line_of(answer.output);
  }

  std::filesystem::path folder_;
  std::string program_, username_;
  Host& host_;
  ProgramLimits limits_;
};

}  // namespace

std::string askpass_program(const git::UserSettings& settings, const Host& host) {
  if (const auto given = host.environment("GIT_ASKPASS")) return *given;
  if (const auto configured = settings.text("core.askpass")) return *configured;
  return host.environment("SSH_ASKPASS").value_or("");
}

std::unique_ptr<Source> make_askpass_source(const std::filesystem::path& folder, const std::string& program,
                                            const std::string& username, Host& host,
                                            const ProgramLimits& limits) {
  return std::make_unique<AskpassSource>(folder, program, username, host, limits);
}

}  // namespace ddx::auth
