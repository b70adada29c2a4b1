#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace ddx {

/// Values in the order in which they are written, for a message between two processes of ddx. Not a format:
/// nothing of it is ever stored. What it holds is wiped when it goes or outgrows its place: it may be a
/// secret.
class WireWriter {
 public:
  WireWriter() = default;
  WireWriter(WireWriter&& other) noexcept = default;
  WireWriter& operator=(WireWriter&& other) noexcept;
  ~WireWriter();

  WireWriter& number(std::uint64_t value);
  WireWriter& text(std::string_view value);
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  /// Whoever takes them wipes them.
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  void append(std::string_view more);

  std::string bytes_;
};

/// The message does not hold what its reader expects.
class WireError : public std::runtime_error {
 public:
  WireError() : std::runtime_error("a message of another process of ddx is not readable") {}
};

/// Reads what a `WireWriter` wrote. It trusts nothing: the writer may have been led astray by what it read.
/// Every function throws `WireError` where the bytes end too early.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] std::uint64_t number();
  /// \throws WireError also for more than `limit`
  [[nodiscard]] std::uint64_t number_up_to(std::uint64_t limit);
  [[nodiscard]] std::string text();

 private:
  std::string_view rest_;
};

}  // namespace ddx
