#include <catch2/catch_test_macros.hpp>
#include <set>

#include "cli/place.hpp"

namespace fs = std::filesystem;
using namespace ddx;

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;
using Variables = std::map<std::string, std::string>;

/// Where a walk through the verbs led, as a git without any settings of the user sees it.
struct Outcome {
  std::vector<std::string> steps;
  std::string programs;  ///< that ran although only settings named them

  bool operator==(const Outcome&) const = default;
};

/// A project whose user has git settings and variables; `@/` in them is the folder of the scene.
class Scene {
 public:
  explicit Scene(const Settings& settings, const Variables& variables = {}) {
    for (const std::string hook :
         {"pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-checkout", "post-merge",
          "post-index-change", "reference-transaction", "pre-auto-gc"}) {
      make_program("hooks/" + hook);
      make_program("template/hooks/" + hook);
    }
    make_program("program");
    test::write_file(path("message"), "a template\n");
    test::write_file(path("attributes"), "*.md diff=x\n");
    place_.environment["HOME"] = path("home").string();
    fs::create_directories(path("home"));
    set("user.name", "Ada Author");
    set("user.email", "ada@example.com");
    for (const auto& [key, value] : settings) set(key, value);
    for (const auto& [name, value] : variables) place_.environment[name] = expanded(value);
  }

  Outcome walk() {
    place_.library.write("prompts/merge.md", "a\nb\nc\nd\ne\nf\ng\n");
    place_.library.write("old/name.md", "1\n2\n3\n4\n5\n6\n");
    place_.library.commit("more resources");
    step({"init", "../library"});
    commit("connect");
    place_.make_conflict();
    place_.project.write(".ddx/prompts/merge.md", "A\nb\nc\nd\ne\nf\ng\n");
    place_.project.write(".ddx/mine.md", "mine\n");
    place_.library.write("prompts/merge.md", "a\nb\nc\nd\ne\nf\nG\n");
    place_.library.git({"mv", "old/name.md", "prompts/name.md"});
    place_.library.remove("tools");
    place_.library.commit("much");
    step({"status", "--short"});
    step({"diff"});
    step({"pull"});
    step({"resolve", "--theirs"});
    step({"pull", "--continue"});
    step({"snapshot", "create", "--name", "good"});
    place_.project.write(".ddx/prompts/new.md", "changed\n");
    step({"snapshot", "restore", "good"});
    commit("resolved");
    place_.library.write("prompts/last.md", "last\n");
    place_.library.commit("last");
    step({"pull", "--commit"});
    step({"rollback"});
    if (fs::exists(path("ran"))) outcome_.programs = test::read_file(path("ran"));
    return outcome_;
  }

  [[nodiscard]] const test::Place& place() const { return place_; }

 private:
  [[nodiscard]] fs::path path(const std::string& name) const { return place_.folder.path() / name; }
  [[nodiscard]] std::string expanded(std::string text) const {
    if (const auto at = text.find("@/"); at != text.npos) text.replace(at, 1, place_.folder.path().string());
    return text;
  }
  void make_program(const std::string& name) const {
    test::write_file(path(name), "#!/bin/sh\necho " + name + " >> " + path("ran").string() + "\nexit 1\n");
    fs::permissions(path(name), fs::perms::owner_all);
  }
  void set(const std::string& key, const std::string& value) {
    place_.project.git(
        {"config", "--file", path("home/.gitconfig").string(), expanded(key), expanded(value)});
    if (key == "core.autocrlf") line_ends_ = {"-c", key + "=" + value};
  }
  void commit(const std::string& message) {
    std::vector<std::string> add = line_ends_;
    add.insert(add.end(), {"add", "-A"});
    place_.project.git(add);
    place_.project.git({"commit", "-qm", message});
  }
  void step(const std::vector<std::string>& arguments) {
    const test::RunResult result = place_.ddx(arguments);
    std::string text = "ddx " + arguments.front() + " -> " + std::to_string(result.exit) + "\n";
    if (arguments.front() == "status" || arguments.front() == "diff") text += result.out;
    for (const auto& [name, bytes] : test::tree_on_disk(place_.project.path()))
      text += name + ": " + bytes + "\n";
    for (const auto& question : {std::vector<std::string>{"ls-files", "-s"},
                                 {"status", "--porcelain", "-uall"},
                                 {"log", "--format=%T %an %s"}}) {
      std::vector<std::string> command = line_ends_;
      command.insert(command.end(), question.begin(), question.end());
      text += place_.project.git(command) + "\n";
    }
    outcome_.steps.push_back(text);
  }

  test::Place place_;
  std::vector<std::string> line_ends_;
  Outcome outcome_;
};

const Outcome& undisturbed() {
  static const Outcome outcome = Scene(Settings{}).walk();
  return outcome;
}

/// Settings that leave alone what ddx does. Those behind the first of a key are for themselves.
const Settings harmless{
    {"fetch.prune", "true"},
    {"fetch.pruneTags", "true"},
    {"fetch.fsckObjects", "true"},
    {"fetch.recurseSubmodules", "true"},
    {"fetch.negotiationAlgorithm", "skipping"},
    {"transfer.fsckObjects", "true"},
    {"protocol.version", "2"},
    {"protocol.version", "1"},
    {"protocol.version", "0"},
    {"core.eol", "crlf"},
    {"core.safecrlf", "true"},
    {"core.hooksPath", "@/hooks"},
    {"core.fsmonitor", "true"},
    {"core.fsmonitor", "@/program"},
    {"core.quotePath", "false"},
    {"core.precomposeUnicode", "true"},
    {"core.ignoreCase", "true"},
    {"core.splitIndex", "true"},
    {"core.untrackedCache", "true"},
    {"core.sparseCheckout", "true"},
    {"core.sparseCheckoutCone", "true"},
    {"core.attributesFile", "@/attributes"},
    {"core.pager", "@/program"},
    {"core.editor", "@/program"},
    {"core.sshCommand", "@/program"},
    {"core.askPass", "@/program"},
    {"core.bare", "true"},
    {"core.logAllRefUpdates", "always"},
    {"core.checkStat", "minimal"},
    {"core.compression", "0"},
    {"core.bigFileThreshold", "1"},
    {"core.abbrev", "4"},
    {"core.commentChar", "x"},
    {"credential.helper", "@/program"},
    {"color.ui", "always"},
    {"commit.gpgSign", "true"},
    {"gpg.program", "@/program"},
    {"commit.template", "@/message"},
    {"commit.cleanup", "scissors"},
    {"diff.external", "@/program"},
    {"diff.x.textconv", "@/program"},
    {"diff.noprefix", "true"},
    {"diff.mnemonicPrefix", "true"},
    {"diff.algorithm", "patience"},
    {"diff.renames", "false"},
    {"merge.renames", "false"},
    {"merge.x.driver", "@/program"},
    {"log.showSignature", "true"},
    {"format.pretty", "oneline"},
    {"status.showUntrackedFiles", "no"},
    {"submodule.recurse", "true"},
    {"index.version", "4"},
    {"feature.manyFiles", "true"},
    {"feature.experimental", "true"},
    {"gc.auto", "1"},
    {"i18n.commitEncoding", "ISO-8859-1"},
    {"init.defaultBranch", "other"},
    {"init.templateDir", "@/template"},
    {"safe.directory", ""},
    {"url.@/nowhere/.pushInsteadOf", "/"},
    {"url.@/nowhere/.insteadOf", "https://"},
    {"extensions.worktreeConfig", "true"},
    {"alias.upload-pack", "!@/program"},
    {"pager.diff", "@/program"},
};

const std::vector<Variables> harmless_variables{
    {{"GIT_PAGER", "@/program"}, {"PAGER", "@/program"}, {"GIT_EDITOR", "@/program"}},
    {{"EDITOR", "@/program"}, {"VISUAL", "@/program"}, {"GIT_EXTERNAL_DIFF", "@/program"}},
    {{"GIT_ASKPASS", "@/program"}, {"SSH_ASKPASS", "@/program"}, {"GIT_SSH_COMMAND", "@/program"}},
    {{"GIT_TEMPLATE_DIR", "@/template"}, {"GIT_EXEC_PATH", "@/hooks"}},
    {{"GIT_TRACE", "1"}, {"GIT_TRACE_PACKET", "1"}},
    {{"GIT_LITERAL_PATHSPECS", "1"}, {"GIT_PREFIX", ".ddx/"}, {"GIT_OPTIONAL_LOCKS", "0"}},
    {{"GIT_DEFAULT_HASH", "sha256"}, {"GIT_PROTOCOL", "version=1"}, {"GIT_ALLOW_PROTOCOL", "https"}},
    {{"GIT_NAMESPACE", "other"}, {"GIT_REPLACE_REF_BASE", "refs/x/"}, {"GIT_INDEX_VERSION", "4"}},
    {{"GIT_CONFIG_PARAMETERS", "'core.bare'='true'"}, {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "@/nowhere"}},
    {{"GIT_SHALLOW_FILE", "@/nowhere"}, {"GIT_GRAFT_FILE", "@/nowhere"}, {"GIT_QUARANTINE_PATH", "@/x"}},
};

std::string without_returns(std::string text) {
  std::erase(text, '\r');
  return text;
}

}  // namespace

TEST_CASE("the user's git settings, all at once, change nothing of what ddx does", "[cli][settings]") {
  Settings all;
  std::set<std::string> seen;
  for (const auto& setting : harmless)
    if (seen.insert(setting.first).second) all.push_back(setting);
  Variables variables;
  for (const Variables& some : harmless_variables) variables.insert(some.begin(), some.end());
  CHECK(Scene(all, variables).walk() == undisturbed());
  CHECK(undisturbed().steps.size() == 10);
  CHECK(undisturbed().steps.back().starts_with("ddx rollback -> 0\n"));
}

TEST_CASE("none of the user's git settings changes anything of what ddx does", "[cli][settings][long]") {
  for (const auto& [key, value] : harmless) {
    INFO(key << '=' << value);
    CHECK(Scene(Settings{{key, value}}).walk() == undisturbed());
  }
  for (const Variables& variables : harmless_variables) {
    INFO(variables.begin()->first);
    CHECK(Scene(Settings{}, variables).walk() == undisturbed());
  }
}

TEST_CASE("the user's setting for line ends changes line ends and nothing else", "[cli][settings]") {
  CHECK(Scene(Settings{{"core.autocrlf", "input"}}).walk() == undisturbed());
  const Outcome outcome = Scene(Settings{{"core.autocrlf", "true"}}).walk();
  CHECK(outcome.steps.front().find(".ddx/prompts/review.md: 644 one\r\ntwo\r\n") != std::string::npos);
  REQUIRE(outcome.steps.size() == undisturbed().steps.size());
  for (std::size_t i = 0; i < outcome.steps.size(); ++i)
    CHECK(without_returns(outcome.steps[i]) == undisturbed().steps[i]);
}

TEST_CASE("variables that name another repository stop every verb, and nothing is changed",
          "[cli][settings]") {
  for (const Variables& variables : {Variables{{"GIT_DIR", "@/library/.git"}},
                                     {{"GIT_WORK_TREE", "@/library"}},
                                     {{"GIT_INDEX_FILE", "@/library/.git/index"}},
                                     {{"GIT_OBJECT_DIRECTORY", "@/library/.git/objects"}},
                                     {{"GIT_COMMON_DIR", "@/library/.git"}}}) {
    const Scene scene(Settings{}, variables);
    const auto before = test::tree_on_disk(scene.place().folder);
    for (const auto& arguments : {std::vector<std::string>{"init", "../library"},
                                  {"pull"},
                                  {"status"},
                                  {"diff"},
                                  {"rollback"},
                                  {"snapshot", "create"}}) {
      INFO(variables.begin()->first << ' ' << arguments.front());
      const auto result = scene.place().ddx(arguments);
      CHECK(result.exit == 2);
      // A variable for the index alone matters to who has an index to keep.
      if (variables.begin()->first != "GIT_INDEX_FILE" || arguments.front() == "init")
        CHECK(result.err.find("the variable '" + variables.begin()->first + "' names ") != std::string::npos);
    }
    CHECK(test::tree_on_disk(scene.place().folder) == before);
  }
}
