#include "cli/render_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "cli/resolving.hpp"
#include "cli/wording.hpp"

namespace ddx::cli::render {

namespace {

Tone tone_of(const Change& change) {
  if (change.change_class == ChangeClass::conflict) return Tone::failure;
  switch (change.kind) {
    case ChangeKind::added:
      return Tone::added;
    case ChangeKind::deleted:
      return Tone::removed;
    case ChangeKind::modified:
    case ChangeKind::renamed:
    case ChangeKind::mode:
      return Tone::hunk;
  }
  return Tone::plain;
}

std::string explanation(ChangeClass change_class) {
  switch (change_class) {
    case ChangeClass::fresh:
    case ChangeClass::updated:
    case ChangeClass::removed:
      return {};
    case ChangeClass::merged:
      return "merged with your edit";
    case ChangeClass::converged:
      return "already the same here";
    case ChangeClass::kept:
      return "your version is kept";
    case ChangeClass::conflict:
      return "conflict";
  }
  return {};
}

std::string group_of(const RelPath& path) {
  const std::string& text = path.str();
  const auto slash = text.find('/');
  return slash == std::string::npos ? "(top folder)" : text.substr(0, slash);
}

}  // namespace

std::string what_happened(ConflictKind kind) {
  switch (kind) {
    case ConflictKind::content:
      return "both sides changed the same lines";
    case ConflictKind::add_add:
      return "both sides added it, differently";
    case ConflictKind::modify_delete:
      return "you changed it, upstream deleted it";
    case ConflictKind::delete_modify:
      return "you deleted it, upstream changed it";
    case ConflictKind::binary:
      return "both sides changed it, and it is no text";
    case ConflictKind::mode:
      return "both sides changed its mode";
    case ConflictKind::symlink:
      return "both sides changed where the link points";
    case ConflictKind::type:
      return "a file on one side is something else on the other";
    case ConflictKind::rename_rename:
      return "both sides renamed it, differently";
    case ConflictKind::rename_delete:
      return "one side renamed it, the other deleted it";
    case ConflictKind::case_only:
      return "two names here differ in upper and lower case only";
    case ConflictKind::submodule:
      return "one side has a repository of its own where the other has files";
  }
  return {};
}

std::string line_ranges(const std::vector<ConflictHunk>& hunks) {
  std::string text;
  for (const auto& hunk : hunks) {
    if (!text.empty()) text += ", ";
    text += hunk.lines > 1 ? fmt::format("{}-{}", hunk.first_line, hunk.first_line + hunk.lines - 1)
                           : std::to_string(hunk.first_line);
  }
  if (text.empty()) return "no markers: take a side";
  return (hunks.size() == 1 && hunks.front().lines <= 1 ? "line " : "lines ") + text;
}

std::size_t list_limit(const Appearance& look) { return look.verbose ? std::string::npos : 40; }

void add_rest(Page& page, std::size_t total, const Appearance& look) {
  const std::size_t limit = list_limit(look);
  if (total <= limit) return;
  page.line(
      {{fmt::format("  {} and {} more (--verbose lists all)", look.ellipsis(), total - limit), Tone::faint}});
}

std::string in_this_locale(std::string summary, const Appearance& look) {
  constexpr std::string_view arrow = "→";
  if (const auto place = summary.find(arrow); place != std::string::npos)
    summary.replace(place, arrow.size(), look.arrow());
  return summary;
}

void add_groups(Page& page, const std::vector<Change>& changes) {
  constexpr const char* verbs[] = {"added", "changed", "deleted", "renamed", "mode changed"};
  std::map<std::string, std::array<std::size_t, std::size(verbs)>> groups;
  std::size_t widest = 0;
  for (const auto& change : changes) {
    const std::string group = group_of(change.path);
    widest = std::max(widest, columns_of(group));
    ++groups[group][static_cast<std::size_t>(change.kind)];
  }
  page.heading("Resources");
  for (const auto& [group, counts] : groups) {
    std::string text;
    for (std::size_t kind = 0; kind < counts.size(); ++kind) {
      if (counts[kind] == 0) continue;
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[kind], verbs[kind]);
    }
    page.line({"  ", padded(group, widest + 2), text});
  }
}

void add_changes(Page& page, const std::vector<Change>& changes, const Appearance& look) {
  page.heading("Changes");
  for (std::size_t i = 0; i < std::min(changes.size(), list_limit(look)); ++i) {
    const Change& change = changes[i];
    std::vector<Span> line{"  ", {padded(std::string(to_string(change.kind)), 10), tone_of(change)}};
    if (change.old_path) line.emplace_back(change.old_path->str() + " " + look.arrow() + " ");
    line.emplace_back(change.path.str());
    if (const std::string why = explanation(change.change_class); !why.empty())
      line.emplace_back("  (" + why + ")",
                        change.change_class == ChangeClass::conflict ? Tone::failure : Tone::faint);
    page.line(std::move(line));
  }
  add_rest(page, changes.size(), look);
}

void add_conflicts(Page& page, const std::vector<Conflict>& conflicts, const Appearance& look) {
  page.heading("Conflicts");
  for (std::size_t i = 0; i < std::min(conflicts.size(), list_limit(look)); ++i) {
    const Conflict& conflict = conflicts[i];
    page.line({"  ", {conflict.path.str(), Tone::failure}, "  ", line_ranges(conflict.hunks)});
    const std::string name =
        conflict.their_path ? fmt::format("; upstream's name is '{}'", conflict.their_path->str()) : "";
    page.line({fmt::format("    {}: {}{}", to_string(conflict.kind), what_happened(conflict.kind), name)});
    if (conflict.changed)
      page.line({"    changed upstream on " + day(conflict.changed->date) + " by ", conflict.changed->author,
                 " in " + conflict.changed->commit.short_str()});
    if (!conflict.note.empty()) page.line({"    " + conflict.note});
    page.line({"    " + ways_to_resolve(conflict)});
  }
  add_rest(page, conflicts.size(), look);
}

}  // namespace ddx::cli::render
