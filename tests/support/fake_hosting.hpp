#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/fake_platform.hpp"

namespace ddx::test {

/// What all fakes of hosting platforms know: repositories, forks, requests, checks, reviews.
struct HostedModel {
  struct Repository {
    std::int64_t id = 0;
    std::string owner, name;
    std::string parent = {};  ///< `owner/name` of what it is a fork of
    std::string default_branch = "main";
    std::vector<std::string> writers = {};  ///< users who may push
    bool archived = false;
    int unfinished_looks = 0;  ///< how often a fork still says that it is being made

    [[nodiscard]] std::string full_name() const { return owner + "/" + name; }
  };
  struct Check {
    std::string name, state;  ///< in the platform's words
  };
  struct Review {
    std::string user, state;  ///< in the platform's words
  };
  struct Request {
    std::int64_t number = 0;
    std::string upstream;  ///< `owner/name`, as the next one
    std::string head_repository;
    std::string head, base, title, body;
    std::string head_commit = "1111111111111111111111111111111111111111";
    std::string merge_commit = {};
    std::string state = "open";  ///< open, merged, closed
    bool draft = false, maintainer_can_modify = false;
    int version = 0;  ///< of its text, where the platform counts
    std::vector<Check> checks = {};
    std::vector<Check> statuses = {};  ///< of the older kind, where there are two
    std::vector<Review> reviews = {};
  };

  std::map<std::string, std::string> tokens;  ///< whose each is
  std::vector<Repository> repositories;
  std::vector<Request> requests;
  std::size_t page_size = 100;                             ///< at most, whatever is asked for
  int looks_until_forked = 0;                              ///< for forks made from now on
  bool has_drafts = true;                                  ///< whether the platform takes them
  std::deque<FakePlatform::Answer> answers_first;          ///< each is given once, instead of the model's
  std::map<std::string, FakePlatform::Answer> answers_to;  ///< by method, always instead of the model's

  Repository& add(const std::string& owner, const std::string& name,
                  const std::vector<std::string>& writers = {});
  Repository* repository(const std::string& full_name);
  Repository* repository(std::int64_t id);
  Request* request(const std::string& upstream, std::int64_t number);
  /// The open one for the same branches.
  Request* open_twin(const Request& request);
  /// Gives it its number.
  Request& add(Request request);
  Repository& fork(const Repository& parent, const std::string& owner, const std::string& name);
};

/// A server on loopback that answers as a platform does, by its model.
class FakeHosting {
 public:
  FakeHosting(const FakeHosting&) = delete;
  virtual ~FakeHosting() = default;

  /// For `DDX_API_URL`.
  [[nodiscard]] virtual std::string api_url() const = 0;
  /// Looks at the model, or changes it, while no request is answered.
  void with_model(const std::function<void(HostedModel&)>& change);
  /// `METHOD PATH` of the requests so far, oldest first.
  [[nodiscard]] std::vector<std::string> log();
  [[nodiscard]] std::vector<FakePlatform::Request> requests() { return server_.requests(); }
  [[nodiscard]] std::vector<FakePlatform::Answer> answers() { return server_.answers(); }
  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] int port() const { return server_.port(); }

 protected:
  using Answer = FakePlatform::Answer;
  using Json = nlohmann::json;

  /// One request, taken apart.
  struct Call {
    std::string method;
    std::string path;  ///< below the interface's address, encoded as it came
    std::map<std::string, std::string> query;
    Json body;
    std::string user;  ///< empty: no token, or a wrong one
    bool has_token = false;
    const FakePlatform::Request& raw;
  };

  /// \param prefix  of the interface's paths, `/api/v3`; whatever is in front of it does not matter
  explicit FakeHosting(std::string prefix);
  virtual Answer answer(const Call& call, HostedModel& model) = 0;

  static Answer json(int status, const Json& body, std::vector<std::string> headers = {});
  /// What was said in the query, or empty.
  static std::string asked(const Call& call, const char* key);
  /// The part of a list that is on the page asked for, and whether there are more.
  struct Page {
    Json list;
    std::size_t number = 1;
    bool is_last = true;
  };
  static Page page_of(const std::vector<Json>& all, const Call& call, const HostedModel& model);
  static std::string decoded(const std::string& text);
  /// `path` without `prefix`, cut at its slashes.
  static std::vector<std::string> words(const std::string& path);

 private:
  Answer respond(const FakePlatform::Request& request);

  std::string prefix_;
  std::mutex guard_;
  HostedModel model_;
  FakePlatform server_;  // uses all of the above
};

}  // namespace ddx::test
