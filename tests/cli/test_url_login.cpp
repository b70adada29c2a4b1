#include <catch2/catch_test_macros.hpp>

#include "cli/place.hpp"
#include "support/git_http_server.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::Place;

namespace {

test::GitHttpServer& server() {
  static test::GitHttpServer one;
  return one;
}

/// A project, and an upstream on a web server that lets alice in.
struct PrivatePlace : Place {
  PrivatePlace() : upstream(server().repositories() / folder.path().filename()) {
    upstream.write("prompts/greet.md", "hello\n");
    upstream.commit("first");
  }
  [[nodiscard]] std::string url(const std::string& login) const {
    std::string text = server().http_url("/private/" + upstream.path().filename().string() + "/.git");
    return text.insert(text.find("://") + 3, login);
  }
  /// Whether a file of the project or its git directory holds this.
  [[nodiscard]] bool is_kept(const std::string& secret) const {
    for (const auto& [path, bytes] : test::tree_on_disk(project.path()))
      if (bytes.find(secret) != bytes.npos) return true;
    return false;
  }

  test::TestRepo upstream;
};

}  // namespace

TEST_CASE("a login in the URL is used once, left out of every file, and warned of", "[cli][login]") {
  PrivatePlace place;
  const auto result = place.ddx({"init", place.url("alice:s3cret@")});
  CHECK(result.exit == 0);
  CHECK(result.err.find("the login was left out of the URL") != std::string::npos);
  CHECK((result.out + result.err).find("s3cret") == std::string::npos);
  CHECK(place.project.read(".ddx/prompts/greet.md") == "hello\n");
  CHECK(place.project.read(".ddx.yml").find("alice") == std::string::npos);
  CHECK_FALSE(place.is_kept("s3cret"));
  const auto later = place.ddx({"pull"});
  CHECK(later.exit == 4);
  CHECK(later.err.find("asks for a login") != std::string::npos);
}

TEST_CASE("a user name in the URL is left out of it", "[cli][login]") {
  PrivatePlace place;
  const auto result = place.ddx({"init", place.url("alice@")});
  CHECK(result.exit == 4);
  CHECK(result.err.find("the user name was left out of the URL") != std::string::npos);
  CHECK_FALSE(fs::exists(place.project.path() / ".ddx.yml"));
}

TEST_CASE("a wrong login in the URL is refused without being shown", "[cli][login]") {
  PrivatePlace place;
  const auto result = place.ddx({"init", place.url("alice:canary-9@"), "--format", "json"});
  CHECK(result.exit == 4);
  CHECK(result.out.find("refuses the credentials from the URL") != std::string::npos);
  CHECK((result.out + result.err).find("canary-9") == std::string::npos);
  CHECK_FALSE(place.is_kept("canary-9"));
}

TEST_CASE("a login in the URL goes to the host that it stood before, not where insteadOf leads",
          "[cli][login]") {
  PrivatePlace place;
  const std::string stand_in = "http://localhost:1/";
  place.project.git({"config", "url." + server().http_url("/private/") + ".insteadOf", stand_in});
  const std::string path = place.upstream.path().filename().string() + "/.git";
  const auto refused = place.ddx({"init", "http://alice:s3cret@localhost:1/" + path});
  CHECK(refused.exit == 4);
  CHECK(refused.err.find("asks for a login") != std::string::npos);
  CHECK(refused.err.find("the URL: it is for 'localhost:1' only") != std::string::npos);
  // The token of the upstream is for where a pull goes.
  place.environment["DDX_TOKEN"] = "s3cret";
  place.project.git({"config", "credential.username", "alice"});
  CHECK(place.ddx({"init", stand_in + path}).exit == 0);
}

TEST_CASE("a private upstream is pulled with a token from the environment", "[cli][login]") {
  PrivatePlace place;
  place.environment["DDX_TOKEN"] = "s3cret";
  place.project.git({"config", "credential.username", "alice"});
  CHECK(place.ddx({"init", place.url("")}).exit == 0);
  place.upstream.write("prompts/greet.md", "hello again\n");
  place.upstream.commit("second");
  CHECK(place.ddx({"pull"}).exit == 0);
  CHECK(place.project.read(".ddx/prompts/greet.md") == "hello again\n");
  CHECK_FALSE(place.is_kept("s3cret"));
}

TEST_CASE("Ctrl-C at the question for a login is an interruption and nothing else", "[cli][login]") {
  PrivatePlace place;
  for (int i = 0; i < 8; ++i) {
    test::Pty terminal = place.ddx_on_a_terminal({"init", place.url("")});
    terminal.wait_for("User name for");
    terminal.send("\x03");
    CHECK(terminal.wait() == 130);
    CHECK(terminal.shown().find("nothing was changed") != std::string::npos);
    CHECK(terminal.is_as_usual());
  }
}

TEST_CASE("what could forge a line for a credential helper is refused in every part of a URL",
          "[cli][login]") {
  Place place;
  place.environment["HOME"] = place.folder.path().string();
  const std::string told = (place.folder.path() / "told").string();
  place.project.git({"config", "credential.helper", "!f() { cat >> " + told + "; }; f"});
  for (const std::string forged : {"%0ahost=github.com", "%0dhost=github.com", "%00", "%0D%0A",
                                   "\nhost=github.com", "\r\nhost=github.com", "\x1b[2J", "%7f"})
    for (const std::string& url :
         {"https://ada" + forged + ":s3cret@127.0.0.1:1/x.git",
          "https://ada:s3cret" + forged + "@127.0.0.1:1/x.git", "https://127.0.0.1" + forged + ":1/x.git",
          "https://127.0.0.1:1/x" + forged + ".git", "ssh://ada" + forged + "@127.0.0.1:1/x.git",
          "ssh://127.0.0.1:1/x" + forged}) {
      const auto refused = place.ddx({"init", url});
      INFO(url + "\n" + refused.err);
      CHECK(refused.exit == 2);
      CHECK(refused.err.find("s3cret") == std::string::npos);
      CHECK(refused.err.find("hint: ") != std::string::npos);
      CHECK(refused.err.find('\r') == std::string::npos);
      CHECK(refused.err.find('\x1b') == std::string::npos);
    }
  CHECK_FALSE(std::filesystem::exists(told));
  CHECK_FALSE(std::filesystem::exists(place.project.path() / ".ddx.yml"));
}
