#include "hosting/request_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "ddx/error.hpp"

namespace ddx::hosting {

namespace {

Error odd(const Repository& upstream, const std::string& what) {
  return Error(ErrorCode::platform_trouble,
               fmt::format("the interface of '{}' does not answer as it should: it tells of a request {}",
                           upstream.origin.host_and_port(), what),
               {{Recovery::retry}});
}

}  // namespace

ReviewRequest RequestWords::begin(const Json& json, const Repository& upstream) const {
  using State = ReviewRequest::State;
  ReviewRequest request;
  request.number = number_at(json, number);
  if (request.number <= 0) throw odd(upstream, "without a number");
  const std::string said = text_at(json, "/state");
  const auto is_in = [&](const std::vector<std::string>& words) {
    return std::ranges::find(words, said) != words.end();
  };
  if (is_in(open))
    request.state = State::open;
  else if (is_in(merged))
    request.state = State::merged;
  else if (is_in(closed))
    request.state = State::closed;
  else
    throw odd(upstream, fmt::format("in the state '{}'", printable(said)));
  return request;
}

}  // namespace ddx::hosting
