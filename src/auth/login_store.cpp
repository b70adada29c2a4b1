#include "auth/login_store.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/redaction.hpp"
#include "ddx/error.hpp"
#include "platform/system.hpp"

namespace ddx::auth {

namespace {

/// Where somebody who uses both may keep the vault's passphrase: an item of the keychain with this key.
constexpr const char* passphrase_key = "ddx-vault";
constexpr const char* descriptor_variable = "DDX_VAULT_PASSPHRASE_FD";

std::optional<int> passphrase_descriptor(const Host& host) {
  const auto text = host.environment(descriptor_variable);
  if (!text) return std::nullopt;
  int number = -1;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < 0)
    throw Error(ErrorCode::usage,
                fmt::format("'{}' is no number of an open file: '{}'", descriptor_variable, *text));
  return number;
}

Secret ask_new_passphrase(Person& person) {
  for (;;) {
    Secret first = person.ask_secret("New passphrase for the vault");
    if (first.empty()) throw Error(ErrorCode::vault_locked, "no passphrase was typed");
    if (person.ask_secret("Once more") == first) return first;
  }
}

/// Runs what speaks with the keychain, whose failures mean here that it is of no use.
template <class Body>
auto with_keychain(Keychain& keychain, Body body) {
  try {
    return body();
  } catch (const KeychainError& failure) {
    throw Error(ErrorCode::no_credential_store,
                fmt::format("the {} fails: {}", keychain.name(), failure.what()),
                {{Recovery::use_vault}, {Recovery::set_token}});
  }
}

Error locked(const Keychain& keychain) {
  return {ErrorCode::keychain_locked,
          fmt::format("the {} is locked", keychain.name()),
          {{Recovery::unlock_keychain}, {Recovery::set_token}}};
}

}  // namespace

LoginStore::LoginStore(Host& host)
    : LoginStore(make_keychain(host.person == nullptr ? Keychain::Unlocking::forbidden
                                                      : Keychain::Unlocking::allowed),
                 host) {}

LoginStore::LoginStore(std::unique_ptr<Keychain> keychain, Host& host)
    : host_(host), keychain_(std::move(keychain)) {}

Vault& LoginStore::vault() {
  if (!vault_)
    vault_.emplace(
        Vault::default_file(host_), [this](Vault::Asking asking) { return passphrase(asking); }, host_);
  return *vault_;
}

std::optional<Secret> LoginStore::kept_in_keychain(const std::string& key) {
  if (keychain_->state() != Keychain::State::open) return std::nullopt;
  return with_keychain(*keychain_, [&] { return keychain_->find(key); });
}

bool LoginStore::remove_from_keychain(const std::string& key) {
  if (keychain_->state() != Keychain::State::open) return false;
  return with_keychain(*keychain_, [&] { return keychain_->remove(key); });
}

std::vector<std::string> LoginStore::origins_in_keychain() {
  if (keychain_->state() != Keychain::State::open) return {};
  std::vector<std::string> keys = with_keychain(*keychain_, [&] { return keychain_->keys(); });
  std::erase(keys, passphrase_key);
  return keys;
}

bool LoginStore::can_give_passphrase() {
  return host_.person != nullptr || host_.environment(descriptor_variable).has_value();
}

Secret LoginStore::passphrase(Vault::Asking asking) {
  // Only who typed it can say something else.
  const bool must_be_typed = asking == Vault::Asking::to_open_again;
  if (const auto descriptor = passphrase_descriptor(host_)) {
    if (must_be_typed) return {};
    Secret given = read_line_of_descriptor(*descriptor, host_.interrupted);
    if (given.empty())
      throw Error(ErrorCode::vault_locked,
                  fmt::format("'{}' names a file with no passphrase in it", descriptor_variable));
    remember_secret("", given);
    return given;
  }
  if (auto kept = kept_in_keychain(passphrase_key)) {
    if (must_be_typed) return {};
    remember_secret("", *kept);
    return std::move(*kept);
  }
  if (host_.person == nullptr)
    throw Error(ErrorCode::vault_locked, "nobody can be asked for the passphrase of the vault",
                {{Recovery::give_passphrase}, {Recovery::set_token}});
  Secret typed = asking == Vault::Asking::to_make ? ask_new_passphrase(*host_.person)
                                                  : host_.person->ask_secret("Passphrase of the vault");
  if (typed.empty()) throw Error(ErrorCode::vault_locked, "no passphrase was typed");
  remember_secret("", typed);
  return typed;
}

LoginStore::Place LoginStore::store(const Origin& origin, const LoginRecord& record, bool only_vault) {
  const std::string key = origin.str();
  if (!only_vault && keychain_->state() == Keychain::State::open) {
    with_keychain(*keychain_,
                  [&] { keychain_->store(key, "ddx: " + origin.host_and_port(), to_text(record)); });
    if (vault().exists()) vault().remove(key);
    return {Place::Kind::keychain, keychain_->name()};
  }
  const bool is_locked = keychain_->state() == Keychain::State::locked;
  if (!only_vault && is_locked && !(vault().exists() && can_give_passphrase())) throw locked(*keychain_);
  if (!only_vault && !vault().exists()) {
    if (!can_give_passphrase())
      throw Error(ErrorCode::no_credential_store,
                  fmt::format("nothing here would keep the login encrypted: no {} ({}), and no vault",
                              keychain_->name(), keychain_->reason()),
                  {{Recovery::use_vault}, {Recovery::set_token}});
  }
  vault().store(key, record);
  remove_from_keychain(key);
  return {Place::Kind::vault, vault().file().string()};
}

std::optional<LoginStore::Kept> LoginStore::find(const Origin& origin) {
  if (const auto text = kept_in_keychain(origin.str())) {
    if (auto record = parse_record(*text))
      return Kept{std::move(*record), {Place::Kind::keychain, keychain_->name()}};
  }
  if (vault().exists()) {
    if (auto record = vault().find(origin.str()))
      return Kept{std::move(*record), {Place::Kind::vault, vault().file().string()}};
  }
  if (keychain_->state() == Keychain::State::locked) throw locked(*keychain_);
  return std::nullopt;
}

std::vector<LoginStore::Place> LoginStore::remove(const Origin& origin) {
  std::vector<Place> places;
  const std::string key = origin.str();
  if (remove_from_keychain(key)) places.push_back({Place::Kind::keychain, keychain_->name()});
  if (vault().exists() && vault().remove(key))
    places.push_back({Place::Kind::vault, vault().file().string()});
  if (keychain_->state() == Keychain::State::locked) {
    if (places.empty()) throw locked(*keychain_);
    host_.events.warning(fmt::format("the {} is locked: a login in it stays", keychain_->name()));
  }
  return places;
}

}  // namespace ddx::auth
