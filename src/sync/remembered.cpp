#include "sync/remembered.hpp"

#include <algorithm>
#include <system_error>

#include "base/sha256.hpp"

namespace ddx {

namespace {

constexpr const char* folder_name = "resolutions";
constexpr const char* conflict_file = "preimage";
constexpr const char* resolved_file = "postimage";

/// The sides in an order that does not tell whose they are.
std::pair<const std::string&, const std::string&> ordered(const MarkedHunk& hunk) {
  if (hunk.theirs < hunk.ours) return {hunk.theirs, hunk.ours};
  return {hunk.ours, hunk.theirs};
}

}  // namespace

NormalConflict normalised(const RelPath& path, const MarkedText& text) {
  std::string hunks = sha256_hex(path.str());
  for (const MarkedHunk& hunk : text.hunks) {
    const auto [first, second] = ordered(hunk);
    hunks += sha256_hex(first) + sha256_hex(second);
  }
  return {sha256_hex(hunks), composed(text, [&](std::size_t i) {
            const auto [first, second] = ordered(text.hunks[i]);
            return "<<<<<<<\n" + first + "=======\n" + second + ">>>>>>>\n";
          })};
}

RememberedResolutions::RememberedResolutions(const Workspace& workspace, Files& files)
    : files_(files),
      state_(make_folders(files, files.open_root(workspace.git_dir), "ddx")),
      folder_(files.open_below(state_, folder_name)) {}

std::optional<std::string> RememberedResolutions::find(ConflictSides& sides,
                                                       const OpenConflict& conflict) const {
  if (!folder_) return std::nullopt;
  const auto text = sides.text_anew(conflict);
  if (!text || text->hunks.empty()) return std::nullopt;
  const NormalConflict now = normalised(conflict.conflict.path, *text);
  const auto folder = files_.open_below(*folder_, now.id);
  if (!folder) return std::nullopt;
  const auto before = read_file(files_, *folder, conflict_file);
  const auto resolved = read_file(files_, *folder, resolved_file);
  if (!before || !resolved || !has_lines({*before, now.text, *resolved})) return std::nullopt;
  TextMerge merge = merge_text(*before, now.text, *resolved, {});
  if (!merge.clean) return std::nullopt;
  return std::move(merge.bytes);
}

void RememberedResolutions::keep(const NormalConflict& conflict, const std::string& resolved) {
  if (!folder_) folder_ = make_folders(files_, state_, folder_name);
  const Directory folder = make_folders(files_, *folder_, conflict.id);
  replace_own_file(files_, folder, conflict_file, conflict.text);
  replace_own_file(files_, folder, resolved_file, resolved);
  forget_oldest();
}

void RememberedResolutions::forget_oldest() {
  std::vector<std::pair<std::int64_t, std::string>> known;
  for (const FolderEntry& entry : files_.list(*folder_)) {
    if (const auto info = files_.info(*folder_, entry.name)) known.emplace_back(info->mtime_ns, entry.name);
  }
  if (known.size() <= most) return;
  std::sort(known.begin(), known.end());
  known.resize(known.size() - most);
  for (const auto& [time, name] : known) remove_own_tree(files_, *folder_, name);
}

}  // namespace ddx
