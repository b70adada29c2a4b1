#include <catch2/catch_test_macros.hpp>

#include "hosting/connected.hpp"
#include "support/fake_bitbucket_cloud.hpp"
#include "support/fake_bitbucket_server.hpp"
#include "support/fake_gitea.hpp"
#include "support/fake_github.hpp"
#include "support/fake_gitlab.hpp"

using namespace ddx;
using auth::Platform;
using test::HostedModel;

namespace {

/// \param me  as the owner of forks
template <class Fake>
void check_platform(Platform platform, const std::string& me) {
  test::Connected<Fake> at(platform);
  CHECK_FALSE(at.service->existing_fork());
  at.fake.with_model([&](HostedModel& model) {
    CHECK(model.repositories.size() == 1);
    model.fork(HostedModel::Repository(model.repositories[0]), "eve", "lib");
    model.fork(HostedModel::Repository(model.repositories[0]), me, "renamed");
    model.add(me, "lib", {"ada"});
  });
  const auto found = at.service->existing_fork();
  REQUIRE(found);
  CHECK(found->full_name() == me + "/renamed");
  CHECK(at.service->fork() == *found);
}

}  // namespace

TEST_CASE("a fork of another name is found, and asking makes none", "[hosting]") {
  check_platform<test::FakeGitHub>(Platform::github, "ada");
  check_platform<test::FakeGitLab>(Platform::gitlab, "ada");
  check_platform<test::FakeBitbucketCloud>(Platform::bitbucket_cloud, "ada");
  check_platform<test::FakeBitbucketServer>(Platform::bitbucket_server, "~ada");
  check_platform<test::FakeGitea>(Platform::gitea, "ada");
}
