#include "cli/help.hpp"

#include <CLI/CLI.hpp>

#include <regex>
#include <set>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

#include "cli/app.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using namespace ddx::cli;

namespace {

using Names = std::set<std::string>;

Names registered_options(const CLI::App& app) {
  Names names;
  for (const CLI::Option* option : app.get_options()) {
    for (const auto& name : option->get_snames()) names.insert("-" + name);
    for (const auto& name : option->get_lnames()) names.insert("--" + name);
  }
  if (app.get_parent() == nullptr) return names;
  for (const CLI::App* inner : app.get_subcommands([](const CLI::App*) { return true; }))
    names.merge(registered_options(*inner));
  return names;
}

/// The options in the terms of a page's items.
Names documented_options(const std::string& page) {
  Names names;
  std::istringstream lines(page);
  const std::regex option(R"(`(--?[A-Za-z][a-z-]*))");
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("- `")) continue;
    const std::string term = line.substr(0, line.find("`: "));
    for (std::sregex_iterator found(term.begin(), term.end(), option), end; found != end; ++found)
      names.insert((*found)[1]);
  }
  return names;
}

std::vector<const CLI::App*> commands_of(const App& app) {
  return app.grammar().get_subcommands([](const CLI::App*) { return true; });
}

}  // namespace

TEST_CASE("a command's page names exactly the options that the command takes", "[cli][help]") {
  const App app;
  CHECK(documented_options(help_pages().at("ddx")) == registered_options(app.grammar()));
  for (const CLI::App* command : commands_of(app)) {
    INFO(command->get_name());
    REQUIRE(help_pages().contains(command->get_name()));
    CHECK(documented_options(help_pages().at(command->get_name())) == registered_options(*command));
  }
}

TEST_CASE("every page belongs to a command, and the overview names every command", "[cli][help]") {
  const App app;
  Names names{"ddx"};
  for (const CLI::App* command : commands_of(app)) {
    names.insert(command->get_name());
    CHECK(help_pages().at("ddx").find("- `ddx " + command->get_name()) != std::string::npos);
  }
  Names pages;
  for (const auto& [name, text] : help_pages()) pages.insert(name);
  CHECK(pages == names);
}

TEST_CASE("every example in a page can be typed", "[cli][help]") {
  for (const auto& [name, text] : help_pages()) {
    std::istringstream lines(text.substr(std::min(text.find("## Examples"), text.size())));
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("    ddx ")) continue;
      std::istringstream words(line.substr(8, line.find('>') - 8));
      App app;
      INFO(line);
      CHECK_NOTHROW(app.parse({std::istream_iterator<std::string>(words), {}}));
    }
  }
}

TEST_CASE("help on a terminal has no markdown left", "[cli][help]") {
  for (const auto& [name, text] : help_pages()) {
    const std::string page = help_page(name).text(Colors::no);
    CHECK(page.find('`') == std::string::npos);
    CHECK(page.find("\n#") == std::string::npos);
    CHECK(page.starts_with(name == "ddx" ? "ddx\n" : "ddx " + name + "\n"));
  }
}

TEST_CASE("an item of a help page stands with its text below", "[cli][help]") {
  CHECK(help_page("help").text(Colors::no).find("\nOptions\n\n  COMMAND\n      the command\n") !=
        std::string::npos);
}

TEST_CASE("the manual is made for every page and renders without a warning", "[cli][help]") {
  const test::TempDir home;
  const auto environment = test::clean_environment(home);
  const bool has_man = test::run(home, {"man", "--version"}, environment).exit == 0;
  for (const auto& [name, text] : help_pages()) {
    const fs::path page = fs::path(DDX_MANUAL) / (name == "ddx" ? "ddx.1" : "ddx-" + name + ".1");
    INFO(page);
    REQUIRE(fs::exists(page));
    if (!has_man) continue;
    const auto rendered =
        test::run(home, {"man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", page.string()}, environment);
    CHECK(rendered.exit == 0);
    CHECK(rendered.err == "");
    CHECK(rendered.out.find("ddx manual") != std::string::npos);
  }
}
