#include "cli/progress.hpp"

#include <fmt/format.h>

namespace ddx::cli {

namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto silence_at_start = 2s;
constexpr auto live_interval = 100ms;
constexpr auto line_interval = 10s;

std::string describe(Progress::Phase phase) {
  switch (phase) {
    case Progress::Phase::connect:
      return "asking the upstream";
    case Progress::Phase::receive:
      return "receiving objects";
    case Progress::Phase::read:
      return "reading the upstream's files";
    case Progress::Phase::plan:
      return "comparing";
    case Progress::Phase::stage:
      return "preparing files";
    case Progress::Phase::wait_for_disk:
      return "waiting for the disk";
    case Progress::Phase::apply:
      return "writing files";
    case Progress::Phase::send:
      return "sending objects";
  }
  return {};
}

std::string size_text(double bytes) {
  for (const char* unit : {"B", "KiB", "MiB"}) {
    if (bytes < 1024) return fmt::format("{:.{}f} {}", bytes, *unit == 'B' ? 0 : 1, unit);
    bytes /= 1024;
  }
  return fmt::format("{:.1f} GiB", bytes);
}

}  // namespace

ProgressDisplay::ProgressDisplay(Ui& ui, ProgressStyle style, Clock clock)
    : ui_(ui), style_(style), clock_(std::move(clock)), started_(clock_()), phase_started_(started_) {
  next_output_ = started_ + silence_at_start;
}

void ProgressDisplay::enter(Progress::Phase phase, steady_clock::time_point now) {
  phase_ = phase;
  phase_started_ = now;
  if (style_ == ProgressStyle::lines) next_output_ = now + line_interval;
}

void ProgressDisplay::update(const Progress& progress) {
  if (style_ == ProgressStyle::none) return;
  const auto now = clock_();
  if (phase_ != progress.phase) enter(progress.phase, now);
  if (now < next_output_) return;
  if (style_ == ProgressStyle::live) {
    next_output_ = now + live_interval;
    const auto room = static_cast<std::size_t>(ui_.appearance().width - 1);
    ui_.live_line(words(progress, now).substr(0, room));
  } else {
    next_output_ = now + line_interval;
    ui_.note(words(progress, now));
  }
}

std::string ProgressDisplay::words(const Progress& progress, steady_clock::time_point now) const {
  std::string text = describe(progress.phase);
  if (progress.total > 0) {
    const auto percent = 100.0 * static_cast<double>(progress.done) / static_cast<double>(progress.total);
    text += fmt::format(": {}/{} ({:.0f}%)", progress.done, progress.total, percent);
  } else if (progress.done > 0) {
    text += fmt::format(": {}", progress.done);
  }
  if (progress.bytes > 0) {
    const auto bytes = static_cast<double>(progress.bytes);
    text += ", " + size_text(bytes);
    const double seconds = std::chrono::duration<double>(now - phase_started_).count();
    if (seconds >= 1) text += ", " + size_text(bytes / seconds) + "/s";
  }
  return text;
}

}  // namespace ddx::cli
