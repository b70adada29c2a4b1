#pragma once

#include <string>
#include <vector>

#include "transaction/record.hpp"

namespace ddx {

/// What the operations of the past came to: which of them still stand. A pull that was open for a while and
/// the steps that resolved and ended it count as one. Restoring a recorded state brings back what stood then.
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
  /// What stood at some moment: an operation, what stood below it, and for a step of an open pull the step
  /// before it.
  struct Node {
    std::size_t record, below, step_before;
  };

  void replay(std::size_t index);
  /// \returns the node that went, or `none`
  std::size_t take_away(const std::string& id);
  [[nodiscard]] std::size_t top_at(const std::string& state) const;
  [[nodiscard]] OperationRecord as_one(const Node& node) const;

  const Records& records_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> tops_;  ///< after each record
  std::size_t top_ = none;
};

}  // namespace ddx
