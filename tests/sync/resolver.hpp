#pragma once

#include "ddx/resolve.hpp"
#include "world.hpp"

namespace ddx::test {

// A text that both sides changed in two of the same places, and upstream in a third.
inline const std::string base = "a\nline 1\nline 2\nline 3\nline 4\nb\nline 5\nline 6\nline 7\nline 8\nc\n";
inline const std::string mine =
    "MINE a\nline 1\nline 2\nline 3\nline 4\nb\nline 5\nline 6\nline 7\nline 8\nMINE c\n";
inline const std::string theirs =
    "THEIRS a\nline 1\nline 2\nline 3\nline 4\nTHEIRS b\nline 5\nline 6\nline 7\nline 8\nTHEIRS c\n";

/// Resolves the conflicts of a world's open pull.
struct Resolver {
  World& world;

  ResolveReport operator()(Resolution resolution, const std::vector<std::string>& paths = {}) const {
    return resolve(world.workspace(), {paths, resolution}, world.host);
  }
  ResolveReport write(const std::string& path, const std::string& bytes) const {
    const auto seen = conflict_detail(world.workspace(), RelPath::parse(path), world.host).now;
    return resolve_with(world.workspace(), {RelPath::parse(path), bytes, seen, "tool", "by tool"},
                        world.host);
  }
  [[nodiscard]] PendingConflicts list(const std::vector<std::string>& paths = {}) const {
    return pending_conflicts(world.workspace(), paths, world.host);
  }
  /// "path: how"
  [[nodiscard]] Lines decisions() const {
    Lines found;
    for (const PendingConflict& conflict : list().conflicts)
      found.push_back(conflict.conflict.path.str() + ": " + conflict.decided);
    return found;
  }
};

/// A project whose only conflict has two hunks.
inline void open_text(World& world) {
  world.start({{"text.md", base}});
  world.write("text.md", mine);
  world.move_upstream({{"text.md", theirs}});
  world.pull();
}

/// What `open_text` merges to, with these lines for its hunks.
inline std::string with_hunks(const std::string& first, const std::string& last) {
  return first + "line 1\nline 2\nline 3\nline 4\nTHEIRS b\nline 5\nline 6\nline 7\nline 8\n" + last;
}

}  // namespace ddx::test
