#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ddx/secret.hpp"

namespace ddx {

enum class Stream { in, out, err };

/// The three standard streams. A test puts another object in its place.
class Console {
 public:
  enum class Written { all, reader_gone };

  virtual ~Console() = default;
  [[nodiscard]] virtual bool is_terminal(Stream stream) const;
  /// The terminal's width in columns, if it is one and knows.
  [[nodiscard]] virtual std::optional<int> columns(Stream stream) const;
  /// Writes all of it. That nobody reads any more is an outcome; other failures throw std::system_error.
  virtual Written write(Stream stream, std::string_view bytes);
  /// One line of standard input without its end. \returns nothing at the end of input or once `interrupted`
  /// is set
  [[nodiscard]] virtual std::optional<std::string> read_line(const std::atomic<bool>& interrupted);
  /// The bytes of one key of the terminal, without waiting for Enter and without echo; the terminal is as it
  /// was afterwards. \param ask  called once a key is taken that way: who answers at once is not too early
  /// \returns nothing at the end of input or once `interrupted` is set
  [[nodiscard]] virtual std::optional<std::string> read_key(const std::function<void()>& ask,
                                                            const std::atomic<bool>& interrupted);
  /// One line that the terminal does not show while it is typed. \param ask  as for `read_key`
  /// \returns nothing at the end of input or once `interrupted` is set
  [[nodiscard]] virtual std::optional<Secret> read_secret(const std::function<void()>& ask,
                                                          const std::atomic<bool>& interrupted);
};

/// Connects a standard stream that the caller has closed to the null device, so that no file of ours ever
/// gets its number.
void keep_standard_streams_open();

}  // namespace ddx
