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
using WritePackHandle = std::unique_ptr<git_odb_writepack, void (*)(git_odb_writepack*)>;

/// Without looking at the disk again for every new object.
bool is_present(git_odb* odb, const git_oid& id) {
  return git_odb_exists_ext(odb, &id, GIT_ODB_LOOKUP_NO_REFRESH) == 1;
}

void append_id(std::string& bytes, const Oid& id) {
  bytes.append(reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size());
}

std::string signature_line(std::string_view role, const Identity& who, std::chrono::sys_seconds date) {
  return fmt::format("{} {} <{}> {} +0000\n", role, who.name, who.email, date.time_since_epoch().count());
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

PackWriter::PackWriter(const std::filesystem::path& objects_folder) {
  initialise();
  git_odb* odb = nullptr;
  check(git_odb_open(&odb, objects_folder.c_str()), "open the object database");
  disk_.reset(odb);
  check(git_odb_open(&odb, objects_folder.c_str()), "open the object database");
  all_.reset(odb);
  check(git_mempack_new(&memory_), "prepare a pack");
  check(git_odb_add_backend(all_.get(), memory_, memory_priority), "prepare a pack");
  git_repository* repository = nullptr;
  check(git_repository_wrap_odb(&repository, all_.get()), "prepare a pack");
  repository_.reset(repository);
}

PackWriter::~PackWriter() = default;

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

Oid PackWriter::commit(const CommitDraft& draft) {
  std::string bytes = fmt::format("tree {}\n", draft.tree.str());
  for (const Oid& parent : draft.parents) bytes += fmt::format("parent {}\n", parent.str());
  bytes += signature_line("author", draft.author, draft.date);
  bytes += signature_line("committer", draft.committer, draft.date);
  bytes += "\n" + draft.message;
  return write(GIT_OBJECT_COMMIT, bytes);
}

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
  git_odb_writepack* raw = nullptr;
  check(git_odb_write_pack(&raw, disk_.get(), nullptr, nullptr), "write a pack");
  const WritePackHandle writer(raw, [](git_odb_writepack* w) { w->free(w); });
  git_indexer_progress progress{};
  check(writer->append(writer.get(), pack.view().data(), pack.view().size(), &progress), "write a pack");
  check(writer->commit(writer.get(), &progress), "write a pack");
  check(git_mempack_reset(memory_), "write a pack");
  collected_.clear();
  collected_bytes_ = 0;
}

}  // namespace ddx::git
