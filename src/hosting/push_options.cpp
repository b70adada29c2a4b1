#include "hosting/push_options.hpp"

#include <string_view>

namespace ddx::hosting {

namespace {

using auth::Platform;

/// A packet of git's protocol has 65,516 bytes of content; keys need some of them.
constexpr std::size_t longest_value = 60'000;

/// Cuts where a character of UTF-8 begins.
std::string cut(std::string text) {
  if (text.size() <= longest_value) return text;
  std::size_t end = longest_value;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

/// One line: runs of line ends, and other control characters, become `instead`.
std::string in_one_line(std::string_view text, std::string_view instead) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (text[i] == '\n' || text[i] == '\r') {
      out += instead;
    } else if (byte >= 0x20 && byte != 0x7F) {
      out += text[i];
    } else {
      out += ' ';
    }
  }
  return cut(std::move(out));
}

}  // namespace

std::vector<std::string> request_by_push(Platform platform, const PushedRequest& request) {
  if (platform != Platform::gitlab) return {};
  std::vector<std::string> options{"merge_request.create", "merge_request.target=" + request.base,
                                   "merge_request.title=" + in_one_line(request.title, " ")};
  if (!request.body.empty())
    options.push_back("merge_request.description=" + in_one_line(request.body, "\\n"));
  if (request.draft) options.emplace_back("merge_request.draft");
  return options;
}

}  // namespace ddx::hosting
