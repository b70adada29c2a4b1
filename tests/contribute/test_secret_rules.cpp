#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <set>

#include "contribute/planted.hpp"
#include "contribute/secret_check.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

const SecretScanner& scanner() {
  static const SecretRules rules = built_in_secret_rules();
  static const SecretScanner built_in(rules);
  return built_in;
}

std::vector<CheckFinding> found_in(std::string_view text, std::string_view before = {}) {
  static const RelPath path = RelPath::parse("prompts/a.md");
  return find_secrets(scanner(), &path, before, text);
}

std::string rules_in(std::string_view text) {
  std::string rules;
  for (const CheckFinding& finding : found_in(text))
    rules +=
        (rules.empty() ? "" : " ") + finding.rule + (finding.severity == CheckSeverity::warning ? "?" : "");
  return rules;
}

bool holds(const CheckFinding& finding, const std::string& secret) {
  for (const std::string* text : {&finding.message, &finding.excerpt, &finding.fingerprint, &finding.rule})
    if (text->find(secret) != text->npos) return true;
  return false;
}

}  // namespace

TEST_CASE("every rule's expression can be read, and its id is its own", "[contribute]") {
  std::set<std::string> ids;
  for (const SecretRule& rule : built_in_secret_rules().rules) {
    INFO(rule.id);
    CHECK(rule.regex->problem().value_or("") == "");
    CHECK(ids.insert(rule.id).second);
    CHECK_FALSE(rule.keywords.empty());
    for (const SecretException& exception : rule.exceptions)
      for (const Pattern& pattern : exception.regexes) CHECK(pattern.problem().value_or("") == "");
  }
}

TEST_CASE("every rule finds its kind of secret, and no other rule speaks of it", "[contribute]") {
  std::set<std::string> found;
  for (unsigned seed = 1; seed <= 20; ++seed)
    for (const Planted& planted : plant_all(seed)) {
      INFO(seed << ' ' << planted.text);
      CHECK(rules_in(planted.text) == "secret/" + planted.rule);
      found.insert(planted.rule);
    }
  for (const SecretRule& rule : built_in_secret_rules().rules) {
    INFO(rule.id);
    CHECK(found.contains(rule.id));
  }
}

TEST_CASE("what stands for a secret, or only speaks of one, is none", "[contribute]") {
  for (const std::string& line : harmless_lines()) {
    INFO(line);
    CHECK(rules_in("# notes\n" + line + "\n") == "");
  }
}

TEST_CASE("no text of a finding holds a secret that was found", "[contribute]") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const std::vector<Planted> all = plant_all(seed);
    std::string everything, one_line;
    for (const Planted& planted : all) {
      everything += planted.text;
      if (planted.text.find('\n') == planted.text.size() - 1)
        one_line += planted.text.substr(0, planted.text.size() - 1) + " ";
    }
    for (const std::string& text : {everything, one_line + "\n"})
      for (const CheckFinding& finding : found_in(text))
        for (const Planted& planted : all) {
          INFO(finding.rule << ' ' << planted.rule << ' ' << finding.excerpt);
          CHECK_FALSE(holds(finding, planted.secret));
        }
  }
}

TEST_CASE("a secret that stands twice on a line is hidden twice", "[contribute]") {
  const std::string token =
      "gh"
      "p_" +
      Planter(7).some(base62, 36);
  const auto findings = found_in("\n  use " + token + " or x" + token + "-y.\n");
  REQUIRE(findings.size() == 2);
  CHECK(findings[0] == findings[1]);
  CHECK(findings[0].line == 2);
  CHECK(findings[0].excerpt == "  use *** or x***-y.");
  CHECK(findings[0].message == "looks like a GitHub token");
  CHECK(findings[0].severity == CheckSeverity::error);
}

TEST_CASE("an excerpt is harmless for a terminal, and short", "[contribute]") {
  const std::string token =
      "gh"
      "p_" +
      Planter(7).some(base62, 36);
  CHECK(found_in("\x1b[31m" + token + "\r\n")[0].excerpt == "^[[31m***");
  const std::string dots(100, '.');
  const auto findings = found_in(token + dots + "\xc3\xa4" + dots + "\xc3\xa4" + dots);
  CHECK(findings[0].excerpt == "***" + dots + "\xc3\xa4" + dots.substr(0, 55) + "...");
  CHECK(found_in(std::string(5000, ' ') + token)[0].excerpt == "***");
}

TEST_CASE("a secret in text that upstream has does not stop a contribution", "[contribute]") {
  const std::string token =
                        "gh"
                        "p_" +
                        Planter(7).some(base62, 36),
                    line = "key " + token + "\n";
  CHECK(found_in("a\n" + line + "b\nnew\n", "a\n" + line + "b\n").empty());
  CHECK(found_in("new\nb\n" + line, line + "a\nb\n").empty());
  const auto changed = found_in("the " + line, line);
  REQUIRE(changed.size() == 1);
  CHECK(changed[0].severity == CheckSeverity::warning);
  CHECK(changed[0].message == "looks like a GitHub token, which upstream has already");
  CHECK(found_in(line, "").size() == 1);
  CHECK_FALSE(found_in(line,
                       "key gh"
                       "p_" +
                           Planter(8).some(base62, 36) + "\n")
                  .empty());
}

TEST_CASE("a key whose lines are exchanged is found though its frame is upstream's", "[contribute]") {
  const std::vector<Planted> first = plant_all(1), second = plant_all(2);
  REQUIRE(first[0].rule == "private-key");
  CHECK(found_in(first[0].text, first[0].text).empty());
  const auto findings = found_in(second[0].text, first[0].text);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].line == 2);
  CHECK(findings[0].severity == CheckSeverity::error);
}

TEST_CASE("a line can allow the secret on it, which stays a warning", "[contribute]") {
  const std::string token =
      "gh"
      "p_" +
      Planter(7).some(base62, 36);
  CHECK(rules_in(token + " # ddx:allow\n") == "secret/github-pat?");
  CHECK(rules_in(token + " # gitleaks:allow\n") == "secret/github-pat?");
  CHECK(rules_in("# ddx:allow\n" + token + "\n") == "secret/github-pat");
}

TEST_CASE("a fingerprint is that of rule, path and secret, wherever it stands", "[contribute]") {
  const std::string one =
                        "gh"
                        "p_" +
                        Planter(7).some(base62, 36),
                    other =
                        "gh"
                        "p_" +
                        Planter(8).some(base62, 36);
  const std::string print = found_in(one)[0].fingerprint;
  CHECK(print.starts_with("secret/github-pat:prompts/a.md:"));
  CHECK(print.size() == std::string("secret/github-pat:prompts/a.md:").size() + 16);
  CHECK(found_in("a\n\nb: " + one + "\n")[0].fingerprint == print);
  CHECK(found_in(other)[0].fingerprint != print);
}

TEST_CASE("a short secret is upstream's only with what makes it one", "[contribute]") {
  const std::string url = "see https://ada:tuesday@db.corp.io/x\n";
  const auto added = found_in("on tuesday\n" + url, "on tuesday\n");
  REQUIRE(added.size() == 1);
  CHECK(added[0].severity == CheckSeverity::error);
  const auto moved = found_in("on tuesday\nnow " + url, "on tuesday\n" + url);
  REQUIRE(moved.size() == 1);
  CHECK(moved[0].severity == CheckSeverity::warning);
}

TEST_CASE("secrets are found in UTF-16 and in binary files", "[contribute]") {
  const std::string token =
      "gh"
      "p_" +
      Planter(7).some(base62, 36);
  std::string little = "\xff\xfe", big = "\xfe\xff";
  for (const char byte : "x\r\n" + token + "\r\n") {
    little += {byte, '\0'};
    big += {'\0', byte};
  }
  for (const std::string& text :
       {little, big, little.substr(2), big.substr(2), "\x13\x20" + little.substr(2)}) {
    const auto findings = found_in(text);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].line == 2);
    CHECK(findings[0].excerpt == "***");
  }
  const auto binary = found_in(std::string("\0\x01", 2) + token + "\xff");
  REQUIRE(binary.size() == 1);
  CHECK(binary[0].line == 0);
  CHECK(binary[0].excerpt == "");
}

TEST_CASE("entropy tells random bytes from repeated ones", "[contribute]") {
  CHECK(shannon_entropy("") == 0);
  CHECK(shannon_entropy("aaaaaaaa") == 0);
  CHECK(shannon_entropy("abababab") == 1);
  CHECK(shannon_entropy("0123456789abcdef") == 4);
  CHECK(shannon_entropy(Planter(1).some(base64, 4096)) > 5.9);
}
