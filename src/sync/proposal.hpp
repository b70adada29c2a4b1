#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ddx/push.hpp"
#include "hosting/service.hpp"
#include "sync/contribution_records.hpp"
#include "sync/project.hpp"

namespace ddx {

/// What is proposed to the upstream's maintainers.
struct ProposedText {
  std::string title, body;
  std::string branch, target;
};

/// Where a contribution goes: to the upstream or a fork of it; and how it is proposed there, through the
/// interface of the platform that hosts it, by a push alone, or by a person on a page.
class Proposal {
 public:
  /// Asks the platform what we may do, if it is one that ddx knows.
  /// \throws Error (platform_denied where nothing may be pushed and no fork is wanted; repository_archived;
  /// and what `hosting::Service` throws)
  Proposal(Project& project, const PushRequest& request, Host& host);

  /// Of the repository that gets the branch. Of a fork that is still to be made: where it is going to be.
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] bool is_fork() const { return head_ && !(*head_ == *upstream_); }
  /// Goes on with a branch that is at `url`, whatever else would be chosen.
  void go_on_at(const std::string& url);

  /// Makes the fork if there is to be one and there is none.
  void make_place();
  [[nodiscard]] git::FetchOptions push_options() const;
  /// git's push options that open a request where no interface can be spoken to.
  [[nodiscard]] std::vector<std::string> options_for(const ProposedText& text) const;

  /// What became of the request of an earlier contribution. \returns nothing if that is not known
  [[nodiscard]] std::optional<hosting::ReviewRequest> look_up(const ContributionRecord& record) const;
  /// The newest request for a branch there. \returns nothing if there is none, or that is not known
  [[nodiscard]] std::optional<hosting::ReviewRequest> find(const std::string& branch,
                                                           const std::string& target) const;
  [[nodiscard]] RequestState state_of(const hosting::ReviewRequest& request) const;
  /// What `propose` would do.
  [[nodiscard]] std::optional<RequestState> planned(const ProposedText& text) const;
  /// Opens a request, or brings the open one up to date. \param number  of the earlier one; 0: none
  /// \param rewords  whether the texts of one that is open are replaced
  [[nodiscard]] std::optional<RequestState> propose(const ProposedText& text, std::int64_t number,
                                                    bool rewords);

 private:
  void connect();
  std::optional<hosting::Access> look_around();
  void choose_place(const hosting::Access& access);
  [[nodiscard]] RequestState link(const ProposedText& text) const;

  Project& project_;
  const PushRequest& request_;
  Host& host_;
  std::unique_ptr<CredentialProvider> web_credentials_;  ///< of an upstream that is reached by ssh
  std::optional<hosting::Repository> upstream_, head_;   ///< none: no platform that ddx knows
  std::unique_ptr<hosting::Service> service_;            ///< none: no interface, or no login for it
  bool needs_fork_ = false;
  std::string url_;
};

/// Names as in `RequestState` and `ContributionState`.
[[nodiscard]] std::string name_of(hosting::ReviewRequest::State state);
[[nodiscard]] std::string name_of(hosting::ReviewRequest::Review review);
[[nodiscard]] std::string name_of(hosting::Checks::State state);

}  // namespace ddx
