#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "auth/source.hpp"
#include "ddx/host.hpp"

namespace ddx::auth {

/// Asks its sources one after the other, each once for an origin. What one gave is given again, to the next
/// connection, until it is refused. One that gave what a server first took and later refused (a token that
/// expired meanwhile) is asked once more, and one that may find more as often as it does. Three refused
/// credentials for an origin are the end. Nothing is given for plain HTTP to another machine, unless the host
/// allows it.
class Chain final : public CredentialProvider {
 public:
  static constexpr int most_refused = 3;

  Chain(std::vector<std::unique_ptr<Source>> sources, Host& host);

  std::optional<Credential> next(const Request& request) override;
  void accepted(const Request& request, const Credential& credential) override;
  void rejected(const Request& request, const Credential& credential) override;
  [[nodiscard]] std::vector<std::string> tried() const override { return tried_; }

 private:
  struct Progress {
    std::size_t next_source = 0;
    std::optional<Credential> given;  ///< and not refused yet
    std::size_t given_by = 0;
    bool taken = false;  ///< by the server, so that a refusal means that it expired
    bool renewed = false;
    std::vector<Credential> refused;
  };

  [[nodiscard]] bool may_be_sent(const Origin& origin);
  [[nodiscard]] std::optional<Credential> ask(Source& source, const Request& request, Progress& progress);
  [[nodiscard]] bool is_exhausted(const Progress& progress);
  void note_trial(const std::string& line);

  std::vector<std::unique_ptr<Source>> sources_;
  Host& host_;
  std::map<Origin, Progress> progress_;
  std::vector<std::string> tried_;
};

}  // namespace ddx::auth
