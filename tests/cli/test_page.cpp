#include "cli/page.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace ddx::cli;

TEST_CASE("a page makes control characters visible and keeps tabs", "[cli][page]") {
  const Page page = Page().line({std::string("a\x1b[31mb\r\tc")});
  CHECK(page.text(Colors::no) == "a^[[31mb^M\tc\n");
}

TEST_CASE("a name with a line end in it cannot forge a line", "[cli][page]") {
  const Page page = Page().line({"path ", std::string("a\nddx: error: forged")});
  CHECK(page.text(Colors::no) == "path a^Jddx: error: forged\n");
}

TEST_CASE("a bidirectional override is shown, not obeyed", "[cli][page]") {
  CHECK(Page().line({std::string("a\u202Eb")}).text(Colors::no) == "a<U+202E>b\n");
}

TEST_CASE("colours surround the spans that have a tone, and only when wanted", "[cli][page]") {
  const Page page = Page().line({"plain ", {"red", Tone::removed}});
  CHECK(page.text(Colors::yes) == "plain \x1b[31mred\x1b[m\n");
  CHECK(page.text(Colors::no) == "plain red\n");
}

TEST_CASE("a heading stands apart from what is before it", "[cli][page]") {
  CHECK(Page().heading("A").line({"a"}).heading("B").text(Colors::no) == "A\na\n\nB\n");
}
