#include "sync/proposal.hpp"

#include <fmt/format.h>

#include "auth/make_chain.hpp"
#include "ddx/error.hpp"
#include "git/http_settings.hpp"
#include "hosting/links.hpp"
#include "hosting/push_options.hpp"

namespace ddx {

using hosting::ReviewRequest;
using Fork = Contribute::Fork;

std::string name_of(ReviewRequest::State state) {
  switch (state) {
    case ReviewRequest::State::open:
      return "open";
    case ReviewRequest::State::merged:
      return "merged";
    case ReviewRequest::State::closed:
      return "closed";
  }
  return {};
}

std::string name_of(ReviewRequest::Review review) {
  using Review = ReviewRequest::Review;
  switch (review) {
    case Review::none:
      return "none";
    case Review::unknown:
      return "unknown";
    case Review::pending:
      return "pending";
    case Review::approved:
      return "approved";
    case Review::changes_requested:
      return "changes-requested";
  }
  return {};
}

std::string name_of(hosting::Checks::State state) {
  using State = hosting::Checks::State;
  switch (state) {
    case State::none:
      return "none";
    case State::unknown:
      return "unknown";
    case State::pending:
      return "pending";
    case State::passed:
      return "passed";
    case State::failed:
      return "failed";
  }
  return {};
}

Proposal::Proposal(Project& project, const PushRequest& request, Host& host)
    : project_(project), request_(request), host_(host), url_(project.config.url.str()) {
  if (request.network == Network::online && !request.as_patch) connect();
}

void Proposal::connect() {
  const git::FetchOptions options = project_.fetch_options();
  upstream_ = hosting::locate(options.place(), host_);
  if (!upstream_) return;
  head_ = upstream_;
  const Fork fork = request_.fork.value_or(project_.config.contribute.fork);
  if (!request_.open_request && fork == Fork::never) return;
  CredentialProvider* credentials = options.credentials;
  if (credentials == nullptr) {
    web_credentials_ =
        auth::make_chain({upstream_->origin, project_.workspace.project_root, options.settings}, host_);
    credentials = web_credentials_.get();
  }
  service_ = hosting::connect(*upstream_, *credentials, host_);
  if (!service_) return;
  const auto access = look_around();
  if (!access) {
    service_.reset();
    return;
  }
  if (access->archived)
    throw Error(ErrorCode::repository_archived,
                fmt::format("'{}' is archived and takes no contributions", hosting::web_url(*upstream_)),
                {{Recovery::tell_upstream}});
  choose_place(*access);
}

/// \returns nothing where nobody is logged in: git's own login decides then what may be pushed
std::optional<hosting::Access> Proposal::look_around() {
  try {
    hosting::Access access = service_->access();
    if (access.user.empty() && !access.may_push) return std::nullopt;
    return access;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::auth_required) return std::nullopt;
    throw;
  }
}

void Proposal::choose_place(const hosting::Access& access) {
  const Fork fork = request_.fork.value_or(project_.config.contribute.fork);
  if (fork == Fork::never && !access.may_push)
    throw Error(ErrorCode::platform_denied,
                fmt::format("'{}' may not push to '{}', and no fork is wanted", access.user,
                            hosting::web_url(*upstream_)),
                {{Recovery::allow_fork}});
  needs_fork_ = fork == Fork::always || (fork == Fork::automatic && !access.may_push);
  if (!needs_fork_ || access.user.empty()) return;
  head_ = service_->existing_fork().value_or(upstream_->sibling(access.user, upstream_->name));
  url_ = hosting::clone_url_like(*head_, project_.config.url);
}

void Proposal::go_on_at(const std::string& url) {
  if (url == url_) return;
  url_ = url;
  needs_fork_ = false;
  if (upstream_)
    head_ = hosting::parse_repository(UpstreamUrl::parse(url), upstream_->platform, upstream_->api);
}

void Proposal::make_place() {
  if (!needs_fork_) return;
  head_ = service_->fork();
  url_ = hosting::clone_url_like(*head_, project_.config.url);
  needs_fork_ = false;
}

git::FetchOptions Proposal::push_options() const {
  git::FetchOptions options = project_.fetch_options();
  options.url = UpstreamUrl::parse(url_);
  const std::string place = git::rewritten_push_url(*project_.user_settings, url_);
  options.instead = place == url_ ? std::nullopt : std::optional(UpstreamUrl::parse(place));
  return options;
}

std::vector<std::string> Proposal::options_for(const ProposedText& text) const {
  if (!upstream_ || service_ || !request_.open_request) return {};
  return hosting::request_by_push(upstream_->platform, {text.target, text.title, text.body, request_.draft});
}

std::optional<ReviewRequest> Proposal::look_up(const ContributionRecord& record) const {
  if (!service_ || record.request.number == 0) return std::nullopt;
  ReviewRequest request = service_->read(record.request.number);
  if (request.url.empty()) request.url = record.request.url;
  return request;
}

std::optional<ReviewRequest> Proposal::find(const std::string& branch, const std::string& target) const {
  if (!service_ || !head_) return std::nullopt;
  const auto requests = service_->find({*head_, branch}, target);
  return requests.empty() ? std::nullopt : std::optional(requests.front());
}

RequestState Proposal::link(const ProposedText& text) const {
  RequestState state;
  state.platform = auth::key_of(upstream_->platform);
  state.url =
      hosting::new_request_link(*upstream_, {*head_, text.branch, text.target, text.title, text.body});
  state.state = "none";
  state.title = text.title;
  return state;
}

RequestState Proposal::state_of(const ReviewRequest& request) const {
  return {auth::key_of(upstream_->platform),
          request.number,
          request.url,
          name_of(request.state),
          request.draft,
          false,
          request.title};
}

std::optional<RequestState> Proposal::planned(const ProposedText& text) const {
  if (!upstream_ || !head_ || !request_.open_request) return std::nullopt;
  if (!service_) return link(text);
  RequestState state;
  state.platform = auth::key_of(upstream_->platform);
  state.state = "planned";
  state.draft = request_.draft;
  state.title = text.title;
  return state;
}

std::optional<RequestState> Proposal::propose(const ProposedText& text, std::int64_t number, bool rewords) {
  if (!upstream_ || !head_ || !request_.open_request) return std::nullopt;
  if (!service_) return link(text);
  if (number != 0) {
    const ReviewRequest known = service_->read(number);
    if (known.state == ReviewRequest::State::open)
      return state_of(rewords ? service_->update(number, {text.title, text.body, {}}) : known);
  }
  const hosting::Created made =
      service_->create({text.title, text.body, {*head_, text.branch}, text.target, request_.draft});
  RequestState state = state_of(made.request);
  state.created = !made.existed;
  return state;
}

}  // namespace ddx
