#include <catch2/catch_test_macros.hpp>

#include "base/sha256.hpp"
#include "base/time.hpp"
#include "ddx/change.hpp"
#include "ddx/error.hpp"
#include "ddx/oid.hpp"

using namespace std::chrono;

TEST_CASE("SHA-256 gives the digests of the standard", "[base][sha256]") {
  CHECK(ddx::sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(ddx::sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(ddx::sha256("abc")[0] == 0xBA);
}

TEST_CASE("a time is read in UTC unless it names its zone", "[base][time]") {
  const auto read = [](std::string_view text) {
    const auto time = ddx::parse_iso(text);
    return time ? ddx::iso_utc(*time) : "no time";
  };
  for (const char* text : {"1970-01-01T00:00:00Z", "2026-01-31T12:00:05Z", "0000-01-01T00:00:00Z"})
    CHECK(read(text) == text);
  CHECK(read("2024-02-29") == "2024-02-29T00:00:00Z");
  CHECK(read("2026-01-31 12:00") == "2026-01-31T12:00:00Z");
  CHECK(read("2026-01-31T12:00:05+05:30") == "2026-01-31T06:30:05Z");
  for (const char* text :
       {"", "2023-02-29", "2026-01-31T", "2026-01-31T12", "2026-01-31T24:00", "2026-01-31T12:60",
        "2026-01-31T12:00z", "2026-01-31T12:00:05 Z", "+026-01-31", "2026-01-31T12:00+"})
    CHECK(read(text) == "no time");
}

TEST_CASE("a time is shown in UTC with four digits for the year", "[base][time]") {
  CHECK(ddx::iso_utc(sys_seconds(seconds(0))) == "1970-01-01T00:00:00Z");
  CHECK(ddx::iso_utc(sys_seconds(seconds(1'769'860'805))) == "2026-01-31T12:00:05Z");
  CHECK(ddx::iso_utc(sys_seconds(seconds(-1))) == "1969-12-31T23:59:59Z");
  CHECK(ddx::iso_utc(sys_seconds(seconds(7'258'118'400))) == "2200-01-01T00:00:00Z");
  CHECK(ddx::iso_utc(sys_seconds::max()) == "9999-12-31T23:59:59Z");
  CHECK(ddx::iso_utc(sys_seconds::min()) == "0000-01-01T00:00:00Z");
}

TEST_CASE("a moment is a day, a minute or a second, in UTC", "[base][time]") {
  const auto shown = [](const char* text) {
    const auto moment = ddx::parse_moment(text);
    return moment ? ddx::iso_utc(*moment) : "none";
  };
  CHECK(shown("2026-01-31") == "2026-01-31T23:59:59Z");
  CHECK(shown("2026-01-31T12:00") == "2026-01-31T12:00:00Z");
  CHECK(shown("2026-01-31T12:00Z") == "2026-01-31T12:00:00Z");
  CHECK(shown("2026-01-31T12:00:30") == "2026-01-31T12:00:30Z");
  CHECK(shown("2024-02-29T23:59:59Z") == "2024-02-29T23:59:59Z");
  for (const char* text :
       {"", "Z", "2026", "2026-1-31", "2026-02-29", "2026-13-01", "2026-01-31T", "2026-01-31T24:00",
        "2026-01-31T12:60", "2026-01-31 12:00", "2026-01-31T12:00:3", "2026-01-31T12:00:30+01"})
    CHECK(shown(text) == "none");
}

TEST_CASE("a ULID tells when it was made", "[base][time]") {
  const std::chrono::sys_seconds made{std::chrono::seconds(1'800'000'000)};
  CHECK(ddx::ulid_time(ddx::make_ulid(made, {})) == made);
  CHECK_FALSE(ddx::ulid_time("01").has_value());
  CHECK_FALSE(ddx::ulid_time("U1AAAAAAAAAAAAAAAAAAAAAAAA").has_value());
}

TEST_CASE("a ULID holds the time and the randomness in Crockford's base 32", "[base][time]") {
  std::array<std::byte, 10> random{};
  CHECK(ddx::make_ulid(system_clock::time_point(milliseconds(1'469'918'176'385)), random) ==
        "01ARYZ6S410000000000000000");
  random.fill(std::byte{0xFF});
  CHECK(ddx::make_ulid(system_clock::time_point(milliseconds(0)), random) == "0000000000ZZZZZZZZZZZZZZZZ");
  random.fill(std::byte{0});
  random[9] = std::byte{1};
  random[5] = std::byte{1};
  CHECK(ddx::make_ulid(system_clock::time_point(milliseconds(0)), random) == "00000000000000000004000001");
}

TEST_CASE("a later ULID sorts after an earlier one", "[base][time]") {
  std::array<std::byte, 10> high{}, low{};
  high.fill(std::byte{0xFF});
  const auto now = system_clock::time_point(milliseconds(1'800'000'000'000));
  CHECK(ddx::make_ulid(now, high) < ddx::make_ulid(now + milliseconds(1), low));
}

TEST_CASE("an object id is forty hexadecimal digits", "[base][oid]") {
  const std::string text = "0123456789abcdef0123456789abcdef01234567";
  const auto id = ddx::Oid::parse(text);
  REQUIRE(id);
  CHECK(id->str() == text);
  CHECK(id->short_str() == "0123456789");
  CHECK_FALSE(id->is_null());
  CHECK(ddx::Oid().is_null());
  CHECK(ddx::Oid::parse("0123456789ABCDEF0123456789ABCDEF01234567") == id);
  for (const std::string& wrong : {std::string(), text.substr(1), text + "0", "g" + text.substr(1)})
    CHECK_FALSE(ddx::Oid::parse(wrong));
}

TEST_CASE("modes are written as git writes them", "[base][change]") {
  for (const auto mode : {ddx::Mode::file, ddx::Mode::executable, ddx::Mode::link})
    CHECK(ddx::parse_mode(to_string(mode)) == mode);
  CHECK(to_string(ddx::Mode::file) == "100644");
  for (const char* text : {"", "100664", "40000", "160000", "0100644"}) CHECK_FALSE(ddx::parse_mode(text));
}

TEST_CASE("the thousands of an error code decide the exit code", "[base][error]") {
  using ddx::ErrorCode;
  CHECK(ddx::exit_code(ErrorCode::internal) == 70);
  CHECK(ddx::exit_code(ErrorCode::lock_damaged) == 10);
  CHECK(ddx::exit_code(ErrorCode::url_refused) == 2);
  CHECK(ddx::exit_code(ErrorCode::upstream_unsafe) == 6);
  CHECK(ddx::code_name(ErrorCode::internal) == "DDX-0001");
  CHECK(ddx::code_name(ErrorCode::no_config) == "DDX-2003");
}
