#include "merge/row.hpp"

#include <map>
#include <unordered_map>

#include "git/text_merge.hpp"

namespace ddx {

namespace {

/// git's default for `merge.renames`: half alike counts as the same file.
constexpr int rename_threshold = 50;
/// Pairs compared by content at most; beyond that only equal content is found. git has `merge.renameLimit`
/// for it.
constexpr std::size_t rename_pair_limit = 250'000;

struct Pairing {
  std::size_t from, to;
  int score;
};

class RenameFinder {
 public:
  RenameFinder(std::vector<Row>& rows, Ours& ours) : rows_(rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].held_back) continue;
      if (rows[i].base && !rows[i].theirs) gone_.push_back(i);
    }
    if (gone_.empty()) return;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].base || !rows[i].theirs) continue;
      if (ours.at(rows[i].path, std::nullopt).occupant == Occupant::nothing) come_.push_back(i);
    }
  }

  void match_equal() {
    std::unordered_map<Oid, std::vector<std::size_t>> by_blob;
    for (const std::size_t to : come_) by_blob[rows_[to].theirs->blob].push_back(to);
    for (const std::size_t from : gone_) {
      const auto found = by_blob.find(rows_[from].base->blob);
      if (found == by_blob.end() || found->second.empty()) continue;
      auto& candidates = found->second;
      const auto same_name = std::find_if(candidates.begin(), candidates.end(), [&](std::size_t to) {
        return rows_[to].path.name() == rows_[from].path.name();
      });
      const auto chosen = same_name != candidates.end() ? same_name : candidates.begin();
      pairs_[from] = *chosen;
      candidates.erase(chosen);
    }
    drop_matched();
  }

  void match_similar(const git::Objects& objects) {
    if (gone_.size() * come_.size() > rename_pair_limit) return;
    std::map<std::size_t, std::optional<std::string>> read;
    const auto text = [&](std::size_t row, const Version& version) -> const std::optional<std::string>& {
      const auto [found, added] = read.try_emplace(row);
      if (added && objects.contains(version.blob)) found->second = objects.blob(version.blob);
      return found->second;
    };
    std::vector<Pairing> found;
    for (const std::size_t from : gone_) {
      const auto& before = text(from, *rows_[from].base);
      if (!before || before->empty()) continue;
      for (const std::size_t to : come_) {
        if ((rows_[from].base->mode == Mode::link) != (rows_[to].theirs->mode == Mode::link)) continue;
        const auto& after = text(to, *rows_[to].theirs);
        if (!after || after->empty()) continue;
        const int score = git::similarity(*before, *after);
        if (score >= rename_threshold) found.push_back({from, to, score});
      }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Pairing& a, const Pairing& b) { return a.score > b.score; });
    std::map<std::size_t, bool> taken;
    for (const Pairing& pairing : found) {
      if (pairs_.contains(pairing.from) || taken[pairing.to]) continue;
      pairs_[pairing.from] = pairing.to;
      taken[pairing.to] = true;
    }
  }

  void join() {
    for (const auto& [from, to] : pairs_) {
      rows_[to].old_path = rows_[from].path;
      rows_[to].base = rows_[from].base;
    }
    std::vector<Row> kept;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!pairs_.contains(i)) kept.push_back(std::move(rows_[i]));
    }
    rows_ = std::move(kept);
  }

 private:
  void drop_matched() {
    std::map<std::size_t, bool> taken;
    for (const auto& [from, to] : pairs_) taken[to] = true;
    std::erase_if(gone_, [&](std::size_t row) { return pairs_.contains(row); });
    std::erase_if(come_, [&](std::size_t row) { return taken.contains(row); });
  }

  std::vector<Row>& rows_;
  std::vector<std::size_t> gone_, come_;
  std::map<std::size_t, std::size_t> pairs_;
};

}  // namespace

std::vector<Row> changed_rows(const Lock& lock, const std::vector<git::TreeFile>& theirs) {
  std::vector<Row> rows;
  // An entry may follow a file that has another name upstream; all others meet in one sweep of two sorted
  // lists.
  std::map<RelPath, const git::TreeFile*> renamed_here;
  for (const auto& [path, entry] : lock.files) {
    if (entry.upstream_path) renamed_here.emplace(*entry.upstream_path, nullptr);
  }
  auto file = theirs.begin();
  auto entry = lock.files.begin();
  const auto take_renamed = [&](const git::TreeFile& candidate) {
    const auto found = renamed_here.find(candidate.path);
    if (found == renamed_here.end()) return false;
    found->second = &candidate;
    return true;
  };
  while (file != theirs.end() || entry != lock.files.end()) {
    if (file != theirs.end() && take_renamed(*file)) {
      ++file;
    } else if (entry != lock.files.end() && entry->second.upstream_path) {
      ++entry;
    } else if (entry == lock.files.end() || (file != theirs.end() && file->path < entry->first)) {
      rows.push_back({file->path, std::nullopt, std::nullopt, file->version});
      ++file;
    } else if (file == theirs.end() || entry->first < file->path) {
      rows.push_back({entry->first, std::nullopt, entry->second.base, std::nullopt});
      ++entry;
    } else {
      if (entry->second.base != file->version)
        rows.push_back({entry->first, std::nullopt, entry->second.base, file->version});
      ++entry;
      ++file;
    }
  }
  for (const auto& [path, lock_entry] : lock.files) {
    if (!lock_entry.upstream_path) continue;
    const git::TreeFile* found = renamed_here[*lock_entry.upstream_path];
    const auto version = found != nullptr ? std::optional(found->version) : std::nullopt;
    if (version != lock_entry.base) rows.push_back({path, std::nullopt, lock_entry.base, version});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.path < b.path; });
  return rows;
}

void join_renames(std::vector<Row>& rows, Ours& ours, const git::Objects& objects) {
  RenameFinder finder(rows, ours);
  finder.match_equal();
  finder.match_similar(objects);
  finder.join();
}

}  // namespace ddx
