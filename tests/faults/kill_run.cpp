#include "faults/kill_run.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"
#include "ddx/rollback.hpp"
#include "support/temp_dir.hpp"

namespace ddx::test {

namespace fs = std::filesystem;

namespace {

/// How often git's own check of the whole repository is made: it is slow.
constexpr std::size_t fsck_every = 16;

/// ddx's own files but for caches, which a reading command may write.
std::map<std::string, std::string> state_of(const fs::path& project) {
  const fs::path folder = project / ".git/ddx";
  if (!fs::exists(folder)) return {};
  auto files = tree_on_disk(folder);
  std::erase_if(files, [](const auto& file) { return file.first.find("stat-cache") != std::string::npos; });
  return files;
}

class KillRun {
 public:
  KillRun(const Scene& scene, const Verb& verb, const KillAt& kill_at, const Sampling& sampling)
      : scene_(scene), verb_(verb), kill_at_(kill_at), sampling_(sampling) {}

  KillTally run() {
    before_ = look_at(scene_.fresh());
    const fs::path project = scene_.fresh();
    Machine machine;
    verb_(project, machine.host);
    after_ = look_at(project);
    if (before_ == after_) blame("the verb changes nothing");
    audited_before_ = audited_operations(scene_.fresh());
    for (std::size_t point = 1; kill_verb(point); point += sampling_.every) {
      ++tally_.points;
      check_recovery(fmt::format("killed at {}", point));
      if (sampling_.recovery_every != 0) kill_recoveries(point);
    }
    return std::move(tally_);
  }

 private:
  [[nodiscard]] fs::path project() const { return scene_.folder() / "project"; }
  void blame(const std::string& what) { tally_.violations.push_back(what); }

  /// \returns false when the verb came to its end
  bool kill_verb(std::size_t point) {
    switch (kill_at_(scene_.fresh(), point)) {
      case End::killed:
        return true;
      case End::finished:
        return false;
      case End::failed:
        blame(fmt::format("the verb failed on its way to point {}", point));
        return false;
    }
    return false;
  }

  void kill_recoveries(std::size_t point) {
    for (std::size_t second = 1;; second += sampling_.recovery_every) {
      kill_verb(point);
      Machine machine(die_at(second));
      const End end = in_child([&] { recover_now(project(), machine.host); });
      if (end == End::failed) blame(fmt::format("recovery failed after {} and {}", point, second));
      if (end != End::killed) return;
      ++tally_.recovery_points;
      check_recovery(fmt::format("killed at {}, and its recovery at {}", point, second));
    }
  }

  void check_recovery(const std::string& when) {
    try {
      check_reader(when);
      Machine recovering;
      recover_now(project(), recovering.host);
      const Visible recovered = look_at(project());
      const bool is_new = recovered == after_;
      if (!is_new && recovered != before_)
        blame(fmt::format("{}: neither old nor new; from old: {}\nfrom new: {}", when,
                          difference(recovered, before_), difference(recovered, after_)));
      check_leftovers(when);
      check_audit(when, is_new ? 1 : 0);
      const std::string log = audit_log();
      Machine again;
      recover_now(project(), again.host);
      if (!again.events.notes.empty() || look_at(project()) != recovered || audit_log() != log)
        blame(when + ": recovering again does something");
      if (!is_new) finish(when);
    } catch (const std::exception& error) {
      blame(fmt::format("{}: {}", when, error.what()));
    }
  }

  /// What only reads must leave everything to the next changing command.
  void check_reader(const std::string& when) {
    const auto pending = state_of(project());
    const Visible seen = look_at(project());
    Machine machine;
    const Workspace workspace = workspace_of(project());
    static_cast<void>(list_operations(workspace, machine.host));
    if (const std::string problems = audit_problems(project()); !problems.empty())
      blame(when + ": before the recovery, the audit log: " + problems);
    PullRequest dry;
    dry.dry_run = DryRun::yes;
    dry.network = Network::offline;
    try {
      pull(workspace, dry, machine.host);
    } catch (const Error&) {
      // An open pull or a half-made project is a fair reason not to plan.
    }
    if (state_of(project()) != pending || look_at(project()) != seen)
      blame(when + ": a dry run changed something");
  }

  /// The log has the operation once if it took place, and is sound.
  void check_audit(const std::string& when, std::size_t operations) {
    if (const std::string problems = audit_problems(project()); !problems.empty())
      blame(when + ": the audit log: " + problems);
    const std::size_t audited = audited_operations(project()) - audited_before_;
    if (audited != operations)
      blame(fmt::format("{}: the audit log tells of {} operations instead of {}", when, audited, operations));
  }

  [[nodiscard]] std::string audit_log() const {
    const fs::path log = project() / ".git/ddx/audit.log";
    return fs::exists(log) ? read_file(log) : std::string();
  }

  void check_leftovers(const std::string& when) {
    const fs::path ops = project() / ".git/ddx/ops";
    if (fs::exists(ops) && !fs::is_empty(ops)) blame(when + ": an operation is still pending");
    Machine machine;
    static_cast<void>(list_operations(workspace_of(project()), machine.host));
    if (++checked_ % fsck_every != 0) return;
    const RunResult fsck = TestRepo::existing(project()).try_git({"fsck", "--no-dangling", "--no-progress"});
    if (fsck.exit != 0) blame(when + ": git fsck says " + fsck.err + fsck.out);
  }

  void finish(const std::string& when) {
    Machine machine;
    verb_(project(), machine.host);
    const Visible finished = look_at(project());
    if (finished != after_) blame(when + ": doing it again ends elsewhere: " + difference(finished, after_));
    check_audit(when + ", then done again", 1);
  }

  const Scene& scene_;
  const Verb& verb_;
  const KillAt& kill_at_;
  Sampling sampling_;
  Visible before_, after_;
  KillTally tally_;
  std::size_t checked_ = 0, audited_before_ = 0;
};

}  // namespace

std::string KillTally::str() const {
  std::string text = fmt::format("{} kill points and {} during recovery, {} violations", points,
                                 recovery_points, violations.size());
  for (std::size_t i = 0; i < violations.size() && i < 5; ++i) text += "\n" + violations[i];
  return text;
}

KillTally kill_everywhere(const Scene& scene, const Verb& verb, const KillAt& kill_at,
                          const Sampling& sampling) {
  return KillRun(scene, verb, kill_at, sampling).run();
}

KillTally kill_everywhere(const Scene& scene, const Verb& verb, const Sampling& sampling) {
  const KillAt at_seam = [&](const fs::path& project, std::size_t point) {
    Machine machine(die_at(point));
    return in_child([&] { verb(project, machine.host); });
  };
  return kill_everywhere(scene, verb, at_seam, sampling);
}

}  // namespace ddx::test
