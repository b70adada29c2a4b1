#include "worktree/stat_cache.hpp"

#include <cstring>
#include <system_error>

#include "base/sha256.hpp"

namespace ddx {

namespace {

constexpr std::string_view magic = "DDXSTAT2";
constexpr std::size_t trailer_bytes = sizeof(std::uint64_t);

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

}  // namespace

StatCache::StatCache(Files& files, std::filesystem::path root, std::string below, std::string name)
    : files_(files),
      root_(std::move(root)),
      below_(std::move(below)),
      name_(std::move(name)),
      started_ns_(files.clock_ns()) {}

bool StatCache::matches(const Entry& entry, const FileInfo& info) {
  return entry.size == info.size && entry.inode == info.inode && entry.mtime_ns == info.mtime_ns &&
         entry.ctime_ns == info.ctime_ns;
}

void StatCache::load() {
  loaded_ = true;
  const auto folder = files_.open_below(files_.open_root(root_), below_);
  const auto text = folder ? read_file(files_, *folder, name_) : std::nullopt;
  if (!text || text->size() < magic.size() + trailer_bytes || !text->starts_with(magic)) return;
  std::string_view body(*text);
  std::string_view trailer = body.substr(body.size() - trailer_bytes);
  body.remove_suffix(trailer_bytes);
  std::uint64_t sum = 0;
  if (!take(trailer, sum) || checksum(body) != sum) return;
  body.remove_prefix(magic.size());
  if (!read_entries(body)) entries_.clear();
}

bool StatCache::read_entries(std::string_view body) {
  std::uint64_t count = 0;
  if (!take(body, count) || count > body.size()) return false;
  entries_.reserve(count);
  while (!body.empty()) {
    Entry entry;
    std::uint32_t length = 0;
    std::array<std::uint8_t, 20> id{};
    if (!take(body, entry.size) || !take(body, entry.inode) || !take(body, entry.mtime_ns) ||
        !take(body, entry.ctime_ns) || !take(body, id) || !take(body, length) || body.size() < length)
      return false;
    entry.bytes = Oid(id);
    entries_.emplace(std::string(body.substr(0, length)), entry);
    body.remove_prefix(length);
  }
  return true;
}

std::optional<Oid> StatCache::find(const RelPath& path, const FileInfo& info) {
  if (!loaded_) load();
  const auto found = entries_.find(path.str());
  if (found == entries_.end() || !matches(found->second, info)) return std::nullopt;
  return found->second.bytes;
}

void StatCache::remember(const RelPath& path, const FileInfo& info, const Oid& bytes) {
  if (info.mtime_ns >= started_ns_ || info.ctime_ns >= started_ns_) return;
  entries_[path.str()] = {info.size, info.inode, info.mtime_ns, info.ctime_ns, bytes};
  changed_ = true;
}

void StatCache::save() {
  if (!changed_) return;
  changed_ = false;
  std::string text(magic);
  put(text, static_cast<std::uint64_t>(entries_.size()));
  for (const auto& [path, entry] : entries_) {
    put(text, entry.size);
    put(text, entry.inode);
    put(text, entry.mtime_ns);
    put(text, entry.ctime_ns);
    put(text, entry.bytes.bytes());
    put(text, static_cast<std::uint32_t>(path.size()));
    text += path;
  }
  put(text, checksum(text));
  try {
    const Directory directory = make_folders(files_, files_.open_root(root_), below_);
    const std::string aside = name_ + ".new";
    if (files_.info(directory, aside)) files_.remove(directory, aside);
    const Descriptor file = files_.create(directory, aside, 0666);
    write_all(files_, file, text);
    files_.rename(directory, aside, directory, name_, RenameMode::replace);  // a cache needs no flush
  } catch (const std::system_error&) {
    return;  // read-only or full: the next run hashes again
  }
}

}  // namespace ddx
