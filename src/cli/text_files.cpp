#include "cli/text_files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>
#include <system_error>

#include "ddx/error.hpp"
#include "platform/files.hpp"

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

namespace {

void write_through(const std::filesystem::path& path, const std::string& text, const Host& host) {
  std::error_code missing;
  const auto kind = std::filesystem::status(path, missing).type();
  if (kind == std::filesystem::file_type::regular || kind == std::filesystem::file_type::not_found) {
    const auto target = kind == std::filesystem::file_type::regular ? std::filesystem::canonical(path) : path;
    replace_own_file(host.files, host.files.open_root(target.parent_path()), target.filename().string(),
                     text);
    return;
  }
  std::ofstream out(path, std::ios::binary);  // a device or a pipe
  out << text;
  if (!out.flush()) throw std::system_error(EIO, std::generic_category());
}

}  // namespace

void write_text(const std::string& file, const std::string& text, const Host& host) {
  const auto path = (host.current_directory / file).lexically_normal();
  try {
    write_through(path, text, host);
  } catch (const std::system_error& error) {
    throw Error(ErrorCode::io, fmt::format("cannot write '{}': {}", path.string(), error.code().message()),
                {{Recovery::check_permissions, path.string()}});
  }
}

void require_mailbox_or_free(const std::string& file, const std::string& instead, const Host& host) {
  constexpr std::string_view beginning = "From ";
  const auto path = host.current_directory / file;
  std::error_code missing;
  if (!std::filesystem::is_regular_file(path, missing)) return;
  std::ifstream in(path, std::ios::binary);
  std::string begin(beginning.size(), '\0');
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (in.gcount() == 0 || begin == beginning) return;
  throw Error(ErrorCode::usage, fmt::format("'{}' is there, and is no file of mails", path.string()),
              {{Recovery::did_you_mean, instead}});
}

}  // namespace ddx::cli
