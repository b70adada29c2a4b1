#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/system_failure.hpp"
#include "base/time.hpp"
#include "ddx/error.hpp"
#include "ddx/snapshot.hpp"
#include "git/bundle.hpp"
#include "git/tree_listing.hpp"
#include "snapshot/store.hpp"
#include "sync/begin_changes.hpp"
#include "sync/snapshot_check.hpp"
#include "sync/snapshot_project.hpp"

namespace ddx {

namespace {

namespace fs = std::filesystem;

/// Names that a `git fetch` from the bundle cannot take for branches or tags.
constexpr std::string_view bundle_refs = "refs/snapshots/snap-";
constexpr std::size_t chunk_bytes = 1u << 20;
/// Trees and commits beside the files.
constexpr std::uint64_t objects_per_file = 4;

struct Location {
  Directory folder;
  std::string name;
};

Location locate(Host& host, const fs::path& file) {
  const fs::path full = (host.current_directory / file).lexically_normal();
  try {
    return {host.files.open_root(full.parent_path()), full.filename().string()};
  } catch (const std::system_error& failure) {
    throw to_error(failure, Aftermath::nothing_changed);
  }
}

std::vector<const CatalogEntry*> chosen(const std::vector<CatalogEntry>& catalog,
                                        const std::vector<std::string>& ids) {
  std::vector<const CatalogEntry*> entries;
  for (const CatalogEntry& entry : catalog) {
    const bool named = std::any_of(
        ids.begin(), ids.end(), [&](const std::string& id) { return &find_snapshot(catalog, id) == &entry; });
    if (ids.empty() || named) entries.push_back(&entry);
  }
  for (const std::string& id : ids) static_cast<void>(find_snapshot(catalog, id));
  return entries;
}

/// The bytes of a file, some at a time.
class Reader {
 public:
  Reader(Files& files, Descriptor file) : files_(files), file_(std::move(file)) {}

  /// \returns fewer than asked at the end
  std::string read(std::size_t bytes) {
    std::string text(bytes, '\0');
    std::size_t filled = 0;
    while (filled < bytes) {
      const std::size_t got = files_.read(file_, std::span(text).subspan(filled));
      if (got == 0) break;
      filled += got;
    }
    text.resize(filled);
    return text;
  }

 private:
  Files& files_;
  Descriptor file_;
};

/// A folder of our own for objects that nobody has checked yet.
class Quarantine {
 public:
  Quarantine(const Workspace& workspace, Host& host)
      : host_(host),
        above_(make_folders(host.files, host.files.open_root(workspace.common_dir), "ddx")),
        path_(workspace.common_state_dir() / name) {
    remove_own_tree(host_.files, above_, name);  // of an import that died
    static_cast<void>(make_folders(host_.files, above_, std::string(name) + "/pack"));
  }
  ~Quarantine() {
    try {
      remove_own_tree(host_.files, above_, name);
    } catch (const std::exception& failure) {
      host_.events.trace(fmt::format("'{}' stays until the next import: {}", path_.string(), failure.what()));
    }
  }
  Quarantine(const Quarantine&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  static constexpr const char* name = "import";
  Host& host_;
  Directory above_;
  fs::path path_;
};

Error refused(const std::string& why) {
  return Error(ErrorCode::bundle_refused, "the bundle is refused: " + why);
}

/// What could be restored from here must stay inside the local tree.
void check_places(const Project& project, const SnapshotMetadata& metadata,
                  const std::vector<git::TreeFile>& files) {
  if (metadata.tree != project.tree)
    throw refused(fmt::format("{} is of a local tree at '{}', here it is at '{}'", snapshot_name(metadata.id),
                              metadata.tree.str(), project.tree.str()));
  const auto is_inside = [&](const RelPath& path) {
    return path == lock_path() || path == config_path() || path.relative_to(project.tree).has_value();
  };
  for (const git::TreeFile& file : files) {
    if (!is_inside(file.path))
      throw refused(fmt::format("{} holds '{}', which is outside the local tree", snapshot_name(metadata.id),
                                file.path.str()));
  }
  for (const RelPath& folder : metadata.empty_folders) {
    if (folder != project.tree && !folder.relative_to(project.tree))
      throw refused(fmt::format("{} has a folder '{}' outside the local tree", snapshot_name(metadata.id),
                                folder.str()));
  }
}

void check_snapshot(const Project& project, const git::Objects& objects, const git::BundleRef& ref) {
  if (!ref.name.starts_with(bundle_refs) || !is_ulid(ref.name.substr(bundle_refs.size())))
    throw refused(fmt::format("'{}' is not the name of a snapshot", ref.name));
  try {
    const auto header = objects.header(ref.commit);
    if (!header || header->size_bytes > project.config.limits.file_bytes)
      throw refused(fmt::format("it lacks commit {}, or that is too big", ref.commit.str()));
    const git::CommitInfo commit = git::read_commit(objects, ref.commit);
    const SnapshotMetadata metadata = decode_metadata(commit.message);
    if (metadata.id != ref.name.substr(bundle_refs.size()))
      throw refused(fmt::format("'{}' is in truth {}", ref.name, snapshot_name(metadata.id)));
    if (!commit.parents.empty()) throw refused(fmt::format("'{}' has a history", ref.name));
    const git::TreeListing listing =
        git::list_untrusted_tree(objects, commit.tree, project.config.limits, {});
    if (!listing.submodules.empty()) throw refused(fmt::format("'{}' has submodules", ref.name));
    check_places(project, metadata, listing.files);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::bundle_refused) throw;
    throw refused(error.what());
  }
}

void receive(Host& host, Reader& reader, std::string_view first, std::uint64_t most_bytes,
             git::IncomingPack& pack) {
  std::uint64_t total = first.size();
  pack.append(first);
  for (std::string chunk; !(chunk = reader.read(chunk_bytes)).empty();) {
    if (host.interrupted) throw Interrupted();
    total += chunk.size();
    if (total > most_bytes)
      throw Error(ErrorCode::bundle_refused, fmt::format("the bundle has more than {} bytes", most_bytes),
                  {{Recovery::raise_limit, "limits.total_size"}});
    pack.append(chunk);
    host.events.progress({Progress::Phase::receive, 0, 0, total});
  }
  pack.finish();
}

}  // namespace

SnapshotsExported export_snapshots(const Workspace& workspace, const ExportRequest& request, Host& host) {
  report_pending(workspace, host);
  const Project project = open_for_snapshots(workspace, host);
  const git::Objects objects = project.objects(nullptr);
  const auto catalog = read_catalog(workspace, project.repository, objects);
  SnapshotsExported report;
  report.file = (host.current_directory / request.file).lexically_normal();
  std::vector<git::BundleRef> refs;
  SnapshotCheck check(project, objects);
  for (const CatalogEntry* entry : chosen(catalog, request.ids)) {
    for (const SnapshotDamage& damage : check.check(*entry))
      throw Error(ErrorCode::snapshot_damaged,
                  fmt::format("{} is damaged{}{}: {}", damage.id, damage.path.empty() ? "" : " at ",
                              damage.path, damage.why),
                  {{Recovery::list_snapshots}});
    refs.push_back({std::string(bundle_refs) + entry->id, *entry->commit});
    report.ids.push_back(entry->info.id);
  }
  if (refs.empty())
    throw Error(ErrorCode::no_such_target, "there is no snapshot to export", {{Recovery::list_snapshots}});
  const Location place = locate(host, request.file);
  if (host.files.info(place.folder, place.name) && !request.overwrite)
    throw Error(ErrorCode::usage, fmt::format("'{}' exists already", report.file.string()),
                {{Recovery::overwrite, request.file.string()}});
  // A name of its own: what lies beside it is the user's.
  const std::string aside = fmt::format(".{}.{}", place.name, make_ulid(host.now(), host.random()));
  try {
    const Descriptor out = host.files.create(place.folder, aside, 0666);
    git::write_bundle(project.repository.objects_folder(), refs, [&](std::string_view bytes) {
      if (host.interrupted) throw Interrupted();
      write_all(host.files, out, bytes);
      report.bytes += bytes.size();
    });
    host.files.sync(out);
    host.files.rename(place.folder, aside, place.folder, place.name,
                      request.overwrite ? RenameMode::replace : RenameMode::no_replace);
    host.files.sync(place.folder);
  } catch (const std::exception& failure) {
    if (host.files.info(place.folder, aside)) host.files.remove(place.folder, aside);
    if (const auto* refusal = dynamic_cast<const std::system_error*>(&failure))
      throw to_error(*refusal, Aftermath::nothing_changed);
    throw;
  }
  return report;
}

SnapshotsImported import_snapshots(const Workspace& workspace, const fs::path& file, Host& host) {
  const Location place = locate(host, file);
  auto in = host.files.open_read(place.folder, place.name);
  if (!in) throw Error(ErrorCode::path_unknown, fmt::format("there is no '{}'", file.string()));
  const WriterLock writer = begin_changes(workspace, host);
  Project project = open_for_snapshots(workspace, host);
  const Quarantine quarantine(workspace, host);
  Reader reader(host.files, std::move(*in));
  const std::string start = reader.read(git::longest_bundle_header);
  const git::BundleHeader header = git::read_bundle_header(start);
  host.files.before_library_change("pack");
  git::IncomingPack pack(quarantine.path(),
                         project.config.limits.files * objects_per_file + header.refs.size());
  receive(host, reader, std::string_view(start).substr(header.bytes), project.config.limits.total_bytes,
          pack);
  const git::Objects incoming({quarantine.path()});
  SnapshotsImported report;
  std::vector<git::BundleRef> fresh;
  for (const git::BundleRef& ref : header.refs) {
    check_snapshot(project, incoming, ref);
    const std::string id = ref.name.substr(bundle_refs.size());
    const auto here = project.repository.reference(snapshot_ref(workspace, id));
    if (here && *here != ref.commit)
      throw refused(fmt::format("another snapshot {} is here already", snapshot_name(id)));
    (here ? report.known : report.imported).push_back(snapshot_name(id));
    if (!here) fresh.push_back({snapshot_ref(workspace, id), ref.commit});
  }
  if (fresh.empty()) return report;
  host.files.before_library_change("pack");
  pack.publish(project.repository.objects_folder());
  for (const git::BundleRef& ref : fresh) {
    if (!project.repository.move_reference(ref.name, ref.commit, std::nullopt, ""))
      throw Error(ErrorCode::raced, fmt::format("'{}' appeared meanwhile", ref.name), {{Recovery::retry}});
  }
  audit_change(project, "snapshot", fmt::format("{} imported", fmt::join(report.imported, ", ")));
  return report;
}

}  // namespace ddx
