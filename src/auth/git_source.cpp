#include "auth/git_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "auth/credential_failure.hpp"
#include "auth/credential_fields.hpp"
#include "base/redaction.hpp"
#include "git/credential_settings.hpp"
#include "git/discover.hpp"

namespace ddx::auth {

namespace {

/// What both ways have in common: settings, limits, and what is said about a useless answer.
class HelperSource : public Source {
 public:
  HelperSource(std::shared_ptr<const git::UserSettings> settings, Host& host, const ProgramLimits& limits)
      : settings_(std::move(settings)), host_(host), limits_(limits) {}

  [[nodiscard]] std::string name() const override { return "git credential helper"; }

 protected:
  [[nodiscard]] git::CredentialSettings settings(const Request& request) const {
    return git::credential_settings(*settings_, request.origin, request.path);
  }

  /// \returns why there is nothing to be had from this answer; empty if there is
  std::string check(const ProgramAnswer& answer, const std::string& who) {
    std::string why = why_useless(answer, limits_);
    if (why.empty()) return {};
    host_.events.warning(fmt::format("{} {}", who, why));
    return why;
  }

  [[nodiscard]] bool is_over(const CredentialFields& fields) const {
    return fields.expires && *fields.expires <= host_.now();
  }

  /// Which ones are meant, for people.
  static std::string named(const std::vector<std::string>& helpers) {
    std::string names;
    for (const std::string& helper : helpers)
      names += fmt::format("{}'{}'", names.empty() ? "" : ", ", helper_name(helper));
    return fmt::format("git's credential helper{}{}{}", helpers.size() > 1 ? "s" : "",
                       names.empty() ? "" : " ", names);
  }

  static Answer given(CredentialFields& fields) {
    Credential credential;
    credential.username = std::move(fields.username);
    credential.secret = std::move(fields.password);
    return {std::move(credential)};
  }

  std::shared_ptr<const git::UserSettings> settings_;
  Host& host_;
  ProgramLimits limits_;
};

class GitCredential final : public HelperSource {
 public:
  GitCredential(std::filesystem::path git, std::filesystem::path folder,
                std::shared_ptr<const git::UserSettings> settings, Host& host, const ProgramLimits& limits)
      : HelperSource(std::move(settings), host, limits), git_(std::move(git)), folder_(std::move(folder)) {}

  Answer find(const Request& request) override {
    // git itself leaves the path out unless it is told to use it.
    const auto input = describe(request, std::string(), true);
    if (!input) return {{}, "the URL holds a control character"};
    helpers_ = named(settings(request).helpers);
    const ProgramAnswer answer = run({"credential", "fill"}, *input);
    if (std::string why = check(answer, "'git credential'"); !why.empty()) return {{}, why};
    if (answer.status != 0) {
      const std::string otherwise =
          settings(request).helpers.empty() ? "none is configured" : "it has nothing";
      return {{}, describe(read_helper_trace(answer.errors), otherwise)};
    }
    auto fields = parse_fields(answer.output);
    if (!fields || fields->password.empty()) return {{}, "the answer makes no sense"};
    if (is_over(*fields)) return {{}, "what it has is no longer valid"};
    given_ = answer.output;
    return given(*fields);
  }

  void accepted(const Request& request, const Credential&) override {
    if (given_.empty()) return;
    const std::vector<std::string> helpers = settings(request).helpers;
    if (const auto plain = std::find_if(helpers.begin(), helpers.end(), keeps_plain_text);
        plain != helpers.end()) {
      host_.events.warning(fmt::format(
          "git's credential helper '{}' keeps passwords in plain text; ddx gives it none", *plain));
      return;
    }
    static_cast<void>(check(run({"credential", "approve"}, given_), "'git credential approve'"));
  }

  void rejected(const Request&, const Credential&) override {
    if (!given_.empty())
      static_cast<void>(check(run({"credential", "reject"}, given_), "'git credential reject'"));
    given_ = Secret();
  }

 private:
  ProgramAnswer run(std::vector<std::string> arguments, const Secret& input) {
    ProgramLimits limits = limits_;
    // A window that asks for a password needs the time that somebody takes to type it.
    if (host_.person != nullptr) limits.time *= 4;
    arguments.insert(arguments.begin(), {"-C", git::marked_folder(folder_).string()});
    auto environment = program_environment(host_);
    environment[helper_trace_variable] = helper_trace_value;
    return run_credential_program({git_, std::move(arguments), std::move(environment)}, helpers_, input,
                                  limits, host_);
  }

  std::filesystem::path git_, folder_;
  std::string helpers_ = "git's credential helpers";  ///< for people
  Secret given_;                                      ///< git's whole answer, which it wants to have back
};

class DirectHelpers final : public HelperSource {
 public:
  using HelperSource::HelperSource;

  Answer find(const Request& request) override {
    ours_ = settings(request);
    if (ours_.helpers.empty()) return {{}, "none is configured"};
    std::string why = "it has nothing", username = ours_.username;
    CredentialFailure failure;
    for (const std::string& helper : ours_.helpers) {
      const auto input = describe(request, username, uses_path());
      if (!input) return {{}, "the URL holds a control character"};
      const ProgramAnswer answer = run(helper, "get", *input);
      if (const std::string useless = check(answer, "git's credential helper"); !useless.empty()) {
        why = useless;
        continue;
      }
      if (failure.words.empty()) failure.words = first_line(answer.errors);
      if (answer.status != 0) failure.failed.push_back({helper_name(helper), answer.status});
      auto fields = parse_fields(answer.output);
      if (!fields) why = "the answer makes no sense";
      if (!fields || answer.status != 0) continue;
      if (fields->quit) return {{}, "a helper wants nobody to be asked"};
      if (fields->username.empty()) fields->username = username;
      if (is_over(*fields)) {
        why = "what it has is no longer valid";
        continue;
      }
      username = fields->username;
      if (!fields->username.empty() && !fields->password.empty()) return given(*fields);
    }
    return {{}, describe(failure, why)};
  }

  void accepted(const Request& request, const Credential& credential) override {
    for (const std::string& helper : ours_.helpers) {
      if (keeps_plain_text(helper)) {
        host_.events.warning(fmt::format(
            "git's credential helper '{}' keeps passwords in plain text; ddx gives it none", helper));
        continue;
      }
      tell(helper, "store", request, credential);
    }
  }

  void rejected(const Request& request, const Credential& credential) override {
    for (const std::string& helper : ours_.helpers) tell(helper, "erase", request, credential);
  }

 private:
  [[nodiscard]] bool uses_path() const { return ours_.use_http_path; }

  void tell(const std::string& helper, const char* operation, const Request& request,
            const Credential& credential) {
    if (const auto input = describe(request, credential, uses_path()))
      static_cast<void>(check(run(helper, operation, *input), "git's credential helper"));
  }

  ProgramAnswer run(const std::string& helper, const std::string& operation, const Secret& input) {
    std::string command = "git-credential-" + helper;
    if (helper.starts_with('!')) command = helper.substr(1);
    if (std::filesystem::path(helper).is_absolute()) command = helper;
    return run_credential_program({"/bin/sh", {"-c", command + " " + operation}, program_environment(host_)},
                                  named({helper}), input, limits_, host_);
  }

  git::CredentialSettings ours_;
};

}  // namespace

bool keeps_plain_text(const std::string& helper) {
  std::string_view words = helper;
  if (words.starts_with('!')) words.remove_prefix(1);
  if (words.starts_with("git credential-")) words.remove_prefix(std::string_view("git credential-").size());
  const std::string_view program = words.substr(0, words.find_first_of(" \t"));
  const std::string_view file = program.substr(program.rfind('/') + 1);
  return file == "store" || file == "git-credential-store";
}

std::unique_ptr<Source> make_git_source(const std::filesystem::path& folder,
                                        std::shared_ptr<const git::UserSettings> settings, Host& host,
                                        const ProgramLimits& limits) {
  if (auto git = find_program("git", host.environment("PATH").value_or("")))
    return std::make_unique<GitCredential>(std::move(*git), folder, std::move(settings), host, limits);
  return std::make_unique<DirectHelpers>(std::move(settings), host, limits);
}

}  // namespace ddx::auth
