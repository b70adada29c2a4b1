#include <catch2/catch_test_macros.hpp>

#include "ddx/error.hpp"
#include "ddx/upstream_url.hpp"

using ddx::UpstreamUrl;
using Kind = ddx::UpstreamUrl::Kind;

namespace {

/// The message of the refusal; empty when the URL is accepted.
std::string refusal(std::string_view text) {
  try {
    static_cast<void>(UpstreamUrl::parse(text));
    return {};
  } catch (const ddx::Error& error) {
    CHECK(error.code() == ddx::ErrorCode::url_refused);
    return error.what();
  }
}

}  // namespace

TEST_CASE("an http or https URL keeps its text and names its host", "[base][url]") {
  struct Row {
    const char* text;
    Kind kind;
    const char* host;
  };
  for (const auto& [text, kind, host] :
       {Row{"https://example.com/lib.git", Kind::https, "example.com"},
        Row{"HTTPS://Example.COM/Lib", Kind::https, "example.com"},
        Row{"https://example.com", Kind::https, "example.com"},
        Row{"https://example.com:8443/a/b", Kind::https, "example.com:8443"},
        Row{"http://example.com/x", Kind::http, "example.com"},
        Row{"http://[::1]:8080/x", Kind::http, "[::1]:8080"},
        Row{"https://example.com/a%20b/%C3%BC.git", Kind::https, "example.com"},
        Row{"https://example.com/~me/@x", Kind::https, "example.com"}}) {
    INFO(text);
    const UpstreamUrl url = UpstreamUrl::parse(text);
    CHECK(url.str() == text);
    CHECK(url.kind() == kind);
    CHECK(url.host() == host);
    CHECK(url.local_path() == "");
  }
}

TEST_CASE("file URLs and paths are local and decoded", "[base][url]") {
  struct Row {
    const char *text, *path;
  };
  for (const auto& [text, path] :
       {Row{"/srv/lib.git", "/srv/lib.git"}, Row{"../lib", "../lib"}, Row{"lib", "lib"},
        Row{"./a:b", "./a:b"}, Row{".", "."}, Row{"/a b/%20", "/a b/%20"},
        Row{"file:///srv/lib.git", "/srv/lib.git"}, Row{"file://localhost/srv/a", "/srv/a"},
        Row{"FILE://LocalHost/srv/a", "/srv/a"}, Row{"file:///a%20b/%C3%BC", "/a b/\xC3\xBC"},
        Row{"/srv/a:b", "/srv/a:b"}}) {
    INFO(text);
    const UpstreamUrl url = UpstreamUrl::parse(text);
    CHECK(url.kind() == Kind::local);
    CHECK(url.str() == text);
    CHECK(url.local_path() == path);
    CHECK(url.host() == "");
    CHECK_FALSE(url.is_loopback());
  }
}

TEST_CASE("ssh URLs and git's short form of them name the same parts", "[base][url]") {
  struct Row {
    const char *text, *user, *host;
    int port;
    const char* path;
  };
  for (const auto& [text, user, host, port, path] :
       {Row{"ssh://git@Example.com/team/lib.git", "git", "example.com", 0, "/team/lib.git"},
        Row{"ssh://example.com:2222/lib", "", "example.com", 2222, "/lib"},
        Row{"ssh://me@[::1]:22/a%20b", "me", "::1", 22, "/a b"},
        Row{"ssh://host/~ada/lib", "", "host", 0, "~ada/lib"},
        Row{"git@example.com:team/lib.git", "git", "example.com", 0, "team/lib.git"},
        Row{"host:/srv/lib", "", "host", 0, "/srv/lib"}, Row{"host:~/lib", "", "host", 0, "~/lib"},
        Row{"[::1]:lib", "", "::1", 0, "lib"},
        Row{"git@[example.com:2222]:lib", "git", "example.com", 2222, "lib"},
        Row{"host:a:b", "", "host", 0, "a:b"}}) {
    INFO(text);
    const UpstreamUrl url = UpstreamUrl::parse(text);
    CHECK(url.kind() == Kind::ssh);
    CHECK(url.str() == text);
    CHECK(url.ssh().user == user);
    CHECK(url.ssh().host == host);
    CHECK(url.ssh().port == port);
    CHECK(url.ssh().path == path);
  }
  CHECK(UpstreamUrl::parse("ssh://git@example.com:2222/lib").host() == "example.com:2222");
}

TEST_CASE("what ssh or a shell could take for something else is refused", "[base][url]") {
  for (const char* text :
       {"ssh://-oProxyCommand=touch/x", "ssh://h/-x/../'a", "ssh://h/a'b;touch x", "ssh://h/a%27b", "h:a!b",
        "h:a\\b", "-oProxyCommand=x:y", "ssh://-u@h/x", "ssh://a b@h/x", "ssh://h/", "ssh://h", "h:", "h:-x",
        "ssh:///x", "ssh://@h/x", "ssh://h/a%0ab", "ssh://h:0/x", ":x", "@h:x"}) {
    INFO(text);
    CHECK(refusal(text) != "");
  }
}

TEST_CASE("only this machine is loopback", "[base][url]") {
  for (const char* text : {"http://localhost/x", "http://LOCALHOST:80/x", "http://127.0.0.1/x",
                           "http://127.255.1.2:9/x", "http://[::1]/x", "https://[::1]:8443/x"}) {
    INFO(text);
    CHECK(UpstreamUrl::parse(text).is_loopback());
  }
  for (const char* text :
       {"http://example.com/x", "http://127.0.0.1.evil.com/x", "http://localhost.evil.com/x",
        "http://128.0.0.1/x", "http://127.1/x", "http://127.0.0.256/x", "http://127.0.0.1.1/x",
        "http://[::2]/x", "http://127.0.0./x", "http://1270.0.0.1/x"}) {
    INFO(text);
    CHECK_FALSE(UpstreamUrl::parse(text).is_loopback());
  }
}

TEST_CASE("a URL that would run a program or speaks another protocol is refused", "[base][url]") {
  CHECK(refusal("ext::sh -c touch% /tmp/x") ==
        "cannot use 'ext' as upstream: it would run a program, a git remote helper");
  CHECK(refusal("fd::7") == "cannot use 'fd' as upstream: it would run a program, a git remote helper");
  for (const char* scheme : {"git", "ssh+git", "git+ssh", "ftp", "javascript"})
    CHECK(refusal(std::string(scheme) + "://user@host/x") ==
          "cannot use '" + std::string(scheme) +
              "://' as upstream: ddx speaks https, http, ssh, file and local paths");
  for (const char* text : {"-x", "--upload-pack=touch x", "-"})
    CHECK(refusal(text).ends_with("it begins with '-', as an option does"));
}

TEST_CASE("a refused URL with a password does not repeat it", "[base][url]") {
  for (const char* text :
       {"https://ada:s3cret@example.com/x", "http://s3cret@example.com", "https://a:s3cret@b:c@example.com/x",
        "https://a:s3cret@example.com?s3cret", "HTTPS://ada:s3cret@example.com", "ada:s3cret@example.com:lib",
        "ssh://ada:s3cret@example.com/x", "https://example.com/x?token=s3cret",
        "https://example.com/x#s3cret", "https://ada:s3cret@", "https://ada:s3\ncret@example.com"}) {
    INFO(text);
    const std::string message = refusal(text);
    CHECK(message != "");
    CHECK(message.find("s3cret") == message.npos);
    CHECK(message.find("s3") == message.npos);
  }
  CHECK(refusal("https://ada:s3cret@example.com/x") ==
        "cannot use 'https://example.com' as upstream: it holds a user name or a password, which would end "
        "up in files and logs");
}

TEST_CASE("control characters are refused in every disguise", "[base][url]") {
  using namespace std::string_view_literals;
  for (const auto text : {"https://example.com/a\nb"sv, "/srv/a\x1b[2J"sv, "https://example.com/\0"sv,
                          "a\xC2\x85"sv, "/srv/\xFF"sv, "/srv/\xE2\x80\xAE"sv})
    CHECK(refusal(text) == "the upstream's URL holds a control character or is not valid UTF-8");
  for (const char* text : {"https://example.com/a%0ab", "https://example.com/%00",
                           "https://example.com/%0D%0AHost:x", "file:///srv/%00", "file:///srv/%1b",
                           "https://example.com/%7f", "file:///srv/%ff", "https://example.com/%C2%85"})
    CHECK(refusal(text).ends_with("it holds an encoded control character"));
  for (const char* text :
       {"https://example.com/%", "https://example.com/%4", "https://example.com/%zz", "file:///a%2x"})
    CHECK(refusal(text).ends_with("a '%' in it is not followed by two hexadecimal digits"));
}

TEST_CASE("a URL without a usable host is refused", "[base][url]") {
  CHECK(refusal("") == "the upstream's URL is empty");
  for (const char* text : {"https://", "https:///x", "http://:80/x"})
    CHECK(refusal(text).ends_with("it names no host"));
  for (const char* text :
       {"https://-oProxy/x", "https://exa mple.com/x", "https://a%2eb/x", "https://\xC3\xBC.de/x"})
    CHECK(refusal(text).ends_with("its host holds a character that no host name has"));
  for (const char* text : {"https://a:/x", "https://a:0/x", "https://a:65536/x", "https://a:b/x",
                           "https://[::1]8/x", "https://a:+1/x"})
    CHECK(refusal(text).ends_with("its port is not a number from 1 to 65535"));
  for (const char* text : {"https://[]/x", "https://[::1/x", "https://[x]/x"})
    CHECK(refusal(text).ends_with("its host is not a valid IPv6 address"));
  CHECK(refusal("file://server/share")
            .ends_with("a file URL has three slashes, 'file:///…', or names localhost"));
  for (const char* text : {"file://", "file://localhost"})
    CHECK(refusal(text).ends_with("it names no folder"));
  for (const char* text : {"https://example.com/a b", "https://example.com\\@evil.com/x"})
    CHECK(refusal(text).ends_with("it holds a space or a backslash"));
}
