#include "contribute/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "base/binary.hpp"
#include "contribute/path_checks.hpp"
#include "contribute/secret_check.hpp"
#include "contribute/text_checks.hpp"

namespace ddx {

namespace {

std::string shown_size(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  if (bytes < 1024 * 1024) return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1024 * 1024));
}

class Checks {
 public:
  explicit Checks(const CheckSettings& settings)
      : settings_(settings), rules_(settings.upstream_rules.rules), scanner_(settings.secrets) {}

  CheckReport run(const std::vector<OutgoingFile>& files, const OutgoingText& text) {
    report_.findings = settings_.upstream_rules.findings;
    check_count(files);
    add(check_against(rules_, text));
    check_words(text);
    for (const OutgoingFile& file : files) check_file(file);
    for (const auto& [path, why] : settings_.link_problems) add_link_problem(path, why);
    add(check_collisions(files, settings_.upstream_paths));
    sort();
    report_.unused_allowances = allow(report_.findings, settings_.allowances);
    return std::move(report_);
  }

 private:
  void add(std::vector<CheckFinding> findings) {
    std::move(findings.begin(), findings.end(), std::back_inserter(report_.findings));
  }

  CheckFinding& add(std::string rule, const RelPath* path, std::string message) {
    CheckFinding& finding = report_.findings.emplace_back();
    finding.rule = std::move(rule);
    if (path != nullptr) finding.path = *path;
    finding.message = std::move(message);
    finding.fingerprint = finding.allowance();
    return finding;
  }

  void check_count(const std::vector<OutgoingFile>& files) {
    std::set<RelPath> paths;
    for (const OutgoingFile& file : files) paths.insert(file.path);
    const std::size_t limit = std::min(settings_.max_files, rules_.max_files.value_or(settings_.max_files));
    if (paths.size() > limit)
      add("file-count", nullptr, fmt::format("{} files change, the limit is {}", paths.size(), limit));
  }

  void check_words(const OutgoingText& text) {
    for (const std::string* part : {&text.title, &text.body, &text.branch}) check_word(*part);
    for (const std::string& message : text.messages) check_word(message);
  }

  /// A line of a message is no line of a file.
  void check_word(const std::string& text) {
    for (CheckFinding& finding : find_secrets(scanner_, nullptr, {}, text)) {
      finding.line = 0;
      finding.message += ", in the words of the contribution";
      report_.findings.push_back(std::move(finding));
    }
  }

  void check_file(const OutgoingFile& file) {
    add(check_name(file));
    add(check_against(rules_, file));
    if (!file.after) return;
    if (!file.before) check_new_name(file.path);
    check_size(file);
    const std::string after = file.after->read();
    if (file.after->mode == Mode::link) {
      if (auto finding = check_link(file.path, after)) add({std::move(*finding)});
      const bool was_link = file.before && file.before->mode == Mode::link;
      add(find_secrets(scanner_, &file.path, was_link ? file.before->read() : std::string(), after));
      return;
    }
    const bool was_file = file.before && file.before->mode != Mode::link;
    const std::string before = was_file ? file.before->read() : std::string();
    if (was_file && before == after) return;
    check_content(file, was_file ? &before : nullptr, after);
  }

  /// Most are found by looking at the link alone.
  void add_link_problem(const RelPath& path, const std::string& why) {
    const auto& all = report_.findings;
    if (std::any_of(all.begin(), all.end(),
                    [&](const auto& f) { return f.rule == "link" && f.path == path; }))
      return;
    add("link", &path, why).allowable = false;
  }

  /// A name leaves the machine as well.
  void check_new_name(const RelPath& path) {
    for (CheckFinding& finding : find_secrets(scanner_, nullptr, {}, path.str())) {
      finding.path = path;
      finding.line = 0;
      finding.excerpt.clear();
      finding.message += ", in its name";
      report_.findings.push_back(std::move(finding));
    }
  }

  void check_size(const OutgoingFile& file) {
    const std::uint64_t size = file.after->size_bytes;
    const std::uint64_t limit = std::min(settings_.max_file_size_bytes,
                                         rules_.max_file_size_bytes.value_or(settings_.max_file_size_bytes));
    if (size > limit)
      add("file-size", &file.path,
          fmt::format("has {}, the limit is {}", shown_size(size), shown_size(limit)));
  }

  void check_content(const OutgoingFile& file, const std::string* before, const std::string& after) {
    const std::string_view old = before != nullptr ? std::string_view(*before) : std::string_view();
    add(find_secrets(scanner_, &file.path, old, after));
    if (is_binary(after)) {
      add("binary-file", &file.path, fmt::format("is a binary file of {}", shown_size(after.size())))
          .severity = CheckSeverity::warning;
      return;
    }
    add(find_conflict_markers(file.path, old, after));
    const std::string_view* whole = before != nullptr ? &old : nullptr;
    add(find_broken_structure(file.path, whole, after));
  }

  /// What two commits bring is said once.
  void sort() {
    auto& all = report_.findings;
    const auto key = [](const CheckFinding& f) {
      return std::tie(f.path, f.line, f.rule, f.fingerprint, f.message);
    };
    std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    all.erase(
        std::unique(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) == key(b); }),
        all.end());
  }

  const CheckSettings& settings_;
  const ContributionRules& rules_;
  SecretScanner scanner_;
  CheckReport report_;
};

}  // namespace

CheckReport check_outgoing(const std::vector<OutgoingFile>& files, const OutgoingText& text,
                           const CheckSettings& settings) {
  return Checks(settings).run(files, text);
}

}  // namespace ddx
