#include "support/fake_gitea.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ddx::test {

namespace {

using Json = nlohmann::json;
using Repository = HostedModel::Repository;
using Request = HostedModel::Request;

Json repository_json(const Repository& repository, HostedModel& model, const std::string& user) {
  const bool may_push = std::count(repository.writers.begin(), repository.writers.end(), user) > 0;
  Json json{{"id", repository.id},
            {"name", repository.name},
            {"full_name", repository.full_name()},
            {"owner", {{"login", repository.owner}}},
            {"fork", !repository.parent.empty()},
            {"archived", repository.archived},
            {"default_branch", repository.default_branch},
            {"permissions", {{"admin", false}, {"push", may_push}, {"pull", true}}},
            {"parent", Json()}};
  if (const Repository* const parent = model.repository(repository.parent))
    json["parent"] = {{"id", parent->id}, {"full_name", parent->full_name()}};
  return json;
}

Json side(const std::string& repository, const std::string& branch, const std::string& ref,
          const std::string& commit, HostedModel& model) {
  const Repository* const found = model.repository(repository);
  return {{"label", branch},
          {"ref", ref},
          {"sha", commit},
          {"repo_id", found == nullptr ? Json(-1) : Json(found->id)},
          {"repo", found == nullptr ? Json() : repository_json(*found, model, "")}};
}

Json pull_json(const Request& request, HostedModel& model, const std::string& url) {
  const bool merged = request.state == "merged";
  const bool is_there = request.state == "open";
  return {{"id", request.number + 9000},
          {"number", request.number},
          {"html_url", fmt::format("{}/{}/pulls/{}", url, request.upstream, request.number)},
          {"state", is_there ? "open" : "closed"},
          {"merged", merged},
          {"merge_commit_sha", merged ? Json(request.merge_commit) : Json()},
          {"draft", request.title.starts_with("WIP:")},
          {"allow_maintainer_edit", request.maintainer_can_modify},
          {"title", request.title},
          {"body", request.body},
          {"head", side(request.head_repository, request.head,
                        is_there ? request.head : fmt::format("refs/pull/{}/head", request.number),
                        request.head_commit, model)},
          {"base", side(request.upstream, request.base, request.base,
                        "2222222222222222222222222222222222222222", model)},
          {"requested_reviewers", Json()}};
}

FakePlatform::Answer said(int status, const std::string& message) {
  const Json body{{"message", message}, {"url", "https://git.example.com/api/swagger"}};
  return {status, body.dump(), {"Content-Type: application/json;charset=utf-8"}};
}

FakePlatform::Answer not_found() {
  const Json body{{"errors", Json::array()},
                  {"message", "The target couldn't be found."},
                  {"url", "https://git.example.com/api/swagger"}};
  return {404, body.dump(), {"Content-Type: application/json;charset=utf-8"}};
}

}  // namespace

FakeHosting::Answer FakeGitea::answer(const Call& call, HostedModel& model) {
  if (call.has_token && call.user.empty()) return said(401, "user does not exist [uid: 0, name: ]");
  const std::vector<std::string> parts = words(call.path);
  if (parts == std::vector<std::string>{"user"})
    return call.user.empty() ? said(401, "token is required") : json(200, {{"id", 7}, {"login", call.user}});
  if (parts.size() < 3 || parts[0] != "repos") return not_found();
  Repository* const found = model.repository(parts[1] + "/" + parts[2]);
  return found == nullptr ? not_found() : repository(call, model, *found);
}

FakeHosting::Answer FakeGitea::repository(const Call& call, HostedModel& model, Repository& repository) {
  const std::vector<std::string> parts = words(call.path);
  if (parts.size() == 3) return json(200, repository_json(repository, model, call.user));
  if (parts[3] == "forks") return fork(call, model, repository);
  if (parts[3] == "git") {
    if (repository.unfinished_looks-- > 0) return not_found();
    return json(200, Json::array({{{"ref", "refs/heads/" + parts.back()}}}));
  }
  if (parts[3] == "commits") {
    std::vector<Json> statuses;
    for (const Request& one : model.requests)
      if (one.head_commit == parts[4])
        for (const auto& check : one.checks)
          statuses.push_back({{"context", check.name}, {"status", check.state}, {"target_url", ""}});
    const Page page = page_of(statuses, call, model);
    return json(200, {{"state", ""}, {"statuses", statuses.empty() ? Json() : page.list}},
                {fmt::format("X-Total-Count: {}", statuses.size())});
  }
  if (parts[3] == "pulls" && parts.size() == 4) return pulls(call, model, repository);
  if (parts[3] == "pulls")
    if (Request* const request = model.request(repository.full_name(), std::stoll(parts[4])))
      return pull(call, model, *request, parts);
  return not_found();
}

FakeHosting::Answer FakeGitea::list(const Call& call, const HostedModel& model,
                                    const std::vector<Json>& all) {
  const Page page = page_of(all, call, model);
  std::vector<std::string> headers{fmt::format("X-Total-Count: {}", all.size())};
  if (!page.is_last)
    headers.push_back(fmt::format("Link: <https://git.example.com/api/v1{}?page={}>; rel=\"next\"", call.path,
                                  page.number + 1));
  return json(200, page.list, headers);
}

FakeHosting::Answer FakeGitea::pulls(const Call& call, HostedModel& model, const Repository& repository) {
  if (call.method == "POST") return create(call, model, repository);
  std::vector<Json> all;
  for (auto request = model.requests.rbegin(); request != model.requests.rend(); ++request)
    if (request->upstream == repository.full_name() &&
        (asked(call, "state") == "all" || request->state == "open"))
      all.push_back(pull_json(*request, model, url()));
  return list(call, model, all);
}

FakeHosting::Answer FakeGitea::create(const Call& call, HostedModel& model, const Repository& repository) {
  if (call.user.empty()) return said(401, "token is required");
  if (repository.archived) return said(423, repository.full_name() + " is archived");
  Request made;
  made.upstream = made.head_repository = repository.full_name();
  made.head = call.body.value("head", "");
  if (const std::size_t colon = made.head.find(':'); colon != std::string::npos) {
    const std::string owner = made.head.substr(0, colon);
    made.head.erase(0, colon + 1);
    for (const Repository& fork : model.repositories)
      if (fork.owner == owner && fork.parent == repository.full_name())
        made.head_repository = fork.full_name();
    if (made.head_repository == made.upstream) return not_found();
  }
  made.base = call.body.value("base", "");
  made.title = call.body.value("title", "");
  made.body = call.body.value("body", "");
  if (made.head == made.base && made.head_repository == made.upstream)
    return said(422, "Invalid PullRequest: There are no changes between the head and the base");
  if (const Request* const twin = model.open_twin(made))
    return said(409, fmt::format("pull request already exists for these targets [id: {}, issue_id: {}, "
                                 "head_repo_id: 1, base_repo_id: 2, head_branch: {}, base_branch: {}]",
                                 twin->number + 9000, twin->number + 500, made.head, made.base));
  return json(201, pull_json(model.add(made), model, url()));
}

FakeHosting::Answer FakeGitea::pull(const Call& call, HostedModel& model, Request& request,
                                    const std::vector<std::string>& parts) {
  if (parts.size() == 6 && parts[5] == "reviews") {
    std::vector<Json> all;
    for (const auto& review : request.reviews)
      all.push_back({{"user", {{"login", review.user}}},
                     {"team", Json()},
                     {"state", review.state},
                     {"dismissed", review.state == "DISMISSED"}});
    return list(call, model, all);
  }
  if (call.method != "PATCH") return json(200, pull_json(request, model, url()));
  if (call.body.contains("title")) request.title = call.body["title"];
  if (call.body.contains("body")) request.body = call.body["body"];
  request.maintainer_can_modify = call.body.value("allow_maintainer_edit", request.maintainer_can_modify);
  return json(201, pull_json(request, model, url()));
}

FakeHosting::Answer FakeGitea::fork(const Call& call, HostedModel& model, const Repository& parent) {
  const std::string of = parent.full_name();
  if (call.method == "GET") {
    std::vector<Json> all;
    for (const Repository& other : model.repositories)
      if (other.parent == of) all.push_back(repository_json(other, model, call.user));
    return list(call, model, all);
  }
  for (const Repository& other : model.repositories)
    if (other.parent == of && other.owner == call.user)
      return said(409, fmt::format("repository is already forked by user [uname: {}, repo path: {}, fork "
                                   "path: {}]",
                                   call.user, of, other.full_name()));
  const std::string name = call.body.value("name", parent.name);
  if (model.repository(call.user + "/" + name) != nullptr)
    return said(409, "The repository with the same name already exists.");
  return json(202, repository_json(model.fork(Repository(parent), call.user, name), model, call.user));
}

}  // namespace ddx::test
