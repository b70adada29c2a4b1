#pragma once

#include "support/fake_hosting.hpp"

namespace ddx::test {

/// Bitbucket Cloud, as far as ddx speaks to it; workspaces are users. Checks are `SUCCESSFUL`, `FAILED`,
/// `INPROGRESS`, `STOPPED`; reviews `approved`, `changes_requested`, and empty for who was asked only.
class FakeBitbucketCloud : public FakeHosting {
 public:
  FakeBitbucketCloud() : FakeHosting("/2.0") {}
  [[nodiscard]] std::string api_url() const override { return url() + "/2.0"; }

 private:
  Answer answer(const Call& call, HostedModel& model) override;
  Answer repository(const Call& call, HostedModel& model, HostedModel::Repository& repository);
  Answer list(const Call& call, const HostedModel& model, const std::vector<Json>& all);
  Answer pulls(const Call& call, HostedModel& model, const HostedModel::Repository& repository);
  Answer create(const Call& call, HostedModel& model, const HostedModel::Repository& repository);
  Answer pull(const Call& call, HostedModel& model, HostedModel::Request& request,
              const std::vector<std::string>& words);
  Answer forks(const Call& call, HostedModel& model, const HostedModel::Repository& parent);
};

}  // namespace ddx::test
