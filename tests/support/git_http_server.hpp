#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "platform/process.hpp"
#include "support/temp_dir.hpp"

namespace ddx::test {

/// A real git server on loopback: apache2 with git-http-backend, on free ports, with a certificate authority
/// of its own. Ended when it goes.
///
/// Below `/git/` it serves the repositories of `repositories()`. Other first folders misbehave, whatever
/// follows: `/login/` 401, `/forbidden/` 403, `/gone/` 410, `/limited/` 429 with `Retry-After: 0`, `/closed/`
/// 503 with `Retry-After: 3600`, `/dated/` 503 until a date in the past, `/proxy-login/` 407, `/page/` a web
/// page, `/moved/` redirects to `/git/`, `/loop/` to itself, `/elsewhere/` to plain http on another host.
/// Below `/private/` it serves who logs in as alice with s3cret, below `/bearer/` who has the token
/// right-token, and so below
/// `/hidden/`, which answers 404 to everybody else;
/// `/private-move/` redirects alice to `/git/` on another port.
class GitHttpServer {
 public:
  GitHttpServer();

  [[nodiscard]] std::filesystem::path repositories() const { return folder_.path() / "git"; }
  /// Plain files below `/`.
  [[nodiscard]] std::filesystem::path documents() const { return folder_.path() / "www"; }
  /// `path` begins with '/'.
  [[nodiscard]] std::string http_url(const std::string& path) const;
  [[nodiscard]] std::string https_url(const std::string& path) const;
  /// https with a certificate that has expired.
  [[nodiscard]] std::string expired_url(const std::string& path) const;
  /// https where the client has to show a certificate too.
  [[nodiscard]] std::string mutual_url(const std::string& path) const;
  [[nodiscard]] std::filesystem::path client_certificate() const { return folder_.path() / "valid.pem"; }
  [[nodiscard]] std::filesystem::path client_key() const { return folder_.path() / "key.pem"; }
  [[nodiscard]] int http_port() const { return http_port_; }
  [[nodiscard]] std::filesystem::path certificate_authority() const { return folder_.path() / "ca.pem"; }

  /// The requests so far, as `METHOD PATH STATUS`, oldest first; waits for `expected` of them, as the log may
  /// come later than the answer.
  [[nodiscard]] std::vector<std::string> requests(std::size_t expected = 0);
  void forget_requests();
  /// The `Authorization` of each request that came to the other port; `-` where it had none.
  [[nodiscard]] std::vector<std::string> authorizations_elsewhere() const;

 private:
  void make_certificates() const;
  void start();
  /// Whether the server answers on its port.
  [[nodiscard]] bool answers(const std::string& path) const;

  TempDir folder_;
  int http_port_ = 0, https_port_ = 0, expired_port_ = 0, other_port_ = 0, mutual_port_ = 0;
  int markers_ = 0;
  std::size_t forgotten_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace ddx::test
