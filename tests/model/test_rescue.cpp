#include <catch2/catch_test_macros.hpp>

#include "model/scenario.hpp"
#include "transaction/operation_folder.hpp"

using namespace ddx;
using namespace ddx::test;

TEST_CASE("a name in rescue is never used again", "[model][recovery]") {
  const Scenario scenario(Scenario::Kind::narrow);
  World world = scenario.start();
  MemoryFiles files(world.disk);
  OperationFolder operation = OperationFolder::make(scenario.workspace(), files, Scenario::operation_id);
  for (const std::string bytes : {"first", "second"}) {
    write_all(files, files.create(operation.stage(), "000001", 0644), bytes);
    operation.area(0).rescue("000001");
  }
  const std::string rescued = "/w/.git/ddx/rescue/" + Scenario::operation_id + "-000001-";
  CHECK(file_at(world.disk, rescued + "0")->bytes == "first");
  CHECK(file_at(world.disk, rescued + "1")->bytes == "second");
}

TEST_CASE("what was moved to rescue survives a power cut, though nobody had made that folder durable",
          "[model][recovery]") {
  const Scenario scenario(Scenario::Kind::narrow);
  World world = scenario.start();
  MemoryFiles files(world.disk);
  OperationFolder operation = OperationFolder::make(scenario.workspace(), files, Scenario::operation_id);
  const Descriptor file = files.create(operation.stage(), "000001", 0644);
  write_all(files, file, "theirs");
  files.sync(file);
  world.disk.flush_everything();
  operation.area(0).rescue("000001");
  const MemoryDisk left = world.disk.after_power_cut(0, 0);
  const auto rescued = file_at(left, "/w/.git/ddx/rescue/" + Scenario::operation_id + "-000001-0");
  REQUIRE(rescued);
  CHECK(rescued->bytes == "theirs");
}
