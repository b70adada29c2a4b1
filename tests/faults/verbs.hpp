#pragma once

#include "faults/scene.hpp"

namespace ddx::test {

/// Connects the project to the `upstream` beside it.
void initialise(const std::filesystem::path& project, Host& host);
void pull_offline(const std::filesystem::path& project, Host& host);
void pull_and_commit(const std::filesystem::path& project, Host& host);
/// Ends the open pull with upstream's side of every conflict.
void continue_with_theirs(const std::filesystem::path& project, Host& host);
void abort_now(const std::filesystem::path& project, Host& host);
void roll_back(const std::filesystem::path& project, Host& host);

/// A snapshot, and after it every kind of change that restoring it takes back.
void record_and_change(const std::filesystem::path& project, Host& host);
/// Restores that snapshot. \throws std::runtime_error when the folders are not as they were
void restore_here(const std::filesystem::path& project, Host& host);

}  // namespace ddx::test
