#include "auth/stored_sources.hpp"

#include <fmt/format.h>

#include "auth/device_flow.hpp"
#include "auth/platform.hpp"
#include "auth/renewal_lock.hpp"
#include "base/redaction.hpp"
#include "ddx/error.hpp"

namespace ddx::auth {

namespace {

/// What is valid for less than this is renewed before it is used.
constexpr std::chrono::seconds margin{60};

class StoredSource : public Source {
 public:
  StoredSource(std::shared_ptr<LoginStore> store, bool vault, Host& host)
      : store_(std::move(store)), vault_(vault), host_(host) {}

 protected:
  Answer give(std::optional<LoginRecord> record, const Request& request) {
    if (!record) return {{}, fmt::format("it has nothing for '{}'", request.origin.host_and_port())};
    remember_secret("", record->token);
    if (is_over(*record)) {
      const std::string why = renew(*record, request.origin);
      if (!why.empty()) return {{}, why};
    }
    Platform platform = platform_from_key(record->platform);
    if (platform == Platform::unknown) platform = platform_of(request, host_);
    return {token_credential(platform, record->token, record->username, request.challenges)};
  }

 private:
  [[nodiscard]] bool is_over(const LoginRecord& record) const {
    return record.expires && *record.expires <= host_.now() + margin;
  }

  /// A refresh token is good for one use at GitLab: who is second loses the login. So one at a time renews,
  /// and the others take what it got. \returns why not; empty if the record is good again, and kept
  std::string renew(LoginRecord& record, const Origin& origin) {
    if (record.refresh_token.empty()) return "its token has expired";
    const RenewalLock lock(origin, host_);
    if (lock.is_taken_by_another()) return "its token has expired, and another ddx is renewing it";
    if (auto newer = kept(origin); newer && newer->token != record.token) {
      record = std::move(*newer);
      remember_secret("", record.token);
      if (!is_over(record)) return {};
      if (record.refresh_token.empty()) return "its token has expired";
    }
    remember_secret("", record.refresh_token);
    auto renewed = renew_token(record, origin, host_);
    if (!renewed) return "its token has expired and could not be renewed";
    // Both old tokens are void from here on, so the new ones are kept before they are used.
    keep(origin, *renewed);
    record = std::move(*renewed);
    return {};
  }

  void keep(const Origin& origin, const LoginRecord& renewed) {
    try {
      store_->store(origin, renewed, vault_);
    } catch (const Error& failure) {
      host_.events.warning(
          fmt::format("the renewed login for '{}' works for this command only, as it could not be kept: {}",
                      origin.host_and_port(), failure.what()));
    }
  }

 protected:
  /// What the store has now.
  [[nodiscard]] virtual std::optional<LoginRecord> kept(const Origin& origin) = 0;

  std::shared_ptr<LoginStore> store_;
  bool vault_;
  Host& host_;
};

class KeychainSource final : public StoredSource {
 public:
  KeychainSource(std::shared_ptr<LoginStore> store, Host& host)
      : StoredSource(std::move(store), false, host) {}

  [[nodiscard]] std::string name() const override { return store_->keychain().name(); }

  Answer find(const Request& request) override {
    Keychain& keychain = store_->keychain();
    switch (keychain.state()) {
      case Keychain::State::absent:
        return {{}, "not available: " + keychain.reason()};
      case Keychain::State::locked:
        return {{}, "it is locked"};
      case Keychain::State::open:
        break;
    }
    try {
      return give(kept(request.origin), request);
    } catch (const KeychainError& failure) {
      return {{}, failure.what()};
    }
  }

 protected:
  [[nodiscard]] std::optional<LoginRecord> kept(const Origin& origin) override {
    const auto text = store_->keychain().find(origin.str());
    return text ? parse_record(*text) : std::nullopt;
  }
};

class VaultSource final : public StoredSource {
 public:
  VaultSource(std::shared_ptr<LoginStore> store, Host& host) : StoredSource(std::move(store), true, host) {}

  [[nodiscard]] std::string name() const override { return "vault"; }

  Answer find(const Request& request) override {
    if (!host_.environment("XDG_DATA_HOME") && !host_.environment("HOME")) return {{}, "there is none"};
    if (!store_->vault().exists()) return {{}, "there is none"};
    return give(kept(request.origin), request);
  }

 protected:
  [[nodiscard]] std::optional<LoginRecord> kept(const Origin& origin) override {
    return store_->vault().find(origin.str());
  }
};

}  // namespace

std::unique_ptr<Source> make_keychain_source(std::shared_ptr<LoginStore> store, Host& host) {
  return std::make_unique<KeychainSource>(std::move(store), host);
}

std::unique_ptr<Source> make_vault_source(std::shared_ptr<LoginStore> store, Host& host) {
  return std::make_unique<VaultSource>(std::move(store), host);
}

}  // namespace ddx::auth
