#include "auth/netrc.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "platform/files.hpp"

namespace ddx::auth {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = 1u << 20;
constexpr std::string_view blank = " \t\r\n";

/// The words of a netrc file: separated by blanks, or in quotes with backslashes.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  /// The next keyword. A `#` before it begins a comment.
  std::optional<std::string> next() {
    for (skip_blanks(); rest_.starts_with('#'); skip_blanks())
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    return value();
  }

  /// The next word, which may begin with a `#`: a password does what it likes.
  std::optional<std::string> value() {
    skip_blanks();
    if (rest_.empty()) return std::nullopt;
    return rest_.front() == '"' ? quoted() : plain();
  }

  /// A macro ends at an empty line.
  void skip_macro() {
    const std::size_t end = rest_.find("\n\n");
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end);
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(blank), rest_.size())); }

  std::string plain() {
    const std::string word(rest_.substr(0, rest_.find_first_of(blank)));
    rest_.remove_prefix(word.size());
    return word;
  }

  std::string quoted() {
    std::string word;
    std::size_t at = 1;
    for (; at < rest_.size() && rest_[at] != '"'; ++at) {
      if (rest_[at] == '\\' && at + 1 < rest_.size()) ++at;
      word += rest_[at];
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
    return word;
  }

  std::string_view rest_;
};

class Netrc final : public Source {
 public:
  Netrc(std::optional<Origin> upstream, std::string username, Host& host)
      : upstream_(std::move(upstream)), username_(std::move(username)), host_(host) {}

  [[nodiscard]] std::string name() const override { return "netrc"; }

  Answer find(const Request& request) override {
    const fs::path file = where();
    if (file.empty()) return {{}, "there is none"};
    std::optional<std::string> text;
    try {
      text = read(file);
    } catch (const std::system_error& failure) {
      return {{}, fmt::format("'{}' cannot be read: {}", file.string(), failure.code().message())};
    }
    if (!text) return {{}, "there is none"};
    auto login = look(*text, request.origin);
    Secret::wipe(text->data(), text->size());
    if (!login) return {{}, fmt::format("it has nothing for '{}'", request.origin.host_and_port())};
    Credential credential;
    credential.username = std::move(login->username);
    credential.secret = std::move(login->password);
    return {std::move(credential)};
  }

 private:
  [[nodiscard]] fs::path where() const {
    if (const auto named = host_.environment("NETRC"); named && !named->empty())
      return host_.current_directory / *named;
    const auto home = host_.environment("HOME");
    return home && fs::path(*home).is_absolute() ? fs::path(*home) / ".netrc" : fs::path();
  }

  [[nodiscard]] std::optional<std::string> read(const fs::path& file) const {
    std::error_code missing;
    const fs::path real = fs::canonical(file, missing);
    if (missing) return std::nullopt;
    const Directory folder = host_.files.open_root(real.parent_path());
    const auto info = host_.files.info(folder, real.filename());
    if (!info || info->size > largest_file) return std::nullopt;
    return read_file(host_.files, folder, real.filename());
  }

  [[nodiscard]] std::optional<NetrcLogin> look(const std::string& text, const Origin& origin) const {
    if (auto login = find_in_netrc(text, fmt::format("{}:{}", origin.host, origin.port), username_))
      return login;
    const bool any_port = origin.host_and_port() == origin.host || upstream_ == origin;
    return any_port ? find_in_netrc(text, origin.host, username_) : std::nullopt;
  }

  std::optional<Origin> upstream_;
  std::string username_;
  Host& host_;
};

}  // namespace

std::optional<NetrcLogin> find_in_netrc(std::string_view text, std::string_view machine,
                                        std::string_view username) {
  Words words(text);
  bool ours = false;
  NetrcLogin login;
  const auto is_whole = [&] {
    return ours && !login.password.empty() && (username.empty() || login.username == username);
  };
  while (auto word = words.next()) {
    if (*word == "machine" || *word == "default") {
      if (is_whole()) return login;
      login = {};
      ours = *word == "machine" && words.value() == machine;
    } else if (*word == "macdef") {
      words.skip_macro();
    } else if (*word == "login") {
      login.username = words.value().value_or("");
    } else if (*word == "password") {
      auto password = words.value().value_or("");
      login.password = Secret(password);
      Secret::wipe(password.data(), password.size());
    } else if (*word == "account") {
      static_cast<void>(words.value());
    }
  }
  if (is_whole()) return login;
  return std::nullopt;
}

std::unique_ptr<Source> make_netrc_source(const std::optional<Origin>& upstream, const std::string& username,
                                          Host& host) {
  return std::make_unique<Netrc>(upstream, username, host);
}

}  // namespace ddx::auth
