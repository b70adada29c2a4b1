#include "git/handle.hpp"

#include "git/owned.hpp"

namespace ddx::git {

void FreeRepository::operator()(git_repository* raw) const noexcept { Free<git_repository_free>{}(raw); }
void FreeOdb::operator()(git_odb* raw) const noexcept { Free<git_odb_free>{}(raw); }

Oid from_git(const git_oid& id) {
  std::array<std::uint8_t, 20> bytes{};
  std::copy(std::begin(id.id), std::end(id.id), bytes.begin());
  return Oid(bytes);
}

git_oid to_git(const Oid& id) {
  git_oid raw{};
  std::copy(id.bytes().begin(), id.bytes().end(), std::begin(raw.id));
  return raw;
}

}  // namespace ddx::git
