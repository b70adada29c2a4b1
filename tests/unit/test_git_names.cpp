#include <catch2/catch_test_macros.hpp>

#include "base/git_names.hpp"

TEST_CASE("the files that git reads from a tree are known under every alias", "[base][git_names]") {
  for (const char* name : {".gitmodules",
                           ".GITMODULES",
                           ".gitmodules ",
                           ".gitmodules.",
                           ".gitmodules:x",
                           "gitmod~1",
                           "GITMOD~4",
                           "gi7eba~1",
                           "GI7EB~10",
                           ".gitattributes",
                           "gitatt~1",
                           "gi7d29~1",
                           ".gitignore",
                           "GITIGN~1",
                           "gi250a~9",
                           ".mailmap",
                           ".MailMap",
                           "mailma~1",
                           "maba30~1",
                           ".git\xE2\x80\x8Cmodules",
                           "\xEF\xBB\xBF.mailmap",
                           "a\\.gitmodules",
                           "gitmod~1 ."}) {
    INFO(name);
    CHECK(ddx::is_dot_git_file(name));
  }
}

TEST_CASE("names that only resemble git's files are not taken for them", "[base][git_names]") {
  for (const char* name :
       {"gitmodules", ".gitmodule", ".gitmodulesx", ".git", ".gitkeep", "gitmod", "gitmod~", "gitmod~x",
        "gi7eba~x", "gi7ebb~1", "mailmap", ".gitignore/x", "~1", "g~1", "gi7eba~"}) {
    INFO(name);
    CHECK_FALSE(ddx::is_dot_git_file(name));
  }
}
