#include "auth/credential_program.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "base/redaction.hpp"
#include "git/discover.hpp"

namespace ddx::auth {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Collects bytes so that none of them stay behind in freed memory.
class Collected {
 public:
  explicit Collected(std::size_t limit) { bytes_.reserve(limit); }
  Collected(const Collected&) = delete;
  ~Collected() { Secret::wipe(bytes_.data(), bytes_.size()); }
  [[nodiscard]] bool has_room(std::size_t count) const { return bytes_.size() + count <= bytes_.capacity(); }
  void add(std::string_view more) { bytes_ += more; }
  [[nodiscard]] Secret secret() const { return Secret(bytes_); }

 private:
  std::string bytes_;
};

/// How long to wait for a program: up to its limit, with a word to the host when that takes a while.
class Waiting {
 public:
  Waiting(const std::string& name, const ProgramLimits& limits, Host& host)
      : name_(name), limits_(limits), host_(host) {}

  [[nodiscard]] milliseconds time_left() const {
    const auto end = start_ + (told_ ? limits_.time : std::min(limits_.silence, limits_.time));
    return std::max(std::chrono::ceil<milliseconds>(end - steady_clock::now()), milliseconds(0));
  }
  [[nodiscard]] bool has_time() const { return steady_clock::now() < start_ + limits_.time; }
  /// Says once what is waited for. \returns whether there is time left
  bool goes_on() {
    if (!has_time()) return false;
    if (!std::exchange(told_, true))
      host_.events.note(fmt::format("waiting for {}, {} seconds at most (Ctrl-C ends it)", name_,
                                    std::chrono::ceil<std::chrono::seconds>(limits_.time).count()));
    return true;
  }

 private:
  const std::string& name_;
  const ProgramLimits& limits_;
  Host& host_;
  steady_clock::time_point start_ = steady_clock::now();
  bool told_ = false;
};

/// \returns as `Process::read`; nothing when it takes too long
std::optional<std::size_t> read(Process& process, std::span<char> into, Waiting& waiting, Host& host) {
  for (;;) {
    try {
      return process.read(into, waiting.time_left(), host.interrupted);
    } catch (const std::system_error& failure) {
      if (failure.code() != std::errc::timed_out) throw;
      if (!waiting.goes_on()) return std::nullopt;
    }
  }
}

std::optional<int> wait_for_end(Process& process, Waiting& waiting, Host& host) {
  for (;;) {
    const auto status = process.wait_for(waiting.time_left(), host.interrupted);
    if (status || !waiting.goes_on()) return status;
  }
}

void give(Process& process, const Secret& input) {
  try {
    process.write(input.reveal());
  } catch (const std::system_error& failure) {
    if (failure.code() != std::errc::broken_pipe) throw;  // it may answer without having read all
  }
  process.close_input();
}

}  // namespace

ProgramAnswer run_credential_program(const Process::Command& command, const std::string& name,
                                     const Secret& input, const ProgramLimits& limits, Host& host) {
  using End = ProgramAnswer::End;
  Waiting waiting(name, limits, host);
  Collected output(limits.output_bytes);
  std::array<char, 4096> buffer{};
  try {
    Process process(command);
    give(process, input);
    for (;;) {
      const auto count = read(process, buffer, waiting, host);
      if (!count || !waiting.has_time()) return {End::too_slow, 0, {}, process.error_text()};
      if (*count == 0) break;
      const std::string_view more(buffer.data(), *count);
      if (!output.has_room(*count)) return {End::too_long, 0, {}, process.error_text()};
      output.add(more);
      Secret::wipe(buffer.data(), *count);
    }
    const auto status = wait_for_end(process, waiting, host);
    if (!status) return {End::too_slow, 0, {}, process.error_text()};
    return {End::finished, *status, output.secret(), process.error_text()};
  } catch (const std::system_error&) {
    return {End::not_started, 0, {}};
  }
}

std::string why_useless(const ProgramAnswer& answer, const ProgramLimits& limits) {
  switch (answer.end) {
    case ProgramAnswer::End::finished:
      return {};
    case ProgramAnswer::End::not_started:
      return "cannot be started";
    case ProgramAnswer::End::too_slow:
      return fmt::format("did not answer within {} seconds",
                         std::chrono::ceil<std::chrono::seconds>(limits.time).count());
    case ProgramAnswer::End::too_long:
      return fmt::format("answered with more than {} KiB", limits.output_bytes / 1024);
  }
  return {};
}

std::map<std::string, std::string> program_environment(const Host& host) {
  auto variables = host.variables ? host.variables() : std::map<std::string, std::string>();
  std::erase_if(variables, [](const auto& variable) { return is_secret_variable(variable.first); });
  // Or git would have other helpers than those that were looked at.
  for (const char* name : git::repository_variables) variables.erase(name);
  variables["GIT_TERMINAL_PROMPT"] = "0";
  // Set and empty: git asks no askpass program at all. That is a source of its own, after all that are kept.
  variables["GIT_ASKPASS"] = "";
  if (host.person == nullptr) variables["GCM_INTERACTIVE"] = "never";
  return variables;
}

}  // namespace ddx::auth
