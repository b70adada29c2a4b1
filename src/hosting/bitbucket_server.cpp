#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "ddx/error.hpp"
#include "hosting/api.hpp"
#include "hosting/encode.hpp"
#include "hosting/platforms.hpp"
#include "hosting/request_words.hpp"
#include "hosting/verdict.hpp"

namespace ddx::hosting {

namespace {

using Review = ReviewRequest::Review;

constexpr std::string_view branches = "refs/heads/";

std::string repository_path(const Repository& repository) {
  return fmt::format("/projects/{}/repos/{}", encoded(repository.owner), encoded(repository.name));
}

/// What stands for a project in paths and URLs. Keys of personal ones are `~` and the name in capitals.
std::string owner_in(const Json& repository) {
  const std::string key = text_at(repository, "/project/key");
  return key.starts_with('~') ? fold_case(key) : key;
}

bool is_at(const Json& repository, const Repository& expected) {
  return fold_case(owner_in(repository) + "/" + text_at(repository, "/slug")) ==
         fold_case(expected.full_name());
}

std::string branch_in(const Json& ref) {
  const std::string id = text_at(ref, "/id");
  return id.starts_with(branches) ? id.substr(branches.size()) : text_at(ref, "/displayId");
}

Json ref_of(const Branch& branch) {
  return {
      {"id", std::string(branches) + branch.name},
      {"repository", {{"slug", branch.repository.name}, {"project", {{"key", branch.repository.owner}}}}}};
}

ReviewRequest request_in(const Json& json, const Repository& upstream) {
  static const RequestWords words{"/id", {"OPEN"}, {"MERGED"}, {"DECLINED"}};
  ReviewRequest request = words.begin(json, upstream);
  const Json& source = value_at(json, "/fromRef/repository");
  request.url = text_at(json, "/links/self/0/href");
  request.draft = is_true_at(json, "/draft");
  request.title = text_at(json, "/title");
  request.body = text_at(json, "/description");
  request.head = branch_in(value_at(json, "/fromRef"));
  if (source.is_object()) request.head_repository = owner_in(source) + "/" + text_at(source, "/slug");
  request.base = branch_in(value_at(json, "/toRef"));
  request.head_commit = text_at(json, "/fromRef/latestCommit");
  request.merge_commit = text_at(json, "/properties/mergeCommit/id");
  return request;
}

Checks::State state_of_build(const std::string& state) {
  if (state == "INPROGRESS" || state == "UNKNOWN") return Checks::State::pending;
  return state == "SUCCESSFUL" ? Checks::State::passed : Checks::State::failed;
}

Review review_of(const Json& json) {
  Opinions opinions;
  for (const Json& reviewer : list_at(json, "/reviewers")) {
    const std::string status = text_at(reviewer, "/status"), who = text_at(reviewer, "/user/name");
    opinions.say(who, status == "APPROVED"     ? Review::approved
                      : status == "NEEDS_WORK" ? Review::changes_requested
                                               : Review::pending);
  }
  return opinions.verdict();
}

bool is_out_of_date(const Reply& reply) {
  return reply.status() == 409 &&
         text_at(reply.json, "/errors/0/exceptionName").find("OutOfDate") != std::string::npos;
}

class BitbucketServer : public Service {
 public:
  BitbucketServer(const Repository& upstream, CredentialProvider& credentials, Host& host,
                  const ServiceOptions& options)
      : api_(upstream, credentials, host, options,
             {"Accept: application/json", "X-Atlassian-Token: no-check"}) {}

  Access access() override;
  std::vector<ReviewRequest> find(const Branch& head, const std::string& base) override;
  Created create(const NewRequest& request) override;
  ReviewRequest update(std::int64_t number, const Change& change) override;
  ReviewRequest read(std::int64_t number) override;
  std::optional<Repository> existing_fork() override;
  Repository fork() override;

 private:
  [[nodiscard]] const Repository& upstream() const { return api_.upstream(); }
  [[nodiscard]] std::string request_path(std::int64_t number) const {
    return fmt::format("{}/pull-requests/{}", repository_path(upstream()), number);
  }
  /// \returns the last answer, which is not a good one where something hinders
  Reply each(const std::string& path, const std::function<bool(const Json&)>& take);
  bool may_push(const std::string& name);
  std::string default_branch();
  [[nodiscard]] std::string builds_of(const std::string& commit) const;
  Reply change_to(std::int64_t number, const Json& before, const Change& change);
  std::optional<Repository> fork_of(const std::string& mine);
  Repository fork_in(const Json& json) const;

  Api api_;
};

Reply BitbucketServer::each(const std::string& path, const std::function<bool(const Json&)>& take) {
  std::int64_t start = 0;
  const auto next = [&](const Reply& reply) {
    const std::int64_t behind = number_at(reply.json, "/nextPageStart");
    if (is_true_at(reply.json, "/isLastPage") || behind <= start) return std::string();
    start = behind;
    return fmt::format("{}&start={}", path, start);
  };
  return api_.walk_pages(
      path, next, [&](const Json& page) { return std::ranges::all_of(list_at(page, "/values"), take); });
}

/// Who asks is in a header of every answer, as the owner of personal repositories.
std::string user_in(const Reply& reply) {
  const std::string name = percent_decoded(reply.answer.header("x-ausername")).value_or("");
  return name.empty() ? "" : "~" + fold_case(name);
}

bool BitbucketServer::may_push(const std::string& name) {
  bool found = false;
  each(fmt::format("/repos?permission=REPO_WRITE&limit=100&name={}&projectkey={}", encoded(name),
                   encoded(upstream().owner)),
       [&](const Json& json) { return !(found = is_at(json, upstream())); });
  return found;
}

std::string BitbucketServer::default_branch() {
  const Reply reply = api_.ask(repository_path(upstream()) + "/default-branch");
  return reply.is_good() ? branch_in(reply.json) : "";
}

Access BitbucketServer::access() {
  const Reply reply = api_.ask(repository_path(upstream()));
  if (!reply.is_good()) api_.refuse(reply);
  const std::string user = user_in(reply);
  return {!user.empty() && may_push(text_at(reply.json, "/name")), is_true_at(reply.json, "/archived"),
          default_branch(), user};
}

std::vector<ReviewRequest> BitbucketServer::find(const Branch& head, const std::string& base) {
  std::vector<ReviewRequest> found;
  const std::string path =
      fmt::format("{}/pull-requests?direction=OUTGOING&state=ALL&order=NEWEST&limit=50&at={}",
                  repository_path(head.repository), encoded(std::string(branches) + head.name));
  const Reply last = each(path, [&](const Json& json) {
    ReviewRequest request = request_in(json, upstream());
    const bool fits = is_at(value_at(json, "/toRef/repository"), upstream()) && request.head == head.name;
    if (fits && (base.empty() || request.base == base)) found.push_back(std::move(request));
    return true;
  });
  if (!last.is_good()) api_.refuse(last);
  return found;
}

Created BitbucketServer::create(const NewRequest& request) {
  Json body{{"title", request.title},
            {"description", request.body},
            {"fromRef", ref_of(request.head)},
            {"toRef", ref_of({upstream(), request.base})}};
  if (request.draft) body["draft"] = true;
  const Reply reply = api_.send("POST", repository_path(upstream()) + "/pull-requests", body);
  if (!reply.is_good()) {
    const Json& twin = value_at(reply.json, "/errors/0/existingPullRequest");
    if (api_.complaint(reply).kind == Complaint::Kind::duplicate && twin.is_object())
      return {request_in(twin, upstream()), true};
    api_.refuse(reply);
  }
  const ReviewRequest made = request_in(reply.json, upstream());
  if (request.draft && !made.draft)
    api_.host().events.note(
        fmt::format("'{}' has no drafts; the pull request is opened as ready", upstream().full_name()));
  return {made};
}

/// Reviewers that are left out are taken away.
Reply BitbucketServer::change_to(std::int64_t number, const Json& before, const Change& change) {
  Json reviewers = Json::array();
  for (const Json& reviewer : list_at(before, "/reviewers"))
    reviewers.push_back({{"user", {{"name", text_at(reviewer, "/user/name")}}}});
  Json body{{"version", number_at(before, "/version")},
            {"title", change.title.value_or(text_at(before, "/title"))},
            {"description", change.body.value_or(text_at(before, "/description"))},
            {"reviewers", std::move(reviewers)}};
  if (change.draft) body["draft"] = *change.draft;
  return api_.send("PUT", request_path(number), body);
}

ReviewRequest BitbucketServer::update(std::int64_t number, const Change& change) {
  Json before = api_.get(request_path(number));
  if (!change.title && !change.body && !change.draft) return request_in(before, upstream());
  Reply reply = change_to(number, before, change);
  if (is_out_of_date(reply)) {  // somebody was faster
    before = api_.get(request_path(number));
    reply = change_to(number, before, change);
  }
  if (!reply.is_good()) api_.refuse(reply);
  return request_in(reply.json, upstream());
}

/// Another interface beside this one.
std::string BitbucketServer::builds_of(const std::string& commit) const {
  const std::string& api = upstream().api;
  const std::size_t rest = std::min(api.rfind("/rest/api/"), api.size());
  return fmt::format("{}/rest/build-status/latest/commits/{}?limit=100", api.substr(0, rest),
                     encoded(commit));
}

ReviewRequest BitbucketServer::read(std::int64_t number) {
  const auto json = api_.get_unless_gone(request_path(number));
  if (!json) return ReviewRequest::gone(number);
  ReviewRequest request = request_in(*json, upstream());
  std::vector<Checks::Check>& checks = request.checks.list;
  const Reply last = each(builds_of(request.head_commit), [&](const Json& build) {
    const std::string name = text_at(build, "/name");
    checks.push_back({name.empty() ? text_at(build, "/key") : name, state_of_build(text_at(build, "/state")),
                      text_at(build, "/url")});
    return true;
  });
  if (last.is_good() || !checks.empty()) request.checks.state = state_of(checks);
  request.review = review_of(*json);
  return request;
}

Repository BitbucketServer::fork_in(const Json& json) const {
  return upstream().sibling(owner_in(json), text_at(json, "/slug"));
}

std::optional<Repository> BitbucketServer::fork_of(const std::string& mine) {
  const Reply reply = api_.ask(repository_path(upstream().sibling(mine, upstream().name)));
  if (reply.is_good() && is_at(value_at(reply.json, "/origin"), upstream())) return fork_in(reply.json);
  std::optional<Repository> found;
  each(repository_path(upstream()) + "/forks?limit=100", [&](const Json& json) {
    if (owner_in(json) == mine) found = fork_in(json);
    return !found;
  });
  return found;
}

std::optional<Repository> BitbucketServer::existing_fork() {
  const Reply known = api_.ask(repository_path(upstream()));
  if (!known.is_good()) api_.refuse(known);
  const std::string me = user_in(known);
  return me.empty() ? std::nullopt : fork_of(me);
}

Repository BitbucketServer::fork() {
  if (const auto found = existing_fork()) return *found;
  Reply reply = api_.send("POST", repository_path(upstream()), Json::object());
  if (reply.status() == 409)  // something else of the user's has the name
    reply = api_.send("POST", repository_path(upstream()), {{"name", upstream().name + "-fork"}});
  if (!reply.is_good()) api_.refuse(reply);
  if (const Repository made = fork_in(reply.json); !made.owner.empty() && !made.name.empty()) return made;
  throw Error(ErrorCode::platform_trouble,
              fmt::format("'{}' does not say where the fork is", upstream().origin.host_and_port()),
              {{Recovery::retry}});
}

}  // namespace

std::unique_ptr<Service> connect_bitbucket_server(const Repository& upstream, CredentialProvider& credentials,
                                                  Host& host, const ServiceOptions& options) {
  return std::make_unique<BitbucketServer>(upstream, credentials, host, options);
}

}  // namespace ddx::hosting
