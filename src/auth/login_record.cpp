#include "auth/login_record.hpp"

#include "auth/secret_json.hpp"

namespace ddx::auth {

Secret to_text(const LoginRecord& record) {
  SecretJson json;
  json.set("platform", record.platform);
  json.set("username", record.username);
  json.set("token", record.token);
  if (!record.refresh_token.empty()) json.set("refresh_token", record.refresh_token);
  if (!record.client_id.empty()) json.set("client_id", record.client_id);
  if (record.expires) json.set("expires", std::to_string(record.expires->time_since_epoch().count()));
  return json.text();
}

std::optional<LoginRecord> parse_record(const Secret& text) {
  const auto json = SecretJson::parse(text);
  if (!json) return std::nullopt;
  LoginRecord record;
  record.platform = json->text_of("platform");
  record.username = json->text_of("username");
  record.token = json->secret_of("token");
  record.refresh_token = json->secret_of("refresh_token");
  record.client_id = json->text_of("client_id");
  if (const std::string expires = json->text_of("expires"); !expires.empty())
    record.expires = std::chrono::sys_seconds(std::chrono::seconds(std::atoll(expires.c_str())));
  if (record.token.empty()) return std::nullopt;
  return record;
}

}  // namespace ddx::auth
