#include "base/redaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <vector>

#include "base/base64.hpp"
#include "base/percent_encoding.hpp"
#include "base/text.hpp"

namespace ddx {

namespace {

constexpr std::size_t shortest = 6;
constexpr std::string_view hidden = "***";

struct Known {
  std::mutex guard;
  std::vector<Secret> forms;
};

Known& known() {
  static Known all;
  return all;
}

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

void add(std::vector<Secret>& forms, std::string text) {
  Secret form(text);
  Secret::wipe(text.data(), text.size());
  if (std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(std::move(form));
}

/// How tokens of the platforms begin, and how many characters of what kind follow at least.
struct TokenShape {
  std::string_view prefix;
  std::size_t length;
  std::string_view also;  ///< besides letters and digits
};

constexpr std::array<TokenShape, 23> token_shapes{{
    {"ghp_", 30, ""},       {"gho_", 30, ""},         {"ghu_", 30, ""},      {"ghr_", 30, ""},
    {"ghs_", 30, "._-"},    {"github_pat_", 30, "_"}, {"glpat-", 20, "_-."}, {"glcbt-", 16, "_-."},
    {"gldt-", 16, "_-."},   {"gloas-", 16, "_-."},    {"glptt-", 16, "_-."}, {"glft-", 16, "_-."},
    {"glrt-", 16, "_-."},   {"glrtr-", 16, "_-."},    {"glwt-", 16, "_-."},  {"glagent-", 16, "_-."},
    {"glsoat-", 16, "_-."}, {"glffct-", 16, "_-."},   {"glimt-", 16, "_-."}, {"ATATT3", 20, "_-=."},
    {"ATCTT3", 20, "_-=."}, {"ATBB", 24, ""},         {"BBDC-", 20, "+/="},
}};

std::size_t token_length(std::string_view text) {
  for (const TokenShape& shape : token_shapes) {
    if (!text.starts_with(shape.prefix)) continue;
    std::size_t end = shape.prefix.size();
    while (end < text.size() &&
           (is_letter_or_digit(text[end]) || shape.also.find(text[end]) != std::string_view::npos))
      ++end;
    if (end >= shape.prefix.size() + shape.length) return end;
  }
  return 0;
}

std::string without_tokens(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const bool begins = text[i] == 'g' || text[i] == 'A' || text[i] == 'B';
    const bool inside = i > 0 && is_letter_or_digit(text[i - 1]);
    const std::size_t length = begins && !inside ? token_length(text.substr(i)) : 0;
    if (length > 0) {
      out += hidden;
      i += length;
    } else {
      out += text[i++];
    }
  }
  return out;
}

void replace_all(std::string& text, std::string_view what) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += hidden.size())
    text.replace(at, what.size(), hidden);
}

}  // namespace

void remember_secret(const std::string& username, const Secret& secret) {
  const std::string_view bytes = secret.reveal();
  if (bytes.size() < shortest) return;
  Known& all = known();
  const std::lock_guard lock(all.guard);
  std::vector<Secret>& forms = all.forms;
  add(forms, std::string(bytes));
  add(forms, percent_encoded(bytes));
  add(forms, json_escaped(bytes));
  add(forms, encode_base64(bytes));
  std::string pair = fmt::format("{}:{}", username, bytes);
  add(forms, encode_base64(pair));
  Secret::wipe(pair.data(), pair.size());
  std::sort(forms.begin(), forms.end(), [](const Secret& a, const Secret& b) {
    return a.reveal().size() > b.reveal().size();  // one may be a part of another
  });
}

bool is_secret_variable(std::string_view name) {
  static constexpr std::array<std::string_view, 10> others{
      "DDX_TOKEN",   "GH_TOKEN",      "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN",    "GITHUB_ENTERPRISE_TOKEN",
      "GITEA_TOKEN", "FORGEJO_TOKEN", "CI_JOB_TOKEN", "BITBUCKET_ACCESS_TOKEN", "BITBUCKET_TOKEN"};
  return name.starts_with("DDX_TOKEN_") || name.starts_with("DDX_VAULT_") ||
         std::find(others.begin(), others.end(), name) != others.end();
}

bool knows_secrets() {
  Known& all = known();
  const std::lock_guard lock(all.guard);
  return !all.forms.empty();
}

std::string without_secrets(std::string_view text) {
  std::string clean(text);
  Known& all = known();
  const std::lock_guard lock(all.guard);
  for (const Secret& form : all.forms) replace_all(clean, form.reveal());
  return clean;
}

std::string redacted(std::string_view text) {
  return without_tokens(without_credentials(without_secrets(text)));
}

}  // namespace ddx
