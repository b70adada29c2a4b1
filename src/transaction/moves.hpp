#pragma once

#include <string>

#include "platform/files.hpp"

namespace ddx {

/// Gives files their places on one file system so that nothing is ever overwritten: with the modes of rename
/// that the file system knows, else with hard links. Which it knows is found out by trying, once.
class Moves {
 public:
  explicit Moves(Files& files) : files_(files) {}

  /// Swaps two files. \returns false where that is not possible; then nothing happened
  [[nodiscard]] bool exchange(const Directory& a_at, const std::string& a, const Directory& b_at,
                              const std::string& b);

  /// Gives a file of ours the name `to` of the user's, which has to be free. Where this needs a hard link,
  /// the file keeps its old name as well: it may go when the new one is durable, not before. \throws
  /// std::system_error (EEXIST) if there is something; EPERM, EOPNOTSUPP where none of it works
  void put(const Directory& from_at, const std::string& from, const Directory& to_at, const std::string& to);

 private:
  Files& files_;
  bool knows_exchange_ = true, knows_no_replace_ = true;
};

}  // namespace ddx
