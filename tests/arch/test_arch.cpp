#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <regex>

#include "arch/rules.hpp"

namespace fs = std::filesystem;
using namespace ddx::arch;

namespace {

const fs::path root = DDX_SOURCE_DIR;

template <class Rule>
std::string everywhere(Rule rule) {
  std::string all;
  for (const auto& file : read_sources(root, {"src", "include"}))
    for (const auto& finding : rule(file)) all += "\n  " + finding;
  return all;
}

template <class Rule>
std::size_t findings_in(Rule rule, const std::string& path, const std::string& text) {
  return rule(SourceFile(path, text)).size();
}

}  // namespace

TEST_CASE("every include follows the layers", "[arch]") { CHECK(everywhere(check_includes) == ""); }

TEST_CASE("files are short and named by their purpose", "[arch]") { CHECK(everywhere(check_shape) == ""); }

TEST_CASE("no source speaks of work not done", "[arch]") { CHECK(everywhere(check_words) == ""); }

TEST_CASE("ownership, catch-all, system names, output and process state stay in their places", "[arch]") {
  CHECK(everywhere(check_constructs) == "");
}

TEST_CASE("every command has a page in docs/commands", "[arch]") {
  const fs::path commands = root / "src/cli/commands";
  if (!fs::exists(commands)) return;
  for (const auto& entry : fs::directory_iterator(commands)) {
    if (entry.path().extension() != ".cpp") continue;
    const fs::path page = root / "docs/commands" / entry.path().stem().concat(".md");
    CHECK(fs::exists(page));
  }
}

TEST_CASE("every test can be run by its name", "[arch]") {  // ctest passes the name as an argument
  static const std::regex like_an_option(R"(TEST_CASE\("-)");
  for (const auto& file : read_sources(root, {"tests"})) {
    INFO(file.path);
    CHECK_FALSE(std::regex_search(file.text, like_an_option));
  }
}

TEST_CASE("the include rule sees each kind of breach", "[arch]") {
  CHECK(findings_in(check_includes, "src/base/a.cpp", "#include \"platform/files.hpp\"\n") == 1);
  CHECK(findings_in(check_includes, "src/transaction/a.cpp", "#include \"merge/plan.hpp\"\n") == 1);
  CHECK(findings_in(check_includes, "src/merge/a.hpp", "#include \"sync/pull.hpp\"\n") == 1);
  CHECK(findings_in(check_includes, "src/cli/a.cpp", "#include \"sync/pull.hpp\"\n") == 1);
  CHECK(findings_in(check_includes, "src/sync/a.cpp", "#include <git2.h>\n") == 1);
  CHECK(findings_in(check_includes, "src/git/a.cpp", "# include  <curl/curl.h>\n") == 1);
  CHECK(findings_in(check_includes, "include/ddx/a.hpp", "#include <fmt/format.h>\n") == 1);
  CHECK(findings_in(check_includes, "src/unheard_of/a.cpp", "") == 1);
  CHECK(findings_in(check_includes, "src/sync/a.cpp", "#include <vector>\n#include \"git/objects.hpp\"\n") ==
        0);
}

TEST_CASE("the shape rule sees long files and empty names", "[arch]") {
  CHECK(findings_in(check_shape, "src/git/a.hpp", std::string(151, '\n')) == 1);
  CHECK(findings_in(check_shape, "src/git/a.cpp", std::string(401, '\n')) == 1);
  CHECK(findings_in(check_shape, "src/main.cpp", std::string(61, '\n')) == 1);
  CHECK(findings_in(check_shape, "src/cli/commands/a.cpp", std::string(151, '\n')) == 1);
  CHECK(findings_in(check_shape, "src/git/string_utils.hpp", "") == 1);
  CHECK(findings_in(check_shape, "src/git/a.cpp", std::string(400, '\n')) == 0);
}

TEST_CASE("the word rule sees apologies, and lets an issue's number pass", "[arch]") {
  CHECK(findings_in(check_words, "src/a.cpp", "// Simulate the update\n") == 1);
  CHECK(findings_in(check_words, "src/a.cpp", "// good enough for now\n") == 1);
  CHECK(findings_in(check_words, "src/a.cpp", "// TODO: more\n") == 1);
  CHECK(findings_in(check_words, "src/a.cpp", "// TODO(#12): more, for nowhere\n") == 0);
}

TEST_CASE("the construct rule reads code, not comments or literals", "[arch]") {
  CHECK(findings_in(check_constructs, "src/git/a.cpp", "git_tree_free(tree);\n") == 1);
  CHECK(findings_in(check_constructs, "src/git/a.cpp", "Handle<git_tree, git_tree_free> tree(raw);\n") == 0);
  CHECK(findings_in(check_constructs, "src/git/a.cpp", "auto* a = new Thing();\n") == 1);
  CHECK(findings_in(check_constructs, "src/git/a.cpp", "if (a) delete a;\n") == 1);
  CHECK(findings_in(check_constructs, "src/git/a.cpp", "try {\n} catch (...) {\n}\n") == 1);
  CHECK(findings_in(check_constructs, "src/git/a.cpp", "#ifdef _WIN32\n") == 1);
  CHECK(findings_in(check_constructs, "src/git/a.cpp", "std::cerr << 1;\n") == 1);
  CHECK(findings_in(check_constructs, "src/git/a.cpp", "getenv(name);\n") == 1);
  CHECK(findings_in(check_constructs, "src/git/a.cpp",
                    "A(const A&) = delete;  // a new file, catch (...)\nf(\"delete it \\\" new T\", 1'000, "
                    "R\"x(new T)\" new T)x\");\n") == 0);
}
