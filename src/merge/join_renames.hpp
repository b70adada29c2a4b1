#pragma once

#include <vector>

#include "git/objects.hpp"
#include "merge/ours.hpp"
#include "merge/row.hpp"

namespace ddx {

/// Makes one row of a file's two names where theirs or ours renamed it, so that it is merged at its new
/// place. Ours is searched for new names only when a file is gone here that theirs changed. Where the new
/// name is taken on the other side, the rows stay apart: each name then is a conflict of its own. \param rows
/// all of theirs against `lock`
void join_renames(std::vector<Row>& rows, const Lock& lock, Ours& ours, const git::Objects& objects);

}  // namespace ddx
