#pragma once

#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ddx/secret.hpp"
#include "ddx/upstream_url.hpp"

namespace ddx {

/// Who a credential is for. Origins are compared exactly, never by a part or a pattern: a host that only
/// looks alike gets nothing (REL J3).
struct Origin {
  std::string scheme;  ///< "https" or "http"
  std::string host;    ///< lower case, without port; an IPv6 address with its brackets
  int port = 0;        ///< the scheme's own one where the URL names none

  /// \returns nothing for what credentials of ours are not sent to: local paths and ssh, which has its own
  [[nodiscard]] static std::optional<Origin> of(const UpstreamUrl& url);
  /// `github.com`, or `host:8443` where the port is not the scheme's own one. As git's credential protocol
  /// has it in `host`.
  [[nodiscard]] std::string host_and_port() const;
  /// `https://github.com`, without a slash at its end.
  [[nodiscard]] std::string str() const;

  friend auto operator<=>(const Origin&, const Origin&) = default;
};

/// What is sent to a server so that it knows who asks.
struct Credential {
  enum class Scheme {
    basic,   ///< a user name and a password, or a token in the password's place
    bearer,  ///< a token alone
  };
  Scheme scheme = Scheme::basic;
  std::string username;
  Secret secret;
  std::string source;  ///< where it came from, for people: "DDX_TOKEN", "git credential helper"
};

/// Finds credentials for a server, best source first. One object for the length of a command; each credential
/// that a server refuses is forgotten, and after a few of them there are no more, so that no account gets
/// locked (REQ H5).
class CredentialProvider {
 public:
  struct Request {
    Origin origin;
    std::string path;                     ///< of the repository, without the slash in front
    std::vector<std::string> challenges;  ///< the values of `WWW-Authenticate`
    bool is_proxy = false;                ///< on the way to the upstream; `origin` is where the proxy is
    std::string username = {};            ///< the only one that is wanted; empty: any
  };

  virtual ~CredentialProvider() = default;
  /// \returns the next one that was not refused yet, or nothing when all sources were asked
  /// \throws Error (auth_required, auth_failed) when asking went wrong; Interrupted
  virtual std::optional<Credential> next(const Request& request) = 0;
  /// The server took it: whoever gave it may keep it.
  virtual void accepted(const Request& request, const Credential& credential) = 0;
  /// The server answered 401 to it: whoever gave it shall forget it.
  virtual void rejected(const Request& request, const Credential& credential) = 0;
  /// One line for each source that was asked, for the error that follows: "DDX_TOKEN: not set".
  [[nodiscard]] virtual std::vector<std::string> tried() const = 0;
};

}  // namespace ddx
