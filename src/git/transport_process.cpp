#include "git/transport_process.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "ddx/error.hpp"
#include "git/packet_watch.hpp"
#include "git/service_program.hpp"
#include "net/retry.hpp"
#include "net/silence.hpp"
#include "net/speed_floor.hpp"
#include "platform/process.hpp"

namespace ddx::git {

namespace {

struct ProcessSubtransport;

struct ProcessStream : git_smart_subtransport_stream {
  explicit ProcessStream(ProcessSubtransport& owner);
};

struct ProcessSubtransport : git_smart_subtransport {
  ProcessSubtransport(FetchCall& the_call, ServiceProgram the_program);

  void start();
  std::size_t receive(std::span<char> into);
  std::size_t read(std::span<char> into);
  void check_measure(std::size_t count);
  [[noreturn]] void throw_no_git(const std::string& words) const;
  int end();
  [[noreturn]] void throw_silent(std::chrono::milliseconds waited) const;
  [[nodiscard]] std::chrono::milliseconds patience() const;
  void send(std::string_view bytes);

  FetchCall& call;
  ServiceProgram program;
  std::unique_ptr<Process> process;
  std::string first_request;
  std::size_t received = 0;
  bool told_silence = false;
  net::SpeedFloor floor;
  PacketWatch watch;
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
    if (service == GIT_SERVICE_UPLOADPACK_LS || service == GIT_SERVICE_RECEIVEPACK_LS) self.start();
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

ProcessSubtransport::ProcessSubtransport(FetchCall& the_call, ServiceProgram the_program)
    : git_smart_subtransport{},
      call(the_call),
      program(std::move(the_program)),
      floor(call.options.slowest_bytes_per_second, call.options.slowest_for),
      stream(*this) {
  action = begin_action;
  close = end_actions;
  free = free_subtransport;
}

void ProcessSubtransport::start() {
  process = std::make_unique<Process>(program.command);
  first_request.clear();
  received = 0;
  watch = {};
  floor = net::SpeedFloor(call.options.slowest_bytes_per_second, call.options.slowest_for);
}

std::chrono::milliseconds ProcessSubtransport::patience() const {
  return received == 0 ? program.patience : call.options.idle_timeout;
}

/// Tells a long silence, once; not while ssh may ask somebody on the terminal.
std::size_t ProcessSubtransport::read(std::span<char> into) {
  const bool may_ask = received == 0 && program.command.shares_terminal;
  if (!may_ask && !told_silence) {
    try {
      return process->read(into, patience() / net::silence_told_after, call.host.interrupted);
    } catch (const std::system_error& error) {
      if (error.code().value() != ETIMEDOUT) throw;
      told_silence = true;
      call.host.events.note(net::silence_note(program.upstream, patience()));
    }
    return process->read(into, patience() - patience() / net::silence_told_after, call.host.interrupted);
  }
  return process->read(into, patience(), call.host.interrupted);
}

std::size_t ProcessSubtransport::receive(std::span<char> into) {
  try {
    const std::size_t count = read(into);
    if (const auto refusal = watch.look({into.data(), count})) throw_refused(call.options.url, *refusal);
    if (const auto words = watch.no_packet()) throw_no_git(*words);
    check_measure(count);
    if (count > 0) return count;
  } catch (const std::system_error& error) {
    if (error.code().value() != ETIMEDOUT) throw;
    throw_silent(patience());
  }
  const int status = end();
  if (status != 0 || received == 0) program.throw_ended(status, process->error_text());
  return 0;
}

void ProcessSubtransport::throw_no_git(const std::string& words) const {
  const std::string url = call.options.url.str();
  throw Error(ErrorCode::not_git,
              fmt::format("no git answers at '{}': what comes begins with '{}'", url, words),
              {{Recovery::check_url, url}});
}

/// Who closed its streams has no reason to stay.
int ProcessSubtransport::end() {
  const std::chrono::milliseconds limit = call.options.idle_timeout;
  try {
    return process->wait(limit, call.host.interrupted);
  } catch (const std::system_error& error) {
    if (error.code().value() != ETIMEDOUT) throw;
    throw_silent(limit);
  }
}

void ProcessSubtransport::check_measure(std::size_t count) {
  const FetchOptions& options = call.options;
  received += count;
  if (first_request.empty() && received > advertisement_limit_bytes) throw_too_many_refs(program.upstream);
  if (received > options.pack_limit_bytes) throw_pack_too_big(program.upstream, options.pack_limit_bytes);
  if (count > 0 && floor.is_below(count, std::chrono::steady_clock::now()))
    throw net::PassingError(ErrorCode::network_timeout,
                            fmt::format("'{}' sends less than {} bytes a second", program.upstream,
                                        options.slowest_bytes_per_second),
                            {{Recovery::retry}});
}

void ProcessSubtransport::throw_silent(std::chrono::milliseconds waited) const {
  const std::string message = fmt::format("'{}' stands still for {} seconds", program.upstream,
                                          std::chrono::ceil<std::chrono::seconds>(waited).count());
  // Before the first byte, somebody may have been asked for a passphrase: not a second time.
  if (received == 0) throw Error(ErrorCode::network_timeout, message, {{Recovery::retry}});
  throw net::PassingError(ErrorCode::network_timeout, message, {{Recovery::retry}});
}

void ProcessSubtransport::send(std::string_view bytes) {
  // libgit2 1.8 repeats a request that has a depth in front of what follows it; a server that kept the first
  // one refuses.
  const bool may_repeat = call.options.service == Service::upload_pack && !first_request.empty();
  if (may_repeat && bytes.starts_with(first_request)) bytes.remove_prefix(first_request.size());
  if (first_request.empty()) first_request = bytes;
  try {
    process->write(bytes, call.options.idle_timeout, call.host.interrupted);
  } catch (const std::system_error& error) {
    if (error.code().value() == ETIMEDOUT) throw_silent(patience());
    if (error.code().value() != EPIPE) throw;
    program.throw_ended(end(), process->error_text());
  }
}

int make_subtransport(git_smart_subtransport** out, git_transport*, void* param) {
  auto& call = *static_cast<FetchCall*>(param);
  return guarded(call, [&] {
    const bool is_local = call.options.url.kind() == UpstreamUrl::Kind::local;
    auto program = is_local ? local_service(call.options, call.host) : ssh_service(call.options, call.host);
    if (!program) throw Error(ErrorCode::io, "there is no 'git' program in PATH");
    *out = std::make_unique<ProcessSubtransport>(call, std::move(*program)).release();
    return 0;
  });
}

}  // namespace

std::optional<git_smart_subtransport_definition> process_subtransport(FetchCall& call) {
  const bool is_local = call.options.url.kind() == UpstreamUrl::Kind::local;
  if (is_local && !find_program("git", call.host.environment("PATH").value_or(""))) return std::nullopt;
  return git_smart_subtransport_definition{make_subtransport, 0, &call};
}

}  // namespace ddx::git
