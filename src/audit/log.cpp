#include "audit/log.hpp"

#include <fmt/format.h>

#include <system_error>

#include "audit/lines.hpp"
#include "base/sha256.hpp"

namespace ddx::audit {

namespace {

bool begins_alike(std::string_view a, std::string_view b) {
  const std::size_t length = std::min(a.size(), b.size());
  return a.substr(0, length) == b.substr(0, length);
}

/// Whether `rest` is what an append that was cut off leaves: a beginning of the next entry, with zeros where
/// its bytes did not get to the disk.
bool is_cut_off(std::string_view rest, const Link& before) {
  rest = rest.substr(0, rest.find_last_not_of('\0') + 1);
  return begins_alike(rest, fmt::format(R"({{"n":{},"prev":"{}",)", before.number + 1, before.hash));
}

}  // namespace

Log::Log(const Workspace& workspace, Host& host)
    : host_(host),
      files_(host.files),
      folder_(make_folders(files_, files_.open_root(workspace.common_dir), "ddx")),
      file_(files_.open_own(folder_, log_name)),
      size_(files_.info(file_).size) {}

/// The last of the complete lines before `size`, which is where one ends.
Log::End Log::end_at(std::uint64_t size) {
  const auto last = LinesFromEnd(files_, file_, size).next();
  if (!last) return {};
  Line line = read_line(last->bytes);
  if (line.link.number == 0) {
    const std::string all = read_range(files_, file_, 0, size);
    line.link.number = static_cast<std::uint64_t>(std::count(all.begin(), all.end(), '\n'));
  }
  return {std::move(line.link), std::move(line.damage)};
}

/// Makes the log end with a complete line.
Log::End Log::settle_end() {
  const auto last = LinesFromEnd(files_, file_, size_).next();
  if (!last || last->complete) return end_at(size_);
  if (is_cut_off(last->bytes, end_at(last->begin).link)) {
    files_.truncate(file_, last->begin);
    size_ = last->begin;
  } else {
    write("");
  }
  return end_at(size_);
}

Staged Log::stage(const AuditEntry& entry) {
  if (size_ == 0) {  // its name may be as new as the log is
    files_.sync(folder_);
    files_.sync(files_.open_root(folder_.path().parent_path()));
  }
  const End end = settle_end();
  if (!end.damage.empty())
    host_.events.warning(fmt::format(
        "the last line of the audit log is damaged ({}); see 'ddx history --verify'", end.damage));
  Staged staged{seal(entry, end.link), size_};
  files_.reserve(file_, staged.line.size() + 1);
  return staged;
}

/// Sound lines with `word` in them, unless nothing was appended since `staged`. All of the log is searched:
/// it may have been lost, and begun again.
std::vector<Line> Log::lines_since(const Staged& staged, std::string_view word) {
  if (size_ == staged.from) return {};
  const std::string all = read_range(files_, file_, 0, size_);
  std::vector<Line> lines;
  for (std::size_t at = all.find(word); at != std::string::npos;) {
    const std::size_t begin = all.rfind('\n', at) + 1;  // npos + 1 is 0
    const std::size_t end = all.find('\n', at);
    if (end == std::string::npos) break;
    Line line = read_line(std::string_view(all).substr(begin, end - begin));
    if (line.damage.empty()) lines.push_back(std::move(line));
    at = all.find(word, end);
  }
  return lines;
}

void Log::append(const Staged& staged) {
  if (staged.line.empty()) return;
  if (size_ == staged.from) return write(staged.line);
  const Line own = read_line(staged.line);
  for (const Line& line : lines_since(staged, own.link.hash)) {
    const bool same = line.link.hash == own.link.hash || line.replaces == own.link.hash;
    if (same && line.entry.result == own.entry.result) return;
  }
  const Link before = settle_end().link;
  const bool continues = own.previous == before.hash && own.link.number == before.number + 1;
  write(continues ? staged.line : seal(own.entry, before, own.link.hash));
}

void Log::take_back(const Staged& staged) {
  if (staged.line.empty()) return;
  static_cast<void>(settle_end());
  const auto last = LinesFromEnd(files_, file_, size_).next();
  if (!last) return;
  const Line line = read_line(last->bytes);
  const std::string hash = staged.hash();
  if (line.link.hash != hash && (line.replaces != hash || line.entry.result != AuditResult::done)) return;
  files_.truncate(file_, last->begin);
  size_ = last->begin;
}

void Log::append_outcome(const AuditEntry& entry, const Staged& staged) {
  for (const Line& line : lines_since(staged, entry.operation)) {
    const AuditEntry& known = line.entry;
    if (known.operation == entry.operation && known.kind == entry.kind && known.result == entry.result)
      return;
  }
  const bool stands_for_it = entry.result == AuditResult::undone && !staged.line.empty();
  write(seal(entry, settle_end().link, stands_for_it ? staged.hash() : ""));
}

void Log::write(const std::string& line) {
  const std::uint64_t before = size_;
  files_.seek(file_, before);
  try {
    write_all(files_, file_, line + "\n");
  } catch (const std::system_error&) {
    try {
      files_.truncate(file_, before);
    } catch (const std::system_error& failure) {
      host_.events.trace(fmt::format("the next append cuts what this one left: {}", failure.what()));
    }
    throw;
  }
  size_ += line.size() + 1;
}

void append(const Workspace& workspace, Host& host, const AuditEntry& entry) {
  Log log(workspace, host);
  log.append(log.stage(entry));
  log.flush();
}

}  // namespace ddx::audit
