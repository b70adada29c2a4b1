#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ddx/credential.hpp"
#include "ddx/host.hpp"
#include "hosting/repository.hpp"
#include "hosting/review_request.hpp"
#include "net/retry.hpp"

namespace ddx::hosting {

/// What the credential may do upstream.
struct Access {
  bool may_push = false;  ///< branches, as far as the platform says: some may still be protected
  bool archived = false;
  std::string default_branch;  ///< empty: not told
  std::string user;  ///< who we are, as the owner of forks (`~user` at Bitbucket Data Center); empty
                     ///< for tokens that belong to nobody
};

/// A branch, and the repository it is in: upstream, or a fork.
struct Branch {
  Repository repository;
  std::string name;
};

struct NewRequest {
  std::string title, body;
  Branch head;
  std::string base;
  bool draft = false;
  bool maintainer_can_modify = true;  ///< of a fork's branch, where the platform asks
};

struct Change {
  std::optional<std::string> title = {}, body = {};
  std::optional<bool> draft = {};
};

struct Created {
  ReviewRequest request;
  bool existed = false;  ///< an open one for the same branches was found
};

/// The interface of the platform that hosts one upstream repository. Every call may go over the network, is
/// tried again where that may help, and waits out limits of up to a minute.
///
/// \throws Error (auth_required; auth_failed; platform_denied, scope_missing, sso_required; rate_limited,
/// platform_trouble; request_refused, nothing_to_merge, repository_archived, quota_exceeded,
/// fork_failed; and those of
/// the network); Interrupted
class Service {
 public:
  Service() = default;
  Service(const Service&) = delete;
  virtual ~Service() = default;

  virtual Access access() = 0;
  /// The requests for one branch of one repository, in any state, newest first; `checks` and `review` are not
  /// asked for. \param base  empty: into any branch
  virtual std::vector<ReviewRequest> find(const Branch& head, const std::string& base) = 0;
  virtual Created create(const NewRequest& request) = 0;
  /// What is left out of the change stays as it is.
  virtual ReviewRequest update(std::int64_t number, const Change& change) = 0;
  /// \returns `ReviewRequest::gone` for one that was deleted
  virtual ReviewRequest read(std::int64_t number) = 0;
  /// The user's own copy of upstream, whatever its name is, as far as it can be found without making one.
  virtual std::optional<Repository> existing_fork() = 0;
  /// The user's own copy of upstream: found or made, ready to be pushed to. It is never brought up to date.
  virtual Repository fork() = 0;
};

struct ServiceOptions {
  net::RetryPolicy retries = {};
  std::chrono::milliseconds fork_poll{2'000};
  int fork_polls = 150;  ///< before it is given up
};

/// \param upstream     from `locate` or `parse_repository`
/// \param credentials  outlives the service, as does the host. It is asked for the origin of the web pages
/// \returns nothing for a platform that is not known
/// \throws Error (url_refused) if the interface would be spoken to without encryption, but on this machine
[[nodiscard]] std::unique_ptr<Service> connect(const Repository& upstream, CredentialProvider& credentials,
                                               Host& host, const ServiceOptions& options = {});

}  // namespace ddx::hosting
