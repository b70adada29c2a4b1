#include "transaction/intent.hpp"

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "ddx/error.hpp"
#include "transaction/record_json.hpp"

namespace ddx {

namespace {

using nlohmann::json;

constexpr std::string_view magic = "DDXINTENT 1\n";
constexpr std::string_view magic_stem = "DDXINTENT ";
constexpr std::size_t digest_length = 64;

json stored(const std::optional<Version>& version) {
  if (!version) return nullptr;
  return {{"id", version->blob.str()}, {"mode", to_string(version->mode)}};
}

std::optional<Version> unstored(const json& value) {
  if (value.is_null()) return std::nullopt;
  return Version{Oid::parse(value.at("id").get<std::string>()).value(),
                 parse_mode(value.at("mode").get<std::string>()).value()};
}

Intent from_value(const json& value) {
  Intent intent;
  intent.record = record_from_value(value.at("record"));
  intent.project = value.at("project");
  intent.worktree = value.at("worktree");
  intent.worktree_root = value.at("worktree_root");
  intent.folders = value.at("folders").get<std::vector<std::string>>();
  intent.machine = value.at("machine");
  intent.root_device = value.at("root").at("device");
  intent.root_inode = value.at("root").at("inode");
  intent.areas = value.at("areas").get<std::vector<std::string>>();
  intent.staged_in = value.at("staged_in").get<std::vector<std::size_t>>();
  for (const json& item : value.at("index"))
    intent.index.push_back({item.at("path"), unstored(item.at("before")), unstored(item.at("after"))});
  if (const json& ref = value.at("ref"); !ref.is_null()) {
    RefMove move{ref.at("name"), std::nullopt, Oid::parse(ref.at("to").get<std::string>()).value()};
    if (!ref.at("from").is_null()) move.from = Oid::parse(ref.at("from").get<std::string>());
    intent.ref = move;
  }
  if (value.contains("audit")) intent.audit = {value["audit"].at("line"), value["audit"].at("from")};
  return intent;
}

}  // namespace

std::string encode_intent(const Intent& intent) {
  json index = json::array();
  for (const git::IndexEdit& edit : intent.index)
    index.push_back({{"path", edit.path}, {"before", stored(edit.before)}, {"after", stored(edit.after)}});
  json ref = nullptr;
  if (intent.ref) {
    ref = {{"name", intent.ref->name}, {"to", intent.ref->to.str()}, {"from", nullptr}};
    if (intent.ref->from) ref["from"] = intent.ref->from->str();
  }
  const json value = {{"record", record_to_value(intent.record)},
                      {"project", intent.project},
                      {"worktree", intent.worktree},
                      {"worktree_root", intent.worktree_root},
                      {"machine", intent.machine},
                      {"root", {{"device", intent.root_device}, {"inode", intent.root_inode}}},
                      {"folders", intent.folders},
                      {"areas", intent.areas},
                      {"staged_in", intent.staged_in},
                      {"index", std::move(index)},
                      {"ref", std::move(ref)},
                      {"audit", {{"line", intent.audit.line}, {"from", intent.audit.from}}}};
  std::string bytes(magic);
  json::to_cbor(value, bytes);
  bytes += sha256_hex(bytes);
  return bytes;
}

std::optional<Intent> decode_intent(std::string_view bytes) {
  if (bytes.size() < magic.size() + digest_length || !bytes.starts_with(magic_stem)) return std::nullopt;
  const std::string_view digest = bytes.substr(bytes.size() - digest_length);
  bytes.remove_suffix(digest_length);
  if (sha256_hex(bytes) != digest) return std::nullopt;
  if (!bytes.starts_with(magic))
    throw Error(ErrorCode::recovery_too_new,
                "an interrupted operation was begun by a newer version of ddx, which has to finish it",
                {{Recovery::upgrade_ddx}}, Aftermath::pending);
  bytes.remove_prefix(magic.size());
  try {
    return from_value(json::from_cbor(bytes));
  } catch (const json::exception& error) {
    throw Error(ErrorCode::state_damaged, fmt::format("the journal cannot be read: {}", error.what()),
                {{Recovery::report_bug}}, Aftermath::pending);
  } catch (const std::bad_optional_access&) {
    throw Error(ErrorCode::state_damaged, "the journal holds a bad id", {{Recovery::report_bug}},
                Aftermath::pending);
  }
}

}  // namespace ddx
