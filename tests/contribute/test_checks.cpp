#include "contribute/checks.hpp"

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

#include "contribute/path_checks.hpp"
#include "contribute/planted.hpp"
#include "contribute/text_checks.hpp"
#include "ddx/error.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

OutgoingFile added(const char* path, std::string bytes, Mode mode = Mode::file) {
  return {RelPath::parse(path), std::nullopt, outgoing_bytes(std::move(bytes), mode)};
}

OutgoingFile changed(const char* path, std::string before, std::string after) {
  return {RelPath::parse(path), outgoing_bytes(std::move(before)), outgoing_bytes(std::move(after))};
}

OutgoingFile removed(const char* path) { return {RelPath::parse(path), outgoing_bytes("x"), std::nullopt}; }

/// "path:line rule" for each finding, with '?' behind a warning and '+' behind what is allowed.
std::string summary(const std::vector<CheckFinding>& findings) {
  std::string lines;
  for (const CheckFinding& f : findings)
    lines += fmt::format("{}:{} {}{}{}\n", f.path ? f.path->str() : ".", f.line, f.rule,
                         f.severity == CheckSeverity::warning ? "?" : "", f.allowed ? "+" : "");
  return lines;
}

std::string checked(const std::vector<OutgoingFile>& files, const CheckSettings& settings = {}) {
  return summary(check_outgoing(files, {}, settings).findings);
}

std::string message_of(const std::vector<OutgoingFile>& files, const CheckSettings& settings = {}) {
  const auto findings = check_outgoing(files, {}, settings).findings;
  return findings.size() == 1 ? findings[0].message : summary(findings);
}

CheckSettings allowing(std::initializer_list<const char*> allowances) {
  CheckSettings settings;
  for (const char* text : allowances) settings.allowances.push_back(Allowance::parse(text));
  return settings;
}

const std::string conflict = "<<<<<<< mine\na\n=======\nb\n>>>>>>> upstream\n";

}  // namespace

TEST_CASE("a contribution without fault passes", "[contribute]") {
  const CheckReport report =
      check_outgoing({added("prompts/a.md", "# Title\n\nText.\n"), changed("b.yaml", "a: 1\n", "a: 2\n"),
                      removed("old.txt"), added("link", "prompts/a.md", Mode::link)},
                     {"add a", "why", "ddx/a", {"add a\n\nwhy\n"}}, {});
  CHECK(report.findings.empty());
  CHECK(report.unused_allowances.empty());
  CHECK(report.passed());
}

TEST_CASE("a conflict that was not resolved stops, with its first line", "[contribute]") {
  CHECK(checked({added("a.md", "x\n" + conflict + conflict)}) ==
        "a.md:2 conflict-markers\na.md:7 conflict-markers\n");
  CHECK(message_of({added("a.md", "x\n" + conflict)}) == "a conflict that was not resolved, up to line 6");
  CHECK(checked({added("a.md", "<<<<<<< a\n||||||| b\n=======\r\n>>>>>>> c\r\n")}) ==
        "a.md:1 conflict-markers\n");
}

TEST_CASE("markers that upstream has, and lines like them, do not stop", "[contribute]") {
  CHECK(checked({changed("a.md", conflict, "new\n" + conflict)}) == "");
  CHECK(checked({changed("a.md", conflict, conflict + conflict)}) == "");
  CHECK(checked({added("a.md", "Title\n=======\n\n>>>>>>> quoted eight\n")}) == "a.md:4 conflict-markers?\n");
  CHECK(checked({added("a.md", "<<<<<<<< eight\n=======\n>>>>>>>> eight\n")}) == "");
  CHECK(checked({added("a.md", ">>>>>>>\n<<<<<<<\n=======\n<<<<<<<x\n")}) == "");
  CHECK(checked({added("a.md", "<<<<<<< mine\na\n")}) == "a.md:1 conflict-markers?\n");
}

TEST_CASE("YAML and JSON that upstream can read must stay readable", "[contribute]") {
  CHECK(checked({changed("a.yaml", "a: 1\n", "a: 1\nb: [\n")}) == "a.yaml:3 broken-yaml\n");
  CHECK(checked({changed("a.json", "{}", "{\"a\": 1,}\n")}) == "a.json:1 broken-json\n");
  CHECK(checked({added("a.yaml", "{{ template }}: [\n")}) == "a.yaml:2 broken-yaml?\n");
  CHECK(checked({changed("a.yaml", "b: [\n", "a: [\n")}) == "");
  CHECK(checked({changed("a.yaml", "a: 1\n", "a: 1\na: 2\n")}) == "a.yaml:2 broken-yaml?\n");
  CHECK(checked({changed("a.yaml", "a: 1\na: 2\n", "a: [\n")}) == "a.yaml:2 broken-yaml\n");
  CHECK(checked({changed("a.md", "a: 1\n", "a: [\n")}) == "");
}

TEST_CASE("files that are too big or too many stop, by the stricter of both limits", "[contribute]") {
  CheckSettings settings;
  settings.max_file_size_bytes = 1000;
  settings.max_files = 2;
  CHECK(checked({added("a", std::string(1000, 'a'))}, settings) == "");
  CHECK(message_of({added("a", std::string(2001, 'a'))}, settings) == "has 2.0 KiB, the limit is 1000 bytes");
  settings.upstream_rules.rules.max_file_size_bytes = 100;
  CHECK(message_of({added("a", std::string(101, 'a'))}, settings) == "has 101 bytes, the limit is 100 bytes");
  settings.upstream_rules.rules.max_file_size_bytes = 5000;
  CHECK(checked({added("a", std::string(1001, 'a'))}, settings) == "a:0 file-size\n");
  CHECK(checked({added("a", ""), added("b", ""), added("b", "")}, settings) == "");
  CHECK(message_of({added("a", ""), added("b", ""), removed("c")}, settings) ==
        "3 files change, the limit is 2");
  settings.upstream_rules.rules.max_files = 1;
  CHECK(message_of({added("a", ""), added("b", "")}, settings) == "2 files change, the limit is 1");
}

TEST_CASE("ddx's own files never go out as new ones", "[contribute]") {
  CHECK(checked({added(".ddx.yml", ""), added("x/.DDX.lock", ""), added(".ddx-op/1/a", "")}) ==
        ".ddx-op/1/a:0 own-file\n.ddx.yml:0 own-file\nx/.DDX.lock:0 own-file\n");
  CHECK(checked({added(".ddx.lock", "")}, allowing({"own-file:.ddx.lock"})) == ".ddx.lock:0 own-file\n");
  CHECK(checked({changed(".ddx.yml", "a: 1\n", "a: 2\n")}) == ".ddx.yml:0 own-file?\n");
  CHECK(checked({added(".ddx-contribution.yml", ""), added(".ddx/a", "")}) == "");
}

TEST_CASE("files that hold secrets by their name stop when they are new", "[contribute]") {
  CHECK(checked({added("a/.env", ""), added(".env.production", ""), added("id_rsa", ""),
                 added("x/cert.p12", "")}) ==
        ".env.production:0 secret/file-name\na/.env:0 secret/file-name\nid_rsa:0 secret/file-name\n"
        "x/cert.p12:0 secret/file-name\n");
  CHECK(checked({added("ca.pem", ""), added(".npmrc", "")}) ==
        ".npmrc:0 secret/file-name?\nca.pem:0 secret/file-name?\n");
  CHECK(checked({added(".env.example", ""), added("id_rsa.pub", ""), added("environment.md", "")}) == "");
  CHECK(checked({changed("a/.env", "A=1\n", "A=2\n"), removed("id_rsa")}) == "");
}

TEST_CASE("new names must be usable on all systems", "[contribute]") {
  CHECK(message_of({added("a/aux.md", "")}) == "'aux.md' is the name of a device on Windows");
  CHECK(checked({added("a:b", ""), added("c.", "")}) == "a:b:0 portable-name\nc.:0 portable-name\n");
  CHECK(checked({changed("a:b", "1", "2"), removed("c.")}) == "");
}

TEST_CASE("names that differ only in case or accents collide, also by a folder", "[contribute]") {
  CheckSettings settings;
  settings.upstream_paths = {RelPath::parse("Docs/a.md"), RelPath::parse("README.md"), RelPath::parse("x/y")};
  CHECK(message_of({added("readme.md", "")}, settings) ==
        "'readme.md' and 'README.md' are one name where case or accents do not count");
  CHECK(message_of({added("docs/b.md", "")}, settings) ==
        "'docs' and 'Docs' are one name where case or accents do not count");
  CHECK(checked({added("Docs/b.md", ""), added("x/z", "")}, settings) == "");
  CHECK(checked({added("B", ""), added("b", "")}) == "b:0 name-collision\n");
  CHECK(checked({added("caf\xc3\xa9", ""), added("cafe\xcc\x81", "")}) == "caf\xc3\xa9:0 name-collision\n");
  CHECK(checked({removed("README.md"), added("readme.md", "")}, settings) == "");
}

TEST_CASE("secrets are found in the names of new files and in the targets of links", "[contribute]") {
  const std::string token =
      "gh"
      "p_" +
      std::string("Zx81Kq0VbT5mRw2Ny7Lc9Hd3Jf6Gs4Pa1Qe8");
  const std::string name = "notes/" + token + ".md";
  CHECK(checked({added(name.c_str(), "text\n")}) == name + ":0 secret/github-pat\n");
  CHECK(checked({changed(name.c_str(), "text\n", "more\n")}) == "");
  CHECK(checked({added("link", token, Mode::link)}).find("secret/github-pat") != std::string::npos);
}

TEST_CASE("what a pull would refuse is said once for a path", "[contribute]") {
  CheckSettings settings;
  settings.link_problems = {
      {RelPath::parse("link"), "as a symbolic link it points to or through a symbolic link"},
      {RelPath::parse("bad"), "out of the tree"}};
  CHECK(checked({added("link", "a", Mode::link), added("bad", "/etc", Mode::link)}, settings) ==
        "bad:0 link\nlink:0 link\n");
}

TEST_CASE("links must stay in upstream's tree", "[contribute]") {
  const auto problem = [](const char* path, const char* target) {
    const auto finding = check_link(RelPath::parse(path), target);
    return finding ? finding->message : "";
  };
  CHECK(problem("a/b/link", "../../c") == "");
  CHECK(problem("a/b/link", "../../../c") == "it is a symbolic link out of upstream's tree");
  CHECK(problem("link", "/etc/passwd") == "it is a symbolic link with an absolute target");
  CHECK(problem("link", "C:x") == "it is a symbolic link with an absolute target");
  CHECK(problem("link", "a\\b") == "it is a symbolic link with a backslash in its target");
  CHECK(problem("link", "") == "it is a symbolic link to nothing");
  CHECK(problem(".gitignore", "a") == "git does not take this file as a symbolic link");
  CHECK(problem("link", ".git/config").starts_with("it is a symbolic link to a path that is not allowed"));
  CHECK(checked({added("link", "/etc", Mode::link)}, allowing({"link:link"})) == "link:0 link\n");
}

TEST_CASE("a binary file is shown with its size", "[contribute]") {
  CHECK(message_of({added("a.bin", std::string(3000, '\0'))}) == "is a binary file of 2.9 KiB");
  CHECK(checked({changed("a", "text", std::string("\0", 1))}) == "a:0 binary-file?\n");
}

TEST_CASE("a planted key stops, in files and in what is said about them", "[contribute]") {
  const std::string key =
      "gh"
      "p_" +
      Planter(1).some(base62, 36);
  CHECK(checked({added("a.md", "a\nkey " + key + "\n")}) == "a.md:2 secret/github-pat\n");
  CHECK(checked({changed("a.md", "key " + key + "\n", "a\nkey " + key + "\n")}) == "");
  const CheckReport report = check_outgoing({}, {"add " + key, "", "", {"a\n\n" + key + "\n"}}, {});
  CHECK(summary(report.findings) == ".:0 secret/github-pat\n");
  CHECK(report.findings[0].message == "looks like a GitHub token, in the words of the contribution");
  CHECK_FALSE(report.passed());
}

TEST_CASE("a key that comes in one commit and goes in the next stops", "[contribute]") {
  const std::string key =
      "gh"
      "p_" +
      Planter(1).some(base62, 36) + "\n";
  CHECK(checked({changed("a", "x\n", key), changed("a", key, "y\n")}) == "a:1 secret/github-pat\n");
}

TEST_CASE("allowances cover a rule at a file, a folder or everywhere, or one finding", "[contribute]") {
  const std::vector<OutgoingFile> files{added("docs/a.md", conflict), added("docs.md", conflict),
                                        added(".env", "x")};
  CHECK(checked(files, allowing({"conflict-markers:docs"})) ==
        ".env:0 secret/file-name\ndocs.md:1 conflict-markers\ndocs/a.md:1 conflict-markers+\n");
  CHECK(checked(files, allowing({"conflict-markers:docs/"})).find("docs/a.md:1 conflict-markers+") !=
        std::string::npos);
  CHECK(checked(files, allowing({"conflict-markers:.", "secret:.env"})) ==
        ".env:0 secret/file-name+\ndocs.md:1 conflict-markers+\ndocs/a.md:1 conflict-markers+\n");
  const CheckReport report =
      check_outgoing(files, {}, allowing({"conflict:docs", "secret/file:.env", "conflict-markers:doc"}));
  CHECK(report.unused_allowances ==
        std::vector<std::string>{"conflict:docs", "secret/file:.env", "conflict-markers:doc"});
  CHECK_FALSE(report.passed());
}

TEST_CASE("an allowance by fingerprint covers that secret, not the next one", "[contribute]") {
  const std::string key =
                        "gh"
                        "p_" +
                        Planter(1).some(base62, 36),
                    other =
                        "gh"
                        "p_" +
                        Planter(2).some(base62, 36);
  const std::string print = check_outgoing({added("a", key)}, {}, {}).findings[0].fingerprint;
  CHECK(checked({added("a", "x\n" + key)}, allowing({print.c_str()})) == "a:2 secret/github-pat+\n");
  CHECK(checked({added("a", other)}, allowing({print.c_str()})) == "a:1 secret/github-pat\n");
  CHECK(checked({added("b", key)}, allowing({print.c_str()})) == "b:1 secret/github-pat\n");
}

TEST_CASE("what a finding proposes as its allowance covers it", "[contribute]") {
  CheckSettings settings;
  settings.max_files = 1;
  const std::vector<OutgoingFile> files{added("a b/.env", ""), added("c:d", "")};
  for (const CheckFinding& finding : check_outgoing(files, {}, settings).findings)
    settings.allowances.push_back(Allowance::parse(finding.allowance()));
  const CheckReport report = check_outgoing(files, {}, settings);
  CHECK(settings.allowances.size() == 3);
  CHECK(report.passed());
  CHECK(report.unused_allowances.empty());
}

TEST_CASE("an allowance without rule or path is refused", "[contribute]") {
  for (const char* text : {"", "a", ":", "a:", ":b"}) {
    INFO(text);
    CHECK_THROWS_AS(Allowance::parse(text), Error);
  }
}
