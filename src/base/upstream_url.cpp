#include "ddx/upstream_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "ddx/error.hpp"

namespace ddx {

namespace {

constexpr std::string_view what_is_spoken = "ddx speaks https, http, ssh, file and local paths";

/// \param shown  what of the URL may be repeated; never a part that may hold a password
Error refused(std::string_view shown, std::string_view reason) {
  return Error(ErrorCode::url_refused,
               fmt::format("cannot use '{}' as upstream: {}", printable(shown), reason),
               {{Recovery::see_help, "init"}});
}

bool is_in(char byte, char first, char last) { return byte >= first && byte <= last; }
bool is_digit(char byte) { return is_in(byte, '0', '9'); }
bool is_letter(char byte) { return is_in(byte, 'a', 'z') || is_in(byte, 'A', 'Z'); }
bool is_in_scheme(char byte) {
  return is_letter(byte) || is_digit(byte) || byte == '+' || byte == '-' || byte == '.';
}
bool is_in_host(char byte) {
  return is_letter(byte) || is_digit(byte) || byte == '-' || byte == '.' || byte == '_';
}
bool is_in_ipv6(char byte) {
  return is_digit(byte) || is_in(byte, 'a', 'f') || is_in(byte, 'A', 'F') || byte == ':' || byte == '.';
}

bool has_unsafe_character(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    if (point.bytes == 0 || is_control(point.value) || is_bidi_control(point.value)) return true;
    text.remove_prefix(point.bytes);
  }
  return false;
}

std::string checked_path(std::string_view url, std::string_view path) {
  auto decoded = percent_decoded(path);
  if (!decoded) throw refused(url, "a '%' in it is not followed by two hexadecimal digits");
  if (has_unsafe_character(*decoded)) throw refused(url, "it holds an encoded control character");
  return std::move(*decoded);
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

/// `host` or `host:port`, in lower case.
std::string checked_host(std::string_view url, std::string_view authority) {
  std::size_t host_end = std::min(authority.find(':'), authority.size());
  if (authority.starts_with('[')) {
    const std::size_t bracket = authority.find(']');
    if (bracket == authority.npos || bracket == 1 ||
        !std::all_of(authority.begin() + 1, authority.begin() + static_cast<std::ptrdiff_t>(bracket),
                     is_in_ipv6))
      throw refused(url, "its host is not a valid IPv6 address");
    host_end = bracket + 1;
  } else {
    const std::string_view host = authority.substr(0, host_end);
    if (host.empty()) throw refused(url, "it names no host");
    if (host.front() == '-' || !std::all_of(host.begin(), host.end(), is_in_host))
      throw refused(url, "its host holds a character that no host name has");
  }
  const std::string_view port = authority.substr(host_end);
  if (!port.empty() && !(port.front() == ':' && is_port(port.substr(1))))
    throw refused(url, "its port is not a number from 1 to 65535");
  return fold_case(authority);
}

/// \returns the host
std::string parse_remote(std::string_view url, std::string_view scheme, std::string_view rest) {
  const std::string_view authority = rest.substr(0, rest.find_first_of("/\\?#"));
  if (const std::size_t at = authority.rfind('@'); at != authority.npos)
    throw refused(fmt::format("{}://{}", scheme, authority.substr(at + 1)),
                  "it holds a user name or a password, which would end up in files and logs");
  const std::string_view path = rest.substr(authority.size());
  const std::string_view shown = url.substr(0, url.find_first_of("?#"));
  if (shown.size() != url.size())
    throw refused(shown, "it goes on with '?' or '#' behind the repository's path");
  if (path.find_first_of("\\ ") != path.npos) throw refused(url, "it holds a space or a backslash");
  static_cast<void>(checked_path(url, path));
  return checked_host(url, authority);
}

std::string parse_file_url(std::string_view url, std::string_view rest) {
  const std::string_view host = rest.substr(0, rest.find('/'));
  if (!host.empty() && fold_case(host) != "localhost")
    throw refused(url, "a file URL has three slashes, 'file:///…', or names localhost");
  if (host.size() == rest.size()) throw refused(url, "it names no folder");
  return checked_path(url, rest.substr(host.size()));
}

/// What stands before "://", in lower case; empty for something else.
std::string scheme_of(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == text.npos || colon == 0) return {};
  const std::string_view scheme = text.substr(0, colon);
  return std::all_of(scheme.begin(), scheme.end(), is_in_scheme) ? fold_case(scheme) : std::string();
}

std::string checked_ssh_path(std::string_view shown, std::string path) {
  if (path.empty() || path == "/") throw refused(shown, "it names no repository");
  // The server's shell reads the path; git's quoting is not undone by all of them (REL K3).
  if (path.find_first_of("'\\!") != path.npos)
    throw refused(shown,
                  "its path holds a quote, a backslash or an exclamation mark, which a shell may read");
  if (path.starts_with("/~")) path.erase(0, 1);
  if (path.front() == '-') throw refused(shown, "its path begins with '-', as an option does");
  return path;
}

std::string checked_user(std::string_view shown, std::string_view user) {
  constexpr std::string_view signs = "._-+";
  if (user.find(':') != user.npos)
    throw refused(shown, "it holds a password, which would end up in files and logs");
  if (user.empty() || user.front() == '-' || !std::ranges::all_of(user, [&](char byte) {
        return is_letter(byte) || is_digit(byte) || signs.find(byte) != signs.npos;
      }))
    throw refused(shown, "its user name holds a character that no user name has");
  return std::string(user);
}

/// Fills in user, host and port from `[USER@]HOST[:PORT]`. \returns the host for messages
std::string parse_ssh_authority(std::string_view shown, std::string_view authority, UpstreamUrl::Ssh& ssh) {
  if (const std::size_t at = authority.rfind('@'); at != authority.npos) {
    ssh.user = checked_user(shown, authority.substr(0, at));
    authority.remove_prefix(at + 1);
  }
  const std::string host = checked_host(shown, authority);
  const std::size_t bracket = host.find(']');
  const std::size_t colon = host.find(':', bracket == host.npos ? 0 : bracket);
  ssh.host = bracket == host.npos ? host.substr(0, colon) : host.substr(1, bracket - 1);
  if (colon != host.npos) std::from_chars(host.data() + colon + 1, host.data() + host.size(), ssh.port);
  return host;
}

/// \returns the host for messages
std::string parse_ssh_url(std::string_view rest, UpstreamUrl::Ssh& ssh) {
  const std::string_view authority = rest.substr(0, rest.find_first_of("/\\?#"));
  const std::string shown = fmt::format("ssh://{}", authority.substr(authority.rfind('@') + 1));
  std::string host = parse_ssh_authority(shown, authority, ssh);
  ssh.path = checked_ssh_path(shown, checked_path(shown, rest.substr(authority.size())));
  return host;
}

/// `[USER@]HOST:PATH`, where HOST may be `[ADDRESS]` or `[HOST:PORT]`, is what git calls scp-like.
/// \returns the host for messages; nothing for a local path
std::optional<std::string> parse_scp_like(std::string_view text, UpstreamUrl::Ssh& ssh) {
  const std::size_t open = text.find('['), close = text.find(']');
  const bool has_brackets = close != text.npos && (open == 0 || (open != text.npos && text[open - 1] == '@'));
  const std::size_t colon = text.find(':', has_brackets ? close : 0);
  if (colon == text.npos || text.find('/') < colon) return std::nullopt;
  std::string_view authority = text.substr(0, colon);
  const std::string_view path = text.substr(colon + 1);
  const std::string shown(authority.substr(authority.rfind('@') + 1));
  if (path.starts_with(':')) throw refused(shown, "it would run a program, a git remote helper");
  if (path.substr(0, path.find('/')).find('@') != path.npos)
    throw refused(shown, "it seems to hold a password, which would end up in files and logs");
  std::string bare;
  if (has_brackets && std::ranges::count(text.substr(open, close - open), ':') == 1) {  // `[HOST:PORT]`
    bare = fmt::format("{}{}", text.substr(0, open), text.substr(open + 1, close - open - 1));
    authority = bare;
  }
  std::string host = parse_ssh_authority(shown, authority, ssh);
  ssh.path = checked_ssh_path(shown, std::string(path));
  return host;
}

bool is_ipv4_loopback(std::string_view host) {
  if (!host.starts_with("127.")) return false;
  int parts = 0;
  for (std::string_view rest = host;; ++parts) {
    const std::size_t end = rest.find('.');
    const std::string_view part = rest.substr(0, end);
    unsigned value = 256;
    const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || stop != part.data() + part.size() || value > 255) return false;
    if (end == rest.npos) return parts == 3;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

UpstreamUrl UpstreamUrl::parse(std::string_view text) {
  if (text.empty())
    throw Error(ErrorCode::url_refused, "the upstream's URL is empty", {{Recovery::see_help, "init"}});
  if (has_unsafe_character(text))
    throw Error(ErrorCode::url_refused, "the upstream's URL holds a control character or is not valid UTF-8",
                {{Recovery::see_help, "init"}});
  if (text.front() == '-') throw refused(text, "it begins with '-', as an option does");
  UpstreamUrl url;
  url.text_ = text;
  const std::string scheme = scheme_of(text);
  const std::string_view rest = scheme.empty() ? text : text.substr(scheme.size() + 3);
  if (scheme == "https" || scheme == "http") {
    url.kind_ = scheme == "https" ? Kind::https : Kind::http;
    url.host_ = parse_remote(text, scheme, rest);
  } else if (scheme == "file") {
    url.local_path_ = parse_file_url(text, rest);
  } else if (scheme == "ssh") {
    url.kind_ = Kind::ssh;
    url.host_ = parse_ssh_url(rest, url.ssh_);
  } else if (!scheme.empty()) {
    throw refused(scheme + "://", what_is_spoken);
  } else if (auto host = parse_scp_like(text, url.ssh_)) {
    url.kind_ = Kind::ssh;
    url.host_ = std::move(*host);
  } else {
    url.local_path_ = text;
  }
  return url;
}

bool UpstreamUrl::is_loopback() const {
  if (kind_ == Kind::local) return false;
  const std::string_view host = std::string_view(host_).substr(0, host_.find(':', host_.find(']') + 1));
  return host == "localhost" || host == "[::1]" || is_ipv4_loopback(host);
}

}  // namespace ddx
