#include "net/http.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "net/connection_options.hpp"
#include "net/curl_error.hpp"
#include "net/retry.hpp"
#include "net/silence.hpp"
#include "net/wiping_memory.hpp"

namespace ddx::net {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int interrupt_tick_ms = 100;
constexpr long proxy_login_required = 407;
/// The transfer pauses when the reader is this far behind.
constexpr std::size_t buffer_limit_bytes = 1u << 20;
constexpr std::size_t head_limit_bytes = 256u << 10;  // curl has a limit of its own above it
constexpr const char* user_agent = "git/2.0 (ddx)";   // servers tell git from browsers by the first word

using MultiHandle = std::unique_ptr<CURLM, Free<curl_multi_cleanup>>;
using EasyHandle = std::unique_ptr<CURL, Free<curl_easy_cleanup>>;
using UrlHandle = std::unique_ptr<CURLU, Free<curl_url_cleanup>>;

std::string part(const std::string& url, CURLUPart which) {
  const UrlHandle parsed(curl_url());
  char* raw = nullptr;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), which, &raw, 0) != CURLUE_OK)
    return {};
  const std::unique_ptr<char, Free<curl_free>> owned(raw);
  return raw;
}

std::string host_of(const std::string& url) {
  const std::string port = part(url, CURLUPART_PORT);
  return part(url, CURLUPART_HOST) + (port.empty() ? "" : ":" + port);
}

std::string lower_case_without_parameters(std::string_view value) {
  std::string result(value.substr(0, value.find_first_of("; ")));
  for (char& letter : result)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return result;
}

/// curl leaves the line's end in a value that is empty otherwise.
std::string_view without_line_end(std::string_view value) {
  while (value.ends_with('\r') || value.ends_with('\n')) value.remove_suffix(1);
  return value;
}

std::optional<std::chrono::seconds> parse_retry_after(const std::string& value, Host& host) {
  long seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error == std::errc() && end == value.data() + value.size())
    return seconds < 0 ? std::nullopt : std::optional<std::chrono::seconds>(seconds);
  const std::time_t date = curl_getdate(value.c_str(), nullptr);
  if (date < 0) return std::nullopt;
  // In seconds: the clock's own ticks end long before the dates that can be written.
  return std::chrono::seconds(
      std::max<std::time_t>(date - std::chrono::system_clock::to_time_t(host.now()), 0));
}

}  // namespace

struct HttpClient::Exchange {
  Exchange(const HttpTimeouts& the_timeouts, Host& the_host) : timeouts(the_timeouts), host(the_host) {
    start_curl();
    multi.reset(curl_multi_init());
    easy.reset(curl_easy_init());
    if (!multi || !easy) throw Error(ErrorCode::internal, "cannot start a network connection");
  }
  ~Exchange() { end(); }

  template <class Value>
  void set(CURLoption option, Value value) {
    net::set(easy.get(), option, value);
  }

  void begin(const HttpRequest& request);
  void choose_proxy(const HttpRequest& request);
  void require_near_proxy() const;
  void set_body(const HttpRequest& request);
  void end();
  template <class Ready>
  void drive(Ready ready);
  void watch_silence(steady_clock::time_point since, bool connected);
  void collect_result();
  [[noreturn]] void throw_failure(CURLcode code, const std::string& why);
  [[nodiscard]] bool wants_proxy_login();
  HttpHead head();
  void look_for_proxy(HttpHead& head);
  std::string header(const char* name);
  std::vector<std::string> headers_named(const char* name);

  static std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* raw);
  static std::size_t on_head(char* bytes, std::size_t, std::size_t size, void* raw);

  HttpTimeouts timeouts;
  Host& host;
  MultiHandle multi;
  EasyHandle easy;
  HeaderList headers, resolve;
  std::string server;  ///< for messages
  std::optional<Proxy> proxy;
  bool is_tunnelled = false;  ///< through the proxy
  std::string sent;
  std::array<char, CURL_ERROR_SIZE> reason{};
  std::string buffer;
  std::size_t taken = 0;  ///< of `buffer`
  std::size_t head_bytes = 0;
  bool head_complete = false;
  bool running = false, paused = false, finished = false;
  bool told_silence = false;
  CURLcode result = CURLE_OK;
  std::uint64_t arrived = 0;  ///< bytes of any kind, to see whether time passes idly
};

std::size_t HttpClient::Exchange::on_body(char* bytes, std::size_t, std::size_t size, void* raw) {
  auto& self = *static_cast<Exchange*>(raw);
  if (self.buffer.size() - self.taken >= buffer_limit_bytes) {
    self.paused = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  self.buffer.append(bytes, size);
  self.arrived += size;
  return size;
}

std::size_t HttpClient::Exchange::on_head(char* bytes, std::size_t, std::size_t size, void* raw) {
  auto& self = *static_cast<Exchange*>(raw);
  self.head_complete = std::string_view(bytes, size) == "\r\n" || std::string_view(bytes, size) == "\n";
  self.arrived += size;
  self.head_bytes += size;
  return self.head_bytes > head_limit_bytes ? 0 : size;
}

void HttpClient::Exchange::begin(const HttpRequest& request) {
  end();
  curl_easy_reset(easy.get());
  server = host_of(request.url);
  buffer.clear();
  taken = head_bytes = 0;
  head_complete = paused = finished = false;
  result = CURLE_OK;
  reason.fill('\0');

  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_ACCEPT_ENCODING, "");  // whatever this curl can unpack
  set(CURLOPT_USERAGENT,
      request.settings.user_agent.empty() ? user_agent : request.settings.user_agent.c_str());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // an interrupt must not wait for a name server
  set(CURLOPT_ERRORBUFFER, reason.data());
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeouts.connect.count()));
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &on_head);
  set(CURLOPT_HEADERDATA, this);

  choose_proxy(request);
  set_body(request);
  if (request.credential) set_login(easy.get(), *request.credential, request.challenges);
  curl_multi_add_handle(multi.get(), easy.get());
  running = true;
}

void HttpClient::Exchange::choose_proxy(const HttpRequest& request) {
  const std::string scheme = part(request.url, CURLUPART_SCHEME);
  const std::string url = set_connection(easy.get(), scheme, request.settings, host, resolve);
  const bool is_used = !is_exempt(proxy_for(scheme, host).exceptions, part(request.url, CURLUPART_HOST));
  proxy = is_used ? parse_proxy(url) : std::nullopt;
  is_tunnelled = scheme == "https";
  if (proxy && !is_tunnelled) require_near_proxy();
  if (proxy && proxy->origin == request.proxy_origin && request.proxy_credential)
    set_proxy_login(easy.get(), url, *request.proxy_credential);
}

/// Plain HTTP is for this machine alone, and a proxy elsewhere would read it, and take the name for its own.
void HttpClient::Exchange::require_near_proxy() const {
  if (host.allow_insecure_http || UpstreamUrl::parse(proxy->origin.str() + "/").is_loopback()) return;
  throw Error(
      ErrorCode::url_refused,
      fmt::format("cannot ask '{}' by the proxy '{}': it would read all that is sent", server, proxy->name()),
      {{Recovery::pass_by_proxy, server}, {Recovery::allow_insecure_http}});
}

void HttpClient::Exchange::set_body(const HttpRequest& request) {
  headers.reset();
  for (const std::string& line : request.headers) append(headers, line);
  for (const std::string& line : request.settings.headers)
    if (!request.credential || !is_login(line)) append(headers, line);
  if (request.body) {
    sent = *request.body;
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, sent.c_str());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sent.size()));
    append(headers, "Expect:");  // some proxies never answer to it
  }
  if (!request.method.empty()) set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  set(CURLOPT_HTTPHEADER, headers.get());
}

void HttpClient::Exchange::end() {
  if (running) curl_multi_remove_handle(multi.get(), easy.get());
  running = false;
  Secret::wipe(sent.data(), sent.size());
}

template <class Ready>
void HttpClient::Exchange::drive(Ready ready) {
  auto since = steady_clock::now();
  std::uint64_t seen = arrived;
  bool was_connected = false;
  for (;;) {
    if (host.interrupted) throw Interrupted();
    int active = 0;
    curl_multi_perform(multi.get(), &active);
    collect_result();
    if (ready()) return;
    curl_off_t connected_after = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_PRETRANSFER_TIME_T, &connected_after);
    const bool connected = connected_after != 0;
    if (arrived != seen || connected != was_connected) {
      since = steady_clock::now();
      seen = arrived;
      was_connected = connected;
    }
    watch_silence(since, connected);
    curl_multi_poll(multi.get(), nullptr, 0, interrupt_tick_ms, nullptr);
  }
}

void HttpClient::Exchange::watch_silence(steady_clock::time_point since, bool connected) {
  const auto seconds = [](auto time) { return std::chrono::ceil<std::chrono::seconds>(time).count(); };
  const auto silence = steady_clock::now() - since;
  const milliseconds limit = connected ? timeouts.idle : timeouts.connect;
  if (connected && silence >= limit)  // until it is connected, curl's own limit holds
    throw PassingError(ErrorCode::network_timeout,
                       fmt::format("'{}' sent nothing for {} seconds", server, seconds(limit)),
                       {{Recovery::check_network, server}});
  if (silence < limit / silence_told_after || std::exchange(told_silence, true)) return;
  host.events.note(connected ? silence_note(server, limit)
                             : fmt::format("waiting up to {} s for a connection to '{}'", seconds(limit),
                                           proxy ? proxy->name() : server));
}

bool HttpClient::Exchange::wants_proxy_login() {
  long status = 0;
  return curl_easy_getinfo(easy.get(), CURLINFO_HTTP_CONNECTCODE, &status) == CURLE_OK &&
         status == proxy_login_required;
}

void HttpClient::Exchange::throw_failure(CURLcode code, const std::string& why) {
  throw_curl_error(easy.get(), code, {server, proxy ? proxy->name() : ""}, why);
}

void HttpClient::Exchange::collect_result() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    finished = true;
    result = message->data.result;
  }
}

std::string HttpClient::Exchange::header(const char* name) {
  curl_header* found = nullptr;
  if (curl_easy_header(easy.get(), name, 0, CURLH_HEADER, -1, &found) != CURLHE_OK) return {};
  return found->value;
}

std::vector<std::string> HttpClient::Exchange::headers_named(const char* name) {
  std::vector<std::string> values;
  curl_header* found = nullptr;
  for (std::size_t i = 0; curl_easy_header(easy.get(), name, i, CURLH_HEADER, -1, &found) == CURLHE_OK; ++i)
    values.emplace_back(found->value);
  return values;
}

/// Within a tunnel nobody but the server answers.
void HttpClient::Exchange::look_for_proxy(HttpHead& head) {
  if (!proxy || is_tunnelled) return;
  const bool is_passed_on = !header("Via").empty() || !header("X-Cache").empty();
  head.is_of_proxy =
      !header("X-Squid-Error").empty() || header("Proxy-Status").find("error=") != std::string::npos;
  if (is_passed_on || head.is_of_proxy) head.between = proxy;
}

HttpHead HttpClient::Exchange::head() {
  HttpHead head;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &head.status);
  head.content_type = lower_case_without_parameters(header("Content-Type"));
  const char* target = nullptr;
  if (curl_easy_getinfo(easy.get(), CURLINFO_REDIRECT_URL, &target) == CURLE_OK && target != nullptr)
    head.location = target;
  head.challenges = headers_named("WWW-Authenticate");
  head.retry_after = parse_retry_after(header("Retry-After"), host);
  // Within a tunnel it is the server that answers, and it has no say about the proxy's login.
  const bool is_answer_of_proxy = head.status == proxy_login_required && !is_tunnelled;
  if (wants_proxy_login()) head.status = proxy_login_required;
  if (wants_proxy_login() || is_answer_of_proxy) head.proxy = proxy;
  look_for_proxy(head);
  return head;
}

bool is_login(std::string_view header) {
  std::string_view name = header.substr(0, header.find(':'));
  while (name.ends_with(' ')) name.remove_suffix(1);
  return fold_case(name) == "authorization";
}

HttpClient::HttpClient(const HttpTimeouts& timeouts, Host& host)
    : exchange_(std::make_unique<Exchange>(timeouts, host)) {}
HttpClient::~HttpClient() = default;

HttpHead HttpClient::send(const HttpRequest& request) {
  Exchange& exchange = *exchange_;
  exchange.begin(request);
  exchange.drive([&] { return exchange.finished || !exchange.buffer.empty(); });
  if (exchange.wants_proxy_login()) return exchange.head();
  if (exchange.finished && exchange.buffer.empty() && exchange.result != CURLE_OK)
    exchange.throw_failure(exchange.result, exchange.reason.data());
  if (!exchange.head_complete)  // for curl, an answer that ends in its head is a short one
    exchange.throw_failure(CURLE_PARTIAL_FILE, "the answer broke off");
  return exchange.head();
}

std::multimap<std::string, std::string> HttpClient::headers() const {
  constexpr std::size_t most_headers = 500;
  std::multimap<std::string, std::string> found;
  const curl_header* last = nullptr;
  CURL* const easy = exchange_->easy.get();
  while (found.size() < most_headers) {
    curl_header* const header = curl_easy_nextheader(easy, CURLH_HEADER, -1, const_cast<curl_header*>(last));
    if (header == nullptr) break;
    found.emplace(fold_case(header->name), without_line_end(header->value));
    last = header;
  }
  return found;
}

std::size_t HttpClient::read(std::span<char> into) {
  Exchange& exchange = *exchange_;
  const auto available = [&] { return exchange.buffer.size() - exchange.taken; };
  if (available() == 0) {
    exchange.buffer.clear();
    exchange.taken = 0;
    if (std::exchange(exchange.paused, false)) curl_easy_pause(exchange.easy.get(), CURLPAUSE_CONT);
    if (!exchange.finished) exchange.drive([&] { return exchange.finished || available() > 0; });
  }
  if (available() == 0 && exchange.result != CURLE_OK)
    exchange.throw_failure(exchange.result, exchange.reason.data());
  const std::size_t count = std::min(into.size(), available());
  exchange.buffer.copy(into.data(), count, exchange.taken);
  exchange.taken += count;
  return count;
}

}  // namespace ddx::net
