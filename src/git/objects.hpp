#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/change.hpp"
#include "ddx/oid.hpp"
#include "git/object_stores.hpp"
#include "git/owned.hpp"

struct git_odb;

namespace ddx::git {

enum class ObjectType { commit, tree, blob, tag };

struct RawObject {
  ObjectType type = ObjectType::blob;
  std::string bytes;
};

/// The id that git gives these bytes as a blob. Pure.
[[nodiscard]] Oid hash_blob(std::string_view bytes);

/// Reads objects from several object folders as if they were one: the project's own, and the upstream's.
class Objects final : public ObjectSource {
 public:
  /// Folders that do not exist are left out.
  explicit Objects(const std::vector<std::filesystem::path>& object_folders);

  [[nodiscard]] bool contains(const Oid& id) const override;
  /// Type and size without reading the content. \returns nothing if the object is not here
  struct Header {
    ObjectType type;
    std::uint64_t size_bytes;
  };
  [[nodiscard]] std::optional<Header> header(const Oid& id) const;
  /// \throws Error (repository_damaged) if it is missing, damaged, or does not match its id
  [[nodiscard]] RawObject read(const Oid& id) const;
  [[nodiscard]] std::string blob(const Oid& id) const override;
  [[nodiscard]] std::optional<std::uint64_t> size(const Oid& id) const override;

 private:
  OwnedOdb odb_;
};

struct CommitInfo {
  Oid id, tree;
  std::vector<Oid> parents;
  std::string author, email, message;
  std::chrono::sys_seconds author_date, commit_date;
  int author_zone = 0;     ///< minutes east of UTC
  bool is_signed = false;  ///< with a signature that nobody has checked
  [[nodiscard]] std::string subject() const;
};

/// \throws Error (repository_damaged) if it is missing or cannot be read as a commit
[[nodiscard]] CommitInfo read_commit(const Objects& objects, const Oid& id);

/// Follows annotated tags to what they name.
[[nodiscard]] Oid peel_to_commit(const Objects& objects, const Oid& id);

}  // namespace ddx::git
