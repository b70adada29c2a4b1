#include "auth/header_login.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/base64.hpp"
#include "base/text.hpp"
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
  std::string_view rest = value;
  const std::string scheme = fold_case(cut(rest, blanks));
  HeaderLogin login;
  if (scheme == "basic") login.credential = basic_credential(rest);
  if (scheme == "bearer" || scheme == "token")
    login.credential = Credential{Credential::Scheme::bearer, "", Secret(rest), ""};
  if (!login.credential) return login;
  login.credential->source = HeaderLogin::name;
  return login;
}

class HeaderSource final : public Source {
 public:
  explicit HeaderSource(std::shared_ptr<const git::UserSettings> settings) : settings_(std::move(settings)) {}

  [[nodiscard]] std::string name() const override { return HeaderLogin::name; }

  Answer find(const Request& request) override {
    if (!header_login(*settings_, request)) return {};
    return {{}, fmt::format("refused by '{}'", request.origin.host_and_port())};
  }

 private:
  std::shared_ptr<const git::UserSettings> settings_;
};

}  // namespace

std::optional<HeaderLogin> header_login(const git::UserSettings& settings, const Source::Request& request) {
  const auto values = settings.for_url("http", request.origin, request.path);
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

std::unique_ptr<Source> make_header_source(std::shared_ptr<const git::UserSettings> settings) {
  return std::make_unique<HeaderSource>(std::move(settings));
}

}  // namespace ddx::auth
