#include <fmt/format.h>

#include <array>
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

using Check = Checks::Check;
using Review = ReviewRequest::Review;

std::string repository_path(const Repository& repository) {
  return fmt::format("/repos/{}/{}", encoded(repository.owner), encoded(repository.name));
}

bool is_at(const Json& repository, const Repository& expected) {
  return fold_case(text_at(repository, "/full_name")) == fold_case(expected.full_name());
}

ReviewRequest request_in(const Json& json, const Repository& upstream) {
  static const RequestWords words{"/number", {"open"}, {}, {"closed"}};
  ReviewRequest request = words.begin(json, upstream);
  request.url = text_at(json, "/html_url");
  // Lists have no "merged".
  const bool merged = is_true_at(json, "/merged") || !text_at(json, "/merged_at").empty();
  if (merged) request.state = ReviewRequest::State::merged;
  request.draft = is_true_at(json, "/draft");
  request.title = text_at(json, "/title");
  request.body = text_at(json, "/body");
  request.head = text_at(json, "/head/ref");
  request.head_repository = text_at(json, "/head/repo/full_name");
  request.base = text_at(json, "/base/ref");
  request.head_commit = text_at(json, "/head/sha");
  if (merged) request.merge_commit = text_at(json, "/merge_commit_sha");
  return request;
}

Checks::State state_of_run(const Json& run) {
  if (text_at(run, "/status") != "completed") return Checks::State::pending;
  const std::string conclusion = text_at(run, "/conclusion");
  const bool good = conclusion == "success" || conclusion == "neutral" || conclusion == "skipped";
  return good ? Checks::State::passed : Checks::State::failed;
}

Checks::State state_of_status(const std::string& state) {
  if (state == "pending") return Checks::State::pending;
  return state == "success" ? Checks::State::passed : Checks::State::failed;
}

Review opinion_in(const std::string& state) {
  if (state == "APPROVED") return Review::approved;
  return state == "CHANGES_REQUESTED" ? Review::changes_requested : Review::pending;
}

class GitHub : public Service {
 public:
  GitHub(const Repository& upstream, CredentialProvider& credentials, Host& host,
         const ServiceOptions& options)
      : api_(upstream, credentials, host, options,
             {"Accept: application/vnd.github+json", "X-GitHub-Api-Version: 2022-11-28"}) {}

  Access access() override;
  std::vector<ReviewRequest> find(const Branch& head, const std::string& base) override;
  Created create(const NewRequest& request) override;
  ReviewRequest update(std::int64_t number, const Change& change) override;
  ReviewRequest read(std::int64_t number) override;
  std::optional<Repository> existing_fork() override;
  Repository fork() override;

 private:
  [[nodiscard]] const Repository& upstream() const { return api_.upstream(); }
  [[nodiscard]] std::string pull_path(std::int64_t number) const {
    return fmt::format("{}/pulls/{}", repository_path(upstream()), number);
  }
  std::string user();
  Json body_of(const NewRequest& request) const;
  Reply ask_graphql(const std::string& query, const Json& variables);
  Json set_draft(const Json& pull, bool draft);
  /// \returns false where the token may not look
  bool add_all(const std::string& path, const char* list, const std::function<void(const Json&)>& add);
  Checks checks_of(const std::string& commit);
  Review review_of(const Json& pull);
  std::optional<Repository> fork_by_name(const std::string& user);
  std::optional<Repository> fork_in_list(const std::string& user);
  void wait_for(const Repository& fork, const std::string& branch);

  Api api_;
};

std::string GitHub::user() {
  const Reply reply = api_.ask("/user");
  // Tokens of builds and of applications belong to nobody.
  return reply.is_good() ? text_at(reply.json, "/login") : "";
}

Access GitHub::access() {
  const Json json = api_.get(repository_path(upstream()));
  return {is_true_at(json, "/permissions/push"), is_true_at(json, "/archived"),
          text_at(json, "/default_branch"), api_.has_login() ? user() : ""};
}

std::vector<ReviewRequest> GitHub::find(const Branch& head, const std::string& base) {
  std::vector<ReviewRequest> found;
  std::string path =
      fmt::format("{}/pulls?state=all&sort=created&direction=desc&per_page=25&head={}",
                  repository_path(upstream()), encoded(head.repository.owner + ":" + head.name));
  if (!base.empty()) path += "&base=" + encoded(base);
  api_.for_each_page(path, next_by_link, [&](const Json& page) {
    for (const Json& json : list_at(page, ""))
      if (is_at(value_at(json, "/head/repo"), head.repository) && text_at(json, "/head/ref") == head.name)
        found.push_back(request_in(json, upstream()));
    return true;
  });
  return found;
}

Json GitHub::body_of(const NewRequest& request) const {
  Json body{
      {"title", request.title}, {"body", request.body}, {"base", request.base}, {"draft", request.draft}};
  const Repository& head = request.head.repository;
  if (head == upstream()) {
    body["head"] = request.head.name;
    return body;
  }
  body["head"] = head.owner + ":" + request.head.name;
  if (fold_case(head.owner) == fold_case(upstream().owner)) body["head_repo"] = head.name;
  body["maintainer_can_modify"] = request.maintainer_can_modify;
  return body;
}

Created GitHub::create(const NewRequest& request) {
  Json body = body_of(request);
  for (;;) {
    const Reply reply = api_.send("POST", repository_path(upstream()) + "/pulls", body);
    if (reply.is_good()) return {request_in(reply.json, upstream())};
    const Complaint why = api_.complaint(reply);
    if (why.kind == Complaint::Kind::duplicate)
      for (const ReviewRequest& found : find(request.head, request.base))
        if (found.state == ReviewRequest::State::open) return {found, true};
    const std::string said = fold_case(why.said);
    if (body["draft"] == true && said.find("draft") != said.npos) {
      api_.host().events.note(
          fmt::format("'{}' has no drafts; the pull request is opened as ready", upstream().full_name()));
      body["draft"] = false;
    } else if (body.contains("maintainer_can_modify") && body["maintainer_can_modify"] == true &&
               said.find("fork") != said.npos && said.find("collab") != said.npos) {
      body["maintainer_can_modify"] = false;
    } else {
      api_.refuse(reply);
    }
  }
}

ReviewRequest GitHub::update(std::int64_t number, const Change& change) {
  Json body = Json::object();
  if (change.title) body["title"] = *change.title;
  if (change.body) body["body"] = *change.body;
  const Reply reply =
      body.empty() ? api_.ask(pull_path(number)) : api_.send("PATCH", pull_path(number), body);
  if (!reply.is_good()) api_.refuse(reply);
  ReviewRequest request = request_in(reply.json, upstream());
  if (!change.draft || *change.draft == request.draft) return request;
  const Json answer = set_draft(reply.json, *change.draft);
  const char* result = *change.draft ? "/data/convertPullRequestToDraft/pullRequest/isDraft"
                                     : "/data/markPullRequestReadyForReview/pullRequest/isDraft";
  request.draft = value_at(answer, result).is_boolean() ? is_true_at(answer, result) : request.draft;
  return request;
}

Reply GitHub::ask_graphql(const std::string& query, const Json& variables) {
  constexpr std::string_view rest = "/v3";
  std::string base = upstream().api;
  if (base.ends_with(rest)) base.resize(base.size() - rest.size());
  Reply reply = api_.send("POST", base + "/graphql", {{"query", query}, {"variables", variables}});
  if (!list_at(reply.json, "/errors").empty()) reply.answer.status = 422;  // it answers 200 to refuse
  return reply;
}

/// Nothing but GraphQL changes this.
Json GitHub::set_draft(const Json& pull, bool draft) {
  const char* mutation = draft ? "convertPullRequestToDraft" : "markPullRequestReadyForReview";
  const std::string query = fmt::format(
      "mutation($id: ID!) {{ {}(input: {{pullRequestId: $id}}) {{ pullRequest {{ isDraft }} }} }}", mutation);
  Reply reply = ask_graphql(query, {{"id", text_at(pull, "/node_id")}});
  if (!reply.is_good()) api_.refuse(reply);
  return std::move(reply.json);
}

bool GitHub::add_all(const std::string& path, const char* list, const std::function<void(const Json&)>& add) {
  const Reply last = api_.walk_pages(path, next_by_link, [&](const Json& page) {
    for (const Json& json : list_at(page, list)) add(json);
    return true;
  });
  return last.is_good();
}

Checks GitHub::checks_of(const std::string& commit) {
  Checks checks;
  const std::string path = fmt::format("{}/commits/{}", repository_path(upstream()), encoded(commit));
  const bool saw_runs = add_all(path + "/check-runs?per_page=50", "/check_runs", [&](const Json& run) {
    checks.list.push_back({text_at(run, "/name"), state_of_run(run), text_at(run, "/html_url")});
  });
  const bool saw_statuses = add_all(path + "/status?per_page=100", "/statuses", [&](const Json& status) {
    checks.list.push_back({text_at(status, "/context"), state_of_status(text_at(status, "/state")),
                           text_at(status, "/target_url")});
  });
  checks.state = state_of(checks.list);
  if (checks.list.empty() && !(saw_runs && saw_statuses)) checks.state = Checks::State::unknown;
  return checks;
}

Review GitHub::review_of(const Json& pull) {
  Opinions opinions;
  for (const Json& reviewer : list_at(pull, "/requested_reviewers"))
    opinions.forget(text_at(reviewer, "/login"));
  for (const Json& team : list_at(pull, "/requested_teams")) opinions.forget("@" + text_at(team, "/slug"));
  const std::string path = pull_path(number_at(pull, "/number")) + "/reviews?per_page=50";
  const bool saw = add_all(path, "", [&](const Json& review) {
    const std::string state = text_at(review, "/state"), user = text_at(review, "/user/login");
    if (state == "COMMENTED" || state == "PENDING") return;  // no change of mind
    opinions.say(user, opinion_in(state));
  });
  return saw ? opinions.verdict() : Review::unknown;
}

ReviewRequest GitHub::read(std::int64_t number) {
  const auto pull = api_.get_unless_gone(pull_path(number));
  if (!pull) return ReviewRequest::gone(number);
  ReviewRequest request = request_in(*pull, upstream());
  request.checks = checks_of(request.head_commit);
  request.review = review_of(*pull);
  return request;
}

std::optional<Repository> GitHub::fork_by_name(const std::string& user) {
  const Repository mine = upstream().sibling(user, upstream().name);
  const Reply reply = api_.ask(repository_path(mine));
  if (!reply.is_good() || !is_true_at(reply.json, "/fork")) return std::nullopt;
  const bool is_of_ours = is_at(value_at(reply.json, "/parent"), upstream()) ||
                          is_at(value_at(reply.json, "/source"), upstream());
  return is_of_ours ? std::optional(mine) : std::nullopt;
}

/// One of another name. The other interface would give all forks of everybody.
std::optional<Repository> GitHub::fork_in_list(const std::string& user) {
  const char* query =
      "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { "
      "forks(first: 20, affiliations: [OWNER]) { nodes { nameWithOwner } } } }";
  const Reply reply = ask_graphql(query, {{"owner", upstream().owner}, {"name", upstream().name}});
  if (!reply.is_good()) return std::nullopt;  // a token may be for the other interface only
  for (const Json& json : list_at(reply.json, "/data/repository/forks/nodes")) {
    const std::string full = text_at(json, "/nameWithOwner");
    const std::size_t slash = full.find('/');
    if (slash != full.npos && fold_case(full.substr(0, slash)) == fold_case(user))
      return upstream().sibling(full.substr(0, slash), full.substr(slash + 1));
  }
  return std::nullopt;
}

std::optional<Repository> GitHub::existing_fork() {
  const std::string me = user();
  if (me.empty()) return std::nullopt;
  const auto found = fork_by_name(me);
  return found ? found : fork_in_list(me);
}

/// The repository is there at once, its branches come later.
void GitHub::wait_for(const Repository& fork, const std::string& branch) {
  const std::string path = fmt::format("{}/git/ref/{}", repository_path(fork), encoded("heads/" + branch));
  if (!api_.wait_until([&] { return api_.ask(path).is_good(); }))
    throw Error(ErrorCode::fork_failed,
                fmt::format("'{}' did not finish the fork '{}' in time", upstream().origin.host_and_port(),
                            fork.full_name()),
                {{Recovery::retry}});
}

Repository GitHub::fork() {
  if (const auto found = existing_fork()) return *found;
  const Json json = api_.post(repository_path(upstream()) + "/forks", {{"default_branch_only", true}});
  const std::string owner = text_at(json, "/owner/login"), name = text_at(json, "/name");
  if (owner.empty() || name.empty())
    throw Error(ErrorCode::platform_trouble,
                fmt::format("'{}' does not say where the fork is", upstream().origin.host_and_port()),
                {{Recovery::retry}});
  const Repository made = upstream().sibling(owner, name);
  wait_for(made, text_at(json, "/default_branch"));
  return made;
}

}  // namespace

std::unique_ptr<Service> connect_github(const Repository& upstream, CredentialProvider& credentials,
                                        Host& host, const ServiceOptions& options) {
  return std::make_unique<GitHub>(upstream, credentials, host, options);
}

}  // namespace ddx::hosting
