#include <catch2/catch_test_macros.hpp>

#include "cli/place.hpp"
#include "cli/schema.hpp"
#include "support/contains.hpp"

namespace fs = std::filesystem;
using namespace ddx;
using test::contains;
using test::Place;

TEST_CASE("doctor says what it looked at, and exits by the worst that it found", "[cli][doctor]") {
  Place place;
  REQUIRE(place.ddx({"init", "../library"}).exit == 0);
  const auto healthy = place.ddx({"doctor"});
  CHECK(healthy.exit == 0);
  CHECK(contains(healthy.out, "ok      pending-operation    no operation is pending\n"));
  CHECK(contains(healthy.out, "ok      snapshots            1 snapshot whole"));

  fs::create_directories(place.project.path() / ".git/ddx/ops/01EMPTY");
  const auto pending = place.ddx({"doctor"});
  CHECK(pending.exit == 1);
  CHECK(contains(pending.out, "problem pending-operation    operation 01EMPTY was interrupted before"));
  CHECK(contains(pending.out, "        hint: mend it now with 'ddx doctor --fix'"));
  const auto mended = place.ddx({"doctor", "--fix"});
  CHECK(mended.exit == 0);
  CHECK(contains(mended.out, "mended  pending-operation    operation 01EMPTY"));

  test::write_file(place.project.path() / ".git/ddx/audit.log", "{}\n");
  const auto damaged = place.ddx({"doctor"});
  CHECK(damaged.exit == 10);
  CHECK(contains(damaged.out, "damage  audit-log"));
}

TEST_CASE("doctor's JSON is what its schema says", "[cli][doctor]") {
  Place place;
  if (!test::can_validate()) SKIP("python3-jsonschema is not installed");
  place.ddx({"init", "../library"});
  CHECK(test::violations("doctor", place.ddx({"--format", "json", "doctor"}).out) == "");
  fs::create_directories(place.project.path() / ".git/ddx/ops/01EMPTY");
  CHECK(test::violations("doctor", place.ddx({"--format", "json", "doctor"}).out) == "");
  CHECK(test::violations("doctor", place.ddx({"--format", "json", "doctor", "--fix"}).out) == "");
}
