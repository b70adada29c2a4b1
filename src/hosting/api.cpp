#include "hosting/api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "auth/ask.hpp"
#include "auth/authorization.hpp"
#include "ddx/error.hpp"

namespace ddx::hosting {

namespace {

using auth::Platform;

constexpr int most_pages = 40;

/// Names that stand for no account, and show that the password is a token.
bool is_stand_in(const std::string& username) {
  return username.empty() || username.starts_with("x-") || username == "oauth2" ||
         username == "gitlab-ci-token" || username == "private-token";
}

/// What refuses a credential that is good for git only must not make its source forget it.
bool may_be_for_git_only(Platform platform, const Credential& credential) {
  return platform == Platform::gitlab && credential.scheme == Credential::Scheme::basic &&
         !is_stand_in(credential.username);
}

/// Its last header may hold a secret.
struct WipedRequest : net::HttpRequest {
  WipedRequest(const std::string& where, const std::vector<std::string>& lines,
               const std::optional<std::string>& content)
      : net::HttpRequest{where, lines, content} {}
  WipedRequest(const WipedRequest&) = delete;
  ~WipedRequest() {
    if (!headers.empty()) Secret::wipe(headers.back().data(), headers.back().size());
  }
};

bool is_encrypted_or_here(const std::string& url) {
  return url.starts_with("https://") || UpstreamUrl::parse(url + "/").is_loopback();
}

}  // namespace

struct Api::Call {
  std::string method, url;
  std::optional<std::string> body;
};

Api::Api(const Repository& upstream, CredentialProvider& credentials, Host& host,
         const ServiceOptions& options, std::vector<std::string> headers)
    : upstream_(upstream),
      credentials_(credentials),
      host_(host),
      options_(options),
      headers_(std::move(headers)),
      wanted_{upstream.origin, upstream.full_name(), {}} {
  if (!is_encrypted_or_here(upstream_.api) && !host_.allow_insecure_http)
    throw Error(ErrorCode::url_refused,
                fmt::format("cannot use the interface at '{}': a token would be sent to it in the clear",
                            upstream_.api),
                {{Recovery::check_url, upstream_.api}});
}

std::string Api::url_of(const std::string& path) const {
  return path.starts_with('/') ? upstream_.api + path : path;
}

void Api::find_login(bool is_needed) {
  if (!login_ && !std::exchange(was_asked_, true)) login_ = credentials_.next(wanted_);
  if (login_ && upstream_.platform == Platform::bitbucket_cloud &&
      login_->secret.reveal().starts_with("ATATT") && login_->username.find('@') == std::string::npos)
    throw Error(
        ErrorCode::platform_login_refused,
        fmt::format("the interface of '{}' takes the API token from {} with the e-mail address of its "
                    "account only, and that is not known",
                    upstream_.origin.host_and_port(), login_->source),
        {{Recovery::name_account, upstream_.origin.str()}});
  if (login_ || !is_needed) return;
  std::string message = fmt::format("'{}' asks for a login", upstream_.origin.host_and_port());
  if (const auto tried = credentials_.tried(); !tried.empty())
    message += fmt::format(", and there is none ({})", fmt::join(tried, "; "));
  throw Error(ErrorCode::auth_required, message, {{Recovery::log_in, upstream_.origin.host_and_port()}});
}

std::string Api::authorization() const {
  return as_password_ ? auth::basic_authorization(*login_)
                      : auth::api_authorization(upstream_.platform, *login_);
}

Reply Api::exchange(const Call& call) {
  WipedRequest request{call.url, headers_, call.body};
  request.method = call.method;
  if (call.body) request.headers.emplace_back("Content-Type: application/json");
  if (login_) request.headers.push_back(authorization());
  Reply reply;
  reply.answer = auth::ask(request, host_);
  reply.json = parse_json(reply.answer.body);
  return reply;
}

bool Api::retreat(const Reply& refusal) {
  if (!login_) return false;
  const bool takes_passwords =
      upstream_.platform == Platform::gitea || upstream_.platform == Platform::bitbucket_server;
  if (takes_passwords && !as_password_ && login_->scheme == Credential::Scheme::basic &&
      !is_stand_in(login_->username))
    return as_password_ = true;
  if (may_be_for_git_only(upstream_.platform, *login_)) return false;
  const std::string source = login_->source;
  credentials_.rejected(wanted_, *login_);
  as_password_ = was_accepted_ = false;
  login_ = credentials_.next(wanted_);
  if (login_) return true;
  throw_complaint(complaint(refusal), upstream_, source, host_.now());
}

Reply Api::send_once(const Call& call) {
  find_login(call.method != "GET");
  for (;;) {
    Reply reply = exchange(call);
    if (login_ && reply.is_good() && !std::exchange(was_accepted_, true))
      credentials_.accepted(wanted_, *login_);
    const bool has_content = reply.is_good() && reply.status() != 204;
    if (reply.is_good() && !(has_content && reply.json.is_discarded())) return reply;
    const Complaint why = complaint(reply);
    switch (why.kind) {
      case Complaint::Kind::login:
        if (retreat(reply)) continue;
        if (!login_) find_login(true);
        refuse(reply);
      case Complaint::Kind::limit:
      case Complaint::Kind::trouble:
      case Complaint::Kind::moved:
        refuse(reply);
      default:
        return reply;
    }
  }
}

Reply Api::send(const std::string& method, const std::string& path, const Json& body) {
  Call call{method, url_of(path), std::nullopt};
  if (!body.is_null()) call.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return net::with_retries(options_.retries, host_, [&] { return send_once(call); });
}

Json Api::get(const std::string& path) {
  Reply reply = ask(path);
  if (!reply.is_good()) refuse(reply);
  return std::move(reply.json);
}

std::optional<Json> Api::get_unless_gone(const std::string& path) {
  Reply reply = ask(path);
  if (reply.is_good()) return std::move(reply.json);
  const bool is_absent = reply.status() == 404 || reply.status() == 410;
  if (is_absent && complaint(reply).kind != Complaint::Kind::scope) return std::nullopt;
  refuse(reply);
}

Json Api::post(const std::string& path, const Json& body) {
  Reply reply = send("POST", path, body);
  if (!reply.is_good()) refuse(reply);
  return std::move(reply.json);
}

Complaint Api::complaint(const Reply& reply) { return complaint_in(reply, upstream_, host_.now()); }

void Api::refuse(const Reply& reply) {
  const auto now = host_.now();
  throw_complaint(complaint_in(reply, upstream_, now), upstream_, login_ ? login_->source : "", now);
}

Reply Api::walk_pages(std::string path, const NextPage& next, const std::function<bool(const Json&)>& take) {
  const std::string first = path;
  for (int page = 1;; ++page) {
    Reply reply = ask(path);
    if (!reply.is_good() || !take(reply.json) || page == most_pages) return reply;
    path = next(reply);
    const bool is_ours =
        path.starts_with('/') || path.starts_with(upstream_.api + "/") || path.starts_with(first);
    if (!is_ours) return reply;
  }
}

void Api::for_each_page(std::string path, const NextPage& next,
                        const std::function<bool(const Json&)>& take) {
  const Reply last = walk_pages(std::move(path), next, take);
  if (!last.is_good()) refuse(last);
}

bool Api::wait_until(const std::function<bool()>& is_ready) {
  for (int poll = 0;; ++poll) {
    if (is_ready()) return true;
    if (poll >= options_.fork_polls) return false;
    net::wait(options_.fork_poll, host_);
  }
}

std::string next_by_link(const Reply& reply) {
  const std::string links = reply.answer.header("link");
  for (std::size_t start = links.find('<'); start != links.npos; start = links.find('<', start + 1)) {
    const std::size_t end = links.find('>', start);
    if (end == links.npos) break;
    if (links.substr(end, links.find('<', end) - end).find("rel=\"next\"") != links.npos)
      return links.substr(start + 1, end - start - 1);
  }
  return {};
}

}  // namespace ddx::hosting
