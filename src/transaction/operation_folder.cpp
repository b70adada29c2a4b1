#include "transaction/operation_folder.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <sstream>
#include <system_error>

#include "ddx/error.hpp"

namespace ddx {

namespace {

Directory state_folder(const Workspace& workspace, Files& files) {
  return make_folders(files, files.open_root(workspace.git_dir), "ddx");
}

}  // namespace

OperationFolder::OperationFolder(const Workspace& workspace, Files& files, std::string id)
    : files_(files),
      id_(std::move(id)),
      worktree_root_(workspace.worktree_root),
      state_(state_folder(workspace, files)),
      ops_(make_folders(files, state_, "ops")),
      done_(make_folders(files, state_, "done")) {
  areas_.push_back(std::make_unique<StagingArea>(files, workspace.state_dir(), "ops/" + id_));
}

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

StagingArea& OperationFolder::area(std::size_t entry) {
  return *areas_.at(entry < area_of_.size() ? area_of_[entry] : 0);
}

std::optional<std::size_t> OperationFolder::area_for(const Directory& folder,
                                                     const std::vector<std::string>& roots) {
  for (std::size_t number = 0; number < areas_.size(); ++number) {
    if (areas_[number]->reaches(folder)) return number;
  }
  const auto here = files_.info(folder, ".");
  for (const std::string& root : roots) {
    const Directory open = files_.open_root(worktree_root_ / root);
    const auto there = files_.info(open, ".");
    if (here && there && here->device == there->device && files_.same_mount(open, folder))
      return add_area(root);
  }
  return std::nullopt;
}

/// Where an area is, or will be; never behind a link.
std::filesystem::path OperationFolder::area_root(const std::string& root) {
  if (!files_.open_below(files_.open_root(worktree_root_), root))
    throw std::system_error(ENOENT, std::generic_category(), "open folder '" + root + "'");
  return worktree_root_ / root;
}

std::size_t OperationFolder::add_area(const std::string& root) {
  const std::filesystem::path place = area_root(root);
  roots_.push_back(root);  // noted before there is anything to forget
  std::string text;
  for (const std::string& noted : roots_) text += noted + "\n";
  replace_own_file(files_, folder(), "areas", text);
  areas_.push_back(std::make_unique<StagingArea>(StagingArea::beside(files_, place, id_)));
  return areas_.size() - 1;
}

std::vector<std::string> OperationFolder::noted_roots() {
  std::vector<std::string> roots;
  std::istringstream lines(read_file(files_, folder(), "areas").value_or(""));
  for (std::string line; std::getline(lines, line);) roots.push_back(line);
  return roots;
}

void OperationFolder::describe_areas(Intent& intent) const {
  intent.areas = roots_;
  intent.staged_in = area_of_;
}

void OperationFolder::open_areas(const Intent& intent) {
  if (areas_.size() > 1) return;
  roots_ = intent.areas;
  area_of_ = intent.staged_in;
  for (const std::string& root : roots_) {
    const std::filesystem::path area = std::filesystem::path(root) / area_folder / id_;
    if (!files_.open_below(files_.open_root(worktree_root_), area.string()))
      throw Error(ErrorCode::recovery_failed,
                  fmt::format("the folder '{}' is not there; is its file system mounted?",
                              (worktree_root_ / area).string()),
                  {{Recovery::retry}, {Recovery::run_doctor}}, Aftermath::pending);
    areas_.push_back(std::make_unique<StagingArea>(StagingArea::beside(files_, area_root(root), id_)));
  }
}

void OperationFolder::write_intent(const Intent& intent) {
  const Descriptor file = files_.create(folder(), "intent.new", 0600);
  write_all(files_, file, encode_intent(intent));
  files_.sync(file);
  rename_to_free(files_, folder(), "intent.new", folder(), "intent");
  files_.sync(folder());
  files_.sync(ops_);
  files_.sync(state_);
}

std::optional<Intent> OperationFolder::read_intent() {
  const auto bytes = read_file(files_, folder(), "intent");
  return bytes ? decode_intent(*bytes) : std::nullopt;
}

void OperationFolder::mark_aborting() {
  if (!is_aborting()) files_.sync(files_.create(folder(), "aborting", 0600));
  files_.sync(folder());  // one that is there may be of a process that died before it did this
}

bool OperationFolder::is_aborting() { return files_.info(folder(), "aborting").has_value(); }

void OperationFolder::withdraw_intent() {
  if (!files_.info(folder(), "intent")) return;
  files_.remove(folder(), "intent");
  files_.sync(folder());
}

bool OperationFolder::retire() {
  rename_to_free(files_, ops_, id_, done_, id_);
  bool durable = false;
  try {
    files_.sync(ops_);
    durable = true;
    for (const std::string& root : roots_) StagingArea::tidy(files_, worktree_root_ / root, id_);
  } catch (const std::system_error&) {
    // Everything but this rename is durable. Should it get lost, recovery finds nothing left to do.
  }
  return durable;
}

void OperationFolder::discard() {
  for (const std::string& root : noted_roots()) StagingArea::discard(files_, worktree_root_ / root, id_);
  remove_own_tree(files_, ops_, id_);
}

}  // namespace ddx
