#include "git/packet_watch.hpp"

#include <catch2/catch_test_macros.hpp>

#include "support/git_answers.hpp"

using ddx::git::PacketWatch;
using ddx::test::packet;

namespace {

/// What is found when the bytes come in pieces of this size.
std::optional<std::string> found(const std::string& bytes, std::size_t piece) {
  PacketWatch watch;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    if (auto words = watch.look(std::string_view(bytes).substr(at, piece))) return words;
  return std::nullopt;
}

}  // namespace

TEST_CASE("a refusal is found however the bytes are cut", "[git][servers]") {
  const std::string start =
      packet("# service=git-upload-pack\n") + "0000" + packet("NAK\n") + packet("\1PACK");
  for (const std::size_t piece : {1, 3, 7, 1000}) {
    CHECK(found(start + packet("ERR no way\n") + "0000", piece) == "no way");
    CHECK(found(start + packet("\3fatal: out of memory\n"), piece) == "fatal: out of memory");
    CHECK(found(start + packet("\2ERR in progress") + "0000", piece) == std::nullopt);
  }
}

TEST_CASE("a refusal is told when it is complete, and cut when it is long", "[git][servers]") {
  const std::string refusal = packet("ERR " + std::string(50'000, 'x'));
  CHECK(found(refusal.substr(0, refusal.size() - 1), 100) == std::nullopt);
  CHECK(found(refusal, 100)->size() == 4092);
}

TEST_CASE("what is not in packets is not searched", "[git][servers]") {
  CHECK(found(packet("NAK\n") + "PACK" + packet("ERR x"), 5) == std::nullopt);
  CHECK(found("0003" + packet("ERR x"), 5) == "x");
}
