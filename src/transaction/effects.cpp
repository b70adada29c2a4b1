#include "transaction/effects.hpp"

#include <set>
#include <system_error>

namespace ddx {

Effects::Effects(const Workspace& workspace, Files& files, OperationFolder& operation, const Intent& intent)
    : operation_(operation),
      intent_(intent),
      placement_(workspace, files, operation, intent),
      folders_(files, placement_.project(), intent.record) {
  for (const RecordedEffect& planned : intent.record.effects)
    planned_.push_back(planned.after ? std::optional<OnDisk>(*planned.after) : std::nullopt);
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
    placement_.put_staged(index);
  } else if (!wanted.after) {
    as_planned = placement_.take_aside(index, *wanted.before);
    if (as_planned) placement_.remove_empty_parents(index);
  } else {
    as_planned = placement_.replace(index, *wanted.before);
  }
  if (!as_planned) throw Raced(wanted.path.str());
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
    if (effect(index).after) placement_.rescue_leftover(index);
    if (!effect(index).before) return finish_creation(index, reread);
    if (placement_.path_is_displaced_file(index)) {  // it had been put back
      if (!is_as_before(index)) return false;
      placement_.flush();
      placement_.drop_displaced_name(index);
    }
    return effect(index).after ? finish_replacement(index, reread) : finish_removal(index);
  } catch (const std::system_error& error) {
    if (!is_race(error)) throw;
    return !effect(index).after && !placement_.path_has_file(index);  // deleted at that very moment
  }
}

bool Effects::finish_removal(std::size_t index) {
  // Without a file there, the user deleted it too; a folder may be in its place by now.
  const bool to_do = !placement_.is_displaced(index) && placement_.path_has_file(index);
  if (to_do && (!is_as_before(index) || !placement_.take_aside(index, *effect(index).before))) return false;
  placement_.remove_empty_parents(index);
  return true;
}

bool Effects::finish_creation(std::size_t index, const Reread& reread) {
  const RecordedEffect& wanted = effect(index);
  if (!placement_.is_staged(index) || placement_.path_is_staged_file(index))
    return true;  // applied; what is there now is the user's business
  if (!placement_.path_holds(index, std::nullopt)) return placement_.path_holds(index, wanted.after);
  if (!placement_.stage_holds(index, *wanted.after)) stage_again(index, reread);
  placement_.put_staged(index);
  return true;
}

bool Effects::finish_replacement(std::size_t index, const Reread& reread) {
  const RecordedEffect& wanted = effect(index);
  if (placement_.path_is_staged_file(index)) return true;  // an edit since then is an ordinary local edit
  if (placement_.is_displaced(index)) return finish_half_replaced(index, reread);
  if (placement_.stage_holds(index, *wanted.before)) return true;  // exchanged; the same
  if (placement_.path_holds(index, wanted.after)) return true;
  const bool staged = placement_.stage_holds(index, *wanted.after);
  // Neither old nor new: edited. When nothing waits, after the exchange: somebody wrote to what was
  // displaced.
  if (!is_as_before(index)) return !staged && !placement_.is_half_restaged(index);
  if (!staged) stage_again(index, reread);  // the exchange was lost, or the stage damaged
  return placement_.replace(index, *wanted.before);
}

/// The old file is out of the way, the new one may not be in its place.
bool Effects::finish_half_replaced(std::size_t index, const Reread& reread) {
  const RecordedEffect& wanted = effect(index);
  if (!placement_.is_staged(index) || placement_.path_holds(index, wanted.after)) return true;
  if (!placement_.path_holds(index, std::nullopt)) return false;
  if (!placement_.displaced_holds(index, *wanted.before)) {  // it was not the one that was expected
    placement_.put_displaced(index);
    return false;
  }
  if (!placement_.stage_holds(index, *wanted.after)) stage_again(index, reread);
  placement_.put_staged(index);
  return true;
}

std::vector<std::size_t> Effects::undo() {
  std::vector<std::size_t> left;
  folders_.unmake();
  for (std::size_t index = intent_.record.effects.size(); index-- > 0;) {
    if (!undo_one(index)) left.push_back(index);
    if (!effect(index).before)
      placement_.remove_made_folders(index);  // now: one of them may stand where a file goes back
  }
  folders_.restore();
  return left;
}

bool Effects::undo_one(std::size_t index) {
  const RecordedEffect& wanted = effect(index);
  if (is_witness(wanted)) return true;
  try {
    if (wanted.after) {
      placement_.rescue_leftover(index);
      placement_.drop_staged_name(index);
    }
    if (!wanted.before) return undo_creation(index);
    return wanted.after ? undo_replacement(index) : undo_removal(index);
  } catch (const std::system_error& error) {
    if (is_race(error)) return false;
    throw;
  }
}

bool Effects::undo_creation(std::size_t index) {
  const RecordedEffect& wanted = effect(index);
  if (placement_.is_staged(index)) return true;       // never applied
  if (!placement_.path_has_file(index)) return true;  // perhaps the folder that was there before
  if (!placement_.path_holds(index, wanted.after)) return false;
  return placement_.take_back(index, *wanted.after);
}

bool Effects::undo_replacement(std::size_t index) {
  const RecordedEffect& wanted = effect(index);
  if (placement_.path_is_displaced_file(index)) return true;
  if (!placement_.is_displaced(index)) {
    if (placement_.stage_holds(index, *wanted.after)) return true;  // never applied
    return placement_.path_holds(index, wanted.after) ? placement_.replace(index, *wanted.after)
                                                      : is_as_before(index);
  }
  if (!placement_.path_holds(index, std::nullopt)) {
    if (placement_.is_staged(index) || !placement_.path_holds(index, wanted.after) ||
        !placement_.take_back(index, *wanted.after))
      return false;
  }
  placement_.put_displaced(index);
  return true;
}

bool Effects::undo_removal(std::size_t index) {
  if (!placement_.is_displaced(index) || placement_.path_is_displaced_file(index)) return true;
  if (!placement_.path_holds(index, std::nullopt)) return false;
  placement_.put_displaced(index);
  return true;
}

std::vector<RelPath> Effects::late_edits() {
  std::vector<RelPath> found;
  for (std::size_t index = 0; index < intent_.record.effects.size(); ++index) {
    const RecordedEffect& done = effect(index);
    if (is_witness(done)) continue;
    Here out = operation_.displaced(index);
    if (out.occupant == Occupant::nothing && done.after) out = operation_.staged(index);
    if (out.occupant != Occupant::file || (done.before && out.file == *done.before)) continue;
    if (done.after && out.file == *done.after) continue;  // left alone, not displaced
    found.push_back(done.path);
  }
  return found;
}

void Effects::settle() {
  folders_.flush();
  placement_.flush();
  for (std::size_t index = 0; index < intent_.record.effects.size(); ++index) {
    if (is_witness(effect(index))) continue;
    if (effect(index).after) placement_.drop_staged_name(index);
    if (effect(index).before) placement_.drop_displaced_name(index);
  }
}

std::vector<std::size_t> Effects::rescued() {
  std::set<std::size_t> found;
  for (const auto& area : operation_.areas()) {
    for (const auto& [index, here] : area->rescued()) {
      if (index >= planned_.size() || here.occupant != Occupant::file) continue;
      const auto& before = effect(index).before;
      const bool known = here.file == planned_[index] || (before && here.file == *before);
      if (!known) found.insert(index);
    }
  }
  return {found.begin(), found.end()};
}

void Effects::stage_again(std::size_t index, const Reread& reread) {
  // Where only the mode differs the bytes are at hand; those of an adapted lock are nowhere else.
  auto bytes = placement_.staged_text(index);
  if (!bytes || git::hash_blob(*bytes) != effect(index).after->bytes)
    bytes = reread(effect(index).after->bytes);
  placement_.restage(index, *bytes);
}

}  // namespace ddx
