#include <yaml-cpp/yaml.h>

#include <catch2/catch_test_macros.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "base/base64.hpp"
#include "cli/app.hpp"
#include "cli/place.hpp"
#include "support/git_http_server.hpp"

using namespace ddx;
using test::Place;

namespace {

using Lines = std::vector<std::string>;

test::GitHttpServer& server() {
  static test::GitHttpServer one;
  return one;
}

/// The file that a page shows after a comment with its name.
std::string snippet(const std::string& file) {
  std::istringstream page(test::read_file(std::filesystem::path(DDX_SOURCE_DIR) / "docs/commands/auth.md"));
  std::string text;
  bool is_inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "    # " + file) is_inside = true;
    if (is_inside && !line.starts_with("    ")) break;
    if (is_inside) text += line.substr(4) + "\n";
  }
  return text;
}

/// The lines that run ddx.
Lines ddx_lines(const std::string& script) {
  Lines lines;
  std::istringstream text(script);
  for (std::string line; std::getline(text, line);)
    if (line.starts_with("ddx ")) lines.push_back(line);
  return lines;
}

Lines ddx_lines(const YAML::Node& list) {
  Lines lines;
  for (const auto& line : list)
    if (const auto text = line.as<std::string>(); text.starts_with("ddx ")) lines.push_back(text);
  return lines;
}

struct GithubStep {
  Lines commands;
  std::map<std::string, std::string> environment;
};

GithubStep github_step() {
  const YAML::Node file = YAML::Load(snippet(".github/workflows/library.yml"));
  GithubStep found;
  for (const auto& step : file["jobs"]["pull"]["steps"]) {
    if (!step["run"]) continue;
    const Lines lines = ddx_lines(step["run"].as<std::string>());
    if (lines.empty()) continue;
    found.commands = lines;
    for (const auto& variable : step["env"])
      found.environment[variable.first.as<std::string>()] = variable.second.as<std::string>();
  }
  return found;
}

Lines gitlab_commands() { return ddx_lines(YAML::Load(snippet(".gitlab-ci.yml"))["library"]["script"]); }

Lines bitbucket_commands() {
  const YAML::Node file = YAML::Load(snippet("bitbucket-pipelines.yml"));
  return ddx_lines(file["pipelines"]["custom"]["library"][0]["step"]["script"]);
}

/// A project in a build, whose upstream gives itself only to who has the right token.
struct Build : Place {
  Build() : upstream(server().repositories() / folder.path().filename()) {
    upstream.write("prompts/greet.md", "hello\n");
    upstream.commit("first");
    environment["GIT_SSL_CAINFO"] = server().certificate_authority().string();
    environment["CI"] = "true";
    environment["PATH"] =
        std::filesystem::path(DDX_PROGRAM).parent_path().string() + ":" + environment["PATH"];
    const std::string url = server().https_url("/bearer/" + upstream.path().filename().string() + "/.git");
    environment["DDX_TOKEN"] = "right-token";
    const auto connected = ddx({"init", url});
    INFO(connected.err);
    REQUIRE(connected.exit == 0);
    environment.erase("DDX_TOKEN");
    upstream.write("prompts/greet.md", "hello again\n");
    upstream.commit("second");
  }
  [[nodiscard]] static std::string port() {
    const std::string url = server().https_url("/");
    return url.substr(url.rfind(':') + 1, url.size() - url.rfind(':') - 2);
  }
  /// As a runner does it: a shell that ends at the first failure.
  [[nodiscard]] test::RunResult run(const Lines& commands) const {
    std::string script = "set -e\n";
    for (const std::string& command : commands) script += command + "\n";
    return test::run(project.path(), {"/bin/sh", "-c", script}, environment);
  }
  [[nodiscard]] bool is_updated() const { return project.read(".ddx/prompts/greet.md") == "hello again\n"; }

  test::TestRepo upstream;
};

void check_updates(const Build& build, const Lines& commands) {
  REQUIRE(commands.size() == 3);
  const auto result = build.run(commands);
  INFO(result.out + result.err);
  CHECK(result.exit == 0);
  CHECK(build.is_updated());
}

}  // namespace

TEST_CASE("GitHub Actions: the page's workflow pulls, beside the login that checkout leaves", "[cli][ci]") {
  Build build;
  auto step = github_step();
  build.environment["GITHUB_ACTIONS"] = "true";
  build.environment["GITHUB_SERVER_URL"] = server().https_url("");
  build.environment["GITHUB_TOKEN"] = "job-token";
  build.project.git({"config", "http." + server().https_url("/") + ".extraheader",
                     "AUTHORIZATION: basic " + encode_base64("x-access-token:job-token")});
  REQUIRE(step.environment ==
          std::map<std::string, std::string>{{"DDX_TOKEN", "${{ secrets.LIBRARY_TOKEN }}"}});
  build.environment["DDX_TOKEN"] = "wrong-token";
  const auto refused = build.run(step.commands);
  CHECK(refused.exit == 4);
  CHECK_FALSE(build.is_updated());
  build.environment["DDX_TOKEN"] = "right-token";
  check_updates(build, step.commands);
}

TEST_CASE("GitLab CI: the page's job pulls with the token that it has already", "[cli][ci]") {
  Build build;
  build.environment["GITLAB_CI"] = "true";
  build.environment["CI_JOB_TOKEN"] = "right-token";
  build.environment["CI_SERVER_HOST"] = "localhost";
  build.environment["CI_SERVER_PORT"] = Build::port();
  build.environment["CI_SERVER_PROTOCOL"] = "http";
  CHECK(build.run(gitlab_commands()).exit == 4);  // another server's token
  build.environment["CI_SERVER_PROTOCOL"] = "https";
  check_updates(build, gitlab_commands());
}

TEST_CASE("Bitbucket Pipelines: the page's step pulls, and bitbucket.org's token goes nowhere else",
          "[cli][ci]") {
  Build build;
  build.environment["BITBUCKET_BUILD_NUMBER"] = "7";
  build.environment["BITBUCKET_WORKSPACE"] = "team";
  build.environment["BITBUCKET_ACCESS_TOKEN"] = "right-token";
  CHECK(build.run(bitbucket_commands()).exit == 4);
  CHECK_FALSE(build.is_updated());
  build.environment["DDX_TOKEN"] = "right-token";
  check_updates(build, bitbucket_commands());
}

TEST_CASE("what the page's build files run and name exists", "[cli][ci]") {
  std::string all;
  for (const char* file : {".github/workflows/library.yml", ".gitlab-ci.yml", "bitbucket-pipelines.yml"}) {
    INFO(file);
    const std::string text = snippet(file);
    REQUIRE_FALSE(text.empty());
    CHECK(YAML::Load(text).IsMap());
    CHECK(text.find("\t") == std::string::npos);
    all += text;
  }
  const std::set<std::string> known{"DDX_TOKEN", "PACKAGE_URL", "LIBRARY_TOKEN", "CI_PIPELINE_SOURCE"};
  const std::regex variable(R"(\b[A-Z][A-Z]+(_[A-Z]+)+\b)");
  for (std::sregex_iterator found(all.begin(), all.end(), variable), end; found != end; ++found)
    CHECK(known.contains(found->str()));
  test::TempDir folder;
  Lines commands = github_step().commands;
  for (const Lines& more : {gitlab_commands(), bitbucket_commands()})
    commands.insert(commands.end(), more.begin(), more.end());
  CHECK(commands.size() == 9);
  for (const std::string& command : commands) {
    // The grammar refuses what does not exist, with or without a project.
    const auto result = test::run(folder.path(), {"/bin/sh", "-c", DDX_PROGRAM + command.substr(3)},
                                  test::clean_environment(folder));
    INFO(command + ": " + result.err);
    CHECK(result.err.find("DDX-2001") == std::string::npos);
  }
}
