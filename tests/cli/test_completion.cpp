#include "cli/completion.hpp"

#include <CLI/CLI.hpp>

#include <catch2/catch_test_macros.hpp>

#include "cli/app.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using namespace ddx::cli;
using test::run;

namespace {

std::string script_for(Shell shell) { return completion_script(App().grammar(), shell); }

/// What bash offers after these words, the last one being typed; sorted, one a line.
std::string bash_offers(const fs::path& in, const std::vector<std::string>& words) {
  test::write_file(in / "ddx.bash", script_for(Shell::bash));
  std::string array;
  for (const auto& word : words) array += " '" + word + "'";
  const std::string driver = "source ./ddx.bash; COMP_WORDS=(" + array +
                             "); COMP_CWORD=" + std::to_string(words.size() - 1) +
                             "; _ddx; printf '%s\\n' \"${COMPREPLY[@]}\" | LC_ALL=C sort";
  const auto result =
      run(in, {"bash", "--norc", "-euo", "pipefail", "-c", driver}, test::clean_environment(in));
  CHECK(result.err == "");
  return result.out;
}

bool installed(const test::TempDir& home, const std::string& shell) {
  return run(home, {shell, "--version"}, test::clean_environment(home)).exit == 0;
}

}  // namespace

TEST_CASE("bash completes commands, options and the words they take", "[cli][completion]") {
  const test::TempDir home;
  CHECK(bash_offers(home, {"ddx", "p"}) == "pull\npush\n");
  CHECK(bash_offers(home, {"ddx", "-q", "--color", "never", "ro"}) == "rollback\n");
  CHECK(bash_offers(home, {"ddx", "--color", "a"}) == "always\nauto\n");
  CHECK(bash_offers(home, {"ddx", "status", "--color", "=", "n"}) == "never\n");
  CHECK(bash_offers(home, {"ddx", "init", "--conflict", "m"}) == "markers\nmine\n");
  CHECK(bash_offers(home, {"ddx", "update", "--dr"}) == "--dry-run\n");
  CHECK(bash_offers(home, {"ddx", "diff", "--name"}) == "--name-only\n--name-status\n");
  CHECK(bash_offers(home, {"ddx", "completion", ""}) == "bash\nfish\npowershell\nzsh\n");
  CHECK(bash_offers(home, {"ddx", "help", "ro"}) == "rollback\n");
  CHECK(bash_offers(home, {"ddx", "log", "--ve"}) == "--verbose\n--verify\n--version\n");
  CHECK(bash_offers(home, {"ddx", "snapshot", "c"}) == "create\n");
  CHECK(bash_offers(home, {"ddx", "snapshot", "create", "--n"}) == "--name\n--no-input\n--no-progress\n");
  CHECK(bash_offers(home, {"ddx", "-q", "snapshot", "prune", "--dr"}) == "--dry-run\n");
}

TEST_CASE("bash completes folders with spaces and leaves other names to readline", "[cli][completion]") {
  const test::TempDir home;
  fs::create_directory(home.path() / "my folder");
  CHECK(bash_offers(home, {"ddx", "-C", "my"}) == "my folder\n");
  CHECK(bash_offers(home, {"ddx", "pull", "my"}) == "\n");
  CHECK(bash_offers(home, {"ddx", "pull", "--", "--dr"}) == "\n");
}

TEST_CASE("completion scripts are valid where their shell is installed", "[cli][completion]") {
  const test::TempDir home;
  const std::vector<std::pair<std::string, Shell>> shells = {
      {"bash", Shell::bash}, {"zsh", Shell::zsh}, {"fish", Shell::fish}};
  for (const auto& [program, shell] : shells) {
    if (!installed(home, program)) continue;
    test::write_file(home.path() / "script", script_for(shell));
    const auto checked = run(home, {program, "-n", "script"}, test::clean_environment(home));
    INFO(program << ": " << checked.err);
    CHECK(checked.exit == 0);
  }
}

TEST_CASE("every shell's script knows every command and option", "[cli][completion]") {
  const App app;
  const CLI::App* nested = app.grammar().get_subcommand("snapshot");
  for (const Shell shell : {Shell::bash, Shell::zsh, Shell::fish, Shell::powershell}) {
    const std::string script = script_for(shell);
    auto commands = app.grammar().get_subcommands([](const CLI::App*) { return true; });
    const auto below = nested->get_subcommands([](const CLI::App*) { return true; });
    commands.insert(commands.end(), below.begin(), below.end());
    for (const CLI::App* command : commands) {
      CHECK(script.find(command->get_name()) != std::string::npos);
      for (const CLI::Option* option : command->get_options()) {
        for (const auto& name : option->get_lnames()) {
          INFO(name);
          CHECK(script.find((shell == Shell::fish ? "-l " : "--") + name) != std::string::npos);
        }
      }
    }
  }
}
