#include "cli/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include "base/redaction.hpp"
#include "base/text.hpp"
#include "ddx/error.hpp"

namespace ddx::cli {

Log::Log() = default;
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;
Log::~Log() = default;

Log::Log(const std::filesystem::path& file) try
    : logger_(std::make_shared<spdlog::logger>(
          "ddx", std::make_shared<spdlog::sinks::basic_file_sink_st>(file.string()))) {
  logger_->set_level(spdlog::level::trace);
  logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  logger_->flush_on(spdlog::level::trace);
} catch (const spdlog::spdlog_ex&) {
  throw Error(ErrorCode::usage, "cannot open the log file '" + file.string() + "'",
              {{Recovery::check_permissions, file.string()}});
}

void Log::trace(const std::string& text) {
  if (logger_) logger_->debug(redacted(printable(text)));
}

void Log::note(const std::string& text) {
  if (logger_) logger_->info(redacted(printable(text)));
}

void Log::warning(const std::string& text) {
  if (logger_) logger_->warn(redacted(printable(text)));
}

}  // namespace ddx::cli
