#pragma once

#include <filesystem>
#include <string>

namespace ddx::test {

/// A fresh folder of its own for one test, removed at its end.
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  ~TempDir();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  operator const std::filesystem::path&() const { return path_; }  // NOLINT(google-explicit-constructor)

 private:
  std::filesystem::path path_;
};

/// Writes a file and the folders it is in. For arranging; the code under test has its own ways.
void write_file(const std::filesystem::path& path, const std::string& bytes);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

}  // namespace ddx::test
