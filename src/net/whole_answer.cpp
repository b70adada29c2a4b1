#include "net/whole_answer.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <memory>

#include "ddx/secret.hpp"
#include "net/curl_error.hpp"
#include "net/proxy.hpp"

namespace ddx::net {

namespace {

constexpr std::size_t largest_body = 1u << 20;
constexpr std::size_t most_headers = 500;
constexpr long interrupt_tick_ms = 100;

struct Free {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const noexcept {
    for (curl_slist* entry = list; entry != nullptr; entry = entry->next)
      Secret::wipe(entry->data, std::char_traits<char>::length(entry->data));
    curl_slist_free_all(list);
  }
  void operator()(char* text) const noexcept { curl_free(text); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

struct Call {
  WholeAnswer answer;
  Host& host;
  bool too_large = false;
};

std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* raw) {
  Call& call = *static_cast<Call*>(raw);
  call.too_large = call.answer.body.size() + size > largest_body;
  if (call.too_large) return 0;
  call.answer.body.append(bytes, size);
  return size;
}

std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* raw) {
  Call& call = *static_cast<Call*>(raw);
  std::string_view line(bytes, size);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) call.answer.headers.clear();  // of a proxy, or of an answer before the last
  if (colon == line.npos) return size;
  std::string name(line.substr(0, colon));
  for (char& letter : name)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  const std::size_t start = std::min(line.find_first_not_of(' ', colon + 1), line.size());
  if (call.answer.headers.size() < most_headers) call.answer.headers.emplace(name, line.substr(start));
  return size;
}

std::string part(const std::string& url, CURLUPart which) {
  const Owned<CURLU> parsed(curl_url());
  char* raw = nullptr;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), which, &raw, 0) != CURLUE_OK)
    return {};
  const Owned<char> owned(raw);
  return raw;
}

class Easy {
 public:
  Easy() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started == CURLE_OK) easy_.reset(curl_easy_init());
    if (!easy_) throw Error(ErrorCode::internal, "cannot start the network library");
  }
  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(easy_.get(), option, value) != CURLE_OK)
      throw Error(ErrorCode::internal,
                  fmt::format("the network library refused option {}", static_cast<int>(option)));
  }
  [[nodiscard]] CURL* raw() const { return easy_.get(); }

 private:
  Owned<CURL> easy_;
};

void set_trust(Easy& easy, Host& host) {
  for (const char* name : {"GIT_SSL_CAINFO", "SSL_CERT_FILE"}) {
    const auto file = host.environment(name);
    if (!file || file->empty()) continue;
    easy.set(CURLOPT_CAINFO, file->c_str());
    break;
  }
  if (const auto folder = host.environment("SSL_CERT_DIR"); folder && !folder->empty())
    easy.set(CURLOPT_CAPATH, folder->c_str());
}

void set_up(Easy& easy, const HttpRequest& request, const HttpTimeouts& timeouts, Call& call) {
  easy.set(CURLOPT_URL, request.url.c_str());
  easy.set(CURLOPT_PROTOCOLS_STR, "http,https");
  easy.set(CURLOPT_ACCEPT_ENCODING, "");
  easy.set(CURLOPT_USERAGENT, "ddx");
  easy.set(CURLOPT_NOSIGNAL, 1L);
  easy.set(CURLOPT_QUICK_EXIT, 1L);
  easy.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeouts.connect.count()));
  easy.set(CURLOPT_TIMEOUT_MS, static_cast<long>((timeouts.connect + timeouts.idle).count()));
  easy.set(CURLOPT_WRITEFUNCTION, &on_body);
  easy.set(CURLOPT_WRITEDATA, &call);
  easy.set(CURLOPT_HEADERFUNCTION, &on_header);
  easy.set(CURLOPT_HEADERDATA, &call);
  const ProxySettings proxy = proxy_for(part(request.url, CURLUPART_SCHEME), call.host);
  easy.set(CURLOPT_PROXY, proxy.url.c_str());  // an empty one keeps curl from looking into the environment
  easy.set(CURLOPT_NOPROXY, proxy.exceptions.c_str());
  easy.set(CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_ANY));
  easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set_trust(easy, call.host);
}

CURLcode run(Easy& easy, const Call& call) {
  const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi(curl_multi_init(), &curl_multi_cleanup);
  curl_multi_add_handle(multi.get(), easy.raw());
  CURLcode result = CURLE_OK;
  for (int active = 1; active > 0 && !call.host.interrupted;) {
    curl_multi_perform(multi.get(), &active);
    if (active > 0) curl_multi_poll(multi.get(), nullptr, 0, interrupt_tick_ms, nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left))
    if (message->msg == CURLMSG_DONE) result = message->data.result;
  curl_multi_remove_handle(multi.get(), easy.raw());
  if (call.host.interrupted) throw Interrupted();
  return result;
}

}  // namespace

std::string WholeAnswer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::vector<std::string> WholeAnswer::all(const std::string& name) const {
  std::vector<std::string> values;
  const auto [first, last] = headers.equal_range(name);
  for (auto header = first; header != last; ++header) values.push_back(header->second);
  return values;
}

WholeAnswer exchange(const HttpRequest& request, const HttpTimeouts& timeouts, Host& host) {
  Easy easy;
  Call call{{}, host};
  std::array<char, CURL_ERROR_SIZE> reason{};
  set_up(easy, request, timeouts, call);
  easy.set(CURLOPT_ERRORBUFFER, reason.data());
  Owned<curl_slist> headers;
  for (const std::string& line : request.headers)
    headers.reset(curl_slist_append(headers.release(), line.c_str()));
  easy.set(CURLOPT_HTTPHEADER, headers.get());
  if (request.body) {
    easy.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    easy.set(CURLOPT_POSTFIELDS, request.body->c_str());
  }
  const CURLcode result = run(easy, call);
  const std::string port = part(request.url, CURLUPART_PORT);
  const std::string server = part(request.url, CURLUPART_HOST) + (port.empty() ? "" : ":" + port);
  if (call.too_large)
    throw Error(ErrorCode::server_error, fmt::format("the answer of '{}' is far too long", server));
  if (result != CURLE_OK) throw_curl_error(easy.raw(), result, server, reason.data());
  curl_easy_getinfo(easy.raw(), CURLINFO_RESPONSE_CODE, &call.answer.status);
  return std::move(call.answer);
}

}  // namespace ddx::net
