#pragma once

#include <filesystem>
#include <string>

namespace ddx::test {

/// Something mounted on a folder, which is made for it; taken away when it goes. What could not be mounted is
/// false: tests that need it skip.
class Mount {
 public:
  static Mount tmpfs(const std::filesystem::path& at, const std::string& options);
  /// The folder `from` once more.
  static Mount bind(const std::filesystem::path& from, const std::filesystem::path& at);
  static Mount read_only(const std::filesystem::path& from, const std::filesystem::path& at);
  /// A fresh NTFS in the file `image`, through `ntfs-3g`.
  static Mount ntfs(const std::filesystem::path& image, const std::filesystem::path& at);

  Mount(Mount&& other) noexcept;
  Mount& operator=(Mount&& other) noexcept;
  ~Mount();

  explicit operator bool() const { return mounted_; }

 private:
  explicit Mount(std::filesystem::path at);

  std::filesystem::path at_;
  bool mounted_ = false;
};

}  // namespace ddx::test
