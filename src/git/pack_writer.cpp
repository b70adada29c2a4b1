#include "git/pack_writer.hpp"

#include <fmt/format.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

#include "git/handle.hpp"
#include "git/library.hpp"

namespace ddx::git {

namespace {

/// Above the priorities of the backends that libgit2 adds itself, so that writes go to memory.
constexpr int memory_priority = 999;

using PackBuilderHandle = Handle<git_packbuilder, git_packbuilder_free>;
using IndexerHandle = Handle<git_indexer, git_indexer_free>;

constexpr const char* keep = ".keep";

/// Has git's garbage collection leave the pack alone until something refers to it: between the two a `git gc`
/// would see a pack that no ref reaches. A note in `incoming` tells `sweep` whose it is.
/// \returns false if somebody keeps it already
bool keep_from_collection(Files& files, const Directory& packs, const Directory& incoming,
                          const std::string& pack) {
  if (files.info(packs, pack + keep)) return false;
  if (!files.info(incoming, pack + keep)) (void)files.create(incoming, pack + keep, 0444);
  write_all(files, files.create(packs, pack + keep, 0444), "ddx\n");
  return true;
}

void let_go(Files& files, const Directory& packs, const Directory& incoming, const std::string& pack) {
  if (files.info(packs, pack + keep)) files.remove(packs, pack + keep);
  files.remove(incoming, pack + keep);
}

/// The pack before its index: nobody looks at a pack that has none.
void move_in(Files& files, const Directory& packs, const Directory& incoming, const std::string& pack) {
  for (const char* ending : {".pack", ".idx"}) {
    if (!files.info(incoming, pack + ending)) continue;
    if (files.info(packs, pack + ending)) {  // the very same objects were packed before
      files.remove(incoming, pack + ending);
    } else {
      rename_to_free(files, incoming, pack + ending, packs, pack + ending);
    }
  }
  files.sync(packs);
}

/// Without looking at the disk again for every new object.
bool is_present(git_odb* odb, const git_oid& id) {
  return git_odb_exists_ext(odb, &id, GIT_ODB_LOOKUP_NO_REFRESH) == 1;
}

void append_id(std::string& bytes, const Oid& id) {
  bytes.append(reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size());
}

std::string signature_line(std::string_view role, const Identity& who, std::chrono::sys_seconds date,
                           int zone) {
  return fmt::format("{} {} <{}> {} {}{:02}{:02}\n", role, who.name, who.email,
                     date.time_since_epoch().count(), zone < 0 ? '-' : '+', std::abs(zone) / 60,
                     std::abs(zone) % 60);
}

/// A header of several lines: those after the first begin with a blank.
std::string folded(std::string_view name, std::string_view text) {
  std::string header = std::string(name) + " ";
  while (text.ends_with('\n')) text.remove_suffix(1);
  for (const char c : text) {
    header += c;
    if (c == '\n') header += ' ';
  }
  return header + "\n";
}

/// One level of a tree under construction. Sorted as git sorts: a folder's name counts as if it ended in '/'.
class TreeLevel {
 public:
  void add(std::string_view name, std::string_view mode, const Oid& id) {
    std::string key(name);
    if (mode == "40000") key += '/';
    Entry entry{fmt::format("{} {}", mode, name), id};
    entries_.emplace(std::move(key), std::move(entry));
  }
  [[nodiscard]] std::string bytes() const {
    std::string out;
    for (const auto& [key, entry] : entries_) {
      out += entry.head;
      out += '\0';
      append_id(out, entry.id);
    }
    return out;
  }

 private:
  struct Entry {
    std::string head;
    Oid id;
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace

std::string commit_bytes(const CommitDraft& draft) {
  std::string bytes = fmt::format("tree {}\n", draft.tree.str());
  for (const Oid& parent : draft.parents) bytes += fmt::format("parent {}\n", parent.str());
  bytes += signature_line("author", draft.author, draft.author_date.value_or(draft.date), draft.author_zone);
  bytes += signature_line("committer", draft.committer, draft.date, 0);
  if (!draft.signature.empty()) bytes += folded("gpgsig", draft.signature);
  return bytes + "\n" + draft.message;
}

PackWriter::PackWriter(Files& files, std::filesystem::path objects_folder, std::filesystem::path incoming)
    : files_(files), objects_folder_(std::move(objects_folder)), incoming_(std::move(incoming)) {
  initialise();
  git_odb* odb = nullptr;
  check(git_odb_open(&odb, objects_folder_.c_str()), "open the object database");
  disk_.reset(odb);
  check(git_odb_open(&odb, objects_folder_.c_str()), "open the object database");
  all_.reset(odb);
  check(git_mempack_new(&memory_), "prepare a pack");
  check(git_odb_add_backend(all_.get(), memory_, memory_priority), "prepare a pack");
  git_repository* repository = nullptr;
  check(git_repository_wrap_odb(&repository, all_.get()), "prepare a pack");
  repository_.reset(repository);
}

PackWriter::~PackWriter() {
  try {
    if (kept_.empty()) return;
    const Directory packs = files_.open_root(objects_folder_ / "pack");
    const Directory incoming = files_.open_root(incoming_);
    for (const std::string& pack : kept_) let_go(files_, packs, incoming, pack);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the next command sweeps
  }
}

Oid PackWriter::write(int type, std::string_view bytes) {
  const auto kind = static_cast<git_object_t>(type);
  git_oid id;
  check(git_odb_hash(&id, bytes.data(), bytes.size(), kind), "hash an object");
  if (is_present(all_.get(), id)) return from_git(id);
  check(git_odb_write(&id, all_.get(), bytes.data(), bytes.size(), kind), "collect an object");
  collected_.push_back(from_git(id));
  collected_bytes_ += bytes.size();
  return from_git(id);
}

Oid PackWriter::blob(std::string_view bytes) { return write(GIT_OBJECT_BLOB, bytes); }

Oid PackWriter::tree(const std::map<RelPath, Version>& files) {
  std::map<std::string, TreeLevel> levels;  // by folder, "" the root
  levels[""];
  for (const auto& [path, version] : files) {
    levels[std::string(path.parent())].add(path.name(), to_string(version.mode), version.blob);
    std::string_view folder = path.parent();
    while (!folder.empty()) {  // folders that hold only folders
      const std::size_t slash = folder.rfind('/');
      folder = slash == folder.npos ? std::string_view() : folder.substr(0, slash);
      if (!levels.try_emplace(std::string(folder)).second) break;
    }
  }
  Oid root;
  while (!levels.empty()) {  // the last key is never the parent of another one
    const auto last = std::prev(levels.end());
    const std::string folder = last->first;
    const Oid id = write(GIT_OBJECT_TREE, last->second.bytes());
    levels.erase(last);
    if (folder.empty()) {
      root = id;
      break;
    }
    const std::size_t slash = folder.rfind('/');
    const std::string parent = slash == folder.npos ? std::string() : folder.substr(0, slash);
    levels[parent].add(slash == folder.npos ? folder : folder.substr(slash + 1), "40000", id);
  }
  return root;
}

Oid PackWriter::commit(const CommitDraft& draft) { return write(GIT_OBJECT_COMMIT, commit_bytes(draft)); }

Oid PackWriter::raw_tree(std::string_view bytes) { return write(GIT_OBJECT_TREE, bytes); }

bool PackWriter::contains(const Oid& id) const { return is_present(all_.get(), to_git(id)); }

void PackWriter::publish() {
  if (collected_.empty()) return;
  // Not git_mempack_dump: it leaves out what no collected commit reaches.
  const auto builder = acquire<PackBuilderHandle>("make a pack", git_packbuilder_new, repository_.get());
  for (const Oid& collected : collected_) {
    const git_oid id = to_git(collected);
    check(git_packbuilder_insert(builder.get(), &id, nullptr), "make a pack");
  }
  Buffer pack;
  check(git_packbuilder_write_buf(pack.raw(), builder.get()), "make a pack");
  const Directory incoming =
      make_folders(files_, files_.open_root(incoming_.parent_path()), incoming_.filename().string());
  files_.before_library_change("pack");
  git_indexer_options options;
  check(git_indexer_options_init(&options, GIT_INDEXER_OPTIONS_VERSION), "write a pack");
  const auto indexer = acquire<IndexerHandle>("write a pack", git_indexer_new, incoming_.c_str(), 0u,
                                              static_cast<git_odb*>(nullptr), &options);
  git_indexer_progress progress{};
  check(git_indexer_append(indexer.get(), pack.view().data(), pack.view().size(), &progress), "write a pack");
  check(git_indexer_commit(indexer.get(), &progress), "write a pack");
  const std::string name = fmt::format("pack-{}", git_indexer_name(indexer.get()));
  const Directory packs = make_folders(files_, files_.open_root(objects_folder_), "pack");
  if (keep_from_collection(files_, packs, incoming, name)) kept_.push_back(name);
  move_in(files_, packs, incoming, name);
  check(git_mempack_reset(memory_), "write a pack");
  collected_.clear();
  collected_bytes_ = 0;
}

void PackWriter::sweep(Files& files, const std::filesystem::path& objects_folder,
                       const std::filesystem::path& incoming) {
  const auto folder = files.open_below(files.open_root(incoming.parent_path()), incoming.filename().string());
  if (!folder) return;
  const Directory packs = make_folders(files, files.open_root(objects_folder), "pack");
  for (const FolderEntry& entry : files.list(*folder)) {
    const std::string pack = entry.name.substr(0, entry.name.rfind('.'));
    const bool half_moved = entry.name.ends_with(".idx") && files.info(packs, pack + ".pack");
    if (half_moved) move_in(files, packs, *folder, pack);
    if (entry.name.ends_with(keep)) let_go(files, packs, *folder, pack);
    if (files.info(*folder, entry.name)) files.remove(*folder, entry.name);
  }
}

}  // namespace ddx::git
