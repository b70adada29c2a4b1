#pragma once

#include "support/fake_hosting.hpp"

namespace ddx::test {

/// Gitea or Forgejo, as far as ddx speaks to it. Its links name it as `git.example.com`. Checks are
/// `success`, `failure`, `pending`, `warning`; reviews `APPROVED`, `REQUEST_CHANGES`, `COMMENT`,
/// `REQUEST_REVIEW`.
class FakeGitea : public FakeHosting {
 public:
  FakeGitea() : FakeHosting("/api/v1") {}
  [[nodiscard]] std::string api_url() const override { return url() + "/api/v1"; }

 private:
  Answer answer(const Call& call, HostedModel& model) override;
  Answer repository(const Call& call, HostedModel& model, HostedModel::Repository& repository);
  Answer list(const Call& call, const HostedModel& model, const std::vector<Json>& all);
  Answer pulls(const Call& call, HostedModel& model, const HostedModel::Repository& repository);
  Answer create(const Call& call, HostedModel& model, const HostedModel::Repository& repository);
  Answer pull(const Call& call, HostedModel& model, HostedModel::Request& request,
              const std::vector<std::string>& words);
  Answer fork(const Call& call, HostedModel& model, const HostedModel::Repository& parent);
};

}  // namespace ddx::test
