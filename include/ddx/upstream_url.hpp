#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace ddx {

/// Where the upstream is. Parsed once; after that it is one of the kinds ddx speaks, holds no
/// credentials and no control characters, and does not begin with '-'.
///
/// Accepted: `https://…`, `http://…` (loopback, or with `--insecure-http`), `ssh://[USER@]HOST[:PORT]/…` and
/// `[USER@]HOST:PATH`, `file://…`, absolute and relative local paths. Refused wherever they come from:
/// `ext::`, `fd::`, `git://`, anything that begins with `-`.
class UpstreamUrl {
 public:
  enum class Kind { https, http, ssh, local };

  /// Reads what a user typed or a config file holds.
  /// \throws Error (ErrorCode::url_refused) with the reason; never repeats a password
  static UpstreamUrl parse(std::string_view text);

  [[nodiscard]] Kind kind() const { return kind_; }
  /// As it was given; what goes into config, lock and messages.
  [[nodiscard]] const std::string& str() const { return text_; }
  /// Host and port for messages; empty for a local path.
  [[nodiscard]] const std::string& host() const { return host_; }
  /// The decoded path of a local upstream. Relative ones are relative to the project's root.
  [[nodiscard]] const std::string& local_path() const { return local_path_; }
  /// The parts of an ssh upstream, as `ssh` takes them; empty and 0 where the URL leaves them out.
  struct Ssh {
    std::string user;
    std::string host;  ///< without brackets
    int port = 0;
    std::string path;  ///< decoded; of a home folder if it begins with '~' or with neither that nor '/'
  };
  [[nodiscard]] const Ssh& ssh() const { return ssh_; }
  /// Whether the host is this machine (`localhost`, 127.0.0.0/8, `[::1]`).
  [[nodiscard]] bool is_loopback() const;

  friend auto operator<=>(const UpstreamUrl& a, const UpstreamUrl& b) { return a.text_ <=> b.text_; }
  friend bool operator==(const UpstreamUrl& a, const UpstreamUrl& b) { return a.text_ == b.text_; }

 private:
  UpstreamUrl() = default;
  Kind kind_ = Kind::local;
  std::string text_;
  std::string host_;
  std::string local_path_;
  Ssh ssh_;
};

}  // namespace ddx
