#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "platform/process.hpp"
#include "support/npm_packages.hpp"
#include "support/temp_dir.hpp"

namespace ddx::test {

/// Prism between a client and a server: what does not fit an OpenAPI description, of either side, becomes an
/// answer of 422 or 500, and a line in its log.
class ValidatingProxy {
 public:
  ValidatingProxy(const NpmPackages& packages, const nlohmann::json& description, const std::string& server);

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::string log() const;

 private:
  TempDir folder_;
  int port_ = 0;
  std::unique_ptr<Process> process_;
};

/// A description of these paths, and what they speak of: the whole of GitHub's takes a minute to read.
/// Answers may leave things out, as fakes do; whatever they have must be described, and of the right type.
[[nodiscard]] nlohmann::json part_of(const nlohmann::json& description, const std::set<std::string>& paths);

}  // namespace ddx::test
