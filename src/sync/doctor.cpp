#include "ddx/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "audit/log.hpp"
#include "ddx/history.hpp"
#include "ddx/rollback.hpp"
#include "ddx/snapshot.hpp"
#include "git/project_repository.hpp"
#include "sync/begin_changes.hpp"
#include "sync/contribution_records.hpp"
#include "sync/open_conflicts.hpp"
#include "transaction/elsewhere.hpp"
#include "transaction/pending.hpp"

namespace ddx {

std::string to_string(Severity severity) {
  switch (severity) {
    case Severity::fine:
      return "ok";
    case Severity::note:
      return "note";
    case Severity::problem:
      return "problem";
    case Severity::stuck:
      return "stuck";
    case Severity::damage:
      return "damage";
  }
  return {};
}

Severity DoctorReport::worst() const {
  Severity worst = Severity::fine;
  for (const DoctorFinding& finding : findings) {
    if (!finding.mended) worst = std::max(worst, finding.severity);
  }
  return worst;
}

namespace {

/// How many recoveries of the past are told.
constexpr std::size_t recoveries_told = 5;

std::string count_of(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

/// Runs the checks; each adds its findings.
class Examination {
 public:
  Examination(const Workspace& workspace, Host& host) : workspace_(workspace), host_(host) {}

  DoctorReport run() {
    check("pending-operation", [&] { look_at_operations(); });
    check("recovered-operation", [&] { look_at_recoveries(); });
    check("open-pull", [&] { look_at_open_pull(); });
    check("operations", [&] { look_at_records(); });
    check("snapshots", [&] { look_at_snapshots(); });
    check("audit-log", [&] { look_at_audit(); });
    check("contributions", [&] { look_at_contributions(); });
    check("git-lock", [&] { look_at_locks(); });
    check("leftovers", [&] { look_at_leftovers(); });
    return std::move(report_);
  }

 private:
  template <class Check>
  void check(const char* name, Check look) {
    name_ = name;
    const std::size_t before = report_.findings.size();
    try {
      look();
    } catch (const Error& error) {
      const Severity severity = exit_code(error.code()) == 10 ? Severity::damage : Severity::problem;
      add(severity, error.what(), error.steps());
    } catch (const std::system_error& failure) {
      add(Severity::problem, fmt::format("this could not be looked at: {}", failure.what()));
    }
    if (report_.findings.size() == before) add(Severity::fine, "nothing to report");
  }

  void add(Severity severity, std::string message, std::vector<NextStep> steps = {}) {
    report_.findings.push_back({name_, severity, std::move(message), std::move(steps)});
  }

  void look_at_operations() {
    const std::vector<PendingOperation> pending = look_at_pending(workspace_, host_);
    for (const PendingOperation& operation : pending) tell_pending(operation);
    if (pending.empty()) add(Severity::fine, "no operation is pending");
  }

  void tell_pending(const PendingOperation& operation) {
    const std::string what = operation.kind.empty() ? fmt::format("operation {}", operation.id)
                                                    : fmt::format("operation {} ({} {})", operation.id,
                                                                  operation.kind, operation.summary);
    const std::string progress =
        fmt::format("{} of {} in place", operation.applied, count_of(operation.changes, "file"));
    switch (operation.fate) {
      case Fate::discarded:
        return add(
            Severity::problem,
            what + " was interrupted before it changed anything; what it had prepared will be thrown away",
            {{Recovery::mend}});
      case Fate::finished:
        return add(Severity::problem,
                   fmt::format("{} was interrupted with {}; it will be finished", what, progress),
                   {{Recovery::mend}});
      case Fate::undone:
        return add(
            Severity::problem,
            fmt::format("{} was interrupted while it was undone, with {}; it will be undone", what, progress),
            {{Recovery::mend}});
      case Fate::left_to_newer:
        return add(Severity::stuck, what + " was begun by a newer ddx, which has to end it",
                   {{Recovery::upgrade_ddx}});
      case Fate::left_to_home:
        return add(
            Severity::stuck,
            what + " was interrupted in another place: this is a copy, or the folder was moved",
            {{Recovery::adopt_operation, operation.id}, {Recovery::set_operation_aside, operation.id}});
    }
  }

  void look_at_recoveries() {
    std::size_t told = 0;  // the newest
    for (const HistoryEntry& entry : history(workspace_, {}, host_).entries) {
      if (entry.operation.kind != "recovery" || ++told > recoveries_told) continue;
      add(Severity::note,
          fmt::format("{}: {}{}", entry.operation.operation, entry.operation.summary,
                      entry.operation.decisions.empty() ? "" : "; " + entry.operation.decisions.front()));
    }
    if (told == 0) add(Severity::fine, "no operation had to be recovered");
  }

  void look_at_open_pull() {
    const auto open = read_open_pull(workspace_, host_);
    if (!open) return add(Severity::fine, "no pull is open");
    add(Severity::note,
        fmt::format("the pull of {} is open and waits for {}", open->version,
                    words_for(count_conflicts(workspace_, host_, *open))),
        {{Recovery::continue_pull}, {Recovery::abort_pull}});
  }

  void look_at_records() {
    std::size_t whole = 0;
    for (const OperationSummary& operation : list_operations(workspace_, host_)) {
      if (operation.damage.empty()) {
        ++whole;
        continue;
      }
      add(Severity::damage, fmt::format("operation {} is damaged: {}", operation.id, operation.damage),
          {{Recovery::list_targets}});
    }
    add(Severity::fine, count_of(whole, "operation") + " on record");
  }

  void look_at_snapshots() {
    const SnapshotsVerified verified = verify_snapshots(workspace_, {}, host_);
    for (const SnapshotDamage& damage : verified.damage) {
      const std::string where = damage.path.empty() ? "" : fmt::format(", '{}'", damage.path);
      add(Severity::damage, fmt::format("{}{} is damaged: {}", damage.id, where, damage.why));
    }
    add(Severity::fine, fmt::format("{} whole, {} read", count_of(verified.whole.size(), "snapshot"),
                                    count_of(verified.objects, "object")));
  }

  void look_at_audit() {
    const HistoryVerification verified = verify_history(workspace_, host_);
    for (const HistoryFinding& finding : verified.findings)
      add(Severity::damage,
          finding.line == 0 ? finding.problem : fmt::format("line {}: {}", finding.line, finding.problem));
    add(Severity::fine,
        fmt::format("{} {} as written", verified.entries, verified.entries == 1 ? "entry" : "entries"));
  }

  void look_at_contributions() {
    try {
      const ContributionRecords records(workspace_, host_);
      add(Severity::fine, count_of(records.all().size(), "contribution") + " on record");
    } catch (const Error& error) {
      if (error.code() != ErrorCode::state_damaged) throw;
      add(Severity::problem, error.what(), {{Recovery::mend, workspace_.project + ".json"}});
    }
  }

  /// Locks of git's that are there now. They may be in use, so they are shown and never removed.
  void look_at_locks() {
    const Directory git_dir = host_.files.open_root(workspace_.git_dir);
    const Directory common = host_.files.open_root(workspace_.common_dir);
    const auto tell = [&](const Directory& at, const std::string& name) {
      if (!host_.files.info(at, name)) return;
      add(Severity::note,
          fmt::format("'{}' is there: git is at work, or was killed", (at.path() / name).string()),
          {{Recovery::remove_git_lock, (at.path() / name).string()}});
    };
    for (const char* name : {"index.lock", "HEAD.lock"}) tell(git_dir, name);
    for (const char* name : {"packed-refs.lock", "config.lock"}) tell(common, name);
    const auto repository = git::ProjectRepository::open(workspace_.worktree_root, host_);
    const std::string head = repository.head().ref;
    const std::size_t slash = head.rfind('/');
    if (slash == head.npos) return;
    if (const auto folder = host_.files.open_below(common, head.substr(0, slash)))
      tell(*folder, head.substr(slash + 1) + ".lock");
  }

  void look_at_leftovers() {
    Files& files = host_.files;
    const Directory common = files.open_root(workspace_.common_dir);
    for (const char* name : {"ddx/locks", "ddx/incoming"}) {
      const auto folder = files.open_below(common, name);
      if (folder && !files.list(*folder).empty())
        add(Severity::problem, fmt::format("'{}' holds what a killed process left", folder->path().string()),
            {{Recovery::mend}});
    }
    if (const auto rescue = files.open_below(files.open_root(workspace_.git_dir), "ddx/rescue")) {
      const std::size_t kept = files.list(*rescue).size();
      if (kept != 0)
        add(Severity::note,
            fmt::format("'{}' keeps {} that somebody wrote while ddx worked; look, then delete them",
                        rescue->path().string(), count_of(kept, "file")));
    }
    const auto state = files.open_below(common, "ddx");
    for (const FolderEntry& entry : state ? files.list(*state) : std::vector<FolderEntry>()) {
      if (entry.name.starts_with("upstream.git.damaged-"))
        add(Severity::note, fmt::format("'{}' is a damaged copy of the upstream, and can be deleted",
                                        (state->path() / entry.name).string()));
    }
    const auto records = files.open_below(common, "ddx/contributions");
    for (const FolderEntry& entry : records ? files.list(*records) : std::vector<FolderEntry>()) {
      if (entry.name.find(".damaged-") != std::string::npos)
        add(Severity::note,
            fmt::format("'{}' was set aside, and can be deleted", (records->path() / entry.name).string()));
    }
  }

  const Workspace& workspace_;
  Host& host_;
  const char* name_ = "";
  DoctorReport report_;
};

bool is_pending(const Workspace& workspace, Host& host, const std::string& id) {
  const auto pending = look_at_pending(workspace, host);
  return std::any_of(pending.begin(), pending.end(),
                     [&](const auto& operation) { return operation.id == id; });
}

Error no_such_operation(const std::string& id) {
  return {ErrorCode::no_such_target,
          fmt::format("no pending operation is called '{}'", id),
          {{Recovery::run_doctor}}};
}

void end_elsewhere(const Workspace& workspace, const DoctorRequest& request, Host& host) {
  if (request.adopt.empty() && request.set_aside.empty()) return;
  const WriterLock writer = WriterLock::take(workspace, host);
  for (const std::string* id : {&request.adopt, &request.set_aside})
    if (!id->empty() && !is_pending(workspace, host, *id)) throw no_such_operation(*id);
  if (!request.adopt.empty()) adopt_operation(workspace, host, request.adopt);
  if (request.set_aside.empty()) return;
  auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  put_operation_aside(workspace, host, repository, request.set_aside);
  AuditEntry entry = audit::begin_entry(workspace, host, repository);
  entry.operation = request.set_aside;
  entry.kind = "recovery";
  entry.summary = "an interrupted operation was set aside: the files stay as they are";
  entry.result = AuditResult::discarded;
  audit::append(workspace, host, entry);
}

/// What is not there any more after mending, was mended.
void mark_mended(DoctorReport& report, const DoctorReport& after) {
  std::vector<DoctorFinding> mended;
  for (DoctorFinding& finding : report.findings) {
    if (finding.severity != Severity::problem && finding.severity != Severity::stuck) continue;
    const bool still =
        std::any_of(after.findings.begin(), after.findings.end(), [&](const DoctorFinding& other) {
          return other.check == finding.check && other.message == finding.message;
        });
    if (still) continue;
    finding.mended = true;
    finding.steps.clear();
    mended.push_back(std::move(finding));
  }
  report.findings = std::move(mended);
  report.findings.insert(report.findings.end(), after.findings.begin(), after.findings.end());
}

}  // namespace

DoctorReport doctor(const Workspace& workspace, const DoctorRequest& request, Host& host) {
  DoctorReport report = Examination(workspace, host).run();
  const bool changes = request.fix == Fix::yes || !request.adopt.empty() || !request.set_aside.empty();
  if (!changes) return report;
  end_elsewhere(workspace, request, host);
  std::optional<DoctorFinding> failed;
  try {
    const WriterLock writer = begin_changes(workspace, host);
    ContributionRecords::set_damaged_aside(workspace, host);
  } catch (const Error& error) {
    if (exit_code(error.code()) != 9) throw;  // busy, for one: nothing was mended
    failed = DoctorFinding{"pending-operation", Severity::stuck, error.what(), error.steps()};
  }
  mark_mended(report, Examination(workspace, host).run());
  if (failed) report.findings.push_back(std::move(*failed));
  return report;
}

}  // namespace ddx
