#pragma once

#include <filesystem>
#include <string>

namespace ddx::test {

inline constexpr const char* advertisement_type = "application/x-git-upload-pack-advertisement";
inline constexpr const char* result_type = "application/x-git-upload-pack-result";

/// The bodies of a real git server's two answers over HTTP: made by `git upload-pack`.
[[nodiscard]] std::string advertisement_of(const std::filesystem::path& repository);
[[nodiscard]] std::string result_of(const std::filesystem::path& repository, const std::string& request);

/// One line of git's protocol, with its length in front.
[[nodiscard]] std::string packet(const std::string& text);

}  // namespace ddx::test
