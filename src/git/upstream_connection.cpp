#include "git/upstream_connection.hpp"

#include <fmt/format.h>
#include <git2/sys/errors.h>
#include <git2/sys/remote.h>

#include "ddx/error.hpp"
#include "git/transport_http.hpp"
#include "git/transport_process.hpp"
#include "net/retry.hpp"

namespace ddx::git {

namespace {

/// libgit2's push.c
constexpr std::string_view unpacking_failed = "unpacking the sent packfile failed on the remote";

constexpr std::size_t ref_limit = 100'000;
constexpr std::size_t ref_name_limit_bytes = 1024;
/// Of what a server's hooks print; the rest is dropped.
constexpr std::size_t longest_words = 64 << 10;

bool is_acceptable(std::string_view name) {
  constexpr std::string_view peeled = "^{}";
  if (name.ends_with(peeled)) name.remove_suffix(peeled.size());
  int valid = 0;
  return git_reference_name_is_valid(&valid, std::string(name).c_str()) == 0 && valid == 1;
}

/// Whether a failure is one of our own disk and repository, and not of what came.
bool is_ours(int kind) {
  switch (kind) {
    case GIT_ERROR_OS:
    case GIT_ERROR_ODB:
    case GIT_ERROR_OBJECT:
    case GIT_ERROR_REFERENCE:
    case GIT_ERROR_REPOSITORY:
    case GIT_ERROR_FILESYSTEM:
      return true;
    default:
      return false;
  }
}

}  // namespace

UpstreamConnection::UpstreamConnection(git_repository* repository, const FetchOptions& options, Host& host)
    : repository_(repository), call_{options, host} {
  host.events.progress({Progress::Phase::connect});
  const std::string doing = fmt::format("connect to '{}'", options.url.str());
  remote_ = acquire<RemoteHandle>(doing, git_remote_create_anonymous, repository_, options.url.str().c_str());

  git_remote_connect_options connect;
  check(git_remote_connect_options_init(&connect, GIT_REMOTE_CONNECT_OPTIONS_VERSION), doing);
  connect.callbacks = callbacks();
  git_error_clear();
  const git_direction direction =
      options.service == Service::receive_pack ? GIT_DIRECTION_PUSH : GIT_DIRECTION_FETCH;
  check_transfer(git_remote_connect_ext(remote_.get(), direction, &connect), doing);
  read_refs();
}

git_remote_callbacks UpstreamConnection::callbacks() {
  git_remote_callbacks callbacks = GIT_REMOTE_CALLBACKS_INIT;
  callbacks.transport = make_transport;
  callbacks.transfer_progress = on_progress;
  callbacks.push_transfer_progress = on_sent;
  callbacks.sideband_progress = on_words;
  callbacks.push_update_reference = on_status;
  callbacks.payload = this;
  return callbacks;
}

int UpstreamConnection::make_transport(git_transport** out, git_remote* owner, void* raw) {
  auto& self = *static_cast<UpstreamConnection*>(raw);
  return guarded(self.call_, [&] {
    const UpstreamUrl::Kind kind = self.call_.options.url.kind();
    const bool is_http = kind == UpstreamUrl::Kind::https || kind == UpstreamUrl::Kind::http;
    if (const auto own = is_http ? http_subtransport(self.call_) : process_subtransport(self.call_)) {
      self.definition_ = *own;
      const int code = git_transport_smart(out, owner, &self.definition_);
      if (self.call_.failure) std::rethrow_exception(self.call_.failure);
      check(code, "start a transport");
    } else {  // without a git program there is still libgit2's own way, which knows no depth
      self.serves_shallow_ = false;
      check(git_transport_local(out, owner, nullptr), "start a transport");
    }
    self.transport_ = *out;
    return 0;
  });
}

int UpstreamConnection::on_progress(const git_indexer_progress* stats, void* raw) {
  auto& self = *static_cast<UpstreamConnection*>(raw);
  return guarded(self.call_, [&] {
    if (self.call_.host.interrupted) throw Interrupted();
    self.call_.host.events.progress(
        {Progress::Phase::receive, stats->indexed_objects, stats->total_objects, stats->received_bytes});
    return 0;
  });
}

int UpstreamConnection::on_sent(unsigned int done, unsigned int total, std::size_t bytes, void* raw) {
  auto& self = *static_cast<UpstreamConnection*>(raw);
  return guarded(self.call_, [&] {
    if (self.call_.host.interrupted) throw Interrupted();
    self.call_.host.events.progress({Progress::Phase::send, done, total, bytes});
    return 0;
  });
}

int UpstreamConnection::on_words(const char* bytes, int size, void* raw) {
  auto& self = *static_cast<UpstreamConnection*>(raw);
  return guarded(self.call_, [&] {
    const std::size_t room = longest_words - std::min(longest_words, self.answer_.said.size());
    self.answer_.said.append(bytes, std::min(room, static_cast<std::size_t>(std::max(size, 0))));
    return 0;
  });
}

int UpstreamConnection::on_status(const char*, const char* status, void* raw) {
  auto& self = *static_cast<UpstreamConnection*>(raw);
  return guarded(self.call_, [&] {
    self.answer_.result = status == nullptr ? PushAnswer::Result::updated : PushAnswer::Result::refused;
    self.answer_.reason = status == nullptr ? "" : status;
    return 0;
  });
}

void UpstreamConnection::read_refs() {
  const git_remote_head** heads = nullptr;
  std::size_t count = 0;
  check_transfer(git_remote_ls(&heads, &count, remote_.get()), "read the upstream's branches");
  const auto too_big = [&](std::string_view what) {
    return Error(ErrorCode::upstream_too_big, fmt::format("'{}' has {}", call_.options.url.str(), what),
                 {{Recovery::tell_upstream}});
  };
  if (count > ref_limit) throw too_big(fmt::format("more than {} branches and tags", ref_limit));
  for (const git_remote_head* head : std::span(heads, count)) {
    const std::string_view name = head->name;
    if (name.size() > ref_name_limit_bytes) throw too_big("a branch or tag whose name is too long");
    if (!is_acceptable(name)) continue;
    refs_.push_back({std::string(name), from_git(head->oid), head->symref_target ? head->symref_target : ""});
  }
  unsigned int capabilities = 0;
  check(transport_->capabilities(&capabilities, transport_), "read the upstream's capabilities");
  serves_any_commit_ = (capabilities & GIT_REMOTE_CAPABILITY_REACHABLE_OID) != 0;
}

std::vector<Oid> UpstreamConnection::download(const Request& request) {
  std::vector<git_remote_head> heads(request.wants.size());
  std::vector<const git_remote_head*> wanted;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    heads[i].oid = to_git(request.wants[i]);
    wanted.push_back(&heads[i]);
  }
  std::vector<git_oid> boundary;
  for (const Oid& id : request.boundary) boundary.push_back(to_git(id));
  const bool shallow = request.depth == Depth::one_commit && serves_shallow_;
  const git_fetch_negotiation negotiation{wanted.data(), wanted.size(), boundary.data(), boundary.size(),
                                          shallow ? 1 : GIT_FETCH_DEPTH_FULL};

  const std::string doing = fmt::format("fetch from '{}'", call_.options.url.str());
  git_error_clear();
  check_transfer(transport_->negotiate_fetch(transport_, request.known, &negotiation), doing);
  git_indexer_progress stats{};
  check_transfer(transport_->download_pack(transport_, repository_, &stats), doing);
  OidArray cut;
  check(transport_->shallow_roots(cut.raw(), transport_), doing);
  std::vector<Oid> result;
  for (const git_oid& id : std::span(cut.raw()->ids, cut.raw()->count)) result.push_back(from_git(id));
  return result;
}

PushAnswer UpstreamConnection::upload(const RefUpdate& update) {
  const std::string doing = fmt::format("push to '{}'", call_.options.url.str());
  git_push_options options;
  check(git_push_options_init(&options, GIT_PUSH_OPTIONS_VERSION), doing);
  options.callbacks = callbacks();
  std::vector<char*> words;
  for (const std::string& option : update.options) words.push_back(const_cast<char*>(option.c_str()));
  options.remote_push_options = {words.data(), words.size()};
  // What the ref holds is compared before, and again by the server with what it advertised.
  std::string spec = fmt::format("+{}:{}", update.local, update.name);
  char* specs[] = {spec.data()};
  const git_strarray list{specs, 1};
  answer_ = {};
  git_error_clear();
  const int code = git_remote_upload(remote_.get(), &list, &options);
  // libgit2 keeps the server's words about that to itself, but for what came beside them.
  if (code < 0 && !call_.failure && last_message() == unpacking_failed)
    answer_.reason = "it could not unpack what was sent";
  const bool has_answer = answer_.result == PushAnswer::Result::updated || !answer_.reason.empty();
  if (call_.failure || !has_answer) check_transfer(code < 0 ? code : GIT_ERROR, doing);
  return std::move(answer_);
}

void UpstreamConnection::check_transfer(int code, std::string_view doing) {
  if (call_.failure) std::rethrow_exception(std::exchange(call_.failure, nullptr));
  if (code >= 0) return;
  const git_error* error = git_error_last();
  const int kind = error != nullptr ? error->klass : GIT_ERROR_NONE;
  if (kind == GIT_ERROR_NOMEMORY) throw std::bad_alloc();  // as it ends in a worker for other memory
  if (is_ours(kind)) check(code, doing);
  // Some answers it refuses without a word; the one at hand is then about a setting that it looked for.
  const bool is_about_it = kind != GIT_ERROR_NONE && kind != GIT_ERROR_CONFIG;
  const std::string message =
      fmt::format("cannot {}: {}", doing, is_about_it ? last_message() : "the answer is not git's");
  if (call_.options.url.kind() == UpstreamUrl::Kind::local)
    throw Error(ErrorCode::upstream_damaged, message, {{Recovery::tell_upstream}});
  throw net::PassingError(ErrorCode::network, message, {{Recovery::check_network, call_.options.url.host()}});
}

}  // namespace ddx::git
