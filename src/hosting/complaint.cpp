#include "hosting/complaint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/redaction.hpp"
#include "base/text.hpp"

namespace ddx::hosting {

namespace {

using auth::Platform;
using std::chrono::seconds;
using Kind = Complaint::Kind;

constexpr std::size_t longest_words = 400;
constexpr seconds wait_unless_told{60};
/// Above it a number is a moment, below a duration.
constexpr long long first_moment = 1'000'000'000;

void add_words(std::string& words, const std::string& more) {
  if (more.empty() || words.find(more) != words.npos) return;
  if (!words.empty()) words += "; ";
  words += more;
}

/// A text; a list of texts or of objects with a message; an object of such lists by the name of a field.
std::string words_of(const Json& value, int depth = 0) {
  if (value.is_string()) return value.get<std::string>();
  std::string words;
  if (depth > 3) return words;
  if (value.is_array())
    for (const Json& part : value) add_words(words, words_of(part, depth + 1));
  if (!value.is_object()) return words;
  if (const std::string message = text_at(value, "/message"); !message.empty()) return message;
  if (const std::string code = text_at(value, "/code"); !code.empty())
    return fmt::format("{} {}", text_at(value, "/field"), code);
  for (const auto& [field, part] : value.items())
    if (const std::string text = words_of(part, depth + 1); !text.empty())
      add_words(words, field + " " + text);
  return words;
}

std::string words_in(const Reply& reply) {
  const Json& json = reply.json;
  if (json.is_object()) {
    if (const std::string words = words_of(value_at(json, "/errors")); !words.empty()) return words;
    for (const char* path : {"/message", "/error_description", "/error"})
      if (const std::string words = words_of(value_at(json, path)); !words.empty()) return words;
    return {};
  }
  if (reply.answer.header("content-type").find("html") != std::string::npos ||
      reply.answer.body.find('<') != std::string::npos)
    return {};
  return reply.answer.body.substr(0, reply.answer.body.find_first_of("\r\n"));
}

std::string harmless(std::string words) {
  if (words.size() > longest_words) {
    std::size_t end = longest_words;
    while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0) == 0x80) --end;
    words = words.substr(0, end) + "…";
  }
  return printable(redacted(words));
}

/// The name of Java's exception that Bitbucket Data Center adds, where no words are the same in all
/// languages.
std::string exceptions_in(const Json& json) {
  std::string names;
  for (const Json& error : list_at(json, "/errors")) names += text_at(error, "/exceptionName") + " ";
  return names;
}

bool mentions(std::string_view folded, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return folded.find(phrase) != folded.npos; });
}

bool is_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_'; }

/// A name may hold any word.
std::string without_names(std::string folded, const Repository& repository) {
  for (const std::string& name : {fold_case(repository.full_name()), fold_case(repository.name)})
    for (std::size_t at = folded.find(name); at != folded.npos; at = folded.find(name, at)) {
      const std::size_t end = at + name.size();
      const bool is_whole =
          (at == 0 || !is_of_name(folded[at - 1])) && (end == folded.size() || !is_of_name(folded[end]));
      if (is_whole) folded.replace(at, name.size(), "…");
      at += is_whole ? 1 : name.size();
    }
  return folded;
}

bool is_read_only(std::string_view folded) { return mentions(folded, {"read-only", "readonly"}); }

std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> words;
  for (;;) {
    const std::size_t start = text.find_first_not_of(", ");
    if (start == text.npos) return words;
    text.remove_prefix(start);
    words.emplace_back(text.substr(0, text.find_first_of(", ")));
    text.remove_prefix(words.back().size());
  }
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// GitHub says which scopes a request needs one of, and which the token has.
std::string scope_missing_by_headers(const net::WholeAnswer& answer) {
  if (!answer.headers.contains("x-oauth-scopes")) return {};
  const std::vector<std::string> wanted = listed(answer.header("x-accepted-oauth-scopes"));
  const std::vector<std::string> granted = listed(answer.header("x-oauth-scopes"));
  for (const std::string& scope : wanted)
    if (has(granted, scope)) return {};
  if (wanted.empty()) return {};
  return has(wanted, "repo") ? "repo" : wanted.front();
}

std::string scope_missing_by_lists(const Json& json) {
  std::string missing;
  const Json& granted = list_at(json, "/error/detail/granted");
  for (const Json& scope : list_at(json, "/error/detail/required"))
    if (scope.is_string() && std::find(granted.begin(), granted.end(), scope) == granted.end())
      add_words(missing, scope.get<std::string>());
  return missing;
}

/// `…required scope(s): [write:repository]`, as Gitea has it.
std::string scope_missing_by_words(const std::string& words) {
  const std::size_t required = words.find("required");
  if (words.find("scope") == words.npos || required == words.npos) return {};
  const std::size_t open = words.find('[', required), close = words.find(']', required);
  return open != words.npos && close != words.npos && open < close ? words.substr(open + 1, close - open - 1)
                                                                   : "";
}

/// What a platform calls the right to change something.
std::string right_to_write(Platform platform) {
  switch (platform) {
    case Platform::github:
      return "repo";
    case Platform::gitlab:
      return "api";
    case Platform::bitbucket_cloud:
      return "write:repository:bitbucket";
    case Platform::bitbucket_server:
      return "REPO_WRITE";
    case Platform::gitea:
      return "write:repository";
    case Platform::unknown:
      break;
  }
  return "write";
}

/// \param folded  the words without names
std::string missing_scope(const Reply& reply, const std::string& words, const std::string& folded,
                          Platform platform) {
  if (text_at(reply.json, "/error") == "insufficient_scope") {
    const std::string scope = text_at(reply.json, "/scope");
    return scope.empty() ? "api" : scope;
  }
  if (std::string missing = scope_missing_by_lists(reply.json); !missing.empty()) return missing;
  if (std::string missing = scope_missing_by_words(words); !missing.empty()) return missing;
  if (words.find("Resource not accessible by") != words.npos) {
    const std::string wanted = reply.answer.header("x-accepted-github-permissions");
    return wanted.empty() ? "pull_requests=write" : wanted;
  }
  if (mentions(folded, {"token", "access key", "deploy key"}) && is_read_only(folded))
    return right_to_write(platform);
  return scope_missing_by_headers(reply.answer);
}

std::optional<long long> number_in(const std::string& text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < 0)
    return std::nullopt;
  return value;
}

seconds wait_in(const net::WholeAnswer& answer, std::chrono::system_clock::time_point now) {
  if (const auto after = number_in(answer.header("retry-after"))) return seconds(*after);
  for (const char* name : {"x-ratelimit-reset", "ratelimit-reset"})
    if (const auto reset = number_in(answer.header(name))) {
      if (*reset < first_moment) return seconds(*reset);
      const auto left = std::chrono::ceil<seconds>(std::chrono::sys_seconds(seconds(*reset)) - now);
      return std::max(left, seconds(0));
    }
  return wait_unless_told;
}

bool is_limit(const net::WholeAnswer& answer, const std::string& folded) {
  if (answer.status == 429) return true;
  if (answer.status != 403) return false;
  return answer.header("x-ratelimit-remaining") == "0" || answer.headers.contains("retry-after") ||
         mentions(folded, {"rate limit", "abuse detection"});
}

/// `required; url=https://…`
std::string sso_page(const net::WholeAnswer& answer) {
  const std::string header = answer.header("x-github-sso");
  const std::size_t url = header.find("url=");
  if (url == header.npos) return {};
  const std::string page = header.substr(url + 4, header.find(';', url) - url - 4);
  return page.starts_with("https://") ? page : "";
}

/// What the words say. Those that other sentences have too count only where the status fits.
std::optional<Kind> kind_by_words(const std::string& folded, long status) {
  if (mentions(folded, {"pull request already exists", "merge request already exists",
                        "duplicatepullrequestexception"}))
    return Kind::duplicate;
  if (mentions(folded, {"no commits between", "no changes to be pulled", "emptypullrequest",
                        "nothing to merge", "no changes between"}))
    return Kind::nothing_to_merge;
  if (status != 403 && status != 409 && status != 422 && status != 423) return std::nullopt;
  if (mentions(folded, {"archived"}) || is_read_only(folded)) return Kind::archived;
  if (mentions(folded, {"quota", "limit_reached", "project limit", "reached the limit"})) return Kind::quota;
  return std::nullopt;
}

Kind kind_by_status(const Reply& reply, Platform platform, const std::string& folded) {
  switch (reply.status()) {
    case 401:
      // Bitbucket Data Center says it too to somebody whom it knows and who may not.
      return platform == Platform::bitbucket_server && !reply.answer.header("x-ausername").empty()
                 ? Kind::access
                 : Kind::login;
    case 403:
    case 410:
      return Kind::access;
    case 404:
      return mentions(folded, {"branch"}) ? Kind::refused : Kind::access;
    case 413:
      return Kind::quota;
    case 423:
      return Kind::archived;
    default:
      return Kind::refused;
  }
}

}  // namespace

Complaint complaint_in(const Reply& reply, const Repository& repository,
                       std::chrono::system_clock::time_point now) {
  const std::string words = words_in(reply);
  const std::string folded = without_names(fold_case(words + " " + exceptions_in(reply.json)), repository);
  Complaint complaint;
  complaint.said = harmless(words);
  const long status = reply.status();
  if (status / 100 == 3) {
    complaint.kind = Kind::moved;
    complaint.subject = harmless(reply.answer.header("location"));
  } else if (is_limit(reply.answer, folded)) {
    complaint.kind = Kind::limit;
    complaint.wait = wait_in(reply.answer, now);
  } else if (status >= 500 || status == 408 || reply.is_good()) {
    complaint.kind = Kind::trouble;
    if (const auto after = number_in(reply.answer.header("retry-after"))) complaint.wait = seconds(*after);
  } else if (const std::string page = sso_page(reply.answer); status == 403 && !page.empty()) {
    complaint.kind = Kind::sso;
    complaint.subject = harmless(page);
  } else if (const std::string scope = missing_scope(reply, words, folded, repository.platform);
             (status == 403 || status == 404) && !scope.empty()) {
    complaint.kind = Kind::scope;
    complaint.subject = harmless(scope);
  } else if (const auto kind = kind_by_words(folded, status)) {
    complaint.kind = *kind;
  } else {
    complaint.kind = kind_by_status(reply, repository.platform, folded);
  }
  return complaint;
}

}  // namespace ddx::hosting
