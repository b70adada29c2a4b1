#include <catch2/catch_test_macros.hpp>

#include "ddx/snapshot.hpp"
#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace fs = std::filesystem;

namespace {

RollbackRequest to(const std::string& target) {
  RollbackRequest request;
  request.to = target;
  return request;
}

/// Three pulls; every object is a file of its own.
struct Damaged {
  World world;
  std::vector<PullReport> pulls;

  Damaged() {
    world.start({{"a.md", "0\n"}, {"b.md", "b\n"}});
    for (int i = 1; i <= 3; ++i) {
      world.write("mine.md", "edit " + std::to_string(i) + "\n");
      world.move_upstream({{"a.md", std::to_string(i) + "\n"}});
      pulls.push_back(world.pull());
    }
    const fs::path packs = world.folder.path() / "packs";
    fs::rename(objects() / "pack", packs);
    fs::create_directory(objects() / "pack");
    const auto unpacked =
        run(world.repository.path(),
            {"sh", "-c",
             "for p in '" + packs.string() + "'/*.pack; do git unpack-objects -q < \"$p\" || exit 1; done"},
            clean_environment(world.folder));
    if (unpacked.exit != 0) throw std::runtime_error(unpacked.err);
  }

  [[nodiscard]] fs::path objects() const { return world.repository.path() / ".git/objects"; }
  std::string ref(const std::string& kind, std::size_t pull) {
    return world.workspace().ref_prefix() + kind + "/" + pulls[pull].operation;
  }
  [[nodiscard]] std::string id_of(const std::string& name) const {
    return world.repository.git({"rev-parse", name});
  }
  [[nodiscard]] fs::path object(const std::string& id) const {
    return objects() / id.substr(0, 2) / id.substr(2);
  }
  void lose(const std::string& id) const { fs::remove(object(id)); }
  void flip(const fs::path& file) const {
    fs::permissions(file, static_cast<fs::perms>(0644));
    std::string bytes = read_file(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x08);
    write_file(file, bytes);
  }
  std::vector<OperationSummary> operations() { return list_operations(world.workspace(), world.host); }
  std::vector<std::string> damaged_operations() {
    std::vector<std::string> ids;
    for (const OperationSummary& operation : operations()) {
      if (!operation.damage.empty()) ids.push_back(operation.id);
    }
    return ids;
  }
};

}  // namespace

TEST_CASE("a lost commit of a record hides no other operation", "[sync][damage]") {  // [SC H5]
  Damaged place;
  place.lose(place.id_of(place.ref("op", 1)));
  CHECK(place.operations().size() == 4);
  CHECK(place.damaged_operations() == Lines{place.pulls[1].operation});
  place.world.rollback();  // the newest one is whole, and nothing newer is damaged
  CHECK(place.world.read("a.md") == "2\n");
  place.world.rollback(to(place.pulls[0].operation));
  CHECK(place.world.read("a.md") == "1\n");
  place.world.rollback(to(place.pulls[1].snapshot));
  CHECK(place.world.read("mine.md") == "edit 2\n");
}

TEST_CASE("with a damaged newest record nobody guesses what stands", "[sync][damage]") {
  Damaged place;
  place.flip(place.object(place.id_of(place.ref("op", 2) + ":operation.json")));
  const auto before = place.world.everything();
  const Error refused = failure_of([&] { place.world.rollback(); });
  CHECK(exit_code(refused.code()) == 10);
  CHECK(std::string(refused.what()).find(place.pulls[2].operation) != std::string::npos);
  CHECK(suggests(refused, Recovery::use_target));
  CHECK(suggests(refused, Recovery::drop_snapshot));
  CHECK(place.world.everything() == before);

  place.world.rollback(to(place.pulls[1].operation));
  CHECK(place.world.read("a.md") == "2\n");
  delete_snapshots(place.world.workspace(), {place.pulls[2].snapshot}, place.world.host);
  CHECK(place.damaged_operations().empty());
  place.world.rollback();
  CHECK(place.world.read("a.md") == "1\n");
}

TEST_CASE("a ref that holds no id is listed, and can be dropped", "[sync][damage]") {
  Damaged place;
  for (const char* kind : {"op", "snap"})
    write_file(place.world.repository.path() / ".git" / place.ref(kind, 0), "\x01garbage\n");
  CHECK(place.damaged_operations() == Lines{place.pulls[0].operation});
  const auto snapshots = list_snapshots(place.world.workspace(), place.world.host);
  REQUIRE(snapshots.size() == 4);
  CHECK_FALSE(snapshots[2].damage.empty());
  CHECK(failure_of([&] { prune_snapshots(place.world.workspace(), DryRun::no, place.world.host); }).code() ==
        ErrorCode::snapshot_damaged);
  place.world.rollback();
  CHECK(place.world.read("a.md") == "2\n");
  delete_snapshots(place.world.workspace(), {place.pulls[0].snapshot}, place.world.host);
  CHECK(place.damaged_operations().empty());
  CHECK(list_snapshots(place.world.workspace(), place.world.host).size() == 4);  // with the rollback's
}

TEST_CASE("a target that is damaged is named, with those that are whole", "[sync][damage]") {
  Damaged place;
  const std::string mine = place.id_of(place.ref("snap", 1) + ":.ddx/mine.md");
  place.lose(mine);
  const auto before = place.world.everything();
  RollbackRequest request = to(place.pulls[1].snapshot);
  for (const DryRun dry_run : {DryRun::yes, DryRun::no}) {
    request.dry_run = dry_run;
    const Error refused = failure_of([&] { place.world.rollback(request); });
    CHECK(refused.code() == ErrorCode::snapshot_damaged);
    CHECK(std::string(refused.what()).find("'.ddx/mine.md'") != std::string::npos);
    REQUIRE(suggests(refused, Recovery::use_target));
    CHECK(refused.steps().front().subject.find(place.pulls[0].snapshot) != std::string::npos);
    CHECK(refused.steps().front().subject.find(place.pulls[1].snapshot) == std::string::npos);
  }
  CHECK(place.world.everything() == before);
  request.paths = {"a.md"};
  place.world.rollback(request);  // what it needs is whole
  CHECK(place.world.read("a.md") == "1\n");
}

TEST_CASE("abort, continue and pull read the record they need and no other", "[sync][damage]") {
  for (const bool aborts : {true, false}) {
    Damaged place;
    place.lose(place.id_of(place.ref("op", 0)));
    place.flip(place.object(place.id_of(place.ref("snap", 1))));
    place.world.write("a.md", "mine\n");
    place.world.move_upstream({{"a.md", "theirs\n"}});
    REQUIRE(place.world.pull().result == PullResult::conflicts);
    if (aborts) {
      place.world.abort();
      CHECK(place.world.read("a.md") == "mine\n");
    } else {
      place.world.continue_pull({{"", Side::theirs}});
      CHECK(place.world.read("a.md") == "theirs\n");
    }
  }
}

TEST_CASE("a flipped byte in the state of an open pull is mended from its record", "[sync][damage]") {
  World world;
  world.start({{"a.md", "one\n"}});
  world.write("a.md", "mine\n");
  world.move_upstream({{"a.md", "theirs\n"}});
  const PullReport open = world.pull();
  REQUIRE(open.result == PullResult::conflicts);
  const fs::path state = world.workspace().project_state_dir() / "open-pull.json";
  const std::string bytes = read_file(state);
  for (std::size_t at = 0; at < bytes.size(); at += 13) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x02);
    write_file(state, flipped);
    world.host.warnings.clear();
    REQUIRE(world.status().open_operation == open.operation);
    REQUIRE(world.host.warnings.size() == 1);
  }
  write_file(state, "");
  CHECK(failure_of([&] { world.pull(); }).code() == ErrorCode::operation_open);
  world.abort();
  CHECK(world.read("a.md") == "mine\n");
  CHECK_FALSE(fs::exists(state));
}

TEST_CASE("with its record gone too, a damaged open pull is named and a way out works", "[sync][damage]") {
  World world;
  world.start({{"a.md", "one\n"}});
  world.write("a.md", "mine\n");
  world.move_upstream({{"a.md", "theirs\n"}});
  const PullReport open = world.pull();
  write_file(world.workspace().project_state_dir() / "open-pull.json", "{}\n");
  world.repository.git({"update-ref", "-d", world.workspace().ref_prefix() + "op/" + open.operation});
  const Error damaged = failure_of([&] { world.abort(); });
  CHECK(exit_code(damaged.code()) == 10);
  world.rollback(to(open.snapshot));
  CHECK(world.read("a.md") == "mine\n");
  CHECK_FALSE(world.status().open_operation.size());
  CHECK(world.pull().result == PullResult::conflicts);
}

TEST_CASE("a flipped byte in the lock is told or costs no edit", "[sync][damage]") {
  World world;
  world.start({{"a.md", "one\n"}, {"b.md", "two\n"}});
  world.write("a.md", "mine\n");
  world.move_upstream({{"b.md", "TWO\n"}});
  world.status();  // fetched once
  const fs::path lock = world.root / ".ddx.lock";
  const std::string bytes = read_file(lock);
  int told = 0, harmless = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 17) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x01);
    write_file(lock, flipped);
    INFO(at);
    PullRequest offline;
    offline.network = Network::offline;
    try {
      world.pull(offline);
      ++harmless;
    } catch (const Error& error) {
      ++told;
      CHECK(error.aftermath() == Aftermath::nothing_changed);
    }
    const auto here = world.here();
    CHECK(here.at("a.md").find("mine\n") != std::string::npos);
    if (fs::exists(world.workspace().project_state_dir() / "open-pull.json")) world.abort();
    world.edit({{"a.md", "mine\n"}, {"b.md", "two\n"}});
    write_file(lock, bytes);
  }
  CHECK(told > harmless);
}

TEST_CASE("a flipped byte in the stat cache or the record of a fetch is harmless", "[sync][damage]") {
  World world;
  world.start({{"a.md", "one\n"}, {"b.md", "two\n"}});
  world.move_upstream({{"b.md", "TWO\n"}});
  const auto expected = lines(world.status());
  std::vector<fs::path> files{world.workspace().project_state_dir() / "stat-cache"};
  for (const auto& file : fs::directory_iterator(world.workspace().common_state_dir() / "upstream.git")) {
    if (file.path().extension() == ".fetched") files.push_back(file.path());
  }
  REQUIRE(files.size() == 2);
  for (const fs::path& file : files) {
    if (!fs::exists(file)) continue;
    const std::string bytes = read_file(file);
    for (std::size_t at = 0; at < bytes.size(); at += 19) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ 0x04);
      write_file(file, flipped);
      INFO(file << " " << at);
      StatusRequest offline;
      offline.network = Network::offline;
      try {
        static_cast<void>(world.status(offline));
      } catch (const Error& error) {
        CHECK((exit_code(error.code()) == 10 || error.code() == ErrorCode::never_fetched));
      }
      CHECK(lines(world.status()) == expected);
    }
  }
}
