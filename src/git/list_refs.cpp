#include "git/list_refs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "ddx/error.hpp"
#include "git/packet_watch.hpp"
#include "git/service_program.hpp"

namespace ddx::git {

namespace {

constexpr std::size_t head_bytes = 4;
constexpr std::chrono::seconds farewell{1};

/// Follows packets by their lengths up to the one of no length that ends a list.
class ListEnd {
 public:
  /// \throws Error (not_git)
  [[nodiscard]] bool is_reached(std::string_view bytes, const UpstreamUrl& url) {
    while (!bytes.empty()) {
      const std::size_t part = std::min(left_ > 0 ? left_ : head_bytes - head_.size(), bytes.size());
      if (left_ > 0) {
        left_ -= part;
      } else {
        head_ += bytes.substr(0, part);
      }
      bytes.remove_prefix(part);
      if (head_.size() < head_bytes) continue;
      std::size_t length = 0;
      const auto [end, error] = std::from_chars(head_.data(), head_.data() + head_bytes, length, 16);
      if (error != std::errc() || end != head_.data() + head_bytes || (length > 0 && length < head_bytes))
        throw Error(ErrorCode::not_git, fmt::format("no git answers at '{}'", url.str()),
                    {{Recovery::check_url, url.str()}});
      if (length == 0) return true;
      left_ = length - head_bytes;
      head_.clear();
    }
    return false;
  }

 private:
  std::string head_;
  std::size_t left_ = 0;
};

void read_list(Process& process, const ServiceProgram& program, const FetchOptions& options, Host& host) {
  std::array<char, 16384> buffer{};
  PacketWatch watch;
  ListEnd end;
  for (std::size_t received = 0;;) {
    const std::size_t count =
        process.read(buffer, received == 0 ? program.patience : options.idle_timeout, host.interrupted);
    received += count;
    if (received > advertisement_limit_bytes) throw_too_many_refs(program.upstream);
    const std::string_view bytes(buffer.data(), count);
    if (const auto refusal = watch.look(bytes)) throw_refused(options.url, *refusal);
    if (count > 0 && end.is_reached(bytes, options.url)) return;
    if (count > 0) continue;
    program.throw_ended(process.wait(options.idle_timeout, host.interrupted), process.error_text());
  }
}

}  // namespace

void list_refs(const FetchOptions& options, Host& host) {
  const bool is_local = options.url.kind() == UpstreamUrl::Kind::local;
  const auto program = is_local ? local_service(options, host) : ssh_service(options, host);
  if (!program) throw Error(ErrorCode::io, "there is no 'git' program in PATH");
  Process process(program->command);
  try {
    read_list(process, *program, options, host);
    // The packet that wants nothing: who gets it ends in peace, where there is time for it.
    process.write("0000", options.idle_timeout, host.interrupted);
    static_cast<void>(process.wait_for(farewell, host.interrupted));
  } catch (const std::system_error& error) {
    if (error.code().value() == EPIPE) return;
    if (error.code().value() != ETIMEDOUT) throw;
    throw Error(ErrorCode::network_timeout, fmt::format("'{}' does not answer", program->upstream),
                {{Recovery::retry}});
  }
}

}  // namespace ddx::git
