#include "transaction/effects.hpp"

#include <cerrno>
#include <set>
#include <system_error>

namespace ddx {

namespace {

std::filesystem::path project_root(const Workspace& workspace, const Intent& intent) {
  return workspace.worktree_root / intent.record.prefix;
}

bool is_race(const std::system_error& error) {
  switch (error.code().value()) {
    case ENOENT:
    case EEXIST:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENOTEMPTY: return true;
    default: return false;
  }
}

}  // namespace

Effects::Effects(const Workspace& workspace, Files& files, OperationFolder& operation, const Intent& intent)
    : files_(files),
      operation_(operation),
      intent_(intent),
      project_(files.open_root(project_root(workspace, intent))),
      state_(files.open_root(workspace.state_dir())),
      project_reader_(files, project_root(workspace, intent), nullptr),
      state_reader_(files, workspace.state_dir(), nullptr) {}

Here Effects::look(std::size_t index) {
  ProjectFolder& reader = effect(index).place == Place::project ? project_reader_ : state_reader_;
  reader.forget_folder();  // renames may have replaced it since
  return reader.look(effect(index).path);
}

bool Effects::holds(std::size_t index, const std::optional<OnDisk>& state) {
  const Here here = look(index);
  if (!state) return here.occupant == Occupant::nothing;
  return here.occupant == Occupant::file && here.file == *state;
}

Directory Effects::parent(std::size_t index) {
  const Directory& root = effect(index).place == Place::project ? project_ : state_;
  auto found = files_.open_below(root, effect(index).path.parent());
  if (!found) throw std::system_error(ENOENT, std::generic_category(), effect(index).path.str());
  return std::move(*found);
}

Directory Effects::parent_or_make(std::size_t index) {
  return make_folders(files_, effect(index).place == Place::project ? project_ : state_,
                      effect(index).path.parent());
}

void Effects::apply() {
  for (std::size_t index = 0; index < intent_.record.effects.size(); ++index) {
    try {
      apply_one(index);
    } catch (const std::system_error& error) {
      if (is_race(error)) throw Raced(effect(index).path.str());
      throw;
    }
  }
}

void Effects::apply_one(std::size_t index) {
  const RecordedEffect& wanted = effect(index);
  if (is_witness(wanted)) return;
  const std::string staged = OperationFolder::name(index);
  const std::string name(wanted.path.name());
  if (!wanted.before) {
    files_.rename(operation_.stage(), staged, parent_or_make(index), name, RenameMode::no_replace);
    return;
  }
  if (!wanted.after) {
    const Directory folder = parent(index);
    files_.rename(folder, name, operation_.old(), staged, RenameMode::no_replace);
    const Here out = operation_.displaced(index);
    if (out.occupant != Occupant::file || out.file != *wanted.before) {
      files_.rename(operation_.old(), staged, folder, name, RenameMode::no_replace);
      throw Raced(wanted.path.str());
    }
    remove_empty_parents(index);
    return;
  }
  const Directory folder = parent(index);
  files_.rename(operation_.stage(), staged, folder, name, RenameMode::exchange);
  const Here out = operation_.staged(index);
  if (out.occupant != Occupant::file || out.file != *wanted.before) {
    files_.rename(operation_.stage(), staged, folder, name, RenameMode::exchange);
    throw Raced(wanted.path.str());
  }
}

std::vector<std::size_t> Effects::finish_files() {
  std::vector<std::size_t> left;
  for (std::size_t index = 0; index < intent_.record.effects.size(); ++index) {
    if (!is_lock_file(effect(index)) && !finish_one(index)) left.push_back(index);
  }
  return left;
}

void Effects::finish_lock() {
  for (std::size_t index = 0; index < intent_.record.effects.size(); ++index) {
    if (is_lock_file(effect(index))) finish_one(index);
  }
}

bool Effects::finish_one(std::size_t index) {
  const RecordedEffect& wanted = effect(index);
  if (is_witness(wanted)) return true;
  const std::string staged = OperationFolder::name(index);
  const std::string name(wanted.path.name());
  if (wanted.before && !wanted.after) {
    if (operation_.displaced(index).occupant != Occupant::nothing) {
      remove_empty_parents(index);
      return true;
    }
    if (holds(index, std::nullopt)) return true;  // deleted by the user too
    if (!holds(index, wanted.before)) return false;
    files_.rename(parent(index), name, operation_.old(), staged, RenameMode::no_replace);
    remove_empty_parents(index);
    return true;
  }
  const Here stage = operation_.staged(index);
  const bool stage_is_new = stage.occupant == Occupant::file && stage.file == *wanted.after;
  if (!wanted.before) {
    if (!stage_is_new) return true;  // applied; what is at the path now is the user's business
    if (!holds(index, std::nullopt)) return holds(index, wanted.after);
    files_.rename(operation_.stage(), staged, parent_or_make(index), name, RenameMode::no_replace);
    return true;
  }
  if (!stage_is_new) return true;  // exchanged; an edit since then is an ordinary local edit
  if (holds(index, wanted.after)) return true;
  if (!holds(index, wanted.before)) return false;
  files_.rename(operation_.stage(), staged, parent(index), name, RenameMode::exchange);
  return true;
}

std::vector<std::size_t> Effects::undo() {
  std::vector<std::size_t> left;
  for (std::size_t index = intent_.record.effects.size(); index-- > 0;) {
    if (!undo_one(index)) left.push_back(index);
  }
  for (auto folder = intent_.folders.rbegin(); folder != intent_.folders.rend(); ++folder) {
    const RelPath path = RelPath::parse(*folder);
    if (const auto above = files_.open_below(project_, path.parent()))
      files_.remove_empty_folder(*above, std::string(path.name()));
  }
  return left;
}

bool Effects::undo_one(std::size_t index) {
  const RecordedEffect& wanted = effect(index);
  if (is_witness(wanted)) return true;
  const std::string staged = OperationFolder::name(index);
  const std::string name(wanted.path.name());
  if (wanted.before && !wanted.after) {
    if (operation_.displaced(index).occupant == Occupant::nothing) return true;
    if (!holds(index, std::nullopt)) return false;
    files_.rename(operation_.old(), staged, parent_or_make(index), name, RenameMode::no_replace);
    return true;
  }
  const Here stage = operation_.staged(index);
  if (stage.occupant == Occupant::file && stage.file == *wanted.after) return true;  // never applied
  if (!holds(index, wanted.after)) return false;
  if (!wanted.before) {
    if (stage.occupant != Occupant::nothing) return true;
    files_.rename(parent(index), name, operation_.stage(), staged, RenameMode::no_replace);
    return true;
  }
  files_.rename(operation_.stage(), staged, parent(index), name, RenameMode::exchange);
  return true;
}

void Effects::remove_empty_parents(std::size_t index) {
  if (effect(index).place != Place::project) return;
  for (std::string_view folder = effect(index).path.parent(); !folder.empty();) {
    const RelPath path = RelPath::parse(folder);
    const auto above = files_.open_below(project_, path.parent());
    if (!above || !files_.remove_empty_folder(*above, std::string(path.name()))) return;
    folder = folder.substr(0, path.parent().size());
  }
}

std::vector<RelPath> Effects::late_edits() {
  std::vector<RelPath> found;
  for (std::size_t index = 0; index < intent_.record.effects.size(); ++index) {
    const RecordedEffect& done = effect(index);
    if (!done.before || is_witness(done)) continue;
    const Here out = done.after ? operation_.staged(index) : operation_.displaced(index);
    if (out.occupant != Occupant::file || out.file == *done.before) continue;
    if (done.after && out.file == *done.after) continue;  // left alone, not displaced
    found.push_back(done.path);
  }
  return found;
}

void Effects::flush() {
  constexpr std::size_t few = 8;  // up to here single folders are cheaper than the whole file system
  if (intent_.record.effects.size() > few) {
    files_.sync_file_system(project_);
    return;
  }
  std::set<std::string> folders;
  for (const RecordedEffect& done : intent_.record.effects) {
    const Directory& root = done.place == Place::project ? project_ : state_;
    std::string_view folder = done.path.parent();
    for (;;) {  // a folder that was made or emptied shows in the one above it
      if (!folders.insert((done.place == Place::project ? "p/" : "s/") + std::string(folder)).second) break;
      if (const auto open = files_.open_below(root, folder)) files_.sync(*open);
      if (folder.empty()) break;
      folder = folder.substr(0, RelPath::parse(folder).parent().size());
    }
  }
  files_.sync(operation_.stage());
  files_.sync(operation_.old());
}

void Effects::restage(std::size_t index, const std::string& bytes) {
  const std::string staged = OperationFolder::name(index);
  const std::string fresh = staged + ".again";
  if (files_.info(operation_.stage(), fresh)) files_.remove(operation_.stage(), fresh);
  {
    const Descriptor file = files_.create(operation_.stage(), fresh, 0666);
    write_all(files_, file, bytes);
    files_.sync(file);
  }
  files_.rename(operation_.stage(), fresh, operation_.stage(), staged, RenameMode::replace);
  files_.sync(operation_.stage());
}

}  // namespace ddx
