#include "cli/text_files.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "ddx/error.hpp"

namespace ddx::cli {

std::string read_text(const std::string& file, const Host& host) {
  if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  const auto path = host.current_directory / file;
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof())
    throw Error(ErrorCode::usage, fmt::format("cannot read '{}'", path.string()),
                {{Recovery::check_permissions, path.string()}});
  return text;
}

void write_text(const std::string& file, const std::string& text, const Host& host) {
  const auto path = host.current_directory / file;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out.flush())
    throw Error(ErrorCode::io, fmt::format("cannot write '{}'", path.string()),
                {{Recovery::check_permissions, path.string()}});
}

}  // namespace ddx::cli
