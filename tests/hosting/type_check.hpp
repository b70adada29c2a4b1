#pragma once

#include <string>
#include <vector>

#include "support/fake_hosting.hpp"
#include "support/npm_packages.hpp"

namespace ddx::test {

/// What TypeScript's types say of one kind of exchange.
struct TypedExchange {
  std::string method, path;  ///< a regular expression for all of it, without the query
  std::string answer;        ///< the type of a good answer, without the import; empty: not described
  std::string body = {};     ///< the type of what is sent
};

/// Types of one package's file of declarations.
struct TypeSource {
  std::string package, file;
  std::vector<TypedExchange> exchanges;
};

/// Compiles everything that was said to a fake, and by it, as values of these types. Members may be missing,
/// as a fake says a part of what a server does; unknown ones, and those of another type, are errors.
/// \returns the compiler's errors, and what no type was named for; empty: all is well
[[nodiscard]] std::string type_errors(FakeHosting& fake, const TypeSource& source,
                                      const NpmPackages& packages);

}  // namespace ddx::test
