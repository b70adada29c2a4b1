#include "auth/credential_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ddx::auth {

namespace {

constexpr std::size_t longest_line = 65'535;

bool holds_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Lines of the protocol, of which one may hold a password.
class Lines {
 public:
  Lines() { text_.reserve(4 * longest_line); }
  Lines(const Lines&) = delete;
  ~Lines() { Secret::wipe(text_.data(), text_.size()); }

  void add(std::string_view key, std::string_view value) {
    ok_ = ok_ && !holds_control(value) && key.size() + value.size() < longest_line &&
          text_.size() + key.size() + value.size() + 2 <= text_.capacity();
    if (!ok_) return;
    text_.append(key).append("=").append(value).append("\n");
  }
  [[nodiscard]] std::optional<Secret> secret() const {
    return ok_ ? std::optional(Secret(text_)) : std::nullopt;
  }

 private:
  std::string text_;
  bool ok_ = true;
};

void add_request(Lines& lines, const CredentialProvider::Request& request, bool with_path) {
  lines.add("protocol", request.origin.scheme);
  lines.add("host", request.origin.host_and_port());
  if (with_path && !request.path.empty()) lines.add("path", request.path);
}

bool take(std::string_view key, std::string_view value, CredentialFields& fields) {
  if (key == "username") {
    fields.username = value;
  } else if (key == "password") {
    fields.password = Secret(value);
  } else if (key == "quit") {
    fields.quit = value == "1" || value == "true";
  } else if (key == "password_expiry_utc") {
    long long seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (error != std::errc() || end != value.data() + value.size()) return false;
    fields.expires = std::chrono::sys_seconds(std::chrono::seconds(seconds));
  }
  return true;
}

}  // namespace

std::optional<Secret> describe(const CredentialProvider::Request& request, const std::string& username,
                               bool with_path) {
  Lines lines;
  add_request(lines, request, with_path);
  if (!username.empty()) lines.add("username", username);
  for (const std::string& challenge : request.challenges)
    if (!holds_control(challenge)) lines.add("wwwauth[]", challenge);
  return lines.secret();
}

std::optional<Secret> describe(const CredentialProvider::Request& request, const Credential& credential,
                               bool with_path) {
  Lines lines;
  add_request(lines, request, with_path);
  lines.add("username", credential.username);
  lines.add("password", credential.secret.reveal());
  return lines.secret();
}

std::optional<CredentialFields> parse_fields(const Secret& answer) {
  CredentialFields fields;
  std::string_view rest = answer.reveal();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) break;
    const std::size_t equals = line.find('=');
    if (equals == line.npos || equals == 0 || line.size() > longest_line || holds_control(line))
      return std::nullopt;
    if (!take(line.substr(0, equals), line.substr(equals + 1), fields)) return std::nullopt;
  }
  return fields;
}

}  // namespace ddx::auth
