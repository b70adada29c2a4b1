#include <catch2/catch_test_macros.hpp>

#include "base/wire.hpp"

using namespace ddx;

TEST_CASE("what is written to the wire is read in the same order", "[unit]") {
  WireWriter writer;
  writer.number(7).text("with\0null").text("").number(0);
  WireReader reader(writer.bytes());
  CHECK(reader.number() == 7);
  CHECK(reader.text() == "with");
  CHECK(reader.text().empty());
  CHECK(reader.number_up_to(5) == 0);
  CHECK_THROWS_AS(reader.number(), WireError);  // nothing is left
}

TEST_CASE("a message that was cut, or claims more than there is, is refused", "[unit]") {
  WireWriter writer;
  writer.text("hello");
  for (std::size_t size = 0; size < writer.bytes().size(); ++size)
    CHECK_THROWS_AS(WireReader(std::string_view(writer.bytes()).substr(0, size)).text(), WireError);
  WireWriter liar;
  liar.number(~0ull).number(1);
  CHECK_THROWS_AS(WireReader(liar.bytes()).text(), WireError);
  CHECK_THROWS_AS(WireReader(liar.bytes()).number_up_to(3), WireError);
}
