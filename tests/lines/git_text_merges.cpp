#include "lines/git_text_merges.hpp"

#include <catch2/catch_test_macros.hpp>
#include <sstream>

namespace ddx::test {

namespace {

std::string data(const std::string& bytes) {
  return "data " + std::to_string(bytes.size()) + "\n" + bytes + "\n";
}

std::string commit(const std::string& branch, const std::vector<Texts>& texts, std::string Texts::*version) {
  std::string stream =
      "commit refs/heads/" + branch + "\ncommitter A <a@x> 1700000000 +0000\n" + data(branch);
  if (branch != "base") stream += "from refs/heads/base\n";
  for (std::size_t i = 0; i < texts.size(); ++i)
    stream += "M 100644 inline " + std::to_string(i) + "\n" + data(texts[i].*version);
  return stream;
}

}  // namespace

GitTextMerges::GitTextMerges(std::vector<Texts> texts)
    : texts_(std::move(texts)), repo_(folder_.path() / "repo") {
  const std::string stream = commit("base", texts_, &Texts::base) + commit("ours", texts_, &Texts::ours) +
                             commit("theirs", texts_, &Texts::theirs);
  const RunResult imported =
      run(repo_.path(), {"git", "fast-import", "--quiet"}, clean_environment(folder_.path()), stream);
  INFO(imported.err);
  REQUIRE(imported.exit == 0);
  labels_ = {"ours", repo_.git({"rev-parse", "--short", "base"}), "theirs"};
}

std::vector<GitTextMerges::Result> GitTextMerges::merge(const std::vector<std::string>& settings) const {
  std::vector<std::string> words{"-c", "merge.renames=false"};
  for (const std::string& setting : settings) words.insert(words.end(), {"-c", setting});
  words.insert(words.end(), {"merge-tree", "--write-tree", "--no-messages", "--name-only", "ours", "theirs"});
  const RunResult merged = repo_.try_git(words);
  INFO(merged.err);
  REQUIRE(merged.exit <= 1);
  std::istringstream lines(merged.out);
  std::string tree, conflict;
  std::getline(lines, tree);
  std::vector<Result> results = read(tree);
  while (std::getline(lines, conflict)) results.at(std::stoul(conflict)).clean = false;
  return results;
}

std::vector<GitTextMerges::Result> GitTextMerges::merge_favouring(const std::string& side) const {
  repo_.git({"reset", "-q", "--hard"});
  repo_.git({"checkout", "-q", "--detach", "ours"});
  repo_.git({"-c", "merge.renames=false", "merge", "-q", "-s", "ort", "-X", side, "-m", "merge", "theirs"});
  return read(repo_.git({"rev-parse", "HEAD^{tree}"}));
}

void GitTextMerges::set_attributes(const std::string& attributes) const {
  write_file(repo_.path() / ".git/info/attributes", "* " + attributes + "\n");
}

std::vector<GitTextMerges::Result> GitTextMerges::read(const std::string& tree) const {
  std::string names;
  for (std::size_t i = 0; i < texts_.size(); ++i) names += tree + ":" + std::to_string(i) + "\n";
  const std::string out =
      run(repo_.path(), {"git", "cat-file", "--batch"}, clean_environment(folder_.path()), names).out;
  std::vector<Result> results;
  for (std::size_t at = 0; results.size() < texts_.size();) {
    const std::size_t end = out.find('\n', at);
    const std::string head = out.substr(at, end - at);
    const std::size_t size = std::stoul(head.substr(head.rfind(' ') + 1));
    results.push_back({out.substr(end + 1, size)});
    at = end + 1 + size + 1;
  }
  return results;
}

}  // namespace ddx::test
