#include "model/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/lock_edit.hpp"
#include "ddx/error.hpp"
#include "git/objects.hpp"

namespace ddx::test {

namespace {

const std::string project = "/w";
const std::string git_folder = "/w/.git";
const std::string main_branch = "refs/heads/main";

std::string show(const std::optional<FileSpec>& file) {
  if (!file) return "nothing";
  return fmt::format("'{}' {} {:o}", file->bytes.substr(0, file->bytes.find('\n')), to_string(file->mode),
                     file->permissions);
}

}  // namespace

bool Oracle::holds(const Planned& planned, const std::optional<FileSpec>& file) const {
  return same(file_at(world_.disk, planned.place_on_disk()), file);
}

/// A new file keeps its staged name until everything is durable. When the user replaces or removes it before,
/// nothing on the disk tells that from one that had not come yet: what was removed comes once more.
bool Oracle::comes_by_link() const { return !scenario_.can().exchange && !scenario_.can().no_replace; }

/// Where files cannot be exchanged, a path is empty for a moment. One that the user emptied looks the same:
/// what had been there, or what is staged, may come once more.
bool Oracle::may_come_again(const Planned& planned) const {
  if (scenario_.can().exchange) return false;
  const auto there = file_at(world_.disk, planned.place_on_disk());
  const auto holds = [&](const std::optional<FileSpec>& file) { return file && there->bytes == file->bytes; };
  return there && (holds(planned.before) || holds(planned.after) || planned.is_lock() ||
                   there->bytes.starts_with("the user's"));
}

/// Whether the path holds what somebody wrote to the displaced file, which has come back.
bool Oracle::is_late(const Planned& planned) const {
  const auto there = file_at(world_.disk, planned.place_on_disk());
  return there && std::any_of(story_.late.begin(), story_.late.end(), [&](const Story::Late& late) {
           return late.path == planned.place_on_disk() && there->bytes == late.bytes;
         });
}

/// By the first path that nobody but the operation changes.
Direction Oracle::observed() const {
  for (const Planned& planned : scenario_.plan()) {
    if (planned.is_witness() || planned.is_lock() || story_.is_near(planned.place_on_disk()) ||
        is_late(planned))
      continue;
    return holds(planned, planned.after) ? Direction::fresh : Direction::old;
  }
  return Direction::unknown;
}

void Oracle::check_crashed(Lost lost) {
  bool all_new = true, lock_is_new = false;
  for (const Planned& planned : scenario_.plan()) {
    if (planned.is_witness() || story_.is_near(planned.place_on_disk())) continue;
    const bool is_new = holds(planned, planned.after);
    const bool adapted = planned.is_lock() && !story_.touched.empty();  // by a recovery before
    if (!is_new && !holds(planned, planned.before) && !adapted && !is_late(planned) &&
        scenario_.can().exchange)
      blame("a path is old or new at every moment",
            fmt::format("{} holds {}", planned.path, show(file_at(world_.disk, planned.place_on_disk()))));
    if (planned.is_lock()) lock_is_new = is_new;
    all_new = all_new && is_new;
  }
  if (lost == Lost::nothing && lock_is_new && !all_new && scenario_.can().exchange)
    blame("the lock is new only when everything is", "the lock is new, a file is not");
  const auto index = file_at(world_.disk, git_folder + "/index");
  const auto lines = index ? parse_index(index->bytes) : std::nullopt;
  if (!lines) {
    blame("the index can be read", show(index));
    return;
  }
  if (world_.repository.refs.at(main_branch) != scenario_.new_commit()) return;
  for (const git::IndexEdit& edit : scenario_.index()) {
    if (story_.staged.contains(edit.path)) continue;
    const auto line = lines->find(edit.path);
    const bool is_new =
        edit.after ? line != lines->end() && line->second.version == *edit.after : line == lines->end();
    if (!is_new) blame("the index is never behind the branch", edit.path);
  }
}

void Oracle::check_settled(const Ending& last) {
  last_ = last;
  direction_ = last.direction == Direction::unknown ? observed() : last.direction;
  check_paths();
  check_tree(project);
  check_lock();
  check_index();
  check_branch();
  check_displaced();
  check_late_edits();
  check_reports();
  check_state_folder();
}

void Oracle::check_paths() {
  for (const Planned& planned : scenario_.plan()) {
    const auto touch = story_.touched.find(planned.place_on_disk());
    if (touch != story_.touched.end()) {
      check_touched(planned, touch->second);
    } else if (!story_.is_near(planned.place_on_disk()) && !planned.is_lock()) {
      check_untouched(planned);
    }
  }
}

void Oracle::check_touched(const Planned& planned, const Story::Touch& touch) {
  const auto there = file_at(world_.disk, planned.place_on_disk());
  if (same(there, touch.expected)) return;
  const auto applied = story_.was_applied.find(planned.place_on_disk());
  const bool never_applied = applied != story_.was_applied.end() && !applied->second;
  // What they had put in the place of a file that was moved aside, and removed again, shows nowhere.
  const bool came_back = direction_ == Direction::old && !planned.after && same(there, planned.before);
  if (!touch.expected && came_back && applied != story_.was_applied.end() && applied->second) return;
  if (!touch.expected && may_come_again(planned)) return;
  if (!touch.expected && !planned.before && never_applied && there) {  // it comes yet
    if (same(there, planned.after)) return;
    if (planned.is_lock()) {  // and may have old bases, as everywhere
      check_lock_content(*there);
      return;
    }
  }
  // What was there before, or comes, may move; an edit between an exchange and the look at what came out, or
  // through a name that a power cut took back, ends aside, and the user is told where.
  if (touch.known && can_be_found(touch.expected->bytes)) return;
  const bool kept = touch.expected && can_be_found(touch.expected->bytes);
  if (kept && (touch.aside || touch.live) && is_said_where(planned.path)) return;
  blame("what the user saved is where they saved it",
        fmt::format("{} holds {}, they left {}", planned.path, show(there), show(touch.expected)));
}

void Oracle::check_untouched(const Planned& planned) {
  const auto there = file_at(world_.disk, planned.place_on_disk());
  const std::optional<FileSpec>& wanted = direction_ == Direction::fresh ? planned.after : planned.before;
  if (is_late(planned)) return;
  const bool exact = same(there, wanted) && (!there || there->mode == Mode::link ||
                                             story_.permissions_changed.contains(planned.place_on_disk()) ||
                                             there->permissions == wanted->permissions);
  if (!exact)
    blame("all paths are old or all are new",
          fmt::format("{} holds {}, not {}", planned.path, show(there), show(wanted)));
}

void Oracle::check_tree(const std::string& folder) {
  const InodeNumber inode = world_.disk.find(folder);
  const auto& entries = *world_.disk.inode(inode).entries;
  const bool may_be_empty = story_.is_near(folder + "/any") || story_.is_near(folder);
  if (entries.empty() && !may_be_empty) blame("no folder is left behind", folder);
  for (const MemoryDisk::Entry& entry : entries) {
    const std::string path = folder + "/" + entry.name;
    if (path == git_folder) continue;
    if (world_.disk.inode(entry.inode).type == FileType::folder) {
      check_tree(path);
    } else {
      check_file(path);
    }
  }
}

void Oracle::check_file(const std::string& path) {
  for (const Planned& planned : scenario_.plan())
    if (planned.place_on_disk() == path) return;
  const auto there = file_at(world_.disk, path);
  const auto touch = story_.touched.find(path);
  if (touch != story_.touched.end()) {
    if (!same(there, touch->second.expected)) blame("what the user saved is where they saved it", path);
    return;
  }
  const auto bystander = scenario_.bystanders().find(path);
  if (bystander == scenario_.bystanders().end() || !same(there, bystander->second))
    blame("nothing else is touched", fmt::format("{} holds {}", path, show(there)));
}

/// The incoming version did not get to the path, because the user was faster.
bool Oracle::keeps_users_version(const Planned& planned) const {
  if (is_late(planned)) return true;
  const auto applied = story_.was_applied.find(planned.place_on_disk());
  return applied != story_.was_applied.end() && !applied->second && !holds(planned, planned.after);
}

void Oracle::check_lock() {
  const std::string path = project + "/.ddx.lock";
  if (story_.is_near(path)) return;
  const auto there = file_at(world_.disk, path);
  const Planned& planned = scenario_.plan().back();
  if (direction_ == Direction::old) {
    if (!same(there, planned.before))
      blame("all paths are old or all are new", "the lock is not the old one");
    return;
  }
  if (!there) {
    blame("all paths are old or all are new", "the lock is missing");
    return;
  }
  // What somebody wrote to the displaced lock came back with it, and stays as any edit does. That it was left
  // alone has to be reported.
  if (is_late(planned)) return;
  check_lock_content(*there);
}

void Oracle::check_lock_content(const FileSpec& there) {
  std::optional<Lock> parsed;
  try {
    parsed = parse_lock(there.bytes, ".ddx.lock");
  } catch (const Error& error) {
    blame("the lock can be read", error.what());
    return;
  }
  const Lock& lock = *parsed;
  const RelPath kept = RelPath::parse("kept.md");
  const auto entry = lock.files.find(kept);
  if (entry == lock.files.end() || entry->second.base != scenario_.new_lock().files.at(kept).base)
    blame("other entries of the lock stay", "kept.md");
  for (const Planned& other : scenario_.plan())
    if (other.synced) check_entry(other, lock);
}

void Oracle::check_entry(const Planned& planned, const Lock& lock) {
  const std::string path = planned.place_on_disk();
  const bool either = story_.was_applied.contains(path) && holds(planned, planned.after);
  const auto touch = story_.touched.find(path);
  const bool aside = touch != story_.touched.end() && touch->second.aside;
  if (either || aside || story_.undecided.contains(path))
    return;  // the user brought it to the same state themselves
  const bool old = keeps_users_version(planned);
  const Lock none;
  const Lock& wanted = old ? scenario_.old_lock().value_or(none) : scenario_.new_lock();
  const RelPath name = RelPath::parse(planned.path.substr(std::string(".ddx/").size()));
  const auto is = lock.files.find(name), should = wanted.files.find(name);
  const bool there = is != lock.files.end(), wanted_there = should != wanted.files.end();
  const bool equal = there == wanted_there &&
                     (!there || (is->second.base == should->second.base &&
                                 base_commit(lock, is->second) == base_commit(wanted, should->second)));
  if (equal) return;
  if (comes_by_link() && story_.is_near(path)) {  // the old base is the safe one: the next pull looks again
    const Lock& before = scenario_.old_lock() ? *scenario_.old_lock() : none;
    const auto was = before.files.find(name);
    const bool was_there = was != before.files.end();
    if (there == was_there && (!there || is->second.base == was->second.base)) return;
  }
  blame(old ? "the lock keeps the old base of a file that kept the user's version"
            : "the lock has the new base of a file that got it",
        fmt::format("{}: {}, base commit {}", planned.path, there ? "listed" : "not listed",
                    there ? base_commit(lock, is->second).short_str() : "none"));
}

void Oracle::check_index() {
  const auto file = file_at(world_.disk, git_folder + "/index");
  const auto lines = file ? parse_index(file->bytes) : std::nullopt;
  if (!lines) {
    blame("the index can be read", show(file));
    return;
  }
  const auto start = parse_index(file_at(scenario_.start().disk, git_folder + "/index")->bytes);
  std::map<std::string, Version> wanted;
  for (const auto& [path, line] : *start) wanted[path] = line.version;
  if (direction_ == Direction::fresh) {
    for (const git::IndexEdit& edit : scenario_.index()) {
      wanted.erase(edit.path);
      if (edit.after) wanted[edit.path] = *edit.after;
    }
  }
  for (const auto& [path, version] : story_.staged) wanted[path] = version;
  for (const auto& [path, version] : wanted) {
    const auto line = lines->find(path);
    if (line == lines->end() || line->second.version != version)
      blame(story_.staged.contains(path) ? "what the user staged stays staged"
                                         : "the index is all old or all new",
            path);
  }
  for (const auto& [path, line] : *lines)
    if (!wanted.contains(path)) blame("the index is all old or all new", path + " should not be there");
  if (lines->at("main.c").flags != "assume-valid") blame("flags in the index stay", "main.c");
  const auto lock = file_at(world_.disk, git_folder + "/index.lock");
  if (story_.index_is_locked && (!lock || lock->bytes != "git is at work\n"))
    blame("a foreign index.lock is not removed", show(lock));
  if (!story_.index_is_locked && lock) blame("no index.lock of ours is left", show(lock));
}

void Oracle::check_branch() {
  const RepositoryState& repository = world_.repository;
  if (repository.head != story_.head) blame("HEAD stays on its branch", repository.head);
  const Oid& now = repository.refs.at(main_branch);
  const bool moved = direction_ == Direction::fresh && scenario_.commits();
  const Oid& wanted = story_.main ? *story_.main : moved ? scenario_.new_commit() : scenario_.old_commit();
  const bool may_stay = moved && !story_.main && story_.head != main_branch && now == scenario_.old_commit();
  const auto made = repository.objects->find(now);
  const bool on_top = moved && story_.main_live && made != repository.objects->end() &&
                      std::count(made->second.links.begin(), made->second.links.end(), *story_.main) !=
                          0;  // ours came after theirs
  if (now != wanted && !may_stay && !on_top) blame("the branch is old or new, or the user's", now.str());
  if (story_.head == main_branch && repository.refs.at("refs/heads/other") != scenario_.old_commit())
    blame("other branches stay", "refs/heads/other");
}

bool Oracle::is_below(const std::string& folder, InodeNumber wanted) const {
  const InodeNumber inode = world_.disk.find(folder);
  if (inode == no_inode) return false;
  if (inode == wanted) return true;
  if (world_.disk.inode(inode).type != FileType::folder) return false;
  for (const MemoryDisk::Entry& entry : *world_.disk.inode(inode).entries)
    if (entry.inode == wanted || is_below(folder + "/" + entry.name, wanted)) return true;
  return false;
}

void Oracle::check_displaced() {
  if (direction_ != Direction::fresh) return;
  const std::set<Oid> reachable = world_.repository.reachable();
  for (const Planned& planned : scenario_.plan()) {
    if (!planned.before || planned.is_witness()) continue;
    if (!reachable.contains(git::hash_blob(planned.before->bytes)))
      blame("the state before is in a snapshot that a ref holds", planned.path);
    if (story_.is_near(planned.place_on_disk()) || is_late(planned)) continue;
    const InodeNumber first = scenario_.first_inode(planned.path);
    if (!is_below(git_folder + "/ddx/done", first) && !is_below(git_folder + "/ddx/rescue", first))
      blame("a displaced file is kept", planned.path);
  }
}

bool Oracle::can_be_found(const std::string& bytes) const {
  std::vector<InodeNumber> pending{world_.disk.find(project)};
  while (!pending.empty()) {
    const MemoryDisk::Inode& inode = world_.disk.inode(pending.back());
    pending.pop_back();
    if (inode.type != FileType::folder) {
      if (*inode.content == bytes) return true;
      continue;
    }
    for (const MemoryDisk::Entry& entry : *inode.entries) pending.push_back(entry.inode);
  }
  return false;
}

bool Oracle::is_mentioned(const std::string& path) const {
  return last_.said.find("'" + path + "'") != std::string::npos || last_.left_alone.contains(path);
}

/// Whether a program said where content is that belongs to the path and is not there.
bool Oracle::is_said_where(const std::string& path) const {
  const std::string quoted = "'" + path + "'";
  for (const std::string& said : {last_.said, story_.said}) {
    for (const std::string& report :
         {"late: " + quoted, quoted + " was still written to", quoted + " was put in place once more"})
      if (said.find(report) != std::string::npos) return true;
  }
  return false;
}

void Oracle::check_late_edits() {
  for (const Story::Late& late : story_.late) {
    if (!can_be_found(late.bytes)) blame("a late edit is kept", late.path);
    const auto there = file_at(world_.disk, late.path);
    const bool in_place = there && there->bytes == late.bytes;
    const bool must_be_told = last_.did_something && !late.live;
    if (must_be_told && !in_place && !is_mentioned(late.path.substr(project.size() + 1)))
      blame("a late edit is reported", late.path);
  }
}

void Oracle::check_reports() {
  if (!last_.did_something) return;
  for (const Planned& planned : scenario_.plan()) {
    if (planned.is_witness() || planned.place == Place::state) continue;
    const bool left = last_.left_alone.contains(planned.path);
    if (left && !story_.is_near(planned.place_on_disk()) && !is_late(planned))
      blame("only what the user touched is reported as left alone", planned.path);
    const auto touch = story_.touched.find(planned.place_on_disk());
    // The lock that they removed before there was one came after that, adapted; `check_touched` has read it.
    const bool came = planned.is_lock() && touch != story_.touched.end() && !touch->second.expected &&
                      !planned.before && file_at(world_.disk, planned.place_on_disk());
    const bool excused = touch != story_.touched.end() && (touch->second.live || touch->second.known || came);
    if (!left && !excused && direction_ == Direction::fresh && keeps_users_version(planned))
      blame("what was left alone is reported", planned.path);
  }
}

void Oracle::check_state_folder() {
  const InodeNumber ops = world_.disk.find(git_folder + "/ddx/ops");
  if (ops != no_inode && !world_.disk.inode(ops).entries->empty())
    blame("nothing is pending in the end", "ddx/ops is not empty");
}

}  // namespace ddx::test
