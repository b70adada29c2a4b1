#include "auth/vault.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <thread>

#include "ddx/error.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"

using namespace ddx;
using auth::LoginRecord;
using auth::Vault;

namespace {

namespace fs = std::filesystem;

LoginRecord record(const std::string& token) {
  LoginRecord made;
  made.platform = "github";
  made.username = "ada";
  made.token = Secret(token);
  return made;
}

struct Scene {
  test::TempDir folder;
  test::TestHost host;
  fs::path file = folder.path() / "data/ddx/vault";
  int asked = 0;

  Vault vault(const std::string& passphrase = "correct horse") {
    return Vault(
        file,
        [this, passphrase](Vault::Asking asking) {
          if (asking == Vault::Asking::to_open_again) return Secret();
          ++asked;
          return Secret(passphrase);
        },
        host);
  }
  ErrorCode failure_of(const std::string& passphrase = "correct horse") {
    try {
      static_cast<void>(vault(passphrase).find("https://github.com"));
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  }
  void edit(const std::string& what, const std::string& with) const {
    std::string text = test::read_file(file);
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    test::write_file(file, text.replace(at, what.size(), with));
  }
};

std::string token_in(Vault& vault, const std::string& origin) {
  const auto found = vault.find(origin);
  return found ? std::string(found->token.reveal()) : "none";
}

}  // namespace

TEST_CASE("the vault gives back what was stored, and nobody else can read it", "[auth][vault]") {
  Scene scene;
  CHECK_FALSE(scene.vault().exists());
  LoginRecord whole = record("canary-token");
  whole.refresh_token = Secret("canary-refresh");
  whole.client_id = "client";
  whole.expires = std::chrono::sys_seconds(std::chrono::seconds(1'900'000'000));
  scene.vault().store("https://github.com", whole);
  CHECK(fs::status(scene.file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(fs::status(scene.file.parent_path()).permissions() == fs::perms::owner_all);
  for (const auto& entry : fs::recursive_directory_iterator(scene.folder.path()))
    if (entry.is_regular_file()) {
      CHECK(test::read_file(entry.path()).find("canary") == std::string::npos);
      CHECK(test::read_file(entry.path()).find("ada") == std::string::npos);
    }
  const auto found = scene.vault().find("https://github.com");
  REQUIRE(found);
  CHECK(found->token == whole.token);
  CHECK(found->refresh_token == whole.refresh_token);
  CHECK(found->username == "ada");
  CHECK(found->platform == "github");
  CHECK(found->client_id == "client");
  CHECK(found->expires == whole.expires);
}

TEST_CASE("a passphrase is asked for once, and only for hosts that the vault has", "[auth][vault]") {
  Scene scene;
  Vault vault = scene.vault();
  vault.store("https://github.com", record("one"));
  CHECK(scene.asked == 1);
  CHECK(token_in(vault, "https://github.com") == "one");
  CHECK(scene.asked == 1);
  Vault other = scene.vault();
  CHECK(token_in(other, "https://gitlab.com") == "none");
  CHECK(other.origins() == std::vector<std::string>{"https://github.com"});
  CHECK(scene.asked == 1);
}

TEST_CASE("a wrong passphrase and a changed vault are told", "[auth][vault]") {
  Scene scene;
  scene.vault().store("https://github.com", record("one"));
  CHECK(scene.failure_of("wrong") == ErrorCode::vault_locked);
  const std::string whole = test::read_file(scene.file);
  SECTION("a bit of the content") {
    const std::size_t at = whole.find("\"box\": \"") + 12;
    std::string changed = whole;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    test::write_file(scene.file, changed);
    CHECK(scene.failure_of() == ErrorCode::vault_locked);
  }
  SECTION("cut off anywhere") {
    for (std::size_t size = 0; size < whole.size() - 2; size += 17) {
      test::write_file(scene.file, whole.substr(0, size));
      CHECK(scene.failure_of() == ErrorCode::vault_damaged);
    }
  }
  SECTION("parameters that would eat the memory or the day") {
    scene.edit("\"memory\": 268435456", "\"memory\": 999999999999");
    CHECK(scene.failure_of() == ErrorCode::vault_damaged);
    test::write_file(scene.file, whole);
    scene.edit("\"passes\": 3", "\"passes\": 4000000000");
    CHECK(scene.failure_of() == ErrorCode::vault_damaged);
    test::write_file(scene.file, whole);
    scene.edit("\"memory\": 268435456", "\"memory\": -1");
    CHECK(scene.failure_of() == ErrorCode::vault_damaged);
  }
  SECTION("another kind of file") {
    for (const char* text : {"", "[]", "null", "{}", "{\"schema\": \"ddx/vault/2\"}", "\xff\xfe"}) {
      test::write_file(scene.file, text);
      CHECK(scene.failure_of() == ErrorCode::vault_damaged);
    }
  }
}

TEST_CASE("a vault that cannot be opened is not written over", "[auth][vault]") {
  Scene scene;
  scene.vault().store("https://github.com", record("one"));
  const std::string before = test::read_file(scene.file);
  CHECK_THROWS_AS(scene.vault("wrong").store("https://gitlab.com", record("two")), Error);
  CHECK(test::read_file(scene.file) == before);
}

TEST_CASE("two who store at once both find their login kept", "[auth][vault]") {
  Scene scene;
  test::TestHost other;
  std::thread second([&] {
    Vault(
        scene.file, [](Vault::Asking) { return Secret("correct horse"); }, other)
        .store("https://gitlab.com", record("two"));
  });
  scene.vault().store("https://github.com", record("one"));
  second.join();
  Vault vault = scene.vault();
  CHECK(token_in(vault, "https://github.com") == "one");
  CHECK(token_in(vault, "https://gitlab.com") == "two");
}

TEST_CASE("nobody waits for the vault while another is asked for its passphrase", "[auth][vault]") {
  Scene scene;
  const bool exists = GENERATE(true, false);
  if (exists) scene.vault().store("https://bitbucket.org", record("zero"));
  test::TestHost other;
  other.host().patience = std::chrono::milliseconds(50);
  int asked = 0;
  Vault slow(
      scene.file,
      [&](Vault::Asking) {
        if (++asked == 1)
          Vault(
              scene.file, [](Vault::Asking) { return Secret("correct horse"); }, other)
              .store("https://gitlab.com", record("two"));
        return Secret("correct horse");
      },
      scene.host);
  slow.store("https://github.com", record("one"));
  CHECK(asked == (exists ? 1 : 2));  // another made the vault meanwhile: its passphrase may be another
  Vault vault = scene.vault();
  CHECK(token_in(vault, "https://github.com") == "one");
  CHECK(token_in(vault, "https://gitlab.com") == "two");
}

TEST_CASE("a login is removed, and the others stay", "[auth][vault]") {
  Scene scene;
  Vault vault = scene.vault();
  vault.store("https://github.com", record("one"));
  vault.store("https://gitlab.com", record("two"));
  CHECK(vault.remove("https://github.com"));
  CHECK_FALSE(vault.remove("https://github.com"));
  CHECK(token_in(vault, "https://github.com") == "none");
  CHECK(token_in(vault, "https://gitlab.com") == "two");
}

TEST_CASE("what a process left that died while it wrote the vault is no obstacle", "[auth][vault]") {
  Scene scene;
  test::write_file(scene.file.string() + ".new", "half");
  scene.vault().store("https://github.com", record("one"));
  Vault vault = scene.vault();
  CHECK(token_in(vault, "https://github.com") == "one");
}
