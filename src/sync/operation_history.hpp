#pragma once

#include <map>
#include <string>
#include <vector>

#include "transaction/record.hpp"

namespace ddx {

/// What the operations of the past came to: which of them still stand. A pull that was open for a while and
/// the step that ended it count as one. Restoring a recorded state brings back what stood then.
class OperationHistory {
 public:
  /// \param records  must outlive it
  explicit OperationHistory(const Records& records);

  /// Whether a rollback, an abort or a restore took it back.
  [[nodiscard]] bool is_undone(const OperationRecord& record) const;

  /// The newest `count` operations that stand, newest first. \throws Error (no_such_target) if there are
  /// fewer; Error (state_damaged) if a damaged record leaves open which they are
  [[nodiscard]] std::vector<OperationRecord> last(std::size_t count) const;

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  /// What stood at some moment: an operation, and what stood below it.
  struct Node {
    std::size_t record, below;
  };

  void replay(std::size_t index);
  void take_away(const std::string& id);
  [[nodiscard]] std::size_t top_at(const std::string& state) const;
  [[nodiscard]] const OperationRecord* find(const std::string& id) const;
  [[nodiscard]] OperationRecord as_one(const OperationRecord& record) const;

  const Records& records_;
  std::map<std::string, std::size_t> by_id_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> tops_;  ///< after each record
  std::size_t top_ = none;
};

}  // namespace ddx
