#include "transaction/operation_folder.hpp"

#include <fmt/format.h>

#include <system_error>

namespace ddx {

namespace {

Directory state_folder(const Workspace& workspace, Files& files) {
  return make_folders(files, files.open_root(workspace.git_dir), "ddx");
}

}  // namespace

OperationFolder::OperationFolder(const Workspace& workspace, Files& files, std::string id)
    : files_(files),
      id_(std::move(id)),
      path_(workspace.state_dir() / "ops" / id_),
      state_(state_folder(workspace, files)),
      ops_(make_folders(files, state_, "ops")),
      done_(make_folders(files, state_, "done")),
      folder_(make_folders(files, ops_, id_)),
      stage_(make_folders(files, folder_, "stage")),
      old_(make_folders(files, folder_, "old")),
      reader_(files, path_, nullptr) {}

OperationFolder OperationFolder::make(const Workspace& workspace, Files& files, const std::string& id) {
  const Directory ops = make_folders(files, state_folder(workspace, files), "ops");
  try {
    return {workspace, files, id};
  } catch (const std::system_error&) {
    remove_own_tree(files, ops, id);
    throw;
  }
}

OperationFolder OperationFolder::open(const Workspace& workspace, Files& files, const std::string& id) {
  return {workspace, files, id};
}

std::vector<std::string> OperationFolder::pending(const Workspace& workspace, Files& files) {
  const Directory git_dir = files.open_root(workspace.git_dir);
  const auto ops = files.open_below(git_dir, "ddx/ops");
  std::vector<std::string> ids;
  if (!ops) return ids;
  for (const FolderEntry& entry : files.list(*ops)) ids.push_back(entry.name);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::string OperationFolder::name(std::size_t entry) { return fmt::format("{:06}", entry); }

void OperationFolder::write_intent(const Intent& intent) {
  const Descriptor file = files_.create(folder_, "intent.new", 0600);
  write_all(files_, file, encode_intent(intent));
  files_.sync(file);
  files_.rename(folder_, "intent.new", folder_, "intent", RenameMode::no_replace);
  files_.sync(folder_);
  files_.sync(ops_);
  files_.sync(state_);
}

std::optional<Intent> OperationFolder::read_intent() {
  const auto bytes = read_file(files_, folder_, "intent");
  return bytes ? decode_intent(*bytes) : std::nullopt;
}

void OperationFolder::mark_aborting() {
  if (is_aborting()) return;
  const Descriptor file = files_.create(folder_, "aborting", 0600);
  files_.sync(file);
  files_.sync(folder_);
}

bool OperationFolder::is_aborting() { return files_.info(folder_, "aborting").has_value(); }

void OperationFolder::rescue(const std::string& staged) {
  const Directory rescue = make_folders(files_, state_, "rescue");
  for (int attempt = 0;; ++attempt) {
    const std::string name = fmt::format("{}-{}-{}", id_, staged, attempt);
    if (files_.info(rescue, name)) continue;
    files_.rename(stage_, staged, rescue, name, RenameMode::no_replace);
    files_.sync(rescue);
    return;
  }
}

void OperationFolder::withdraw_intent() {
  if (!files_.info(folder_, "intent")) return;
  files_.remove(folder_, "intent");
  files_.sync(folder_);
}

void OperationFolder::retire() {
  files_.rename(ops_, id_, done_, id_, RenameMode::no_replace);
  try {
    files_.sync(ops_);
  } catch (const std::system_error&) {
    // Everything but this rename is durable. Should it get lost, recovery finds nothing left to do.
  }
}

void OperationFolder::discard() { remove_own_tree(files_, ops_, id_); }

}  // namespace ddx
