#include "support/fake_bitbucket_server.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ddx::test {

namespace {

using Json = nlohmann::json;
using Repository = HostedModel::Repository;
using Request = HostedModel::Request;

std::string upper(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return text;
}

Json repository_json(const Repository& repository, HostedModel& model) {
  const bool is_personal = repository.owner.starts_with('~');
  Json json{{"id", repository.id},
            {"slug", repository.name},
            {"name", repository.name},
            {"scmId", "git"},
            {"state", "AVAILABLE"},
            {"archived", repository.archived},
            {"project",
             {{"key", upper(repository.owner)},
              {"name", repository.owner},
              {"type", is_personal ? "PERSONAL" : "NORMAL"}}}};
  if (const Repository* const parent = model.repository(repository.parent))
    json["origin"] = {{"slug", parent->name}, {"project", {{"key", upper(parent->owner)}}}};
  return json;
}

Json ref(const std::string& repository, const std::string& branch, const std::string& commit,
         HostedModel& model) {
  Json json{{"id", "refs/heads/" + branch}, {"displayId", branch}, {"latestCommit", commit}};
  if (const Repository* const found = model.repository(repository))
    json["repository"] = repository_json(*found, model);
  return json;
}

std::string state_of(const Request& request) {
  if (request.state == "open") return "OPEN";
  return request.state == "merged" ? "MERGED" : "DECLINED";
}

Json pull_json(const Request& request, HostedModel& model, const std::string& url) {
  const std::string project = request.upstream.substr(0, request.upstream.find('/'));
  const std::string slug = request.upstream.substr(project.size() + 1);
  Json reviewers = Json::array();
  for (const auto& review : request.reviews)
    reviewers.push_back({{"user", {{"name", review.user}, {"slug", review.user}}},
                         {"role", "REVIEWER"},
                         {"approved", review.state == "APPROVED"},
                         {"status", review.state}});
  Json json{{"id", request.number},
            {"version", request.version},
            {"title", request.title},
            {"description", request.body},
            {"state", state_of(request)},
            {"open", request.state == "open"},
            {"closed", request.state != "open"},
            {"fromRef", ref(request.head_repository, request.head, request.head_commit, model)},
            {"toRef", ref(request.upstream, request.base, "2222222222222222222222222222222222222222", model)},
            {"reviewers", reviewers},
            {"links",
             {{"self",
               {{{"href", fmt::format("{}/git/projects/{}/repos/{}/pull-requests/{}", url, project, slug,
                                      request.number)}}}}}}};
  if (model.has_drafts) json["draft"] = request.draft;
  if (!request.merge_commit.empty()) json["properties"] = {{"mergeCommit", {{"id", request.merge_commit}}}};
  return json;
}

FakePlatform::Answer said(int status, const std::string& message, const std::string& exception,
                          const Json& more = Json::object()) {
  Json error{
      {"context", Json()}, {"message", message}, {"exceptionName", "com.atlassian.bitbucket." + exception}};
  error.update(more);
  return {status, Json{{"errors", {error}}}.dump(), {"Content-Type: application/json;charset=UTF-8"}};
}

FakePlatform::Answer no_repository(const std::string& name) {
  return said(404, fmt::format("Repository {} does not exist.", name),
              "repository.NoSuchRepositoryException");
}

}  // namespace

FakeHosting::Answer FakeBitbucketServer::answer(const Call& call, HostedModel& model) {
  Answer answer = reply(call, model);
  if (!call.user.empty()) answer.headers.push_back("X-AUSERNAME: " + call.user);
  return answer;
}

FakeHosting::Answer FakeBitbucketServer::reply(const Call& call, HostedModel& model) {
  if (call.has_token ? call.user.empty() : call.method != "GET")
    return said(401, "Authentication failed. Please check your credentials and try again.",
                "auth.IncorrectPasswordAuthenticationException");
  if (call.method != "GET" && call.raw.headers.count("x-atlassian-token") == 0)
    return {403, "XSRF check failed", {"Content-Type: text/html"}};
  const std::vector<std::string> parts = words(call.path);
  if (parts[0] == "build-status") {
    std::vector<Json> all;
    for (const Request& one : model.requests)
      if (one.head_commit == parts.back())
        for (const auto& check : one.checks)
          all.push_back({{"key", "KEY-" + check.name},
                         {"name", check.name},
                         {"state", check.state},
                         {"url", "https://ci.example.com/" + check.name}});
    return list(call, model, all);
  }
  if (parts[2] == "repos") {
    std::vector<Json> all;
    for (const Repository& one : model.repositories)
      if (std::count(one.writers.begin(), one.writers.end(), call.user) > 0 &&
          asked(call, "permission") == "REPO_WRITE" && one.name.starts_with(asked(call, "name")))
        all.push_back(repository_json(one, model));
    return list(call, model, all);
  }
  if (parts.size() < 6 || parts[2] != "projects" || parts[4] != "repos") return {404, "", {}};
  Repository* const found = model.repository(parts[3] + "/" + parts[5]);
  return found == nullptr ? no_repository(parts[3] + "/" + parts[5]) : repository(call, model, *found);
}

FakeHosting::Answer FakeBitbucketServer::repository(const Call& call, HostedModel& model,
                                                    Repository& repository) {
  const std::vector<std::string> parts = words(call.path);
  if (parts.size() == 6)
    return call.method == "POST" ? fork(call, model, repository)
                                 : json(200, repository_json(repository, model));
  if (parts[6] == "default-branch")
    return json(200, {{"id", "refs/heads/" + repository.default_branch},
                      {"displayId", repository.default_branch},
                      {"type", "BRANCH"}});
  if (parts[6] == "forks") {
    std::vector<Json> all;
    for (const Repository& other : model.repositories)
      if (other.parent == repository.full_name()) all.push_back(repository_json(other, model));
    return list(call, model, all);
  }
  if (parts.size() == 7) return pulls(call, model, repository);
  Request* const request = model.request(repository.full_name(), std::stoll(parts[7]));
  if (request == nullptr) return said(404, "Pull request does not exist.", "pull.NoSuchPullRequestException");
  return call.method == "PUT" ? change(call, model, *request) : json(200, pull_json(*request, model, url()));
}

FakeHosting::Answer FakeBitbucketServer::list(const Call& call, const HostedModel& model,
                                              const std::vector<Json>& all) {
  const std::string asked_start = asked(call, "start");
  const std::size_t start = std::min(asked_start.empty() ? 0 : std::stoul(asked_start), all.size());
  const std::size_t end = std::min(start + model.page_size, all.size());
  Json values = Json::array();
  for (std::size_t i = start; i < end; ++i) values.push_back(all[i]);
  return json(200, {{"values", values},
                    {"size", values.size()},
                    {"limit", model.page_size},
                    {"start", start},
                    {"isLastPage", end == all.size()},
                    {"nextPageStart", end == all.size() ? Json() : Json(end)}});
}

FakeHosting::Answer FakeBitbucketServer::pulls(const Call& call, HostedModel& model,
                                               const Repository& repository) {
  if (call.method == "POST") return create(call, model, repository);
  std::vector<Json> all;
  for (auto one = model.requests.rbegin(); one != model.requests.rend(); ++one)
    if (one->head_repository == repository.full_name() && asked(call, "direction") == "OUTGOING" &&
        asked(call, "at") == "refs/heads/" + one->head && asked(call, "state") == "ALL")
      all.push_back(pull_json(*one, model, url()));
  return list(call, model, all);
}

FakeHosting::Answer FakeBitbucketServer::create(const Call& call, HostedModel& model,
                                                const Repository& repository) {
  if (repository.archived)
    return said(409, "The repository is archived.", "repository.RepositoryArchivedException");
  const Json& from = call.body["fromRef"];
  const auto branch = [](const Json& ref) { return ref["id"].get<std::string>().substr(11); };
  Request made;
  made.upstream = repository.full_name();
  made.head_repository = from["repository"]["project"]["key"].get<std::string>() + "/" +
                         from["repository"]["slug"].get<std::string>();
  if (model.repository(made.head_repository) == nullptr) return no_repository(made.head_repository);
  made.head = branch(from);
  made.base = branch(call.body["toRef"]);
  made.title = call.body.value("title", "");
  made.body = call.body.value("description", "");
  made.draft = model.has_drafts && call.body.value("draft", false);
  if (made.head == made.base && made.head_repository == made.upstream)
    return said(409, "The branches are the same.", "pull.EmptyPullRequestException");
  if (const Request* const twin = model.open_twin(made))
    return said(409, "Only one pull request may be open for a given source and target branch",
                "pull.DuplicatePullRequestException",
                {{"existingPullRequest", pull_json(*twin, model, url())}});
  return json(201, pull_json(model.add(made), model, url()));
}

FakeHosting::Answer FakeBitbucketServer::change(const Call& call, HostedModel& model, Request& request) {
  if (call.body.value("version", -1) != request.version)
    return said(409, "You are attempting to modify a pull request based on out-of-date information.",
                "pull.PullRequestOutOfDateException");
  ++request.version;
  request.title = call.body.value("title", "");
  request.body = call.body.value("description", "");
  request.draft = call.body.value("draft", request.draft);
  const Json kept = call.body.value("reviewers", Json::array());
  std::erase_if(request.reviews, [&](const auto& review) {
    return std::none_of(kept.begin(), kept.end(),
                        [&](const Json& one) { return one["user"]["name"] == review.user; });
  });
  return json(200, pull_json(request, model, url()));
}

FakeHosting::Answer FakeBitbucketServer::fork(const Call& call, HostedModel& model,
                                              const Repository& parent) {
  const std::string name = call.body.value("name", parent.name), owner = "~" + call.user;
  if (model.repository(owner + "/" + name) != nullptr)
    return said(409, "This repository URL is already taken.", "DuplicateRepositoryException");
  return json(201, repository_json(model.fork(Repository(parent), owner, name), model));
}

}  // namespace ddx::test
