#include "auth/credential_program.hpp"

#include <fmt/format.h>

#include <array>
#include <system_error>

#include "base/redaction.hpp"

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

milliseconds time_until(steady_clock::time_point deadline) {
  return std::max(std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now()), milliseconds(0));
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

ProgramAnswer run_credential_program(const Process::Command& command, const Secret& input,
                                     const ProgramLimits& limits, Host& host) {
  using End = ProgramAnswer::End;
  const auto deadline = steady_clock::now() + limits.time;
  Collected output(limits.output_bytes);
  std::array<char, 4096> buffer{};
  try {
    Process process(command);
    give(process, input);
    for (;;) {
      const std::size_t count = process.read(buffer, time_until(deadline), host.interrupted);
      if (count == 0) break;
      const std::string_view more(buffer.data(), count);
      if (!output.has_room(count)) return {End::too_long, 0, {}};
      output.add(more);
      Secret::wipe(buffer.data(), count);
      if (steady_clock::now() >= deadline) return {End::too_slow, 0, {}};
    }
    const auto status = process.wait_for(time_until(deadline), host.interrupted);
    if (!status) return {End::too_slow, 0, {}};
    return {End::finished, *status, output.secret()};
  } catch (const std::system_error& failure) {
    return {failure.code() == std::errc::timed_out ? End::too_slow : End::not_started, 0, {}};
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
  variables["GIT_TERMINAL_PROMPT"] = "0";
  if (host.person == nullptr) {
    variables["GIT_ASKPASS"] = "";  // set and empty: git then asks no other askpass program either
    variables["GCM_INTERACTIVE"] = "never";
  }
  return variables;
}

}  // namespace ddx::auth
