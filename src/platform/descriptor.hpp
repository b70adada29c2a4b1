#pragma once

#include <filesystem>
#include <utility>

namespace ddx {

/// An open file or folder of the operating system, closed when it goes.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int native) : native_(native) {}
  Descriptor(Descriptor&& other) noexcept : native_(other.native_) { other.native_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  [[nodiscard]] int native() const { return native_; }
  explicit operator bool() const { return native_ >= 0; }

 private:
  int native_ = -1;
};

/// An open folder. Names given to `Files` are relative to one and are a single component unless said
/// otherwise, so no symbolic link that somebody puts in the way can redirect us.
class Directory {
 public:
  Directory() = default;
  Directory(Descriptor descriptor, std::filesystem::path path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}
  [[nodiscard]] int native() const { return descriptor_.native(); }
  /// For messages only.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  explicit operator bool() const { return static_cast<bool>(descriptor_); }

 private:
  Descriptor descriptor_;
  std::filesystem::path path_;
};

}  // namespace ddx
