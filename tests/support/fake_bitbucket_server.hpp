#pragma once

#include "support/fake_hosting.hpp"

namespace ddx::test {

/// Bitbucket Data Center below `/git`, as far as ddx speaks to it. Owners are keys of projects, or `~user`.
/// Checks are `SUCCESSFUL`, `FAILED`, `INPROGRESS`; reviews `APPROVED`, `NEEDS_WORK`, `UNAPPROVED`.
class FakeBitbucketServer : public FakeHosting {
 public:
  FakeBitbucketServer() : FakeHosting("/git/rest") {}
  [[nodiscard]] std::string api_url() const override { return url() + "/git/rest/api/latest"; }

 private:
  Answer answer(const Call& call, HostedModel& model) override;
  Answer reply(const Call& call, HostedModel& model);
  Answer repository(const Call& call, HostedModel& model, HostedModel::Repository& repository);
  Answer list(const Call& call, const HostedModel& model, const std::vector<Json>& all);
  Answer pulls(const Call& call, HostedModel& model, const HostedModel::Repository& repository);
  Answer create(const Call& call, HostedModel& model, const HostedModel::Repository& repository);
  Answer change(const Call& call, HostedModel& model, HostedModel::Request& request);
  Answer fork(const Call& call, HostedModel& model, const HostedModel::Repository& parent);
};

}  // namespace ddx::test
