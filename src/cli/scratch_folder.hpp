#pragma once

#include <filesystem>
#include <string>

#include "ddx/host.hpp"
#include "ddx/workspace.hpp"
#include "platform/files.hpp"

namespace ddx::cli {

/// A folder in the git directory for what an editor or a merge tool works on. Gone with the object.
class ScratchFolder {
 public:
  ScratchFolder(const Workspace& workspace, Host& host);
  ScratchFolder(const ScratchFolder&) = delete;
  ~ScratchFolder();

  /// \returns the new file's path
  std::filesystem::path write(const std::string& name, const std::string& bytes);
  /// What the file holds by now; nothing if it is gone or no file any more.
  [[nodiscard]] std::optional<std::string> read(const std::string& name) const;

 private:
  Files& files_;
  std::filesystem::path path_;
  std::string name_;
  Directory parent_, folder_;
};

}  // namespace ddx::cli
