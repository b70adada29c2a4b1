#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ddx/error.hpp"
#include "ddx/oid.hpp"
#include "support/test_repo.hpp"

namespace ddx::test {

/// An entry of a tree object, with nothing checked.
struct RawEntry {
  std::string mode, name;
  Oid id;
};

[[nodiscard]] Oid write_blob(const TestRepo& repo, const std::string& bytes);
/// Sorted as git sorts.
[[nodiscard]] Oid write_tree(const TestRepo& repo, std::vector<RawEntry> entries);
/// In the order given.
[[nodiscard]] Oid write_unsorted_tree(const TestRepo& repo, const std::vector<RawEntry>& entries);
[[nodiscard]] Oid write_commit(const TestRepo& repo, const Oid& tree);

/// A tree that ddx must refuse as a whole.
struct HostileTree {
  std::string name;
  ErrorCode code;     ///< of the refusal
  std::string shown;  ///< part of the message: the path that is to blame, escaped
  bool git_sends_it;  ///< false where git itself would not serve it, since objects are missing or unreadable
  std::function<Oid(const TestRepo&)> build;
};

/// One of every kind. Each also holds a harmless `README.md`, unless that would blunt it.
[[nodiscard]] const std::vector<HostileTree>& hostile_trees();

}  // namespace ddx::test
