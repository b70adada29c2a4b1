#pragma once

#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/ui.hpp"
#include "ddx/host.hpp"

namespace ddx::cli {

/// Passes on what the engine says while it works: to the terminal, and to the log.
class TerminalEvents : public Events {
 public:
  TerminalEvents(Ui& ui, ProgressDisplay& progress, Log& log) : ui_(ui), progress_(progress), log_(log) {}

  void progress(const Progress& progress) override { progress_.update(progress); }

  void note(const std::string& text) override {
    ui_.note(text);
    log_.note(text);
  }

  void warning(const std::string& text) override {
    ui_.warning(text);
    log_.warning(text);
  }

  void trace(const std::string& text) override {
    ui_.trace(text);
    log_.trace(text);
  }

 private:
  Ui& ui_;
  ProgressDisplay& progress_;
  Log& log_;
};

}  // namespace ddx::cli
