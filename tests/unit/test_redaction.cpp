#include <catch2/catch_test_macros.hpp>

#include "base/redaction.hpp"

using namespace ddx;

TEST_CASE("a secret that was loaded is hidden in all its forms", "[unit][redaction]") {
  remember_secret("ada", Secret("s3cr/t \"value\""));
  CHECK(knows_secrets());
  CHECK(without_secrets("it is s3cr/t \"value\", really") == "it is ***, really");
  CHECK(without_secrets("q=s3cr%2Ft%20%22value%22&x") == "q=***&x");
  CHECK(without_secrets(R"({"a":"s3cr/t \"value\""})") == R"({"a":"***"})");
  CHECK(without_secrets("Authorization: Basic YWRhOnMzY3IvdCAidmFsdWUi") == "Authorization: Basic ***");
  CHECK(without_secrets("czNjci90ICJ2YWx1ZSI=") == "***");
}

TEST_CASE("of two secrets the longer one is hidden first", "[unit][redaction]") {
  remember_secret("", Secret("abcdef"));
  remember_secret("", Secret("abcdefghij"));
  CHECK(without_secrets("abcdefghij") == "***");
}

TEST_CASE("words too short to be secrets stay readable", "[unit][redaction]") {
  remember_secret("", Secret("main"));
  CHECK(without_secrets("branch main") == "branch main");
}

TEST_CASE("tokens of the platforms are known by their shape", "[unit][redaction]") {
  const std::string tail(36, 'a');
  for (const std::string& token : std::vector<std::string>{
           "ghp_" + tail, "gho_" + tail, "ghs_" + tail + ".b_c-d", "github_pat_" + tail + tail,
           "glpat-" + tail, "glpat-" + tail + ".01." + std::string(9, 'z'), "glcbt-64_" + tail,
           "ATATT3" + tail + "-_=", "BBDC-" + tail}) {
    CHECK(redacted("token '" + token + "' is bad") == "token '***' is bad");
  }
  for (const std::string& text :
       std::vector<std::string>{"ghp_short", "a ghost", "github_pattern", "glpat-", "ATATT", "xghp_" + tail})
    CHECK(redacted(text) == text);
}

TEST_CASE("what stands before a URL's host is left out", "[unit][redaction]") {
  CHECK(redacted("cannot reach https://ada:pw@example.com/x") == "cannot reach https://example.com/x");
}
