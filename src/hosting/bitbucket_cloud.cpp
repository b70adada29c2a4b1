#include <fmt/format.h>

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

std::string repository_path(const Repository& repository) {
  return fmt::format("/repositories/{}/{}", encoded(repository.owner), encoded(repository.name));
}

bool is_at(const Json& repository, const Repository& expected) {
  return fold_case(text_at(repository, "/full_name")) == fold_case(expected.full_name());
}

/// A text of the language of filters.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

ReviewRequest request_in(const Json& json, const Repository& upstream) {
  static const RequestWords words{"/id", {"OPEN", "DRAFT", "QUEUED"}, {"MERGED"}, {"DECLINED", "SUPERSEDED"}};
  ReviewRequest request = words.begin(json, upstream);
  request.url = text_at(json, "/links/html/href");
  request.draft = is_true_at(json, "/draft");
  request.title = text_at(json, "/title");
  request.body = text_at(json, "/description");
  request.head = text_at(json, "/source/branch/name");
  request.head_repository = text_at(json, "/source/repository/full_name");
  request.base = text_at(json, "/destination/branch/name");
  request.head_commit = text_at(json, "/source/commit/hash");
  request.merge_commit = text_at(json, "/merge_commit/hash");
  return request;
}

Checks::State state_of_status(const std::string& state) {
  if (state == "INPROGRESS") return Checks::State::pending;
  return state == "SUCCESSFUL" ? Checks::State::passed : Checks::State::failed;
}

Review review_of(const Json& json) {
  Opinions opinions;
  for (const Json& reviewer : list_at(json, "/reviewers")) opinions.forget(text_at(reviewer, "/uuid"));
  for (const Json& participant : list_at(json, "/participants")) {
    const std::string state = text_at(participant, "/state"), who = text_at(participant, "/user/uuid");
    if (state == "changes_requested")
      opinions.say(who, Review::changes_requested);
    else if (state == "approved" || is_true_at(participant, "/approved"))
      opinions.say(who, Review::approved);
  }
  return opinions.verdict();
}

std::string next_in_body(const Reply& reply) { return text_at(reply.json, "/next"); }

class BitbucketCloud : public Service {
 public:
  BitbucketCloud(const Repository& upstream, CredentialProvider& credentials, Host& host,
                 const ServiceOptions& options)
      : api_(upstream, credentials, host, options, {"Accept: application/json"}) {}

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
    return fmt::format("{}/pullrequests/{}", repository_path(upstream()), number);
  }
  bool may_push();
  std::vector<ReviewRequest> listed(const Branch& head, const std::string& base, const char* states);
  Checks checks_of(std::int64_t number);
  std::optional<Repository> fork_in(const std::string& workspace);
  Reply copy_to(const std::string& workspace, const std::string& name);
  void wait_for(const Repository& fork, const std::string& branch);

  Api api_;
};

/// The question for somebody's permissions over all workspaces was taken away (CHANGE-2770).
bool BitbucketCloud::may_push() {
  const std::string filter = "full_name=" + quoted(upstream().full_name());
  const Reply reply = api_.ask(
      fmt::format("/repositories/{}?role=contributor&q={}", encoded(upstream().owner), encoded(filter)));
  for (const Json& json : list_at(reply.json, "/values"))
    if (reply.is_good() && is_at(json, upstream())) return true;
  return false;
}

Access BitbucketCloud::access() {
  const Json json = api_.get(repository_path(upstream()));
  Access access{false, false, text_at(json, "/mainbranch/name"), {}};
  if (!api_.has_login()) return access;
  const Reply who = api_.ask("/user");  // tokens of repositories and workspaces belong to nobody
  if (who.is_good()) access.user = text_at(who.json, "/username");
  access.may_push = may_push();
  if (!access.may_push && api_.complaint(who).kind == Complaint::Kind::scope) api_.refuse(who);
  return access;
}

std::vector<ReviewRequest> BitbucketCloud::listed(const Branch& head, const std::string& base,
                                                  const char* states) {
  std::string filter = "source.branch.name=" + quoted(head.name);
  if (!base.empty()) filter += " AND destination.branch.name=" + quoted(base);
  std::vector<ReviewRequest> found;
  const std::string path = fmt::format("{}/pullrequests?{}&sort=-created_on&pagelen=50&q={}",
                                       repository_path(upstream()), states, encoded(filter));
  api_.for_each_page(path, next_in_body, [&](const Json& page) {
    for (const Json& json : list_at(page, "/values"))
      if (is_at(value_at(json, "/source/repository"), head.repository))
        found.push_back(request_in(json, upstream()));
    return true;
  });
  return found;
}

std::vector<ReviewRequest> BitbucketCloud::find(const Branch& head, const std::string& base) {
  return listed(head, base, "state=OPEN&state=MERGED&state=DECLINED&state=SUPERSEDED");
}

/// What comes of a second request for the same branches is not documented.
Created BitbucketCloud::create(const NewRequest& request) {
  for (const ReviewRequest& found : listed(request.head, request.base, "state=OPEN")) return {found, true};
  Json body{{"title", request.title},
            {"description", request.body},
            {"source", {{"branch", {{"name", request.head.name}}}}},
            {"destination", {{"branch", {{"name", request.base}}}}},
            {"draft", request.draft}};
  if (request.head.repository != upstream())
    body["source"]["repository"] = {{"full_name", request.head.repository.full_name()}};
  return {request_in(api_.post(repository_path(upstream()) + "/pullrequests", body), upstream())};
}

/// What a change leaves out is lost, reviewers too.
ReviewRequest BitbucketCloud::update(std::int64_t number, const Change& change) {
  const Json before = api_.get(request_path(number));
  if (!change.title && !change.body && !change.draft) return request_in(before, upstream());
  Json reviewers = Json::array();
  for (const Json& reviewer : list_at(before, "/reviewers"))
    reviewers.push_back({{"uuid", text_at(reviewer, "/uuid")}});
  const Json body{{"title", change.title.value_or(text_at(before, "/title"))},
                  {"description", change.body.value_or(text_at(before, "/description"))},
                  {"draft", change.draft.value_or(is_true_at(before, "/draft"))},
                  {"close_source_branch", is_true_at(before, "/close_source_branch")},
                  {"destination", {{"branch", {{"name", text_at(before, "/destination/branch/name")}}}}},
                  {"reviewers", std::move(reviewers)}};
  const Reply reply = api_.send("PUT", request_path(number), body);
  if (!reply.is_good()) api_.refuse(reply);
  return request_in(reply.json, upstream());
}

Checks BitbucketCloud::checks_of(std::int64_t number) {
  Checks checks;
  api_.walk_pages(request_path(number) + "/statuses?pagelen=50", next_in_body, [&](const Json& page) {
    for (const Json& status : list_at(page, "/values")) {
      const std::string name = text_at(status, "/name");
      checks.list.push_back({name.empty() ? text_at(status, "/key") : name,
                             state_of_status(text_at(status, "/state")), text_at(status, "/url")});
    }
    checks.state = state_of(checks.list);
    return true;
  });
  return checks;
}

ReviewRequest BitbucketCloud::read(std::int64_t number) {
  const auto json = api_.get_unless_gone(request_path(number));
  if (!json) return ReviewRequest::gone(number);
  ReviewRequest request = request_in(*json, upstream());
  request.checks = checks_of(number);
  request.review = review_of(*json);
  return request;
}

std::optional<Repository> BitbucketCloud::fork_in(const std::string& workspace) {
  const Repository mine = upstream().sibling(workspace, upstream().name);
  const Reply reply = api_.ask(repository_path(mine));
  if (reply.is_good() && is_at(value_at(reply.json, "/parent"), upstream())) return mine;
  std::optional<Repository> found;
  const std::string path = repository_path(upstream()) + "/forks?role=owner&pagelen=50";
  api_.for_each_page(path, next_in_body, [&](const Json& page) {
    for (const Json& json : list_at(page, "/values")) {
      const std::string full = text_at(json, "/full_name");
      const std::size_t slash = full.find('/');
      if (!found && slash != full.npos && fold_case(full.substr(0, slash)) == fold_case(workspace))
        found = upstream().sibling(full.substr(0, slash), full.substr(slash + 1));
    }
    return !found;
  });
  return found;
}

std::optional<Repository> BitbucketCloud::existing_fork() {
  const std::string me = text_at(api_.get("/user"), "/username");
  return me.empty() ? std::nullopt : fork_in(me);
}

Reply BitbucketCloud::copy_to(const std::string& workspace, const std::string& name) {
  return api_.send("POST", repository_path(upstream()) + "/forks",
                   {{"type", "repository"}, {"name", name}, {"workspace", {{"slug", workspace}}}});
}

void BitbucketCloud::wait_for(const Repository& fork, const std::string& branch) {
  const std::string path = fmt::format("{}/refs/branches/{}", repository_path(fork), encoded_path(branch));
  if (!api_.wait_until([&] { return api_.ask(path).is_good(); }))
    throw Error(ErrorCode::fork_failed,
                fmt::format("'{}' did not finish the fork '{}' in time", upstream().origin.host_and_port(),
                            fork.full_name()),
                {{Recovery::retry}});
}

Repository BitbucketCloud::fork() {
  const std::string me = text_at(api_.get("/user"), "/username");
  if (me.empty())
    throw Error(
        ErrorCode::fork_failed,
        fmt::format("'{}' does not say in which workspace a fork may be", upstream().origin.host_and_port()),
        {{Recovery::log_in, upstream().origin.host_and_port()}});
  if (const auto found = fork_in(me)) return *found;
  Reply reply = copy_to(me, upstream().name);
  // It says in words only that something else has the name.
  if (reply.status() == 400) reply = copy_to(me, upstream().name + "-fork");
  if (!reply.is_good()) api_.refuse(reply);
  const std::string full = text_at(reply.json, "/full_name");
  const std::size_t slash = full.find('/');
  if (slash == full.npos)
    throw Error(ErrorCode::platform_trouble,
                fmt::format("'{}' does not say where the fork is", upstream().origin.host_and_port()),
                {{Recovery::retry}});
  const Repository made = upstream().sibling(full.substr(0, slash), full.substr(slash + 1));
  wait_for(made, text_at(reply.json, "/mainbranch/name"));
  return made;
}

}  // namespace

std::unique_ptr<Service> connect_bitbucket_cloud(const Repository& upstream, CredentialProvider& credentials,
                                                 Host& host, const ServiceOptions& options) {
  return std::make_unique<BitbucketCloud>(upstream, credentials, host, options);
}

}  // namespace ddx::hosting
