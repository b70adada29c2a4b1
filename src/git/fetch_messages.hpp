#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "base/wire.hpp"
#include "ddx/credential.hpp"
#include "ddx/host.hpp"
#include "git/arrival.hpp"

namespace ddx::git {

/// What a fetching worker says, and is told. The first number of every message.
enum class FetchMessage : std::uint64_t {
  progress,
  note,
  warning,
  trace,
  next_credential,  ///< answered with `credential` or `no_credential`
  credential_accepted,
  credential_rejected,
  credential,
  no_credential,  ///< with what was tried
  arrived,
  failed,  ///< also the answer where looking for a credential failed
};

void write(WireWriter& out, const std::vector<std::string>& strings);
[[nodiscard]] std::vector<std::string> read_strings(WireReader& in);

void write(WireWriter& out, const Progress& progress);
[[nodiscard]] Progress read_progress(WireReader& in);

void write(WireWriter& out, const CredentialProvider::Request& request);
[[nodiscard]] CredentialProvider::Request read_credential_request(WireReader& in);
void write(WireWriter& out, const Credential& credential);
[[nodiscard]] Credential read_credential(WireReader& in);

void write(WireWriter& out, const Arrival& arrival);
[[nodiscard]] Arrival read_arrival(WireReader& in);

/// Whatever was thrown, so that it can be thrown again in the other process: as an `Error`, a
/// `net::PassingError`, an `Interrupted` or a `std::system_error` if it is one, else by its words.
void write(WireWriter& out, const std::exception_ptr& failure);
[[noreturn]] void throw_written(WireReader& in);

}  // namespace ddx::git
