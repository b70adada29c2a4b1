#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "contribute/planted.hpp"
#include "contribute/secret_check.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

struct Outcome {
  std::vector<CheckFinding> findings;
  double seconds;
};

Outcome scan(std::string_view text, std::string_view before = {}) {
  static const SecretRules rules = built_in_secret_rules();
  static const SecretScanner scanner(rules);
  static const RelPath path = RelPath::parse("a.txt");
  const auto start = std::chrono::steady_clock::now();
  Outcome outcome{find_secrets(scanner, &path, before, text), 0};
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

std::string repeated(std::string_view text, std::size_t size) {
  std::string all;
  while (all.size() < size) all += text;
  return all;
}

/// Far more than it takes on a busy machine, far less than anything quadratic would.
constexpr double patience_seconds = 20;
constexpr std::size_t mebibyte = 1 << 20;

}  // namespace

TEST_CASE("texts made to be slow are searched in linear time", "[contribute]") {
  for (const std::string& part : std::vector<std::string>{"a",
                                                          "password=",
                                                          "secret token key ",
                                                          "eyJ",
                                                          "-----BEGIN PRIVATE "
                                                          "KEY-----",
                                                          "://:",
                                                          "curl -u ",
                                                          "-----BEGIN A "
                                                          "PRIVATE KEY-----\nA: b\n",
                                                          "AKIA",
                                                          "sk-",
                                                          "a.b-",
                                                          "\"auth\":\"",
                                                          "=",
                                                          "xo"
                                                          "xb-1-",
                                                          "Aa0",
                                                          "token: a1",
                                                          "password: \"",
                                                          std::string("\0", 1),
                                                          "\xff\xfe",
                                                          "\n",
                                                          "token\n:\n"}) {
    INFO(part);
    CHECK(scan(repeated(part, mebibyte)).seconds < patience_seconds);
  }
}

TEST_CASE("a secret at the end of a line of a mebibyte is found and not shown", "[contribute]") {
  const std::string token =
      "gh"
      "p_" +
      Planter(7).some(base62, 36);
  const Outcome outcome = scan(repeated("word ", mebibyte) + token);
  REQUIRE(outcome.findings.size() == 1);
  CHECK(outcome.findings[0].excerpt == "***");
  CHECK(outcome.seconds < patience_seconds);
}

TEST_CASE("invalid UTF-8 and NULs hide no secret and reach no finding", "[contribute]") {
  const std::string token =
      "gh"
      "p_" +
      Planter(7).some(base62, 36);
  const Outcome invalid = scan("\xff\xfe\xff \xc3" + token + "\xe2\x82\n");
  REQUIRE(invalid.findings.empty());  // it begins as UTF-16 does
  const Outcome text = scan("\xc3\x28 " + token + "\xe2\x82\n");
  REQUIRE(text.findings.size() == 1);
  CHECK(text.findings[0].excerpt == "\\xC3( ***\\xE2\\x82");
  const Outcome late = scan(std::string(9000, 'a') + std::string("\n\0 ", 3) + token + "\n");
  REQUIRE(late.findings.size() == 1);
  CHECK(late.findings[0].line == 2);
  CHECK(late.findings[0].excerpt == "^@ ***");
}

TEST_CASE("a hundred thousand lines are searched, and each secret is named by its line", "[contribute]") {
  const std::string token =
      "gh"
      "p_" +
      Planter(7).some(base62, 36);
  std::string text, before;
  for (int line = 1; line <= 100'000; ++line) {
    const std::string words = "line " + std::to_string(line) + " of the text\n";
    before += words;
    text += line == 77'777 ? "now " + token + "\n" : words;
  }
  const Outcome outcome = scan(text, before);
  REQUIRE(outcome.findings.size() == 1);
  CHECK(outcome.findings[0].line == 77'777);
  CHECK(outcome.seconds < patience_seconds);
}

TEST_CASE("a text with more secrets than anybody reads ends with a finding that says so", "[contribute]") {
  Planter random(5);
  std::string text;
  for (int i = 0; i < 1500; ++i)
    text +=
        "gh"
        "p_" +
        random.some(base62, 36) + "\n";
  const Outcome outcome = scan(text);
  CHECK(outcome.findings.size() == SecretScanner::most_secrets + 1);
  CHECK(outcome.findings.back().line == 0);
  CHECK(outcome.findings.back().stops());
  CHECK(outcome.seconds < patience_seconds);
}
