#include "support/ssh_server.hpp"

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

constexpr std::chrono::seconds patience{20};
constexpr std::chrono::milliseconds poll_interval{5};

constexpr const char* configuration = R"conf(
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PermitRootLogin yes
AllowTcpForwarding no
X11Forwarding no
PermitTTY no
)conf";

/// Only git's services, only below one folder.
constexpr const char* only_git = R"sh(#!/bin/sh
case "$SSH_ORIGINAL_COMMAND" in
  *..*) echo "bad path" >&2; exit 128 ;;
  "git-upload-pack '/"* | "git-receive-pack '/"*) exec git-shell -c "$(printf %s "$SSH_ORIGINAL_COMMAND" | sed "s#'/#'{root}/#")" ;;
  *) echo "shell access is not allowed" >&2; exit 128 ;;
esac
)sh";

std::string user_name() { return getpwuid(geteuid())->pw_name; }

void run_or_throw(const TempDir& folder, const std::vector<std::string>& words) {
  const RunResult result = run(folder, words, clean_environment(folder));
  if (result.exit != 0) throw std::runtime_error(words.front() + " failed: " + result.err);
}

std::string public_part(const fs::path& key) { return read_file(key.string() + ".pub"); }

}  // namespace

SshServer::SshServer() {
  const fs::path& folder = folder_.path();
  fs::create_directories(repositories());
  for (const char* name : {"host_key", "another_host_key", "key", "other_key"}) make_key(name);
  write_file(folder / "only-git",
             fmt::format(fmt::runtime(only_git), fmt::arg("root", repositories().string())));
  fs::permissions(folder / "only-git", fs::perms::owner_all);
  write_file(folder / "authorized_keys",
             fmt::format("restrict,command=\"{}\" {}", (folder / "only-git").string(), public_part(key())));
  write_file(folder / ".gitconfig", "[safe]\n\tdirectory = *\n");
  if (geteuid() == 0) fs::create_directories("/run/sshd");
  start();
  const std::string host = fmt::format("[127.0.0.1]:{} ", port_);
  write_file(known_hosts(), host + public_part(folder / "host_key"));
  write_file(changed_hosts(), host + public_part(folder / "another_host_key"));
  write_file(no_hosts(), "");
}

void SshServer::make_key(const std::string& name) const {
  run_or_throw(folder_,
               {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", (folder_.path() / name).string()});
}

void SshServer::start() {
  port_ = unused_port();
  const fs::path config = folder_.path() / "sshd_config";
  write_file(config, fmt::format(fmt::runtime(configuration), fmt::arg("port", port_),
                                 fmt::arg("folder", folder_.path().string())));
  process_ = std::make_unique<Process>(
      Process::Command{"/usr/sbin/sshd",
                       {"-D", "-f", config.string(), "-E", (folder_.path() / "log").string()},
                       clean_environment(folder_)});
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!connect_to(port_)) {
    if (std::chrono::steady_clock::now() >= deadline) throw std::runtime_error("sshd did not start");
    std::this_thread::sleep_for(poll_interval);
  }
}

std::string SshServer::url(const std::string& path) const {
  return fmt::format("ssh://{}@127.0.0.1:{}{}", user_name(), port_, path);
}

std::string SshServer::command(const fs::path& key, const fs::path& hosts) const {
  return fmt::format(
      "ssh -F none -o IdentitiesOnly=yes -o GlobalKnownHostsFile=none -o UserKnownHostsFile={} -i {}",
      hosts.string(), key.string());
}

}  // namespace ddx::test
