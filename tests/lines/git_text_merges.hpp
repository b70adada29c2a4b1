#pragma once

#include "lines/random_texts.hpp"
#include "lines/text_merge.hpp"
#include "support/temp_dir.hpp"
#include "support/test_repo.hpp"

namespace ddx::test {

/// Many text merges by a single `git merge-tree`: each triple of texts is a file of three commits.
class GitTextMerges {
 public:
  explicit GitTextMerges(std::vector<Texts> texts);

  struct Result {
    std::string bytes;
    bool clean = true;
  };
  /// \param settings  'key=value', for `git -c`
  [[nodiscard]] std::vector<Result> merge(const std::vector<std::string>& settings) const;
  /// Like `git merge -X ours`.
  [[nodiscard]] std::vector<Result> merge_favouring(const std::string& side) const;
  /// A line for all files in git's attributes: `merge=union`.
  void set_attributes(const std::string& attributes) const;

  [[nodiscard]] const std::vector<Texts>& texts() const { return texts_; }
  /// What git writes after the markers.
  [[nodiscard]] const MergeLabels& labels() const { return labels_; }

 private:
  [[nodiscard]] std::vector<Result> read(const std::string& tree) const;

  std::vector<Texts> texts_;
  TempDir folder_;
  TestRepo repo_;
  MergeLabels labels_;
};

}  // namespace ddx::test
