#include "auth/header_login.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/base64.hpp"
#include "base/redaction.hpp"
#include "base/text.hpp"
#include "git/user_settings.hpp"
#include "net/http_settings.hpp"

namespace ddx::auth {

namespace {

constexpr std::string_view blanks = " \t";

/// \returns what comes before the first of `separators`; `rest` is left with what comes after it
std::string_view cut(std::string_view& rest, std::string_view separators) {
  const std::string_view part = rest.substr(0, rest.find_first_of(separators));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
  return part;
}

std::optional<Credential> basic_credential(std::string_view encoded) {
  try {
    std::string pair = decode_base64(std::string(encoded));
    std::string_view rest = pair;
    Credential credential;
    credential.username = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(credential.username.size() + 1, rest.size()));
    credential.secret = Secret(rest);
    Secret::wipe(pair.data(), pair.size());
    return credential;
  } catch (const std::invalid_argument&) {
    return std::nullopt;  // the server will say what it thinks of it
  }
}

HeaderLogin parse(std::string_view value) {
  remember_secret("", Secret(value));  // one without a scheme is nothing but a secret
  std::string_view rest = value;
  const std::string scheme = fold_case(cut(rest, blanks));
  remember_secret("", Secret(rest));
  HeaderLogin login;
  if (scheme == "basic") login.credential = basic_credential(rest);
  if (scheme == "bearer" || scheme == "token")
    login.credential = Credential{Credential::Scheme::bearer, "", Secret(rest), ""};
  if (!login.credential) return login;
  login.credential->source = HeaderLogin::name;
  remember_secret(login.credential->username, login.credential->secret);
  return login;
}

class HeaderSource final : public Source {
 public:
  HeaderSource(std::filesystem::path folder, Host& host) : folder_(std::move(folder)), host_(host) {}

  [[nodiscard]] std::string name() const override { return HeaderLogin::name; }

  Answer find(const Request& request) override {
    if (!header_login(folder_, request, host_)) return {};
    return {{}, fmt::format("refused by '{}'", request.origin.host_and_port())};
  }

 private:
  std::filesystem::path folder_;
  Host& host_;
};

}  // namespace

std::optional<HeaderLogin> header_login(const std::filesystem::path& folder, const Source::Request& request,
                                        const Host& host) {
  const auto values = git::UserSettings::open(folder, host).for_url("http", request.origin, request.path);
  const auto headers = values.find("extraheader");
  if (headers == values.end()) return std::nullopt;
  std::optional<HeaderLogin> login;
  for (const std::string& header : headers->second) {
    std::string_view rest = header;
    if (header.empty()) login.reset();  // it takes back those before it
    if (!net::is_login(header)) continue;
    cut(rest, ":");
    login = parse(rest);
  }
  return login;
}

std::unique_ptr<Source> make_header_source(const std::filesystem::path& folder, Host& host) {
  return std::make_unique<HeaderSource>(folder, host);
}

}  // namespace ddx::auth
