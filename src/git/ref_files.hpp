#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ddx/host.hpp"
#include "ddx/oid.hpp"

namespace ddx::git {

/// Writes refs as the files they are (gitrepository-layout(5)), through the I/O seam, and so that a process
/// that is killed leaves nothing in the way of git or of the next ddx. Reads no values and checks none.
/// Everything is durable when a function returns.
class RefFiles {
 public:
  /// \param git_dir  the folder that `name`s are below
  RefFiles(Host& host, std::filesystem::path git_dir);

  /// Makes or moves a ref below `refs/ddx/`. Nobody but the holder of ddx's own lock writes these, so git's
  /// lock is not needed.
  void write_own(const std::string& name, const Oid& to);

  /// Removes refs below `refs/ddx/`, also from where `git pack-refs` put them.
  /// \throws Error (git_busy) while git holds `packed-refs.lock`; Interrupted
  void remove_own(const std::vector<std::string>& names);

  /// Appends a line to the ref's log (git's `reflog`), made if missing.
  void append_log(const std::string& name, const std::string& line);

 private:
  void remove_packed(const std::vector<std::string>& names);

  Host& host_;
  std::filesystem::path git_dir_;
};

}  // namespace ddx::git
