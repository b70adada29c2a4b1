#include <array>
#include <catch2/catch_test_macros.hpp>
#include <random>

#include "ddx/push.hpp"
#include "world.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

constexpr std::size_t line_count = 40;
/// Far enough apart that no merge takes two of them for one change.
constexpr std::array<std::size_t, 5> user_lines{1, 5, 9, 13, 17}, upstream_lines{21, 25, 29, 33, 37};

using Text = std::array<std::string, line_count>;

std::string bytes_of(const Text& text) {
  std::string bytes;
  for (const std::string& line : text) bytes += line + "\n";
  return bytes;
}

/// Somebody customizes lines of a file and pushes, again and again, while upstream edits others, takes what
/// was pushed in one way or another, an older push perhaps, takes it back, and is pulled from. What the user
/// wrote last has to be there after each pull, and upstream's lines as upstream has them.
class Life {
 public:
  explicit Life(unsigned seed) : random_(seed) {
    for (std::size_t i = 0; i < line_count; ++i) text_[i] = fmt::format("line {}", i);
    world_.start({{"a.md", bytes_of(text_)}, {"b.md", "b\n"}});
  }

  /// \returns whether it came to its end without a conflict
  bool run() {
    for (int step = 0; step < 14 && !asked_; ++step) {
      switch (below(6)) {
        case 0:
        case 1:
          edit();
          break;
        case 2:
          offer();
          break;
        case 3:
          edit_upstream();
          break;
        case 4:
          below(4) == 0 ? take_back() : take();
          break;
        default:
          pull();
      }
    }
    if (!asked_) pull();
    if (asked_) return false;
    edit();
    offer();
    merge("--squash", pushed_.back());
    pull();
    CHECK(world_.read("a.md") == world_.upstream.read("a.md"));
    CHECK(lines(world_.status()) == Lines{"a.md: in sync", "b.md: in sync"});
    return true;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  void note(const std::string& what) { done_ += "\n" + what; }

  void edit() {
    const std::size_t line = user_lines[below(user_lines.size())];
    text_[line] = fmt::format("mine {}", ++edits_);
    note(fmt::format("edit line {}: {}", line, text_[line]));
    world_.write("a.md", bytes_of(text_));
  }

  void offer() {
    PushRequest request;
    request.message = fmt::format("contribution {}", pushed_.size());
    const PushReport report = push(world_.workspace(), request, world_.host);
    if (!report.conflicts.empty())
      return pull();  // upstream has an older version of the line: only a pull knows whose
    if (report.commits.empty()) return;
    pushed_.push_back(report.commits.back().id.str());
    note(fmt::format("push {} to {}", pushed_.back(), report.branch));
  }

  void edit_upstream() {
    const std::size_t line = upstream_lines[below(upstream_lines.size())];
    theirs_[line] = fmt::format("theirs {}", ++edits_);
    std::string text = world_.upstream.read("a.md");
    std::size_t at = 0;
    for (std::size_t i = 0; i < line; ++i) at = text.find('\n', at) + 1;
    text.replace(at, text.find('\n', at) - at, theirs_[line]);
    world_.move_upstream({{"a.md", text}});
    note(fmt::format("upstream edits line {}: {}", line, theirs_[line]));
    taken_ = false;
  }

  void take() {
    if (pushed_.empty()) return;
    const std::string& commit = pushed_[below(pushed_.size())];
    merge(std::array{"--squash", "--no-ff", "--ff"}[below(3)], commit);
  }

  void merge(const char* how, const std::string& commit) {
    const std::string before = world_.upstream.git({"rev-parse", "HEAD"});
    const auto merged = world_.upstream.try_git({"merge", "-q", how, "--no-edit", commit});
    if (merged.exit != 0) {  // an older push that meets a newer one
      world_.upstream.git({"reset", "-q", "--hard"});
      return;
    }
    if (world_.upstream.try_git({"diff", "--quiet", "HEAD"}).exit != 0)  // a squash waits for its commit
      world_.upstream.git({"commit", "-qm", below(2) == 0 ? "squashed" : message_of(commit)});
    if (world_.upstream.git({"rev-parse", "HEAD"}) == before) return;
    taken_ = true;
    note(fmt::format("upstream takes {} {}", how, commit));
  }

  std::string message_of(const std::string& commit) const {
    return world_.upstream.git({"show", "-s", "--format=%B", commit});
  }

  /// Only what no pull has brought: later it is an edit of upstream's like any other.
  void take_back() {
    if (!std::exchange(taken_, false)) return;
    const bool is_merge = world_.upstream.try_git({"rev-parse", "-q", "--verify", "HEAD^2"}).exit == 0;
    std::vector<std::string> words{"revert", "--no-edit", "HEAD"};
    if (is_merge) words.insert(words.end(), {"-m", "1"});
    if (world_.upstream.try_git(words).exit != 0) {
      world_.upstream.try_git({"revert", "--abort"});
      return;
    }
    note("upstream takes that back");
  }

  void pull() {
    note("pull");
    const PullReport report = world_.pull();
    INFO(done_);
    if (!report.conflicts.empty()) {
      for (const std::size_t line : user_lines)
        CHECK(world_.read("a.md").find(text_[line] + "\n") != std::string::npos);
      asked_ = true;
      return;
    }
    for (const std::size_t line : upstream_lines)
      if (!theirs_[line].empty()) text_[line] = theirs_[line];
    CHECK(world_.read("a.md") == bytes_of(text_));
    taken_ = false;
  }

  std::mt19937 random_;
  World world_;
  Text text_, theirs_;  ///< as the user has to see it; upstream's last edits
  std::vector<std::string> pushed_;
  bool taken_ = false, asked_ = false;
  int edits_ = 0;
  std::string done_;
};

}  // namespace

TEST_CASE("random contributions: what somebody wrote last is there after every pull",
          "[sync][landing][push]") {
  for (unsigned seed = 1; seed <= 25; ++seed) {
    INFO("seed " << seed);
    CHECK(Life(seed).run());
  }
}

TEST_CASE("many more random contributions", "[sync][landing][push][long]") {
  int asked = 0;
  for (unsigned seed = 1000; seed < 1500; ++seed) {
    INFO("seed " << seed);
    asked += Life(seed).run() ? 0 : 1;
  }
  WARN(asked << " of 500 came to a conflict");
  CHECK(asked <= 25);
}
