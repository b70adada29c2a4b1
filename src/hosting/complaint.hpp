#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "hosting/json.hpp"
#include "hosting/repository.hpp"
#include "net/whole_answer.hpp"

namespace ddx::hosting {

/// An answer of a platform's interface, and its body as JSON: discarded where it is none.
struct Reply {
  net::WholeAnswer answer;
  Json json;

  [[nodiscard]] long status() const { return answer.status; }
  [[nodiscard]] bool is_good() const { return answer.status / 100 == 2; }
};

/// Why a platform does not do what it was asked to.
struct Complaint {
  enum class Kind {
    login,             ///< it does not take the credential
    access,            ///< not found, or not for us
    scope,             ///< the token lacks one; `subject` names it
    sso,               ///< an organization has to agree to the token; `subject` is the page for it
    limit,             ///< asked too often; `wait` says how long to stay away
    trouble,           ///< of the server's own, or nothing of the platform answered at all
    moved,             ///< `subject` says where to
    duplicate,         ///< there is an open request for these branches
    nothing_to_merge,  ///< the branch has no commit that the other one lacks
    archived,
    quota,
    refused,  ///< anything else
  };

  Kind kind = Kind::refused;
  std::string said = {};  ///< the server's words, one line, harmless for a terminal and without secrets
  std::string subject = {};
  std::optional<std::chrono::seconds> wait = {};
};

/// Reads an answer that is not a good one.
/// \param repository  that was spoken about: words in its name say nothing
/// \param now  what `wait` is counted from
[[nodiscard]] Complaint complaint_in(const Reply& reply, const Repository& repository,
                                     std::chrono::system_clock::time_point now);

/// Throws a complaint as what a user is told. \param what  was tried: "open a pull request at 'github.com'"
/// \throws net::PassingError for limits and trouble, Error for everything else
[[noreturn]] void throw_complaint(const Complaint& complaint, const Repository& repository,
                                  const std::string& login, std::chrono::system_clock::time_point now);

}  // namespace ddx::hosting
