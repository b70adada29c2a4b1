#include "git/transport_process.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "ddx/error.hpp"
#include "platform/process.hpp"

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

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \r\n") + 1);
  return text;
}

Error explain_exit(const std::string& repository, int status, const std::string& said) {
  const auto mentions = [&](const char* words) { return said.find(words) != said.npos; };
  if (mentions("dubious ownership"))
    return Error(
        ErrorCode::permission,
        fmt::format("cannot read '{}': it belongs to another user, and git does not trust it", repository),
        {{Recovery::check_permissions, repository}});
  if (mentions("not appear to be a git repository") || mentions("not a git repository"))
    return Error(ErrorCode::upstream_not_found, fmt::format("'{}' is not a git repository", repository),
                 {{Recovery::check_url, repository}});
  if (mentions("Permission denied"))
    return Error(ErrorCode::permission, fmt::format("cannot read '{}': {}", repository, trimmed(said)),
                 {{Recovery::check_permissions, repository}});
  const std::string reason = said.empty() ? fmt::format("exit status {}", status) : trimmed(said);
  return Error(ErrorCode::upstream_damaged, fmt::format("git cannot serve '{}': {}", repository, reason),
               {{Recovery::tell_upstream}});
}

struct ProcessSubtransport;

struct ProcessStream : git_smart_subtransport_stream {
  explicit ProcessStream(ProcessSubtransport& owner);
};

struct ProcessSubtransport : git_smart_subtransport {
  ProcessSubtransport(FetchCall& the_call, fs::path git_program);

  void start();
  std::size_t receive(std::span<char> into);
  void send(std::string_view bytes);

  FetchCall& call;
  fs::path program;
  std::string repository;
  std::unique_ptr<Process> process;
  std::string first_request;
  std::size_t received = 0;
  ProcessStream stream;
};

ProcessSubtransport& owner_of(git_smart_subtransport_stream* stream) {
  return *static_cast<ProcessSubtransport*>(stream->subtransport);
}

int read_stream(git_smart_subtransport_stream* stream, char* buffer, std::size_t size, std::size_t* count) {
  ProcessSubtransport& owner = owner_of(stream);
  return guarded(owner.call, [&] {
    *count = owner.receive({buffer, size});
    return 0;
  });
}

int write_stream(git_smart_subtransport_stream* stream, const char* bytes, std::size_t size) {
  ProcessSubtransport& owner = owner_of(stream);
  return guarded(owner.call, [&] {
    owner.send({bytes, size});
    return 0;
  });
}

void keep_stream(git_smart_subtransport_stream*) {}  // it lives in its subtransport

int begin_action(git_smart_subtransport_stream** out, git_smart_subtransport* raw, const char*,
                 git_smart_service_t service) {
  auto& self = *static_cast<ProcessSubtransport*>(raw);
  return guarded(self.call, [&] {
    if (service == GIT_SERVICE_UPLOADPACK_LS) self.start();
    *out = &self.stream;
    return 0;
  });
}

int end_actions(git_smart_subtransport* raw) {
  static_cast<ProcessSubtransport*>(raw)->process.reset();
  return 0;
}

void free_subtransport(git_smart_subtransport* raw) {
  const std::unique_ptr<ProcessSubtransport> owned(static_cast<ProcessSubtransport*>(raw));
}

ProcessStream::ProcessStream(ProcessSubtransport& owner) : git_smart_subtransport_stream{} {
  subtransport = &owner;
  read = read_stream;
  write = write_stream;
  free = keep_stream;
}

ProcessSubtransport::ProcessSubtransport(FetchCall& the_call, fs::path git_program)
    : git_smart_subtransport{}, call(the_call), program(std::move(git_program)), stream(*this) {
  action = begin_action;
  close = end_actions;
  free = free_subtransport;
}

void ProcessSubtransport::start() {
  repository = find_local_repository(call.options.relative_to / call.options.url.local_path()).string();
  process = std::make_unique<Process>(
      Process::Command{program, {"upload-pack", "--strict", repository}, child_environment(call.host)});
  first_request.clear();
  received = 0;
}

std::size_t ProcessSubtransport::receive(std::span<char> into) {
  try {
    const std::size_t count = process->read(into, call.options.idle_timeout, call.host.interrupted);
    received += count;
    if (first_request.empty() && received > advertisement_limit_bytes)
      throw Error(ErrorCode::upstream_too_big,
                  fmt::format("'{}' has too many branches and tags", repository));
    if (count > 0) return count;
  } catch (const std::system_error& error) {
    if (error.code().value() != ETIMEDOUT) throw;
    throw Error(ErrorCode::network_timeout,
                fmt::format("git sent nothing from '{}' for {} seconds", repository,
                            std::chrono::ceil<std::chrono::seconds>(call.options.idle_timeout).count()),
                {{Recovery::retry}});
  }
  if (const int status = process->wait(); status != 0)
    throw explain_exit(repository, status, process->error_text());
  return 0;
}

void ProcessSubtransport::send(std::string_view bytes) {
  // libgit2 1.8 repeats a request that has a depth in front of what follows it; a server that kept the first
  // one refuses.
  if (!first_request.empty() && bytes.starts_with(first_request)) bytes.remove_prefix(first_request.size());
  if (first_request.empty()) first_request = bytes;
  try {
    process->write(bytes);
  } catch (const std::system_error& error) {
    if (error.code().value() != EPIPE) throw;
    throw explain_exit(repository, process->wait(), process->error_text());
  }
}

int make_subtransport(git_smart_subtransport** out, git_transport*, void* param) {
  auto& call = *static_cast<FetchCall*>(param);
  return guarded(call, [&] {
    const auto path = call.host.environment("PATH");
    const auto program = find_program("git", path.value_or(""));
    if (!program) throw Error(ErrorCode::io, "there is no 'git' program in PATH");
    *out = std::make_unique<ProcessSubtransport>(call, *program).release();
    return 0;
  });
}

}  // namespace

fs::path find_local_repository(const fs::path& path) {
  fs::path plain = path.lexically_normal();
  if (!plain.has_filename()) plain = plain.parent_path();
  fs::path with_suffix = plain;
  with_suffix += ".git";
  std::error_code ignored;
  for (const fs::path& candidate : {plain / ".git", plain, with_suffix})
    if (fs::exists(candidate, ignored)) return candidate;
  throw Error(ErrorCode::upstream_not_found, fmt::format("there is no repository at '{}'", plain.string()),
              {{Recovery::check_url, plain.string()}});
}

std::optional<git_smart_subtransport_definition> process_subtransport(FetchCall& call) {
  if (!find_program("git", call.host.environment("PATH").value_or(""))) return std::nullopt;
  return git_smart_subtransport_definition{make_subtransport, 0, &call};
}

}  // namespace ddx::git
