#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/files.hpp"
#include "transaction/record.hpp"

namespace ddx {

/// The empty folders that an operation makes and removes, around its files. Every function looks at the disk
/// and may run again. A folder that is not empty any more stays.
class FolderStep {
 public:
  FolderStep(Files& files, const Directory& project, const OperationRecord& record)
      : files_(files), project_(project), record_(record) {}

  /// Before the files: removes what goes, since a file may take its place.
  void clear() { remove(record_.folders_removed); }
  /// After the files. \returns what stands in the way, if something does
  std::optional<std::string> make() { return make(record_.folders_made); }
  /// Undo, before the files.
  void unmake() { remove(record_.folders_made); }
  /// Undo, after the files.
  void restore() { static_cast<void>(make(record_.folders_removed)); }
  void flush();

 private:
  void remove(const std::vector<RelPath>& folders);
  std::optional<std::string> make(const std::vector<RelPath>& folders);

  Files& files_;
  const Directory& project_;
  const OperationRecord& record_;
};

}  // namespace ddx
