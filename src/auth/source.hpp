#pragma once

#include <optional>
#include <string>

#include "ddx/credential.hpp"

namespace ddx::auth {

/// One place that credentials come from.
class Source {
 public:
  using Request = CredentialProvider::Request;

  struct Answer {
    std::optional<Credential> credential = {};
    std::string why_not = {};  ///< for people, when there is none: "not set"; empty: not worth a word
  };

  virtual ~Source() = default;
  /// For people: "DDX_TOKEN", "git credential helper".
  [[nodiscard]] virtual std::string name() const = 0;
  /// Looks once. \throws Interrupted
  virtual Answer find(const Request& request) = 0;
  /// The server took what `find` gave.
  virtual void accepted(const Request&, const Credential&) {}
  /// The server answered 401 to it.
  virtual void rejected(const Request&, const Credential&) {}
  /// After a refusal: whether it may find something else now.
  [[nodiscard]] virtual bool may_find_more() const { return false; }
};

}  // namespace ddx::auth
