#include "support/network_namespace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "support/run.hpp"

namespace ddx::test {

namespace {

bool try_run(const std::vector<std::string>& command) {
  return run("/", command, {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}}).exit == 0;
}

void must_run(const std::vector<std::string>& command) {
  if (!try_run(command)) throw std::runtime_error(fmt::format("failed: {}", fmt::join(command, " ")));
}

bool has_tools() {
  constexpr std::array tools{"/usr/sbin/nft", "/usr/sbin/tc", "/usr/sbin/ip"};
  return std::ranges::all_of(tools, [](const char* tool) { return access(tool, X_OK) == 0; });
}

}  // namespace

NetworkNamespace::NetworkNamespace() {
  if (geteuid() != 0 || !has_tools()) return;
  outside_ = Descriptor(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!outside_ || unshare(CLONE_NEWNET) != 0) return;
  // A small packet size, as on a real line: the big ones of loopback do not fit through a slow one.
  entered_ = try_run({"ip", "link", "set", "lo", "mtu", "1500", "up"}) &&
             try_run({"nft", "add", "table", "inet", "ddx"});
}

NetworkNamespace::~NetworkNamespace() {
  if (outside_) setns(outside_.native(), CLONE_NEWNET);
}

void NetworkNamespace::filter(const std::string& rule) {
  must_run({"nft", "add chain inet ddx in { type filter hook input priority 0; }"});
  must_run({"nft", "add rule inet ddx in " + rule});
}

void NetworkNamespace::lose(int percent) {
  filter(fmt::format("meta l4proto tcp numgen random mod 100 < {} drop", percent));
}

void NetworkNamespace::lose_all() { filter("meta l4proto tcp drop"); }

void NetworkNamespace::reset() { filter("tcp flags & rst == 0 reject with tcp reset"); }

void NetworkNamespace::slow_down(const std::string& rate) {
  must_run(
      {"tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", rate, "burst", "16kb", "latency", "400ms"});
}

void NetworkNamespace::mend() {
  must_run({"nft", "flush", "table", "inet", "ddx"});
  try_run({"tc", "qdisc", "del", "dev", "lo", "root"});
}

}  // namespace ddx::test
