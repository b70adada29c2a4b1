#include <fmt/format.h>

#include "base/wire.hpp"
#include "ddx/error.hpp"
#include "git/fetch_worker.hpp"
#include "git/pack_writer.hpp"
#include "git/push.hpp"
#include "git/ref_files.hpp"
#include "git/upstream_connection.hpp"
#include "git/upstream_repository.hpp"
#include "net/retry.hpp"

namespace ddx::git {

namespace {

void write(WireWriter& out, const PushAnswer& answer) {
  out.number(static_cast<std::uint64_t>(answer.result)).text(answer.found ? answer.found->str() : "");
  out.text(answer.reason).text(answer.said);
}

PushAnswer read_answer(std::string_view bytes) {
  WireReader in(bytes);
  PushAnswer answer;
  answer.result = static_cast<PushAnswer::Result>(
      in.number_up_to(static_cast<std::uint64_t>(PushAnswer::Result::refused)));
  answer.found = Oid::parse(in.text());
  answer.reason = in.text();
  answer.said = in.text();
  return answer;
}

std::optional<Oid> advertised(const UpstreamConnection& connection, const std::string& name) {
  for (const AdvertisedRef& ref : connection.refs())
    if (ref.name == name) return ref.id;
  return std::nullopt;
}

PushAnswer offer(git_repository* repository, const RefUpdate& update, const FetchOptions& options,
                 Host& host) {
  UpstreamConnection connection(repository, options, host);
  const std::optional<Oid> found = advertised(connection, update.name);
  if (found == update.commit) return {PushAnswer::Result::was_there, found, {}, {}};
  if (found != update.expected) return {PushAnswer::Result::moved, found, {}, {}};
  PushAnswer answer = connection.upload(update);
  answer.found = found;
  return answer;
}

}  // namespace

PushAnswer UpstreamRepository::push(const RefUpdate& update, FetchOptions options, Host& host) const {
  options.service = Service::receive_pack;
  const auto converse = [&] {
    return read_answer(converse_in_worker(
        options, host, [&](const FetchOptions& its_options, Host& its_host, WireWriter& out) {
          write(out, offer(repository_.get(), update, its_options, its_host));
        }));
  };
  bool was_sent = false;  // perhaps: from the second try on, what we find there may be ours
  return net::with_retries({options.tries, options.retry_delay}, host, [&] {
    const bool again = std::exchange(was_sent, true);
    PushAnswer answer = converse();
    // The server may still have been at work on the try before, and have taken that meanwhile.
    if (again && answer.result == PushAnswer::Result::refused) answer = converse();
    if (again && answer.result == PushAnswer::Result::was_there) answer.result = PushAnswer::Result::updated;
    return answer;
  });
}

PackWriter UpstreamRepository::new_pack(Host& host) const {
  return {host.files, objects_folder(), folder_ / "ddx-incoming"};
}

void UpstreamRepository::keep_as(const std::string& ref, const Oid& commit, Host& host) {
  RefFiles(host, folder_).write_own(ref, commit);
}

}  // namespace ddx::git
