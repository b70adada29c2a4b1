#include "git/tree_edit.hpp"

#include "git/tree.hpp"

namespace ddx::git {

namespace {

using Changes = std::map<std::string, std::optional<Version>>;

constexpr const char* folder_mode = "40000";

void append_entry(std::string& bytes, const std::string& name, const TreeItem& item) {
  bytes.append(item.mode).append(" ").append(name).push_back('\0');
  bytes.append(reinterpret_cast<const char*>(item.id.bytes().data()), item.id.bytes().size());
}

/// Sorted as git sorts: a folder's name counts as if it ended in '/'.
std::string tree_bytes(const std::map<std::string, TreeItem>& items) {
  std::map<std::string, const std::pair<const std::string, TreeItem>*> sorted;
  for (const auto& entry : items) sorted.emplace(entry.first + (entry.second.is_folder() ? "/" : ""), &entry);
  std::string bytes;
  for (const auto& [key, entry] : sorted) append_entry(bytes, entry->first, entry->second);
  return bytes;
}

class Editor {
 public:
  Editor(PackWriter& pack, const Objects& objects) : pack_(pack), objects_(objects) {}

  /// \returns nothing where nothing is left
  std::optional<Oid> edit(const std::optional<Oid>& base, const Changes& changes) {
    auto items = base ? items_of(objects_, *base) : std::map<std::string, TreeItem>();
    std::map<std::string, Changes> below;
    for (const auto& [path, version] : changes) {
      const std::size_t slash = path.find('/');
      if (slash != path.npos) {
        below[path.substr(0, slash)].emplace(path.substr(slash + 1), version);
      } else if (version) {
        items[path] = {to_string(version->mode), version->blob};
      } else if (const auto found = items.find(path); found != items.end() && !found->second.is_folder()) {
        items.erase(found);
      }
    }
    for (const auto& [name, inner] : below) edit_folder(items, name, inner);
    if (items.empty()) return std::nullopt;
    return pack_.raw_tree(tree_bytes(items));
  }

 private:
  void edit_folder(std::map<std::string, TreeItem>& items, const std::string& name, const Changes& changes) {
    const auto found = items.find(name);
    const bool is_folder = found != items.end() && found->second.is_folder();
    const auto made = edit(is_folder ? std::optional(found->second.id) : std::nullopt, changes);
    if (made) {
      items[name] = {folder_mode, *made};
    } else if (is_folder) {
      items.erase(found);
    }
  }

  PackWriter& pack_;
  const Objects& objects_;
};

}  // namespace

Oid edited_tree(PackWriter& pack, const Objects& objects, const Oid& base, const Changes& changes) {
  const auto made = Editor(pack, objects).edit(base.is_null() ? std::nullopt : std::optional(base), changes);
  return made ? *made : pack.raw_tree("");
}

}  // namespace ddx::git
