#include "auth/credential_failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/redaction.hpp"
#include "base/text.hpp"

namespace ddx::auth {

namespace {

using Json = nlohmann::json;

constexpr std::string_view event_start = "{\"event\":\"";
constexpr std::string_view by_name = "git credential-";
constexpr std::size_t longest_words = 200, longest_name = 40;

/// Reads what a git that traces itself, its helpers, and their own git programs write to the same pipe.
class TraceReader {
 public:
  void read(std::string_view errors) {
    while (!errors.empty()) {
      const std::string_view line = errors.substr(0, errors.find('\n'));
      errors.remove_prefix(std::min(line.size() + 1, errors.size()));
      // What a helper writes without a line end has the next event on its line.
      const std::size_t event = line.find(event_start);
      add_words(line.substr(0, event));
      if (event != line.npos) add_event(Json::parse(line.substr(event), nullptr, false));
    }
  }
  [[nodiscard]] CredentialFailure result() { return std::move(result_); }

 private:
  void add_words(std::string_view line) {
    if (!result_.words.empty()) return;
    const bool is_about_answer = line.find("invalid credential line") != line.npos;
    const bool is_gits_own = !gits_words_.empty() && line.ends_with(gits_words_);
    if (is_about_answer) {
      result_.words = "its answer makes no sense";  // git repeats that line, which may be a password
    } else if (!is_gits_own) {
      result_.words = first_line(line);
    }
  }

  void add_event(const Json& event) {
    if (!event.is_object() || !event.contains("sid")) return;
    if (session_.is_null()) session_ = event["sid"];
    if (event["sid"] != session_) return;  // of a helper that is a git program
    const std::string kind = event.value("event", "");
    if (kind == "error") gits_words_ = event.value("msg", "");
    if (kind == "child_start" && event.contains("argv") && event["argv"].is_array() &&
        !event["argv"].empty() && event["argv"][0].is_string())
      children_[event.value("child_id", -1)] = event["argv"][0].get<std::string>();
    if (kind == "child_exit" && event.value("code", 0) != 0) add_end(event);
  }

  void add_end(const Json& event) {
    const auto child = children_.find(event.value("child_id", -1));
    if (child == children_.end() || !child->second.ends_with(" get")) return;
    std::string_view command = child->second;
    const bool is_named = command.starts_with(by_name);
    if (is_named) command.remove_prefix(by_name.size());
    const bool is_snippet = !is_named && !command.starts_with('/');
    result_.failed.push_back(
        {helper_name((is_snippet ? "!" : "") + std::string(command)), event.value("code", 0)});
  }

  CredentialFailure result_;
  Json session_;
  std::map<int, std::string> children_;
  std::string gits_words_;
};

}  // namespace

std::string helper_name(std::string_view setting) {
  if (setting.starts_with('!')) return "!" + helper_name(setting.substr(1));
  std::string_view word = setting.substr(0, setting.find_first_of(" \t\n"));
  word.remove_prefix(std::min(word.rfind('/') + 1, word.size()));
  return redacted(printable(word.substr(0, longest_name)));
}

std::string first_line(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos) return {};
  text.remove_prefix(start);
  return std::string(text.substr(0, text.find_first_of("\r\n")));
}

CredentialFailure read_helper_trace(std::string_view errors) {
  TraceReader reader;
  reader.read(errors);
  return reader.result();
}

std::string describe(const CredentialFailure& failure, const std::string& otherwise) {
  std::string text;
  for (const FailedHelper& helper : failure.failed)
    text += fmt::format("{}'{}' failed with status {}", text.empty() ? "" : ", ", helper.name, helper.status);
  if (text.empty()) text = otherwise;
  if (failure.words.empty()) return text;
  // Redacted as a whole first: half of a secret is not known as one.
  const std::string words = printable(redacted(failure.words));
  return text + ": " + words.substr(0, longest_words);
}

}  // namespace ddx::auth
