#include "support/fake_bitbucket_cloud.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ddx::test {

namespace {

using Json = nlohmann::json;
using Repository = HostedModel::Repository;
using Request = HostedModel::Request;

bool is_writer(const Repository& repository, const std::string& user) {
  return std::count(repository.writers.begin(), repository.writers.end(), user) > 0;
}

std::string uuid_of(const std::string& user) { return "{" + user + "}"; }

Json account(const std::string& user) { return {{"uuid", uuid_of(user)}, {"display_name", user}}; }

Json repository_json(const Repository& repository) {
  Json json{{"type", "repository"},
            {"uuid", fmt::format("{{{}}}", repository.id)},
            {"name", repository.name},
            {"full_name", repository.full_name()},
            {"mainbranch", {{"type", "branch"}, {"name", repository.default_branch}}}};
  if (!repository.parent.empty()) json["parent"] = {{"type", "repository"}, {"full_name", repository.parent}};
  return json;
}

Json end(const std::string& repository, const std::string& branch, const std::string& commit) {
  return {
      {"branch", {{"name", branch}}},
      {"commit", {{"hash", commit.substr(0, 12)}}},
      {"repository", repository.empty() ? Json() : Json{{"type", "repository"}, {"full_name", repository}}}};
}

std::string state_of(const Request& request) {
  if (request.state == "open") return "OPEN";
  return request.state == "merged" ? "MERGED" : request.state == "superseded" ? "SUPERSEDED" : "DECLINED";
}

Json pull_json(const Request& request, const std::string& url) {
  Json reviewers = Json::array(), participants = Json::array();
  for (const auto& review : request.reviews) {
    reviewers.push_back(account(review.user));
    participants.push_back({{"type", "participant"},
                            {"user", account(review.user)},
                            {"role", "REVIEWER"},
                            {"approved", review.state == "approved"},
                            {"state", review.state.empty() ? Json() : Json(review.state)}});
  }
  return {
      {"type", "pullrequest"},
      {"id", request.number},
      {"links",
       {{"html", {{"href", fmt::format("{}/{}/pull-requests/{}", url, request.upstream, request.number)}}}}},
      {"state", state_of(request)},
      {"draft", request.draft},
      {"title", request.title},
      {"description", request.body},
      {"close_source_branch", false},
      {"source", end(request.head_repository, request.head, request.head_commit)},
      {"destination", end(request.upstream, request.base, "2222222222222222222222222222222222222222")},
      {"merge_commit",
       request.merge_commit.empty() ? Json() : Json{{"hash", request.merge_commit.substr(0, 12)}}},
      {"reviewers", reviewers},
      {"participants", participants}};
}

FakePlatform::Answer said(int status, const std::string& message) {
  const Json body{{"type", "error"}, {"error", {{"message", message}}}};
  return {status, body.dump(), {"Content-Type: application/json; charset=utf-8"}};
}

FakePlatform::Answer not_found(const std::string& what) {
  return said(404, fmt::format("You may not have access to this repository or it no longer exists in this "
                               "workspace: {}",
                               what));
}

/// `NAME="VALUE"` of a filter.
std::string wanted(const std::string& filter, const std::string& name) {
  const std::size_t start = filter.find(name + "=\"");
  if (start == std::string::npos) return {};
  const std::size_t value = start + name.size() + 2;
  return filter.substr(value, filter.find('"', value) - value);
}

}  // namespace

FakeHosting::Answer FakeBitbucketCloud::answer(const Call& call, HostedModel& model) {
  if (call.has_token && call.user.empty()) return {401, "", {"WWW-Authenticate: OAuth realm=\"Bitbucket\""}};
  const std::vector<std::string> parts = words(call.path);
  if (parts == std::vector<std::string>{"user"}) {
    if (call.user.empty()) return {401, "Unauthorized", {"Content-Type: text/plain"}};
    Json who = account(call.user);
    who["username"] = call.user;
    return json(200, who);
  }
  if (parts.size() < 2 || parts[0] != "repositories") return said(404, "Resource not found");
  if (parts.size() == 2) {
    std::vector<Json> all;
    for (const Repository& one : model.repositories)
      if (one.owner == parts[1] && is_writer(one, call.user) && asked(call, "role") == "contributor" &&
          one.full_name() == wanted(asked(call, "q"), "full_name"))
        all.push_back(repository_json(one));
    return list(call, model, all);
  }
  Repository* const found = model.repository(parts[1] + "/" + parts[2]);
  return found == nullptr ? not_found(parts[2]) : repository(call, model, *found);
}

FakeHosting::Answer FakeBitbucketCloud::repository(const Call& call, HostedModel& model,
                                                   Repository& repository) {
  const std::vector<std::string> parts = words(call.path);
  if (parts.size() == 3) return json(200, repository_json(repository));
  if (parts[3] == "forks") return forks(call, model, repository);
  if (parts[3] == "refs") {
    if (repository.unfinished_looks-- > 0) return said(404, "Branch \"main\" not found");
    return json(200, {{"type", "branch"}, {"name", parts.back()}});
  }
  if (parts[3] != "pullrequests") return said(404, "Resource not found");
  if (parts.size() == 4) return pulls(call, model, repository);
  Request* const request = model.request(repository.full_name(), std::stoll(parts[4]));
  return request == nullptr ? said(404, "Pull request not found") : pull(call, model, *request, parts);
}

FakeHosting::Answer FakeBitbucketCloud::list(const Call& call, const HostedModel& model,
                                             const std::vector<Json>& all) {
  const Page page = page_of(all, call, model);
  Json body{{"values", page.list}, {"pagelen", model.page_size}, {"page", page.number}};
  std::string again = call.raw.path;
  if (const std::size_t old = again.find("&page="); old != std::string::npos) again.resize(old);
  if (!page.is_last) body["next"] = fmt::format("{}{}&page={}", url(), again, page.number + 1);
  return json(200, body);
}

FakeHosting::Answer FakeBitbucketCloud::pulls(const Call& call, HostedModel& model,
                                              const Repository& repository) {
  if (call.method == "POST") return create(call, model, repository);
  const std::string filter = asked(call, "q");
  std::vector<Json> all;
  for (auto request = model.requests.rbegin(); request != model.requests.rend(); ++request) {
    const bool fits = request->upstream == repository.full_name() &&
                      call.raw.path.find("state=" + state_of(*request)) != std::string::npos &&
                      wanted(filter, "source.branch.name") == request->head;
    const std::string base = wanted(filter, "destination.branch.name");
    if (fits && (base.empty() || base == request->base)) all.push_back(pull_json(*request, url()));
  }
  return list(call, model, all);
}

FakeHosting::Answer FakeBitbucketCloud::create(const Call& call, HostedModel& model,
                                               const Repository& repository) {
  if (call.user.empty()) return said(401, "Access denied. You must have write or admin access.");
  const Json& source = call.body["source"];
  Request made;
  made.upstream = made.head_repository = repository.full_name();
  made.head = source["branch"]["name"];
  if (source.contains("repository")) made.head_repository = source["repository"]["full_name"];
  if (model.repository(made.head_repository) == nullptr) return said(400, "source: Repository not found");
  made.base = call.body["destination"]["branch"]["name"];
  made.title = call.body.value("title", "");
  made.body = call.body.value("description", "");
  made.draft = call.body.value("draft", false);
  if (made.head == made.base && made.head_repository == made.upstream)
    return said(400, "There are no changes to be pulled");
  return json(201, pull_json(model.add(made), url()));
}

FakeHosting::Answer FakeBitbucketCloud::pull(const Call& call, HostedModel& model, Request& request,
                                             const std::vector<std::string>& parts) {
  if (parts.size() == 6 && parts[5] == "statuses") {
    std::vector<Json> all;
    for (const auto& check : request.checks)
      all.push_back({{"key", "KEY-" + check.name},
                     {"name", check.name},
                     {"state", check.state},
                     {"url", "https://ci.example.com/" + check.name}});
    return list(call, model, all);
  }
  if (call.method == "PUT") {
    request.title = call.body.value("title", "");
    request.body = call.body.value("description", "");
    request.draft = call.body.value("draft", false);
    const Json kept = call.body.value("reviewers", Json::array());
    std::erase_if(request.reviews, [&](const auto& review) {
      return std::none_of(kept.begin(), kept.end(),
                          [&](const Json& one) { return one.value("uuid", "") == uuid_of(review.user); });
    });
  }
  return json(200, pull_json(request, url()));
}

FakeHosting::Answer FakeBitbucketCloud::forks(const Call& call, HostedModel& model,
                                              const Repository& parent) {
  const std::string of = parent.full_name();
  if (call.method == "GET") {
    std::vector<Json> all;
    for (const Repository& other : model.repositories)
      if (other.parent == of && (asked(call, "role") != "owner" || other.owner == call.user))
        all.push_back(repository_json(other));
    return list(call, model, all);
  }
  if (!call.body.contains("workspace")) return said(400, "workspace: required");
  const std::string workspace = call.body["workspace"]["slug"], name = call.body.value("name", parent.name);
  if (workspace != call.user) return said(403, "You cannot administer that workspace.");
  if (model.repository(workspace + "/" + name) != nullptr)
    return said(400, "Repository with this Slug and Owner already exists.");
  return json(201, repository_json(model.fork(Repository(parent), workspace, name)));
}

}  // namespace ddx::test
