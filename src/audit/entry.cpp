#include "audit/entry.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/redaction.hpp"
#include "base/sha256.hpp"
#include "base/time.hpp"

namespace ddx {

std::string_view to_string(AuditResult result) {
  switch (result) {
    case AuditResult::done:
      return "done";
    case AuditResult::undone:
      return "undone";
    case AuditResult::finished:
      return "finished";
    case AuditResult::discarded:
      return "discarded";
  }
  return {};
}

namespace audit {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view hash_field = R"(,"hash":")";
constexpr std::string_view end_of_line = R"("})";
constexpr std::size_t hash_length = 64;
constexpr std::size_t tail_length = hash_field.size() + hash_length + end_of_line.size();

/// A value that a line cannot have.
struct BadValue : std::exception {};

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string text_of(const Json& value) { return value.is_null() ? std::string() : value.get<std::string>(); }

Json version_value(const std::optional<SyncedVersion>& version) {
  if (!version) return nullptr;
  return {{"commit", version->commit.str()}, {"version", version->name}};
}

std::optional<SyncedVersion> version_of(const Json& value) {
  if (value.is_null()) return std::nullopt;
  const auto commit = Oid::parse(value.at("commit").get<std::string>());
  if (!commit) throw BadValue();
  return SyncedVersion{*commit, value.at("version")};
}

template <class T, std::size_t count>
T named(const std::string& name, const std::array<T, count>& values) {
  for (const T value : values) {
    if (to_string(value) == name) return value;
  }
  throw BadValue();
}

ChangeKind kind_of(const std::string& name) {
  return named(name, std::array{ChangeKind::added, ChangeKind::modified, ChangeKind::deleted,
                                ChangeKind::renamed, ChangeKind::mode});
}

AuditResult result_of(const std::string& name) {
  return named(name, std::array{AuditResult::done, AuditResult::undone, AuditResult::finished,
                                AuditResult::discarded});
}

AuditFile file_of(const Json& value) {
  const auto path = RelPath::try_parse(value.at("path").get<std::string>());
  const ChangeKind kind = kind_of(value.at("kind"));
  if (!path) throw BadValue();
  return {*path, kind};
}

std::chrono::sys_seconds time_of(const std::string& text) {
  const auto time = parse_iso(text);
  if (!time) throw BadValue();
  return *time;
}

AuditEntry entry_of(const Json& value) {
  AuditEntry entry;
  if (!value.at("n").is_number_unsigned()) throw BadValue();
  entry.number = value.at("n");
  entry.time = time_of(value.at("time"));
  entry.user = value.at("user");
  entry.machine = value.at("machine");
  entry.command = value.at("command");
  entry.author = text_of(value.at("author"));
  entry.email = text_of(value.at("email"));
  entry.project = value.at("project");
  entry.worktree = value.at("worktree");
  entry.operation = text_of(value.at("operation"));
  entry.kind = value.at("kind");
  entry.summary = value.at("summary");
  entry.from = version_of(value.at("from"));
  entry.to = version_of(value.at("to"));
  for (const Json& file : value.at("files")) entry.files.push_back(file_of(file));
  entry.decisions = value.at("decisions").get<std::vector<std::string>>();
  entry.result = result_of(value.at("result"));
  if (const Json& duration = value.at("duration_ms"); !duration.is_null())
    entry.duration = std::chrono::milliseconds(duration.get<std::int64_t>());
  return entry;
}

bool is_hash(std::string_view text) {
  return text.size() == hash_length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// What a line that cannot be read as an entry is to the one after it.
Line unreadable(std::string_view bytes) {
  Line line;
  line.link.hash = sha256_hex(bytes);
  line.damage = "it is not an entry";
  return line;
}

}  // namespace

AuditEntry begin_entry(const Workspace& workspace, const Host& host, const git::Repository& repository) {
  const auto now = host.now();
  AuditEntry entry;
  entry.time = std::chrono::time_point_cast<std::chrono::seconds>(now);
  entry.user = host.invocation.user;
  entry.machine = host.invocation.machine;
  entry.command = redacted(host.invocation.command);
  if (const auto identity = repository.identity()) {
    entry.author = identity->name;
    entry.email = identity->email;
  }
  entry.project = workspace.project;
  entry.worktree = workspace.worktree;
  if (host.invocation.started)
    entry.duration = std::chrono::duration_cast<std::chrono::milliseconds>(now - *host.invocation.started);
  return entry;
}

std::string seal(const AuditEntry& entry, const Link& before, std::string_view replaces) {
  Json files = Json::array();
  for (const AuditFile& file : entry.files)
    files.push_back({{"path", file.path.str()}, {"kind", to_string(file.kind)}});
  Json value = {{"n", before.number + 1},
                {"prev", before.hash},
                {"time", iso_utc(entry.time)},
                {"user", entry.user},
                {"machine", entry.machine},
                {"command", entry.command},
                {"author", text_or_null(entry.author)},
                {"email", text_or_null(entry.email)},
                {"project", entry.project},
                {"worktree", entry.worktree},
                {"operation", text_or_null(entry.operation)},
                {"kind", entry.kind},
                {"summary", entry.summary},
                {"from", version_value(entry.from)},
                {"to", version_value(entry.to)},
                {"files", std::move(files)},
                {"decisions", entry.decisions},
                {"result", to_string(entry.result)},
                {"duration_ms", entry.duration ? Json(entry.duration->count()) : Json(nullptr)}};
  if (!replaces.empty()) value["replaces"] = replaces;
  constexpr bool only_ascii = true;
  std::string line = value.dump(-1, ' ', only_ascii, Json::error_handler_t::replace);
  line.pop_back();  // the '}', which comes after the hash
  const std::string hash = sha256_hex(line);
  return line.append(hash_field).append(hash).append(end_of_line);
}

std::string_view hash_of(std::string_view sealed) {
  return sealed.substr(sealed.size() - end_of_line.size() - hash_length, hash_length);
}

Line read_line(std::string_view bytes) {
  if (bytes.size() <= tail_length) return unreadable(bytes);
  const std::string_view sealed = bytes.substr(0, bytes.size() - tail_length);
  const std::string_view tail = bytes.substr(sealed.size());
  const std::string_view hash = hash_of(bytes);
  if (!tail.starts_with(hash_field) || !tail.ends_with(end_of_line) || !is_hash(hash))
    return unreadable(bytes);
  const Json value = Json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) return unreadable(bytes);
  try {
    Line line;
    line.entry = entry_of(value);
    line.link = {line.entry.number, std::string(hash)};
    line.previous = value.at("prev");
    line.replaces = value.value("replaces", "");
    if (line.link.number == 0) return unreadable(bytes);
    if (sha256_hex(sealed) != hash) line.damage = "it was changed: its hash does not match";
    return line;
  } catch (const Json::exception&) {
    return unreadable(bytes);
  } catch (const BadValue&) {
    return unreadable(bytes);
  }
}

}  // namespace audit

}  // namespace ddx
