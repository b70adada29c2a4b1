#include "model/scenario.hpp"

#include "git/objects.hpp"

namespace ddx::test {

namespace {

const std::string project = "/w";
const std::string git_folder = "/w/.git";
const git::Identity somebody{"somebody", "somebody@localhost"};

FileSpec text(const std::string& bytes) { return {bytes, Mode::file, 0644}; }
FileSpec link(const std::string& target) { return {target, Mode::link, 0777}; }

Oid made_up(const std::string& what) { return git::hash_blob("made up: " + what); }

Version version(const FileSpec& file) { return {git::hash_blob(file.bytes), file.mode}; }

InodeNumber folder_for(MemoryDisk& disk, const std::string& path) {
  InodeNumber current = root_inode;
  for (std::size_t start = 1; start < path.rfind('/');) {
    const std::size_t end = path.find('/', start);
    const std::string name = path.substr(start, end - start);
    InodeNumber next = disk.child(current, name);
    if (next == no_inode) {
      next = disk.make(FileType::folder, 0755, "");
      disk.name({{current, name, next}});
      disk.flush_last();
    }
    current = next;
    start = end + 1;
  }
  return current;
}

std::string last_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string entry_of(const std::string& path) { return path.substr(std::string(".ddx/").size()); }

}  // namespace

const std::string Scenario::operation_id = "01J00000000000000000000001";

bool same(const std::optional<FileSpec>& a, const std::optional<FileSpec>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->bytes == b->bytes && a->mode == b->mode;
}

void save_by_rename(MemoryDisk& disk, const std::string& path, const FileSpec& file) {
  const InodeNumber folder = folder_for(disk, path);
  const InodeNumber made = file.mode == Mode::link
                               ? disk.make(FileType::link, 0777, file.bytes)
                               : disk.make(FileType::regular, file.permissions, file.bytes);
  disk.flush_file(made);
  disk.name({{folder, last_name(path), made}});
  disk.flush_last();
}

void save(MemoryDisk& disk, const std::string& path, const FileSpec& file) {
  const InodeNumber there = disk.find(path);
  if (there == no_inode || disk.inode(there).type != FileType::regular) {
    save_by_rename(disk, path, file);
    return;
  }
  disk.write(there, file.bytes);
  disk.set_permissions(there, file.permissions);
  disk.flush_file(there);
}

void remove(MemoryDisk& disk, const std::string& path) {
  disk.name({{folder_for(disk, path), last_name(path), no_inode}});
  disk.flush_last();
}

std::optional<FileSpec> file_at(const MemoryDisk& disk, const std::string& path) {
  const InodeNumber there = disk.find(path);
  if (there == no_inode || disk.inode(there).type == FileType::folder) return std::nullopt;
  const MemoryDisk::Inode& inode = disk.inode(there);
  FileSpec file{*inode.content, Mode::link, inode.permissions};
  if (inode.type == FileType::regular)
    file.mode = (inode.permissions & 0100) != 0 ? Mode::executable : Mode::file;
  return file;
}

std::string Planned::place_on_disk() const {
  return (place == Place::project ? project + "/" : git_folder + "/ddx/") + path;
}

Scenario::Scenario(Kind kind, Capabilities can) : can_(can) {
  workspace_.git_dir = workspace_.common_dir = git_folder;
  workspace_.worktree_root = workspace_.project_root = project;
  workspace_.project = "root";
  workspace_.worktree = "main";
  old_commit_ = made_up("HEAD");
  plan(kind);
  write_locks(kind);
  if (kind != Kind::first) make_index();
  make_world();
}

void Scenario::plan(Kind kind) {
  const FileSpec script{"#!/bin/sh\n", Mode::file, 0640};
  FileSpec runnable = script;
  runnable.mode = Mode::executable;
  runnable.permissions = 0750;
  const auto add = [&](const std::string& name, std::optional<FileSpec> before,
                       std::optional<FileSpec> after) {
    plan_.push_back({Place::project, ".ddx/" + name, std::move(before), std::move(after)});
  };
  add("replaced.md", FileSpec{"replaced, old\n", Mode::file, 0640},
      FileSpec{"replaced, new\n", Mode::file, 0640});
  add("new/deep/fresh.md", std::nullopt, text("fresh\n"));
  if (kind == Kind::first) add("unchanged.md", text("found here\n"), text("merged\n"));
  if (kind != Kind::first) add("emptied/deep/gone.md", text("gone\n"), std::nullopt);
  if (kind == Kind::wide) {
    add("another.md", text("another, old\n"), text("another, new\n"));
    add("created.md", std::nullopt, text("created\n"));
    add("deleted.md", text("deleted\n"), std::nullopt);
    add("swap", text("a file that becomes a folder\n"), std::nullopt);
    add("swap/inside.md", std::nullopt, text("inside\n"));
    add("folded/inside.md", text("in a folder that becomes a file\n"), std::nullopt);
    add("folded", std::nullopt, text("a file where a folder was\n"));
    add("tool.sh", script, runnable);
    add("link", link("old-target"), link("new-target"));
    add("witness.md", text("the same\n"), text("the same\n"));
  }
  Planned open{Place::state, "projects/root/open.json", std::nullopt, text("{\"open\": true}\n"), false};
  if (kind == Kind::wide) open.before = text("{\"open\": false}\n");
  plan_.push_back(open);
  name_ = kind == Kind::wide ? "wide" : kind == Kind::narrow ? "narrow" : "first";
  bystanders_ = {{project + "/main.c", text("int main() {}\n")},
                 {project + "/.ddx/mine.md", text("only here\n")},
                 {project + "/.ddx/kept.md", text("kept, edited\n")}};
}

/// The lock before and after, as the last effect.
void Scenario::write_locks(Kind kind) {
  Lock old{"https://example.org/library.git", "branch main", "", "", made_up("old"), made_up("old tree"), {}};
  Lock fresh = old;
  fresh.commit = made_up("new");
  fresh.tree = made_up("new tree");
  LockEntry kept;
  kept.base = {made_up("kept"), Mode::file};
  fresh.files[RelPath::parse("kept.md")] = old.files[RelPath::parse("kept.md")] = kept;
  for (const Planned& planned : plan_) {
    if (!planned.synced) continue;
    const RelPath entry = RelPath::parse(entry_of(planned.path));
    if (planned.before) old.files[entry].base = version(*planned.before);
    if (planned.after) fresh.files[entry].base = version(*planned.after);
  }
  new_lock_ = fresh;
  Planned lock{Place::project, ".ddx.lock", std::nullopt, text(write_lock(fresh)), false};
  if (kind != Kind::first) {
    old_lock_ = old;
    lock.before = text(write_lock(old));
  }
  plan_.push_back(lock);
}

void Scenario::make_index() {
  for (const Planned& planned : plan_) {
    if (planned.place == Place::state || planned.is_witness()) continue;
    git::IndexEdit edit{planned.path, std::nullopt, std::nullopt};
    if (planned.before) edit.before = version(*planned.before);
    if (planned.after) edit.after = version(*planned.after);
    index_.push_back(edit);
  }
}

void Scenario::make_world() {
  MemoryDisk& disk = start_.disk;
  MemorySink sink(start_.repository);
  std::map<RelPath, Version> committed;
  IndexLines lines{{"main.c", {version(text("int main() {}\n")), "assume-valid"}}};
  for (const Planned& planned : plan_) {
    if (planned.before) {
      save(disk, planned.place_on_disk(), *planned.before);
      if (planned.place == Place::project) lines[planned.path] = {version(*planned.before), "-"};
    }
    // Merged text and locks are in no store before the operation; upstream's files are in upstream's.
    if (planned.after && planned.synced && planned.path != ".ddx/another.md")
      upstream_[git::hash_blob(planned.after->bytes)] = {planned.after->bytes, {}};
  }
  for (const auto& [path, file] : bystanders_) save(disk, path, file);
  save(disk, git_folder + "/index", text(write_index(lines)));
  save(disk, git_folder + "/ddx/lock", text(""));
  save(disk, git_folder + "/objects/info/packs", text(""));
  for (const Planned& planned : plan_)
    if (planned.before) first_inodes_[planned.path] = disk.find(planned.place_on_disk());
  old_commit_ = sink.commit({sink.tree(committed), {}, somebody, somebody, {}, "HEAD"});
  sink.publish();
  start_.repository.refs = {{"refs/heads/main", old_commit_}, {"refs/heads/other", old_commit_}};
  MemorySink scratch(start_.repository);
  new_commit_ = scratch.commit({scratch.tree({}), {old_commit_}, somebody, somebody, {}, "sync"});
}

InodeNumber Scenario::first_inode(const std::string& path) const {
  const auto found = first_inodes_.find(path);
  return found == first_inodes_.end() ? no_inode : found->second;
}

OperationDraft Scenario::draft(World& world, MemorySink& sink) const {
  OperationDraft draft;
  draft.id = operation_id;
  draft.kind = "pull";
  draft.summary = "model";
  std::map<RelPath, Version> before;
  for (const Planned& planned : plan_) {
    Effect effect{{planned.place, RelPath::parse(planned.path), std::nullopt, std::nullopt, std::nullopt},
                  {}};
    if (planned.synced) effect.recorded.entry = RelPath::parse(entry_of(planned.path));
    if (planned.before) {
      const Oid blob = sink.blob(planned.before->bytes);
      before[RelPath::parse(planned.place == Place::project ? planned.path : "state/" + planned.path)] = {
          blob, planned.before->mode};
      effect.recorded.before = OnDisk{blob, planned.before->mode};
    }
    if (planned.after) {
      effect.recorded.after = OnDisk{git::hash_blob(planned.after->bytes), planned.after->mode};
      effect.content = [&planned] { return planned.after->bytes; };
    }
    draft.effects.push_back(std::move(effect));
  }
  draft.snapshot = sink.commit({sink.tree(before), {}, somebody, somebody, {}, "snapshot"});
  draft.index = index_;
  if (commits()) {
    draft.make_commit = [&world] {
      const Oid parent = world.repository.refs.at(world.repository.head);
      MemorySink made(world.repository);
      const Oid commit = made.commit({made.tree({}), {parent}, somebody, somebody, {}, "sync"});
      made.publish();
      return commit;
    };
  }
  return draft;
}

}  // namespace ddx::test
