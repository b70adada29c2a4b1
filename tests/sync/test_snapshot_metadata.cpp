#include <catch2/catch_test_macros.hpp>

#include "ddx/error.hpp"
#include "snapshot/metadata.hpp"

using namespace ddx;

namespace {

SnapshotMetadata metadata() {
  SnapshotMetadata metadata;
  metadata.id = "01MCC5RQX0P5WKF7NHF4VSXCBS";
  metadata.reason = "create";
  metadata.note = "a \"note\"\n\nof lines";
  metadata.name = "good";
  metadata.project = "root";
  metadata.worktree = "main";
  metadata.created = std::chrono::sys_seconds(std::chrono::seconds(1'800'000'000));
  metadata.files = 3;
  metadata.unique_bytes = 12;
  metadata.usual_permissions = {{Mode::file, 0664}, {Mode::executable, 0775}};
  metadata.permissions = {{RelPath::parse(".ddx/key"), 0600}};
  metadata.empty_folders = {RelPath::parse(".ddx/hollow")};
  return metadata;
}

bool is_damaged(const std::string& message) {
  try {
    static_cast<void>(decode_metadata(message));
    return false;
  } catch (const Error& error) {
    return error.code() == ErrorCode::snapshot_damaged;
  }
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("what a snapshot says of itself can be read again", "[snapshot]") {
  const SnapshotMetadata read = decode_metadata(encode_metadata(metadata()));
  CHECK(encode_metadata(read) == encode_metadata(metadata()));
  CHECK(read.note == metadata().note);
  CHECK(permissions_of(read, RelPath::parse(".ddx/key"), Mode::file) == 0600u);
  CHECK(permissions_of(read, RelPath::parse(".ddx/other"), Mode::file) == 0664u);
  CHECK(permissions_of(read, RelPath::parse(".ddx/run"), Mode::executable) == 0775u);
  CHECK_FALSE(permissions_of(read, RelPath::parse(".ddx/link"), Mode::link).has_value());
}

TEST_CASE("a description that ddx would not have written is damaged", "[snapshot]") {
  const std::string good = encode_metadata(metadata());
  CHECK(is_damaged(""));
  CHECK(is_damaged("ddx snapshot: create"));
  CHECK(is_damaged(good.substr(0, good.size() - 10)));
  CHECK(is_damaged(replaced(good, "ddx/snapshot/1", "ddx/snapshot/2")));
  CHECK(is_damaged(replaced(good, "01MCC5RQX0P5WKF7NHF4VSXCBS", "../../../heads/main")));
  CHECK(is_damaged(replaced(good, ".ddx/hollow", "../hollow")));
  CHECK(is_damaged(replaced(good, ".ddx/key", "/etc/passwd")));
  CHECK(is_damaged(replaced(good, "\"good\"", "\"snap-x\"")));
  CHECK(is_damaged(replaced(good, "\"100644\"", "\"100666\"")));
  CHECK(is_damaged(replaced(good, "\"files\"", "\"fails\"")));
}
