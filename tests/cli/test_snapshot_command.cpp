#include <catch2/catch_test_macros.hpp>

#include <nlohmann/json.hpp>

#include "cli/place.hpp"
#include "cli/render_snapshot.hpp"
#include "cli/schema.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::can_validate;
using test::Place;
using test::violations;

namespace {

nlohmann::json json_of(const test::RunResult& result) { return nlohmann::json::parse(result.out); }

}  // namespace

TEST_CASE("snapshots on the command line: created, listed, restored, deleted", "[cli][snapshot]") {
  Place place;
  CHECK(place.ddx({"snapshot", "list"}).exit == 2);
  place.ddx({"init", "../library"});
  place.project.write(".ddx/mine.md", "mine\n");
  const auto made = place.ddx({"snapshot", "create", "--name", "good", "-m", "all is well"});
  CHECK(made.exit == 0);
  CHECK(made.out.starts_with("Took snapshot snap-"));
  CHECK(made.out.find("'ddx snapshot restore good' brings this state back.\n") != std::string::npos);
  place.project.remove(".ddx/mine.md");
  const auto listed = place.ddx({"snapshot", "list"});
  CHECK(listed.out.find("  good  all is well\n") != std::string::npos);
  CHECK(place.ddx({"snapshot", "show", "good"}).out.find("644   5 B       .ddx/mine.md\n") !=
        std::string::npos);
  CHECK(place.ddx({"snapshot", "restore", "good", "--dry-run"}).exit == 0);
  CHECK_FALSE(place.project.exists(".ddx/mine.md"));
  CHECK(place.ddx({"snapshot", "restore", "good", "--", "mine.md"}).exit == 0);
  CHECK(place.project.read(".ddx/mine.md") == "mine\n");
  CHECK(place.ddx({"rollback", "--to", "good"}).exit == 0);
  CHECK(place.ddx({"snapshot", "verify"}).exit == 0);
  CHECK(place.ddx({"snapshot", "prune"}).out.starts_with("No snapshot has to go"));
  const auto removed = place.ddx({"snapshot", "delete", "good"});
  CHECK(removed.out.find("git's own garbage collection frees what only they held") != std::string::npos);
  CHECK(place.ddx({"snapshot", "show", "good"}).exit == 2);
}

TEST_CASE("every report about snapshots is what its schema says", "[cli][snapshot][json]") {
  Place place;
  if (!can_validate()) SKIP("python3-jsonschema is not installed");
  place.ddx({"init", "../library"});
  const auto json = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--format", "json", "snapshot"});
    return place.ddx(arguments);
  };
  const auto made = json({"create", "--name", "good"});
  CHECK(violations("snapshot-create", made.out) == "");
  CHECK(json_of(made)["snapshot"]["name"] == "good");
  const auto list = json({"list"});
  CHECK(violations("snapshot-list", list.out) == "");
  CHECK(json_of(list)["snapshots"].size() == 2);
  CHECK(violations("snapshot-show", json({"show", "good"}).out) == "");
  place.project.write(".ddx/mine.md", "mine\n");
  CHECK(violations("rollback", json({"restore", "good"}).out) == "");
  CHECK(violations("snapshot-verify", json({"verify"}).out) == "");
  CHECK(violations("snapshot-prune", json({"prune", "--dry-run"}).out) == "");
  CHECK(violations("snapshot-export", json({"export", "-o", "../out.bundle"}).out) == "");
  CHECK(violations("snapshot-delete", json({"delete", "good"}).out) == "");
  CHECK(violations("snapshot-import", json({"import", "../out.bundle"}).out) == "");
  CHECK(violations("error", json({"import", "../library"}).out) == "");
}

TEST_CASE("damage makes the lists exit with 10 and is marked in them", "[cli][snapshot][damage]") {
  Place place;
  place.ddx({"init", "../library"});
  place.ddx({"snapshot", "create", "--name", "good"});
  const fs::path refs = place.project.path() / ".git/refs/ddx/root/main";
  for (const char* kind : {"op", "snap"}) {
    for (const auto& ref : fs::directory_iterator(refs / kind)) {
      test::write_file(ref.path(), "no id\n");
      break;
    }
  }
  const auto snapshots = place.ddx({"snapshot", "list"});
  CHECK(snapshots.exit == 10);
  CHECK(snapshots.out.find("damaged: 'refs/ddx/root/main/snap/") != std::string::npos);
  const auto operations = place.ddx({"rollback", "--list"});
  CHECK(operations.exit == 10);
  CHECK(operations.out.find("damaged: 'refs/ddx/root/main/op/") != std::string::npos);
  CHECK(place.ddx({"snapshot", "verify"}).exit == 10);
  CHECK(place.ddx({"snapshot", "prune"}).exit == 10);
  CHECK(place.ddx({"rollback"}).exit == 10);
  if (can_validate())
    CHECK(violations("snapshot-verify", place.ddx({"--format", "json", "snapshot", "verify"}).out) == "");
}

TEST_CASE("a mistyped command below snapshot gets a hint", "[cli][snapshot]") {
  Place place;
  const auto mistyped = place.ddx({"snapshot", "creat"});
  CHECK(mistyped.exit == 2);
  CHECK(mistyped.err.find("did you mean 'snapshot create'?") != std::string::npos);
  CHECK(place.ddx({"snapshot"}).exit == 2);
  CHECK(place.ddx({"snapshot", "--help"}).out.starts_with("ddx snapshot\n"));
  CHECK(place.ddx({"snapshot", "create", "--help"}).out.starts_with("ddx snapshot\n"));
  CHECK(place.ddx({"snapshot", "create", "--nane", "x"}).err.find("did you mean '--name'?") !=
        std::string::npos);
  CHECK(place.ddx({"snapshot", "show"}).exit == 2);
  CHECK(place.ddx({"snapshot", "export"}).exit == 2);
  CHECK(place.ddx({"snapshot", "delete"}).exit == 2);
}

TEST_CASE("an export does not replace a file unless told so", "[cli][snapshot]") {
  Place place;
  place.ddx({"init", "../library"});
  CHECK(place.ddx({"snapshot", "export", "-o", "out.bundle"}).exit == 0);
  const auto refused = place.ddx({"snapshot", "export", "-o", "out.bundle"});
  CHECK(refused.exit == 2);
  CHECK(refused.err.find("--force") != std::string::npos);
  CHECK(place.ddx({"snapshot", "export", "-o", "out.bundle", "--force"}).exit == 0);
  CHECK(place.ddx({"snapshot", "import", "README.md"}).exit == 6);
  CHECK(place.ddx({"snapshot", "import", "nowhere"}).exit == 2);
}

TEST_CASE("sizes are written for people", "[cli][snapshot]") {
  CHECK(cli::render::size_of(0) == "0 B");
  CHECK(cli::render::size_of(1023) == "1023 B");
  CHECK(cli::render::size_of(1536) == "1.5 KiB");
  CHECK(cli::render::size_of(20u << 20) == "20 MiB");
}
