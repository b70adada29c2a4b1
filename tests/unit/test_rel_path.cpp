#include <catch2/catch_test_macros.hpp>

#include "ddx/error.hpp"
#include "ddx/rel_path.hpp"

using ddx::portability_problem;
using ddx::RelPath;

namespace {

std::string why_refused(std::string_view text) {
  std::string why;
  return RelPath::try_parse(text, &why) ? std::string() : why;
}

bool is_accepted(std::string_view text) { return why_refused(text).empty(); }

std::string repeated(std::string_view part, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("a path keeps what it was made from", "[base][path]") {
  for (const char* text : {"a",
                           "a/b",
                           "prompts/claude/README.md",
                           ".gitignore",
                           ".gitattributes",
                           ".github/x",
                           "git",
                           "a..b",
                           "...",
                           "..a/b",
                           "gitx~1",
                           "git~x",
                           ".gitx",
                           "x.git",
                           "a.git/b",
                           "\xC3\xBC/\xE6\x97\xA5",
                           "a:b",
                           "aux",
                           "a b",
                           "a.",
                           "a\\b",
                           "-x",
                           "~",
                           "emoji \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"}) {
    INFO(text);
    REQUIRE(why_refused(text) == "");
    CHECK(RelPath::parse(text).str() == text);
  }
}

TEST_CASE("a path that could lead out of its root is refused with the broken rule", "[base][path]") {
  CHECK(why_refused("") == "it is empty");
  CHECK(why_refused("/etc/passwd") == "it is absolute");
  for (const char* text : {"a//b", "a/", "a/b/"}) CHECK(why_refused(text) == "it has an empty component");
  for (const char* text : {".", "./a", "a/.", "a/./b"}) CHECK(why_refused(text) == "it has a component '.'");
  for (const char* text : {"..", "../a", "a/..", "a/../b"})
    CHECK(why_refused(text) == "it has a component '..'");
  for (const char* text : {"..\\a", "a\\..\\b", "a\\..", "x/..\\..\\a"})
    CHECK(why_refused(text) == "it has a component '..' where '\\' separates folders");
}

TEST_CASE("every name that some file system takes for .git is refused", "[base][path]") {
  for (const char* name : {".git",
                           ".GIT",
                           ".Git",
                           ".git ",
                           ".git.",
                           ".git. .",
                           ".git::$INDEX_ALLOCATION",
                           ".git:x",
                           ".git . :stream",
                           "git~1",
                           "GIT~1",
                           "git~2",
                           "git~9",
                           "git~12",
                           "git~1 ",
                           "git~1.",
                           "git~1::$DATA",
                           ".git\\config",
                           "a\\.git",
                           "a\\.GIT \\b",
                           "git~1\\x",
                           ".g\xE2\x80\x8Cit",
                           ".gi\xE2\x80\x8Dt",
                           "\xEF\xBB\xBF.git",
                           ".git\xEF\xBB\xBF",
                           ".G\xE2\x81\xAAit",
                           ".git\xE2\x81\xAF.",
                           "g\xE2\x80\x8Cit~1"}) {
    for (const std::string& path :
         {std::string(name), "a/" + std::string(name), std::string(name) + "/config"}) {
      INFO(path);
      CHECK(why_refused(path) == "some file systems take one of its components for '.git'");
    }
  }
}

TEST_CASE("characters that could deceive a terminal or a person are refused", "[base][path]") {
  for (const char* text : {"a\nb", "a\tb", "\x1b[31m", "a\x7f", "a\xC2\x9Bm", "a\rb", "x/\x01"})
    CHECK(why_refused(text) == "it holds a control character");
  CHECK(why_refused(std::string_view("a\0b", 3)) == "it holds a control character");
  for (const char* text : {"a\xE2\x80\xAEtxt.exe", "\xE2\x81\xA6x", "x\xD8\x9C", "x\xE2\x80\x8F"})
    CHECK(why_refused(text) == "it holds a character that reverses the direction of text");
  for (const char* text :
       {"\xFF", "a\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80"})
    CHECK(why_refused(text) == "it is not valid UTF-8");
}

TEST_CASE("a path has limits of component length, depth and length", "[base][path]") {
  CHECK(is_accepted(std::string(255, 'a')));
  CHECK(why_refused(std::string(256, 'a')) == "one of its components is longer than 255 bytes");
  CHECK(is_accepted(repeated("a/", 63) + "a"));
  CHECK(why_refused(repeated("a/", 64) + "a") == "it has more than 64 components");
  CHECK(is_accepted(repeated(std::string(255, 'a') + "/", 11) + std::string(255, 'b')));
  CHECK(why_refused(repeated(std::string(255, 'a') + "/", 12) + "b") == "it is longer than 3072 bytes");
}

TEST_CASE("the error for a refused path shows it escaped", "[base][path]") {
  try {
    RelPath::parse("a/\x1b[2J");
    FAIL("accepted");
  } catch (const ddx::Error& error) {
    CHECK(error.code() == ddx::ErrorCode::usage);
    CHECK(std::string(error.what()) == "cannot use the path 'a/^[[2J': it holds a control character");
  }
}

TEST_CASE("a path knows its name, its parent and what it is below", "[base][path]") {
  const RelPath file = RelPath::parse("a/b/c.md");
  CHECK(file.name() == "c.md");
  CHECK(file.parent() == "a/b");
  CHECK(RelPath::parse("c.md").name() == "c.md");
  CHECK(RelPath::parse("c.md").parent() == "");
  CHECK(file.is_below(RelPath::parse("a")));
  CHECK(file.is_below(RelPath::parse("a/b")));
  CHECK(file.is_below(file));
  CHECK_FALSE(file.is_below(RelPath::parse("a/b/c")));
  CHECK_FALSE(RelPath::parse("a").is_below(file));
  CHECK(RelPath::parse("a").join(RelPath::parse("b/c.md")) == file);
  CHECK(file.below("/root") == std::filesystem::path("/root/a/b/c.md"));
}

TEST_CASE("joining paths cannot break the limits", "[base][path]") {
  const RelPath deep = RelPath::parse(repeated("a/", 62) + "a");
  CHECK(deep.join(RelPath::parse("b")).name() == "b");
  CHECK_THROWS_AS(deep.join(RelPath::parse("b/c")), ddx::Error);
}

TEST_CASE("paths sort by bytes as git's index does", "[base][path]") {
  CHECK(RelPath::parse("a-b") < RelPath::parse("a/b"));
  CHECK(RelPath::parse("a/b") < RelPath::parse("a0"));
  CHECK(RelPath::parse("Z") < RelPath::parse("a"));
  CHECK(RelPath::parse("z") < RelPath::parse("\xC3\xA4"));
}

TEST_CASE("names that Windows cannot hold are a portability problem", "[base][path]") {
  const auto problem = [](const char* text) {
    return portability_problem(RelPath::parse(text)).value_or("");
  };
  for (const char* text : {"a/AUX", "con.txt", "nul", "Prn.tar.gz", "COM1", "lpt9.x", "com\xC2\xB2", "CONIN$",
                           "conout$.x", "aux .c"}) {
    INFO(text);
    CHECK(problem(text).ends_with("is the name of a device on Windows"));
  }
  for (const char* text : {"a:b", "a\\b", "a?", "x/*", "<a", "a>", "\"a\"", "a|b"}) {
    INFO(text);
    CHECK(problem(text).ends_with("which Windows does not allow in a name"));
  }
  CHECK(problem("a./b") == "'a.' ends with a dot, which Windows leaves out");
  CHECK(problem("a/b ") == "'b ' ends with a space, which Windows leaves out");
  for (const char* text : {"a/b.md", "auxiliary", "com", "com10", "console", "lpt", "x.aux", "a b", ".a"}) {
    INFO(text);
    CHECK(problem(text) == "");
  }
}
