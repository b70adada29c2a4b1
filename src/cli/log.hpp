#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace ddx::cli {

/// The file that `--log-file` names: what ddx did, for diagnosis. A user never needs it.
class Log {
 public:
  /// Writes nowhere.
  Log();
  /// Appends to `file`. \throws Error (usage) if it cannot be opened
  explicit Log(const std::filesystem::path& file);
  Log(Log&&) noexcept;
  Log& operator=(Log&&) noexcept;
  ~Log();

  void trace(const std::string& text);
  void note(const std::string& text);
  void warning(const std::string& text);

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace ddx::cli
