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
    case ENOTEMPTY:
      return true;
    default:
      return false;
  }
}

/// \returns whether it is gone
bool remove_if_empty(Files& files, const Directory& root, const RelPath& folder) {
  try {
    const auto above = files.open_below(root, folder.parent());
    const std::string name(folder.name());
    const auto there = above ? files.info(*above, name) : std::nullopt;
    return there && there->type == FileType::folder && files.remove_empty_folder(*above, name);
  } catch (const std::system_error& error) {
    if (is_race(error)) return false;
    throw;
  }
}

/// A folder may be a file by now: that was what the operation did.
void sync_if_folder(Files& files, const Directory& root, std::string_view folder) {
  try {
    if (const auto open = files.open_below(root, folder)) files.sync(*open);
  } catch (const std::system_error& error) {
    if (!is_race(error)) throw;
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
      state_reader_(files, workspace.state_dir(), nullptr),
      folders_(files, project_, intent.record) {}

Here Effects::look(std::size_t index) {
  ProjectFolder& reader = effect(index).place == Place::project ? project_reader_ : state_reader_;
  reader.forget_folder();  // renames may have replaced it since
  return reader.look(effect(index).path);
}

bool Effects::holds(std::size_t index, const std::optional<RecordedFile>& state) {
  const Here here = look(index);
  return state ? state->is(here) : here.occupant == Occupant::nothing;
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
  folders_.clear();
  for (std::size_t index = 0; index < intent_.record.effects.size(); ++index) {
    try {
      apply_one(index);
    } catch (const std::system_error& error) {
      if (is_race(error)) throw Raced(effect(index).path.str());
      throw;
    }
  }
  if (const auto blocked = folders_.make()) throw Raced(*blocked);
}

void Effects::apply_one(std::size_t index) {
  const RecordedEffect& wanted = effect(index);
  if (is_witness(wanted)) return;
  bool as_planned = true;
  if (!wanted.before) {
    files_.rename(operation_.stage(), OperationFolder::name(index), parent_or_make(index),
                  std::string(wanted.path.name()), RenameMode::no_replace);
  } else if (!wanted.after) {
    as_planned = move_aside(index);
    if (as_planned) remove_empty_parents(index);
  } else {
    as_planned = swap(index, *wanted.before);
  }
  if (!as_planned) throw Raced(wanted.path.str());
}

/// Moves the file into `old/`, and back when it turns out to be another one. \returns whether it was the
/// expected one
bool Effects::move_aside(std::size_t index) {
  const Directory folder = parent(index);
  const std::string name(effect(index).path.name());
  files_.rename(folder, name, operation_.old(), OperationFolder::name(index), RenameMode::no_replace);
  if (effect(index).before->is(operation_.displaced(index))) return true;
  files_.rename(operation_.old(), OperationFolder::name(index), folder, name, RenameMode::no_replace);
  return false;
}

/// Exchanges the path with what is staged, and back when something else came out. \returns whether the
/// expected came out
bool Effects::swap(std::size_t index, const RecordedFile& expected_out) {
  const Directory folder = parent(index);
  const std::string name(effect(index).path.name());
  const std::string staged = OperationFolder::name(index);
  files_.rename(operation_.stage(), staged, folder, name, RenameMode::exchange);
  if (stage_holds(index, expected_out)) return true;
  files_.rename(operation_.stage(), staged, folder, name, RenameMode::exchange);
  return false;
}

bool Effects::stage_holds(std::size_t index, const RecordedFile& file) {
  return file.is(operation_.staged(index));
}

std::vector<std::size_t> Effects::finish_files(const Reread& reread) {
  std::vector<std::size_t> left;
  folders_.clear();
  for (std::size_t index = 0; index < intent_.record.effects.size(); ++index) {
    if (!is_lock_file(effect(index)) && !finish_one(index, reread)) left.push_back(index);
  }
  static_cast<void>(folders_.make());  // what a user put in the way stays
  return left;
}

std::vector<std::size_t> Effects::finish_lock(const Reread& reread) {
  std::vector<std::size_t> left;
  for (std::size_t index = 0; index < intent_.record.effects.size(); ++index) {
    if (is_lock_file(effect(index)) && !finish_one(index, reread)) left.push_back(index);
  }
  return left;
}

bool Effects::finish_one(std::size_t index, const Reread& reread) {
  if (is_witness(effect(index))) return true;
  try {
    if (!effect(index).after) return finish_removal(index);
    return effect(index).before ? finish_replacement(index, reread) : finish_creation(index, reread);
  } catch (const std::system_error& error) {
    if (is_race(error)) return false;
    throw;
  }
}

bool Effects::finish_removal(std::size_t index) {
  if (operation_.displaced(index).occupant == Occupant::nothing) {
    if (holds(index, std::nullopt)) return true;  // deleted by the user too
    if (!is_as_before(index) || !move_aside(index)) return false;
  }
  remove_empty_parents(index);
  return true;
}

bool Effects::finish_creation(std::size_t index, const Reread& reread) {
  const RecordedEffect& wanted = effect(index);
  if (operation_.staged(index).occupant == Occupant::nothing)
    return true;  // applied; what is there now is the user's business
  if (!holds(index, std::nullopt)) return holds(index, wanted.after);
  if (!stage_holds(index, *wanted.after)) restage(index, reread(wanted.after->bytes));
  files_.rename(operation_.stage(), OperationFolder::name(index), parent_or_make(index),
                std::string(wanted.path.name()), RenameMode::no_replace);
  return true;
}

bool Effects::finish_replacement(std::size_t index, const Reread& reread) {
  const RecordedEffect& wanted = effect(index);
  if (stage_holds(index, *wanted.before))
    return true;  // exchanged; an edit since then is an ordinary local edit
  if (holds(index, wanted.after)) return true;
  const bool staged = stage_holds(index, *wanted.after);
  if (!is_as_before(index))
    return !staged;  // not staged: exchanged, and somebody wrote to what was displaced
  if (!staged) restage(index, reread(wanted.after->bytes));  // the exchange was lost, or the stage damaged
  return swap(index, *wanted.before);
}

std::vector<std::size_t> Effects::undo() {
  std::vector<std::size_t> left;
  folders_.unmake();
  for (std::size_t index = intent_.record.effects.size(); index-- > 0;) {
    if (!undo_one(index)) left.push_back(index);
    if (!effect(index).before)
      remove_made_folders(index);  // now: one of them may stand where a file goes back
  }
  folders_.restore();
  return left;
}

bool Effects::undo_one(std::size_t index) {
  const RecordedEffect& wanted = effect(index);
  if (is_witness(wanted)) return true;
  try {
    if (!wanted.before) return undo_creation(index);
    if (wanted.after) {
      if (stage_holds(index, *wanted.after)) return true;  // never applied
      return holds(index, wanted.after) ? swap(index, *wanted.after) : is_as_before(index);
    }
    if (operation_.displaced(index).occupant == Occupant::nothing) return true;
    if (!holds(index, std::nullopt)) return false;
    files_.rename(operation_.old(), OperationFolder::name(index), parent_or_make(index),
                  std::string(wanted.path.name()), RenameMode::no_replace);
    return true;
  } catch (const std::system_error& error) {
    if (is_race(error)) return false;
    throw;
  }
}

bool Effects::undo_creation(std::size_t index) {
  const RecordedEffect& wanted = effect(index);
  if (operation_.staged(index).occupant != Occupant::nothing) return true;  // never applied
  if (!holds(index, wanted.after)) return holds(index, std::nullopt);
  const Directory folder = parent(index);
  const std::string name(wanted.path.name());
  const std::string staged = OperationFolder::name(index);
  files_.rename(folder, name, operation_.stage(), staged, RenameMode::no_replace);
  if (stage_holds(index, *wanted.after)) return true;
  files_.rename(operation_.stage(), staged, folder, name, RenameMode::no_replace);
  return false;
}

void Effects::remove_empty_parents(std::size_t index) {
  if (effect(index).place != Place::project) return;
  for (std::string_view folder = effect(index).path.parent(); !folder.empty();) {
    const RelPath path = RelPath::parse(folder);
    if (!remove_if_empty(files_, project_, path)) return;
    folder = folder.substr(0, path.parent().size());
  }
}

void Effects::remove_made_folders(std::size_t index) {
  if (effect(index).place != Place::project) return;
  for (std::string_view folder = effect(index).path.parent(); !folder.empty();) {
    const RelPath path = RelPath::parse(folder);
    const bool made =
        std::find(intent_.folders.begin(), intent_.folders.end(), path.str()) != intent_.folders.end();
    if (!made || !remove_if_empty(files_, project_, path)) return;
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
  folders_.flush();
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
      sync_if_folder(files_, root, folder);
      if (folder.empty()) break;
      folder = folder.substr(0, RelPath::parse(folder).parent().size());
    }
  }
  files_.sync(operation_.stage());
  files_.sync(operation_.old());
}

void Effects::restage(std::size_t index, const std::string& bytes) {
  constexpr std::uint32_t plain = 0666, executable = 0777;
  const std::string staged = OperationFolder::name(index);
  const std::string fresh = staged + ".again";
  if (files_.info(operation_.stage(), fresh)) operation_.rescue(fresh);  // of a recovery that died
  if (effect(index).after->mode == Mode::link) {
    files_.make_link(operation_.stage(), fresh, bytes);
  } else {
    const Descriptor file = files_.create(operation_.stage(), fresh,
                                          effect(index).after->mode == Mode::executable ? executable : plain);
    write_all(files_, file, bytes);
    if (effect(index).after->permissions) files_.set_permissions(file, *effect(index).after->permissions);
    files_.sync(file);
  }
  const bool occupied = files_.info(operation_.stage(), staged).has_value();
  files_.rename(operation_.stage(), fresh, operation_.stage(), staged,
                occupied ? RenameMode::exchange : RenameMode::no_replace);
  if (occupied) operation_.rescue(fresh);
  files_.sync(operation_.stage());
}

}  // namespace ddx
