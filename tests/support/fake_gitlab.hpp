#pragma once

#include "support/fake_hosting.hpp"

namespace ddx::test {

/// GitLab, as far as ddx speaks to it. Checks are the states of its jobs (`success`, `failed`, `running`);
/// reviews `approved` and `requested_changes`.
class FakeGitLab : public FakeHosting {
 public:
  FakeGitLab() : FakeHosting("/api/v4") {}
  [[nodiscard]] std::string api_url() const override { return url() + "/api/v4"; }

 private:
  Answer answer(const Call& call, HostedModel& model) override;
  Answer project(const Call& call, HostedModel& model, std::int64_t id);
  Answer list(const Call& call, HostedModel& model, const HostedModel::Repository& repository);
  Answer create(const Call& call, HostedModel& model, const HostedModel::Repository& source);
  Answer request(const Call& call, HostedModel& model, HostedModel::Request& request,
                 const std::vector<std::string>& words);
  Answer fork(const Call& call, HostedModel& model, std::int64_t id);
};

}  // namespace ddx::test
