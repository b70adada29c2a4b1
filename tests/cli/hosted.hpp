#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "cli/place.hpp"
#include "cli/schema.hpp"
#include "support/contains.hpp"
#include "support/fake_hosting.hpp"
#include "support/git_http_server.hpp"

namespace ddx::test {

/// A project that follows a local library, on whose computer somebody is known to git.
struct Contributor : Place {
  Contributor() {
    project.git({"config", "user.name", "Ada"});
    project.git({"config", "user.email", "ada@example.com"});
  }
  void start() {
    const auto made = ddx({"init", library.path().string()});
    if (made.exit != 0) throw std::runtime_error("init failed: " + made.err);
    project.commit("connect");
    project.write(".ddx/prompts/review.md", "one\ntwo\nthree, please\n");
    project.write(".ddx/tools/new.sh", "exit 1\n");
  }
  [[nodiscard]] nlohmann::json run_json(std::vector<std::string> arguments, const std::string& schema) const {
    arguments.insert(arguments.end(), {"--format", "json"});
    const auto result = ddx(arguments);
    CHECK(violations(schema, result.out) == "");
    const nlohmann::json object = nlohmann::json::parse(result.out);
    CHECK(object.at("exit") == result.exit);
    return object;
  }
};

/// A git server that a platform's interface belongs to, where ada may push to `team/library` or may not.
template <class Fake>
struct Hosted : Contributor {
  Hosted(const std::string& platform, const std::vector<std::string>& writers) {
    for (const char* name : {"team", "ada"}) {
      const std::filesystem::path bare = server.repositories() / name / "library.git";
      library.git({"clone", "-q", "--bare", library.path().string(), bare.string()});
      TestRepo::existing(bare).git({"config", "http.receivepack", "true"});
      run(bare, {"chmod", "-R", "a+rwX", "."}, environment);  // the server may be another user
    }
    fake.with_model([&](HostedModel& model) {
      model.tokens["good"] = "ada";
      model.add("team", "library", writers);
    });
    environment["DDX_PLATFORM"] = platform;
    environment["DDX_API_URL"] = fake.url() + "/git" + fake.api_url().substr(fake.url().size());
    environment["DDX_TOKEN"] = "good";
    const auto made = ddx({"init", server.http_url("/git/team/library.git")});
    if (made.exit != 0) throw std::runtime_error("init failed: " + made.err);
    project.commit("connect");
    project.write(".ddx/prompts/review.md", "one\ntwo\nthree, please\n");
    project.write(".ddx/tools/new.sh", "exit 1\n");
  }
  [[nodiscard]] TestRepo bare(const std::string& owner) const {
    return TestRepo::existing(server.repositories() / owner / "library.git");
  }
  /// A clone of the upstream by who decides about contributions.
  [[nodiscard]] TestRepo maintainer() const {
    const std::filesystem::path clone = folder.path() / "maintainer";
    library.git({"clone", "-q", bare("team").path().string(), clone.string()});
    return TestRepo::existing(clone);
  }
  /// As a maintainer merges a contribution: its branch becomes one commit of somebody else.
  void squash(const std::string& branch, const std::string& message) const {
    const TestRepo clone = maintainer();
    clone.git({"merge", "-q", "--squash", "origin/" + branch});
    clone.git({"commit", "-qm", message});
    clone.git({"push", "-q", "origin", "HEAD:main"});
  }
  [[nodiscard]] std::vector<HostedModel::Request> requests() {
    std::vector<HostedModel::Request> found;
    fake.with_model([&](HostedModel& model) { found = model.requests; });
    return found;
  }

  GitHttpServer server;
  Fake fake;
};

}  // namespace ddx::test
