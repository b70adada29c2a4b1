#include "transaction/placement.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <system_error>

namespace ddx {

namespace {

std::filesystem::path project_root(const Workspace& workspace, const Intent& intent) {
  return workspace.worktree_root / intent.record.prefix;
}

/// \returns whether it is gone
bool remove_if_empty(Files& files, const Directory& root, const RelPath& folder) {
  try {
    const auto above = files.open_below(root, folder.parent());
    const std::string name(folder.name());
    const auto there = above ? files.info(*above, name) : std::nullopt;
    if (!there) return true;
    return there->type == FileType::folder && files.remove_empty_folder(*above, name);
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

Placement::Placement(const Workspace& workspace, Files& files, OperationFolder& operation,
                     const Intent& intent)
    : files_(files),
      operation_(operation),
      intent_(intent),
      project_(files.open_root(project_root(workspace, intent))),
      state_(files.open_root(workspace.state_dir())),
      project_reader_(files, project_root(workspace, intent), nullptr),
      state_reader_(files, workspace.state_dir(), nullptr) {
  operation_.open_areas(intent);
}

Here Placement::look(std::size_t index) {
  ProjectFolder& reader = effect(index).place == Place::project ? project_reader_ : state_reader_;
  reader.forget_folder();  // renames may have replaced it since
  return reader.look(effect(index).path);
}

bool Placement::path_holds(std::size_t index, const std::optional<RecordedFile>& state) {
  const Here here = look(index);
  return state ? state->is(here) : here.occupant == Occupant::nothing;
}

bool Placement::stage_holds(std::size_t index, const RecordedFile& file) {
  return file.is(operation_.staged(index));
}

bool Placement::displaced_holds(std::size_t index, const RecordedFile& file) {
  return file.is(operation_.displaced(index));
}

bool Placement::is_staged(std::size_t index) {
  const StagingArea& area = operation_.area(index);
  const std::string name = OperationFolder::name(index);
  return files_.info(area.stage(), name) || files_.info(area.stage(), name + ".again");
}

bool Placement::is_half_restaged(std::size_t index) {
  const StagingArea& area = operation_.area(index);
  const std::string name = OperationFolder::name(index);
  return !files_.info(area.stage(), name) && files_.info(area.stage(), name + ".again");
}

std::optional<std::string> Placement::staged_text(std::size_t index) {
  const StagingArea& area = operation_.area(index);
  const std::string name = OperationFolder::name(index);
  const auto there = files_.info(area.stage(), name);
  if (!there || there->type != FileType::regular) return std::nullopt;
  return read_file(files_, area.stage(), name);
}

bool Placement::is_displaced(std::size_t index) {
  return files_.info(operation_.area(index).old(), OperationFolder::name(index)).has_value();
}

/// Whether the path is another name of the entry's file in one of our folders.
bool Placement::path_is(std::size_t index, const Directory& at) {
  const auto ours = files_.info(at, OperationFolder::name(index));
  if (!ours) return false;
  try {
    const auto folder = files_.open_below(root(index), effect(index).path.parent());
    const auto theirs = folder ? files_.info(*folder, file_name(index)) : std::nullopt;
    return theirs && theirs->inode == ours->inode && theirs->device == ours->device;
  } catch (const std::system_error& error) {
    if (is_race(error)) return false;
    throw;
  }
}

bool Placement::path_is_staged_file(std::size_t index) {
  return path_is(index, operation_.area(index).stage());
}

bool Placement::path_is_displaced_file(std::size_t index) {
  return path_is(index, operation_.area(index).old());
}

Directory Placement::parent(std::size_t index) {
  auto found = files_.open_below(root(index), effect(index).path.parent());
  if (!found) throw std::system_error(ENOENT, std::generic_category(), effect(index).path.str());
  return std::move(*found);
}

void Placement::put_staged(std::size_t index) {
  StagingArea& area = operation_.area(index);
  area.moves().put(area.stage(), OperationFolder::name(index),
                   make_folders(files_, root(index), effect(index).path.parent()), file_name(index));
}

void Placement::put_displaced(std::size_t index) {
  StagingArea& area = operation_.area(index);
  area.moves().put(area.old(), OperationFolder::name(index),
                   make_folders(files_, root(index), effect(index).path.parent()), file_name(index));
}

bool Placement::take_aside(std::size_t index, const RecordedFile& expected) {
  StagingArea& area = operation_.area(index);
  const Directory folder = parent(index);
  rename_to_free(files_, folder, file_name(index), area.old(), OperationFolder::name(index));
  if (expected.is(operation_.displaced(index))) return true;
  area.moves().put(area.old(), OperationFolder::name(index), folder, file_name(index));
  return false;
}

bool Placement::take_back(std::size_t index, const RecordedFile& expected) {
  StagingArea& area = operation_.area(index);
  const Directory folder = parent(index);
  rename_to_free(files_, folder, file_name(index), area.stage(), OperationFolder::name(index));
  if (stage_holds(index, expected)) return true;
  area.moves().put(area.stage(), OperationFolder::name(index), folder, file_name(index));
  return false;
}

bool Placement::replace(std::size_t index, const RecordedFile& expected) {
  StagingArea& area = operation_.area(index);
  const std::string staged = OperationFolder::name(index);
  {
    const Directory folder = parent(index);
    if (area.moves().exchange(area.stage(), staged, folder, file_name(index))) {
      if (stage_holds(index, expected)) return true;
      static_cast<void>(area.moves().exchange(area.stage(), staged, folder, file_name(index)));
      return false;
    }
  }
  if (!take_aside(index, expected)) return false;
  put_staged(index);
  return true;
}

void Placement::drop_staged_name(std::size_t index) {
  if (path_is_staged_file(index)) files_.remove(operation_.area(index).stage(), OperationFolder::name(index));
}

void Placement::drop_displaced_name(std::size_t index) {
  if (path_is_displaced_file(index))
    files_.remove(operation_.area(index).old(), OperationFolder::name(index));
}

void Placement::remove_empty_parents(std::size_t index) {
  if (effect(index).place != Place::project) return;
  for (std::string_view folder = effect(index).path.parent(); !folder.empty();) {
    const RelPath path = RelPath::parse(folder);
    if (!remove_if_empty(files_, project_, path)) return;
    folder = folder.substr(0, path.parent().size());
  }
}

void Placement::remove_made_folders(std::size_t index) {
  if (effect(index).place != Place::project) return;
  for (std::string_view folder = effect(index).path.parent(); !folder.empty();) {
    const RelPath path = RelPath::parse(folder);
    const bool made =
        std::find(intent_.folders.begin(), intent_.folders.end(), path.str()) != intent_.folders.end();
    if (!made || !remove_if_empty(files_, project_, path)) return;
    folder = folder.substr(0, path.parent().size());
  }
}

void Placement::restage(std::size_t index, const std::string& bytes) {
  constexpr std::uint32_t plain = 0666, executable = 0777;
  StagingArea& area = operation_.area(index);
  const std::string staged = OperationFolder::name(index);
  const std::string fresh = staged + ".again";
  if (files_.info(area.stage(), fresh)) {  // of a recovery that died
    if (files_.info(area.stage(), staged)) {
      area.rescue(fresh);
    } else {
      rename_to_free(files_, area.stage(), fresh, area.stage(), staged);
    }
  }
  if (effect(index).after->mode == Mode::link) {
    files_.make_link(area.stage(), fresh, bytes);
  } else {
    const Descriptor file = files_.create(area.stage(), fresh,
                                          effect(index).after->mode == Mode::executable ? executable : plain);
    write_all(files_, file, bytes);
    if (effect(index).after->permissions) files_.set_permissions(file, *effect(index).after->permissions);
    files_.sync(file);
  }
  if (files_.info(area.stage(), staged)) {
    if (area.moves().exchange(area.stage(), fresh, area.stage(), staged)) {
      area.rescue(fresh);
      files_.sync(area.stage());
      return;
    }
    files_.sync(area.stage());  // at every moment one of the two names is there
    area.rescue(staged);
  }
  rename_to_free(files_, area.stage(), fresh, area.stage(), staged);
  files_.sync(area.stage());
}

void Placement::rescue_leftover(std::size_t index) {
  StagingArea& area = operation_.area(index);
  const std::string staged = OperationFolder::name(index);
  const std::string fresh = staged + ".again";
  if (!files_.info(area.stage(), fresh)) return;
  // Alone, it is what comes next; unless a power cut took back that the path had been cleared for it.
  if (files_.info(area.stage(), staged) || path_holds(index, effect(index).after)) area.rescue(fresh);
}

void Placement::flush() {
  constexpr std::size_t few = 8;  // up to here single folders are cheaper than the whole file system
  if (intent_.record.effects.size() > few) {
    for (const auto& area : operation_.areas()) files_.sync_file_system(area->folder());
  } else {
    flush_folders();
  }
}

void Placement::flush_folders() {
  std::map<Place, std::set<std::string, std::less<>>> folders;
  for (const RecordedEffect& done : intent_.record.effects) {
    std::string_view folder = done.path.parent();
    for (;;) {  // a folder that was made or emptied shows in the one above it
      if (!folders[done.place].emplace(folder).second || folder.empty()) break;
      folder = folder.substr(0, RelPath::parse(folder).parent().size());
    }
  }
  for (const auto& [place, names] : folders) {
    for (const std::string& name : names)  // in order: what is above a folder, before the folder
      sync_if_folder(files_, place == Place::project ? project_ : state_, name);
  }
  for (const auto& area : operation_.areas()) {
    files_.sync(area->stage());
    files_.sync(area->old());
  }
}

}  // namespace ddx
