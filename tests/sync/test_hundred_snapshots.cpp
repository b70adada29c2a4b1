#include <catch2/catch_test_macros.hpp>

#include <random>

#include "ddx/snapshot.hpp"
#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

using State = std::map<std::string, std::string>;

/// Bytes, permission bits, links and empty folders, read independently of ddx.
State state_of(const fs::path& root) {
  State state;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
    const std::string path = entry->path().lexically_relative(root).string();
    if (entry->is_symlink()) {
      state[path] = "link " + fs::read_symlink(entry->path()).string();
    } else if (entry->is_directory()) {
      if (fs::is_empty(entry->path())) state[path] = "empty folder";
    } else {
      const auto bits = static_cast<unsigned>(entry->status().permissions()) & 0777u;
      state[path] = std::to_string(bits) + " " + read_file(entry->path());
    }
  }
  return state;
}

/// One change that a user could make anywhere in the local tree.
class Hand {
 public:
  Hand(World& world, unsigned seed) : world_(world), random_(seed) {}

  std::size_t pick(std::size_t count) { return random_() % count; }

  void change() {
    static const std::vector<std::string> names{"a", "b", "c/d", "c/e", "f/g/h", "f/g/i", "j"};
    const fs::path path = world_.local(names[pick(names.size())]);
    switch (pick(6)) {
      case 0:
        clear(path);
        fs::create_symlink("target-" + std::to_string(pick(3)), path);
        break;
      case 1:
        clear(path);
        fs::create_directories(path / "hollow");
        break;
      case 2:
        if (fs::is_regular_file(fs::symlink_status(path))) {
          constexpr std::array<unsigned, 5> bits{0600, 0644, 0664, 0755, 0700};
          fs::permissions(path, static_cast<fs::perms>(bits[pick(bits.size())]));
        }
        break;
      case 3:
        fs::remove_all(path);
        break;
      default:
        clear(path);
        write_file(path, "text " + std::to_string(pick(1000)) + "\n");
        break;
    }
  }

 private:
  /// Makes way for something at `path`.
  void clear(const fs::path& path) {
    fs::remove_all(path);
    for (fs::path parent = path.parent_path(); parent != world_.local(".").parent_path();
         parent = parent.parent_path()) {
      if (fs::exists(fs::symlink_status(parent)) && !fs::is_directory(fs::symlink_status(parent)))
        fs::remove(parent);
      if (parent == world_.local("")) break;
    }
    fs::create_directories(path.parent_path());
  }

  World& world_;
  std::mt19937 random_;
};

}  // namespace

namespace {

void check_history(std::size_t snapshots, unsigned seed) {
  INFO("seed " << seed);
  World world;
  world.host.environment["DDX_BACKUP_KEEP"] = "1000";
  world.start({{"up.md", "0\n"}, {"c/up.md", "0\n"}});
  Hand hand(world, seed);
  std::vector<std::pair<std::string, State>> kept;
  int operations = 0;
  while (kept.size() < snapshots) {
    for (std::size_t i = hand.pick(4) + 1; i > 0; --i) hand.change();
    fs::create_directories(world.local("c"));
    const State before = state_of(world.local("."));
    if (hand.pick(3) == 0) {
      world.move_upstream({{"up.md", std::to_string(kept.size() + 1) + "\n"}});
      try {
        const PullReport report = world.pull();
        if (!report.snapshot.empty()) kept.emplace_back(report.snapshot, before);
        if (report.result == PullResult::conflicts) world.abort();
        ++operations;
      } catch (const Error&) {
        continue;  // something of ours is in the way
      }
    } else {
      kept.emplace_back(create_snapshot(world.workspace(), {}, world.host).snapshot.id, before);
    }
  }
  CHECK(operations * 10 > static_cast<int>(snapshots));
  std::vector<std::size_t> order(kept.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), std::mt19937(seed));
  for (const std::size_t index : order) {
    const auto& [id, expected] = kept[index];
    INFO(index << " " << id);
    RestoreRequest request;
    request.id = id;
    const RollbackReport report = restore_snapshot(world.workspace(), request, world.host);
    CHECK(report.differing.empty());
    REQUIRE(state_of(world.local(".")) == expected);
  }
}

}  // namespace

TEST_CASE("any of many snapshots of a random history gives exactly what was there", "[sync][snapshot]") {
  check_history(20, 1);
}

TEST_CASE("any of 100 snapshots of a random history does", "[sync][snapshot][long]") {
  check_history(100, 20260131);
}
