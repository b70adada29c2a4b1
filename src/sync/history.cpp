#include "ddx/history.hpp"

#include <fmt/format.h>

#include "audit/lines.hpp"
#include "audit/log.hpp"
#include "audit/verify.hpp"
#include "base/text.hpp"
#include "config/config_file.hpp"
#include "ddx/error.hpp"
#include "git/objects.hpp"
#include "git/project_repository.hpp"
#include "sync/project.hpp"
#include "transaction/record.hpp"

namespace ddx {

namespace {

namespace fs = std::filesystem;

std::optional<Directory> state_folder(const Workspace& workspace, Files& files) {
  return files.open_below(files.open_root(workspace.common_dir), "ddx");
}

/// Ids of operations that run or wait for recovery, in every work tree of the clone.
std::set<std::string> pending_in_clone(const Workspace& workspace, Files& files) {
  const Directory common = files.open_root(workspace.common_dir);
  std::vector<std::string> git_dirs{"."};
  if (const auto worktrees = files.open_below(common, "worktrees")) {
    for (const FolderEntry& entry : files.list(*worktrees)) git_dirs.push_back("worktrees/" + entry.name);
  }
  std::set<std::string> ids;
  for (const std::string& git_dir : git_dirs) {
    const auto ops = files.open_below(common, git_dir + "/ddx/ops");
    if (!ops) continue;
    for (const FolderEntry& entry : files.list(*ops)) ids.insert(entry.name);
  }
  return ids;
}

bool holds(std::string_view text, const std::string& part) {
  return fold_case(text).find(fold_case(part)) != std::string::npos;
}

/// The folder or file that a history is asked of.
struct Touched {
  std::optional<RelPath> path;  ///< relative to the project's root; none: anything
  [[nodiscard]] bool by(const AuditFile& file) const { return !path || file.path.is_below(*path); }
};

/// Which entries are wanted.
class Filter {
 public:
  Filter(const Workspace& workspace, const HistoryRequest& request, Touched touched)
      : workspace_(workspace), request_(request), touched_(std::move(touched)) {}

  [[nodiscard]] bool wants(const AuditEntry& entry) const {
    if (entry.project != workspace_.project || entry.worktree != workspace_.worktree) return false;
    if (request_.since && entry.time < *request_.since) return false;
    if (request_.until && entry.time > *request_.until) return false;
    return by_author(entry) && has_text(entry) && has_file(entry);
  }

 private:
  [[nodiscard]] bool by_author(const AuditEntry& entry) const {
    const std::string& author = request_.author;
    return holds(entry.author, author) || holds(entry.email, author) || holds(entry.user, author);
  }

  [[nodiscard]] bool has_text(const AuditEntry& entry) const {
    return holds(entry.summary, request_.text) ||
           std::any_of(entry.decisions.begin(), entry.decisions.end(),
                       [&](const std::string& decision) { return holds(decision, request_.text); });
  }

  [[nodiscard]] bool has_file(const AuditEntry& entry) const {
    if (!touched_.path && request_.kinds.empty()) return true;
    return std::any_of(entry.files.begin(), entry.files.end(), [&](const AuditFile& file) {
      const ChangeKind kind = file.kind == ChangeKind::mode ? ChangeKind::modified : file.kind;
      return touched_.by(file) && (request_.kinds.empty() || request_.kinds.contains(kind));
    });
  }

  const Workspace& workspace_;
  const HistoryRequest& request_;
  Touched touched_;
};

/// `path` as one of the project's; nothing if it is elsewhere.
std::optional<Touched> below_project(const Workspace& workspace, const fs::path& path) {
  std::string relative = path.lexically_normal().lexically_relative(workspace.project_root).generic_string();
  while (relative.ends_with('/')) relative.pop_back();
  if (relative == ".") return Touched{};
  const auto below = RelPath::try_parse(relative);
  return below ? std::optional(Touched{below}) : std::nullopt;
}

/// What the path may mean, the likelier first.
std::vector<Touched> readings(const Workspace& workspace, const std::string& path, Host& host) {
  if (path.empty()) return {Touched{}};
  std::vector<Touched> found;
  std::error_code missing;
  if (auto here = below_project(workspace, fs::weakly_canonical(host.current_directory, missing) / path))
    found.push_back(std::move(*here));
  try {
    const RelPath tree = RelPath::parse(load_config(workspace, host).path);
    const auto there = below_project(workspace, tree.below(workspace.project_root) / path);
    if (there && there->path && there->path->is_below(tree)) found.push_back(*there);
  } catch (const Error& error) {
    host.events.trace(fmt::format("there is no local tree to look in: {}", error.what()));
  }
  if (found.empty())
    throw Error(ErrorCode::path_unknown, fmt::format("'{}' is outside the project", path), {});
  return found;
}

HistoryReport read_history(const Workspace& workspace, const HistoryRequest& request, const Touched& touched,
                           Host& host) {
  HistoryReport report;
  Files& files = host.files;
  const auto folder = state_folder(workspace, files);
  const auto log = folder ? files.open_read(*folder, audit::log_name) : std::nullopt;
  if (!log) return report;
  const Filter filter(workspace, request, touched);
  audit::LinesFromEnd lines(files, *log, files.info(*log).size);
  while (!request.limit || report.entries.size() < *request.limit) {
    const auto found = lines.next();
    if (!found) break;
    audit::Line line = audit::read_line(found->bytes);
    if (!found->complete) {
      if (!pending_in_clone(workspace, files).empty()) continue;  // it is being written, or will be
      line.damage = "it is cut off";
    }
    if (!line.damage.empty()) {
      report.entries.push_back({{}, std::move(line.damage)});
      report.entries.back().operation.number = line.link.number;
    } else if (filter.wants(line.entry)) {
      report.entries.push_back({std::move(line.entry), {}});
    }
  }
  return report;
}

/// An operation that left a record, and the hash of its entry.
struct Recorded {
  std::string ref, hash;
};

/// `…/op/<id>`
bool is_record(const std::string& ref) {
  const std::string folder = ref.substr(0, ref.rfind('/'));
  return folder.ends_with("/op");
}

/// What the clone's records say about the log.
std::vector<Recorded> recorded_operations(const git::ProjectRepository& repository,
                                          HistoryVerification& report) {
  const git::Objects objects({repository.objects_folder()});
  std::vector<Recorded> recorded;
  for (const auto& [ref, commit] : repository.references("refs/ddx/")) {
    if (!is_record(ref)) continue;
    try {
      const OperationRecord record = read_record(objects, commit);
      if (!record.audit.empty()) recorded.push_back({ref, record.audit});
    } catch (const Error& error) {
      report.findings.push_back({0, fmt::format("the record '{}' cannot be read: {}", ref, error.what())});
    }
  }
  return recorded;
}

}  // namespace

bool HistoryReport::is_damaged() const {
  return std::any_of(entries.begin(), entries.end(),
                     [](const HistoryEntry& entry) { return !entry.damage.empty(); });
}

HistoryReport history(const Workspace& workspace, const HistoryRequest& request, Host& host) {
  report_pending(workspace, host);
  HistoryReport report;
  for (const Touched& touched : readings(workspace, request.path, host)) {
    report = read_history(workspace, request, touched, host);
    const auto sound = [](const HistoryEntry& entry) { return entry.damage.empty(); };
    if (std::any_of(report.entries.begin(), report.entries.end(), sound)) break;
  }
  return report;
}

HistoryVerification verify_history(const Workspace& workspace, Host& host) {
  report_pending(workspace, host);
  Files& files = host.files;
  HistoryVerification report;
  const auto repository = git::ProjectRepository::open(workspace.worktree_root, host);
  // In this order: an operation that has a record and is not pending any more has its entry in the log.
  const std::vector<Recorded> recorded = recorded_operations(repository, report);
  const std::set<std::string> pending = pending_in_clone(workspace, files);
  const auto folder = state_folder(workspace, files);
  const auto log = folder ? read_file(files, *folder, audit::log_name) : std::nullopt;
  const audit::Verified verified = audit::verify(log.value_or(""));

  report.entries = verified.entries;
  report.findings.insert(report.findings.end(), verified.findings.begin(), verified.findings.end());
  if (verified.cut_off && pending.empty()) report.findings.push_back({verified.lines + 1, "it is cut off"});
  for (const Recorded& operation : recorded) {
    const std::string id = operation.ref.substr(operation.ref.rfind('/') + 1);
    if (pending.contains(id)) continue;
    ++report.operations;
    if (verified.hashes.contains(operation.hash) || !repository.reference(operation.ref)) continue;
    report.findings.push_back({0, fmt::format("operation {} has a record, but no sound entry", id)});
  }
  return report;
}

}  // namespace ddx
