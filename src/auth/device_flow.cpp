#include "auth/device_flow.hpp"

#include <fmt/format.h>

#include <charconv>

#include "auth/ask.hpp"
#include "auth/secret_json.hpp"
#include "base/percent_encoding.hpp"
#include "base/redaction.hpp"
#include "ddx/error.hpp"
#include "net/retry.hpp"

namespace ddx::auth {

namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds shortest_interval{1}, longest_interval{60}, longest_wait{1800};
constexpr std::size_t most_form_bytes = 16 * 1024;
constexpr seconds slower{5};  ///< what RFC 8628 adds at each `slow_down`

struct Endpoints {
  const char* start;
  const char* token;
  const char* scope;
};

Endpoints endpoints_of(Platform platform) {
  if (platform == Platform::github) return {"/login/device/code", "/login/oauth/access_token", "repo"};
  return {"/oauth/authorize_device", "/oauth/token", "api write_repository"};
}

/// What a request is for, in the words that say why it failed.
struct Purpose {
  const char* fails;    ///< what may pass
  const char* refused;  ///< what will not
};
constexpr Purpose to_start{"fails to begin a login by code", "does not offer a login by code"};
constexpr Purpose to_poll{"fails to end the login by code", "does not end the login by code"};
constexpr Purpose to_renew{"fails to renew the login", "does not renew the login"};

[[noreturn]] void throw_no_json(const Origin& origin, long status, const Purpose& purpose) {
  constexpr long too_many_requests = 429, server_failures = 500;
  const std::string server = origin.host_and_port();
  if (status == too_many_requests || status >= server_failures)
    throw net::PassingError(ErrorCode::server_error,
                            fmt::format("'{}' {} (it answers {})", server, purpose.fails, status),
                            {{Recovery::retry}});
  throw Error(ErrorCode::login_ended, fmt::format("'{}' {} (it answers {})", server, purpose.refused, status),
              {{Recovery::log_in, server}});
}

/// Posts a form and reads the JSON object that answers it, whatever the status: errors come as objects too.
/// \throws net::PassingError for a server that is busy
SecretJson post(const Origin& origin, const char* path, const Purpose& purpose,
                const std::vector<std::pair<const char*, std::string_view>>& form, Host& host) {
  std::string body;
  body.reserve(most_form_bytes);  // it does not move, so that no copy of a secret stays behind
  for (const auto& [key, value] : form) {
    std::string text = percent_encoded(value);
    if (!body.empty()) body += '&';
    body.append(key).append("=").append(text);
    Secret::wipe(text.data(), text.size());
  }
  net::HttpRequest request{origin.str() + path, {"Accept: application/json"}, std::move(body)};
  net::WholeAnswer answer = ask(request, host);
  Secret::wipe(request.body->data(), request.body->size());
  const Secret text(answer.body);
  Secret::wipe(answer.body.data(), answer.body.size());
  if (auto json = SecretJson::parse(text)) return std::move(*json);
  throw_no_json(origin, answer.status, purpose);
}

seconds seconds_in(const SecretJson& json, const char* key, seconds otherwise) {
  const std::string text = json.text_of(key);
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && !text.empty() && end == text.data() + text.size() ? seconds(value)
                                                                                   : otherwise;
}

Error ended(const Origin& origin, const std::string& why) {
  return Error(ErrorCode::login_ended,
               fmt::format("the login at '{}' did not succeed: {}", origin.host_and_port(), why),
               {{Recovery::retry}});
}

std::string meaning_of(const std::string& error, const SecretJson& json) {
  if (error == "access_denied") return "it was refused in the browser";
  if (error == "expired_token") return "the code was not entered in time";
  if (error == "device_flow_disabled" || error == "unauthorized_client")
    return "the application is not registered for it";
  if (error == "incorrect_client_credentials" || error == "invalid_client")
    return "the client id is not known there";
  const std::string words = json.text_of("error_description");
  return words.empty() ? error : words;
}

LoginRecord record_of(const SecretJson& json, Platform platform, const std::string& client_id, Host& host) {
  LoginRecord record;
  record.platform = key_of(platform);
  record.token = json.secret_of("access_token");
  record.refresh_token = json.secret_of("refresh_token");
  record.client_id = client_id;
  remember_secret("", record.token);
  remember_secret("", record.refresh_token);
  if (const seconds valid = seconds_in(json, "expires_in", seconds(0)); valid > seconds(0))
    record.expires = std::chrono::floor<seconds>(host.now()) + valid;
  return record;
}

void tell(const SecretJson& start, const Origin& origin, Host& host) {
  const std::string page = start.text_of("verification_uri"), code = start.text_of("user_code");
  if (!page.starts_with("https://") && !page.starts_with(origin.str() + "/"))
    throw ended(origin, "it names no page to open");
  host.events.note(fmt::format("open {} in a browser and enter the code {}", page, code));
}

/// \returns nothing when the server could not be asked this time
std::optional<SecretJson> poll(const Origin& origin, const char* path, const std::string& client_id,
                               const Secret& device_code, Host& host) {
  try {
    return post(origin, path, to_poll,
                {{"client_id", client_id},
                 {"device_code", device_code.reveal()},
                 {"grant_type", "urn:ietf:params:oauth:grant-type:device_code"}},
                host);
  } catch (const net::PassingError& failure) {
    host.events.trace(failure.what());
    return std::nullopt;
  }
}

}  // namespace

LoginRecord log_in_by_device(Platform platform, const Origin& origin, const std::string& client_id,
                             Host& host) {
  const Endpoints endpoints = endpoints_of(platform);
  const SecretJson start =
      post(origin, endpoints.start, to_start, {{"client_id", client_id}, {"scope", endpoints.scope}}, host);
  const Secret device_code = start.secret_of("device_code");
  if (device_code.empty()) throw ended(origin, meaning_of(start.text_of("error"), start));
  tell(start, origin, host);
  seconds interval =
      std::clamp(seconds_in(start, "interval", seconds(5)), shortest_interval, longest_interval);
  const auto deadline =
      steady_clock::now() + std::min(seconds_in(start, "expires_in", seconds(900)), longest_wait);
  while (steady_clock::now() < deadline) {
    net::wait(interval, host);
    const auto polled = poll(origin, endpoints.token, client_id, device_code, host);
    if (!polled) {
      interval = std::min(interval * 2, longest_interval);  // RFC 8628, section 3.5
      continue;
    }
    const SecretJson& answer = *polled;
    if (!answer.secret_of("access_token").empty()) return record_of(answer, platform, client_id, host);
    const std::string error = answer.text_of("error");
    if (error == "slow_down") {
      interval = std::clamp(seconds_in(answer, "interval", interval + slower), interval, longest_interval);
    } else if (error != "authorization_pending") {
      throw ended(origin, meaning_of(error, answer));
    }
  }
  throw ended(origin, "the code was not entered in time");
}

std::optional<LoginRecord> renew_token(const LoginRecord& record, const Origin& origin, Host& host) {
  const Platform platform = platform_from_key(record.platform);
  if (record.refresh_token.empty() || (platform != Platform::github && platform != Platform::gitlab))
    return std::nullopt;
  const SecretJson answer = post(origin, endpoints_of(platform).token, to_renew,
                                 {{"client_id", record.client_id},
                                  {"refresh_token", record.refresh_token.reveal()},
                                  {"grant_type", "refresh_token"}},
                                 host);
  if (answer.secret_of("access_token").empty()) return std::nullopt;
  LoginRecord renewed = record_of(answer, platform, record.client_id, host);
  renewed.username = record.username;
  return renewed;
}

}  // namespace ddx::auth
