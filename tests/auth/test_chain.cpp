#include "auth/chain.hpp"

#include <catch2/catch_test_macros.hpp>

#include "support/test_host.hpp"

using namespace ddx;
using auth::Chain;
using auth::Source;

namespace {

Origin origin(const char* url) { return *Origin::of(UpstreamUrl::parse(url)); }

CredentialProvider::Request request(const char* url) { return {origin(url), "a/b", {}}; }

struct Log {
  std::vector<std::string> lines;
};

/// Gives these secrets, one a call.
class Scripted : public Source {
 public:
  Scripted(std::string name, std::vector<std::string> secrets, Log& log)
      : name_(std::move(name)), secrets_(std::move(secrets)), log_(log) {}
  [[nodiscard]] std::string name() const override { return name_; }
  Answer find(const Request&) override {
    log_.lines.push_back(name_ + " asked");
    if (secrets_.empty()) return {{}, "nothing there"};
    Credential credential;
    credential.username = "ada";
    credential.secret = Secret(secrets_.front());
    secrets_.erase(secrets_.begin());
    return {credential};
  }
  void accepted(const Request&, const Credential&) override { log_.lines.push_back(name_ + " accepted"); }
  void rejected(const Request&, const Credential&) override { log_.lines.push_back(name_ + " rejected"); }

 private:
  std::string name_;
  std::vector<std::string> secrets_;
  Log& log_;
};

struct Scene {
  test::TestHost host;
  Log log;
  std::vector<std::unique_ptr<Source>> sources = {};

  void add(const char* name, std::vector<std::string> secrets) {
    sources.push_back(std::make_unique<Scripted>(name, std::move(secrets), log));
  }
  Chain chain() { return {std::move(sources), host}; }
};

std::string secret_of(const std::optional<Credential>& credential) {
  return credential ? std::string(credential->secret.reveal()) : "none";
}

}  // namespace

TEST_CASE("sources are asked one after the other, and only as far as needed", "[auth]") {
  Scene scene;
  scene.add("first", {});
  scene.add("second", {"two"});
  scene.add("third", {"three"});
  Chain chain = scene.chain();
  const auto ours = request("https://github.com/a/b");
  const auto credential = chain.next(ours);
  CHECK(secret_of(credential) == "two");
  CHECK(credential->source == "second");
  chain.accepted(ours, *credential);
  chain.accepted(ours, *credential);
  CHECK(scene.log.lines == std::vector<std::string>{"first asked", "second asked", "second accepted"});
  CHECK(chain.tried() == std::vector<std::string>{"first: nothing there"});
}

TEST_CASE("what was given and not refused is given to the next connection too", "[auth]") {
  Scene scene;
  scene.add("first", {"one", "another"});
  scene.add("second", {"two"});
  Chain chain = scene.chain();
  const auto ours = request("https://github.com/a/b");
  CHECK(secret_of(chain.next(ours)) == "one");
  CHECK(secret_of(chain.next(ours)) == "one");
  chain.accepted(ours, *chain.next(ours));
  CHECK(secret_of(chain.next(ours)) == "one");
  CHECK(scene.log.lines == std::vector<std::string>{"first asked", "first accepted"});
}

TEST_CASE("a refused credential is told to its source, and the next source is asked", "[auth]") {
  Scene scene;
  scene.add("first", {"one"});
  scene.add("second", {"two"});
  Chain chain = scene.chain();
  const auto ours = request("https://github.com/a/b");
  chain.rejected(ours, *chain.next(ours));
  CHECK(secret_of(chain.next(ours)) == "two");
  CHECK(scene.log.lines == std::vector<std::string>{"first asked", "first rejected", "second asked"});
  CHECK(chain.tried() == std::vector<std::string>{"first: refused by 'github.com'"});
}

TEST_CASE("after three refused credentials there are no more, so that no account gets locked", "[auth]") {
  Scene scene;
  for (const char* name : {"first", "second", "third", "fourth"}) scene.add(name, {name});
  Chain chain = scene.chain();
  const auto ours = request("https://github.com/a/b");
  for (int i = 0; i < 3; ++i) chain.rejected(ours, *chain.next(ours));
  CHECK_FALSE(chain.next(ours));
  CHECK(scene.log.lines.back() == "third rejected");
  CHECK(chain.tried().back() == "no more after 3 refused ones, so that no account gets locked");
  CHECK(chain.next(request("https://gitlab.com/a/b")));  // another account, another count
}

TEST_CASE("what was refused once is not sent again because another source has it too", "[auth]") {
  Scene scene;
  scene.add("first", {"same"});
  scene.add("second", {"same"});
  scene.add("third", {"other"});
  Chain chain = scene.chain();
  const auto ours = request("https://github.com/a/b");
  chain.rejected(ours, *chain.next(ours));
  CHECK(secret_of(chain.next(ours)) == "other");
}

TEST_CASE("a source whose credential expired while it was used is asked once more", "[auth]") {
  Scene scene;
  scene.add("first", {"old", "new", "newer"});
  Chain chain = scene.chain();
  const auto ours = request("https://github.com/a/b");
  auto credential = chain.next(ours);
  chain.accepted(ours, *credential);
  chain.rejected(ours, *credential);
  credential = chain.next(ours);
  CHECK(secret_of(credential) == "new");
  chain.accepted(ours, *credential);
  chain.rejected(ours, *credential);
  CHECK_FALSE(chain.next(ours));
}

TEST_CASE("nothing is sent without encryption, except to this machine or when the user says so", "[auth]") {
  for (const bool allowed : {false, true}) {
    Scene scene;
    scene.add("first", {"one"});
    scene.host.host().allow_insecure_http = allowed;
    Chain chain = scene.chain();
    CHECK(chain.next(request("http://git.example.com/a")).has_value() == allowed);
    if (!allowed)
      CHECK(chain.tried() ==
            std::vector<std::string>{"no credentials are sent to 'git.example.com' without encryption"});
  }
  for (const char* url : {"http://localhost:3000/a", "http://127.0.0.1/a", "http://[::1]:3000/a"}) {
    Scene scene;
    scene.add("first", {"one"});
    CHECK(scene.chain().next(request(url)));
  }
}
