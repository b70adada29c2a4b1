#include "auth/stored_sources.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <thread>

#include "auth/fake_person.hpp"
#include "auth/private_folder.hpp"
#include "auth/renewal_lock.hpp"
#include "ddx/error.hpp"
#include "platform/wait_for_lock.hpp"
#include "support/fake_platform.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"

using namespace ddx;
using auth::LoginRecord;
using auth::LoginStore;
using auth::Source;
using test::FakePlatform;

namespace {

/// A keychain in memory, in any state.
class FakeKeychain : public Keychain {
 public:
  State now = State::open;
  std::map<std::string, Secret> items;
  bool broken = false;

  [[nodiscard]] std::string name() const override { return "Fake"; }
  [[nodiscard]] State state() override { return now; }
  [[nodiscard]] std::string reason() const override { return now == State::absent ? "gone" : ""; }
  [[nodiscard]] std::optional<Secret> find(const std::string& key) override {
    check();
    const auto found = items.find(key);
    return found == items.end() ? std::nullopt : std::optional(found->second);
  }
  void store(const std::string& key, const std::string&, const Secret& secret) override {
    check();
    items[key] = secret;
  }
  bool remove(const std::string& key) override { return items.erase(key) > 0; }
  [[nodiscard]] std::vector<std::string> keys() override {
    std::vector<std::string> all;
    for (const auto& [key, secret] : items) all.push_back(key);
    return all;
  }

 private:
  void check() const {
    if (broken) throw KeychainError("it is broken");
  }
};

struct Scene {
  std::vector<FakePlatform::Answer> answers;
  std::size_t asked = 0;
  FakePlatform server{[this](const FakePlatform::Request&) { return answers.at(asked++); }};
  test::TempDir folder;
  test::TestHost host;
  FakeKeychain* keychain = nullptr;
  std::shared_ptr<LoginStore> store;
  Origin origin = *Origin::of(UpstreamUrl::parse(server.url() + "/"));

  Scene() {
    host.environment["HOME"] = folder.path().string();
    auto made = std::make_unique<FakeKeychain>();
    keychain = made.get();
    store = std::make_shared<LoginStore>(std::move(made), host);
  }
  std::string found() {
    const auto answer = auth::make_keychain_source(store, host)->find({origin, "a", {}});
    return answer.credential
               ? answer.credential->username + ":" + std::string(answer.credential->secret.reveal())
               : "none: " + answer.why_not;
  }
};

LoginRecord record(const std::string& token, std::chrono::seconds expires = {}) {
  LoginRecord made;
  made.platform = "gitlab";
  made.token = Secret(token);
  made.refresh_token = Secret("refresh-" + token);
  made.client_id = "client";
  if (expires.count() > 0) made.expires = std::chrono::sys_seconds(expires);
  return made;
}

constexpr std::chrono::seconds past{1'700'000'000}, future{1'900'000'000};

}  // namespace

TEST_CASE("a kept login is sent as its platform wants it", "[auth][stored]") {
  Scene scene;
  CHECK(scene.found() == "none: it has nothing for '" + scene.origin.host_and_port() + "'");
  scene.store->store(scene.origin, record("token-1", future), false);
  CHECK(scene.found() == "oauth2:token-1");
  scene.keychain->now = Keychain::State::locked;
  CHECK(scene.found() == "none: it is locked");
  scene.keychain->now = Keychain::State::absent;
  CHECK(scene.found() == "none: not available: gone");
  scene.keychain->now = Keychain::State::open;
  scene.keychain->broken = true;
  CHECK(scene.found() == "none: it is broken");
}

TEST_CASE("a token that has expired is renewed, and the new pair is kept before it is used",
          "[auth][stored]") {
  Scene scene;
  scene.store->store(scene.origin, record("token-1", past), false);
  scene.answers = {
      {200, R"({"access_token":"token-2","refresh_token":"refresh-2","expires_in":1000000000})"}};
  CHECK(scene.found() == "oauth2:token-2");
  const auto kept = scene.store->find(scene.origin);
  REQUIRE(kept);
  CHECK(kept->record.token == Secret("token-2"));
  CHECK(kept->record.refresh_token == Secret("refresh-2"));
  CHECK(scene.found() == "oauth2:token-2");  // without asking the server again
  CHECK(scene.server.requests().size() == 1);
}

TEST_CASE("of several that renew a login at once one asks the server, and all have the new token",
          "[auth][stored]") {
  // GitLab's rule: a refresh token that was used already is refused, and with it the login is gone.
  std::atomic<int> renewals = 0, refusals = 0;
  FakePlatform gitlab([&](const FakePlatform::Request& request) -> FakePlatform::Answer {
    const int before = renewals;
    if (request.body.find("refresh_token=refresh-" + std::to_string(before) + "&") == std::string::npos) {
      ++refusals;
      return {400, R"({"error":"invalid_grant"})"};
    }
    const std::string number = std::to_string(++renewals);
    return {200, R"({"access_token":"token-)" + number + R"(","refresh_token":"refresh-)" + number +
                     R"(","expires_in":1000000000})"};
  });
  const Origin origin = *Origin::of(UpstreamUrl::parse(gitlab.url() + "/"));
  test::TempDir folder;
  constexpr int processes = 4;
  std::array<test::TestHost, processes> hosts;
  const auto vault_of = [&](test::TestHost& host) {
    host.environment["HOME"] = folder.path().string();
    host.host().patience = std::chrono::minutes(1);
    auto keychain = std::make_unique<FakeKeychain>();
    keychain->now = Keychain::State::open;
    keychain->items["ddx-vault"] = Secret("correct horse");
    return std::make_shared<LoginStore>(std::move(keychain), host);
  };
  LoginRecord first = record("token-0", past);
  first.refresh_token = Secret("refresh-0");
  vault_of(hosts[0])->store(origin, first, true);

  std::array<std::string, processes> found;
  std::vector<std::thread> threads;
  for (int i = 0; i < processes; ++i)
    threads.emplace_back([&, i] {
      const auto answer = auth::make_vault_source(vault_of(hosts[i]), hosts[i])->find({origin, "a", {}});
      found[i] = answer.credential ? std::string(answer.credential->secret.reveal()) : answer.why_not;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(renewals == 1);
  CHECK(refusals == 0);
  for (const std::string& token : found) CHECK(token == "token-1");
}

TEST_CASE("who waits in vain for another that renews a login says so", "[auth][stored]") {
  Scene scene;
  scene.store->store(scene.origin, record("token-1", past), false);
  scene.host.host().patience = std::chrono::milliseconds(30);
  test::TestHost other;
  other.environment["HOME"] = scene.folder.path().string();
  {
    const auth::RenewalLock held(scene.origin, other);
    REQUIRE_FALSE(held.is_taken_by_another());
    CHECK(scene.found() == "none: its token has expired, and another ddx is renewing it");
    CHECK(scene.server.requests().empty());
  }
  scene.answers = {{200, R"({"access_token":"token-2","expires_in":1000000000})"}};
  CHECK(scene.found() == "oauth2:token-2");
}

TEST_CASE("a login is renewed where no lock can be made too", "[auth][stored]") {
  Scene scene;
  scene.store->store(scene.origin, record("token-1", past), false);
  test::write_file(scene.folder.path() / ".local", "in the way");
  scene.answers = {{200, R"({"access_token":"token-2","expires_in":1000000000})"}};
  CHECK(scene.found() == "oauth2:token-2");
}

TEST_CASE("a renewed login that cannot be kept is used for the command, and told", "[auth][stored]") {
  Scene scene;
  scene.keychain->items["ddx-vault"] = Secret("correct horse");
  scene.store->store(scene.origin, record("token-1", past), true);
  scene.answers = {
      {200, R"({"access_token":"token-2","refresh_token":"refresh-2","expires_in":1000000000})"}};
  scene.host.host().patience = std::chrono::milliseconds(30);
  test::TestHost other;
  const Directory folder = other.host().files.open_root(scene.store->vault().file().parent_path());
  const auto held = wait_for_lock(folder, "vault.lock", other);
  REQUIRE(held);
  const auto answer = auth::make_vault_source(scene.store, scene.host)->find({scene.origin, "a", {}});
  REQUIRE(answer.credential);
  CHECK(answer.credential->secret == Secret("token-2"));
  CHECK(scene.host.warnings ==
        std::vector<std::string>{"the renewed login for '" + scene.origin.host_and_port() +
                                 "' works for this command only, as it could not be kept: another ddx is "
                                 "changing the vault"});
}

TEST_CASE("a token that has expired and is not renewed is not sent", "[auth][stored]") {
  Scene scene;
  scene.store->store(scene.origin, record("token-1", past), false);
  scene.answers = {{400, R"({"error":"invalid_grant"})"}};
  CHECK(scene.found() == "none: its token has expired and could not be renewed");
  LoginRecord alone = record("token-1", past);
  alone.refresh_token = Secret();
  scene.store->store(scene.origin, alone, false);
  CHECK(scene.found() == "none: its token has expired");
}

TEST_CASE("a keychain that fails is named, and nothing is kept elsewhere behind the user's back",
          "[auth][stored]") {
  Scene scene;
  scene.keychain->broken = true;
  try {
    scene.store->store(scene.origin, record("token-1"), false);
    FAIL("it was kept");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::no_credential_store);
    CHECK(std::string(error.what()) == "the Fake fails: it is broken");
  }
  CHECK_FALSE(scene.store->vault().exists());
}

TEST_CASE("with a locked keychain nobody is told that there is no login", "[auth][stored]") {
  Scene scene;
  scene.store->store(scene.origin, record("token-1"), false);
  scene.keychain->now = Keychain::State::locked;
  try {
    static_cast<void>(scene.store->remove(scene.origin));
    FAIL("it was removed");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::keychain_locked);
  }
  CHECK(scene.keychain->items.size() == 1);
}

TEST_CASE("what is no record of ours in the keychain is not used", "[auth][stored]") {
  for (const char* text : {"", "token", "{}", "[]", R"({"token":""})", R"({"token":{"a":"b"}})"}) {
    Scene scene;
    scene.keychain->items[scene.origin.str()] = Secret(text);
    CHECK(scene.found().starts_with("none: "));
  }
}

TEST_CASE("a wrong passphrase that nobody typed is told as a wrong one", "[auth][stored]") {
  Scene scene;
  scene.keychain->items["ddx-vault"] = Secret("correct horse");
  scene.store->store(scene.origin, record("token-1"), true);
  test::FakePerson person;  // is not asked
  scene.host.host().person = &person;
  scene.store = std::make_shared<LoginStore>(std::make_unique<FakeKeychain>(), scene.host);
  std::array<int, 2> pipe_ends{};
  REQUIRE(pipe(pipe_ends.data()) == 0);
  const Descriptor read_end(pipe_ends[0]);
  {
    const Descriptor write_end(pipe_ends[1]);
    REQUIRE(write(pipe_ends[1], "wrong\n", 6) == 6);
  }
  scene.host.environment["DDX_VAULT_PASSPHRASE_FD"] = std::to_string(pipe_ends[0]);
  try {
    static_cast<void>(scene.store->vault().find(scene.origin.str()));
    FAIL("it was opened");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::vault_locked);
    CHECK(std::string(error.what()) == "the passphrase does not open the vault '" +
                                           scene.store->vault().file().string() +
                                           "', or the file was changed");
  }
}

TEST_CASE("who mistypes the vault's passphrase may try again", "[auth][stored]") {
  Scene scene;
  scene.keychain->items["ddx-vault"] = Secret("correct horse");
  scene.store->store(scene.origin, record("token-1"), true);
  test::FakePerson person;
  person.answers = {"wrong", "correct horse"};
  scene.host.host().person = &person;
  scene.store = std::make_shared<LoginStore>(std::make_unique<FakeKeychain>(), scene.host);
  const auto found = scene.store->vault().find(scene.origin.str());
  REQUIRE(found);
  CHECK(found->token == Secret("token-1"));
  CHECK(person.questions.size() == 2);
}

TEST_CASE("the keychain may hold the vault's passphrase", "[auth][stored]") {
  Scene scene;
  scene.keychain->items["ddx-vault"] = Secret("correct horse");
  CHECK(scene.store->store(scene.origin, record("token-1"), true).name ==
        scene.store->vault().file().string());
  const auto answer = auth::make_vault_source(scene.store, scene.host)->find({scene.origin, "a", {}});
  REQUIRE(answer.credential);
  CHECK(answer.credential->secret == Secret("token-1"));
  CHECK(scene.store->origins_in_keychain().empty());
}
