#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace ddx::test {

/// A real git repository with a work tree, driven by the real git program. Commits get a fixed author and
/// dates one minute apart, so ids are the same in every run.
class TestRepo {
 public:
  /// `git init` at `path` (made if missing); branch `main`.
  explicit TestRepo(std::filesystem::path path);
  /// Takes a repository that is there already.
  static TestRepo existing(std::filesystem::path path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Runs git; fails the test when git fails. \returns standard output without the last line end
  std::string git(const std::vector<std::string>& arguments) const;
  RunResult try_git(const std::vector<std::string>& arguments) const;

  void write(const std::string& path, const std::string& bytes) const;
  void remove(const std::string& path) const;
  [[nodiscard]] std::string read(const std::string& path) const;
  [[nodiscard]] bool exists(const std::string& path) const;
  /// `git add -A` and commit. \returns the commit's id
  std::string commit(const std::string& message);

 private:
  struct Existing {};
  TestRepo(Existing, std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
  int commits_ = 0;
};

/// Every file below `root` (but `.git` folders): path → "mode bytes". Symbolic links as "link target".
[[nodiscard]] std::map<std::string, std::string> tree_on_disk(const std::filesystem::path& root);

}  // namespace ddx::test
