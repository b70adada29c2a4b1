#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/object_stores.hpp"
#include "sync/contribution.hpp"

namespace ddx {

/// `Update prompts/greet.md`, `Add 2 and update 3 files in prompts`: what changed, for a commit's first line.
[[nodiscard]] std::string subject_for(const std::map<RelPath, ContributedFile>& files);

/// The message with its trailers: `Signed-off-by` where asked for, and `Ddx-Change-Id`. A change id that the
/// message has already is replaced. \param message    at least one line \param change_id  empty: none
[[nodiscard]] std::string with_trailers(std::string_view message, const std::string& change_id,
                                        const git::Identity* signer);

/// What a message says after its subject, without its trailers; where that is nothing, what changed.
[[nodiscard]] std::string body_for(std::string_view message, const std::map<RelPath, ContributedFile>& files);

/// The subjects of these commits, a line each.
[[nodiscard]] std::string list_of(const std::vector<OutgoingCommit>& commits);

/// The change id in a message's trailers. \returns nothing if there is none
[[nodiscard]] std::optional<std::string> change_id_of(std::string_view message);

/// A change id made from what is contributed: the same for the same contribution, in every run.
[[nodiscard]] std::string make_change_id(const Oid& parent, const Oid& tree, std::string_view message,
                                         const git::Identity& author);

/// Letters and digits in lower case, everything else a '-'; at most 40 characters. For names of branches.
[[nodiscard]] std::string slug(std::string_view text);

/// `ddx/{user}/{topic}` with its words filled in. \throws Error (usage) if git would not accept the result
[[nodiscard]] std::string branch_name(const std::string& pattern, const git::Identity& user,
                                      std::string_view subject);

}  // namespace ddx
