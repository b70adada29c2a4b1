#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>

#include "ddx/credential.hpp"
#include "ddx/host.hpp"
#include "net/http_settings.hpp"

namespace ddx::net {

template <auto FreeFn>
struct Free {
  template <class T>
  void operator()(T* raw) const noexcept {
    FreeFn(raw);
  }
};
/// Lines may hold a secret.
struct FreeHeaders {
  void operator()(curl_slist* list) const noexcept;
};
using HeaderList = std::unique_ptr<curl_slist, FreeHeaders>;

/// Puts one more at the end.
void append(HeaderList& list, const std::string& line);

/// \throws Error (internal) if this curl does not know the option
template <class Value>
void set(CURL* easy, CURLoption option, Value value);
[[noreturn]] void throw_unknown_option(CURLoption option);

/// Sets whom a connection trusts, which way it goes and what a user wants of it: first the variables that git
/// has for it, then its settings, then the environment of other programs.
/// \param resolve  holds what curl reads during the transfer
/// \returns the URL of the proxy that is set; empty: none
std::string set_connection(CURL* easy, std::string_view scheme, const HttpSettings& settings,
                           const Host& host, HeaderList& resolve);

/// A login for the proxy, instead of the one in its URL.
void set_proxy_login(CURL* easy, const std::string& proxy_url, const Credential& credential);

/// \param challenges  what the credential answers
void set_login(CURL* easy, const Credential& credential, const std::vector<std::string>& challenges);

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) throw_unknown_option(option);
}

}  // namespace ddx::net
