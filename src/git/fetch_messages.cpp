#include "git/fetch_messages.hpp"

#include <chrono>
#include <system_error>

#include "ddx/error.hpp"
#include "net/retry.hpp"

namespace ddx::git {

namespace {

enum class Thrown : std::uint64_t { error, passing, interrupted, system, memory, other };

constexpr std::uint64_t no_time = ~std::uint64_t{0};
constexpr std::uint64_t code_limit = 99'999;

void write_oid(WireWriter& out, const Oid& id) { out.text(id.str()); }

Oid read_oid(WireReader& in) {
  const auto id = Oid::parse(in.text());
  if (!id) throw WireError();
  return *id;
}

template <class Enum>
Enum read_enum(WireReader& in, Enum last) {
  return static_cast<Enum>(in.number_up_to(static_cast<std::uint64_t>(last)));
}

void write_error(WireWriter& out, const Error& error) {
  out.number(static_cast<std::uint64_t>(error.code())).text(error.what());
  out.number(static_cast<std::uint64_t>(error.aftermath())).number(error.steps().size());
  for (const NextStep& step : error.steps())
    out.number(static_cast<std::uint64_t>(step.action)).text(step.subject);
  write(out, error.details());
}

Error read_error(WireReader& in) {
  const auto code = static_cast<ErrorCode>(in.number_up_to(code_limit));
  const std::string message = in.text();
  const auto aftermath = read_enum(in, Aftermath::unknown_to_us);
  std::vector<NextStep> steps;
  for (std::uint64_t left = in.number(); left > 0; --left) {
    const auto action = read_enum(in, Recovery::report_bug);
    steps.push_back({action, in.text()});
  }
  return Error(code, message, std::move(steps), aftermath).with_details(read_strings(in));
}

}  // namespace

void write(WireWriter& out, const std::vector<std::string>& strings) {
  out.number(strings.size());
  for (const std::string& text : strings) out.text(text);
}

std::vector<std::string> read_strings(WireReader& in) {
  std::vector<std::string> strings;
  for (std::uint64_t left = in.number(); left > 0; --left) strings.push_back(in.text());
  return strings;
}

void write(WireWriter& out, const Progress& progress) {
  out.number(static_cast<std::uint64_t>(progress.phase));
  out.number(progress.done).number(progress.total).number(progress.bytes);
}

Progress read_progress(WireReader& in) {
  Progress progress{read_enum(in, Progress::Phase::send)};
  progress.done = in.number();
  progress.total = in.number();
  progress.bytes = in.number();
  return progress;
}

void write(WireWriter& out, const CredentialProvider::Request& request) {
  out.text(request.origin.scheme).text(request.origin.host);
  out.number(static_cast<std::uint64_t>(request.origin.port)).text(request.path);
  write(out, request.challenges);
  out.number(request.is_proxy ? 1 : 0).text(request.username);
}

CredentialProvider::Request read_credential_request(WireReader& in) {
  constexpr std::uint64_t port_limit = 65'535;
  CredentialProvider::Request request;
  request.origin.scheme = in.text();
  request.origin.host = in.text();
  request.origin.port = static_cast<int>(in.number_up_to(port_limit));
  request.path = in.text();
  request.challenges = read_strings(in);
  request.is_proxy = in.number_up_to(1) == 1;
  request.username = in.text();
  return request;
}

void write(WireWriter& out, const Credential& credential) {
  out.number(static_cast<std::uint64_t>(credential.scheme)).text(credential.username);
  out.text(credential.secret.reveal()).text(credential.source);
}

Credential read_credential(WireReader& in) {
  Credential credential;
  credential.scheme = read_enum(in, Credential::Scheme::bearer);
  credential.username = in.text();
  std::string secret = in.text();
  credential.secret = Secret(secret);
  Secret::wipe(secret.data(), secret.size());
  credential.source = in.text();
  return credential;
}

void write(WireWriter& out, const Arrival& arrival) {
  const Fetched& fetched = arrival.fetched;
  out.text(fetched.ref).text(fetched.branch).number(fetched.received_objects ? 1 : 0);
  out.number(fetched.tags.size());
  for (const auto& [name, id] : fetched.tags) write_oid(out.text(name), id);
  write_oid(out, arrival.tip);
  out.number(arrival.cut.size());
  for (const Oid& id : arrival.cut) write_oid(out, id);
}

Arrival read_arrival(WireReader& in) {
  Arrival arrival;
  arrival.fetched.ref = in.text();
  arrival.fetched.branch = in.text();
  arrival.fetched.received_objects = in.number_up_to(1) == 1;
  for (std::uint64_t left = in.number(); left > 0; --left) {
    std::string name = in.text();
    arrival.fetched.tags.emplace_back(std::move(name), read_oid(in));
  }
  arrival.tip = read_oid(in);
  for (std::uint64_t left = in.number(); left > 0; --left) arrival.cut.push_back(read_oid(in));
  return arrival;
}

void write(WireWriter& out, const std::exception_ptr& failure) {
  const auto begin = [&](Thrown kind) -> WireWriter& { return out.number(static_cast<std::uint64_t>(kind)); };
  try {
    std::rethrow_exception(failure);
  } catch (const net::PassingError& error) {
    const auto wait = error.retry_after();
    begin(Thrown::passing).number(wait ? static_cast<std::uint64_t>(wait->count()) : no_time);
    write_error(out, error);
  } catch (const Error& error) {
    begin(Thrown::error);
    write_error(out, error);
  } catch (const Interrupted& interruption) {
    begin(Thrown::interrupted).text(interruption.kept());
  } catch (const std::system_error& error) {
    begin(Thrown::system).number(static_cast<std::uint64_t>(error.code().value())).text(error.what());
  } catch (const std::bad_alloc&) {
    begin(Thrown::memory);
  } catch (const std::exception& error) {
    begin(Thrown::other).text(error.what());
  }
}

void throw_written(WireReader& in) {
  switch (read_enum(in, Thrown::other)) {
    case Thrown::error:
      throw read_error(in);
    case Thrown::passing: {
      const std::uint64_t wait = in.number();
      const Error error = read_error(in);
      std::optional<std::chrono::seconds> retry_after;
      if (wait != no_time) retry_after = std::chrono::seconds(wait);
      throw net::PassingError(error.code(), error.what(), error.steps(), retry_after);
    }
    case Thrown::interrupted:
      throw Interrupted(in.text());
    case Thrown::system: {
      const auto number = static_cast<int>(in.number_up_to(code_limit));
      throw std::system_error(number, std::generic_category(), in.text());
    }
    case Thrown::memory:
      throw std::bad_alloc();
    case Thrown::other:
      break;
  }
  throw std::runtime_error(in.text());
}

}  // namespace ddx::git
