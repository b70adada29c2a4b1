#include "support/git_http_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "support/run.hpp"
#include "support/sockets.hpp"

namespace ddx::test {

namespace fs = std::filesystem;

namespace {

/// Long enough for a machine that is busy with other tests.
constexpr std::chrono::seconds patience{20};
constexpr std::chrono::milliseconds poll_interval{5};
constexpr int start_attempts = 3;

constexpr const char* configuration = R"conf(
ServerRoot "{folder}"
ServerName localhost
PidFile "{folder}/httpd.pid"
DefaultRuntimeDir "{folder}"
Mutex file:{folder}
ErrorLog "{folder}/error.log"
{user}
StartServers 1
MinSpareServers 1
MaxSpareServers 2
Define modules /usr/lib/apache2/modules
LoadModule mpm_prefork_module ${{modules}}/mod_mpm_prefork.so
LoadModule authn_core_module ${{modules}}/mod_authn_core.so
LoadModule authz_core_module ${{modules}}/mod_authz_core.so
LoadModule auth_basic_module ${{modules}}/mod_auth_basic.so
LoadModule authn_file_module ${{modules}}/mod_authn_file.so
LoadModule authz_user_module ${{modules}}/mod_authz_user.so
LoadModule alias_module ${{modules}}/mod_alias.so
LoadModule env_module ${{modules}}/mod_env.so
LoadModule headers_module ${{modules}}/mod_headers.so
LoadModule rewrite_module ${{modules}}/mod_rewrite.so
LoadModule cgi_module ${{modules}}/mod_cgi.so
LoadModule ssl_module ${{modules}}/mod_ssl.so
LogFormat "%m %U %>s" request
LogFormat "%{{Authorization}}i" authorization
CustomLog "{folder}/access.log" request
DocumentRoot "{folder}/www"
SSLSessionCache none
SetEnv GIT_PROJECT_ROOT "{folder}/git"
SetEnv GIT_HTTP_EXPORT_ALL 1
SetEnv HOME "{folder}"
PassEnv PATH
ScriptAliasMatch "^/(?:git|private|bearer|hidden)(/.*)" /usr/lib/git-core/git-http-backend$1
<Directory />
  Require all granted
</Directory>
<LocationMatch "^/(private|private-move)/">
  AuthType Basic
  AuthName "tests"
  AuthUserFile "{folder}/passwords"
  Require valid-user
</LocationMatch>
<LocationMatch "^/private-move/(?<rest>.*)">
  Redirect 302 "http://127.0.0.1:{other}/git/%{{env:MATCH_REST}}"
</LocationMatch>
<LocationMatch "^/hidden/">
  RewriteEngine On
  RewriteCond %{{HTTP:Authorization}} "!=Bearer right-token"
  RewriteRule .* - [R=404,L]
</LocationMatch>
<LocationMatch "^/bearer/">
  RewriteEngine On
  RewriteCond %{{HTTP:Authorization}} "!=Bearer right-token"
  RewriteRule .* - [R=401,L]
</LocationMatch>
Header always set WWW-Authenticate "Bearer realm=\"tests\"" "expr=%{{REQUEST_URI}} =~ m#^/bearer/# && %{{HTTP:Authorization}} != 'Bearer right-token'"
ErrorDocument 403 /denied.txt
<Files "*.txt">
  ForceType text/plain
</Files>
Header always set Retry-After 0 "expr=%{{REQUEST_URI}} =~ m#^/limited/#"
Header always set Retry-After 3600 "expr=%{{REQUEST_URI}} =~ m#^/closed/#"
Header always set Retry-After "Sat, 01 Jan 2000 00:00:00 GMT" "expr=%{{REQUEST_URI}} =~ m#^/dated/#"
Header always set WWW-Authenticate "Basic realm=\"tests\"" "expr=%{{REQUEST_URI}} =~ m#^/login/#"
RewriteEngine On
RewriteRule ^/login/ - [R=401,L]
RewriteRule ^/forbidden/ - [F]
RewriteRule ^/gone/ - [G]
RewriteRule ^/limited/ - [R=429,L]
RewriteRule ^/closed/ - [R=503,L]
RewriteRule ^/proxy-login/ - [R=407,L]
RewriteRule ^/dated/ - [R=503,L]
RewriteRule ^/page/ /index.html [L]
<Files "*.html">
  ForceType text/html
</Files>
RewriteRule ^/moved/(.*) /git/$1 [R=301,L]
RewriteRule ^/loop/(.*) /loop/$1 [R=302,L]
RewriteRule ^/elsewhere/(.*) http://example.invalid/$1 [R=302,L]
Listen 127.0.0.1:{http}
Listen 127.0.0.1:{other}
Listen 127.0.0.1:{https}
Listen 127.0.0.1:{mutual}
Listen 127.0.0.1:{expired}
<VirtualHost 127.0.0.1:{http}>
  RewriteEngine On
  RewriteOptions Inherit
</VirtualHost>
<VirtualHost 127.0.0.1:{other}>
  CustomLog "{folder}/authorizations.log" authorization
  CustomLog "{folder}/access.log" request
  RewriteEngine On
  RewriteOptions Inherit
</VirtualHost>
<VirtualHost 127.0.0.1:{https}>
  RewriteEngine On
  RewriteOptions Inherit
  SSLEngine on
  SSLCertificateFile "{folder}/valid.pem"
  SSLCertificateKeyFile "{folder}/key.pem"
</VirtualHost>
<VirtualHost 127.0.0.1:{mutual}>
  RewriteEngine On
  RewriteOptions Inherit
  SSLEngine on
  SSLCertificateFile "{folder}/valid.pem"
  SSLCertificateKeyFile "{folder}/key.pem"
  SSLCACertificateFile "{folder}/ca.pem"
  SSLVerifyClient require
</VirtualHost>
<VirtualHost 127.0.0.1:{expired}>
  SSLEngine on
  SSLCertificateFile "{folder}/expired.pem"
  SSLCertificateKeyFile "{folder}/key.pem"
</VirtualHost>
)conf";

}  // namespace

GitHttpServer::GitHttpServer() {
  const fs::path& folder = folder_.path();
  fs::permissions(folder, fs::perms::others_exec | fs::perms::group_exec, fs::perm_options::add);
  fs::create_directories(repositories());
  write_file(folder / "www/index.html", "<!doctype html><title>Log in</title>\n");
  write_file(folder / "www/denied.txt", "the branch office is closed\nmore\n");
  // Run by root, the server drops to www-data, and git then does not trust our repositories.
  write_file(folder / ".gitconfig", "[safe]\n\tdirectory = *\n");
  // What `htpasswd -nbs alice s3cret` writes.
  write_file(folder / "passwords", "alice:{SHA}/vNB+F2HQ559kaLUZbmHHvZrXpg=\n");
  make_certificates();
  for (int attempt = 1; !process_; ++attempt) {
    try {
      start();
    } catch (const std::runtime_error&) {  // somebody else took a port meanwhile
      process_.reset();
      if (attempt == start_attempts) throw;
    }
  }
}

void GitHttpServer::make_certificates() const {
  const auto openssl = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "openssl");
    const RunResult result = run(folder_, arguments, clean_environment(folder_));
    if (result.exit != 0) throw std::runtime_error("openssl failed: " + result.err);
  };
  write_file(folder_.path() / "names", "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n");
  openssl({"ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem"});
  openssl({"req", "-x509", "-new", "-key", "key.pem", "-days", "30", "-subj", "/CN=ddx test authority",
           "-out", "ca.pem"});
  openssl({"req", "-new", "-key", "key.pem", "-subj", "/CN=localhost", "-out", "request.pem"});
  for (const auto& [days, name] : {std::pair{"30", "valid.pem"}, std::pair{"-1", "expired.pem"}})
    openssl({"x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "key.pem", "-CAcreateserial",
             "-days", days, "-extfile", "names", "-out", name});
}

void GitHttpServer::start() {
  http_port_ = unused_port();
  https_port_ = unused_port();
  expired_port_ = unused_port();
  other_port_ = unused_port();
  mutual_port_ = unused_port();
  const fs::path& folder = folder_.path();
  write_file(folder / "httpd.conf",
             fmt::format(fmt::runtime(configuration), fmt::arg("folder", folder.string()),
                         fmt::arg("user", geteuid() == 0 ? "User www-data\nGroup www-data" : ""),
                         fmt::arg("http", http_port_), fmt::arg("https", https_port_),
                         fmt::arg("expired", expired_port_), fmt::arg("other", other_port_),
                         fmt::arg("mutual", mutual_port_)));
  process_ =
      std::make_unique<Process>(Process::Command{"/usr/sbin/apache2",
                                                 {"-f", (folder / "httpd.conf").string(), "-DFOREGROUND"},
                                                 clean_environment(folder_)});
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!answers("/marker-0")) {
    if (std::chrono::steady_clock::now() >= deadline) {
      const fs::path log = folder / "error.log";
      throw std::runtime_error("apache2 did not start: " +
                               (fs::exists(log) ? read_file(log) : "without a word"));
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

bool GitHttpServer::answers(const std::string& path) const {
  const Descriptor socket = connect_to(http_port_);
  if (!socket) return false;
  const std::string request = fmt::format("GET {} HTTP/1.0\r\n\r\n", path);
  if (send(socket.native(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return false;
  std::array<char, 512> buffer{};
  return recv(socket.native(), buffer.data(), buffer.size(), 0) > 0;
}

std::string GitHttpServer::http_url(const std::string& path) const {
  return fmt::format("http://127.0.0.1:{}{}", http_port_, path);
}
std::string GitHttpServer::https_url(const std::string& path) const {
  return fmt::format("https://localhost:{}{}", https_port_, path);
}
std::string GitHttpServer::expired_url(const std::string& path) const {
  return fmt::format("https://localhost:{}{}", expired_port_, path);
}

std::string GitHttpServer::mutual_url(const std::string& path) const {
  return fmt::format("https://localhost:{}{}", mutual_port_, path);
}

std::vector<std::string> GitHttpServer::requests(std::size_t expected) {
  // The log is written after the answer; what came before a marker is there when the marker is.
  const std::string marker = fmt::format("/marker-{}", ++markers_);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  if (!answers(marker)) throw std::runtime_error("the server is gone");
  while (std::chrono::steady_clock::now() < deadline) {
    std::istringstream log(read_file(folder_.path() / "access.log"));
    std::vector<std::string> lines;
    bool complete = false;
    for (std::string line; std::getline(log, line);) {
      complete = complete || line.find(marker + " ") != line.npos;
      if (!line.starts_with("GET /marker-")) lines.push_back(line);
    }
    complete = complete && lines.size() >= forgotten_ + expected;
    if (complete) return {lines.begin() + static_cast<std::ptrdiff_t>(forgotten_), lines.end()};
    std::this_thread::sleep_for(poll_interval);
  }
  throw std::runtime_error("the server writes no log");
}

std::vector<std::string> GitHttpServer::authorizations_elsewhere() const {
  std::istringstream log(read_file(folder_.path() / "authorizations.log"));
  std::vector<std::string> lines;
  for (std::string line; std::getline(log, line);) lines.push_back(line);
  return lines;
}

void GitHttpServer::forget_requests() { forgotten_ += requests().size(); }

}  // namespace ddx::test
