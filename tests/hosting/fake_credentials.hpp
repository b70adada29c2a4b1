#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "ddx/credential.hpp"

namespace ddx::test {

/// Gives the credentials of a list, one after the other is refused, and remembers what it is told.
class FakeCredentials : public CredentialProvider {
 public:
  FakeCredentials() = default;
  explicit FakeCredentials(const std::string& token, const std::string& username = "") {
    add(token, username);
  }
  void add(const std::string& token, const std::string& username = "") {
    Credential credential;
    credential.username = username;
    credential.secret = Secret(token);
    credential.source = "DDX_TOKEN";
    left_.push_back(credential);
  }

  std::vector<std::string> refused, taken;
  std::vector<Origin> origins;

  std::optional<Credential> next(const Request& request) override {
    origins.push_back(request.origin);
    if (left_.empty()) return std::nullopt;
    return left_.front();
  }
  void accepted(const Request&, const Credential& credential) override {
    taken.emplace_back(credential.secret.reveal());
  }
  void rejected(const Request&, const Credential& credential) override {
    refused.emplace_back(credential.secret.reveal());
    left_.pop_front();
  }
  [[nodiscard]] std::vector<std::string> tried() const override { return {"DDX_TOKEN: not set"}; }

 private:
  std::deque<Credential> left_;
};

}  // namespace ddx::test
