#include "transaction/moves.hpp"

#include <system_error>

namespace ddx {

namespace {

/// \returns false if the mode is not known; then nothing happened
template <class Rename>
bool try_mode(bool& known, Rename rename) {
  if (!known) return false;
  try {
    rename();
  } catch (const std::system_error& error) {
    if (!is_unknown_mode(error)) throw;
    known = false;
  }
  return known;
}

}  // namespace

bool Moves::exchange(const Directory& a_at, const std::string& a, const Directory& b_at,
                     const std::string& b) {
  return try_mode(knows_exchange_, [&] { files_.rename(a_at, a, b_at, b, RenameMode::exchange); });
}

void Moves::put(const Directory& from_at, const std::string& from, const Directory& to_at,
                const std::string& to) {
  if (try_mode(knows_no_replace_, [&] { files_.rename(from_at, from, to_at, to, RenameMode::no_replace); }))
    return;
  const auto there = files_.info(from_at, from);
  if (there && there->type == FileType::folder) {  // the user's; over a file or a folder in use it fails
    files_.rename(from_at, from, to_at, to, RenameMode::replace);
  } else {
    files_.hard_link(from_at, from, to_at, to);
  }
}

}  // namespace ddx
