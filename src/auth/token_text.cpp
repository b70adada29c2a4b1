#include "auth/token_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "ddx/error.hpp"

namespace ddx::auth {

namespace {

constexpr std::string_view around = " \t\r\n";

bool is_control(char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f; }

}  // namespace

Secret trimmed(const Secret& token) {
  std::string_view text = token.reveal();
  text.remove_prefix(std::min(text.find_first_not_of(around), text.size()));
  return Secret(text.substr(0, text.find_last_not_of(around) + 1));
}

std::string why_no_password(const Secret& password) {
  const std::string_view text = password.reveal();
  return std::any_of(text.begin(), text.end(), is_control) ? "it holds a control character" : "";
}

std::string why_no_token(const Secret& token) {
  return token.reveal().find(' ') == std::string_view::npos ? why_no_password(token) : "it holds a blank";
}

Secret checked_token(const Secret& token, const std::string& source) {
  Secret result = trimmed(token);
  if (result.empty())
    throw Error(ErrorCode::auth_required, "no token was given", {{Recovery::see_help, "auth"}});
  const std::string_view text = result.reveal();
  const bool has_letters = std::any_of(text.begin(), text.end(),
                                       [](char byte) { return static_cast<unsigned char>(byte) > 0x7f; });
  const std::string why = has_letters ? "it holds a letter that no token has" : why_no_token(result);
  if (!why.empty())
    throw Error(ErrorCode::usage, fmt::format("the token from '{}' cannot be one: {}", source, why),
                {{Recovery::see_help, "auth"}});
  return result;
}

}  // namespace ddx::auth
