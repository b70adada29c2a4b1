#include "auth/secret_json.hpp"

#include <nlohmann/json.hpp>

namespace ddx::auth {

namespace {

using Json = nlohmann::json;

/// Takes the strings of one object, and wipes what the parser read them into.
class Reader : public nlohmann::json_sax<Json> {
 public:
  explicit Reader(std::map<std::string, Secret>& members) : members_(members) {}

  bool null() override { return true; }
  bool boolean(bool value) override { return number(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return number(text); }
  bool string(string_t& value) override {
    if (depth_ == 1) members_[key_] = Secret(value);
    Secret::wipe(value.data(), value.size());
    return depth_ > 0;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return ++depth_ < deepest; }
  bool key(string_t& value) override {
    if (depth_ == 1) key_ = value;
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override { return depth_ > 0 && ++depth_ < deepest; }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  static constexpr int deepest = 32;

  bool number(const std::string& text) {
    if (depth_ == 1) members_[key_] = Secret(text);
    return depth_ > 0;
  }

  std::map<std::string, Secret>& members_;
  std::string key_;
  int depth_ = 0;
};

std::size_t escaped_size(std::string_view text) { return 6 * text.size() + 2; }

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += digits[byte / 16];
      out += digits[byte % 16];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

std::optional<SecretJson> SecretJson::parse(const Secret& text) {
  SecretJson json;
  Reader reader(json.members_);
  const std::string_view bytes = text.reveal();
  if (!Json::sax_parse(bytes.begin(), bytes.end(), &reader)) return std::nullopt;
  return json;
}

Secret SecretJson::secret_of(const std::string& key) const {
  const auto found = members_.find(key);
  return found == members_.end() ? Secret() : found->second;
}

std::string SecretJson::text_of(const std::string& key) const { return std::string(secret_of(key).reveal()); }

std::vector<std::string> SecretJson::keys() const {
  std::vector<std::string> all;
  for (const auto& [key, value] : members_) all.push_back(key);
  return all;
}

Secret SecretJson::text() const {
  std::size_t size = 2;
  for (const auto& [key, value] : members_) size += escaped_size(key) + escaped_size(value.reveal()) + 2;
  std::string out;
  out.reserve(size);  // it never moves, so that no copy stays behind
  out += '{';
  for (const auto& [key, value] : members_) {
    if (out.size() > 1) out += ',';
    append_escaped(out, key);
    out += ':';
    append_escaped(out, value.reveal());
  }
  out += '}';
  Secret secret(out);
  Secret::wipe(out.data(), out.size());
  return secret;
}

}  // namespace ddx::auth
