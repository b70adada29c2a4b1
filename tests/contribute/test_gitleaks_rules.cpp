#include <catch2/catch_test_macros.hpp>

#include "contribute/gitleaks_rules.hpp"
#include "contribute/secret_scanner.hpp"
#include "ddx/error.hpp"

using namespace ddx;

namespace {

constexpr const char* file = R"(
title = "ours"

[extend]
useDefault = true
disabledRules = ["generic-secret"]

[[rules]]
id = "acme-key"
description = "an Acme key"
regex = '''acme_([a-z0-9]{8})'''
secretGroup = 1
entropy = 2.0
keywords = ["ACME_"]
[[rules.allowlists]]
stopwords = ["example1"]

[[rules]]
id = "no-dumps"
path = '''\.dump$'''

[allowlist]
description = "tests"
paths = ['''^fixtures/''']
regexTarget = "line"
regexes = ['''not a secret''']
)";

std::vector<std::string> found(const SecretRules& rules, const std::string& text,
                               const std::string& at = "prompts/a.md") {
  const RelPath path = RelPath::parse(at);
  const SecretScanner scanner(rules);
  const auto result = scanner.scan(text, &path);
  std::vector<std::string> list;
  for (const auto& match : result.matches)
    list.push_back(match.rule->id + " " + std::string(match.secret.in(text)));
  for (const SecretRule* rule : result.by_path) list.push_back(rule->id);
  return list;
}

std::string problem(const char* text) {
  SecretRules rules;
  try {
    add_gitleaks_rules(rules, text, "rules.toml");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::config_invalid);
    return error.what();
  }
  return {};
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("rules of a gitleaks file find what they say, beside ddx's own", "[contribute][secrets]") {
  SecretRules rules = built_in_secret_rules();
  const std::size_t own = rules.rules.size();
  add_gitleaks_rules(rules, file, "rules.toml");
  CHECK(rules.rules.size() >= own + 1);
  CHECK(found(rules, "key: acme_a1b2c3d4\n") == Lines{"acme-key a1b2c3d4"});
  CHECK(found(rules, "key: acme_aaaaaaaa\n").empty());
  CHECK(found(rules, "key: acme_example1\n").empty());
  CHECK(found(rules, "x\n", "db/all.dump") == Lines{"no-dumps"});
  CHECK(found(rules, "t = ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8\n").size() == 1);
}

TEST_CASE("a file's allow-list holds for all rules", "[contribute][secrets]") {
  SecretRules rules = built_in_secret_rules();
  add_gitleaks_rules(rules, file, "rules.toml");
  CHECK(found(rules, "acme_a1b2c3d4 is not a secret\n").empty());
  CHECK(found(rules, "t = ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8\n", "fixtures/a.md").empty());
}

TEST_CASE("what cannot be read in a gitleaks file is named with its place", "[contribute][secrets]") {
  CHECK(problem("[[rules]]\nid = \"x\"\nregex = '''('''\n").starts_with("'rules.toml:3:"));
  CHECK(problem("[[rules]]\nid = \"x\"\n").find("without 'regex' and 'path'") != std::string::npos);
  CHECK(problem("[[rules]]\nregex = 'x'\n").find("without 'id'") != std::string::npos);
  CHECK(problem("[[rules]]\nid = 3\nregex = 'x'\n").find("'id' is not a text") != std::string::npos);
  CHECK(problem("a = \n").starts_with("'rules.toml:1:"));
  CHECK(problem("[allowlist]\nregexTarget = \"page\"\n").find("none of") != std::string::npos);
}
