#include "support/proxy_server.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "support/run.hpp"
#include "support/sockets.hpp"

namespace ddx::test {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds patience{30};
constexpr std::chrono::milliseconds poll_interval{5};
constexpr const char* squid = "/usr/sbin/squid";

constexpr const char* configuration = R"conf(
http_port 127.0.0.1:{port}
pid_filename {folder}/squid.pid
cache_log {folder}/cache.log
access_log stdio:{folder}/access.log
coredump_dir {folder}
cache deny all
pinger_enable off
auth_param basic program /usr/lib/squid/basic_ncsa_auth {folder}/passwords
auth_param basic realm tests
acl authed proxy_auth REQUIRED
http_access allow authed
http_access deny all
shutdown_lifetime 0 seconds
visible_hostname localhost
)conf";

/// squid, started by root, drops to this user, which has to reach the folder.
void give_to_squid(const fs::path& folder) {
  if (geteuid() != 0) return;
  const passwd* user = getpwnam("proxy");
  if (user == nullptr) throw std::runtime_error("there is no user 'proxy'");
  for (const fs::path& path : {folder, folder / "passwords"})
    if (chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) throw std::runtime_error("chown failed");
}

}  // namespace

bool ProxyServer::available() { return fs::exists(squid); }

ProxyServer::ProxyServer() : port_(unused_port()) {
  const fs::path& folder = folder_.path();
  write_file(folder / "squid.conf", fmt::format(fmt::runtime(configuration), fmt::arg("port", port_),
                                                fmt::arg("folder", folder.string())));
  const RunResult line = run(folder, {"openssl", "passwd", "-apr1", "pr0xy"}, clean_environment(folder));
  write_file(folder / "passwords", "pia:" + line.out);
  give_to_squid(folder);
  process_ = std::make_unique<Process>(
      Process::Command{squid, {"-N", "-f", (folder / "squid.conf").string()}, clean_environment(folder)});
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!connect_to(port_)) {
    if (std::chrono::steady_clock::now() >= deadline) throw std::runtime_error("squid did not start");
    std::this_thread::sleep_for(poll_interval);
  }
}

ProxyServer::~ProxyServer() = default;

std::string ProxyServer::url(const std::string& login) const {
  return fmt::format("http://{}127.0.0.1:{}", login.empty() ? "" : login + "@", port_);
}

std::string ProxyServer::log() const {
  const fs::path file = folder_.path() / "access.log";
  return fs::exists(file) ? read_file(file) : "";
}

}  // namespace ddx::test
