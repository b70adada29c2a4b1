#include "net/connection_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "base/text.hpp"
#include "ddx/error.hpp"
#include "net/proxy.hpp"

namespace ddx::net {

namespace {

/// The first of these that says something: a variable, a setting, another program's variable.
std::string choose(const Host& host, std::initializer_list<const char*> ours, const std::string& setting,
                   std::initializer_list<const char*> others) {
  const auto look = [&](const std::initializer_list<const char*>& names) -> std::string {
    for (const char* name : names)
      if (const auto value = host.environment(name); value && !value->empty()) return *value;
    return {};
  };
  if (std::string value = look(ours); !value.empty()) return value;
  return setting.empty() ? look(others) : setting;
}

void set_text(CURL* easy, CURLoption option, const std::string& value) {
  if (!value.empty()) set(easy, option, value.c_str());
}

long proxy_methods(const std::string& name) {
  if (name == "basic") return static_cast<long>(CURLAUTH_BASIC);
  if (name == "digest") return static_cast<long>(CURLAUTH_DIGEST);
  if (name == "negotiate") return static_cast<long>(CURLAUTH_NEGOTIATE);
  if (name == "ntlm") return static_cast<long>(CURLAUTH_NTLM);
  return static_cast<long>(CURLAUTH_ANY);
}

std::string set_proxy(CURL* easy, std::string_view scheme, const HttpSettings& settings, const Host& host) {
  const ProxySettings from_environment = proxy_for(scheme, host);
  // Without a value curl would look into the environment itself.
  const std::string url = settings.proxy.value_or(from_environment.url);
  set(easy, CURLOPT_PROXY, url.c_str());
  set(easy, CURLOPT_NOPROXY, from_environment.exceptions.c_str());
  set(easy, CURLOPT_PROXYAUTH,
      proxy_methods(choose(host, {"GIT_HTTP_PROXY_AUTHMETHOD"}, settings.proxy_auth_method, {})));
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set_text(easy, CURLOPT_PROXY_CAINFO,
           choose(host, {"GIT_PROXY_SSL_CAINFO"}, settings.proxy_authorities,
                  {"GIT_SSL_CAINFO", "SSL_CERT_FILE"}));
  return url;
}

bool is_challenge(const std::string& challenge, std::string_view scheme) {
  return fold_case(challenge.substr(0, challenge.find_first_of(" ,"))) == scheme;
}

bool offers_only_digest(const std::vector<std::string>& challenges) {
  const auto offers = [&](std::string_view scheme) {
    return std::ranges::any_of(challenges, [&](const std::string& one) { return is_challenge(one, scheme); });
  };
  return offers("digest") && !offers("basic");
}

/// curl wants a secret with a zero at its end; the copy is wiped.
void set_secret(CURL* easy, CURLoption option, const Secret& secret) {
  std::string copy(secret.reveal());
  const CURLcode code = curl_easy_setopt(easy, option, copy.c_str());
  Secret::wipe(copy.data(), copy.size());
  if (code != CURLE_OK) throw_unknown_option(option);
}

}  // namespace

void throw_unknown_option(CURLoption option) {
  throw Error(ErrorCode::internal,
              fmt::format("the network library refused option {}", static_cast<int>(option)));
}

void FreeHeaders::operator()(curl_slist* list) const noexcept {
  for (curl_slist* entry = list; entry != nullptr; entry = entry->next)
    Secret::wipe(entry->data, std::char_traits<char>::length(entry->data));
  curl_slist_free_all(list);
}

void append(HeaderList& list, const std::string& line) {
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

std::string set_connection(CURL* easy, std::string_view scheme, const HttpSettings& settings,
                           const Host& host, HeaderList& resolve) {
  set(easy, CURLOPT_HTTP_VERSION,
      static_cast<long>(settings.only_http1 ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
  set(easy, CURLOPT_LOW_SPEED_LIMIT, settings.slowest_bytes_per_second.value_or(0));
  set(easy, CURLOPT_LOW_SPEED_TIME, settings.slowest_for_seconds.value_or(0));
  set_text(easy, CURLOPT_CAINFO, choose(host, {"GIT_SSL_CAINFO"}, settings.authorities, {"SSL_CERT_FILE"}));
  set_text(easy, CURLOPT_CAPATH,
           choose(host, {"GIT_SSL_CAPATH"}, settings.authorities_folder, {"SSL_CERT_DIR"}));
  set_text(easy, CURLOPT_SSLCERT, choose(host, {"GIT_SSL_CERT"}, settings.client_certificate, {}));
  set_text(easy, CURLOPT_SSLKEY, choose(host, {"GIT_SSL_KEY"}, settings.client_key, {}));
  set(easy, CURLOPT_KEYPASSWD, "");  // otherwise OpenSSL asks for one on the terminal, and waits
  set_text(easy, CURLOPT_COOKIEFILE, settings.cookie_file);
  resolve.reset();
  for (const std::string& line : settings.resolve) append(resolve, line);
  set(easy, CURLOPT_RESOLVE, resolve.get());
  return set_proxy(easy, scheme, settings, host);
}

void set_proxy_login(CURL* easy, const std::string& proxy_url, const Credential& credential) {
  set(easy, CURLOPT_PROXY, without_login(proxy_url).c_str());  // what is there would win
  set(easy, CURLOPT_PROXYUSERNAME, credential.username.c_str());
  set_secret(easy, CURLOPT_PROXYPASSWORD, credential.secret);
}

void set_login(CURL* easy, const Credential& credential, const std::vector<std::string>& challenges) {
  if (credential.scheme == Credential::Scheme::bearer) {
    set(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
    set_secret(easy, CURLOPT_XOAUTH2_BEARER, credential.secret);
    return;
  }
  set(easy, CURLOPT_HTTPAUTH,
      static_cast<long>(offers_only_digest(challenges) ? CURLAUTH_DIGEST : CURLAUTH_BASIC));
  set(easy, CURLOPT_USERNAME, credential.username.c_str());
  set_secret(easy, CURLOPT_PASSWORD, credential.secret);
}

}  // namespace ddx::net
