#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "snapshot/retention.hpp"

using namespace ddx;

namespace {

using std::chrono::days;
using std::chrono::sys_seconds;

const sys_seconds now{std::chrono::seconds(1'900'000'000)};

/// One a day, the last one now, each with ten bytes of its own.
std::vector<SnapshotInfo> daily(int count) {
  std::vector<SnapshotInfo> snapshots;
  for (int i = 0; i < count; ++i) {
    SnapshotInfo snapshot;
    snapshot.id = "snap-" + std::to_string(1000 + i);
    snapshot.created = now - days(count - 1 - i);
    snapshot.unique_bytes = 10;
    snapshots.push_back(snapshot);
  }
  return snapshots;
}

std::string ids(int first, int count) {
  std::string text;
  for (int i = first; i < first + count; ++i) text += "snap-" + std::to_string(1000 + i) + " ";
  return text;
}

std::string expired(const std::vector<SnapshotInfo>& snapshots, const Backup& policy,
                    const std::set<std::string>& needed = {}) {
  std::string text;
  for (const std::string& id : expired_snapshots(snapshots, policy, now, needed)) text += id + " ";
  return text;
}

constexpr std::uint64_t plenty = 1u << 30;

}  // namespace

TEST_CASE("of 100 snapshots those stay that are among the newest or young", "[snapshot][retention]") {
  const auto snapshots = daily(100);
  CHECK(expired(snapshots, {10, 30, plenty}) == ids(0, 70));  // younger than 30 days: the last 30
  CHECK(expired(snapshots, {40, 30, plenty}) == ids(0, 60));
  CHECK(expired(snapshots, {10, 0, plenty}) == ids(0, 90));
  CHECK(expired(snapshots, {100, 0, plenty}).empty());
  CHECK(expired(snapshots, {0, 100, plenty}).empty());
  CHECK(expired(snapshots, {0, 99, plenty}) == ids(0, 1));
}

TEST_CASE("over the limit of size the oldest go, whatever their age", "[snapshot][retention]") {
  CHECK(expired(daily(100), {100, 100, 1000}).empty());
  CHECK(expired(daily(100), {100, 100, 999}) == ids(0, 1));
  CHECK(expired(daily(100), {100, 100, 55}) == ids(0, 95));
}

TEST_CASE("the newest snapshot always stays", "[snapshot][retention]") {
  CHECK(expired(daily(5), {0, 0, 1}) == ids(0, 4));
  CHECK(expired(daily(1), {0, 0, 1}).empty());
  CHECK(expired({}, {0, 0, 1}).empty());
}

TEST_CASE("a snapshot with a name stays, and its bytes do not count", "[snapshot][retention]") {
  auto snapshots = daily(6);
  snapshots[1].name = "release";
  snapshots[1].unique_bytes = 1'000'000;
  CHECK(expired(snapshots, {2, 0, plenty}) == ids(0, 1) + ids(2, 2));
  CHECK(expired(snapshots, {6, 100, 50}).empty());
  CHECK(expired(snapshots, {6, 100, 40}) == ids(0, 1));
}

TEST_CASE("nothing goes that is younger than what is needed", "[snapshot][retention]") {
  CHECK(expired(daily(6), {0, 0, 1}, {"snap-1002"}) == ids(0, 2));
  CHECK(expired(daily(6), {0, 0, 1}, {"snap-1000"}).empty());
}
