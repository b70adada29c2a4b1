#include "support/fake_gitlab.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ddx::test {

namespace {

using Json = nlohmann::json;
using Repository = HostedModel::Repository;
using Request = HostedModel::Request;

Json project_json(Repository& repository, HostedModel& model, const std::string& user) {
  const bool may_push = std::count(repository.writers.begin(), repository.writers.end(), user) > 0;
  Json json{{"id", repository.id},
            {"path", repository.name},
            {"path_with_namespace", repository.full_name()},
            {"namespace", {{"full_path", repository.owner}}},
            {"default_branch", repository.default_branch},
            {"archived", repository.archived},
            {"import_status", repository.parent.empty()           ? "none"
                              : repository.unfinished_looks-- > 0 ? "started"
                                                                  : "finished"},
            {"permissions",
             {{"project_access", may_push ? Json{{"access_level", 40}} : Json()}, {"group_access", Json()}}}};
  if (const Repository* parent = model.repository(repository.parent))
    json["forked_from_project"] = {{"id", parent->id}};
  return json;
}

Json request_json(const Request& request, HostedModel& model, const std::string& url) {
  const Repository* const source = model.repository(request.head_repository);
  const Repository* const target = model.repository(request.upstream);
  const bool changes = std::any_of(request.reviews.begin(), request.reviews.end(),
                                   [](const auto& review) { return review.state == "requested_changes"; });
  Json json{{"id", request.number + 9000},
            {"iid", request.number},
            {"web_url", fmt::format("{}/{}/-/merge_requests/{}", url, request.upstream, request.number)},
            {"state", request.state == "open" ? "opened" : request.state},
            {"draft", request.title.starts_with("Draft: ")},
            {"title", request.title},
            {"description", request.body},
            {"source_branch", request.head},
            {"target_branch", request.base},
            {"source_project_id", source == nullptr ? Json() : Json(source->id)},
            {"target_project_id", target->id},
            {"sha", request.head_commit},
            {"merge_commit_sha", request.merge_commit.empty() ? Json() : Json(request.merge_commit)},
            {"squash_commit_sha", Json()},
            {"detailed_merge_status", changes ? "requested_changes" : "mergeable"},
            {"reviewers", Json::array()},
            {"head_pipeline", Json()}};
  if (!request.checks.empty())
    json["head_pipeline"] = {{"project_id", source == nullptr ? target->id : source->id},
                             {"sha", request.head_commit},
                             {"status", "running"},
                             {"web_url", url + "/pipeline"}};
  return json;
}

FakePlatform::Answer said(int status, const std::string& message) {
  return {status, Json{{"message", message}}.dump(), {"Content-Type: application/json"}};
}

}  // namespace

FakeHosting::Answer FakeGitLab::answer(const Call& call, HostedModel& model) {
  if (call.has_token && call.user.empty()) return said(401, "401 Unauthorized");
  const std::vector<std::string> parts = words(call.path);
  if (parts == std::vector<std::string>{"user"})
    return call.user.empty() ? said(401, "401 Unauthorized") : json(200, {{"username", call.user}});
  if (parts.size() < 2 || parts[0] != "projects") return json(404, {{"error", "404 Not Found"}});
  const bool is_number = parts[1].find_first_not_of("0123456789") == std::string::npos;
  const Repository* const found =
      is_number ? model.repository(std::stoll(parts[1])) : model.repository(parts[1]);
  return found == nullptr ? said(404, "404 Project Not Found") : project(call, model, found->id);
}

FakeHosting::Answer FakeGitLab::project(const Call& call, HostedModel& model, std::int64_t id) {
  Repository& repository = *model.repository(id);
  const std::vector<std::string> parts = words(call.path);
  if (parts.size() == 2) return json(200, project_json(repository, model, call.user));
  if (parts[2] == "fork" && call.method == "POST") return fork(call, model, id);
  if (parts[2] == "forks") {
    Json found = Json::array();
    for (Repository& other : model.repositories)
      if (other.parent == repository.full_name() && other.owner == call.user)
        found.push_back(project_json(other, model, call.user));
    return json(200, found);
  }
  if (parts[2] == "repository" && parts.size() == 6) {
    Json jobs = Json::array();
    for (const Request& one : model.requests)
      if (one.head_commit == parts[4])
        for (const auto& check : one.checks)
          jobs.push_back({{"name", check.name}, {"status", check.state}, {"target_url", Json()}});
    return json(200, jobs);
  }
  if (parts[2] != "merge_requests") return json(404, {{"error", "404 Not Found"}});
  if (parts.size() == 3)
    return call.method == "POST" ? create(call, model, repository) : list(call, model, repository);
  Request* const one = model.request(repository.full_name(), std::stoll(parts[3]));
  return one == nullptr ? said(404, "404 Not found") : request(call, model, *one, parts);
}

FakeHosting::Answer FakeGitLab::list(const Call& call, HostedModel& model, const Repository& repository) {
  std::vector<Json> all;
  for (auto one = model.requests.rbegin(); one != model.requests.rend(); ++one) {
    const auto fits = [&](const char* key, const std::string& value) {
      return call.query.count(key) == 0 || asked(call, key) == value;
    };
    if (one->upstream == repository.full_name() && fits("source_branch", one->head) &&
        fits("target_branch", one->base)) {
      all.push_back(request_json(*one, model, url()));
      all.back().erase("head_pipeline");
    }
  }
  const Page page = page_of(all, call, model);
  return json(200, page.list,
              {page.is_last ? "X-Next-Page: " : fmt::format("X-Next-Page: {}", page.number + 1)});
}

FakeHosting::Answer FakeGitLab::create(const Call& call, HostedModel& model, const Repository& source) {
  if (call.user.empty()) return said(401, "401 Unauthorized");
  const Repository* const target = call.body.contains("target_project_id")
                                       ? model.repository(call.body["target_project_id"].get<std::int64_t>())
                                       : &source;
  if (target == nullptr) return said(404, "404 Project Not Found");
  Request made;
  made.upstream = target->full_name();
  made.head_repository = source.full_name();
  made.head = call.body.value("source_branch", "");
  made.base = call.body.value("target_branch", "");
  made.title = call.body.value("title", "");
  made.body = call.body.value("description", "");
  made.maintainer_can_modify = call.body.value("allow_collaboration", false);
  if (const Request* const other = model.open_twin(made))
    return json(409, {{"message",
                       {fmt::format("Another open merge request already exists for this source branch: !{}",
                                    other->number)}}});
  return json(201, request_json(model.add(made), model, url()));
}

FakeHosting::Answer FakeGitLab::request(const Call& call, HostedModel& model, Request& one,
                                        const std::vector<std::string>& parts) {
  if (parts.size() == 5 && parts[4] == "approvals") {
    Json approved = Json::array();
    for (const auto& review : one.reviews)
      if (review.state == "approved") approved.push_back({{"user", {{"username", review.user}}}});
    return json(200, {{"approvals_left", 0}, {"approved_by", approved}});
  }
  if (call.method == "PUT") {
    if (call.body.contains("title")) one.title = call.body["title"];
    if (call.body.contains("description")) one.body = call.body["description"];
  }
  return json(200, request_json(one, model, url()));
}

FakeHosting::Answer FakeGitLab::fork(const Call& call, HostedModel& model, std::int64_t id) {
  const Repository parent = *model.repository(id);
  const std::string name = call.body.value("path", parent.name);
  if (model.repository(call.user + "/" + name) != nullptr)
    return json(409, {{"message", {"Project namespace name has already been taken"}}});
  Repository& made = model.fork(parent, call.user, name);
  return json(201, project_json(made, model, call.user));
}

}  // namespace ddx::test
