#include "cli/json_snapshot.hpp"

#include <fmt/format.h>

#include "base/time.hpp"
#include "cli/json_values.hpp"

namespace ddx::cli::json {

namespace {

Json snapshot(const SnapshotInfo& info) {
  return {{"id", info.id},
          {"created", iso_utc(info.created)},
          {"reason", info.reason},
          {"note", text_or_null(info.note)},
          {"name", text_or_null(info.name)},
          {"files", info.files},
          {"unique_bytes", info.unique_bytes},
          {"damage", text_or_null(info.damage)}};
}

}  // namespace

std::string snapshot_created(const SnapshotCreated& report) {
  return dump({{"schema", "ddx/snapshot-create/1"},
               {"snapshot", snapshot(report.snapshot)},
               {"skipped", report.skipped},
               {"exit", 0}});
}

std::string snapshots(const std::vector<SnapshotInfo>& snapshots, int exit) {
  return dump(
      {{"schema", "ddx/snapshot-list/1"}, {"snapshots", array_of(snapshots, snapshot)}, {"exit", exit}});
}

std::string snapshot_contents(const SnapshotContents& contents) {
  return dump({{"schema", "ddx/snapshot-show/1"},
               {"snapshot", snapshot(contents.snapshot)},
               {"contents", array_of(contents.files,
                                     [](const SnapshotFile& file) -> Json {
                                       return {{"path", file.path.str()},
                                               {"mode", to_string(file.mode)},
                                               {"permissions", optional_of(file.permissions,
                                                                           [](std::uint32_t bits) {
                                                                             return fmt::format("{:03o}",
                                                                                                bits);
                                                                           })},
                                               {"bytes", file.bytes}};
                                     })},
               {"empty_folders", array_of(contents.empty_folders, path_text)},
               {"exit", 0}});
}

std::string snapshots_deleted(const SnapshotsRemoved& report) {
  return dump({{"schema", "ddx/snapshot-delete/1"},
               {"removed", array_of(report.removed, snapshot)},
               {"kept", report.kept},
               {"exit", 0}});
}

std::string snapshots_pruned(const SnapshotsRemoved& report) {
  return dump({{"schema", "ddx/snapshot-prune/1"},
               {"dry_run", report.dry_run},
               {"removed", array_of(report.removed, snapshot)},
               {"kept", report.kept},
               {"exit", 0}});
}

std::string snapshots_verified(const SnapshotsVerified& report, int exit) {
  return dump(
      {{"schema", "ddx/snapshot-verify/1"},
       {"whole", report.whole},
       {"damage",
        array_of(report.damage,
                 [](const SnapshotDamage& damage) -> Json {
                   return {{"id", damage.id}, {"path", text_or_null(damage.path)}, {"why", damage.why}};
                 })},
       {"objects", report.objects},
       {"bytes", report.bytes},
       {"exit", exit}});
}

std::string snapshots_exported(const SnapshotsExported& report) {
  return dump({{"schema", "ddx/snapshot-export/1"},
               {"file", report.file.string()},
               {"snapshots", report.ids},
               {"bytes", report.bytes},
               {"exit", 0}});
}

std::string snapshots_imported(const SnapshotsImported& report) {
  return dump({{"schema", "ddx/snapshot-import/1"},
               {"imported", report.imported},
               {"known", report.known},
               {"exit", 0}});
}

}  // namespace ddx::cli::json
