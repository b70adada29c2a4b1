#include "contribute/contribution_rules.hpp"

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

#include "contribute/checks.hpp"

using namespace ddx;

namespace {

std::string problems(std::string_view text) {
  std::string lines;
  for (const CheckFinding& f : read_contribution_rules(text).findings)
    lines += fmt::format("{}{} {}\n", f.line, f.severity == CheckSeverity::warning ? "?" : "", f.message);
  return lines;
}

ContributionRules rules(std::string_view text) {
  const ContributionRulesFile file = read_contribution_rules(text);
  CHECK(file.findings.empty());
  return file.rules;
}

OutgoingFile added(const char* path) { return {RelPath::parse(path), std::nullopt, outgoing_bytes("x\n")}; }

std::size_t path_findings(const ContributionRules& rules, const char* path) {
  return check_against(rules, added(path)).size();
}

std::string text_findings(const ContributionRules& rules, const OutgoingText& text) {
  std::string lines;
  for (const CheckFinding& f : check_against(rules, text)) lines += f.rule + ": " + f.message + "\n";
  return lines;
}

}  // namespace

TEST_CASE("all of upstream's rules are read", "[contribute]") {
  const ContributionRules read = rules(
      "version: 1\nmax_file_size: 1MiB\nmax_files: 20\nallowed_paths: [prompts/, \"*.md\"]\n"
      "forbidden_paths:\n  - secret/\nrequire_signoff: true\ntitle: {pattern: \"^feat\", max_length: 50}\n"
      "message: {require_body: true}\nbranch: {pattern: \"^ddx/\"}\nnotes: |\n  Say why.\n  Be kind.\n");
  CHECK(read.max_file_size_bytes == 1u << 20);
  CHECK(read.max_files == 20);
  CHECK(read.require_signoff);
  CHECK(read.require_body);
  CHECK(read.title_max_length == 50);
  CHECK(read.title_pattern->expression() == "^feat");
  CHECK(read.branch_pattern->expression() == "^ddx/");
  CHECK(path_findings(read, "prompts/x/a.txt") == 0);
  CHECK(path_findings(read, "b/a.md") == 0);
  CHECK(path_findings(read, "b/a.txt") == 1);
  CHECK(path_findings(read, "secret/a.md") == 1);
}

TEST_CASE("an empty file of rules asks for nothing", "[contribute]") {
  for (const char* text :
       {"", "# nothing\n", "version: 1\n", "version: 1\ntitle:\nallowed_paths:\nmessage:\n"}) {
    INFO(text);
    const ContributionRules none = rules(text);
    CHECK(path_findings(none, "any/a.txt") == 0);
    CHECK(text_findings(none, {}) == "");
  }
}

TEST_CASE("what cannot be read is named with its line, and the rest counts", "[contribute]") {
  CHECK(problems("version: 1\nmax_files: many\nrequire_signoff: yes\ntitle: {pattern: \"(?<!a)b\", "
                 "max_length: 0}\n") ==
        "2 'max_files' is 'many', but must be a number from 1 to 1000000\n"
        "3 'require_signoff' is 'yes', but must be true or false\n"
        "4 'title.pattern' is no regular expression of RE2: invalid perl operator: (?<\n"
        "4 'title.max_length' is '0', but must be a number from 1 to 1000\n");
  CHECK(problems("version: 1\nallowed_paths: a\ntitle: x\nmax_file_size: [1]\n") ==
        "2 'allowed_paths' must be a list of 1000 patterns at most\n"
        "3 'title' must be a section\n4 'max_file_size' must be a single value\n");
  CHECK(problems("version: 1\nmax_files: 1\nmax_files: 2\n") == "3 'max_files' is given twice\n");
  CHECK(problems("version: 2\n") == "1 'version' is '2', but this ddx knows 1 only\n");
  CHECK(problems("max_files: 1\n") == "1? 'version' is missing; 1 is taken\n");
  CHECK(problems("- a\n") == "1 it must be a section with keys\n");
  CHECK(read_contribution_rules("version: 1\nmax_files: 3\nrequire_signoff: maybe\n").rules.max_files == 3);
}

TEST_CASE("an unknown key is a warning that says what was meant", "[contribute]") {
  CHECK(problems("version: 1\nmax_file: 3\ntitle:\n  maxlength: 3\ncommand: rm\n") ==
        "2? 'max_file' is not known to this ddx; did you mean 'max_files'?\n"
        "4? 'title.maxlength' is not known to this ddx; did you mean 'max_length'?\n"
        "5? 'command' is not known to this ddx\n");
}

TEST_CASE("what is no YAML is an error that can be allowed", "[contribute]") {
  for (const std::string& text :
       std::vector<std::string>{"a: 1\nb: [\n", "a: \xff\n", std::string(2 << 20, 'a'),
                                std::string("a\0b", 3), std::string(5000, '['), "a: 1\n---\nb: 2\n"}) {
    const auto findings = read_contribution_rules(text).findings;
    REQUIRE(findings.size() == 1);
    INFO(findings[0].message);
    CHECK(findings[0].line >= 1);
    CHECK(findings[0].stops());
    CHECK(findings[0].message.find(".ddx-contribution.yml") == std::string::npos);
    CHECK(findings[0].allowance() == "contribution-rules:.ddx-contribution.yml");
  }
}

TEST_CASE("title, branch and messages are held against upstream's rules", "[contribute]") {
  const ContributionRules all = rules(
      "version: 1\nrequire_signoff: true\ntitle: {pattern: \"^(feat|fix): \", max_length: 12}\n"
      "message: {require_body: true}\nbranch: {pattern: \"^ddx/\"}\n");
  const OutgoingText good{"feat: \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
                          "",
                          "ddx/a",
                          {"feat: a\n\nBecause.\n\nDdx-Change-Id: 1\nSigned-off-by: A B <a@b.c>\n"}};
  CHECK(text_findings(all, good) == "");
  OutgoingText bad = good;
  bad.title = "add something";
  bad.branch = "main";
  bad.messages.push_back("fix: b\n\nDdx-Change-Id: 1\nSigned-off-by: nobody\n");
  CHECK(text_findings(all, bad) ==
        "upstream/title: the title 'add something' does not match upstream's pattern '^(feat|fix): '\n"
        "upstream/title: the title has 13 characters, upstream takes 12\n"
        "upstream/branch: the branch 'main' does not match upstream's pattern '^ddx/'\n"
        "upstream/message: upstream wants commit messages that say more than their first line\n"
        "upstream/sign-off: upstream wants 'Signed-off-by' in every commit message\n");
}

TEST_CASE("upstream's notes are harmless for a terminal", "[contribute]") {
  CHECK(rules("version: 1\nnotes: \"a\\e[1m\\nb\"\n").notes == "a^[[1m\nb");
  CHECK(problems("version: 1\nnotes: " + std::string(5000, 'a') + "\n") ==
        "2 'notes' is longer than 4096 bytes\n");
}

TEST_CASE("problems of upstream's rules are in the report, and can be allowed", "[contribute]") {
  CheckSettings settings;
  settings.upstream_rules = read_contribution_rules("version: 1\nmax_files: x\n");
  CHECK_FALSE(check_outgoing({added("a")}, {}, settings).passed());
  settings.allowances.push_back(Allowance::parse("contribution-rules:.ddx-contribution.yml"));
  CHECK(check_outgoing({added("a")}, {}, settings).passed());
}
