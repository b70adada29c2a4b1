#include "cli/render_snapshot.hpp"

#include <fmt/format.h>

#include <array>

#include "cli/render_changes.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

constexpr std::size_t id_columns = 31;
constexpr std::size_t reason_columns = 9;

std::vector<Span> line_of(const SnapshotInfo& snapshot) {
  std::vector<Span> line{{padded(snapshot.id, id_columns), Tone::caution},
                         "  " + minute(snapshot.created) + "  "};
  if (!snapshot.damage.empty()) {
    line.push_back({"damaged: " + snapshot.damage, Tone::failure});
    return line;
  }
  line.emplace_back(padded(snapshot.reason, reason_columns) + padded(count_of(snapshot.files, "file"), 12) +
                    "+" + size_of(snapshot.unique_bytes));
  if (!snapshot.name.empty()) line.push_back({"  " + snapshot.name, Tone::strong});
  if (!snapshot.note.empty()) line.emplace_back("  " + snapshot.note);
  return line;
}

}  // namespace

std::string size_of(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> units{"KiB", "MiB", "GiB", "TiB"};
  constexpr double step = 1024;
  if (bytes < static_cast<std::uint64_t>(step)) return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes) / step;
  std::size_t unit = 0;
  for (; size >= step && unit + 1 < units.size(); ++unit) size /= step;
  return size < 10 ? fmt::format("{:.1f} {}", size, units[unit])
                   : fmt::format("{:.0f} {}", size, units[unit]);
}

Page snapshot_created(const SnapshotCreated& report) {
  Page page;
  page.line({{"Took snapshot " + report.snapshot.id, Tone::strong},
             report.snapshot.name.empty() ? "" : " (" + report.snapshot.name + ")"});
  page.line(
      {count_of(report.snapshot.files, "file") + ", " + size_of(report.snapshot.unique_bytes) + " new"});
  return page.line().line({"'ddx snapshot restore " +
                           (report.snapshot.name.empty() ? report.snapshot.id : report.snapshot.name) +
                           "' brings this state back."});
}

Page snapshots(const std::vector<SnapshotInfo>& snapshots, const Appearance& look) {
  Page page;
  if (snapshots.empty()) return page.line({"There is no snapshot yet."});
  for (std::size_t i = 0; i < std::min(snapshots.size(), list_limit(look)); ++i)
    page.line(line_of(snapshots[i]));
  add_rest(page, snapshots.size(), look);
  return page.line().line({"'ddx snapshot restore ID' brings such a state back."});
}

Page snapshot_contents(const SnapshotContents& contents) {
  Page page;
  page.line(line_of(contents.snapshot)).line();
  for (const SnapshotFile& file : contents.files) {
    const std::string bits = file.permissions          ? fmt::format("{:03o}", *file.permissions)
                             : file.mode == Mode::link ? "link"
                                                       : "";
    page.line({padded(bits, 6) + padded(size_of(file.bytes), 10), file.path.str()});
  }
  for (const RelPath& folder : contents.empty_folders)
    page.line({padded("", 16), folder.str() + "/", {"  (empty)", Tone::faint}});
  return page;
}

Page snapshots_removed(const SnapshotsRemoved& report, const Appearance& look) {
  Page page;
  const std::string count = count_of(report.removed.size(), "snapshot");
  if (report.removed.empty())
    return page.line({"No snapshot has to go; " + count_of(report.kept, "snapshot") +
                      (report.kept == 1 ? " stays." : " stay.")});
  page.line({{(report.dry_run ? "Would remove " : "Removed ") + count, Tone::strong},
             fmt::format(", {} left", report.kept)});
  for (std::size_t i = 0; i < std::min(report.removed.size(), list_limit(look)); ++i)
    page.line(line_of(report.removed[i]));
  add_rest(page, report.removed.size(), look);
  if (report.dry_run) return page.line().line({"Nothing was changed: this was a dry run."});
  return page.line().line({"git's own garbage collection frees what only they held ('git gc')."});
}

Page snapshots_verified(const SnapshotsVerified& report, const Appearance& look) {
  Page page;
  page.line({{report.damage.empty() ? "Everything is whole" : "Damage was found",
              report.damage.empty() ? Tone::strong : Tone::failure},
             fmt::format(": {} whole, {} read ({})", count_of(report.whole.size(), "snapshot"),
                         count_of(report.objects, "object"), size_of(report.bytes))});
  for (std::size_t i = 0; i < std::min(report.damage.size(), list_limit(look)); ++i) {
    const SnapshotDamage& damage = report.damage[i];
    page.line({{damage.id, Tone::caution},
               "  " + (damage.path.empty() ? "(all of it)" : damage.path) + ": ",
               damage.why});
  }
  add_rest(page, report.damage.size(), look);
  return page;
}

Page snapshots_exported(const SnapshotsExported& report) {
  Page page;
  return page.line({{"Wrote " + count_of(report.ids.size(), "snapshot"), Tone::strong},
                    " to '" + report.file.string() + "' (" + size_of(report.bytes) + ")"});
}

Page snapshots_imported(const SnapshotsImported& report) {
  Page page;
  page.line({{"Imported " + count_of(report.imported.size(), "snapshot"), Tone::strong},
             report.known.empty() ? "" : fmt::format(", {} were here already", report.known.size())});
  for (const std::string& id : report.imported) page.line({"  ", {id, Tone::caution}});
  return page;
}

}  // namespace ddx::cli::render
