#include <fmt/format.h>

#include <algorithm>
#include <charconv>
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
using Take = std::function<bool(const Json&)>;

const DraftWords& draft_words() {
  static const DraftWords words{"WIP: ", {"wip:", "[wip]"}};
  return words;
}

std::string repository_path(const Repository& repository) {
  return fmt::format("/repos/{}/{}", encoded(repository.owner), encoded(repository.name));
}

bool is_at(const Json& repository, const Repository& expected) {
  return fold_case(text_at(repository, "/full_name")) == fold_case(expected.full_name());
}

/// Once the branch is gone "ref" is that of the request; "label" stays.
std::string branch_in(const Json& side) {
  std::string label = text_at(side, "/label");
  return label.empty() ? text_at(side, "/ref") : label;
}

ReviewRequest request_in(const Json& json, const Repository& upstream) {
  static const RequestWords words{"/number", {"open"}, {}, {"closed"}};
  ReviewRequest request = words.begin(json, upstream);
  DraftWords::Split title = draft_words().split(text_at(json, "/title"));
  const bool merged = is_true_at(json, "/merged");
  request.url = text_at(json, "/html_url");
  if (merged) request.state = ReviewRequest::State::merged;
  request.draft = title.draft || is_true_at(json, "/draft");
  request.title = std::move(title.title);
  request.body = text_at(json, "/body");
  request.head = branch_in(value_at(json, "/head"));
  request.head_repository = text_at(json, "/head/repo/full_name");
  request.base = branch_in(value_at(json, "/base"));
  request.head_commit = text_at(json, "/head/sha");
  if (merged) request.merge_commit = text_at(json, "/merge_commit_sha");
  return request;
}

Checks::State state_of_status(const std::string& state) {
  if (state == "pending") return Checks::State::pending;
  const bool good = state == "success" || state == "warning" || state == "skipped";
  return good ? Checks::State::passed : Checks::State::failed;
}

std::size_t total_in(const Reply& reply) {
  const std::string text = reply.answer.header("x-total-count");
  std::size_t total = 0;
  std::from_chars(text.data(), text.data() + text.size(), total);
  return total;
}

class Gitea : public Service {
 public:
  Gitea(const Repository& upstream, CredentialProvider& credentials, Host& host,
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
  [[nodiscard]] std::string pull_path(std::int64_t number) const {
    return fmt::format("{}/pulls/{}", repository_path(upstream()), number);
  }
  /// \returns the last answer, which is not a good one where something hinders
  Reply each(const std::string& path, const char* list, const Take& take);
  std::vector<ReviewRequest> listed(const Branch& head, const std::string& base, const char* state);
  ReviewRequest opened_to_maintainers(ReviewRequest made);
  Checks checks_of(const std::string& commit);
  Review review_of(const Json& pull);
  std::optional<Repository> fork_by_name(const std::string& user);
  std::optional<Repository> fork_in_list(const std::string& user);
  void wait_for(const Repository& fork, const std::string& branch);

  Api api_;
};

/// Pages are counted and no link is followed: it begins with the name that the instance gives itself, which
/// may be another one than it was reached by.
Reply Gitea::each(const std::string& path, const char* list, const Take& take) {
  int page = 1;
  std::size_t seen = 0;
  const auto next = [&](const Reply& reply) {
    const std::size_t found = list_at(reply.json, list).size();
    seen += found;
    const bool has_more = !next_by_link(reply).empty() || seen < total_in(reply);
    return found == 0 || !has_more ? std::string() : fmt::format("{}&page={}", path, ++page);
  };
  return api_.walk_pages(path + "&page=1", next, [&](const Json& answer) {
    return std::ranges::all_of(list_at(answer, list), take);
  });
}

Access Gitea::access() {
  const Json json = api_.get(repository_path(upstream()));
  Access access{is_true_at(json, "/permissions/push"),
                is_true_at(json, "/archived"),
                text_at(json, "/default_branch"),
                {}};
  if (!api_.has_login()) return access;
  const Reply who = api_.ask("/user");
  if (who.is_good()) access.user = text_at(who.json, "/login");
  // Without a name there is no fork.
  if (!access.may_push && api_.complaint(who).kind == Complaint::Kind::scope) api_.refuse(who);
  return access;
}

std::vector<ReviewRequest> Gitea::listed(const Branch& head, const std::string& base, const char* state) {
  std::vector<ReviewRequest> found;
  const std::string path = fmt::format("{}/pulls?state={}&limit=50", repository_path(upstream()), state);
  const Reply last = each(path, "", [&](const Json& json) {
    ReviewRequest request = request_in(json, upstream());
    const bool fits = is_at(value_at(json, "/head/repo"), head.repository) && request.head == head.name;
    if (fits && (base.empty() || request.base == base)) found.push_back(std::move(request));
    return true;
  });
  if (!last.is_good()) api_.refuse(last);
  return found;
}

std::vector<ReviewRequest> Gitea::find(const Branch& head, const std::string& base) {
  return listed(head, base, "all");
}

/// This cannot be said when a request is made.
ReviewRequest Gitea::opened_to_maintainers(ReviewRequest made) {
  const Reply reply = api_.send("PATCH", pull_path(made.number), {{"allow_maintainer_edit", true}});
  if (!reply.is_good())
    api_.host().events.trace(
        fmt::format("maintainers may not change the branch of {}: {}", made.url, api_.complaint(reply).said));
  return made;
}

Created Gitea::create(const NewRequest& request) {
  const Repository& head = request.head.repository;
  const bool is_from_fork = head != upstream();
  const Json body{{"title", draft_words().with(request.title, request.draft)},
                  {"body", request.body},
                  {"base", request.base},
                  {"head", is_from_fork ? head.owner + ":" + request.head.name : request.head.name}};
  const Reply reply = api_.send("POST", repository_path(upstream()) + "/pulls", body);
  if (!reply.is_good()) {
    if (api_.complaint(reply).kind == Complaint::Kind::duplicate)
      for (const ReviewRequest& found : listed(request.head, request.base, "open")) return {found, true};
    api_.refuse(reply);
  }
  ReviewRequest made = request_in(reply.json, upstream());
  const bool opens = is_from_fork && request.maintainer_can_modify;
  return {opens ? opened_to_maintainers(std::move(made)) : std::move(made)};
}

ReviewRequest Gitea::update(std::int64_t number, const Change& change) {
  const ReviewRequest old = request_in(api_.get(pull_path(number)), upstream());
  Json body = Json::object();
  if (change.title || change.draft)
    body["title"] = draft_words().with(change.title.value_or(old.title), change.draft.value_or(old.draft));
  if (change.body) body["body"] = *change.body;
  if (body.empty()) return old;
  const Reply reply = api_.send("PATCH", pull_path(number), body);
  if (!reply.is_good()) api_.refuse(reply);
  return request_in(reply.json, upstream());
}

Checks Gitea::checks_of(const std::string& commit) {
  Checks checks;
  const std::string path =
      fmt::format("{}/commits/{}/status?limit=50", repository_path(upstream()), encoded(commit));
  const Reply last = each(path, "/statuses", [&](const Json& status) {
    checks.list.push_back({text_at(status, "/context"), state_of_status(text_at(status, "/status")),
                           text_at(status, "/target_url")});
    return true;
  });
  checks.state = state_of(checks.list);
  if (checks.list.empty() && !last.is_good()) checks.state = Checks::State::unknown;
  return checks;
}

Review Gitea::review_of(const Json& pull) {
  Opinions opinions;
  for (const Json& reviewer : list_at(pull, "/requested_reviewers"))
    opinions.forget(text_at(reviewer, "/login"));
  const std::string path = pull_path(number_at(pull, "/number")) + "/reviews?limit=50";
  const Reply last = each(path, "", [&](const Json& review) {
    const std::string state = text_at(review, "/state"), login = text_at(review, "/user/login");
    const std::string who = login.empty() ? "@" + text_at(review, "/team/name") : login;
    if (state == "REQUEST_REVIEW" || is_true_at(review, "/dismissed"))
      opinions.forget(who);
    else if (state == "APPROVED")
      opinions.say(who, Review::approved);
    else if (state == "REQUEST_CHANGES")
      opinions.say(who, Review::changes_requested);
    return true;
  });
  return last.is_good() ? opinions.verdict() : Review::unknown;
}

ReviewRequest Gitea::read(std::int64_t number) {
  const auto pull = api_.get_unless_gone(pull_path(number));
  if (!pull) return ReviewRequest::gone(number);
  ReviewRequest request = request_in(*pull, upstream());
  request.checks = checks_of(request.head_commit);
  request.review = review_of(*pull);
  return request;
}

std::optional<Repository> Gitea::fork_by_name(const std::string& user) {
  const Repository mine = upstream().sibling(user, upstream().name);
  const Reply reply = api_.ask(repository_path(mine));
  const bool is_ours = reply.is_good() && is_at(value_at(reply.json, "/parent"), upstream());
  return is_ours ? std::optional(mine) : std::nullopt;
}

std::optional<Repository> Gitea::fork_in_list(const std::string& user) {
  std::optional<Repository> found;
  each(repository_path(upstream()) + "/forks?limit=50", "", [&](const Json& json) {
    if (fold_case(text_at(json, "/owner/login")) == fold_case(user))
      found = upstream().sibling(user, text_at(json, "/name"));
    return !found;
  });
  return found;
}

void Gitea::wait_for(const Repository& fork, const std::string& branch) {
  const std::string path = fmt::format("{}/git/refs/heads/{}", repository_path(fork), encoded_path(branch));
  if (!api_.wait_until([&] { return api_.ask(path).is_good(); }))
    throw Error(ErrorCode::fork_failed,
                fmt::format("'{}' did not finish the fork '{}' in time", upstream().origin.host_and_port(),
                            fork.full_name()),
                {{Recovery::retry}});
}

std::optional<Repository> Gitea::existing_fork() {
  const std::string me = text_at(api_.get("/user"), "/login");
  const auto found = fork_by_name(me);
  return found ? found : fork_in_list(me);
}

Repository Gitea::fork() {
  if (const auto found = existing_fork()) return *found;
  const std::string path = repository_path(upstream()) + "/forks";
  Reply reply = api_.send("POST", path, Json::object());
  if (reply.status() == 409)  // the name is taken
    reply = api_.send("POST", path, {{"name", upstream().name + "-fork"}});
  if (!reply.is_good()) api_.refuse(reply);
  const std::string owner = text_at(reply.json, "/owner/login"), name = text_at(reply.json, "/name");
  if (owner.empty() || name.empty())
    throw Error(ErrorCode::platform_trouble,
                fmt::format("'{}' does not say where the fork is", upstream().origin.host_and_port()),
                {{Recovery::retry}});
  const Repository made = upstream().sibling(owner, name);
  wait_for(made, text_at(reply.json, "/default_branch"));
  return made;
}

}  // namespace

std::unique_ptr<Service> connect_gitea(const Repository& upstream, CredentialProvider& credentials,
                                       Host& host, const ServiceOptions& options) {
  return std::make_unique<Gitea>(upstream, credentials, host, options);
}

}  // namespace ddx::hosting
