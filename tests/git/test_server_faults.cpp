#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <set>

#include "ddx/error.hpp"
#include "git/upstream_repository.hpp"
#include "support/git_answers.hpp"
#include "support/raw_server.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using ddx::git::FetchOptions;
using ddx::git::UpstreamRepository;
using test::http_answer;
using test::packet;
using test::RawServer;
using Answer = RawServer::Answer;
using Then = RawServer::Then;

namespace {

namespace fs = std::filesystem;

enum class Stage { advertisement, pack };

/// What becomes of an answer, given its content type and body.
using Change = std::function<Answer(const std::string& type, const std::string& body)>;

struct Fault {
  const char* name;
  Change change;
  ErrorCode code;
  std::size_t tries;  ///< of two
};

std::string noise(std::size_t size) {
  std::string bytes;
  for (unsigned value = 1; bytes.size() < size; value = value * 1'664'525 + 1'013'904'223)
    bytes += static_cast<char>(value >> 24);
  return bytes;
}

/// An upstream behind a server that answers as git does until it is told otherwise, and our copy of it, which
/// lacks the newest commit.
struct Scene {
  Scene() {
    upstream.write("prompts/greet.md", "one\n");
    before = upstream.commit("one");
    fetch();
    upstream.write("big.bin", noise(100'000));
    newest = upstream.commit("two");
  }

  Answer respond(const RawServer::Request& request) {
    const bool is_advertisement = request.method == "GET";
    const std::string type = is_advertisement ? test::advertisement_type : test::result_type;
    const fs::path repository = upstream.path() / ".git";
    const std::string body =
        is_advertisement ? test::advertisement_of(repository) : test::result_of(repository, request.body);
    const bool has_pack = body.find("PACK") != body.npos;
    const bool is_its_turn = stage == Stage::advertisement ? is_advertisement : has_pack;
    return change && is_its_turn ? change(type, body) : Answer{http_answer("200 OK", type, body)};
  }

  [[nodiscard]] FetchOptions options() const {
    FetchOptions result{UpstreamUrl::parse(server.url("/library.git")), folder.path()};
    result.idle_timeout = std::chrono::milliseconds(300);
    result.slowest_bytes_per_second = 10'000;
    result.slowest_for = std::chrono::seconds(1);
    result.retry_delay = std::chrono::milliseconds(1);
    result.tries = 2;
    result.pack_limit_bytes = pack_limit_bytes;
    return result;
  }
  std::string fetch() {
    return UpstreamRepository::open(ours(), host).fetch("p", options(), host).commit.str();
  }
  Error failure(Stage at, const Change& with) {
    stage = at;
    change = with;
    const std::size_t requests_before = tries();
    try {
      fetch();
    } catch (const Error& error) {
      change = nullptr;
      tries_of_failure = tries() - requests_before;
      return error;
    }
    FAIL("no error was thrown");
    throw std::logic_error("unreachable");
  }
  [[nodiscard]] std::size_t tries() const {
    std::size_t count = 0;
    for (const std::string& request : server.requests()) count += request.starts_with("GET ") ? 1 : 0;
    return count;
  }

  [[nodiscard]] fs::path ours() const { return folder.path() / "upstream.git"; }
  /// Everything that a fetch that fails must leave as it is.
  [[nodiscard]] std::set<std::string> state() const {
    std::set<std::string> result;
    for (const auto& entry : fs::recursive_directory_iterator(ours())) {
      const std::string name = entry.path().lexically_relative(ours()).string();
      if (entry.is_regular_file() && !name.starts_with("ddx-blank.git"))
        result.insert(name + " " + test::read_file(entry.path()));
    }
    return result;
  }

  test::TempDir folder;
  test::TestHost host;
  test::TestRepo upstream{folder.path() / "upstream"};
  Stage stage = Stage::advertisement;
  Change change;
  std::string before, newest;
  std::uint64_t pack_limit_bytes = 4u << 20;
  std::size_t tries_of_failure = 0;
  RawServer server{[this](const RawServer::Request& request) { return respond(request); }};
};

/// Each fault ends in its error after the tries it is worth, with nothing changed; without it, all is well.
void check_faults(Stage stage, const std::vector<Fault>& faults) {
  Scene scene;
  const auto state = scene.state();
  for (const Fault& fault : faults) {
    INFO(fault.name);
    const Error error = scene.failure(stage, fault.change);
    INFO(error.what());
    CHECK(code_name(error.code()) == code_name(fault.code));
    CHECK_FALSE(error.steps().empty());
    CHECK(scene.tries_of_failure == fault.tries);
    CHECK((scene.state() == state));
  }
  CHECK(scene.fetch() == scene.newest);
}

// What a server can do to an answer.

Change answers(const std::string& bytes, Then then = Then::close, const std::string& more = {}) {
  return [=](const std::string&, const std::string&) { return Answer{bytes, then, more}; };
}
Change status(const std::string& line, const std::string& headers = {}) {
  return answers(http_answer(line, "text/plain", "no\n", headers));
}
Change redirects_to(const std::string& location) {
  return status("302 Found", "Location: " + location + "\r\n");
}
/// Part of it, and then something else. A size below zero counts from the end.
Change breaks_off(std::ptrdiff_t size, Then then, const std::string& more = {}) {
  return [=](const std::string& type, const std::string& body) {
    const std::string all = http_answer("200 OK", type, body);
    const std::size_t kept =
        size < 0 ? all.size() - static_cast<std::size_t>(-size) : static_cast<std::size_t>(size);
    return Answer{all.substr(0, kept), then, more};
  };
}
/// As if it were all: only git's own protocol shows that something is missing.
Change is_cut(std::ptrdiff_t size) {
  return [=](const std::string& type, const std::string& body) {
    const std::size_t kept =
        size < 0 ? body.size() - static_cast<std::size_t>(-size) : static_cast<std::size_t>(size);
    return Answer{test::http_answer_without_length(type, body.substr(0, kept))};
  };
}
/// So far, and then the same again and again.
Change goes_on(const std::string& start, Then then, const std::string& more) {
  return [=](const std::string& type, const std::string&) {
    return Answer{test::http_answer_without_length(type, start), then, more};
  };
}
std::string before_pack(const std::string& body) {
  constexpr std::size_t packet_head = 5;
  return body.substr(0, body.find("PACK") - packet_head);
}
Change goes_on_before_pack(Then then, const std::string& more) {
  return [=](const std::string& type, const std::string& body) {
    return Answer{test::http_answer_without_length(type, before_pack(body)), then, more};
  };
}
Change has_body(const std::string& body) {
  return
      [=](const std::string& type, const std::string&) { return Answer{http_answer("200 OK", type, body)}; };
}
Change is_flipped_after(const std::string& mark, std::size_t offset) {
  return [=](const std::string& type, std::string body) {
    char& byte = body.at(body.find(mark) + offset);
    byte = static_cast<char>(byte ^ 0x10);
    return Answer{http_answer("200 OK", type, body)};
  };
}
Change has_type(const std::string& type) {
  return
      [=](const std::string&, const std::string& body) { return Answer{http_answer("200 OK", type, body)}; };
}
/// What is said before the pack stays, the pack is another one.
Change has_pack(const std::string& pack, const std::string& end = "0000") {
  return [=](const std::string& type, const std::string& body) {
    std::string result = before_pack(body);
    constexpr std::size_t most = 60'000;
    for (std::size_t at = 0; at < pack.size(); at += most) result += packet('\1' + pack.substr(at, most));
    return Answer{http_answer("200 OK", type, result + end)};
  };
}

std::string heading() { return packet("# service=git-upload-pack\n") + "0000"; }
std::string ref_line(const std::string& name, const std::string& id = std::string(40, 'a')) {
  return packet(id + " " + name + "\n");
}
std::string first_line() {
  return packet(std::string(40, 'a') + " HEAD" + std::string(1, '\0') +
                "side-band-64k ofs-delta multi_ack_detailed no-done shallow symref=HEAD:refs/heads/main\n");
}
std::string many_refs(std::size_t count) {
  std::string body = heading() + first_line();
  for (std::size_t i = 0; i < count; ++i) body += ref_line(fmt::format("refs/heads/b{:06}", i));
  return body + "0000";
}
std::string gzipped(const std::string& bytes) {
  const test::TempDir folder;
  return test::run(folder, {"gzip", "-1", "-c"}, test::clean_environment(folder), bytes).out;
}
std::string pack_head(char version, std::uint32_t objects) {
  std::string head = "PACK";
  for (const std::uint32_t word : {static_cast<std::uint32_t>(version), objects})
    for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>(word >> shift);
  return head;
}
/// A type and a size as a pack has them.
std::string object_head(unsigned type, std::uint64_t size) {
  std::string head(1, static_cast<char>(type << 4 | (size & 0xf)));
  for (size >>= 4; size > 0; size >>= 7) {
    head.back() = static_cast<char>(head.back() | 0x80);
    head += static_cast<char>(size & 0x7f);
  }
  return head;
}

[[maybe_unused]] std::string size_bytes(std::uint64_t size) {
  std::string bytes;
  for (; size >= 0x80; size >>= 7) bytes += static_cast<char>(0x80 | (size & 0x7f));
  return bytes + static_cast<char>(size);
}
/// As zlib has it, without packing.
std::string stored(const std::string& bytes) {
  std::uint32_t a = 1, b = 0;
  for (const char byte : bytes) {
    a = (a + static_cast<unsigned char>(byte)) % 65'521;
    b = (b + a) % 65'521;
  }
  const auto size = static_cast<std::uint16_t>(bytes.size());
  std::string result = "\x78\x01\x01";
  for (const auto word : {size, static_cast<std::uint16_t>(~size)}) {
    result += static_cast<char>(word & 0xff);
    result += static_cast<char>(word >> 8);
  }
  result += bytes;
  for (int shift = 24; shift >= 0; shift -= 8) result += static_cast<char>((b << 16 | a) >> shift);
  return result;
}
std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return bytes;
}
std::string with_checksum(const std::string& pack) {
  const test::TempDir folder;
  const auto sum = test::run(folder, {"sha1sum"}, test::clean_environment(folder), pack).out;
  return pack + from_hex(sum.substr(0, 40));
}

constexpr auto network = ErrorCode::network, timeout = ErrorCode::network_timeout,
               not_git = ErrorCode::not_git, server_error = ErrorCode::server_error,
               redirected = ErrorCode::redirected, too_big = ErrorCode::upstream_too_big;
const std::string endless_packets = ref_line("refs/heads/" + std::string(60'000, 'x'));
const std::string stops_in_head = "HTTP/1.1 200 OK\r\nContent-Ty";
const std::string opens_head = "HTTP/1.1 200 OK\r\n";

}  // namespace

TEST_CASE("a server that stands still or trickles is given up after the configured time", "[git][servers]") {
  check_faults(Stage::advertisement,
               {
                   {"says nothing", answers("", Then::stall), timeout, 2},
                   {"stops in the head", answers(stops_in_head, Then::stall), timeout, 2},
                   {"stops after the head", breaks_off(170, Then::stall), timeout, 2},
                   {"stops in the list of refs", breaks_off(-30, Then::stall), timeout, 2},
                   {"trickles the head", answers(opens_head, Then::drip, "X-Header: value\r\n"), timeout, 2},
                   {"trickles the list of refs",
                    goes_on(heading() + first_line(), Then::drip, endless_packets), timeout, 2},
               });
  check_faults(
      Stage::pack,
      {
          {"says nothing", answers("", Then::stall), timeout, 2},
          {"stops in the pack", breaks_off(50'000, Then::stall), timeout, 2},
          {"stops before the end of the pack", breaks_off(-10, Then::stall), timeout, 2},
          {"trickles the pack", goes_on_before_pack(Then::drip, packet('\1' + pack_head(2, 3) + noise(1000))),
           timeout, 2},
          {"trickles keep-alives", goes_on_before_pack(Then::drip, "0005\1"), timeout, 2},
      });
}

TEST_CASE("a connection that breaks is tried again, wherever it breaks", "[git][servers]") {
  check_faults(Stage::advertisement,
               {
                   {"resets", answers("", Then::reset), network, 2},
                   {"hangs up", answers(""), network, 2},
                   {"hangs up in the head", answers(stops_in_head), network, 2},
                   {"hangs up after the status", answers(opens_head), network, 2},
                   {"resets in the list of refs", breaks_off(-30, Then::reset), network, 2},
                   {"hangs up in the list of refs", breaks_off(-30, Then::close), network, 2},
                   {"has nothing for all", is_cut(0), network, 2},
                   {"has the heading for all", is_cut(34), network, 2},
                   {"has half a line for all", is_cut(60), network, 2},
                   {"leaves out the end", is_cut(-4), network, 2},
                   {"breaks its own chunks",
                    answers("HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n"
                            "Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
                    network, 2},
               });
  check_faults(Stage::pack, {
                                {"resets", breaks_off(50'000, Then::reset), network, 2},
                                {"hangs up", breaks_off(50'000, Then::close), network, 2},
                                {"has nothing for all", is_cut(0), network, 2},
                                {"has what comes before the pack for all", is_cut(60), network, 2},
                                {"has half the pack for all", is_cut(50'000), network, 2},
                                {"leaves out the pack's checksum", is_cut(-24), network, 2},
                            });
}

TEST_CASE("bits that flipped on the way are noticed, and the answer is asked for again", "[git][servers]") {
  check_faults(Stage::advertisement,
               {
                   {"in a length", is_flipped_after("0000", 5), network, 2},
                   {"in an id", is_flipped_after(" HEAD", static_cast<std::size_t>(-3)), network, 2},
               });
  check_faults(
      Stage::pack,
      {
          {"in a length", is_flipped_after("PACK", static_cast<std::size_t>(-5)), network, 2},
          {"in the side-band's number", is_flipped_after("PACK", static_cast<std::size_t>(-1)), network, 2},
          {"in the signature", is_flipped_after("PACK", 0), network, 2},
          {"in the version", is_flipped_after("PACK", 7), network, 2},
          {"in the count", is_flipped_after("PACK", 11), network, 2},
          {"in a commit", is_flipped_after("PACK", 30), network, 2},
          {"in a file", is_flipped_after("PACK", 50'000), network, 2},
      });
}

TEST_CASE("an answer that is not git's ends the fetch at once", "[git][servers]") {
  check_faults(
      Stage::advertisement,
      {
          {"a web page", has_type("text/html; charset=utf-8"), not_git, 1},
          {"another type", has_type("application/octet-stream"), not_git, 1},
          {"the type of a pack", has_type(test::result_type), not_git, 1},
          {"an empty answer", answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), not_git, 1},
          {"no content", answers("HTTP/1.1 204 No Content\r\n\r\n"), server_error, 1},
          {"no head", answers("hello, who is there?\r\n"), not_git, 1},
          {"a head without end", answers(opens_head, Then::repeat, "X-Header: value\r\n"), not_git, 1},
          {"a header without end", answers(opens_head + "X-Header: ", Then::repeat, noise(10) + "x"), not_git,
           1},
          {"going on without end", answers("", Then::repeat, "HTTP/1.1 100 Continue\r\n\r\n"), not_git, 1},
          {"a packing that it is not",
           [](const std::string& type, const std::string& body) {
             return Answer{http_answer("200 OK", type, body, "Content-Encoding: gzip\r\n")};
           },
           not_git, 1},
      });
  check_faults(Stage::pack, {
                                {"a web page", has_type("text/html"), not_git, 1},
                                {"the list of refs", has_type(test::advertisement_type), not_git, 1},
                            });
}

TEST_CASE("each status has its error, and only what may pass is tried again", "[git][servers]") {
  const std::string soon = "Retry-After: 0\r\n", late = "Retry-After: 3600\r\n";
  const std::vector<Fault> faults{
      {"400", status("400 Bad Request"), server_error, 1},
      {"401", status("401 Unauthorized"), ErrorCode::auth_required, 1},
      {"403", status("403 Forbidden"), ErrorCode::auth_failed, 1},
      {"404", status("404 Not Found"), ErrorCode::upstream_not_found, 1},
      {"407", status("407 Proxy Authentication Required"), ErrorCode::auth_required, 1},
      {"410", status("410 Gone"), ErrorCode::upstream_not_found, 1},
      {"418", status("418 I'm a teapot"), server_error, 1},
      {"429", status("429 Too Many Requests"), server_error, 2},
      {"429, soon", status("429 Too Many Requests", soon), server_error, 2},
      {"429, late", status("429 Too Many Requests", late), server_error, 1},
      {"500", status("500 Internal Server Error"), server_error, 2},
      {"502", status("502 Bad Gateway"), server_error, 2},
      {"503, soon", status("503 Service Unavailable", soon), server_error, 2},
      {"503, late", status("503 Service Unavailable", late), server_error, 1},
      {"503, nonsense", status("503 Service Unavailable", "Retry-After: -1\r\n"), server_error, 2},
      {"599", status("599 Unknown"), server_error, 2},
  };
  check_faults(Stage::advertisement, faults);
  check_faults(Stage::pack, faults);
}

TEST_CASE("a redirect that ddx does not follow ends the fetch", "[git][servers]") {
  const std::string refs = "/info/refs?service=git-upload-pack";
  check_faults(
      Stage::advertisement,
      {
          {"to plain http elsewhere", redirects_to("http://example.invalid/library.git" + refs), redirected,
           1},
          {"with a login in it", redirects_to("https://user:secret@example.invalid/x" + refs), redirected, 1},
          {"to a file", redirects_to("file:///etc/passwd" + refs), redirected, 1},
          {"to ssh", redirects_to("ssh://example.invalid/x" + refs), redirected, 1},
          {"to an option", redirects_to("ssh://-oProxyCommand=touch/x" + refs), redirected, 1},
          {"to a login page", redirects_to("https://example.invalid/login"), redirected, 1},
          {"to nowhere", redirects_to("http://"), redirected, 1},
          {"in circles", redirects_to("/library.git" + refs), redirected, 6},
      });
  check_faults(Stage::pack, {{"in the middle", redirects_to("/other.git/git-upload-pack"), redirected, 1}});
}

TEST_CASE("a list of refs out of all measure is refused", "[git][servers]") {
  const std::string long_name = "refs/heads/" + std::string(60'000, 'x');
  std::string unpacked = heading() + first_line();
  for (int i = 0; i < 1'200; ++i) unpacked += endless_packets;
  const std::string bomb = gzipped(unpacked);
  check_faults(
      Stage::advertisement,
      {
          {"300,000 refs", has_body(many_refs(300'000)), too_big, 1},
          {"a name of 60 kB", has_body(heading() + first_line() + ref_line(long_name) + "0000"), too_big, 1},
          {"without end", goes_on(heading() + first_line(), Then::repeat, endless_packets), too_big, 1},
          {"a bomb",
           [&](const std::string& type, const std::string&) {
             return Answer{http_answer("200 OK", type, bomb, "Content-Encoding: gzip\r\n")};
           },
           too_big, 1},
      });
}

TEST_CASE("a list of refs against git's protocol is refused", "[git][servers]") {
  check_faults(
      Stage::advertisement,
      {
          {"a length that lies", has_body(heading() + "fff0" + std::string(40, 'a') + " HEAD\n"), network, 2},
          {"a length below its own size", has_body(heading() + "0003"), network, 2},
          {"no length", has_body(heading() + "zzzz" + ref_line("HEAD")), network, 2},
          {"no name", has_body(heading() + packet(std::string(40, 'a')) + "0000"), network, 2},
          {"no id", has_body(heading() + packet("HEAD\n") + "0000"), network, 2},
      });
}

TEST_CASE("a refusal in git's own protocol is told in the server's words, once", "[git][servers]") {
  Scene scene;
  const std::string words = "access \x1b[31mdenied\nhint: run rm";
  Error error = scene.failure(Stage::advertisement, has_body(heading() + packet("ERR " + words)));
  CHECK(error.code() == server_error);
  CHECK(std::string(error.what()).ends_with("' refuses: " + words));
  CHECK(scene.tries_of_failure == 1);
  error = scene.failure(Stage::pack, has_body(packet("ERR " + words)));
  CHECK(std::string(error.what()).ends_with("' refuses: " + words));
  CHECK(scene.tries_of_failure == 1);
  error = scene.failure(Stage::pack, has_pack("", packet("\3" + words)));
  CHECK(std::string(error.what()).ends_with("' refuses: " + words));
  CHECK(scene.tries_of_failure == 1);
  error = scene.failure(Stage::pack, has_body(packet("ERR upload-pack: not our ref " + scene.newest)));
  CHECK(error.code() == server_error);
  CHECK(scene.tries_of_failure == 2);
}

TEST_CASE("a hostile pack is refused before it takes memory or disk", "[git][servers]") {
  Scene other;
  other.upstream.git({"checkout", "-q", "--orphan", "apart"});
  other.upstream.write("other.md", "other\n");
  other.upstream.commit("apart");
  const std::string foreign =
      test::run(other.upstream.path(), {"git", "pack-objects", "--stdout", "--revs", "--quiet"},
                test::clean_environment(other.folder), "apart\n")
          .out;
  const std::string one_object = pack_head(2, 1);
  const std::string blob = object_head(3, 1ull << 60) + stored("hello");
  check_faults(
      Stage::pack,
      {
          {"a file of an exabyte", has_pack(with_checksum(one_object + blob)), ErrorCode::upstream_damaged,
           1},
          {"objects that nobody asked for", has_pack(foreign), ErrorCode::upstream_damaged, 1},
          {"progress without end", goes_on_before_pack(Then::repeat, packet("\2still busy\n")), too_big, 1},
          {"an unknown side-band", goes_on_before_pack(Then::repeat, packet("\7hello\n")), network, 2},
      });
}

// The memory of a worker cannot be limited under these sanitizers, which end a process that asks for too
// much.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a pack that takes more memory than there is for it is refused", "[git][servers]") {
  Scene other;
  const std::string blob = object_head(3, 1ull << 60) + stored("hello");
  const std::string base = from_hex(other.upstream.git({"rev-parse", "HEAD:prompts/greet.md"}));
  const std::string instructions = size_bytes(4) + size_bytes(1ull << 31) + "\1x";
  const std::string delta = object_head(7, instructions.size()) + base + stored(instructions);
  check_faults(Stage::pack,
               {
                   {"a delta of two gigabytes", has_pack(with_checksum(pack_head(2, 1) + delta)), too_big, 1},
                   {"four thousand million objects",
                    has_pack(with_checksum(pack_head(2, 0xffff'ffff) + blob)), too_big, 1},
               });
}
#endif

TEST_CASE("names that git would not accept are left out of what a server has", "[git][servers]") {
  Scene scene;
  scene.change = [&](const std::string& type, const std::string& body) {
    std::string more = body.substr(0, body.size() - 4);
    for (const char* name :
         {"refs/heads/../../config", "refs/heads/a..b", "refs/heads/x.lock", "refs/tags/\x1b[31m",
          "refs/heads/-", "refs/heads/a b", "../evil", "refs/heads/"})
      more += ref_line(name, scene.newest);
    return Answer{http_answer("200 OK", type, more + "0000")};
  };
  CHECK(scene.fetch() == scene.newest);
  CHECK(UpstreamRepository::open(scene.ours(), scene.host).last_fetch("p")->tags.empty());
}

TEST_CASE("each further try is told with its reason", "[git][servers]") {
  Scene scene;
  scene.host.notes.clear();
  scene.failure(Stage::advertisement, status("502 Bad Gateway"));
  const std::string host = UpstreamUrl::parse(scene.server.url("/x")).host();
  REQUIRE(scene.host.notes.size() == 1);
  CHECK(scene.host.notes.front().starts_with("'" + host +
                                             "' cannot serve us now (status 502); trying again in "));
}

TEST_CASE("a pack above the limit ends the fetch before it is all here", "[git][servers]") {
  Scene scene;
  scene.pack_limit_bytes = 50'000;
  const auto state = scene.state();
  CHECK(scene.failure(Stage::pack, nullptr).code() == too_big);
  CHECK(scene.tries_of_failure == 1);
  CHECK((scene.state() == state));
}
