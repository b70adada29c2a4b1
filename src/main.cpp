#include <cstdlib>

#include "base/redaction.hpp"
#include "cli/run.hpp"
#include "platform/console.hpp"
#include "platform/files.hpp"
#include "platform/random.hpp"
#include "platform/signals.hpp"
#include "platform/system.hpp"

namespace {

/// Tokens of the environment are in our memory from the first moment on.
void protect_tokens() {
  for (const auto& [name, value] : ddx::environment_variables())
    if (ddx::is_secret_variable(name)) return ddx::keep_memory_private();
}

}  // namespace

int main(int argc, char** argv) {
  ddx::keep_standard_streams_open();
  protect_tokens();
  const std::atomic<bool>& interrupted = ddx::watch_signals();
  ddx::Files files;
  ddx::Console console;
  const ddx::cli::System system{
      files,
      console,
      interrupted,
      ddx::caught_signal,
      [] { return std::chrono::system_clock::now(); },
      ddx::random_bytes,
      [](const char* name) -> std::optional<std::string> {
        const char* value = std::getenv(name);
        if (value == nullptr) return std::nullopt;
        return value;
      },
      [] { return std::filesystem::current_path(); },
      ddx::user_name(),
      ddx::machine_name(),
      ddx::environment_variables,
  };
  const int code = ddx::cli::run({argv + 1, argv + argc}, system);
  if (code > 128) ddx::end_by_signal(code - 128);
  return code;
}
