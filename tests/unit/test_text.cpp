#include <catch2/catch_test_macros.hpp>

#include "base/binary.hpp"
#include "base/text.hpp"

using ddx::closest;
using ddx::fold_case;
using ddx::is_valid_utf8;
using ddx::KeepLines;
using ddx::printable;

TEST_CASE("printable text leaves nothing for a terminal to obey", "[base][text]") {
  struct Row {
    std::string_view from, to;
  };
  using namespace std::string_view_literals;
  for (const auto& [from, to] :
       {Row{"plain text", "plain text"},
        Row{"\xC3\xBC\xE6\x97\xA5\xF0\x9F\x98\x80", "\xC3\xBC\xE6\x97\xA5\xF0\x9F\x98\x80"},
        Row{"\x1b[31mred", "^[[31mred"}, Row{"a\r\nb\tc", "a^M^Jb^Ic"}, Row{"\0x"sv, "^@x"},
        Row{"\x7f", "^?"}, Row{"\xC2\x9B", "<U+009B>"},
        Row{"a\xE2\x80\xAE"
            "b",
            "a<U+202E>b"},
        Row{"\xFF\xC3(", "\\xFF\\xC3("}, Row{"\xED\xA0\x80", "\\xED\\xA0\\x80"}, Row{"", ""}}) {
    CHECK(printable(from) == to);
  }
}

TEST_CASE("printable text can keep its lines but nothing else", "[base][text]") {
  CHECK(printable("a\n\tb\r\x1b", KeepLines::yes) == "a\n\tb^M^[");
}

TEST_CASE("UTF-8 is valid only in its shortest form and without surrogates", "[base][text]") {
  for (const char* text :
       {"", "a", "\xC3\xA4", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80"})
    CHECK(is_valid_utf8(text));
  for (const char* text : {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "a\x80", "\xE2\x82"})
    CHECK_FALSE(is_valid_utf8(text));
}

TEST_CASE("the closest candidate is the one that was meant", "[base][text]") {
  const std::vector<std::string> words = {"status", "pull", "rollback", "diff", "init"};
  CHECK(closest("pul", words) == "pull");
  CHECK(closest("plul", words) == "pull");
  CHECK(closest("stauts", words) == "status");
  CHECK(closest("rolback", words) == "rollback");
  CHECK(closest("status", words) == "status");
}

TEST_CASE("no candidate is offered where none is near", "[base][text]") {
  CHECK(closest("frobnicate", {"pull", "diff"}) == "");
  CHECK(closest("x", {"y", "z"}) == "");
  CHECK(closest("", {"a"}) == "");
  CHECK(closest("pull", {}) == "");
}

TEST_CASE("case folding makes names that differ in case only equal", "[base][text]") {
  struct Row {
    const char *from, *to;
  };
  for (const auto& [from, to] :
       {Row{"README.md", "readme.md"},
        Row{"\xC3\x84\xC3\x96\xC3\x9C\xC3\x9F", "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F"},
        Row{"\xCE\xA3\xCF\x82", "\xCF\x83\xCF\x83"}, Row{"\xD0\x96\xD0\x81", "\xD0\xB6\xD1\x91"},
        Row{"\xC5\xBD", "\xC5\xBE"}, Row{"\xE1\xBA\xA0", "\xE1\xBA\xA1"}, Row{"\xC3\x97", "\xC3\x97"},
        Row{"\xE6\x97\xA5\xFF", "\xE6\x97\xA5\xFF"}}) {
    CHECK(fold_case(from) == to);
  }
}

TEST_CASE("names that some file system takes for one have the same collision key", "[base][text]") {
  struct Row {
    const char *a, *b;
  };
  for (const auto& [a, b] :
       {Row{"README", "readme"}, Row{"\xC3\xBC", "u\xCC\x88"}, Row{"\xC3\x9C", "u\xCC\x88"},
        Row{"\xE1\xBB\x87", "e\xCC\xA3\xCC\x82"}, Row{"\xEA\xB0\x81", "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8"},
        Row{"\xE3\x81\x8C", "\xE3\x81\x8B\xE3\x82\x99"}, Row{"\xE2\x84\xAB", "a\xCC\x8A"},
        Row{"\xD0\x99", "\xD0\xB8\xCC\x86"}}) {
    INFO(a);
    CHECK(ddx::collision_key(a) == ddx::collision_key(b));
  }
  CHECK(ddx::collision_key("a") != ddx::collision_key("\xC3\xA4"));
  CHECK(ddx::collision_key("a\xFF") != ddx::collision_key("a"));
}

TEST_CASE("credentials in URLs are left out, wherever the URL stands", "[unit][text]") {
  CHECK(ddx::without_credentials("https://ada:s3cret@example.org/x") == "https://example.org/x");
  CHECK(ddx::without_credentials("see https://t0ken@a/b and ssh://git@c/d@e") ==
        "see https://a/b and ssh://c/d@e");
  CHECK(ddx::without_credentials("https://a:p@ss@host") == "https://host");
  CHECK(ddx::without_credentials("--to=https://u:p@h?x=1") == "--to=https://h?x=1");
  CHECK(ddx::without_credentials("mail@example.org") == "mail@example.org");
  CHECK(ddx::without_credentials("https://host/@scope") == "https://host/@scope");
  CHECK(ddx::without_credentials("").empty());
}

TEST_CASE("a NUL among the first 8000 bytes makes a file binary, as for git", "[base][text]") {
  const std::string nul(1, '\0');
  CHECK(ddx::is_binary(std::string(7999, 'a') + nul));
  CHECK_FALSE(ddx::is_binary(std::string(8000, 'a') + nul));
  CHECK_FALSE(ddx::is_binary("\xff\xfe broken"));
  CHECK_FALSE(ddx::is_binary(""));
}
