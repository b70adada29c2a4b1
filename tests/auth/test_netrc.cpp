#include "auth/netrc.hpp"

#include <catch2/catch_test_macros.hpp>

#include "support/temp_dir.hpp"
#include "support/test_host.hpp"

using namespace ddx;

namespace {

std::string look(const std::string& text, const std::string& machine, const std::string& user = "") {
  const auto login = auth::find_in_netrc(text, machine, user);
  return login ? login->username + ":" + std::string(login->password.reveal()) : "none";
}

Origin origin(const char* url) { return *Origin::of(UpstreamUrl::parse(url)); }

}  // namespace

TEST_CASE("netrc is read as the programs read it that made it", "[auth][netrc]") {
  const std::string text =
      "# a comment with machine evil\n"
      "machine one.example login ada password first\n"
      "machine one.example\n\tlogin grace\n\tpassword \"sec\\\"ond\"\n\taccount x\n"
      "macdef init\nmachine two.example login no password macro\n\n"
      "machine three.example password only\n"
      "default login anybody password everywhere\n";
  CHECK(look(text, "one.example") == "ada:first");
  CHECK(look(text, "one.example", "grace") == "grace:sec\"ond");
  CHECK(look(text, "one.example", "eve") == "none");
  CHECK(look(text, "three.example") == ":only");
  CHECK(look(text, "two.example") == "none");
  CHECK(look(text, "evil") == "none");
  CHECK(look(text, "four.example") == "none");
  CHECK(look("machine", "x") == "none");
  CHECK(look("machine one.example login", "one.example") == "none");
  CHECK(look("machine one.example password \"open", "one.example") == ":open");
}

TEST_CASE("a netrc's comment begins where an entry could, never as a value", "[auth][netrc]") {
  const std::string text =
      "machine one.example login ada password #pw\n"
      "machine two.example login #bob password \"#sec ret\" # of bob, password evil\n"
      "machine three.example account #x password third\n"
      "#machine four.example password evil\n"
      "machine #five password fifth\n";
  CHECK(look(text, "one.example") == "ada:#pw");
  CHECK(look(text, "two.example") == "#bob:#sec ret");
  CHECK(look(text, "three.example") == ":third");
  CHECK(look(text, "four.example") == "none");
  CHECK(look(text, "#five") == ":fifth");
}

TEST_CASE("a netrc gives a login to its machine alone, and is not changed", "[auth][netrc]") {
  test::TempDir folder;
  test::TestHost host;
  const std::string text = "machine git.example.com login ada password s3cret\n";
  test::write_file(folder.path() / ".netrc", text);
  host.environment["HOME"] = folder.path().string();
  const auto asked = [&](const char* url, std::optional<Origin> upstream = {}) {
    const auto source = auth::make_netrc_source(upstream, "", host);
    const auto answer = source->find({origin(url), "a", {}});
    return answer.credential ? std::string(answer.credential->secret.reveal()) : "none: " + answer.why_not;
  };
  CHECK(asked("https://git.example.com/a") == "s3cret");
  CHECK(asked("https://git.example.com.evil.example/a") ==
        "none: it has nothing for 'git.example.com.evil.example'");
  CHECK(asked("https://git.example.com:8443/a") == "none: it has nothing for 'git.example.com:8443'");
  CHECK(asked("https://git.example.com:8443/a", origin("https://git.example.com:8443/")) == "s3cret");
  CHECK(test::read_file(folder.path() / ".netrc") == text);
  host.environment["NETRC"] = (folder.path() / "missing").string();
  CHECK(asked("https://git.example.com/a") == "none: there is none");
}
