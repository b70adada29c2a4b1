#include <fmt/format.h>

#include "cli/render.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

const RelPath& old_name(const DiffFile& file) { return file.old_path ? *file.old_path : file.path; }

/// git ends a name with a space in it by a tab, so that a date after it could not be taken for a part of it.
std::string header_name(const std::string& name) {
  return name.find(' ') == std::string::npos ? name : name + "\t";
}

void add_mode_lines(Page& page, const DiffFile& file) {
  if (!file.before && file.after) page.line({{"new file mode " + to_string(file.after->mode), Tone::strong}});
  if (file.before && !file.after)
    page.line({{"deleted file mode " + to_string(file.before->mode), Tone::strong}});
  if (file.before && file.after && file.before->mode != file.after->mode) {
    page.line({{"old mode " + to_string(file.before->mode), Tone::strong}});
    page.line({{"new mode " + to_string(file.after->mode), Tone::strong}});
  }
  if (file.old_path) {
    page.line({{"rename from " + file.old_path->str(), Tone::strong}});
    page.line({{"rename to " + file.path.str(), Tone::strong}});
  }
}

void add_index_line(Page& page, const DiffFile& file) {
  const Oid before = file.before ? file.before->blob : Oid();
  const Oid after = file.after ? file.after->blob : Oid();
  if (before == after) return;
  std::string line = fmt::format("index {}..{}", before.str(), after.str());
  if (file.before && file.after && file.before->mode == file.after->mode)
    line += " " + to_string(file.after->mode);
  page.line({{line, Tone::strong}});
}

std::string range(int start, int lines) {
  return lines == 1 ? std::to_string(start) : fmt::format("{},{}", start, lines);
}

Tone tone_of(char origin) {
  if (origin == '+') return Tone::added;
  return origin == '-' ? Tone::removed : Tone::plain;
}

void add_hunk(Page& page, const DiffHunk& hunk) {
  page.line({{fmt::format("@@ -{} +{} @@", range(hunk.old_start, hunk.old_lines),
                          range(hunk.new_start, hunk.new_lines)),
              Tone::hunk},
             hunk.heading.empty() ? "" : " " + hunk.heading});
  for (const auto& line : hunk.lines) {
    page.line({{std::string(1, line.origin) + line.text, tone_of(line.origin)}});
    if (line.no_newline) page.line({"\\ No newline at end of file"});
  }
}

void add_file(Page& page, const DiffFile& file) {
  const std::string before = "a/" + old_name(file).str();
  const std::string after = "b/" + file.path.str();
  page.line({{fmt::format("diff --git {} {}", before, after), Tone::strong}});
  add_mode_lines(page, file);
  add_index_line(page, file);
  const std::string shown_before = file.before ? before : "/dev/null";
  const std::string shown_after = file.after ? after : "/dev/null";
  if (file.binary) {
    page.line({fmt::format("Binary files {} and {} differ", shown_before, shown_after)});
    return;
  }
  if (file.hunks.empty()) return;
  page.line({{"--- " + header_name(shown_before), Tone::strong}});
  page.line({{"+++ " + header_name(shown_after), Tone::strong}});
  for (const auto& hunk : file.hunks) add_hunk(page, hunk);
}

std::string stat_name(const DiffFile& file) {
  return file.old_path ? fmt::format("{} => {}", file.old_path->str(), file.path.str()) : file.path.str();
}

/// The end of a name says more than its beginning.
std::string shortened(const std::string& name, std::size_t columns) {
  if (columns_of(name) <= columns) return name;
  std::size_t from = name.size();
  for (std::size_t kept = 0; from > 0 && kept + 3 < columns; ++kept) {
    do --from;
    while (from > 0 && (static_cast<unsigned char>(name[from]) & 0xC0u) == 0x80u);
  }
  return "..." + name.substr(from);
}

struct Bar {
  std::size_t added, removed;
};

/// Signs for a file's lines, so that the longest bar has `room`; what there is at all gets one sign at least.
Bar scaled(const DiffFile& file, std::size_t most, std::size_t room) {
  const auto scale = [&](int lines) -> std::size_t {
    const auto count = static_cast<std::size_t>(lines);
    if (count == 0 || most <= room) return count;
    return std::max<std::size_t>(1, count * (room - 1) / most);
  };
  return {scale(file.added), scale(file.removed)};
}

char status_letter(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return 'A';
    case ChangeKind::deleted:
      return 'D';
    case ChangeKind::renamed:
      return 'R';
    case ChangeKind::modified:
    case ChangeKind::mode:
      return 'M';
  }
  return ' ';
}

}  // namespace

Page diff(const DiffReport& report) {
  Page page;
  for (const auto& file : report.files) add_file(page, file);
  return page;
}

Page diff_stat(const DiffReport& report, const Appearance& look) {
  const auto width = static_cast<std::size_t>(look.width);
  std::size_t widest = 0, most = 0, added = 0, removed = 0;
  for (const auto& file : report.files) {
    widest = std::max(widest, columns_of(stat_name(file)));
    most = std::max(most, static_cast<std::size_t>(file.added + file.removed));
    added += static_cast<std::size_t>(file.added);
    removed += static_cast<std::size_t>(file.removed);
  }
  const std::size_t digits = std::max<std::size_t>(std::to_string(most).size(), 3);
  const std::size_t fixed = digits + 5;  // " " before the name, " | " and " " around the number
  const std::size_t name_room = std::min(widest, std::max<std::size_t>(width * 5 / 8, fixed + 4) - fixed);
  const std::size_t bar_room = width > name_room + fixed + 2 ? width - name_room - fixed : 2;
  Page page;
  for (const auto& file : report.files) {
    const std::string name = padded(shortened(stat_name(file), name_room), name_room);
    if (file.binary) {
      page.line({" " + name + " | " + std::string(digits - 3, ' ') + "Bin"});
      continue;
    }
    const Bar bar = scaled(file, most, bar_room);
    page.line({fmt::format(" {} | {:>{}} ", name, file.added + file.removed, digits),
               {std::string(bar.added, '+'), Tone::added},
               {std::string(bar.removed, '-'), Tone::removed}});
  }
  if (report.files.empty()) return page;
  return page.line({fmt::format(" {} changed, {}(+), {}(-)", count_of(report.files.size(), "file"),
                                count_of(added, "insertion"), count_of(removed, "deletion"))});
}

Page diff_names(const DiffReport& report) {
  Page page;
  for (const auto& file : report.files) page.line({file.path.str()});
  return page;
}

Page diff_name_status(const DiffReport& report) {
  Page page;
  for (const auto& file : report.files) {
    const std::string old_path = file.old_path ? file.old_path->str() + "\t" : "";
    page.line({fmt::format("{}\t{}{}", status_letter(file.kind), old_path, file.path.str())});
  }
  return page;
}

}  // namespace ddx::cli::render
