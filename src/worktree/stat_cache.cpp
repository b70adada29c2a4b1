#include "worktree/stat_cache.hpp"

#include <cstring>
#include <system_error>

#include "base/sha256.hpp"

namespace ddx {

namespace {

constexpr std::string_view magic = "DDXSTAT1";
constexpr std::size_t digest_bytes = 32;

template <class T>
void put(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
bool take(std::string_view& in, T& value) {
  if (in.size() < sizeof value) return false;
  std::memcpy(&value, in.data(), sizeof value);
  in.remove_prefix(sizeof value);
  return true;
}

std::string digest(std::string_view bytes) {
  const auto raw = sha256(bytes);
  return {raw.begin(), raw.end()};
}

}  // namespace

bool StatCache::matches(const Entry& entry, const FileInfo& info) {
  return entry.size == info.size && entry.inode == info.inode && entry.mtime_ns == info.mtime_ns &&
         entry.ctime_ns == info.ctime_ns;
}

StatCache StatCache::load(Files& files, const std::filesystem::path& folder, const std::string& name) {
  StatCache cache;
  cache.started_ns_ = files.clock_ns();
  std::error_code missing;
  if (!std::filesystem::is_directory(folder, missing)) return cache;
  const auto text = read_file(files, files.open_root(folder), name);
  if (!text || text->size() < magic.size() + digest_bytes || !text->starts_with(magic)) return cache;
  std::string_view body(*text);
  const std::string_view trailer = body.substr(body.size() - digest_bytes);
  body.remove_suffix(digest_bytes);
  if (digest(body) != trailer) return cache;
  body.remove_prefix(magic.size());
  while (!body.empty()) {
    Entry entry;
    std::uint32_t length = 0;
    std::array<std::uint8_t, 20> id{};
    if (!take(body, entry.size) || !take(body, entry.inode) || !take(body, entry.mtime_ns) ||
        !take(body, entry.ctime_ns) || !take(body, id) || !take(body, length) || body.size() < length) {
      cache.entries_.clear();
      return cache;
    }
    entry.bytes = Oid(id);
    cache.entries_.emplace(std::string(body.substr(0, length)), entry);
    body.remove_prefix(length);
  }
  return cache;
}

std::optional<Oid> StatCache::find(const RelPath& path, const FileInfo& info) const {
  const auto found = entries_.find(path.str());
  if (found == entries_.end() || !matches(found->second, info)) return std::nullopt;
  return found->second.bytes;
}

void StatCache::remember(const RelPath& path, const FileInfo& info, const Oid& bytes) {
  if (info.mtime_ns >= started_ns_ || info.ctime_ns >= started_ns_) return;
  entries_[path.str()] = {info.size, info.inode, info.mtime_ns, info.ctime_ns, bytes};
  changed_ = true;
}

void StatCache::save(Files& files, const std::filesystem::path& root, const std::string& below,
                     const std::string& name) {
  if (!changed_) return;
  std::string text(magic);
  for (const auto& [path, entry] : entries_) {
    put(text, entry.size);
    put(text, entry.inode);
    put(text, entry.mtime_ns);
    put(text, entry.ctime_ns);
    put(text, entry.bytes.bytes());
    put(text, static_cast<std::uint32_t>(path.size()));
    text += path;
  }
  text += digest(text);
  try {
    const Directory directory = make_folders(files, files.open_root(root), below);
    const std::string aside = name + ".new";
    if (files.info(directory, aside)) files.remove(directory, aside);
    const Descriptor file = files.create(directory, aside, 0666);
    write_all(files, file, text);
    files.rename(directory, aside, directory, name, RenameMode::replace);  // a cache needs no flush
  } catch (const std::system_error&) {
    changed_ = false;  // read-only or full: the next run hashes again
  }
}

}  // namespace ddx
