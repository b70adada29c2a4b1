#include "git/untrusted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/git_names.hpp"
#include "base/text.hpp"
#include "ddx/rel_path.hpp"

namespace ddx::git {

namespace {

constexpr std::size_t id_bytes = 20;

/// A name may be as long as the sender liked.
constexpr std::size_t shown_bytes = 300;

std::optional<EntryKind> kind_of(std::string_view mode) {
  if (mode == "100644" || mode == "100664") return EntryKind::file;  // old versions of git wrote 100664
  if (mode == "100755") return EntryKind::executable;
  if (mode == "40000") return EntryKind::folder;
  if (mode == "120000") return EntryKind::link;
  if (mode == "160000") return EntryKind::submodule;
  return std::nullopt;
}

/// Git sorts a folder as if its name ended with '/'.
int compare_as_in_tree(const TreeEntry& a, const TreeEntry& b) {
  const std::size_t common = std::min(a.name.size(), b.name.size());
  if (const int order = a.name.substr(0, common).compare(b.name.substr(0, common)); order != 0) return order;
  const auto byte_at = [&](const TreeEntry& entry) -> int {
    if (entry.name.size() > common) return static_cast<unsigned char>(entry.name[common]);
    return entry.kind == EntryKind::folder ? '/' : 0;
  };
  return byte_at(a) - byte_at(b);
}

void check_name(const TreeEntry& entry, std::string_view folder) {
  std::string why;
  if (entry.name.find('/') != entry.name.npos)
    why = "its name holds a '/'";
  else if (entry.kind == EntryKind::link && is_dot_git_file(entry.name))
    why = "git's own files must not be symbolic links";
  else if (RelPath::try_parse(entry.name, &why))
    return;
  throw unsafe(path_in(folder, entry.name), why);
}

/// \pre `entries` before the new one are sorted
void check_order(const std::vector<TreeEntry>& entries, const TreeEntry& entry, std::string_view folder) {
  if (entries.empty()) return;
  const int order = compare_as_in_tree(entries.back(), entry);
  if (order > 0) throw unsafe(path_in(folder, entry.name), "its folder is not sorted as git sorts");
  bool twice = order == 0;
  if (entry.kind == EntryKind::folder) {
    const TreeEntry as_file{EntryKind::file, entry.name, {}};  // a file of this name may stand further up
    twice = twice || std::binary_search(
                         entries.begin(), entries.end(), as_file,
                         [](const TreeEntry& a, const TreeEntry& b) { return compare_as_in_tree(a, b) < 0; });
  }
  if (twice) throw unsafe(path_in(folder, entry.name), "its folder holds it twice");
}

}  // namespace

std::string shown(std::string_view path) {
  if (path.size() <= shown_bytes) return printable(path);
  return printable(path.substr(0, shown_bytes)) + "…";
}

std::string path_in(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

Error unsafe(std::string_view path, std::string_view why) {
  return Error(ErrorCode::upstream_unsafe,
               fmt::format("upstream holds '{}', which is unsafe: {}", shown(path), why),
               {{Recovery::tell_upstream}});
}

Error damaged(std::string_view path, std::string_view why) {
  return Error(ErrorCode::upstream_damaged,
               path.empty() ? fmt::format("upstream's tree is damaged: {}", why)
                            : fmt::format("upstream's '{}' is damaged: {}", shown(path), why),
               {{Recovery::tell_upstream}});
}

Error too_big(std::string_view what, std::uint64_t limit, std::string_view unit, std::string_view key) {
  return Error(ErrorCode::upstream_too_big,
               fmt::format("{} more than the {} {} that are allowed", what, limit, unit),
               {{Recovery::raise_limit, std::string(key)}});
}

std::vector<TreeEntry> parse_untrusted_tree(std::string_view bytes, std::string_view folder) {
  std::vector<TreeEntry> entries;
  while (!bytes.empty()) {
    const std::size_t space = bytes.find(' ');
    const std::size_t nul = space == bytes.npos ? bytes.npos : bytes.find('\0', space);
    if (nul == bytes.npos || bytes.size() - nul - 1 < id_bytes)
      throw damaged(folder, "its list of files is cut off");
    const std::string_view mode = bytes.substr(0, space);
    const std::string_view name = bytes.substr(space + 1, nul - space - 1);
    const auto kind = kind_of(mode);
    if (!kind)
      throw unsafe(path_in(folder, name), fmt::format("'{}' is no mode that git writes", shown(mode)));
    std::array<std::uint8_t, id_bytes> id{};
    std::copy_n(reinterpret_cast<const std::uint8_t*>(bytes.data()) + nul + 1, id_bytes, id.begin());
    const TreeEntry entry{*kind, name, Oid(id)};
    check_name(entry, folder);
    check_order(entries, entry, folder);
    entries.push_back(entry);
    bytes.remove_prefix(nul + 1 + id_bytes);
  }
  return entries;
}

}  // namespace ddx::git
