#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "support/run.hpp"

namespace ddx::test {

/// Packages of npm, with exact versions, in a folder that is kept from one run of the tests to the next.
class NpmPackages {
 public:
  /// The user's own npm gets them, from where it is set up to.
  NpmPackages(const std::filesystem::path& folder, const std::vector<std::string>& packages);

  /// Why they are not here; empty: they are.
  [[nodiscard]] const std::string& missing() const { return missing_; }
  [[nodiscard]] std::filesystem::path path_of(const std::string& package) const;
  [[nodiscard]] std::filesystem::path program(const std::string& name) const;
  /// For these programs.
  [[nodiscard]] static Environment environment();

 private:
  std::filesystem::path folder_;
  std::string missing_;
};

}  // namespace ddx::test
