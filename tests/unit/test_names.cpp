#include <catch2/catch_test_macros.hpp>

#include "ddx/error.hpp"
#include "ddx/names.hpp"

using namespace ddx;

TEST_CASE("what is followed survives being written and read", "[base][names]") {
  const std::string id(40, 'a');
  for (const auto& [follow, text] : {std::pair<Follow, std::string>{DefaultBranch{}, "default branch"},
                                     {BranchName("main"), "branch main"},
                                     {BranchName("feature/a b"), "branch feature/a b"},
                                     {TagName("v1.2"), "tag v1.2"},
                                     {CommitName(id), "commit " + id}}) {
    CHECK(describe(follow) == text);
    if (text.find("a b") == text.npos) CHECK(parse_follow(text) == follow);
  }
}

TEST_CASE("a damaged description of what is followed is refused", "[base][names]") {
  for (const char* text : {"", "main", "branch", "branch ", "branch -x", "branch a b", "tag ..", "commit abc",
                           "Branch main", "default branch "}) {
    INFO(text);
    try {
      static_cast<void>(parse_follow(text));
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::lock_damaged);
      CHECK(std::string(error.what()) == "'" + std::string(text) + "' names no branch, tag or commit");
    }
  }
}

TEST_CASE("ref names are those that git check-ref-format accepts", "[base][names]") {
  for (const char* name :
       {"main", "feature/x", "v1.2.3", "a-b", "a.b", "x@y", "\xC3\xBC", "a/b/c.d", "lock", "a.lockx", "@a"}) {
    INFO(name);
    CHECK(is_ref_name(name));
  }
  for (const char* name : {"",   "-x",   ".a",    "a/.b", "a.lock", "a.lock/b", "a..b",  "a b",  "a~1",
                           "a^", "a:b",  "a?",    "a*",   "a[b",    "a\\b",     "/a",    "a/",   "a//b",
                           "a.", "@{u}", "a@{1}", "@",    "HEAD",   "a\x1b",    "a\x7f", "a\nb", "\xFF"}) {
    INFO(name);
    CHECK_FALSE(is_ref_name(name));
  }
}
