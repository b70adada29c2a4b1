#include "git/tree_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "base/text.hpp"
#include "git/link_targets.hpp"
#include "git/untrusted.hpp"

namespace ddx::git {

namespace {

constexpr std::size_t depth_limit = 64;

/// Mode, space, name, NUL and id of the longest entry that is allowed: no need to read a tree that must hold
/// too many.
constexpr std::uint64_t entry_bytes_limit = 6 + 1 + 255 + 1 + 20;

/// Beyond this the list of names that are not portable helps nobody.
constexpr std::size_t warnings_limit = 20;

std::uint64_t add_up(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t sum = a + b;
  return sum < a ? std::numeric_limits<std::uint64_t>::max() : sum;
}

/// A tree object that was read and checked, with what is in and below it.
struct Tree {
  std::string bytes;
  std::vector<TreeEntry> entries;  ///< point into `bytes`
  std::uint64_t files = 0, total_bytes = 0;
};

/// What cannot be read here came from upstream: the user's own repository is not to blame.
template <class Read>
auto reading(std::string_view path, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::repository_damaged) throw;
    throw damaged(path, error.what());
  }
}

/// A folder on the way from the root to where we are.
struct Open {
  Tree* tree;
  std::string path;
  std::size_t next = 0;
};

class UntrustedTree {
 public:
  UntrustedTree(const Objects& objects, const Limits& limits, const std::function<bool(const Oid&)>& known)
      : objects_(objects), limits_(limits), known_(known) {}

  TreeListing list(const Oid& root) {
    const Tree& tree = check_all(root);
    if (tree.files > limits_.files) throw too_many_files();
    if (tree.total_bytes > limits_.total_bytes)
      throw too_big("upstream's files have together", limits_.total_bytes, "bytes", "limits.total_size");
    listing_.files.reserve(tree.files);
    collect(tree);
    check_links(links_, listing_.files);
    if (dropped_warnings_ > 0)
      listing_.warnings.push_back(fmt::format("{} more names are not portable", dropped_warnings_));
    return std::move(listing_);
  }

 private:
  Error too_many_files() const { return too_big("upstream has", limits_.files, "files", "limits.files"); }

  void warn(std::string text) {
    if (listing_.warnings.size() < warnings_limit)
      listing_.warnings.push_back(std::move(text));
    else
      ++dropped_warnings_;
  }

  /// Reads every different tree once, and counts what the whole would be with all its repetitions.
  const Tree& check_all(const Oid& root) {
    std::vector<Open> open;
    open.push_back({&read_tree(root, ""), ""});
    for (;;) {
      Open& here = open.back();
      if (here.next == here.tree->entries.size()) {
        const Tree& done = *here.tree;
        open.pop_back();
        if (open.empty()) return done;
        add(*open.back().tree, done);
        continue;
      }
      const TreeEntry& entry = here.tree->entries[here.next++];
      if (entry.kind != EntryKind::folder) {
        check_leaf(*here.tree, entry, here.path);
      } else if (const auto seen = trees_.find(entry.id); seen != trees_.end()) {
        add(*here.tree, seen->second);
      } else {
        std::string path = path_in(here.path, entry.name);
        if (open.size() == depth_limit) throw unsafe(path, "it is more than 64 levels deep");
        Tree& tree = read_tree(entry.id, path);
        open.push_back({&tree, std::move(path)});
      }
    }
  }

  static void add(Tree& tree, const Tree& part) {
    tree.files = add_up(tree.files, part.files);
    tree.total_bytes = add_up(tree.total_bytes, part.total_bytes);
  }

  Tree& read_tree(const Oid& id, const std::string& path) {
    const std::uint64_t size = check_object(id, ObjectType::tree, path);
    if (size / entry_bytes_limit > limits_.files) throw too_many_files();
    Tree& tree = trees_[id];
    tree.bytes = read(id, path);
    tree.entries = parse_untrusted_tree(tree.bytes, path);
    if (tree.entries.size() > limits_.files) throw too_many_files();
    check_portability(tree, path);
    return tree;
  }

  /// \returns its size
  std::uint64_t check_object(const Oid& id, ObjectType type, std::string_view path) {
    const auto header = reading(path, [&] { return objects_.header(id); });
    if (!header) throw damaged(path, fmt::format("object {} is missing", id.str()));
    if (header->type != type)
      throw damaged(
          path, fmt::format("object {} is not a {}", id.str(), type == ObjectType::tree ? "folder" : "file"));
    return header->size_bytes;
  }

  std::uint64_t check_file(const Oid& id, std::string_view path) {
    const std::uint64_t size = check_object(id, ObjectType::blob, path);
    if (size > limits_.file_bytes)
      throw too_big(fmt::format("upstream's '{}' has", shown(path)), limits_.file_bytes, "bytes",
                    "limits.file_size");
    return size;
  }

  std::string read(const Oid& id, std::string_view path) {
    return reading(path, [&] { return objects_.read(id).bytes; });
  }

  void check_leaf(Tree& tree, const TreeEntry& entry, std::string_view folder) {
    tree.files = add_up(tree.files, 1);
    if (entry.kind == EntryKind::submodule) return;
    if (known_ && known_(entry.id)) return;
    tree.total_bytes = add_up(tree.total_bytes, check_file(entry.id, path_in(folder, entry.name)));
  }

  void check_portability(const Tree& tree, const std::string& folder) {
    struct Key {
      std::string text;
      const TreeEntry* entry;
    };
    std::vector<Key> keys;
    keys.reserve(tree.entries.size());
    for (const TreeEntry& entry : tree.entries) {
      keys.push_back({collision_key(entry.name), &entry});
      if (const auto problem = portability_problem(RelPath::parse(entry.name)))
        warn(fmt::format("upstream's '{}' cannot be used everywhere: {}", path_in(folder, entry.name),
                         *problem));
    }
    std::stable_sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.text < b.text; });
    for (std::size_t i = 1; i < keys.size(); ++i) {
      if (keys[i].text == keys[i - 1].text) report_collision(*keys[i - 1].entry, *keys[i].entry, folder);
    }
  }

  void report_collision(const TreeEntry& a, const TreeEntry& b, const std::string& folder) {
    warn(fmt::format("upstream's '{}' and '{}' are one file where case or accents do not count",
                     path_in(folder, a.name), path_in(folder, b.name)));
  }

  /// \pre `root` is checked, so that the number of files is within the limits
  void collect(const Tree& root) {
    struct Level {
      const Tree* tree;
      std::size_t path_bytes, next = 0;
    };
    std::string path;
    std::vector<Level> open{{&root, 0}};
    while (!open.empty()) {
      Level& here = open.back();
      path.resize(here.path_bytes);
      if (here.next == here.tree->entries.size()) {
        open.pop_back();
        continue;
      }
      const TreeEntry& entry = here.tree->entries[here.next++];
      path += entry.name;
      if (entry.kind != EntryKind::folder) {
        collect_leaf(entry, path);
      } else if (const Tree& tree = trees_.at(entry.id); tree.files > 0) {
        path += '/';
        if (open.size() == depth_limit) throw unsafe(path, "it is more than 64 levels deep");
        open.push_back({&tree, path.size()});
      }
    }
  }

  void collect_leaf(const TreeEntry& entry, const std::string& text) {
    std::string why;
    auto path = RelPath::try_parse(text, &why);
    if (!path) throw unsafe(text, why);
    switch (entry.kind) {
      case EntryKind::submodule:
        listing_.submodules.push_back(text);
        return;
      case EntryKind::link:
        links_.push_back({*path, link_target(entry.id, text)});
        break;
      case EntryKind::file:
      case EntryKind::executable:
      case EntryKind::folder:
        break;
    }
    const Mode mode = entry.kind == EntryKind::link         ? Mode::link
                      : entry.kind == EntryKind::executable ? Mode::executable
                                                            : Mode::file;
    listing_.files.push_back({std::move(*path), {entry.id, mode}});
  }

  std::string link_target(const Oid& id, const std::string& path) {
    if (check_file(id, path) > link_target_bytes_limit)
      throw unsafe(path, "it is a symbolic link with too long a target");
    return read(id, path);
  }

  const Objects& objects_;
  const Limits& limits_;
  const std::function<bool(const Oid&)>& known_;
  std::unordered_map<Oid, Tree> trees_;
  std::vector<LinkTarget> links_;
  TreeListing listing_;
  std::size_t dropped_warnings_ = 0;
};

}  // namespace

TreeListing list_untrusted_tree(const Objects& objects, const Oid& tree, const Limits& limits,
                                const std::function<bool(const Oid&)>& known) {
  return UntrustedTree(objects, limits, known).list(tree);
}

}  // namespace ddx::git
