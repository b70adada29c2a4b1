#include "git/fetch_worker.hpp"

#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <fstream>
#include <thread>

#include "ddx/error.hpp"
#include "net/retry.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"

using namespace ddx;
using namespace std::chrono_literals;
using ddx::git::Arrival;
using ddx::git::FetchOptions;

namespace {

struct Nobody : Person {
  std::string ask(const std::string&) override { return {}; }
  Secret ask_secret(const std::string&) override { return Secret(""); }
};

/// The secret's letters are never in a row but in a `Secret`, so that whatever is found is a copy.
constexpr std::size_t secret_size = 60;
char letter(std::size_t at) { return static_cast<char>('A' + (at * 7 + at / 5) % 26); }

/// Has a secret that is made when it is asked for.
struct Giver : CredentialProvider {
  int accepted_ones = 0;

  std::optional<Credential> next(const Request&) override {
    std::array<char, secret_size> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = letter(i);
    Secret secret(std::string_view(bytes.data(), bytes.size()));
    Secret::wipe(bytes.data(), bytes.size());
    return Credential{Credential::Scheme::basic, "alice", secret, "a test"};
  }
  void accepted(const Request&, const Credential&) override { ++accepted_ones; }
  void rejected(const Request&, const Credential&) override {}
  [[nodiscard]] std::vector<std::string> tried() const override { return {}; }
};

using Conversation = std::function<Arrival(const FetchOptions&, Host&)>;

Error failure_of(const FetchOptions& options, const Conversation& converse) {
  test::TestHost host;
  try {
    static_cast<void>(git::fetch_in_worker(options, host, converse));
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  throw std::logic_error("unreachable");
}

FetchOptions options_at(const test::TempDir& folder) {
  return {UpstreamUrl::parse("https://git.example.com/library.git"), folder.path()};
}

}  // namespace

TEST_CASE("a crash while an answer is read is an unsafe upstream, not our end", "[git][worker]") {
  const test::TempDir folder;
  const Error error = failure_of(options_at(folder), [](const FetchOptions&, Host&) -> Arrival {
    std::signal(SIGSEGV, SIG_DFL);  // Catch2 would report it
    std::raise(SIGSEGV);
    return {};
  });
  CHECK(error.code() == ErrorCode::upstream_unsafe);
  CHECK(std::string(error.what()).starts_with("cannot read what 'git.example.com' sent: "));
}

TEST_CASE("a worker that ends without a word is an unsafe upstream", "[git][worker]") {
  const test::TempDir folder;
  const Error error = failure_of(options_at(folder), [](const FetchOptions&, Host&) -> Arrival { _exit(0); });
  CHECK(error.code() == ErrorCode::upstream_unsafe);
}

TEST_CASE("a loop without end while an answer is read is given up", "[git][worker]") {
  const test::TempDir folder;
  FetchOptions options = options_at(folder);
  options.cpu_limit = 1s;
  const Error error = failure_of(options, [](const FetchOptions&, Host&) -> Arrival {
    for (volatile unsigned long turns = 0;;) turns = turns + 1;
  });
  CHECK(error.code() == ErrorCode::upstream_too_big);
}

TEST_CASE("a worker that stands still is given up, and may be tried again", "[git][worker]") {
  const test::TempDir folder;
  FetchOptions options = options_at(folder);
  options.connect_timeout = options.idle_timeout = options.own_time = 50ms;
  const Error error = failure_of(options, [](const FetchOptions&, Host&) -> Arrival {
    std::signal(SIGTERM, SIG_DFL);
    for (;;) pause();
  });
  CHECK(error.code() == ErrorCode::network_timeout);
}

TEST_CASE("a person whom ssh asks for a passphrase may think about it", "[git][worker]") {
  const test::TempDir folder;
  test::TestHost host;
  Nobody nobody;
  host.host().person = &nobody;
  FetchOptions options{UpstreamUrl::parse("ssh://git@example.com/library.git"), folder.path()};
  options.connect_timeout = options.idle_timeout = options.own_time = 20ms;
  const auto slow = [](const FetchOptions&, Host&) {
    std::this_thread::sleep_for(300ms);
    return Arrival{{{}, "refs/heads/main", "main", {}}, *Oid::parse(std::string(40, 'a')), {}};
  };
  CHECK(git::fetch_in_worker(options, host, slow).fetched.branch == "main");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("an answer that takes all memory is too big", "[git][worker]") {
  const test::TempDir folder;
  const Error error = failure_of(options_at(folder), [](const FetchOptions&, Host&) -> Arrival {
    std::vector<std::string> hoard;
    for (;;) hoard.emplace_back().reserve(256u << 20);
  });
  CHECK(error.code() == ErrorCode::upstream_too_big);
  CHECK(std::string(error.what()).ends_with("it takes more memory than ddx gives it"));
}
#endif

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/// Of its second half, as what is freed loses its first bytes: in this process's heap.
static int copies_of_secret() {
  std::ifstream maps("/proc/self/maps");
  int copies = 0;
  for (std::string line; std::getline(maps, line);) {
    if (line.find("[heap]") == std::string::npos) continue;
    const std::uintptr_t first = std::stoull(line, nullptr, 16);
    const std::uintptr_t last = std::stoull(line.substr(line.find('-') + 1), nullptr, 16);
    constexpr std::size_t half = secret_size / 2;
    for (auto at = reinterpret_cast<const volatile char*>(first);
         at + half < reinterpret_cast<const volatile char*>(last); ++at) {
      std::size_t same = 0;
      while (same < half && at[same] == letter(half + same)) ++same;
      copies += same == half ? 1 : 0;
    }
  }
  return copies;
}

TEST_CASE("a credential that went through a worker's line leaves no copy on a heap", "[git][worker]") {
  const test::TempDir folder;
  test::TestHost host;
  Giver giver;
  FetchOptions options = options_at(folder);
  options.credentials = &giver;
  const auto count_in_worker = [](const FetchOptions& its_options, Host& its_host) {
    const CredentialProvider::Request request{*Origin::of(its_options.url), "library.git", {}};
    const auto credential = its_options.credentials->next(request);
    its_options.credentials->accepted(request, *credential);
    its_host.events.note(std::to_string(copies_of_secret()));
    std::string copy(credential->secret.reveal());
    its_host.events.note(std::to_string(copies_of_secret()));  // the search finds what is there
    Secret::wipe(copy.data(), copy.size());
    return Arrival{{{}, "refs/heads/main", "main", {}}, *Oid::parse(std::string(40, 'a')), {}};
  };
  static_cast<void>(git::fetch_in_worker(options, host, count_in_worker));
  CHECK(giver.accepted_ones == 1);
  CHECK(host.notes == std::vector<std::string>{"0", "1"});
  CHECK(copies_of_secret() == 0);
}
#endif

TEST_CASE("whether a failure may pass is known on our side of the worker", "[git][worker]") {
  const test::TempDir folder;
  test::TestHost host;
  const auto busy = [](const FetchOptions&, Host&) -> Arrival {
    throw net::PassingError(ErrorCode::server_error, "busy", {{Recovery::retry}}, 7s);
  };
  try {
    static_cast<void>(git::fetch_in_worker(options_at(folder), host, busy));
    FAIL("no error was thrown");
  } catch (const net::PassingError& error) {
    CHECK(error.retry_after() == 7s);
  }
}
