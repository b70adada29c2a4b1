#include "config/structure.hpp"

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

using namespace ddx;

namespace {

/// "line:column why", or "whole".
std::string verdict(const char* name, std::string_view bytes) {
  const auto fault = structure_fault(RelPath::parse(name), bytes);
  if (!fault) return "whole";
  return fmt::format("{}:{} {}{}", fault->line, fault->column, fault->why,
                     fault->duplicate_key ? " (twice)" : "");
}

}  // namespace

TEST_CASE("YAML that parses is whole, several documents and tags included", "[config][structure]") {
  CHECK(verdict("a.yaml", "") == "whole");
  CHECK(verdict("a.yml", "a: 1\nb: [1, 2]\n---\na: &x !custom {q: w}\nb: *x\n") == "whole");
  CHECK(verdict("a.yaml",
                "\xef\xbb\xbf"
                "a: 1\r\nb: 2\r\n") == "whole");
  CHECK(verdict("a.yaml", "base: &b {a: 1}\nx:\n  <<: *b\n  <<: *b\n  a: 2\ny:\n  a: 3\n") == "whole");
}

TEST_CASE("the first fault in YAML is named with line and column", "[config][structure]") {
  CHECK(verdict("a.yaml", "a: 1\n\xc3\xa4: [1, 2\nb: 2\n").starts_with("3:"));
  CHECK(verdict("a.yaml", "a: *nowhere\n").starts_with("1:4 "));
  CHECK(verdict("a.yaml", "a: 1\nb:\n  \xc3\xa4: 1\n  \xc3\xa4: 2\n") ==
        "4:3 the key '\xc3\xa4' is there twice (twice)");
  CHECK(verdict("a.yaml", "a: \xff\n") == "1:1 it is not UTF-8");
  CHECK(verdict("a.yaml", std::string(5000, '[')) != "whole");
}

TEST_CASE("the first fault in JSON is named with line and column", "[config][structure]") {
  CHECK(verdict("a.json", "{\"a\": [1, 2, {\"a\": null}], \"b\": 1.5}") == "whole");
  CHECK(verdict("a.json", "{\n  \"a\": 1,\n}\n") ==
        "3:1 syntax error while parsing object key - unexpected '}'; expected string literal");
  CHECK(verdict("a.json", "{\n  \"a\": 1\n") ==
        "3:1 syntax error while parsing object - unexpected end of input; expected '}'");
  CHECK(verdict("a.json", "{\"a\": 1,\n \"b\": {\"a\": 1},\n \"a\": 2}") ==
        "3:2 the key 'a' is there twice (twice)");
  CHECK(verdict("a.json", "{\"a\": 1, \"a\": 2,}").find("(twice)") == std::string::npos);
}

TEST_CASE("only YAML and JSON of a bearable size are looked at", "[config][structure]") {
  CHECK(has_structure(RelPath::parse("x/a.yml"), ""));
  CHECK(has_structure(RelPath::parse("a.json"), ""));
  CHECK_FALSE(has_structure(RelPath::parse("a.md"), ""));
  CHECK_FALSE(has_structure(RelPath::parse("a.json"), std::string(1024 * 1024 + 1, ' ')));
}
