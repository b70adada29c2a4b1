#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ddx/credential.hpp"
#include "ddx/host.hpp"
#include "hosting/complaint.hpp"
#include "hosting/json.hpp"
#include "hosting/service.hpp"

namespace ddx::hosting {

/// Speaks to one platform's REST interface: sends the credential, to that interface's origin and across no
/// redirect; asks for another one when it is refused; tries again what may pass.
class Api {
 public:
  /// \param headers  `Name: value`, sent with every request
  Api(const Repository& upstream, CredentialProvider& credentials, Host& host, const ServiceOptions& options,
      std::vector<std::string> headers);
  Api(const Api&) = delete;
  ~Api() = default;

  [[nodiscard]] const Repository& upstream() const { return upstream_; }
  [[nodiscard]] const ServiceOptions& options() const { return options_; }
  [[nodiscard]] Host& host() { return host_; }
  /// Whether there was a credential for what was asked last.
  [[nodiscard]] bool has_login() const { return login_.has_value(); }

  /// \param path    below the interface's address, or a whole URL there
  /// \returns a good answer, or one that refuses what was asked (4xx)
  /// \throws Error (auth_required, platform_login_refused, rate_limited, platform_trouble, redirected, …)
  Reply send(const std::string& method, const std::string& path, const Json& body = {});
  Reply ask(const std::string& path) { return send("GET", path); }

  /// The JSON of a good answer. \throws Error for any other, as `refuse`
  Json get(const std::string& path);
  /// The same. \returns nothing where there is nothing (any more), or not for us
  std::optional<Json> get_unless_gone(const std::string& path);
  Json post(const std::string& path, const Json& body);
  /// \throws Error that says why not
  [[noreturn]] void refuse(const Reply& reply);
  [[nodiscard]] Complaint complaint(const Reply& reply);

  using NextPage = std::function<std::string(const Reply&)>;
  /// All pages of a list, each handed to `take`, until it returns false, `next` leads away from the
  /// interface, or there are too many. \param next  where the page behind one is; empty: nowhere \returns the
  /// last answer, which is not a good one where something hinders
  Reply walk_pages(std::string path, const NextPage& next, const std::function<bool(const Json&)>& take);
  /// The same. \throws Error where something hinders, as `refuse`
  void for_each_page(std::string path, const NextPage& next, const std::function<bool(const Json&)>& take);

  /// Asks `is_ready` until it is true, with a pause in between. \returns false when it was given up
  bool wait_until(const std::function<bool()>& is_ready);

 private:
  struct Call;
  Reply send_once(const Call& call);
  Reply exchange(const Call& call);
  [[nodiscard]] std::string url_of(const std::string& path) const;
  void find_login(bool is_needed);
  /// \returns whether there is another way to try
  bool retreat(const Reply& refusal);
  [[nodiscard]] std::string authorization() const;

  Repository upstream_;
  CredentialProvider& credentials_;
  Host& host_;
  ServiceOptions options_;
  std::vector<std::string> headers_;
  CredentialProvider::Request wanted_;
  std::optional<Credential> login_;
  bool was_asked_ = false, was_accepted_ = false;
  bool as_password_ = false;  ///< the credential is sent as git sends it
};

/// The target of `rel="next"` in a header `Link`.
[[nodiscard]] std::string next_by_link(const Reply& reply);

}  // namespace ddx::hosting
