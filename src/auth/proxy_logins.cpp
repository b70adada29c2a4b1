#include "auth/proxy_logins.hpp"

#include <map>
#include <utility>

#include "auth/credential_fields.hpp"
#include "auth/credential_program.hpp"
#include "base/redaction.hpp"
#include "git/discover.hpp"
#include "platform/system.hpp"

namespace ddx::auth {

namespace {

class ProxyLogins final : public CredentialProvider {
 public:
  ProxyLogins(std::unique_ptr<CredentialProvider> servers, std::filesystem::path folder, Host& host)
      : servers_(std::move(servers)), folder_(std::move(folder)), host_(host) {}

  std::optional<Credential> next(const Request& request) override {
    if (!request.is_proxy) return servers_->next(request);
    const auto [known, is_new] = logins_.try_emplace(request.origin);
    if (is_new) known->second = find(request);
    return known->second;
  }
  void accepted(const Request& request, const Credential& credential) override {
    if (!request.is_proxy) servers_->accepted(request, credential);
  }
  void rejected(const Request& request, const Credential& credential) override {
    if (!request.is_proxy) return servers_->rejected(request, credential);
    logins_[request.origin].reset();
    if (const auto input = describe(request, credential, false)) static_cast<void>(run("reject", *input));
  }
  [[nodiscard]] std::vector<std::string> tried() const override { return servers_->tried(); }

 private:
  std::optional<Credential> find(const Request& request) {
    const auto input = describe(request, request.username, false);
    if (!input) return std::nullopt;
    const ProgramAnswer answer = run("fill", *input);
    if (const std::string why = why_useless(answer, limits_); !why.empty())
      host_.events.warning("'git credential', asked about the proxy, " + why);
    if (answer.end != ProgramAnswer::End::finished || answer.status != 0) return std::nullopt;
    auto fields = parse_fields(answer.output);
    if (!fields || fields->password.empty()) return std::nullopt;
    keep_memory_private();
    remember_secret(fields->username, fields->password);
    return Credential{Credential::Scheme::basic, std::move(fields->username), std::move(fields->password),
                      "git credential helper"};
  }

  ProgramAnswer run(const char* operation, const Secret& input) {
    const auto git = find_program("git", host_.environment("PATH").value_or(""));
    if (!git) return {ProgramAnswer::End::finished, 1, {}};
    return run_credential_program({*git,
                                   {"-C", git::marked_folder(folder_).string(), "credential", operation},
                                   program_environment(host_)},
                                  "git's credential helpers", input, limits_, host_);
  }

  std::unique_ptr<CredentialProvider> servers_;
  std::filesystem::path folder_;
  Host& host_;
  ProgramLimits limits_;
  std::map<Origin, std::optional<Credential>> logins_;
};

}  // namespace

std::unique_ptr<CredentialProvider> with_proxy_logins(std::unique_ptr<CredentialProvider> servers,
                                                      const std::filesystem::path& folder, Host& host) {
  return std::make_unique<ProxyLogins>(std::move(servers), folder, host);
}

}  // namespace ddx::auth
