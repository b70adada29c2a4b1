#include <catch2/catch_test_macros.hpp>

#include "auth/askpass_source.hpp"
#include "auth/fake_person.hpp"
#include "auth/make_chain.hpp"
#include "ddx/auth.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using auth::Source;

namespace {

namespace fs = std::filesystem;

struct Scene {
  test::TempDir folder;
  test::TestRepo repo{folder.path() / "project"};
  test::TestHost host;
  Source::Request request{*Origin::of(UpstreamUrl::parse("https://git.example.com:8443/")), "library", {}};

  Scene() { host.environment["HOME"] = folder.path().string(); }

  /// A program that writes its questions down. \param answer  a shell command
  std::string program(const std::string& name, const std::string& answer) const {
    const fs::path file = folder.path() / name;
    test::write_file(file,
                     "#!/bin/sh\nprintf '%s|' \"$@\" >> " + asked_file().string() + "\n" + answer + "\n");
    fs::permissions(file, fs::perms::owner_all);
    return file.string();
  }
  /// One that knows ada.
  std::string ada(const std::string& name, const std::string& password) const {
    return program(name, "case $1 in User*) echo ada;; *) echo " + password + ";; esac");
  }
  fs::path asked_file() const { return folder.path() / "asked"; }
  std::string asked() const { return fs::exists(asked_file()) ? test::read_file(asked_file()) : ""; }

  std::string found(const std::string& username = {}, const auth::ProgramLimits& limits = {}) {
    const std::string program = auth::askpass_program(git::UserSettings::open(repo.path(), host), host);
    const auto answer =
        auth::make_askpass_source(repo.path(), program, username, host, limits)->find(request);
    return answer.credential
               ? answer.credential->username + ":" + std::string(answer.credential->secret.reveal())
               : "none: " + answer.why_not;
  }
  std::string found_by_chain() {
    const auto credential = auth::make_chain({request.origin, repo.path()}, host)->next(request);
    return credential ? std::string(credential->secret.reveal()) + " from " + credential->source : "none";
  }
};

}  // namespace

TEST_CASE("git's askpass program is asked where nobody is there, with git's questions", "[auth][askpass]") {
  Scene scene;
  scene.host.environment["GIT_ASKPASS"] = scene.ada("asks", "s3cret");
  CHECK(scene.found_by_chain() == "s3cret from askpass 'asks'");
  CHECK(scene.asked() ==
        "Username for 'https://git.example.com:8443': |Password for 'https://ada@git.example.com:8443': |");
}

TEST_CASE("of several askpass programs the one counts that git would take", "[auth][askpass]") {
  Scene scene;
  CHECK(scene.found() == "none: ");
  scene.host.environment["SSH_ASKPASS"] = scene.ada("third", "three");
  CHECK(scene.found() == "ada:three");
  scene.repo.git({"config", "core.askPass", scene.ada("second", "two")});
  CHECK(scene.found() == "ada:two");
  scene.host.environment["GIT_ASKPASS"] = scene.ada("first", "one");
  CHECK(scene.found() == "ada:one");
  scene.host.environment["GIT_ASKPASS"] = "";
  CHECK(scene.found() == "none: ");
}

TEST_CASE("an askpass program is asked only for what is not known", "[auth][askpass]") {
  Scene scene;
  scene.host.environment["GIT_ASKPASS"] = scene.ada("asks", "s3cret");
  SECTION("the user name of git's settings") {
    CHECK(scene.found("grace") == "grace:s3cret");
    CHECK(scene.asked() == "Password for 'https://grace@git.example.com:8443': |");
  }
  SECTION("a server that takes tokens alone") {
    scene.request.challenges = {"Bearer realm=\"git\""};
    CHECK(scene.found() == ":s3cret");
    CHECK(scene.asked() == "Password for 'https://git.example.com:8443': |");
  }
}

TEST_CASE("what is kept goes before an askpass program, which goes before the terminal", "[auth][askpass]") {
  Scene scene;
  test::FakePerson person;
  scene.host.host().person = &person;
  scene.host.environment["GIT_ASKPASS"] = scene.program("asks", "exit 1");
  test::write_file(scene.folder.path() / ".netrc", "machine git.example.com:8443 login ada password kept\n");
  fs::permissions(scene.folder.path() / ".netrc", fs::perms::owner_read | fs::perms::owner_write);
  CHECK(scene.found_by_chain().starts_with("kept from "));
  CHECK(scene.asked().empty());
  fs::remove(scene.folder.path() / ".netrc");
  person.answers = {"ada", "typed"};
  CHECK(scene.found_by_chain() == "typed from terminal");
  CHECK(scene.asked() == "Username for 'https://git.example.com:8443': |");
}

TEST_CASE("an askpass program that fails, hangs or says nothing gives nothing", "[auth][askpass]") {
  Scene scene;
  const auto with = [&](const std::string& answer) {
    scene.host.environment["GIT_ASKPASS"] = scene.program("asks", answer);
    return scene.found({}, {.time = std::chrono::milliseconds(500), .output_bytes = 4096});
  };
  CHECK(with("exit 3") == "none: it failed with status 3");
  CHECK(with("echo") == "none: it answers nothing");
  CHECK(with("exec sleep 100") == "none: did not answer within 1 seconds");
  CHECK(with("yes | head -c 10000") == "none: answered with more than 4 KiB");
  CHECK(with("printf 'one\\r\\ntwo\\n'") == "one:one");
  scene.host.environment["GIT_ASKPASS"] = "no-such-program";
  CHECK(scene.found() == "none: there is no such program in PATH");
}

TEST_CASE("an askpass program without a person behind it is asked once", "[auth][askpass]") {
  Scene scene;
  scene.host.environment["GIT_ASKPASS"] = scene.ada("asks", "wrong");
  const auto chain = auth::make_chain({scene.request.origin, scene.repo.path()}, scene.host);
  const auto credential = chain->next(scene.request);
  REQUIRE(credential);
  chain->rejected(scene.request, *credential);
  CHECK_FALSE(chain->next(scene.request));
  CHECK(scene.asked().find("User", 5) == std::string::npos);
}

TEST_CASE("an askpass program gets none of the tokens, and is told by status", "[auth][askpass]") {
  Scene scene;
  scene.host.environment["GIT_ASKPASS"] =
      scene.program("asks", "/usr/bin/env > " + (scene.folder.path() / "env").string());
  scene.host.environment["GITHUB_TOKEN"] = "canary";
  scene.host.environment["ITS_OWN"] = "kept";
  static_cast<void>(scene.found());
  const std::string seen = test::read_file(scene.folder.path() / "env");
  CHECK(seen.find("canary") == std::string::npos);
  CHECK(seen.find("ITS_OWN=kept\n") != std::string::npos);
  fs::remove(scene.asked_file());
  const LoginTarget target{scene.request.origin, "library", scene.repo.path()};
  CHECK(auth_status(target, scene.host).source == "askpass 'asks'");
  CHECK(scene.asked().empty());
}
