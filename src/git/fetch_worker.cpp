#include "git/fetch_worker.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/wipe_at_end.hpp"
#include "ddx/error.hpp"
#include "git/fetch_messages.hpp"
#include "git/service_program.hpp"
#include "net/retry.hpp"
#include "platform/worker.hpp"

namespace ddx::git {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Enough for the largest objects that git servers let through; a hostile pack asks for far more.
constexpr std::uint64_t memory_limit_bytes = 2ull << 30;
constexpr milliseconds progress_interval{50};

WireWriter begin(FetchMessage kind) {
  WireWriter out;
  out.number(static_cast<std::uint64_t>(kind));
  return out;
}

/// Sends a message that may hold a secret, and wipes it.
void send(WorkerLine& line, WireWriter message) {
  std::string bytes = message.take();
  const WipeAtEnd wiped(bytes);
  line.send(bytes);
}

/// What the worker's host says goes to ours.
class FarEvents : public Events {
 public:
  explicit FarEvents(WorkerLine& line) : line_(line) {}

  void progress(const Progress& progress) override {
    const auto now = steady_clock::now();
    if (progress.phase == phase_ && progress.done != progress.total && now < next_) return;
    phase_ = progress.phase;
    next_ = now + progress_interval;
    WireWriter out = begin(FetchMessage::progress);
    write(out, progress);
    line_.send(out.bytes());
  }
  void note(const std::string& text) override { line_.send(begin(FetchMessage::note).text(text).bytes()); }
  void warning(const std::string& text) override {
    line_.send(begin(FetchMessage::warning).text(text).bytes());
  }
  void trace(const std::string& text) override { line_.send(begin(FetchMessage::trace).text(text).bytes()); }

 private:
  WorkerLine& line_;
  std::optional<Progress::Phase> phase_;
  steady_clock::time_point next_{};
};

/// Asks the process that started the worker, which knows the credentials.
class FarCredentials : public CredentialProvider {
 public:
  FarCredentials(WorkerLine& line, const std::atomic<bool>& interrupted)
      : line_(line), interrupted_(interrupted) {}

  std::optional<Credential> next(const Request& request) override {
    tell(FetchMessage::next_credential, request, nullptr);
    auto reply = line_.receive(milliseconds(0), interrupted_);
    if (!reply) throw Interrupted();  // who would answer has gone
    const WipeAtEnd wiped(*reply);
    WireReader in(*reply);
    switch (static_cast<FetchMessage>(in.number())) {
      case FetchMessage::credential: {
        Credential credential = read_credential(in);
        return credential;
      }
      case FetchMessage::failed:
        throw_written(in);
      default:
        tried_ = read_strings(in);
        return std::nullopt;
    }
  }
  void accepted(const Request& request, const Credential& credential) override {
    tell(FetchMessage::credential_accepted, request, &credential);
  }
  void rejected(const Request& request, const Credential& credential) override {
    tell(FetchMessage::credential_rejected, request, &credential);
  }
  [[nodiscard]] std::vector<std::string> tried() const override { return tried_; }

 private:
  void tell(FetchMessage kind, const Request& request, const Credential* credential) {
    WireWriter out = begin(kind);
    write(out, request);
    if (credential != nullptr) write(out, *credential);
    send(line_, std::move(out));
  }

  WorkerLine& line_;
  const std::atomic<bool>& interrupted_;
  std::vector<std::string> tried_;
};

using Conversation = std::function<void(const FetchOptions&, Host&, WireWriter&)>;

void work(WorkerLine& line, const FetchOptions& options, const Host& host, const Conversation& converse) {
  FarEvents events(line);
  FarCredentials credentials(line, host.interrupted);
  Host own = host.with(events);
  FetchOptions own_options = options;
  own_options.url = options.place();
  if (options.credentials != nullptr) own_options.credentials = &credentials;
  WireWriter out;
  try {
    WireWriter result;
    converse(own_options, own, result);
    out = begin(FetchMessage::arrived);
    out.text(result.bytes());
  } catch (const std::exception&) {
    out = begin(FetchMessage::failed);
    write(out, std::current_exception());
  }
  line.send(out.bytes());
}

/// The other side: listens to a worker, in the process that started it.
class Listener {
 public:
  Listener(const FetchOptions& options, Host& host) : options_(options), host_(host) {}

  void hear(std::string_view message, WorkerLine& line) {
    WireReader in(message);
    const auto kind = static_cast<FetchMessage>(in.number());
    switch (kind) {
      case FetchMessage::progress:
        return host_.events.progress(read_progress(in));
      case FetchMessage::note:
        return host_.events.note(in.text());
      case FetchMessage::warning:
        return host_.events.warning(in.text());
      case FetchMessage::trace:
        return host_.events.trace(in.text());
      case FetchMessage::next_credential:
        return give_credential(read_credential_request(in), line);
      case FetchMessage::credential_accepted: {
        const auto request = read_credential_request(in);
        return provider().accepted(request, read_credential(in));
      }
      case FetchMessage::credential_rejected: {
        const auto request = read_credential_request(in);
        return provider().rejected(request, read_credential(in));
      }
      case FetchMessage::arrived:
        result_ = in.text();
        return;
      case FetchMessage::failed:
        return keep_failure(in);
      case FetchMessage::credential:
      case FetchMessage::no_credential:
        break;
    }
    throw WireError();
  }

  [[nodiscard]] std::string result() {
    if (failure_) std::rethrow_exception(failure_);
    if (!result_) throw WorkerFailure(WorkerFailure::Cause::lost, 0);
    return std::move(*result_);
  }

 private:
  /// For the end: the worker shall come to its own.
  void keep_failure(WireReader& in) {
    try {
      throw_written(in);
    } catch (const std::exception&) {
      failure_ = std::current_exception();
    }
  }

  CredentialProvider& provider() {
    if (options_.credentials == nullptr) throw WireError();
    return *options_.credentials;
  }

  void give_credential(const CredentialProvider::Request& request, WorkerLine& line) {
    WireWriter out;
    try {
      const auto credential = provider().next(request);
      out = begin(credential ? FetchMessage::credential : FetchMessage::no_credential);
      if (credential) {
        write(out, *credential);
      } else {
        write(out, provider().tried());
      }
    } catch (const std::exception&) {  // the worker shall come to its own end
      out = begin(FetchMessage::failed);
      write(out, std::current_exception());
    }
    send(line, std::move(out));
  }

  const FetchOptions& options_;
  Host& host_;
  std::optional<std::string> result_;
  std::exception_ptr failure_;
};

std::string who(const FetchOptions& options) {
  return options.place().kind() == UpstreamUrl::Kind::local ? options.place().str() : options.place().host();
}

/// The longest that a worker may be without a word.
milliseconds patience(const FetchOptions& options, const Host& host) {
  const bool may_ask = options.place().kind() == UpstreamUrl::Kind::ssh && host.person != nullptr;
  return options.connect_timeout + options.idle_timeout + options.own_time +
         (may_ask ? milliseconds(time_to_type) : milliseconds(0));
}

[[noreturn]] void throw_explained(const WorkerFailure& failure, const FetchOptions& options) {
  const std::string reading = fmt::format("cannot read what '{}' sent: {}", who(options), failure.what());
  switch (failure.cause()) {
    case WorkerFailure::Cause::cpu:
      throw Error(ErrorCode::upstream_too_big, reading, {{Recovery::tell_upstream}});
    case WorkerFailure::Cause::silent:
      throw net::PassingError(ErrorCode::network_timeout, reading, {{Recovery::retry}});
    case WorkerFailure::Cause::crashed:
    case WorkerFailure::Cause::lost:
      break;
  }
  throw Error(ErrorCode::upstream_unsafe, reading, {{Recovery::report_bug}});
}

}  // namespace

std::string converse_in_worker(const FetchOptions& options, Host& host, const Conversation& converse) {
  const WorkerLimits limits{memory_limit_bytes, options.pack_limit_bytes, options.cpu_limit,
                            patience(options, host)};
  Listener listener(options, host);
  try {
    run_worker(
        limits, [&](WorkerLine& line) { work(line, options, host, converse); },
        [&](std::string_view message, WorkerLine& line) { listener.hear(message, line); }, host.interrupted);
    return listener.result();
  } catch (const WorkerFailure& failure) {
    throw_explained(failure, options);
  } catch (const std::bad_alloc&) {
    throw Error(
        ErrorCode::upstream_too_big,
        fmt::format("cannot read what '{}' sent: it takes more memory than ddx gives it", who(options)),
        {{Recovery::tell_upstream}});
  }
}

Arrival fetch_in_worker(const FetchOptions& options, Host& host,
                        const std::function<Arrival(const FetchOptions&, Host&)>& converse) {
  const std::string result = converse_in_worker(
      options, host, [&](const FetchOptions& its_options, Host& its_host, WireWriter& out) {
        write(out, converse(its_options, its_host));
      });
  WireReader in(result);
  return read_arrival(in);
}

}  // namespace ddx::git
