#include "git/transport_http.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/text.hpp"
#include "ddx/error.hpp"
#include "git/http_answer.hpp"
#include "git/http_settings.hpp"
#include "git/packet_watch.hpp"
#include "git/repository_path.hpp"
#include "net/http.hpp"

namespace ddx::git {

namespace {

constexpr int redirect_limit = 5;
constexpr long unauthorized = 401, first_failure = 400;
/// Of what a server says about a refusal; longer ones are cut.
constexpr std::size_t longest_words = 400;

struct HttpSubtransport;

/// One request and its answer, which libgit2 reads bit by bit.
struct HttpStream : git_smart_subtransport_stream {
  HttpStream(HttpSubtransport& owner, git_smart_service_t the_service);

  std::size_t receive(std::span<char> into);

  git_smart_service_t service;
  std::string body;
  bool sent = false;
  std::size_t received = 0;
  PacketWatch watch;
};

struct HttpSubtransport : git_smart_subtransport {
  explicit HttpSubtransport(FetchCall& the_call);

  /// Sends a request, with a login as soon as the server wants one and as long as there is another.
  net::HttpHead exchange(net::HttpRequest request);
  /// Whether another login may help. One in git's settings may have no access where another one has, and
  /// servers hide what it may not see.
  [[nodiscard]] bool wants_other_login(long status) const;
  /// Where the login of the last request came from; empty: it had none.
  [[nodiscard]] std::string login_sent() const;
  /// Finds a login for a proxy that asks for one.
  void log_in_at(const net::Proxy& proxy);
  [[nodiscard]] net::HttpSettings settings_for(const UpstreamUrl& where) const;
  [[nodiscard]] AnswerContext context(const net::HttpHead& head);
  void ask_for_refs();
  void follow(const std::string& location);
  void ask_for_pack(std::string request);

  FetchCall& call;
  net::HttpClient client;
  UpstreamUrl url;  ///< after redirects
  std::shared_ptr<const UserSettings> user_settings;
  std::optional<Credential> login, proxy_login;
  Origin proxy_origin;                  ///< whose `proxy_login` is
  std::vector<std::string> challenges;  ///< that `login` answers
  bool login_was_accepted = false;
  bool told_checks = false;
  bool has_header_login = false;  ///< git's settings send one, until there is a credential
};

HttpSubtransport& owner_of(git_smart_subtransport_stream* stream) {
  return *static_cast<HttpSubtransport*>(stream->subtransport);
}

int read_stream(git_smart_subtransport_stream* raw, char* buffer, std::size_t size, std::size_t* count) {
  return guarded(owner_of(raw).call, [&] {
    *count = static_cast<HttpStream*>(raw)->receive({buffer, size});
    return 0;
  });
}

int write_stream(git_smart_subtransport_stream* raw, const char* bytes, std::size_t size) {
  return guarded(owner_of(raw).call, [&] {
    static_cast<HttpStream*>(raw)->body.append(bytes, size);
    return 0;
  });
}

void free_stream(git_smart_subtransport_stream* raw) {
  const std::unique_ptr<HttpStream> owned(static_cast<HttpStream*>(raw));
}

int begin_action(git_smart_subtransport_stream** out, git_smart_subtransport* raw, const char*,
                 git_smart_service_t service) {
  auto& self = *static_cast<HttpSubtransport*>(raw);
  return guarded(self.call, [&] {
    *out = std::make_unique<HttpStream>(self, service).release();
    return 0;
  });
}

int end_actions(git_smart_subtransport*) { return 0; }

void free_subtransport(git_smart_subtransport* raw) {
  const std::unique_ptr<HttpSubtransport> owned(static_cast<HttpSubtransport*>(raw));
}

HttpStream::HttpStream(HttpSubtransport& owner, git_smart_service_t the_service)
    : git_smart_subtransport_stream{}, service(the_service) {
  subtransport = &owner;
  read = read_stream;
  write = write_stream;
  free = free_stream;
}

std::size_t HttpStream::receive(std::span<char> into) {
  HttpSubtransport& owner = owner_of(this);
  const bool is_advertisement = service == GIT_SERVICE_UPLOADPACK_LS || service == GIT_SERVICE_RECEIVEPACK_LS;
  if (!std::exchange(sent, true)) {
    if (is_advertisement) {
      owner.ask_for_refs();
    } else {
      owner.ask_for_pack(std::move(body));
    }
  }
  const std::size_t count = owner.client.read(into);
  if (const auto refusal = watch.look({into.data(), count})) throw_refused(owner.url, *refusal);
  received += count;
  if (is_advertisement && received > advertisement_limit_bytes) throw_too_many_refs(owner.url.str());
  const std::uint64_t limit = owner.call.options.pack_limit_bytes;
  if (received > limit) throw_pack_too_big(owner.url.str(), limit);
  return count;
}

HttpSubtransport::HttpSubtransport(FetchCall& the_call)
    : git_smart_subtransport{},
      call(the_call),
      client({call.options.connect_timeout, call.options.idle_timeout}, call.host),
      url(call.options.url),
      user_settings(settings_of(call.options, call.host)) {
  action = begin_action;
  close = end_actions;
  free = free_subtransport;
}

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

/// What was tried, and why it may have been in vain.
std::vector<std::string> why_none(const CredentialProvider& provider,
                                  const std::vector<std::string>& challenges) {
  std::vector<std::string> lines = provider.tried();
  const bool is_foreign = std::ranges::all_of(challenges, [](const std::string& challenge) {
    const std::string scheme = fold_case(challenge.substr(0, challenge.find(' ')));
    return scheme == "negotiate" || scheme == "ntlm";
  });
  if (is_foreign && !challenges.empty())
    lines.emplace_back("the server takes Kerberos or NTLM alone (http.emptyAuth), which ddx does not speak");
  return lines;
}

net::HttpHead HttpSubtransport::exchange(net::HttpRequest request) {
  CredentialProvider* const provider = call.options.credentials;
  CredentialProvider::Request wanted{*Origin::of(url), repository_path(url), {}};
  request.settings = settings_for(url);
  if (request.settings.is_told_not_to_verify && !std::exchange(told_checks, true))
    warn_of_checks(request.settings, call.host);
  has_header_login = std::ranges::any_of(request.settings.headers, net::is_login);
  for (;;) {
    request.credential = login;
    request.proxy_credential = proxy_login;
    request.proxy_origin = proxy_origin;
    request.challenges = challenges;
    const net::HttpHead head = client.send(request);
    if (head.proxy) {
      log_in_at(*head.proxy);
      continue;
    }
    if (login && head.status / 100 == 2 && !std::exchange(login_was_accepted, true))
      provider->accepted(wanted, *login);
    if (!wants_other_login(head.status) || provider == nullptr) return head;
    if (head.status != unauthorized) {  // the answer stays, if there is no other login
      login = provider->next(wanted);
      if (!login) return head;
      continue;
    }
    const AnswerContext refusal = context(head);
    if (login) provider->rejected(wanted, *login);
    wanted.challenges = challenges = head.challenges;
    login_was_accepted = false;
    login = provider->next(wanted);
    if (!login) throw_no_login(refusal, why_none(*provider, challenges));
    call.host.events.trace(fmt::format("logging in at '{}' with {}", url.host(), login->source));
  }
}

bool HttpSubtransport::wants_other_login(long status) const {
  constexpr long forbidden = 403, not_found = 404;
  return status == unauthorized ||
         (has_header_login && !login && (status == forbidden || status == not_found));
}

std::string HttpSubtransport::login_sent() const {
  if (login) return login->source;
  return has_header_login ? "http.extraHeader" : "";
}

void HttpSubtransport::log_in_at(const net::Proxy& proxy) {
  const CredentialProvider::Request wanted{proxy.origin, "", {}, true, proxy.username};
  if (proxy.origin != proxy_origin) proxy_login.reset();
  proxy_origin = proxy.origin;
  const bool was_sent = proxy_login || proxy.has_password;
  CredentialProvider* const provider = call.options.credentials;
  if (proxy_login) provider->rejected(wanted, *proxy_login);
  proxy_login = was_sent || provider == nullptr ? std::nullopt : provider->next(wanted);
  if (!proxy_login) net::throw_proxy_login(proxy, was_sent ? net::LoginSent::yes : net::LoginSent::no);
  call.host.events.trace(
      fmt::format("logging in at the proxy '{}' with {}", proxy.name(), proxy_login->source));
}

net::HttpSettings HttpSubtransport::settings_for(const UpstreamUrl& where) const {
  const FetchOptions& options = call.options;
  const Origin place = *Origin::of(where);
  const auto read = place == Origin::of(options.url) ? http_settings : http_settings_elsewhere;
  net::HttpSettings settings = read(*user_settings, place, repository_path(where), call.host);
  if (!settings.slowest_bytes_per_second)
    settings.slowest_bytes_per_second = options.slowest_bytes_per_second;
  if (!settings.slowest_for_seconds)
    settings.slowest_for_seconds = static_cast<long>(options.slowest_for.count());
  return settings;
}

AnswerContext HttpSubtransport::context(const net::HttpHead& head) {
  AnswerContext result{url, call.options.url, login_sent(), {}, call.host.person != nullptr};
  if (head.status < first_failure || head.content_type != "text/plain") return result;
  std::array<char, longest_words> words{};
  std::size_t size = 0;
  while (size < words.size()) {
    const std::size_t count = client.read(std::span(words).subspan(size));
    if (count == 0) break;
    size += count;
  }
  const std::string_view text(words.data(), size);
  result.said = text.substr(0, text.find_first_of("\r\n"));
  return result;
}

std::string refs_query(Service service) { return fmt::format("/info/refs?service={}", program_of(service)); }

void HttpSubtransport::ask_for_refs() {
  const std::string query = refs_query(call.options.service);
  const std::string content = fmt::format("application/x-{}-advertisement", program_of(call.options.service));
  url = call.options.url;
  for (int hops = 0;; ++hops) {
    const net::HttpHead head = exchange({without_slash(url.str()) + query, {"Accept: " + content}});
    if (!is_redirect(head)) {
      check_answer(head, content, context(head));
      break;
    }
    if (hops == redirect_limit)
      throw Error(ErrorCode::redirected, fmt::format("'{}' redirects without end", call.options.url.str()),
                  {{Recovery::check_url, call.options.url.str()}});
    follow(head.location);
  }
  if (url != call.options.url)
    call.host.events.note(fmt::format("'{}' has moved to '{}'", call.options.url.str(), url.str()));
}

void HttpSubtransport::follow(const std::string& location) {
  const std::optional<UpstreamUrl> next = redirect_target(location, refs_query(call.options.service));
  if (!settings_for(url).follows_redirects)
    throw Error(ErrorCode::redirected,
                fmt::format("'{}' redirects to '{}', and 'http.followRedirects' of git's settings is false",
                            url.str(), next ? next->str() : location),
                {{Recovery::check_url, url.str()}});
  const bool stays_here = next && url.is_loopback() && next->is_loopback() && next->kind() == url.kind();
  if (!next || (next->kind() != UpstreamUrl::Kind::https && !stays_here))
    throw Error(ErrorCode::redirected,
                fmt::format("'{}' redirects to '{}', which ddx does not follow", url.str(), location),
                {{Recovery::check_url, url.str()}});
  if (Origin::of(*next) != Origin::of(url)) login.reset();  // it is for the old place only
  url = *next;
}

void HttpSubtransport::ask_for_pack(std::string request) {
  const std::string_view program = program_of(call.options.service);
  const std::string content = fmt::format("application/x-{}-result", program);
  const net::HttpHead head =
      exchange({fmt::format("{}/{}", without_slash(url.str()), program),
                {fmt::format("Content-Type: application/x-{}-request", program), "Accept: " + content},
                std::move(request)});
  check_answer(head, content, context(head));
}

int make_subtransport(git_smart_subtransport** out, git_transport*, void* param) {
  auto& call = *static_cast<FetchCall*>(param);
  return guarded(call, [&] {
    *out = std::make_unique<HttpSubtransport>(call).release();
    return 0;
  });
}

}  // namespace

std::optional<git_smart_subtransport_definition> http_subtransport(FetchCall& call) {
  const UpstreamUrl& url = call.options.url;
  if (url.kind() == UpstreamUrl::Kind::http && !url.is_loopback() && !call.host.allow_insecure_http)
    throw Error(ErrorCode::url_refused,
                fmt::format("cannot fetch from '{}': anyone on the way could change what arrives", url.str()),
                {{Recovery::did_you_mean, "https" + url.str().substr(url.str().find(':'))},
                 {Recovery::allow_insecure_http}});
  return git_smart_subtransport_definition{make_subtransport, 1, &call};
}

}  // namespace ddx::git
