#include "git/tree.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ddx/error.hpp"

namespace ddx::git {

namespace {

struct Entry {
  std::string_view mode, name;
  Oid id;
};

/// Calls `visit` for each entry of a raw tree until it returns false.
template <class Visit>
void for_each_entry(const Objects& objects, const Oid& tree, Visit visit) {
  const RawObject object = objects.read(tree);
  const auto damaged = [&] {
    return Error(ErrorCode::repository_damaged, fmt::format("object {} is not a valid tree", tree.str()),
                 {{Recovery::run_doctor}});
  };
  if (object.type != ObjectType::tree) throw damaged();
  for (std::string_view rest = object.bytes; !rest.empty();) {
    const std::size_t space = rest.find(' ');
    const std::size_t nul = rest.find('\0');
    std::array<std::uint8_t, 20> id{};
    if (space == rest.npos || nul == rest.npos || nul < space || rest.size() < nul + 1 + id.size())
      throw damaged();
    std::copy_n(reinterpret_cast<const std::uint8_t*>(rest.data()) + nul + 1, id.size(), id.begin());
    const std::size_t digits = std::min(rest.find_first_not_of('0'), space);  // some programs wrote `040000`
    if (!visit(Entry{rest.substr(digits, space - digits), rest.substr(space + 1, nul - space - 1), Oid(id)}))
      return;
    rest.remove_prefix(nul + 1 + id.size());
  }
}

constexpr std::string_view tree_mode = "40000";

void list_into(const Objects& objects, const Oid& tree, const std::string& prefix,
               std::map<RelPath, Version>& files) {
  for_each_entry(objects, tree, [&](const Entry& entry) {
    const std::string path = prefix + std::string(entry.name);
    if (entry.mode == tree_mode) {
      list_into(objects, entry.id, path + "/", files);
    } else if (const auto mode = parse_mode(entry.mode)) {
      files.emplace(RelPath::parse(path), Version{entry.id, *mode});
    }
    return true;
  });
}

void list_readable_into(const Objects& objects, const Oid& tree, const std::string& folder,
                        ReadableTree& found) {
  try {
    for_each_entry(objects, tree, [&](const Entry& entry) {
      const std::string path =
          folder.empty() ? std::string(entry.name) : folder + "/" + std::string(entry.name);
      if (entry.mode == tree_mode) {
        list_readable_into(objects, entry.id, path, found);
      } else if (const auto mode = parse_mode(entry.mode)) {
        found.files.emplace(RelPath::parse(path), Version{entry.id, *mode});
      }
      return true;
    });
  } catch (const Error& error) {
    found.damaged.emplace_back(folder, error.what());
  }
}

std::optional<Oid> find(const Objects& objects, const Oid& tree, std::string_view name, bool folder) {
  std::optional<Oid> found;
  for_each_entry(objects, tree, [&](const Entry& entry) {
    if (entry.name == name && (entry.mode == tree_mode) == folder) found = entry.id;
    return !found;
  });
  return found;
}

}  // namespace

std::map<RelPath, Version> list_tree(const Objects& objects, const Oid& tree) {
  std::map<RelPath, Version> files;
  list_into(objects, tree, "", files);
  return files;
}

ReadableTree list_readable(const Objects& objects, const Oid& tree) {
  ReadableTree found;
  list_readable_into(objects, tree, "", found);
  return found;
}

std::optional<Oid> subtree_at(const Objects& objects, const Oid& root, std::string_view folder) {
  std::optional<Oid> current = root;
  for (std::size_t start = 0; current && start < folder.size();) {
    const std::size_t end = std::min(folder.find('/', start), folder.size());
    current = find(objects, *current, folder.substr(start, end - start), true);
    start = end + 1;
  }
  return current;
}

std::optional<Oid> blob_in(const Objects& objects, const Oid& tree, std::string_view name) {
  return find(objects, tree, name, false);
}

std::map<std::string, TreeItem> items_of(const Objects& objects, const Oid& tree) {
  std::map<std::string, TreeItem> items;
  for_each_entry(objects, tree, [&](const Entry& entry) {
    items.emplace(std::string(entry.name), TreeItem{std::string(entry.mode), entry.id});
    return true;
  });
  return items;
}

std::map<std::string, TreeItem> items_in(const Objects& objects, const Oid& tree,
                                         const std::set<std::string>& names) {
  std::map<std::string, TreeItem> found;
  for_each_entry(objects, tree, [&](const Entry& entry) {
    if (std::string name(entry.name); names.contains(name))
      found.emplace(std::move(name), TreeItem{std::string(entry.mode), entry.id});
    return found.size() < names.size();
  });
  return found;
}

}  // namespace ddx::git
