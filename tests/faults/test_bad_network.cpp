#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "ddx/upstream_url.hpp"
#include "faults/scene.hpp"
#include "support/git_http_server.hpp"
#include "support/network_namespace.hpp"
#include "support/run.hpp"

using namespace ddx;
using test::NetworkNamespace;

namespace {

std::string noise(std::size_t size, unsigned value) {
  std::string bytes;
  for (; bytes.size() < size; value = value * 1'664'525 + 1'013'904'223)
    bytes += static_cast<char>(value >> 24);
  return bytes;
}

/// Far more than all tries of all steps may take with the limits that `Line` sets.
constexpr std::chrono::minutes all_tries{2};

/// A project that follows a library on a web server, all on a line that a test can spoil.
struct Line {
  explicit Line(NetworkNamespace& the_network) : network(the_network) {
    library.write("data.bin", noise(1'000, 1));
    library.commit("first");
    if (const auto made = ddx({"init", server.http_url("/git/library/.git")}); made.exit != 0)
      throw std::runtime_error("init failed: " + made.err);
    const std::string config = project.read(".ddx.yml");
    project.write(".ddx.yml", config + "network: {connect_timeout: 4s, idle_timeout: 4s, tries: 2}\n");
  }

  test::RunResult ddx(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), DDX_PROGRAM);
    return test::run(project.path(), arguments, test::clean_environment(folder));
  }
  void change(std::size_t size) {
    library.write("data.bin", noise(size, ++changes));
    library.commit("another");
  }
  /// A pull must end right, or fail for the network with nothing changed. \returns whether it ended right
  bool pull_ends_right() {
    const test::Visible before = test::look_at(project.path());
    const auto start = std::chrono::steady_clock::now();
    const auto result = ddx({"pull"});
    const auto took = std::chrono::steady_clock::now() - start;
    INFO("exit " << result.exit << " after " << std::chrono::duration<double>(took).count() << " s");
    INFO(result.err);
    CHECK(took < all_tries);
    if (result.exit == 0) {
      CHECK(project.read(".ddx/data.bin") == library.read("data.bin"));
      return true;
    }
    CHECK(result.exit == 5);
    CHECK(result.err.find("\nnothing was changed\n") != result.err.npos);
    CHECK(test::difference(test::look_at(project.path()), before) == "");
    return false;
  }
  void check_good_network() {
    network.mend();
    CHECK(pull_ends_right());
  }

  NetworkNamespace& network;
  test::TempDir folder;
  test::GitHttpServer server;
  test::TestRepo library{server.repositories() / "library"};
  test::TestRepo project{folder.path() / "project"};
  unsigned changes = 1;
};

constexpr const char* needs = "needs root, nft, tc and ip";

}  // namespace

TEST_CASE("where nothing gets through, a pull fails and changes nothing", "[faults][netns]") {
  NetworkNamespace network;
  if (!network) SKIP(needs);
  Line line(network);
  line.change(100'000);
  network.reset();
  CHECK_FALSE(line.pull_ends_right());
  network.mend();
  network.lose_all();
  CHECK_FALSE(line.pull_ends_right());
  line.check_good_network();
}

TEST_CASE("a network that is not there is an error that names the server", "[faults][netns]") {
  NetworkNamespace network;
  if (!network) SKIP(needs);
  const test::TempDir folder;
  const test::TestRepo project(folder.path() / "project");
  for (const char* url : {"https://192.0.2.1/library.git", "https://git.example.invalid/library.git"}) {
    const auto result =
        test::run(project.path(), {DDX_PROGRAM, "init", url}, test::clean_environment(folder));
    INFO(result.err);
    CHECK(result.exit == 5);
    const std::string host = UpstreamUrl::parse(url).host();
    CHECK(result.err.find("'" + host + "'") != result.err.npos);
    CHECK_FALSE(project.exists(".ddx"));
  }
}

TEST_CASE("with 256 kbit/s a pull ends right or fails cleanly", "[faults][netns]") {
  NetworkNamespace network;
  if (!network) SKIP(needs);
  Line line(network);
  line.change(150'000);
  network.slow_down("256kbit");
  line.pull_ends_right();
  line.check_good_network();
}

TEST_CASE("with a third of all packets lost a pull ends right or fails cleanly", "[faults][netns][long]") {
  NetworkNamespace network;
  if (!network) SKIP(needs);
  Line line(network);
  for (int round = 0; round < 5; ++round) {
    line.change(300'000);
    network.lose(30);
    line.pull_ends_right();
    line.check_good_network();
  }
}
