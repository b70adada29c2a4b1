#include <catch2/catch_test_macros.hpp>

#include "hosting/connected.hpp"
#include "support/fake_bitbucket_cloud.hpp"
#include "support/fake_bitbucket_server.hpp"
#include "support/fake_gitea.hpp"
#include "support/fake_github.hpp"
#include "support/fake_gitlab.hpp"

using namespace ddx;
using auth::Platform;
using Answer = test::FakePlatform::Answer;

namespace {

/// Every question has the same answer from now on.
template <class Fake>
void always(test::Connected<Fake>& at, const Answer& answer) {
  at.fake.with_model([&](test::HostedModel& model) { model.answers_to["GET"] = answer; });
}

}  // namespace

TEST_CASE("a list that names itself as its next page comes to an end", "[hosting][errors]") {
  test::Connected<test::FakeGitHub> github(Platform::github);
  always(github, {200,
                  R"({"number":1,"state":"open","check_runs":[{"name":"build","status":"queued"}]})",
                  {"Link: <" + github.fake.api_url() + R"(/x?page=2>; rel="next")"}});
  CHECK(github.service->read(1).checks.state == hosting::Checks::State::pending);
  CHECK(github.fake.log().size() == 1 + 3 * 40);
  test::Connected<test::FakeBitbucketCloud> cloud(Platform::bitbucket_cloud);
  always(cloud, {200,
                 R"({"id":1,"state":"OPEN","values":[{"key":"build","state":"INPROGRESS"}],"next":")" +
                     cloud.fake.api_url() + R"(/x?page=2"})"});
  CHECK(cloud.service->read(1).checks.state == hosting::Checks::State::pending);
  CHECK(cloud.fake.log().size() == 1 + 40);
}
