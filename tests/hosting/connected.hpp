#pragma once

#include <memory>
#include <string>

#include "ddx/error.hpp"
#include "hosting/fake_credentials.hpp"
#include "hosting/service.hpp"
#include "support/fake_hosting.hpp"
#include "support/test_host.hpp"

namespace ddx::test {

/// A fake with the repository `team/lib`, and ada, who may not push to it, connected by the token "good".
template <class Fake>
struct Connected {
  explicit Connected(auth::Platform the_platform) : platform(the_platform) {
    fake.with_model([](HostedModel& model) {
      model.tokens["good"] = "ada";
      model.tokens["eve's"] = "eve";
      model.add("team", "lib", {"mia"});
    });
    upstream = repository("team/lib");
    connect();
  }
  [[nodiscard]] hosting::Repository repository(const std::string& full_name) const {
    return *hosting::parse_repository(UpstreamUrl::parse(fake.url() + "/" + full_name + ".git"), platform,
                                      fake.api_url());
  }
  void connect() { service = hosting::connect(upstream, credentials, host, quick()); }
  static hosting::ServiceOptions quick() {
    using std::chrono::milliseconds;
    return {{3, milliseconds(1)}, milliseconds(1), 5};
  }
  /// Those of the next requests are not the model's.
  void answer_first(FakePlatform::Answer answer) {
    fake.with_model([&](HostedModel& model) { model.answers_first.push_back(std::move(answer)); });
  }
  /// What an operation fails with.
  template <class Operation>
  Error failure(Operation operation) {
    try {
      operation();
    } catch (const Error& error) {
      return error;
    }
    return Error(ErrorCode::internal, "nothing failed");
  }

  auth::Platform platform;
  Fake fake;
  TestHost host;
  FakeCredentials credentials{"good"};
  hosting::Repository upstream;
  std::unique_ptr<hosting::Service> service;
};

}  // namespace ddx::test
