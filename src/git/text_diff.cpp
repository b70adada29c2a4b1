#include "git/text_diff.hpp"

#include "base/binary.hpp"
#include "git/handle.hpp"
#include "git/library.hpp"

namespace ddx::git {

namespace {

DiffLine to_line(const git_diff_line& raw) {
  DiffLine line{raw.origin, std::string(raw.content, raw.content_len)};
  if (line.text.ends_with('\n')) {
    line.text.pop_back();
  } else {
    line.no_newline = true;
  }
  return line;
}

DiffHunk to_hunk(const git_diff_hunk& raw) {
  DiffHunk hunk{raw.old_start, raw.old_lines, raw.new_start, raw.new_lines};
  const std::string_view header(raw.header, raw.header_len);
  const std::size_t end = header.find(" @@");
  if (end == header.npos) return hunk;
  std::string_view heading = header.substr(end + 3);
  while (heading.starts_with(' ')) heading.remove_prefix(1);
  while (heading.ends_with('\n')) heading.remove_suffix(1);
  hunk.heading = heading;
  return hunk;
}

}  // namespace

void diff_text(std::string_view before, std::string_view after, int context_lines, DiffFile& file) {
  initialise();
  if (is_binary(before) || is_binary(after)) {
    file.binary = true;
    return;
  }
  git_diff_options options;
  check(git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION), "compare two files");
  options.context_lines = static_cast<std::uint32_t>(context_lines);
  const auto patch = acquire<PatchHandle>(
      "compare two files", git_patch_from_buffers,
      static_cast<const void*>(before.data() ? before.data() : ""), before.size(), "a",
      static_cast<const void*>(after.data() ? after.data() : ""), after.size(), "b", &options);
  for (std::size_t h = 0; h < git_patch_num_hunks(patch.get()); ++h) {
    const git_diff_hunk* raw = nullptr;
    std::size_t lines = 0;
    check(git_patch_get_hunk(&raw, &lines, patch.get(), h), "compare two files");
    DiffHunk hunk = to_hunk(*raw);
    for (std::size_t l = 0; l < lines; ++l) {
      const git_diff_line* line = nullptr;
      check(git_patch_get_line_in_hunk(&line, patch.get(), h, l), "compare two files");
      if (line->origin == GIT_DIFF_LINE_ADDITION) ++file.added;
      if (line->origin == GIT_DIFF_LINE_DELETION) ++file.removed;
      if (line->origin == GIT_DIFF_LINE_CONTEXT || line->origin == GIT_DIFF_LINE_ADDITION ||
          line->origin == GIT_DIFF_LINE_DELETION)
        hunk.lines.push_back(to_line(*line));
    }
    file.hunks.push_back(std::move(hunk));
  }
}

}  // namespace ddx::git
