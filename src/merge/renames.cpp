#include "merge/renames.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "git/objects.hpp"
#include "merge/similarity.hpp"

namespace ddx {

namespace {

// git's defaults, for 'merge.renames' and 'merge.renameLimit'.
constexpr int half_alike = full_score / 2;
constexpr int three_quarters_alike = full_score * 3 / 4;
constexpr std::size_t most_pairs = 7'000 * 7'000;
/// Of each target git remembers the four most similar sources.
constexpr std::size_t candidates_kept = 4;

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

bool may_have_moved(const Version& version) {
  static const Oid empty = git::hash_blob("");
  return version.blob != empty;
}

bool is_link(const Version& version) { return version.mode == Mode::link; }

class Search {
 public:
  Search(const std::vector<RenameSource>& gone, const std::vector<RenameTarget>& come,
         const RenameContents& contents)
      : gone_(gone),
        come_(come),
        contents_(contents),
        new_place_(gone.size(), nobody),
        taken_(come.size()),
        copied_(gone.size()) {
    for (std::size_t to = 0; to < come.size(); ++to) taken_[to] = !may_have_moved(come[to].version);
  }

  std::map<RelPath, RelPath> run() {
    match_equal();
    match_names();
    match_similar();
    std::map<RelPath, RelPath> found;
    for (std::size_t from = 0; from < gone_.size(); ++from) {
      if (new_place_[from] != nobody) found.emplace(gone_[from].path, come_[new_place_[from]].path);
    }
    return found;
  }

 private:
  struct Pair {
    std::size_t from, to;
    int score;
    bool same_name;
  };

  [[nodiscard]] bool is_open(std::size_t from) const {
    return new_place_[from] == nobody && !copied_[from] && may_have_moved(gone_[from].version);
  }

  void pair(std::size_t from, std::size_t to) {
    new_place_[from] = to;
    taken_[to] = true;
  }

  /// More equal files came than went: nothing tells to which of them an edit of the other side belongs.
  void leave_out_copies(const std::unordered_map<Oid, std::vector<std::size_t>>& by_blob) {
    std::unordered_map<Oid, std::size_t> targets;
    for (const RenameTarget& target : come_) ++targets[target.version.blob];
    for (const auto& [blob, sources] : by_blob) {
      const auto found = targets.find(blob);
      if (found == targets.end() || found->second <= sources.size()) continue;
      for (const std::size_t from : sources) copied_[from] = gone_[from].matters;
    }
  }

  void match_equal() {
    std::unordered_map<Oid, std::vector<std::size_t>> by_blob;
    for (std::size_t from = 0; from < gone_.size(); ++from) by_blob[gone_[from].version.blob].push_back(from);
    leave_out_copies(by_blob);
    for (std::size_t to = 0; to < come_.size(); ++to) {
      const auto found = by_blob.find(come_[to].version.blob);
      if (taken_[to] || found == by_blob.end()) continue;
      std::size_t best = nobody;
      for (const std::size_t from : found->second) {
        if (!is_open(from) || is_link(gone_[from].version) != is_link(come_[to].version)) continue;
        const bool same_name = gone_[from].path.name() == come_[to].path.name();
        if (best == nobody || same_name) best = from;
        if (same_name) break;
      }
      if (best != nobody) pair(best, to);
    }
  }

  /// The index by file name, or `nobody` where several have the name.
  template <class Items, class Skip>
  static std::unordered_map<std::string_view, std::size_t> by_name(const Items& items, Skip skip) {
    std::unordered_map<std::string_view, std::size_t> found;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (skip(i)) continue;
      const auto [entry, added] = found.emplace(items[i].path.name(), i);
      if (!added) entry->second = nobody;
    }
    return found;
  }

  void match_names() {
    const auto sources = by_name(gone_, [&](std::size_t from) { return !is_open(from); });
    const auto targets = by_name(come_, [&](std::size_t to) { return bool{taken_[to]}; });
    const auto folders = moved_folders();
    for (std::size_t from = 0; from < gone_.size(); ++from) {
      if (!is_open(from) || !gone_[from].matters) continue;
      const auto target = targets.find(gone_[from].path.name());
      if (target == targets.end()) continue;
      const bool unique = sources.at(gone_[from].path.name()) != nobody && target->second != nobody;
      const std::size_t to = unique ? target->second : in_moved_folder(gone_[from].path, folders);
      if (to == nobody || taken_[to]) continue;
      if (score_of(from, to, three_quarters_alike) >= three_quarters_alike) pair(from, to);
    }
  }

  /// Where most of a folder's files went, judged by those of equal content.
  [[nodiscard]] std::map<std::string, std::string, std::less<>> moved_folders() const {
    std::map<std::string, std::map<std::string, int>, std::less<>> counts;
    for (std::size_t from = 0; from < gone_.size(); ++from) {
      if (new_place_[from] == nobody) continue;
      const auto to = come_[new_place_[from]].path.parent();
      ++counts[std::string(gone_[from].path.parent())][std::string(to)];
    }
    std::map<std::string, std::string, std::less<>> moved;
    for (const auto& [folder, places] : counts) {
      const auto most = std::max_element(places.begin(), places.end(),
                                         [](const auto& a, const auto& b) { return a.second < b.second; });
      moved.emplace(folder, most->first);
    }
    return moved;
  }

  [[nodiscard]] std::size_t in_moved_folder(
      const RelPath& path, const std::map<std::string, std::string, std::less<>>& folders) const {
    const auto folder = folders.find(path.parent());
    if (folder == folders.end()) return nobody;
    const std::string start = folder->second.empty() ? std::string() : folder->second + "/";
    const RelPath wanted = RelPath::parse(start + std::string(path.name()));
    const auto found = std::lower_bound(come_.begin(), come_.end(), wanted,
                                        [](const RenameTarget& a, const RelPath& b) { return a.path < b; });
    if (found == come_.end() || found->path != wanted) return nobody;
    return static_cast<std::size_t>(found - come_.begin());
  }

  void match_similar() {
    std::vector<std::size_t> sources, targets;
    for (std::size_t from = 0; from < gone_.size(); ++from) {
      if (is_open(from) && gone_[from].matters) sources.push_back(from);
    }
    for (std::size_t to = 0; to < come_.size(); ++to) {
      if (!taken_[to]) targets.push_back(to);
    }
    if (sources.empty() || targets.empty() || sources.size() > most_pairs / targets.size()) return;
    std::vector<Pair> pairs;
    for (const std::size_t to : targets) add_candidates(sources, to, pairs);
    std::stable_sort(pairs.begin(), pairs.end(), is_better);
    for (const Pair& found : pairs) {
      if (new_place_[found.from] == nobody && !taken_[found.to]) pair(found.from, found.to);
    }
  }

  static bool is_better(const Pair& a, const Pair& b) {
    return a.score != b.score ? a.score > b.score : a.same_name && !b.same_name;
  }

  void add_candidates(const std::vector<std::size_t>& sources, std::size_t to, std::vector<Pair>& pairs) {
    std::vector<Pair> best;
    for (const std::size_t from : sources) {
      const int score = score_of(from, to, half_alike);
      if (score < half_alike) continue;
      best.push_back({from, to, score, gone_[from].path.name() == come_[to].path.name()});
    }
    std::stable_sort(best.begin(), best.end(), is_better);
    best.resize(std::min(best.size(), candidates_kept));
    pairs.insert(pairs.end(), best.begin(), best.end());
  }

  int score_of(std::size_t from, std::size_t to, int wanted) {
    if (is_link(gone_[from].version) || is_link(come_[to].version)) return 0;
    const auto& before = pieces(before_, from, [&] { return contents_.before(gone_[from]); });
    const auto& after = pieces(after_, to, [&] { return contents_.after(come_[to]); });
    if (!before || !after || !sizes_allow(before->size_bytes(), after->size_bytes(), wanted)) return 0;
    return similarity(*before, *after);
  }

  using Read = std::unordered_map<std::size_t, std::optional<Pieces>>;
  template <class Content>
  static const std::optional<Pieces>& pieces(Read& read, std::size_t index, Content content) {
    const auto [entry, added] = read.try_emplace(index);
    if (added) {
      if (const std::optional<std::string> bytes = content()) entry->second.emplace(*bytes);
    }
    return entry->second;
  }

  const std::vector<RenameSource>& gone_;
  const std::vector<RenameTarget>& come_;
  const RenameContents& contents_;
  std::vector<std::size_t> new_place_;  ///< of each source, an index of `come_`
  std::vector<bool> taken_;
  std::vector<bool> copied_;  ///< of each source, whether several equal files came in its place
  Read before_, after_;
};

}  // namespace

std::map<RelPath, RelPath> find_renames(const std::vector<RenameSource>& gone,
                                        const std::vector<RenameTarget>& come,
                                        const RenameContents& contents) {
  if (gone.empty() || come.empty()) return {};
  return Search(gone, come, contents).run();
}

}  // namespace ddx
