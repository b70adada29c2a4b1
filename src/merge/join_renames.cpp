#include "merge/join_renames.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "merge/renames.hpp"

namespace ddx {

namespace {

using NewNames = std::map<RelPath, RelPath>;

class RenameJoin {
 public:
  RenameJoin(std::vector<Row>& rows, const Lock& lock, Ours& ours, const git::Objects& objects)
      : rows_(rows), lock_(lock), ours_(ours), objects_(objects) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!rows[i].base) added_.emplace(rows[i].path, i);
    }
  }

  void run() {
    const NewNames theirs = renamed_by_theirs(), ours = renamed_by_ours();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!rows_[i].base || rows_[i].held_back) continue;
      const auto new_there = theirs.find(rows_[i].path), new_here = ours.find(rows_[i].path);
      if (new_there != theirs.end()) {
        join_theirs(i, new_there->second, new_here != ours.end() ? &new_here->second : nullptr);
      } else if (new_here != ours.end()) {
        join_ours(rows_[i], new_here->second);
      }
    }
    drop_absorbed();
  }

 private:
  [[nodiscard]] bool is_here(const RelPath& path, const std::optional<Version>& base) const {
    return ours_.at(path, base).occupant == Occupant::file;
  }

  [[nodiscard]] std::optional<std::string> stored(const Version& version) const {
    if (!objects_.contains(version.blob)) return std::nullopt;
    return objects_.blob(version.blob);
  }

  [[nodiscard]] NewNames renamed_by_theirs() const {
    std::vector<RenameSource> gone;
    std::vector<RenameTarget> come;
    for (const Row& row : rows_) {
      if (row.held_back || row.theirs || !row.base) continue;
      const bool changed_here = ours_.at(row.path, row.base).version != row.base;
      gone.push_back({row.path, *row.base, changed_here || row.upstream_path});
    }
    if (gone.empty()) return {};
    for (const auto& [path, row] : added_) {
      if (!rows_[row].held_back) come.push_back({path, *rows_[row].theirs});
    }
    const RenameContents contents{[&](const RenameSource& file) { return stored(file.version); },
                                  [&](const RenameTarget& file) { return stored(file.version); }};
    NewNames found = find_renames(gone, come, contents);
    add_harmless(gone, come, contents, found);
    return found;
  }

  /// For the report alone: files that nobody touched here are as well removed at one name and new at another.
  void add_harmless(std::vector<RenameSource> gone, std::vector<RenameTarget> come,
                    const RenameContents& contents, NewNames& found) const {
    constexpr std::size_t worth_naming = 250'000;
    std::set<RelPath> taken;
    for (const auto& [from, to] : found) taken.insert(to);
    std::erase_if(gone, [&](const RenameSource& file) { return file.matters || found.contains(file.path); });
    std::erase_if(come, [&](const RenameTarget& file) {
      return taken.contains(file.path) || ours_.at(file.path, std::nullopt).occupant != Occupant::nothing;
    });
    if (gone.empty() || come.empty() || gone.size() > worth_naming / come.size()) return;
    for (RenameSource& file : gone) file.matters = true;
    found.merge(find_renames(gone, come, contents));
  }

  [[nodiscard]] NewNames renamed_by_ours() const {
    std::set<RelPath> missed;
    for (const Row& row : rows_) {
      if (row.base && !row.held_back && !is_here(row.path, row.base)) missed.insert(row.path);
    }
    if (missed.empty()) return {};
    std::vector<RenameTarget> come;
    for (const RelPath& path :
         ours_.added([&](const RelPath& known) { return lock_.files.contains(known); })) {
      if (const auto version = ours_.at(path, std::nullopt).version) come.push_back({path, *version});
    }
    if (come.empty()) return {};
    std::vector<RenameSource> gone;
    for (const auto& [path, entry] : lock_.files) {
      if (missed.contains(path) || !is_here(path, entry.base))
        gone.push_back({path, entry.base, missed.contains(path)});
    }
    return find_renames(gone, come,
                        {[&](const RenameSource& file) { return stored(file.version); },
                         [&](const RenameTarget& file) { return ours_.content(file.path, file.version); }});
  }

  void join_theirs(std::size_t index, const RelPath& new_there, const RelPath* new_here) {
    Row& row = rows_[index];
    const bool renamed_before =
        row.upstream_path && is_here(row.path, row.base);  // else it was deleted since
    const bool renamed_here = new_here != nullptr || renamed_before;
    const RelPath ours = new_here != nullptr ? *new_here : row.path;
    const bool same_place = renamed_here && ours == new_there;
    if (!same_place && is_here(new_there, std::nullopt)) return;
    if (renamed_here && !same_place && added_.contains(ours)) return;
    if (new_here != nullptr) row.base_path = row.path;
    row.theirs = rows_[added_.at(new_there)].theirs;
    absorbed_.insert(added_.at(new_there));
    if (renamed_here) {
      row.path = ours;
      row.upstream_path = same_place ? std::nullopt : std::optional(new_there);
      row.parted = !same_place;
    } else {
      row.old_path = row.path;
      row.path = new_there;
      row.upstream_path.reset();
    }
  }

  void join_ours(Row& row, const RelPath& new_here) const {
    if (added_.contains(new_here)) return;
    const RelPath upstream_path = row.upstream_path.value_or(row.path);
    row.base_path = row.path;
    row.path = new_here;
    row.upstream_path = upstream_path == new_here ? std::nullopt : std::optional(upstream_path);
  }

  void drop_absorbed() {
    std::vector<Row> kept;
    kept.reserve(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!absorbed_.contains(i)) kept.push_back(std::move(rows_[i]));
    }
    std::sort(kept.begin(), kept.end(), [](const Row& a, const Row& b) {
      return a.path != b.path ? a.path < b.path : a.theirs > b.theirs;
    });
    // Theirs has a new file under the name that ours gave to one which theirs deleted.
    kept.erase(
        std::unique(kept.begin(), kept.end(), [](const Row& a, const Row& b) { return a.path == b.path; }),
        kept.end());
    rows_ = std::move(kept);
  }

  std::vector<Row>& rows_;
  const Lock& lock_;
  Ours& ours_;
  const git::Objects& objects_;
  std::map<RelPath, std::size_t> added_;  ///< rows of files that the base has not
  std::set<std::size_t> absorbed_;        ///< by the row of their old name
};

}  // namespace

void join_renames(std::vector<Row>& rows, const Lock& lock, Ours& ours, const git::Objects& objects) {
  RenameJoin(rows, lock, ours, objects).run();
}

}  // namespace ddx
