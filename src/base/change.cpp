#include "ddx/change.hpp"

#include <fmt/format.h>

namespace ddx {

std::string to_string(Mode mode) { return fmt::format("{:o}", static_cast<std::uint32_t>(mode)); }

std::optional<Mode> parse_mode(std::string_view text) {
  for (const Mode mode : {Mode::file, Mode::executable, Mode::link}) {
    if (text == to_string(mode)) return mode;
  }
  return std::nullopt;
}

std::string_view to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "added";
    case ChangeKind::modified:
      return "modified";
    case ChangeKind::deleted:
      return "deleted";
    case ChangeKind::renamed:
      return "renamed";
    case ChangeKind::mode:
      return "mode";
  }
  return {};
}

std::string_view to_string(ChangeClass change_class) {
  switch (change_class) {
    case ChangeClass::fresh:
      return "new";
    case ChangeClass::updated:
      return "updated";
    case ChangeClass::merged:
      return "merged";
    case ChangeClass::converged:
      return "converged";
    case ChangeClass::kept:
      return "kept";
    case ChangeClass::conflict:
      return "conflict";
    case ChangeClass::removed:
      return "removed";
  }
  return {};
}

std::string_view to_string(ConflictKind kind) {
  switch (kind) {
    case ConflictKind::content:
      return "content";
    case ConflictKind::add_add:
      return "add-add";
    case ConflictKind::modify_delete:
      return "modify-delete";
    case ConflictKind::delete_modify:
      return "delete-modify";
    case ConflictKind::binary:
      return "binary";
    case ConflictKind::mode:
      return "mode";
    case ConflictKind::symlink:
      return "symlink";
    case ConflictKind::type:
      return "type";
    case ConflictKind::rename_rename:
      return "rename-rename";
    case ConflictKind::rename_delete:
      return "rename-delete";
    case ConflictKind::case_only:
      return "case";
    case ConflictKind::submodule:
      return "submodule";
  }
  return {};
}

}  // namespace ddx
