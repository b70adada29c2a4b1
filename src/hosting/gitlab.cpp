#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ddx/error.hpp"
#include "hosting/api.hpp"
#include "hosting/encode.hpp"
#include "hosting/platforms.hpp"
#include "hosting/request_words.hpp"
#include "hosting/verdict.hpp"

namespace ddx::hosting {

namespace {

using Review = ReviewRequest::Review;

constexpr std::int64_t developer = 30;  // the access level from which branches may be pushed

const DraftWords& draft_words() {
  static const DraftWords words{"Draft: ", {"draft:", "[draft]", "(draft)"}};
  return words;
}

std::string project_path(const Repository& repository) {
  return "/projects/" + encoded(repository.full_name());
}

std::string project_path(std::int64_t id) { return fmt::format("/projects/{}", id); }

/// What came into upstream: a merge, a squashed commit, or the branch itself where it was moved along.
std::string merge_commit_in(const Json& json) {
  for (const char* path : {"/merge_commit_sha", "/squash_commit_sha", "/sha"})
    if (std::string id = text_at(json, path); !id.empty()) return id;
  return {};
}

ReviewRequest request_in(const Json& json, const Repository& upstream) {
  static const RequestWords words{"/iid", {"opened", "locked"}, {"merged"}, {"closed"}};
  ReviewRequest request = words.begin(json, upstream);
  DraftWords::Split title = draft_words().split(text_at(json, "/title"));
  request.url = text_at(json, "/web_url");
  request.draft = title.draft || is_true_at(json, "/draft");
  request.title = std::move(title.title);
  request.body = text_at(json, "/description");
  request.head = text_at(json, "/source_branch");
  request.base = text_at(json, "/target_branch");
  request.head_commit = text_at(json, "/sha");
  if (request.state == ReviewRequest::State::merged) request.merge_commit = merge_commit_in(json);
  return request;
}

Checks::State state_of_job(const Json& job) {
  const std::string state = text_at(job, "/status");
  if (state == "success" || state == "skipped" || state == "manual") return Checks::State::passed;
  if (state == "failed" || state == "canceled")
    return is_true_at(job, "/allow_failure") ? Checks::State::passed : Checks::State::failed;
  return Checks::State::pending;
}

std::string next_by_number(const Reply& reply, const std::string& path) {
  const std::string page = reply.answer.header("x-next-page");
  return page.empty() ? "" : path + "&page=" + encoded(page);
}

class GitLab : public Service {
 public:
  GitLab(const Repository& upstream, CredentialProvider& credentials, Host& host,
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
    return fmt::format("{}/merge_requests/{}", project_path(upstream()), number);
  }
  std::string user();
  std::int64_t id_of(const Repository& repository);
  Checks checks_of(const Json& json);
  Review review_of(const Json& json);
  /// Waits until a project that was just copied is whole. \returns where it is
  Repository finished(std::int64_t project);
  /// \returns its JSON
  std::optional<Json> find_fork();
  [[nodiscard]] Repository fork_in(const Json& json) const;
  [[nodiscard]] Error fork_failed(const std::string& why) const;

  Api api_;
};

std::string GitLab::user() {
  const Reply reply = api_.ask("/user");
  return reply.is_good() ? text_at(reply.json, "/username") : "";
}

std::int64_t GitLab::id_of(const Repository& repository) {
  return number_at(api_.get(project_path(repository)), "/id");
}

Access GitLab::access() {
  const Json json = api_.get(project_path(upstream()));
  const std::int64_t level = std::max(number_at(json, "/permissions/project_access/access_level"),
                                      number_at(json, "/permissions/group_access/access_level"));
  return {level >= developer, is_true_at(json, "/archived"), text_at(json, "/default_branch"),
          api_.has_login() ? user() : ""};
}

std::vector<ReviewRequest> GitLab::find(const Branch& head, const std::string& base) {
  const std::int64_t source = id_of(head.repository);
  std::string path =
      fmt::format("{}/merge_requests?state=all&order_by=created_at&sort=desc&per_page=20&source_branch={}",
                  project_path(upstream()), encoded(head.name));
  if (!base.empty()) path += "&target_branch=" + encoded(base);
  std::vector<ReviewRequest> found;
  api_.for_each_page(
      path, [&](const Reply& reply) { return next_by_number(reply, path); },
      [&](const Json& page) {
        for (const Json& json : list_at(page, "")) {
          if (number_at(json, "/source_project_id") != source) continue;
          found.push_back(request_in(json, upstream()));
          found.back().head_repository = head.repository.full_name();
        }
        return true;
      });
  return found;
}

Created GitLab::create(const NewRequest& request) {
  const Repository& head = request.head.repository;
  Json body{{"source_branch", request.head.name},
            {"target_branch", request.base},
            {"title", draft_words().with(request.title, request.draft)},
            {"description", request.body}};
  if (head != upstream()) {
    body["target_project_id"] = id_of(upstream());
    body["allow_collaboration"] = request.maintainer_can_modify;
  }
  const Reply reply = api_.send("POST", project_path(head) + "/merge_requests", body);
  if (!reply.is_good()) {
    if (api_.complaint(reply).kind == Complaint::Kind::duplicate)
      for (const ReviewRequest& found : find(request.head, request.base))
        if (found.state == ReviewRequest::State::open) return {found, true};
    api_.refuse(reply);
  }
  ReviewRequest made = request_in(reply.json, upstream());
  made.head_repository = head.full_name();
  return {std::move(made)};
}

ReviewRequest GitLab::update(std::int64_t number, const Change& change) {
  const Json before = api_.get(request_path(number));
  const ReviewRequest old = request_in(before, upstream());
  Json body = Json::object();
  if (change.title || change.draft)
    body["title"] = draft_words().with(change.title.value_or(old.title), change.draft.value_or(old.draft));
  if (change.body) body["description"] = *change.body;
  if (body.empty()) return old;
  const Reply reply = api_.send("PUT", request_path(number), body);
  if (!reply.is_good()) api_.refuse(reply);
  return request_in(reply.json, upstream());
}

Checks GitLab::checks_of(const Json& json) {
  const Json& pipeline = value_at(json, "/head_pipeline");
  if (!pipeline.is_object()) return {Checks::State::none};
  Checks checks;
  const std::string path =
      fmt::format("{}/repository/commits/{}/statuses?per_page=100",
                  project_path(number_at(pipeline, "/project_id")), encoded(text_at(pipeline, "/sha")));
  if (const Reply reply = api_.ask(path); reply.is_good())
    for (const Json& job : list_at(reply.json, ""))
      checks.list.push_back({text_at(job, "/name"), state_of_job(job), text_at(job, "/target_url")});
  // The jobs of a fork may be hidden; the pipeline that they are in is not.
  if (checks.list.empty())
    checks.list.push_back({"pipeline", state_of_job(pipeline), text_at(pipeline, "/web_url")});
  checks.state = state_of(checks.list);
  return checks;
}

Review GitLab::review_of(const Json& json) {
  if (text_at(json, "/detailed_merge_status") == "requested_changes") return Review::changes_requested;
  const Reply reply = api_.ask(request_path(number_at(json, "/iid")) + "/approvals");
  if (!reply.is_good()) return Review::unknown;
  const bool anybody = !list_at(reply.json, "/approved_by").empty();
  if (anybody && number_at(reply.json, "/approvals_left") == 0) return Review::approved;
  return anybody || !list_at(json, "/reviewers").empty() ? Review::pending : Review::none;
}

ReviewRequest GitLab::read(std::int64_t number) {
  const auto json = api_.get_unless_gone(request_path(number));
  if (!json) return ReviewRequest::gone(number);
  ReviewRequest request = request_in(*json, upstream());
  const std::int64_t source = number_at(*json, "/source_project_id");
  if (source == number_at(*json, "/target_project_id")) {
    request.head_repository = upstream().full_name();
  } else if (source != 0) {
    if (const Reply reply = api_.ask(project_path(source)); reply.is_good())
      request.head_repository = text_at(reply.json, "/path_with_namespace");
  }
  request.checks = checks_of(*json);
  request.review = review_of(*json);
  return request;
}

std::optional<Json> GitLab::find_fork() {
  const std::string me = user();
  if (me.empty()) return std::nullopt;
  Reply mine = api_.ask(project_path(upstream().sibling(me, upstream().name)));
  if (mine.is_good() && number_at(mine.json, "/forked_from_project/id") == id_of(upstream()))
    return std::move(mine.json);
  // It may have been given another name.
  const std::string path = project_path(upstream()) + "/forks?owned=true&per_page=20";
  std::optional<Json> found;
  api_.for_each_page(
      path, [&](const Reply& reply) { return next_by_number(reply, path); },
      [&](const Json& page) {
        for (const Json& json : list_at(page, ""))
          if (!found && text_at(json, "/namespace/full_path") == me) found = json;
        return !found;
      });
  return found;
}

Error GitLab::fork_failed(const std::string& why) const {
  return Error(ErrorCode::fork_failed, fmt::format("'{}' {}", upstream().origin.host_and_port(), why),
               {{Recovery::retry}});
}

Repository GitLab::fork_in(const Json& json) const {
  const std::string full = text_at(json, "/path_with_namespace");
  const std::size_t slash = full.rfind('/');
  if (slash == full.npos) throw fork_failed("does not say where the fork is");
  return upstream().sibling(full.substr(0, slash), full.substr(slash + 1));
}

Repository GitLab::finished(std::int64_t project) {
  Json json;
  const bool whole = api_.wait_until([&] {
    json = api_.get(project_path(project));
    const std::string state = text_at(json, "/import_status");
    if (state == "failed") throw fork_failed("could not finish the fork");
    return state != "scheduled" && state != "started";
  });
  if (!whole) throw fork_failed("did not finish the fork in time");
  return fork_in(json);
}

std::optional<Repository> GitLab::existing_fork() {
  const auto found = find_fork();
  return found ? std::optional(fork_in(*found)) : std::nullopt;
}

Repository GitLab::fork() {
  if (const auto found = find_fork()) return finished(number_at(*found, "/id"));
  Reply reply = api_.send("POST", project_path(upstream()) + "/fork", Json::object());
  if (reply.status() == 409) {  // something else of the user's has the name
    const std::string other = upstream().name + "-fork";
    reply = api_.send("POST", project_path(upstream()) + "/fork", {{"name", other}, {"path", other}});
  }
  if (!reply.is_good()) api_.refuse(reply);
  return finished(number_at(reply.json, "/id"));
}

}  // namespace

std::unique_ptr<Service> connect_gitlab(const Repository& upstream, CredentialProvider& credentials,
                                        Host& host, const ServiceOptions& options) {
  return std::make_unique<GitLab>(upstream, credentials, host, options);
}

}  // namespace ddx::hosting
