#include <catch2/catch_test_macros.hpp>

#include "ddx/error.hpp"
#include "hosting/links.hpp"
#include "hosting/push_options.hpp"
#include "hosting/repository.hpp"
#include "support/test_host.hpp"

using namespace ddx;
using auth::Platform;
using hosting::parse_repository;
using hosting::Repository;

namespace {

struct Row {
  const char* url;
  Platform platform;
  const char* api_url;
  const char* owner;
  const char* name;
  const char* web;
  const char* api;
};

constexpr Row rows[] = {
    {"https://github.com/o/r.git", Platform::github, "", "o", "r", "https://github.com/o/r",
     "https://api.github.com"},
    {"https://GitHub.com/o/r/", Platform::github, "", "o", "r", "https://github.com/o/r",
     "https://api.github.com"},
    {"git@github.com:o/r.git", Platform::github, "", "o", "r", "https://github.com/o/r",
     "https://api.github.com"},
    {"ssh://git@ssh.github.com:443/o/r.git", Platform::github, "", "o", "r", "https://github.com/o/r",
     "https://api.github.com"},
    {"https://corp.ghe.com/o/r", Platform::github, "", "o", "r", "https://corp.ghe.com/o/r",
     "https://api.corp.ghe.com"},
    {"https://ghe.example.com:8443/o/r", Platform::github, "", "o", "r", "https://ghe.example.com:8443/o/r",
     "https://ghe.example.com:8443/api/v3"},
    {"ssh://git@ghe.example.com:2222/o/r", Platform::github, "", "o", "r", "https://ghe.example.com/o/r",
     "https://ghe.example.com/api/v3"},
    {"https://gitlab.com/g/s/p.git", Platform::gitlab, "", "g/s", "p", "https://gitlab.com/g/s/p",
     "https://gitlab.com/api/v4"},
    {"git@gitlab.com:g/s/t/p.git", Platform::gitlab, "", "g/s/t", "p", "https://gitlab.com/g/s/t/p",
     "https://gitlab.com/api/v4"},
    {"https://git.example.com/git/g/p", Platform::gitlab, "https://git.example.com/git/api/v4/", "g", "p",
     "https://git.example.com/git/g/p", "https://git.example.com/git/api/v4"},
    {"https://bitbucket.org/ws/r.git", Platform::bitbucket_cloud, "", "ws", "r", "https://bitbucket.org/ws/r",
     "https://api.bitbucket.org/2.0"},
    {"git@altssh.bitbucket.org:ws/r.git", Platform::bitbucket_cloud, "", "ws", "r",
     "https://bitbucket.org/ws/r", "https://api.bitbucket.org/2.0"},
    {"https://bb.example.com/ctx/scm/KEY/r.git", Platform::bitbucket_server, "", "KEY", "r",
     "https://bb.example.com/ctx/projects/KEY/repos/r", "https://bb.example.com/ctx/rest/api/latest"},
    {"ssh://git@bb.example.com:7999/~ada/r.git", Platform::bitbucket_server, "", "~ada", "r",
     "https://bb.example.com/users/ada/repos/r", "https://bb.example.com/rest/api/latest"},
    {"https://git.example.com/sub/o/r.git", Platform::gitea, "", "o", "r", "https://git.example.com/sub/o/r",
     "https://git.example.com/sub/api/v1"},
    {"https://codeberg.org/o/r%2B.git", Platform::gitea, "", "o", "r+", "https://codeberg.org/o/r%2B",
     "https://codeberg.org/api/v1"},
};

Repository at(const char* url, Platform platform) {
  return *parse_repository(UpstreamUrl::parse(url), platform);
}

}  // namespace

TEST_CASE("a URL of any form tells owner, name, web page and interface", "[hosting][repository]") {
  for (const Row& row : rows) {
    INFO(row.url);
    const auto found = parse_repository(UpstreamUrl::parse(row.url), row.platform, row.api_url);
    REQUIRE(found);
    CHECK(found->owner == row.owner);
    CHECK(found->name == row.name);
    CHECK(hosting::web_url(*found) == row.web);
    CHECK(found->api == row.api);
  }
}

TEST_CASE("what has no owner and name is no repository of a platform", "[hosting][repository]") {
  for (const char* url : {"/srv/lib.git", "file:///srv/o/r", "https://github.com/r", "https://github.com/",
                          "https://github.com/a/b/c", "git@github.com:r.git", "git@github.com:a/b/c.git"}) {
    INFO(url);
    CHECK_FALSE(parse_repository(UpstreamUrl::parse(url), Platform::github));
  }
}

TEST_CASE("a fork is cloned the way that upstream is", "[hosting][repository]") {
  const auto like = [](const char* url, Platform platform) {
    return hosting::clone_url_like(at(url, platform).sibling("me", "f"), UpstreamUrl::parse(url));
  };
  CHECK(like("https://github.com/o/r.git", Platform::github) == "https://github.com/me/f.git");
  CHECK(like("https://github.com/o/r", Platform::github) == "https://github.com/me/f");
  CHECK(like("git@github.com:o/r.git", Platform::github) == "git@github.com:me/f.git");
  CHECK(like("ssh://git@ssh.github.com:443/o/r", Platform::github) == "ssh://git@ssh.github.com:443/me/f");
  CHECK(like("[git@host.example:2222]:o/r.git", Platform::gitea) == "[git@host.example:2222]:me/f.git");
  CHECK(like("http://127.0.0.1:8080/git/o/r.git", Platform::gitea) == "http://127.0.0.1:8080/git/me/f.git");
  CHECK(like("https://bb.example.com/ctx/scm/KEY/r.git", Platform::bitbucket_server) ==
        "https://bb.example.com/ctx/scm/me/f.git");
  CHECK(like("ssh://git@bb.example.com:7999/key/r.git", Platform::bitbucket_server) ==
        "ssh://git@bb.example.com:7999/me/f.git");
}

TEST_CASE("variables say what a server is, and nonsense in them is refused", "[hosting][repository]") {
  test::TestHost host;
  const auto url = UpstreamUrl::parse("git@git.example.com:g/p.git");
  host.environment["DDX_PLATFORM"] = "gitlab";
  host.environment["DDX_API_URL"] = "https://git.example.com/x/api/v4";
  const auto found = hosting::locate(url, host);
  REQUIRE(found);
  CHECK(found->root == "/x");
  CHECK(found->api == "https://git.example.com/x/api/v4");
  host.environment["DDX_API_URL"] = "git.example.com";
  CHECK_THROWS_AS(hosting::locate(url, host), Error);
}

TEST_CASE("variables that are meant for another server take no public service's token there",
          "[hosting][repository]") {
  test::TestHost host;
  host.environment["DDX_PLATFORM"] = "gitlab";
  host.environment["DDX_API_URL"] = "https://git.example.com/api/v4";
  const auto api_of = [&](const char* url) { return hosting::locate(UpstreamUrl::parse(url), host)->api; };
  CHECK(api_of("https://github.com/o/r.git") == "https://api.github.com");
  CHECK(host.warnings == std::vector<std::string>{
                             "DDX_API_URL names 'https://git.example.com/api/v4', which is no interface of "
                             "'github.com': it is not used here, and no token is sent there; set it only for "
                             "the server that it belongs to"});
  CHECK(api_of("git@ssh.github.com:o/r.git") == "https://api.github.com");
  CHECK(api_of("https://gitlab.com/g/s/p") == "https://gitlab.com/api/v4");
  CHECK(api_of("https://bitbucket.org/o/r") == "https://api.bitbucket.org/2.0");
  CHECK(api_of("https://codeberg.org/o/r") == "https://codeberg.org/api/v1");
  CHECK(api_of("https://corp.ghe.com/o/r") == "https://api.corp.ghe.com");
  CHECK(host.warnings.size() == 6);
  CHECK(api_of("https://git.example.com/o/r") == "https://git.example.com/api/v4");
  host.environment["DDX_API_URL"] = "https://api.github.com/";
  CHECK(api_of("https://github.com/o/r.git") == "https://api.github.com");
  host.environment["DDX_API_URL"] = "https://github.com.example.com/api/v3";
  CHECK(api_of("https://github.com/o/r.git") == "https://api.github.com");
  CHECK(host.warnings.size() == 7);
}

TEST_CASE("each platform's page for a new request is linked to", "[hosting][links]") {
  const auto link = [](const char* url, Platform platform, bool from_fork, const char* fork_name = "r") {
    const Repository upstream = at(url, platform);
    const Repository head = from_fork ? upstream.sibling("me", fork_name) : upstream;
    return hosting::new_request_link(upstream, {head, "ddx/a b", "main", "T & t", "line\n2"});
  };
  CHECK(link("https://github.com/o/r", Platform::github, true) ==
        "https://github.com/o/r/compare/main...me:ddx/a%20b?expand=1&title=T%20%26%20t&body=line%0A2");
  CHECK(link("https://github.com/o/r", Platform::github, true, "r-1") ==
        "https://github.com/o/r/compare/main...me:r-1:ddx/a%20b?expand=1&title=T%20%26%20t&body=line%0A2");
  CHECK(link("https://github.com/o/r", Platform::github, false) ==
        "https://github.com/o/r/compare/main...ddx/a%20b?expand=1&title=T%20%26%20t&body=line%0A2");
  CHECK(link("https://gitlab.com/o/r", Platform::gitlab, true) ==
        "https://gitlab.com/me/r/-/merge_requests/new?merge_request%5Bsource_branch%5D=ddx%2Fa%20b&"
        "merge_request%5Btarget_branch%5D=main&merge_request%5Btitle%5D=T%20%26%20t&"
        "merge_request%5Bdescription%5D=line%0A2");
  CHECK(link("https://bitbucket.org/o/r", Platform::bitbucket_cloud, true) ==
        "https://bitbucket.org/o/r/pull-requests/new?source=me%2Fr%3A%3Addx%2Fa%20b&dest=main&t=1");
  CHECK(link("https://bb.example.com/scm/K/r", Platform::bitbucket_server, false) ==
        "https://bb.example.com/projects/K/repos/r/"
        "pull-requests?create&sourceBranch=refs%2Fheads%2Fddx%2Fa%20b&"
        "targetBranch=refs%2Fheads%2Fmain");
  CHECK(link("https://codeberg.org/o/r", Platform::gitea, true) ==
        "https://codeberg.org/o/r/compare/main...me:ddx/a%20b");
}

TEST_CASE("a link that would be too long for GitHub leaves out the body, then the title",
          "[hosting][links]") {
  const Repository upstream = at("https://github.com/o/r", Platform::github);
  const std::string with_title = hosting::new_request_link(upstream, {upstream, "b", "main", "T", ""});
  const std::size_t room = 8191 - with_title.size() - std::string("&body=").size();
  const auto with_body = [&](std::size_t size) {
    return hosting::new_request_link(upstream, {upstream, "b", "main", "T", std::string(size, 'x')});
  };
  CHECK(with_body(room).size() == 8191);
  CHECK(with_body(room + 1) == with_title);
  CHECK(hosting::new_request_link(upstream, {upstream, "b", "main", std::string(9000, 'x'), "y"}) ==
        "https://github.com/o/r/compare/main...b?expand=1");
}

TEST_CASE("a push alone opens a request at GitLab", "[hosting][push-options]") {
  const hosting::PushedRequest request{"main", "Fix\nit", "one\r\ntwo\tthree", true};
  CHECK(hosting::request_by_push(Platform::gitlab, request) ==
        std::vector<std::string>{"merge_request.create", "merge_request.target=main",
                                 "merge_request.title=Fix it", "merge_request.description=one\\ntwo three",
                                 "merge_request.draft"});
  CHECK(hosting::request_by_push(Platform::github, request).empty());
  CHECK(hosting::request_by_push(Platform::gitea, request).empty());
  const auto long_one =
      hosting::request_by_push(Platform::gitlab, {"main", "T", std::string(59'999, 'x') + "\u00e9"});
  CHECK(long_one.back().size() == std::string("merge_request.description=").size() + 59'999);
}
