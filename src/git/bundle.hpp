#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ddx/error.hpp"
#include "ddx/oid.hpp"

namespace ddx::git {

struct BundleRef {
  std::string name;
  Oid commit;
};

/// Writes a git bundle (version 2) with these refs: commits without parents, their trees and files.
/// `write` gets the bytes in order; what it throws comes out. \throws Error (repository_damaged)
void write_bundle(const std::filesystem::path& objects_folder, const std::vector<BundleRef>& refs,
                  const std::function<void(std::string_view)>& write);

struct BundleHeader {
  std::vector<BundleRef> refs;
  std::size_t bytes = 0;  ///< where the pack begins
};

/// A header is no longer than this.
constexpr std::size_t longest_bundle_header = 1u << 20;

/// \param start  the first bytes of a bundle, `longest_bundle_header` of them if there are as many
/// \throws Error (bundle_refused) if it is none, or needs objects that it does not hold
[[nodiscard]] BundleHeader read_bundle_header(std::string_view start);

/// A pack from outside, checked and indexed in a folder of its own before anything may use it.
class IncomingPack {
 public:
  /// \param folder  of objects, empty; \param most_objects  a pack with more is refused
  IncomingPack(std::filesystem::path folder, std::uint64_t most_objects);
  ~IncomingPack();

  /// \throws Error (bundle_refused)
  void append(std::string_view bytes);
  /// Every object is hashed and named by what it holds. \throws Error (bundle_refused) if something is
  /// missing
  void finish();
  /// Puts the objects into a repository, durably, as one pack.
  void publish(const std::filesystem::path& objects_folder) const;

 private:
  struct Indexer;
  std::filesystem::path folder_;
  std::uint64_t most_objects_;
  std::unique_ptr<Indexer> indexer_;
  std::string name_;
};

}  // namespace ddx::git
