#include "support/fake_github.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ddx::test {

namespace {

using Json = nlohmann::json;
using Repository = HostedModel::Repository;
using Request = HostedModel::Request;

Json repository_json(const Repository& repository, const std::string& user, bool with_parent = true) {
  const bool may_push = std::count(repository.writers.begin(), repository.writers.end(), user) > 0;
  Json json{{"id", repository.id},
            {"name", repository.name},
            {"full_name", repository.full_name()},
            {"owner", {{"login", repository.owner}}},
            {"fork", !repository.parent.empty()},
            {"archived", repository.archived},
            {"default_branch", repository.default_branch},
            {"permissions", {{"admin", false}, {"push", may_push}, {"pull", true}}}};
  if (with_parent && !repository.parent.empty()) json["parent"] = {{"full_name", repository.parent}};
  return json;
}

Json side(const std::string& repository, const std::string& branch, const std::string& commit) {
  const std::string owner = repository.substr(0, repository.find('/'));
  return {{"label", owner + ":" + branch},
          {"ref", branch},
          {"sha", commit},
          {"repo", repository.empty() ? Json() : Json{{"full_name", repository}}}};
}

Json pull_json(const Request& request, const std::string& url) {
  const bool merged = request.state == "merged";
  return {{"number", request.number},
          {"node_id", fmt::format("PR_{}", request.number)},
          {"html_url", fmt::format("{}/{}/pull/{}", url, request.upstream, request.number)},
          {"state", request.state == "open" ? "open" : "closed"},
          {"merged", merged},
          {"merged_at", merged ? Json("2026-01-31T12:00:00Z") : Json()},
          {"draft", request.draft},
          {"title", request.title},
          {"body", request.body.empty() ? Json() : Json(request.body)},
          {"head", side(request.head_repository, request.head, request.head_commit)},
          {"base", side(request.upstream, request.base, "2222222222222222222222222222222222222222")},
          {"merge_commit_sha", request.merge_commit.empty() ? Json("3333333333333333333333333333333333333333")
                                                            : Json(request.merge_commit)},
          {"requested_reviewers", Json::array()},
          {"requested_teams", Json::array()}};
}

Json invalid(const std::string& message) {
  return {{"message", "Validation Failed"},
          {"errors", {{{"resource", "PullRequest"}, {"code", "custom"}, {"message", message}}}}};
}

Json check_runs(const Request& request) {
  Json runs = Json::array();
  for (const auto& check : request.checks) {
    const bool pending = check.state == "pending";
    runs.push_back({{"name", check.name},
                    {"status", pending ? "in_progress" : "completed"},
                    {"conclusion", pending ? Json() : Json(check.state)},
                    {"html_url", "https://ci.example.com/" + check.name}});
  }
  return {{"total_count", runs.size()}, {"check_runs", runs}};
}

Json combined_status(const Request& request) {
  Json statuses = Json::array();
  for (const auto& status : request.statuses)
    statuses.push_back({{"context", status.name},
                        {"state", status.state},
                        {"target_url", "https://ci.example.com/" + status.name}});
  return {{"state", "pending"}, {"statuses", statuses}, {"total_count", statuses.size()}};
}

}  // namespace

FakeHosting::Answer FakeGitHub::answer(const Call& call, HostedModel& model) {
  if (call.has_token && call.user.empty()) return json(401, {{"message", "Bad credentials"}});
  if (call.path.ends_with("/graphql")) return graphql(call, model);
  const std::vector<std::string> parts = words(call.path);
  if (parts == std::vector<std::string>{"user"}) {
    if (call.user.empty()) return json(401, {{"message", "Requires authentication"}});
    return json(200, {{"login", call.user}});
  }
  const Json not_found{{"message", "Not Found"}};
  if (parts.size() < 3 || parts[0] != "repos") return json(404, not_found);
  Repository* const repository = model.repository(parts[1] + "/" + parts[2]);
  if (repository == nullptr) return json(404, not_found);
  if (parts.size() == 3) return json(200, repository_json(*repository, call.user));
  if (parts[3] == "forks" && call.method == "POST") {
    const std::string mine = call.user + "/" + repository->name;
    const Repository* const taken = model.repository(mine);
    const bool is_fork = taken != nullptr && taken->parent == repository->full_name();
    if (is_fork) return json(202, repository_json(*taken, call.user));
    const std::string name = taken == nullptr ? repository->name : repository->name + "-1";
    const Repository copy = *repository;
    return json(202, repository_json(model.fork(copy, call.user, name), call.user));
  }
  if (parts[3] == "git" && parts.size() == 6) {
    if (repository->unfinished_looks > 0) {
      --repository->unfinished_looks;
      return json(409, {{"message", "Git Repository is empty."}});
    }
    return json(200, {{"ref", "refs/" + parts[5]}});
  }
  if (parts[3] == "commits" && parts.size() == 6) {
    const auto found = std::find_if(model.requests.begin(), model.requests.end(),
                                    [&](const Request& request) { return request.head_commit == parts[4]; });
    const Request request = found == model.requests.end() ? Request() : *found;
    return json(200, parts[5] == "status" ? combined_status(request) : check_runs(request));
  }
  if (parts[3] == "pulls" && parts.size() == 4) return pulls(call, model, *repository);
  if (parts[3] == "pulls")
    if (Request* const request = model.request(repository->full_name(), std::stoll(parts[4])))
      return pull(call, model, *request, parts);
  return json(404, not_found);
}

FakeHosting::Answer FakeGitHub::pulls(const Call& call, HostedModel& model, Repository& repository) {
  if (call.method == "POST") return create(call, model, repository);
  std::vector<Json> all;
  for (auto request = model.requests.rbegin(); request != model.requests.rend(); ++request) {
    const std::string label =
        request->head_repository.substr(0, request->head_repository.find('/')) + ":" + request->head;
    if (request->upstream != repository.full_name()) continue;
    if (asked(call, "state") != "all" && request->state != "open") continue;
    if (!asked(call, "head").empty() && asked(call, "head") != label) continue;
    if (!asked(call, "base").empty() && asked(call, "base") != request->base) continue;
    Json one = pull_json(*request, url());
    one.erase("merged");
    all.push_back(std::move(one));
  }
  const Page page = page_of(all, call, model);
  std::vector<std::string> headers;
  if (!page.is_last) {
    std::string again = call.raw.path;
    if (const std::size_t old = again.find("&page="); old != std::string::npos) again.resize(old);
    headers.push_back(fmt::format("Link: <{0}{1}&page={2}>; rel=\"next\", <{0}{1}&page=99>; rel=\"last\"",
                                  url(), again, page.number + 1));
  }
  return json(200, page.list, headers);
}

FakeHosting::Answer FakeGitHub::create(const Call& call, HostedModel& model, const Repository& repository) {
  if (call.user.empty()) return json(401, {{"message", "Requires authentication"}});
  if (repository.archived) return json(403, {{"message", "Repository was archived so is read-only."}});
  Request made;
  made.upstream = repository.full_name();
  made.head = call.body.value("head", "");
  made.head_repository = repository.full_name();
  if (const std::size_t colon = made.head.find(':'); colon != std::string::npos) {
    const std::string owner = made.head.substr(0, colon);
    made.head.erase(0, colon + 1);
    for (const Repository& fork : model.repositories)
      if (fork.owner == owner && fork.parent == repository.full_name())
        made.head_repository = fork.full_name();
  }
  made.base = call.body.value("base", "");
  made.title = call.body.value("title", "");
  made.body = call.body.value("body", "");
  made.draft = call.body.value("draft", false);
  made.maintainer_can_modify = call.body.value("maintainer_can_modify", false);
  if (made.draft && !model.has_drafts)
    return json(422, {{"message", "Draft pull requests are not supported in this repository."}});
  if (made.head == made.base && made.head_repository == made.upstream)
    return json(422, invalid(fmt::format("No commits between {} and {}", made.base, made.head)));
  if (model.open_twin(made) != nullptr)
    return json(422, invalid(fmt::format("A pull request already exists for {}:{}.", call.user, made.head)));
  return json(201, pull_json(model.add(made), url()));
}

FakeHosting::Answer FakeGitHub::pull(const Call& call, HostedModel&, Request& request,
                                     const std::vector<std::string>& parts) {
  if (parts.size() == 6 && parts[5] == "reviews") {
    Json list = Json::array();
    for (const auto& review : request.reviews)
      list.push_back({{"user", {{"login", review.user}}}, {"state", review.state}});
    return json(200, list);
  }
  if (call.method == "PATCH") {
    if (call.body.contains("title")) request.title = call.body["title"];
    if (call.body.contains("body")) request.body = call.body["body"];
  }
  return json(200, pull_json(request, url()));
}

FakeHosting::Answer FakeGitHub::graphql(const Call& call, HostedModel& model) {
  const std::string query = call.body.value("query", "");
  if (query.find("forks(") != std::string::npos) {
    const Json& of = call.body["variables"];
    const std::string parent = of.value("owner", "") + "/" + of.value("name", "");
    Json mine = Json::array();
    for (const Repository& fork : model.repositories)
      if (fork.parent == parent && fork.owner == call.user)
        mine.push_back({{"nameWithOwner", fork.full_name()}});
    return json(200, {{"data", {{"repository", {{"forks", {{"nodes", mine}}}}}}}});
  }
  const std::string id = call.body["variables"].value("id", "");
  const bool to_draft = query.find("convertPullRequestToDraft") != std::string::npos;
  for (Request& request : model.requests) {
    if (fmt::format("PR_{}", request.number) != id) continue;
    if (to_draft && !model.has_drafts)
      return json(200, {{"errors", {{{"message", "Draft pull requests are not supported."}}}}});
    request.draft = to_draft;
    const char* name = to_draft ? "convertPullRequestToDraft" : "markPullRequestReadyForReview";
    return json(200, {{"data", {{name, {{"pullRequest", {{"isDraft", to_draft}}}}}}}});
  }
  return json(200, {{"errors", {{{"message", "Could not resolve to a node"}}}}});
}

}  // namespace ddx::test
