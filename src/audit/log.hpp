#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/entry.hpp"
#include "platform/files.hpp"

namespace ddx::audit {

/// `ddx/audit.log` in the common git directory.
inline constexpr const char* log_name = "audit.log";

/// An entry as an operation's journal holds it, to be appended when its files are in place.
struct Staged {
  std::string line;        ///< sealed to continue what the log held then; empty: there is none
  std::uint64_t from = 0;  ///< the log's size then; while it is the same, nothing was appended since
  [[nodiscard]] std::string hash() const { return std::string(hash_of(line)); }
};

/// The audit log of a clone, for those who hold its writer lock. Lines are appended and never changed; the
/// one that is taken back is the last, when what it says did not come about.
///
/// An append that was cut off is a beginning of a line without a line end: whoever appends next cuts it. It
/// is completed only by the operation that it belongs to. Whatever else is damaged stays as it is: the next
/// line continues what it reads.
class Log {
 public:
  /// Opens the log, makes it if there is none. \throws std::system_error, as all functions here
  Log(const Workspace& workspace, Host& host);

  /// Seals the entry to continue the log's last line, and reserves the room that it needs. Warns when that
  /// line is damaged.
  [[nodiscard]] Staged stage(const AuditEntry& entry);
  /// Appends the line, sealed again when others came before it. Does nothing when the log has it.
  void append(const Staged& staged);
  /// Removes the line if it is the last one, and what an append that was cut off left.
  void take_back(const Staged& staged);

  /// Appends an entry about what became of an operation, unless the log has one that says the same.
  /// \param staged  of the operation, whose entry this one may stand for
  void append_outcome(const AuditEntry& entry, const Staged& staged);

  void flush() { files_.sync(file_); }

 private:
  struct End {
    Link link;
    std::string damage;  ///< of the last line
  };
  [[nodiscard]] End settle_end();
  [[nodiscard]] End end_at(std::uint64_t size);
  [[nodiscard]] std::vector<Line> lines_since(const Staged& staged, std::string_view word);
  void write(const std::string& line);

  Host& host_;
  Files& files_;
  Directory folder_;
  Descriptor file_;
  std::uint64_t size_;
};

/// Records a change that is no operation: a snapshot that was deleted. Durable when it returns. The caller
/// holds the writer lock. \throws std::system_error with nothing recorded
void append(const Workspace& workspace, Host& host, const AuditEntry& entry);

}  // namespace ddx::audit
