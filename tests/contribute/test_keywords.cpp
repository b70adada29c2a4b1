#include <catch2/catch_test_macros.hpp>

#include "contribute/keyword_finder.hpp"

using namespace ddx;

TEST_CASE("every keyword is found that a text holds, in any case and inside of others", "[contribute]") {
  const KeywordFinder finder({"secret", "cret", "ecretion", "key", "", "x y"});
  using Found = std::vector<bool>;
  CHECK(finder.found_in("") == Found{false, false, false, false, true, false});
  CHECK(finder.found_in("a SeCReT") == Found{true, true, false, false, true, false});
  CHECK(finder.found_in("secretion of keys") == Found{true, true, true, true, true, false});
  CHECK(finder.found_in("secrEtiox y") == Found{true, true, false, false, true, true});
  CHECK(finder.found_in(std::string("k\0ey", 4)) == Found{false, false, false, false, true, false});
  CHECK(KeywordFinder({}).found_in("text").empty());
}
