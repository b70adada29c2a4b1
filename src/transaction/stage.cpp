#include "transaction/stage.hpp"

#include <fmt/format.h>

#include <set>

#include "ddx/error.hpp"
#include "transaction/elsewhere.hpp"
#include "transaction/preflight.hpp"

namespace ddx {

namespace {

constexpr std::uint32_t execute_bits = 0111;

/// Removals first, deepest first, so that a file can take a folder's place; the lock last, so that it never
/// tells of what is not there yet.
int rank(const Effect& effect) {
  if (is_lock_file(effect.recorded)) return 3;
  if (effect.recorded.place == Place::state) return 2;
  return effect.recorded.after ? 1 : 0;
}

void sort_effects(std::vector<Effect>& effects) {
  std::sort(effects.begin(), effects.end(), [](const Effect& a, const Effect& b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    return rank(a) == 0 ? b.recorded.path < a.recorded.path : a.recorded.path < b.recorded.path;
  });
}

/// The bits that a replaced file keeps; git's executable bit follows the mode. None for what was no file: the
/// umask decides.
std::optional<std::uint32_t> kept_permissions(const std::optional<RecordedFile>& before,
                                              std::uint32_t permissions_before, Mode mode) {
  if (!before || before->mode == Mode::link) return std::nullopt;
  if (mode == before->mode) return permissions_before;
  const std::uint32_t readable = (permissions_before & 0444) >> 2;  // whoever may read may execute
  return mode == Mode::executable ? permissions_before | readable : permissions_before & ~execute_bits;
}

/// Writes the contents of one operation into its `stage/` and collects the ones no store has.
class Stager {
 public:
  Stager(const Workspace& workspace, Host& host, OperationStores& stores, OperationFolder& operation)
      : files_(host.files),
        host_(host),
        stores_(stores),
        operation_(operation),
        project_(host.files, workspace.project_root, nullptr),
        state_(host.files, workspace.state_dir(), nullptr),
        project_folder_(host.files.open_root(workspace.project_root)) {}

  void stage(std::size_t index, Effect& effect) {
    ProjectFolder& reader = effect.recorded.place == Place::project ? project_ : state_;
    const Here here = reader.look(effect.recorded.path);
    const bool as_planned = effect.recorded.before
                                ? effect.recorded.before->is(here)
                                : true;  // a folder in the way may be emptied by an earlier removal
    if (!as_planned || (!effect.recorded.before && here.occupant == Occupant::file && !goes(effect)))
      throw Error(ErrorCode::raced, fmt::format("'{}' changed meanwhile", effect.recorded.path.str()),
                  {{Recovery::retry}});
    if (!effect.recorded.after || is_witness(effect.recorded)) return;
    if (host_.interrupted) throw Interrupted();
    const std::string bytes = effect.content();
    if (git::hash_blob(bytes) != effect.recorded.after->bytes)
      throw Error(ErrorCode::internal,
                  fmt::format("the content for '{}' is not what was planned", effect.recorded.path.str()),
                  {{Recovery::report_bug}});
    write(index, *effect.recorded.after, bytes,
          effect.recorded.after->permissions
              ? effect.recorded.after->permissions
              : kept_permissions(effect.recorded.before, here.permissions, effect.recorded.after->mode));
    if (!stores_.objects.contains(effect.recorded.after->bytes))
      content_.emplace(stores_.pack.blob(bytes), *effect.recorded.after);
    note_folders(effect.recorded);
  }

  void will_go(const RelPath& path) { going_.insert(path); }

  [[nodiscard]] std::vector<std::string> folders() const { return {folders_.begin(), folders_.end()}; }

  /// Contents that only this operation's pack holds, as a tree's files.
  [[nodiscard]] std::map<RelPath, Version> content() const {
    std::map<RelPath, Version> files;
    for (const auto& [id, file] : content_)
      files.emplace(RelPath::parse("content/" + id.str()), Version{id, Mode::file});
    return files;
  }

 private:
  [[nodiscard]] bool goes(const Effect& effect) const { return going_.contains(effect.recorded.path); }

  void write(std::size_t index, const OnDisk& file, const std::string& bytes,
             const std::optional<std::uint32_t>& kept) {
    const std::string name = OperationFolder::name(index);
    const Directory& stage = operation_.area(index).stage();
    if (file.mode == Mode::link) {
      files_.make_link(stage, name, bytes);
      return;
    }
    const std::uint32_t usual = file.mode == Mode::executable ? 0777 : 0666;
    const Descriptor out = files_.create(stage, name, kept.value_or(usual));
    write_all(files_, out, bytes);
    if (kept) files_.set_permissions(out, *kept);
  }

  void note_folders(const RecordedEffect& effect) {
    if (effect.place != Place::project || effect.before) return;
    for (std::string_view folder = effect.path.parent(); !folder.empty();) {
      if (folders_.contains(std::string(folder))) return;
      if (known_.contains(std::string(folder))) return;
      const RelPath path = RelPath::parse(folder);
      if (project_.look(path).occupant == Occupant::folder) {
        known_.insert(path.str());
        return;
      }
      folders_.insert(path.str());
      folder = folder.substr(0, path.parent().size());
    }
  }

  Files& files_;
  Host& host_;
  OperationStores& stores_;
  OperationFolder& operation_;
  ProjectFolder project_, state_;
  Directory project_folder_;
  std::set<RelPath> going_;
  std::set<std::string> folders_, known_;
  std::map<Oid, OnDisk> content_;
};

ChangeKind kind_of(const RecordedEffect& effect) {
  if (!effect.before) return ChangeKind::added;
  if (!effect.after) return ChangeKind::deleted;
  return effect.before->bytes == effect.after->bytes ? ChangeKind::mode : ChangeKind::modified;
}

AuditEntry audit_entry(AuditEntry entry, const OperationRecord& record) {
  entry.time = record.created;
  entry.operation = record.id;
  entry.kind = record.kind;
  entry.summary = record.summary;
  entry.from = record.from;
  entry.to = record.to;
  entry.decisions = record.decisions;
  for (const RecordedEffect& effect : record.effects) {
    if (effect.place == Place::project && !is_lock_file(effect) && !is_witness(effect))
      entry.files.push_back({effect.path, kind_of(effect)});
  }
  return entry;
}

void make_refs(const Workspace& workspace, OperationStores& stores, const OperationRecord& record,
               const std::map<RelPath, Version>& content, const std::optional<RefMove>& branch) {
  std::map<RelPath, Version> files = content;
  files.emplace(RelPath::parse("operation.json"), Version{stores.pack.blob(to_json(record)), Mode::file});
  const git::Identity ddx{"ddx", "ddx@localhost"};
  std::vector<Oid> parents{record.snapshot};
  if (branch) parents.push_back(branch->to);  // kept from git's garbage collection until the branch holds it
  const Oid commit = stores.pack.commit({stores.pack.tree(files), parents, ddx, ddx, record.created,
                                         fmt::format("ddx {}: {}\n", record.kind, record.summary)});
  stores.pack.publish();
  for (const auto& [name, target] : {std::pair(snapshot_ref(workspace, record.id), record.snapshot),
                                     std::pair(operation_ref(workspace, record.id), commit)}) {
    if (!stores.repository.move_reference(name, target, std::nullopt, ""))
      throw Error(ErrorCode::state_damaged, fmt::format("'{}' exists already", name),
                  {{Recovery::run_doctor}});
  }
}

}  // namespace

Intent stage(const Workspace& workspace, Host& host, OperationStores& stores, OperationDraft& draft,
             OperationFolder& operation) {
  sort_effects(draft.effects);
  preflight(workspace, host, stores, draft, operation);
  Intent intent;
  OperationRecord& record = intent.record;
  record = {draft.id,         draft.kind,
            draft.summary,    std::chrono::time_point_cast<std::chrono::seconds>(host.now()),
            workspace.prefix, draft.snapshot,
            draft.undoes,     draft.continues,
            draft.from,       draft.to,
            draft.decisions,  {}};
  record.restores = draft.restores;
  record.folders_made = draft.folders_made;
  record.folders_removed = draft.folders_removed;
  intent.project = workspace.project;
  intent.worktree = workspace.worktree;
  note_home(workspace, host, intent);
  intent.index = draft.index;

  Stager stager(workspace, host, stores, operation);
  for (const Effect& effect : draft.effects) {
    if (!effect.recorded.after) stager.will_go(effect.recorded.path);
  }
  for (std::size_t index = 0; index < draft.effects.size(); ++index) {
    stager.stage(index, draft.effects[index]);
    record.effects.push_back(draft.effects[index].recorded);
    host.events.progress({Progress::Phase::stage, index + 1, draft.effects.size()});
  }
  intent.folders = stager.folders();
  operation.describe_areas(intent);
  if (draft.make_commit) {
    const git::Head head = stores.repository.head();
    host.files.before_library_change("commit");
    stores.pack.publish();
    intent.ref = RefMove{head.ref, head.commit, draft.make_commit()};
  }
  const AuditEntry begun = audit::begin_entry(workspace, host, stores.repository);
  intent.audit = audit::Log(workspace, host).stage(audit_entry(begun, record));
  record.audit = intent.audit.hash();
  make_refs(workspace, stores, record, stager.content(), intent.ref);
  return intent;
}

}  // namespace ddx
