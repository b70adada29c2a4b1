#include "auth/prompt_source.hpp"

#include <fmt/format.h>

#include "auth/platform.hpp"

namespace ddx::auth {

namespace {

/// Nobody has a password for git there: only tokens work, whatever the user name.
bool takes_only_tokens(Platform platform) {
  return platform == Platform::github || platform == Platform::gitlab ||
         platform == Platform::bitbucket_cloud;
}

class PromptSource final : public Source {
 public:
  PromptSource(std::string username, Host& host) : username_(std::move(username)), host_(host) {}

  [[nodiscard]] std::string name() const override { return "terminal"; }

  Answer find(const Request& request) override {
    if (host_.person == nullptr) return {{}, "nobody can be asked"};
    if (host_.environment("GIT_TERMINAL_PROMPT") == "0") return {{}, "GIT_TERMINAL_PROMPT forbids it"};
    const std::string where = request.origin.str();
    const Platform platform = platform_of(request, host_);
    if (wants_token_alone(request.challenges) || (takes_only_tokens(platform) && username_.empty())) {
      const Secret token = host_.person->ask_secret(fmt::format("Token for {}", where));
      if (token.empty()) return {{}, "nothing was typed"};
      return {token_credential(platform, token, "", request.challenges)};
    }
    Credential credential;
    credential.username =
        username_.empty() ? host_.person->ask(fmt::format("User name for {}", where)) : username_;
    if (credential.username.empty()) return {{}, "nothing was typed"};
    credential.secret =
        host_.person->ask_secret(fmt::format("Password or token of '{}' for {}", credential.username, where));
    if (credential.secret.empty()) return {{}, "nothing was typed"};
    return {std::move(credential)};
  }

  void rejected(const Request& request, const Credential&) override {
    host_.events.note(fmt::format("'{}' refuses this login", request.origin.host_and_port()));
  }
  [[nodiscard]] bool may_find_more() const override { return true; }

 private:
  std::string username_;
  Host& host_;
};

}  // namespace

std::unique_ptr<Source> make_prompt_source(const std::string& username, Host& host) {
  return std::make_unique<PromptSource>(username, host);
}

}  // namespace ddx::auth
