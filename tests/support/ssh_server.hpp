#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "platform/process.hpp"
#include "support/temp_dir.hpp"

namespace ddx::test {

/// A real sshd on loopback, on a free port, that lets our user in with one key and serves the git
/// repositories of one folder, and nothing else. Ended when it goes.
class SshServer {
 public:
  SshServer();

  [[nodiscard]] std::filesystem::path repositories() const { return folder_.path() / "git"; }
  /// `path` begins with '/' and is below `repositories()`.
  [[nodiscard]] std::string url(const std::string& path) const;
  [[nodiscard]] int port() const { return port_; }
  /// The key that is let in, and one that is not.
  [[nodiscard]] std::filesystem::path key() const { return folder_.path() / "key"; }
  [[nodiscard]] std::filesystem::path other_key() const { return folder_.path() / "other_key"; }
  /// A file with the server's host key; one with another key in its place; one with none.
  [[nodiscard]] std::filesystem::path known_hosts() const { return folder_.path() / "known_hosts"; }
  [[nodiscard]] std::filesystem::path changed_hosts() const { return folder_.path() / "changed_hosts"; }
  [[nodiscard]] std::filesystem::path no_hosts() const { return folder_.path() / "no_hosts"; }
  /// An `ssh` that uses nothing but these two files.
  [[nodiscard]] std::string command(const std::filesystem::path& key,
                                    const std::filesystem::path& hosts) const;

 private:
  void start();
  void make_key(const std::string& name) const;

  TempDir folder_;
  int port_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace ddx::test
