#include "git/credential_settings.hpp"

#include <git2.h>

namespace ddx::git {

namespace {

bool is_true(const std::string& value) {
  int on = 0;
  return git_config_parse_bool(&on, value.c_str()) == 0 && on != 0;
}

void apply(const std::string& name, const std::string& value, CredentialSettings& settings) {
  if (name == "helper") {
    if (value.empty()) {
      settings.helpers.clear();
    } else {
      settings.helpers.push_back(value);
    }
  } else if (name == "username") {
    settings.username = value;
  } else if (name == "oauthclientid") {
    settings.oauth_client_id = value;
  } else if (name == "usehttppath") {
    settings.use_http_path = is_true(value);
  }
}

}  // namespace

CredentialSettings credential_settings(const UserSettings& user, const Origin& origin,
                                       const std::string& path) {
  CredentialSettings settings;
  // In their order, whatever the closeness: helpers of the user's settings and of a URL add up.
  for (const UserSettings::Entry& entry : user.section("credential"))
    if (entry.subsection.empty() || match_url(entry.subsection, origin, path))
      apply(entry.name, entry.value, settings);
  return settings;
}

}  // namespace ddx::git
