#include "ddx/doctor.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

#include "ddx/rollback.hpp"
#include "faults/verbs.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

/// A pull that was killed just before a rename: the n-th after the journal, or (0) before there was one.
fs::path killed_pull(const Scene& scene, std::size_t renames) {
  const fs::path project = scene.fresh();
  std::size_t seen = 0;
  Machine dying([&](const FaultyFiles::Call& call) {
    const bool prepared = is_prepared(project);
    if (renames == 0 ? call.name == "pack" : call.name == "rename" && prepared && ++seen == renames)
      die_at(call.number)(call);
  });
  REQUIRE(in_child([&] { pull_offline(project, dying.host); }) == End::killed);
  return project;
}

DoctorReport examine(const fs::path& project, const DoctorRequest& request = {}) {
  Machine machine;
  return doctor(workspace_of(project), request, machine.host);
}

const DoctorFinding& finding(const DoctorReport& report, const std::string& check) {
  const auto found = std::find_if(report.findings.begin(), report.findings.end(),
                                  [&](const DoctorFinding& one) { return one.check == check; });
  REQUIRE(found != report.findings.end());
  return *found;
}

bool says(const DoctorReport& report, const std::string& check, const std::string& part) {
  return std::any_of(report.findings.begin(), report.findings.end(), [&](const DoctorFinding& one) {
    return one.check == check && one.message.find(part) != std::string::npos;
  });
}

std::string pending_id(const fs::path& project) {
  return fs::directory_iterator(project / ".git/ddx/ops")->path().filename().string();
}

}  // namespace

TEST_CASE("a healthy project gives nothing to mend, and looking changes nothing", "[faults][doctor]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const auto state = tree_on_disk(project / ".git/ddx");
  const DoctorReport report = examine(project);
  CHECK(report.worst() == Severity::fine);
  for (const char* check : {"pending-operation", "recovered-operation", "open-pull", "operations",
                            "snapshots", "audit-log", "contributions", "git-lock", "leftovers"})
    CHECK(finding(report, check).severity == Severity::fine);
  CHECK(tree_on_disk(project / ".git/ddx") == state);
}

TEST_CASE("an interrupted pull is explained, and ended only when that is asked for", "[faults][doctor]") {
  const Scene scene;
  Machine whole;
  pull_offline(scene.fresh(), whole.host);
  const Visible done = look_at(scene.folder() / "project");
  const fs::path project = killed_pull(scene, 4);
  const Visible half = look_at(project);
  const DoctorReport report = examine(project);
  CHECK(report.worst() == Severity::problem);
  CHECK(says(report, "pending-operation", "it will be finished"));
  CHECK(says(report, "pending-operation", " of "));
  CHECK(difference(look_at(project), half).empty());

  const DoctorReport mended = examine(project, {Fix::yes, {}, {}});
  CHECK(finding(mended, "pending-operation").mended);
  CHECK(mended.worst() <= Severity::note);
  CHECK(says(mended, "recovered-operation", "an interrupted pull was finished"));
  CHECK(difference(look_at(project), done).empty());
}

TEST_CASE("what was interrupted before the journal is thrown away", "[faults][doctor]") {
  const Scene scene;
  const fs::path project = killed_pull(scene, 0);
  const Visible before = look_at(project);
  CHECK(says(examine(project), "pending-operation", "before it changed anything"));
  CHECK(finding(examine(project, {Fix::yes, {}, {}}), "pending-operation").mended);
  CHECK(examine(project).worst() <= Severity::note);
  CHECK(difference(look_at(project), before).empty());
}

TEST_CASE("a copy of an interrupted project waits for a decision", "[faults][doctor]") {
  const Scene scene;
  const fs::path project = killed_pull(scene, 4);
  const std::string id = pending_id(project);
  const fs::path copy = scene.folder() / "copy";
  fs::copy(project, copy, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  const Visible half = look_at(copy);
  CHECK(examine(copy).worst() == Severity::stuck);
  CHECK(examine(copy, {Fix::yes, {}, {}}).worst() == Severity::stuck);
  CHECK(difference(look_at(copy), half).empty());
  CHECK_THROWS_AS(examine(copy, {Fix::no, "01UNKNOWN", {}}), Error);
  SECTION("adopted, it is finished here") {
    CHECK(examine(copy, {Fix::no, id, {}}).worst() <= Severity::note);
    CHECK(read_file(copy / ".ddx/replaced.md") == "two\n");
  }
  SECTION("set aside, the files stay as they are") {
    CHECK(examine(copy, {Fix::no, {}, id}).worst() <= Severity::note);
    CHECK(difference(look_at(copy), half).empty());
    CHECK(says(examine(copy), "recovered-operation", "set aside"));
  }
}

TEST_CASE("a lock of git's is shown and stays, also when everything else is mended", "[faults][doctor]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  write_file(project / ".git/index.lock", "");
  write_file(project / ".git/refs/heads/main.lock", "");
  const DoctorReport report = examine(project, {Fix::yes, {}, {}});
  CHECK(says(report, "git-lock", "index.lock"));
  CHECK(says(report, "git-lock", "main.lock"));
  CHECK(fs::exists(project / ".git/index.lock"));
  CHECK(fs::exists(project / ".git/refs/heads/main.lock"));
}

TEST_CASE("leftovers of killed processes are named and cleared away, rescued files are kept",
          "[faults][doctor]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  write_file(project / ".git/ddx/incoming/pack_git2_x", "half");
  write_file(project / ".git/ddx/rescue/op-1", "mine");
  CHECK(examine(project).worst() == Severity::problem);
  const DoctorReport report = examine(project, {Fix::yes, {}, {}});
  CHECK(report.worst() == Severity::note);
  CHECK(says(report, "leftovers", "rescue"));
  CHECK(fs::is_empty(project / ".git/ddx/incoming"));
  CHECK(read_file(project / ".git/ddx/rescue/op-1") == "mine");
}

TEST_CASE("a record of contributions that cannot be read is named and set aside", "[faults][doctor]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  const fs::path folder = project / ".git/ddx/contributions";
  const std::string text = GENERATE("{", "{}", R"({"schema": "ddx/contributions/1", "contributions": [{}]})");
  write_file(folder / "root.json", text);
  const DoctorReport report = examine(project);
  CHECK(report.worst() == Severity::problem);
  CHECK(says(report, "contributions", "root.json"));
  CHECK(finding(report, "contributions").steps.front().action == Recovery::mend);
  CHECK(read_file(folder / "root.json") == text);
  const DoctorReport mended = examine(project, {Fix::yes, {}, {}});
  CHECK(finding(mended, "contributions").mended);
  CHECK(mended.worst() == Severity::note);
  CHECK(says(mended, "leftovers", "root.json.damaged-"));
  CHECK_FALSE(fs::exists(folder / "root.json"));
  CHECK(read_file(fs::directory_iterator(folder)->path()) == text);
  CHECK(says(examine(project), "contributions", "0 contributions on record"));
}

TEST_CASE("damage is found where it is, and everything else is looked at all the same", "[faults][doctor]") {
  const Scene scene;
  const fs::path project = scene.fresh();
  SECTION("a flipped byte in the audit log") {
    const fs::path log = project / ".git/ddx/audit.log";
    std::string text = read_file(log);
    text[text.size() / 2] ^= 1;
    write_file(log, text);
    const DoctorReport report = examine(project);
    CHECK(report.worst() == Severity::damage);
    CHECK(finding(report, "audit-log").severity == Severity::damage);
    CHECK(finding(report, "snapshots").severity == Severity::fine);
  }
  SECTION("a record whose ref says nothing") {
    for (const auto& entry : fs::recursive_directory_iterator(project / ".git/refs/ddx"))
      if (entry.is_regular_file() && entry.path().parent_path().filename() == "op")
        write_file(entry.path(), "nothing\n");
    const DoctorReport report = examine(project);
    CHECK(report.worst() == Severity::damage);
    CHECK(finding(report, "operations").severity == Severity::damage);
    CHECK(finding(report, "open-pull").severity == Severity::fine);
  }
}
