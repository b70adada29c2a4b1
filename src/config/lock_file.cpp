#include "config/lock_file.hpp"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "base/text.hpp"
#include "config/reading_place.hpp"
#include "ddx/error.hpp"
#include "ddx/names.hpp"

namespace ddx {

namespace {

constexpr std::string_view schema_family = "ddx/lock/";
constexpr int schema_version = 1;

/// Turns places in the text into errors that name file and line.
class Source {
 public:
  Source(std::string_view text, std::string name) : text_(text), name_(std::move(name)), here_(text.data()) {}

  [[nodiscard]] std::string_view text() const { return text_; }
  /// Where the reader stands; moved by `ReadingPlace`.
  [[nodiscard]] const char** here() { return &here_; }
  [[nodiscard]] bool at_end() const { return here_ == text_.data() + text_.size(); }

  [[nodiscard]] Error damaged(std::string_view why) const { return damaged_at(here_, why); }
  [[nodiscard]] Error damaged_at(const char* place, std::string_view why) const {
    return Error(ErrorCode::lock_damaged, fmt::format("'{}:{}' is damaged: {}", name_, line_of(place), why),
                 {{Recovery::restore_lock, name_}, {Recovery::repair_lock}});
  }
  [[nodiscard]] Error conflicted_at(const char* place) const {
    return Error(ErrorCode::lock_conflicted,
                 fmt::format("'{}:{}' holds the conflict markers of a merge", name_, line_of(place)),
                 {{Recovery::restore_lock, name_}, {Recovery::repair_lock}});
  }
  [[nodiscard]] Error too_new(std::string_view schema) const {
    return Error(ErrorCode::lock_too_new,
                 fmt::format("'{}:{}' has the format '{}', which a newer ddx wrote; this one knows '{}{}'",
                             name_, line_of(here_), schema, schema_family, schema_version),
                 {{Recovery::upgrade_ddx}});
  }

 private:
  [[nodiscard]] std::ptrdiff_t line_of(const char* place) const {
    return 1 + std::count(text_.data(), place, '\n');
  }

  std::string_view text_;
  std::string name_;
  const char* here_;
};

/// Fills a `Lock` from the events of the JSON parser. The first thing that ddx would not have written ends
/// it.
class Reader {
 public:
  explicit Reader(Source& source) : source_(source) {}

  [[nodiscard]] Lock take() { return std::move(lock_); }

  bool start_object(std::size_t) {
    if (level_ == Level::outside) {
      level_ = Level::header;
    } else if (level_ == Level::header && key_ == "files") {
      level_ = Level::files;
    } else if (level_ == Level::header && key_ == "offered") {
      level_ = Level::offered;
    } else if (level_ == Level::files) {
      level_ = Level::entry;
      entry_ = {};
    } else {
      throw source_.damaged(fmt::format("'{}' is not a text", printable(key_)));
    }
    seen_[index(level_)].clear();
    return true;
  }

  bool end_object() {
    switch (level_) {
      case Level::header:
        require({"schema", "url", "ref", "subtree", "selection", "commit", "tree", "files"});
        break;
      case Level::entry:
        require({"blob", "mode"});
        lock_.files.insert_or_assign(lock_.files.end(), std::move(*path_), std::move(entry_));
        break;
      case Level::offered:
        level_ = Level::header;
        return true;
      case Level::files:
      case Level::outside:
        break;
    }
    level_ = static_cast<Level>(index(level_) - 1);
    return true;
  }

  bool key(std::string& name) {
    if (level_ == Level::files) {
      path_ = read_path(name);
      if (lock_.files.contains(*path_))
        throw source_.damaged(fmt::format("'{}' is in it twice", printable(name)));
      refuse_file_and_folder(*path_);
    } else {
      auto& seen = seen_[index(level_)];
      if (std::find(seen.begin(), seen.end(), name) != seen.end())
        throw source_.damaged(fmt::format("'{}' is in it twice", printable(name)));
      seen.push_back(name);
    }
    key_ = std::move(name);
    return true;
  }

  bool string(std::string& value) {
    if (level_ == Level::header) {
      header_value(value);
    } else if (level_ == Level::entry) {
      entry_value(value);
    } else if (level_ == Level::offered) {
      lock_.offered.insert_or_assign(read_path(key_), read_id(value));
    } else {
      throw not_an_object();
    }
    return true;
  }

  bool null() { throw not_an_object(); }
  bool boolean(bool) { throw not_an_object(); }
  bool number_integer(std::int64_t) { throw not_an_object(); }
  bool number_unsigned(std::uint64_t) { throw not_an_object(); }
  bool number_float(double, const std::string&) { throw not_an_object(); }
  bool binary(nlohmann::json::binary_t&) { throw not_an_object(); }
  bool start_array(std::size_t) { throw not_an_object(); }
  bool end_array() { throw not_an_object(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) {
    throw source_.damaged(source_.at_end() ? "it ends too early" : "it is not valid JSON");
  }

 private:
  enum class Level { outside, header, files, entry, offered };
  static std::size_t index(Level level) { return static_cast<std::size_t>(level); }

  [[nodiscard]] Error not_an_object() const {
    if (level_ == Level::outside) return source_.damaged("it is not a JSON object");
    return source_.damaged(fmt::format("'{}' has a value of the wrong kind", printable(key_)));
  }

  void require(std::initializer_list<std::string_view> keys) const {
    const auto& seen = seen_[index(level_)];
    for (const std::string_view wanted : keys) {
      if (std::find(seen.begin(), seen.end(), wanted) != seen.end()) continue;
      if (level_ == Level::entry)
        throw source_.damaged(fmt::format("'{}' of '{}' is missing", wanted, path_->str()));
      throw source_.damaged(fmt::format("'{}' is missing", wanted));
    }
  }

  void header_value(std::string& value) {
    if (key_ == "schema") {
      check_schema(value);
    } else if (key_ == "url") {
      lock_.url = std::move(value);
    } else if (key_ == "ref") {
      check_ref(value);
      lock_.ref = std::move(value);
    } else if (key_ == "subtree") {
      lock_.subtree = std::move(value);
    } else if (key_ == "selection") {
      lock_.selection = std::move(value);
    } else if (key_ == "commit") {
      lock_.commit = value.empty() ? Oid() : read_id(value);
    } else if (key_ == "tree") {
      lock_.tree = value.empty() ? Oid() : read_id(value);
    } else if (key_ == "files" || key_ == "offered") {
      throw not_an_object();
    } else {
      throw source_.damaged(fmt::format("'{}' is not known here", printable(key_)));
    }
  }

  void entry_value(const std::string& value) {
    if (key_ == "blob") {
      entry_.base.blob = read_id(value);
    } else if (key_ == "mode") {
      const auto mode = parse_mode(value);
      if (!mode) throw source_.damaged(fmt::format("'{}' is not a file mode", printable(value)));
      entry_.base.mode = *mode;
    } else if (key_ == "commit") {
      entry_.commit = read_id(value);
    } else if (key_ == "path") {
      entry_.upstream_path = read_path(value);
    } else if (key_ == "offered") {
      const Oid sent = read_id(value);
      entry_.offered = Offer{sent, sent};
    } else if (key_ == "offered_here" && entry_.offered) {
      entry_.offered->here = read_id(value);
    } else {
      throw source_.damaged(fmt::format("'{}' is not known here", printable(key_)));
    }
  }

  void check_schema(std::string_view value) const {
    int version = 0;
    const bool ours = value.starts_with(schema_family);
    const std::string_view number = ours ? value.substr(schema_family.size()) : std::string_view();
    const auto [end, failure] = std::from_chars(number.data(), number.data() + number.size(), version);
    if (!ours || failure != std::errc() || end != number.data() + number.size() || version < schema_version)
      throw source_.damaged(fmt::format("'{}' is not a format of ddx", printable(value)));
    if (version > schema_version) throw source_.too_new(value);
  }

  void check_ref(std::string_view value) const {
    try {
      static_cast<void>(parse_follow(value));
    } catch (const Error& error) {
      throw source_.damaged(error.what());
    }
  }

  [[nodiscard]] Oid read_id(std::string_view value) const {
    const auto id = Oid::parse(value);
    if (!id || id->is_null())
      throw source_.damaged(fmt::format("'{}' is not an object id", printable(value)));
    return *id;
  }

  [[nodiscard]] RelPath read_path(std::string_view value) const {
    std::string why;
    auto path = RelPath::try_parse(value, &why);
    if (!path) throw source_.damaged(fmt::format("'{}' is not a safe path: {}", printable(value), why));
    return std::move(*path);
  }

  /// Two branches that each pulled can merge as text into a lock in which a path is both.
  void refuse_file_and_folder(const RelPath& path) {
    if (folders_.contains(path.str()))
      throw source_.damaged(fmt::format("'{}' is both a file and a folder", path.str()));
    for (std::string_view folder = path.parent(); !folder.empty();) {
      if (!folders_.emplace(folder).second) return;  // then its parents are known too
      const RelPath parent = RelPath::parse(folder);
      if (lock_.files.contains(parent))
        throw source_.damaged(fmt::format("'{}' is both a file and a folder", folder));
      folder = folder.substr(0, parent.parent().size());
    }
  }

  Source& source_;
  Lock lock_;
  Level level_ = Level::outside;
  std::string key_;
  std::optional<RelPath> path_;
  LockEntry entry_;
  std::array<std::vector<std::string>, 5> seen_;  ///< keys of the object that is being read, by level
  std::unordered_set<std::string> folders_;
};

void refuse_conflict_markers(const Source& source) {
  const std::string_view text = source.text();
  for (std::size_t start = 0; start < text.size();) {
    const std::string_view line = text.substr(start, std::min<std::size_t>(8, text.size() - start));
    if (line.starts_with("<<<<<<< ") || line.starts_with("=======") || line.starts_with(">>>>>>> ") ||
        line.starts_with("||||||| "))
      throw source.conflicted_at(text.data() + start);
    const std::size_t end = text.find('\n', start);
    if (end == std::string_view::npos) return;
    start = end + 1;
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_header(std::string& out, std::string_view key, std::string_view value) {
  out.append("  \"").append(key).append("\": ");
  append_quoted(out, value);
  out += ",\n";
}

void append_offered(std::string& out, const std::map<RelPath, Oid>& offered) {
  if (offered.empty()) return;
  out += "  \"offered\": {";
  const char* separator = "\n    ";
  for (const auto& [path, id] : offered) {
    out += separator;
    append_quoted(out, path.str());
    out.append(": \"").append(id.str()).append("\"");
    separator = ",\n    ";
  }
  out += "\n  },\n";
}

void append_entry(std::string& out, const RelPath& path, const LockEntry& entry) {
  out += "    ";
  append_quoted(out, path.str());
  out.append(": {\n      \"blob\": \"").append(entry.base.blob.str());
  out.append("\", \"mode\": \"").append(to_string(entry.base.mode)).append("\"");
  if (entry.commit) out.append(", \"commit\": \"").append(entry.commit->str()).append("\"");
  if (entry.upstream_path) {
    out += ", \"path\": ";
    append_quoted(out, entry.upstream_path->str());
  }
  if (entry.offered) {
    out.append(", \"offered\": \"").append(entry.offered->sent.str()).append("\"");
    if (entry.offered->here != entry.offered->sent)
      out.append(", \"offered_here\": \"").append(entry.offered->here.str()).append("\"");
  }
  out += "\n    }";
}

std::string id_or_nothing(const Oid& id) { return id.is_null() ? std::string() : id.str(); }

}  // namespace

Lock parse_lock(std::string_view text, const std::string& name) {
  Source source(text, name);
  refuse_conflict_markers(source);
  // The JSON parser takes a zero byte for the end of its input and would not look at what follows.
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
    throw source.damaged_at(text.data() + zero, "it holds a zero byte");
  Reader reader(source);
  const ReadingPlace begin(text.data(), source.here()), end(text.data() + text.size(), source.here());
  nlohmann::json::sax_parse(begin, end, &reader);
  Lock lock = reader.take();
  if (lock.commit.is_null() != lock.tree.is_null())
    throw source.damaged("'commit' and 'tree' do not go together");
  return lock;
}

std::string write_lock(const Lock& lock) {
  std::string out;
  out.reserve(512 + lock.files.size() * 200);
  out += "{\n";
  append_header(out, "schema", fmt::format("{}{}", schema_family, schema_version));
  append_header(out, "url", lock.url);
  append_header(out, "ref", lock.ref);
  append_header(out, "subtree", lock.subtree);
  append_header(out, "selection", lock.selection);
  append_header(out, "commit", id_or_nothing(lock.commit));
  append_header(out, "tree", id_or_nothing(lock.tree));
  append_offered(out, lock.offered);
  out += "  \"files\": {";
  const char* separator = "\n";
  for (const auto& [path, entry] : lock.files) {
    out += separator;
    append_entry(out, path, entry);
    separator = ",\n";
  }
  out += lock.files.empty() ? "}\n}\n" : "\n  }\n}\n";
  return out;
}

}  // namespace ddx
