#include "net/whole_answer.hpp"

#include <fmt/format.h>

#include <array>

namespace ddx::net {

namespace {

constexpr std::size_t largest_body = 1u << 20;

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
  HttpClient client(timeouts, host);
  WholeAnswer answer;
  const HttpHead head = client.send(request);
  if (head.proxy) throw_proxy_login(*head.proxy, head.proxy->has_password ? LoginSent::yes : LoginSent::no);
  answer.status = head.status;
  answer.headers = client.headers();
  std::array<char, 16 * 1024> buffer{};
  while (const std::size_t count = client.read(buffer)) {
    answer.body.append(buffer.data(), count);
    if (answer.body.size() > largest_body)
      throw Error(ErrorCode::server_error, fmt::format("the answer from '{}' is far too long", request.url));
  }
  return answer;
}

}  // namespace ddx::net
