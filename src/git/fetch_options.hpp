#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "ddx/credential.hpp"
#include "ddx/names.hpp"
#include "ddx/upstream_url.hpp"

namespace ddx::git {

class UserSettings;

/// What a conversation is for: fetching, or pushing.
enum class Service { upload_pack, receive_pack };
/// `git-upload-pack` or `git-receive-pack`: as servers call it.
[[nodiscard]] std::string_view program_of(Service service);

/// How to reach the upstream.
struct FetchOptions {
  UpstreamUrl url;
  std::filesystem::path relative_to;  ///< what a relative local path is relative to; whose git settings count
  Follow follow = DefaultBranch{};
  bool full_history = false;  ///< otherwise the first fetch takes one commit
  std::chrono::milliseconds connect_timeout{10'000}, idle_timeout{30'000};
  /// A server that sends on, but less than this for so long, keeps us busy and nothing more.
  /// `http.lowSpeedLimit` and `http.lowSpeedTime` of git's settings win over it.
  long slowest_bytes_per_second = 20;
  std::chrono::seconds slowest_for{60};
  int tries = 4;                                 ///< for failures that may pass
  std::chrono::milliseconds retry_delay{1'000};  ///< before the second try; doubled each time
  std::uint64_t pack_limit_bytes = 4ull << 30;   ///< of what one fetch may bring
  std::chrono::seconds cpu_limit{3600};          ///< for taking apart what came
  std::chrono::milliseconds own_time{60'000};    ///< for that without a sign of life, a slow disk included
  std::optional<UpstreamUrl> instead = {};       ///< where it is really reached, by the user's settings
  std::shared_ptr<const UserSettings> settings = {};  ///< git's; none: they are read when they are needed
  CredentialProvider* credentials = nullptr;          ///< none: a server that asks for a login is an error
  Service service = Service::upload_pack;

  [[nodiscard]] const UpstreamUrl& place() const { return instead ? *instead : url; }
};

}  // namespace ddx::git
