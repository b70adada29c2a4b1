#include <fmt/format.h>

#include <sstream>

#include "ddx/error.hpp"
#include "git/service_program.hpp"

namespace ddx::git {

namespace {

namespace fs = std::filesystem;

/// Only what git needs to find its own parts and the user's `safe.directory`.
std::map<std::string, std::string> child_environment(const Host& host) {
  std::map<std::string, std::string> result{{"LC_ALL", "C"}};
  for (const char* name : {"PATH", "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_NOSYSTEM"})
    if (const auto value = host.environment(name)) result[name] = *value;
  return result;
}

/// Whether somebody left out `https://`: `github.com/team/library`.
bool looks_like_url(const std::string& text) {
  const std::string host = text.substr(0, text.find('/'));
  const std::size_t dot = host.rfind('.');
  constexpr const char* in_host = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
  return host.size() < text.size() && dot != 0 && dot != host.npos && dot + 2 < host.size() &&
         host.find("..") == host.npos && host.find_first_not_of(in_host) == host.npos;
}

/// The folder that git calls the repository at `path`: itself, or the `.git` in it.
fs::path find_local_repository(const fs::path& path, const std::string& as_given) {
  fs::path plain = path.lexically_normal();
  if (!plain.has_filename()) plain = plain.parent_path();
  fs::path with_suffix = plain;
  with_suffix += ".git";
  std::error_code ignored;
  for (const fs::path& candidate : {plain / ".git", plain, with_suffix})
    if (fs::exists(candidate, ignored)) return candidate;
  throw Error(ErrorCode::upstream_not_found, fmt::format("there is no repository at '{}'", plain.string()),
              {looks_like_url(as_given) ? NextStep{Recovery::did_you_mean, "https://" + as_given}
                                        : NextStep{Recovery::check_url, plain.string()}});
}

/// What git said, in one line: it puts names of extensions on lines of their own.
std::string in_one_line(const std::string& text) {
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

[[noreturn]] void throw_ended(const std::string& repository, int status, const std::string& said) {
  const auto mentions = [&](const char* words) { return said.find(words) != said.npos; };
  if (mentions("dubious ownership"))
    throw Error(
        ErrorCode::permission,
        fmt::format("cannot read '{}': it belongs to another user, and git does not trust it", repository),
        {{Recovery::trust_owner, repository}});
  if (mentions("not appear to be a git repository") || mentions("not a git repository"))
    throw Error(ErrorCode::upstream_not_found, fmt::format("'{}' is not a git repository", repository),
                {{Recovery::check_url, repository}});
  if (mentions("Permission denied"))
    throw Error(ErrorCode::permission, fmt::format("cannot read '{}': {}", repository, in_one_line(said)),
                {{Recovery::check_permissions, repository}});
  const std::string reason = said.empty() ? fmt::format("exit status {}", status) : in_one_line(said);
  throw Error(ErrorCode::upstream_damaged, fmt::format("git cannot serve '{}': {}", repository, reason),
              {{Recovery::tell_upstream}});
}

}  // namespace

std::optional<ServiceProgram> local_service(const FetchOptions& options, const Host& host) {
  const auto git = find_program("git", host.environment("PATH").value_or(""));
  if (!git) return std::nullopt;
  const std::string repository =
      find_local_repository(options.relative_to / options.url.local_path(), options.url.local_path())
          .string();
  std::vector<std::string> words = {"receive-pack", repository};
  if (options.service == Service::upload_pack) words = {"upload-pack", "--strict", repository};
  return ServiceProgram{
      {*git, std::move(words), child_environment(host)},
      repository,
      options.idle_timeout,
      [repository](int status, const std::string& said) { throw_ended(repository, status, said); }};
}

}  // namespace ddx::git
