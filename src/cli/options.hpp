#pragma once

#include <string>

namespace ddx::cli {

enum class Format { text, json };
enum class ColorChoice { automatic, always, never };

/// The options that every command takes, before or after its name.
struct GlobalOptions {
  std::string directory;
  ColorChoice color = ColorChoice::automatic;
  bool quiet = false;
  bool verbose = false;
  std::string log_file;
  bool no_progress = false;
  Format format = Format::text;
  bool yes = false;
  bool no_input = false;
  int wait_seconds = 10;
  bool insecure_http = false;
  bool assume_single_writer = false;
  bool help = false;
  bool version = false;
};

}  // namespace ddx::cli
