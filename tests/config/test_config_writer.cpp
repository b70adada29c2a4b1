#include <catch2/matchers/catch_matchers_exception.hpp>

#include "config/config_writer.hpp"
#include "config/settings.hpp"
#include "config/yaml_edit.hpp"
#include "ddx/error.hpp"

namespace ddx {

namespace {

Config read(const std::string& text) {
  const YamlDocument document(text, ".ddx.yml");
  return assemble_config(document, nullptr, [](const char*) { return std::optional<std::string>(); });
}

const std::string url = "https://example.com/library.git";

/// What `reconfigured_text` makes of `text` when everything stays as it is but for what `change` does.
template <class Change>
std::string reconfigured(const std::string& text, Change change) {
  const Config before = read(text);
  InitRequest request;
  request.subtree = before.subtree;
  request.path = before.path;
  std::string new_url = before.url.str();
  Follow follow = before.follow;
  change(request, new_url, follow);
  return reconfigured_text(text, request, new_url, follow);
}

const std::string commented = R"(# Ours.
version: 1
repository:
  url: https://example.com/library.git   # the library
  branch: main  # the stable one

  # only this
  subtree: prompts
variables: {author: "someone"}   # of another tool
include:   # what we use
  - "a"
  # and this
  - "b"
# The end.
)";

}  // namespace

TEST_CASE("a new configuration explains itself", "[config][writer]") {
  CHECK(new_config_text({}, url, DefaultBranch{}) ==
        R"(# What 'ddx' keeps in step with an upstream repository. Commit this file and '.ddx.lock'.
# All keys: docs/formats.md of ddx. Keys that ddx does not know are left alone.
version: 1

repository:
  url: https://example.com/library.git
  # branch: main        # or tag: or commit:; without one, the upstream's default branch is followed
  # subtree: prompts    # only this folder of the upstream
  path: .ddx

# Which files to take, as in .gitignore; without patterns, all of them.
# include: ["prompts/"]
# exclude: ["*.tmp"]

sync:
  # What happens where your change and upstream's meet: ask, markers, mine, theirs or union.
  conflict: ask
)");
}

TEST_CASE("a new configuration reads back as what was asked for", "[config][writer]") {
  InitRequest request;
  request.subtree = "a folder/with: colon";
  request.path = "vendor/größe #1";
  request.include = {"**/*.md", "!a \"quoted\" \\ one", "tab\there"};
  request.exclude = {"- x", "{a}"};
  request.conflict = Side::union_of_both;
  for (const Follow& follow : {Follow(BranchName("1.0")), Follow(BranchName("no")), Follow(TagName("v1,2")),
                               Follow(CommitName(std::string(40, 'a'))), Follow(BranchName("null"))}) {
    const Config config = read(new_config_text(request, "/srv/it's \"here\"/x.git", follow));
    CHECK(config.url.str() == "/srv/it's \"here\"/x.git");
    CHECK(config.follow == follow);
    CHECK(config.subtree == request.subtree);
    CHECK(config.path == request.path);
    CHECK(config.include == request.include);
    CHECK(config.exclude == request.exclude);
    CHECK(config.conflict == Side::union_of_both);
  }
}

TEST_CASE("no text can end its value, whatever is in it", "[config][writer]") {  // [REL K7]
  const std::string between = "\r\n\t\x01\x1b\x7f\"'\\#:-?[]{},&*!|>%@` =~";
  const auto check = [](const std::string& text) {
    InitRequest request;
    request.include = {text, "second"};
    const std::string written = new_config_text(request, url, DefaultBranch{});
    CHECK(read(written).include == request.include);
    request.exclude = {text};
    const Config again = read(reconfigured_text(written, request, url, DefaultBranch{}));
    CHECK(again.include == request.include);
    CHECK(again.exclude == request.exclude);
    CHECK(again.url.str() == url);
  };
  for (const char first : between)
    for (const char second : between) check(std::string("a") + first + second + "b");
  for (const char* text : {"a\r", "a\n", "a\nrepository:\n  url: ext::x", "a\r\n[core]\n", "a\xc2\x85 b: c",
                           "a\xe2\x80\xa8- x", "a\xef\xbb\xbf"})
    check(text);
}

TEST_CASE("a text that other YAML readers take for something else is quoted", "[config][writer]") {
  for (const char* text :
       {"1.0", "yes", "No", "null", "~", ".5", ".inf", "", "-x", "a: b", "a #b", "ends:", "@x", "0x1f"})
    CHECK(yaml_scalar(text) == fmt::format("\"{}\"", text));
  for (const char* text :
       {"main", ".ddx", "https://example.com:8080/x.git", "/srv/x", "feature/a-b", "v1.2.0"})
    CHECK(yaml_scalar(text) == text);
}

TEST_CASE("reconfiguring to what is there changes nothing", "[config][writer]") {
  CHECK(reconfigured(commented, [](auto&, auto&, auto&) {}) == commented);
}

TEST_CASE("reconfiguring keeps comments, order and unknown keys", "[config][writer]") {
  const std::string text =
      reconfigured(commented, [](InitRequest& request, std::string& new_url, Follow& follow) {
        new_url = "https://example.com/other.git";
        follow = BranchName("next");
        request.subtree = "";
        request.path = "shared";
        request.include = {"c"};
        request.exclude = {"*.tmp"};
        request.conflict = Side::mine;
      });
  CHECK(text == R"(# Ours.
version: 1
repository:
  url: https://example.com/other.git   # the library
  branch: next  # the stable one

  # only this
  subtree: ""
  path: shared
variables: {author: "someone"}   # of another tool
include: ["c"]   # what we use
  # and this
# The end.
exclude: ["*.tmp"]

sync:
  conflict: mine
)");
}

TEST_CASE("reconfiguring changes what is followed", "[config][writer]") {
  const std::string text = "repository:\n  url: /srv/x\n  branch: main # old\n  path: a\n";
  CHECK(reconfigured(text, [](auto&, auto&, Follow& follow) { follow = TagName("v2"); }) ==
        "repository:\n  url: /srv/x\n  path: a\n  tag: v2\n");
  CHECK(reconfigured(text, [](auto&, auto&, Follow& follow) { follow = DefaultBranch{}; }) ==
        "repository:\n  url: /srv/x\n  path: a\n");
}

TEST_CASE("reconfiguring understands the usual layouts", "[config][writer]") {
  const auto with_tag_and_mine = [](InitRequest& request, std::string&, Follow& follow) {
    follow = TagName("v2");
    request.conflict = Side::mine;
  };
  CHECK(reconfigured("repository: {url: /srv/x, branch: main}\nsync: {commit: true} # yes\n",
                     with_tag_and_mine) ==
        "repository: {tag: v2, url: /srv/x}\nsync: {conflict: mine, commit: true} # yes\n");
  CHECK(reconfigured("repository: {branch: main, url: /srv/x}\nsync:\n", with_tag_and_mine) ==
        "repository: {tag: v2, url: /srv/x}\nsync:\n  conflict: mine\n");
  CHECK(reconfigured("repository:\r\n    url: '/srv/x'\r\n    tag:\r\nsync: {}\r\n", with_tag_and_mine) ==
        "repository:\r\n    url: '/srv/x'\r\n    tag: v2\r\nsync:\r\n  conflict: mine\r\n");
  CHECK(reconfigured("sync:\n  conflicts:\n    - path: a\n      use: mine\nrepository:\n  url: /srv/x",
                     with_tag_and_mine) ==
        "sync:\n  conflicts:\n    - path: a\n      use: mine\n  conflict: mine\nrepository:\n  url: /srv/x\n "
        " tag: v2");
}

TEST_CASE("reconfiguring an alias leaves what it names alone", "[config][writer]") {
  const std::string text = "theirs: &name main\nrepository:\n  url: /srv/x\n  branch: *name # same\n";
  CHECK(reconfigured(text, [](auto&, auto&, Follow& follow) { follow = BranchName("next"); }) ==
        "theirs: &name main\nrepository:\n  url: /srv/x\n  branch: next # same\n");
}

TEST_CASE("reconfiguring rewrites lists in any layout", "[config][writer]") {
  const auto including = [](const std::string& list) {
    return reconfigured("repository: {url: /srv/x}\n" + list + "z: 1\n",
                        [](InitRequest& request, auto&, auto&) { request.include = {"c"}; });
  };
  const std::string expected = "repository: {url: /srv/x}\ninclude: [\"c\"]\nz: 1\n";
  CHECK(including("include: [a, \"b]\"]\n") == expected);
  CHECK(including("include: []\n") == expected);
  CHECK(including("include:\n") == expected);
  CHECK(including("include:\n- a\n- 'b # c'\n") == expected);
  CHECK(including("include: [\n  a,\n  b\n]\n") == expected);
}

TEST_CASE("a layout that cannot be changed safely is left to the user", "[config][writer]") {
  const auto next_branch = [](InitRequest&, std::string&, Follow& follow) { follow = BranchName("next"); };
  for (const char* text : {"repository:\n  url: /srv/x\n  branch: |-\n    main\n",
                           "repository:\n  url: /srv/x\n  branch: &name main\nother: *name\n"}) {
    try {
      static_cast<void>(reconfigured(text, next_branch));
      FAIL("changed");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::config_invalid);
    }
  }
}

}  // namespace ddx
