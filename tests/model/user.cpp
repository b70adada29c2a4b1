#include "model/user.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "git/objects.hpp"

namespace ddx::test {

namespace {

const std::string index_file = "/w/.git/index";
const std::string index_lock = "/w/.git/index.lock";

bool is_above(const std::string& folder, const std::string& path) { return path.starts_with(folder + "/"); }

std::string parent(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

std::string_view to_string(Deed deed) {
  static constexpr std::array<std::string_view, deed_count> names{"nothing",
                                                                  "edit in place",
                                                                  "save by rename",
                                                                  "remove",
                                                                  "check out old",
                                                                  "write new",
                                                                  "make executable",
                                                                  "change permissions",
                                                                  "put a link",
                                                                  "put a folder",
                                                                  "put a file beside",
                                                                  "put a file for a folder",
                                                                  "write to displaced",
                                                                  "stage another file",
                                                                  "stage this file",
                                                                  "commit",
                                                                  "switch branch",
                                                                  "take index lock",
                                                                  "release index lock",
                                                                  "collect garbage"};
  return names.at(static_cast<std::size_t>(deed));
}

bool Story::is_near(const std::string& path) const {
  for (const auto& [other, touch] : touched)
    if (other == path || is_above(other, path) || is_above(path, other)) return true;
  return false;
}

bool is_applied(const Planned& planned, const MemoryDisk& disk) {
  const auto there = file_at(disk, planned.place_on_disk());
  if (!planned.after || !there) return planned.after.has_value() == there.has_value();
  return there->bytes == planned.after->bytes && there->mode == planned.after->mode;
}

namespace {

/// A recovery may have put another lock in place than the planned one.
bool is_unapplied_lock(const Planned& lock, const MemoryDisk& disk) {
  const auto there = file_at(disk, lock.place_on_disk());
  return there.has_value() == lock.before.has_value() && (!there || there->bytes == lock.before->bytes);
}

/// Notes what was applied when somebody first touched the path, one above it or one below it.
void come_near(Story& story, const Scenario& scenario, const MemoryDisk& disk, const std::string& path) {
  for (const Planned& planned : scenario.plan()) {
    const std::string other = planned.place_on_disk();
    if (other != path && !is_above(other, path) && !is_above(path, other)) continue;
    const bool applied = planned.is_lock() ? !is_unapplied_lock(planned, disk) : is_applied(planned, disk);
    const auto [known, first] = story.was_applied.emplace(other, applied);
    const auto last = story.touched.find(other);
    const bool theirs = last != story.touched.end() && same(last->second.expected, file_at(disk, other));
    if (!first && applied && !theirs) known->second = true;
  }
}

}  // namespace

void power_fails(Story& story, const Scenario& scenario, const MemoryDisk& disk) {
  for (auto& [path, touch] : story.touched) {
    const auto there = file_at(disk, path);
    if (!touch.expected || same(there, touch.expected)) continue;
    touch.aside = true;
    // They wrote to the new file, and its rename is undone: what is staged is neither version now. When the
    // path is replaced next, the disk does not tell whether the new file had been there.
    story.undecided.insert(path);
  }
  std::erase_if(story.late, [&](const Story::Late& late) {  // back in its place: an edit like any other
    const auto there = file_at(disk, late.path);
    if (!there || there->bytes != late.bytes) return false;
    come_near(story, scenario, disk, late.path);
    story.touched[late.path] = {there};
    return true;
  });
}

void nothing_is_pending(Story& story, const Scenario& scenario, const MemoryDisk& disk) {
  for (const Planned& planned : scenario.plan()) {
    const auto applied = story.was_applied.find(planned.place_on_disk());
    if (applied == story.was_applied.end() || !is_applied(planned, disk)) continue;
    const auto touch = story.touched.find(planned.place_on_disk());
    const bool removed = touch != story.touched.end() && !touch->second.expected;
    if (removed && !applied->second && planned.after) touch->second = {planned.after};  // it came only now
    applied->second = true;
  }
}

/// Whether that is what the operation brings there.
bool User::is_planned(const std::string& path, const std::optional<FileSpec>& file) const {
  return std::any_of(scenario_.plan().begin(), scenario_.plan().end(), [&](const Planned& planned) {
    return planned.place_on_disk() == path && same(planned.after, file);
  });
}

std::string User::fresh_bytes() { return fmt::format("the user's, number {}\n", ++story_.counter); }

bool User::is_folder(const std::string& path) const {
  const InodeNumber there = world_.disk.find(path);
  return there != no_inode && world_.disk.inode(there).type == FileType::folder;
}

bool User::is_reachable(const std::string& path) const {
  for (std::string folder = parent(path); !folder.empty(); folder = parent(folder)) {
    const InodeNumber there = world_.disk.find(folder);
    if (there != no_inode) return world_.disk.inode(there).type == FileType::folder;
  }
  return true;
}

/// Call it before the disk changes.
void User::touch(const std::string& path, std::optional<FileSpec> expected) {
  const auto there = file_at(world_.disk, path);
  std::erase_if(story_.late, [&](const Story::Late& late) {  // it had come back, and they let go of it
    return late.path == path && there && there->bytes == late.bytes;
  });
  come_near(story_, scenario_, world_.disk, path);
  const auto last = story_.touched.find(path);
  if (last != story_.touched.end() && (last->second.known || is_planned(path, last->second.expected)))
    story_.undecided.insert(path);
  story_.touched[path] = {std::move(expected), when_ == When::live};
}

bool User::act(Deed deed, std::size_t target) {
  const Planned& planned = scenario_.plan()[target % scenario_.plan().size()];
  bool done = false;
  switch (deed) {
    case Deed::nothing:
      return true;
    case Deed::stage_another_file:
    case Deed::stage_this_file:
    case Deed::commit:
    case Deed::switch_branch:
    case Deed::take_index_lock:
    case Deed::release_index_lock:
    case Deed::collect_garbage:
      done = act_on_git(deed, planned);
      break;
    default:
      done = planned.place == Place::project && !planned.is_witness() && act_on_file(deed, planned);
  }
  if (done)
    story_.told.push_back(
        fmt::format("{} ({}){}", to_string(deed), planned.path, when_ == When::live ? " live" : ""));
  return done;
}

bool User::act_on_file(Deed deed, const Planned& planned) {
  const std::string path = planned.place_on_disk();
  const auto there = file_at(world_.disk, path);
  const bool is_text = there && there->mode != Mode::link;
  switch (deed) {
    case Deed::edit_in_place:
      return is_text && put(path, {fresh_bytes(), there->mode, there->permissions}, false);
    case Deed::save_by_rename:
      return put(path, {fresh_bytes(), Mode::file, 0644}, true);
    case Deed::remove:
      if (!there) return false;
      touch(path, std::nullopt);
      remove(world_.disk, path);
      return true;
    case Deed::check_out_old:
      if (!planned.before || !put(path, *planned.before, true)) return false;
      story_.touched[path].known = true;
      return true;
    case Deed::write_new:
      if (!planned.after || !put(path, *planned.after, true)) return false;
      story_.touched[path].known = true;
      return true;
    case Deed::make_executable:
      return is_text && there->mode == Mode::file && put(path, {there->bytes, Mode::executable, 0755}, false);
    case Deed::change_permissions:
      if (!is_text) return false;
      story_.permissions_changed.insert(path);
      save(world_.disk, path, {there->bytes, there->mode, there->permissions ^ 0044});
      return true;
    case Deed::put_a_link:
      return put(path, {fresh_bytes(), Mode::link, 0777}, true);
    case Deed::put_a_folder:
      return !there && !is_folder(path) && put(path + "/theirs.md", {fresh_bytes()}, true);
    case Deed::put_a_file_beside:
      return put_beside(path);
    case Deed::put_a_file_for_a_folder:
      return put_for_folder(path);
    case Deed::write_to_displaced:
      return write_to_displaced(planned);
    default:
      return false;
  }
}

bool User::put(const std::string& path, const FileSpec& file, bool by_rename) {
  if (is_folder(path) || !is_reachable(path)) return false;
  touch(path, file);
  by_rename ? save_by_rename(world_.disk, path, file) : save(world_.disk, path, file);
  return true;
}

bool User::put_beside(const std::string& path) {
  if (!is_folder(parent(path))) return false;
  return put(fmt::format("{}/theirs-{}.md", parent(path), story_.counter), {fresh_bytes()}, true);
}

bool User::put_for_folder(const std::string& path) {
  std::string folder = parent(path), missing;
  for (; world_.disk.find(folder) == no_inode; folder = parent(folder)) missing = folder;
  return !missing.empty() && put(missing, {fresh_bytes()}, true);
}

bool User::write_to_displaced(const Planned& planned) {
  const InodeNumber inode = scenario_.first_inode(planned.path);
  const std::string path = planned.place_on_disk();
  if (inode == no_inode || world_.disk.inode(inode).type != FileType::regular) return false;
  if (world_.disk.find(path) == inode) return false;  // not displaced: an edit in place
  if (story_.touched.contains(path)) return false;    // the user may have let go of it
  const std::string bytes = fresh_bytes();
  world_.disk.write(inode, bytes);
  world_.disk.flush_file(inode);
  std::erase_if(story_.late, [&](const Story::Late& late) { return late.path == path; });
  story_.late.push_back({path, bytes, when_ == When::live});
  return true;
}

bool User::act_on_git(Deed deed, const Planned& planned) {
  const bool locked = world_.disk.find(index_lock) != no_inode;
  switch (deed) {
    case Deed::stage_another_file:
      return !locked && stage("main.c");
    case Deed::stage_this_file:
      return !locked && planned.place == Place::project && stage(planned.path);
    case Deed::commit:
      return !locked && commit();
    case Deed::switch_branch:
      if (story_.head == "refs/heads/other") return false;
      story_.head = world_.repository.head = "refs/heads/other";
      return true;
    case Deed::take_index_lock:
      if (locked) return false;
      save(world_.disk, index_lock, {"git is at work\n"});
      story_.index_is_locked = true;
      return true;
    case Deed::release_index_lock:
      if (!story_.index_is_locked) return false;
      remove(world_.disk, index_lock);
      story_.index_is_locked = false;
      return true;
    case Deed::collect_garbage:
      if (when_ == When::live) return false;  // what is younger than a while, git keeps
      world_.repository.collect_garbage();
      return true;
    default:
      return false;
  }
}

/// As git does: the edited index takes the place of the old one.
bool User::stage(const std::string& path) {
  const auto current = file_at(world_.disk, index_file);
  auto lines = current ? parse_index(current->bytes) : std::nullopt;
  if (!lines) return false;
  const Version staged{git::hash_blob(fresh_bytes()), Mode::file};
  (*lines)[path].version = staged;
  if ((*lines)[path].flags.empty()) (*lines)[path].flags = "-";
  story_.staged[path] = staged;
  save_by_rename(world_.disk, index_file, {write_index(*lines)});
  return true;
}

bool User::commit() {
  MemorySink sink(world_.repository);
  const Oid parent = world_.repository.refs.at(story_.head);
  const git::Identity user{"user", "user@localhost"};
  const Oid made = sink.commit({sink.tree({}), {parent}, user, user, {}, fresh_bytes()});
  sink.publish();
  world_.repository.refs[story_.head] = made;
  if (story_.head != "refs/heads/main") return true;
  story_.main = made;
  story_.main_live = when_ == When::live;
  return true;
}

}  // namespace ddx::test
