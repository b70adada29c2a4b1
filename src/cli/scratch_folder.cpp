#include "cli/scratch_folder.hpp"

#include <system_error>

#include "base/time.hpp"

namespace ddx::cli {

namespace {

constexpr const char* scratch = "scratch";

/// Those that a killed process left; nobody works on a conflict for longer.
void sweep(Files& files, const Directory& parent, Host& host) {
  constexpr std::chrono::hours long_ago{48};
  const std::string oldest = make_ulid(host.now() - long_ago, {});
  for (const FolderEntry& entry : files.list(parent)) {
    if (entry.name < oldest) remove_own_tree(files, parent, entry.name);
  }
}

}  // namespace

ScratchFolder::ScratchFolder(const Workspace& workspace, Host& host)
    : files_(host.files),
      path_(workspace.state_dir() / scratch),
      name_(make_ulid(host.now(), host.random())),
      parent_(make_folders(files_, files_.open_root(workspace.git_dir), std::string("ddx/") + scratch)),
      folder_(make_folders(files_, parent_, name_)) {
  path_ /= name_;
  sweep(files_, parent_, host);
}

ScratchFolder::~ScratchFolder() {
  try {
    remove_own_tree(files_, parent_, name_);
  } catch (const std::system_error&) {
    return;  // swept later
  }
}

std::filesystem::path ScratchFolder::write(const std::string& name, const std::string& bytes) {
  const Descriptor file = files_.create(folder_, name, 0666);
  write_all(files_, file, bytes);
  return path_ / name;
}

std::optional<std::string> ScratchFolder::read(const std::string& name) const {
  try {
    return read_file(files_, folder_, name);
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

}  // namespace ddx::cli
