#pragma once

#include "support/fake_hosting.hpp"

namespace ddx::test {

/// GitHub Enterprise, as far as ddx speaks to it. Checks are `success`, `failure`, `pending` (and others of a
/// check run's conclusion); reviews `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`.
class FakeGitHub : public FakeHosting {
 public:
  FakeGitHub() : FakeHosting("/api/v3") {}
  [[nodiscard]] std::string api_url() const override { return url() + "/api/v3"; }

 private:
  Answer answer(const Call& call, HostedModel& model) override;
  Answer pulls(const Call& call, HostedModel& model, HostedModel::Repository& repository);
  Answer create(const Call& call, HostedModel& model, const HostedModel::Repository& repository);
  Answer pull(const Call& call, HostedModel& model, HostedModel::Request& request,
              const std::vector<std::string>& words);
  Answer graphql(const Call& call, HostedModel& model);
};

}  // namespace ddx::test
