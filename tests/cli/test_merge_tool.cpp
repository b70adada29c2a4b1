#include "cli/merge_tool.hpp"

#include <catch2/catch_test_macros.hpp>

#include "ddx/error.hpp"
#include "support/temp_dir.hpp"

using namespace ddx;
using namespace ddx::cli;

namespace fs = std::filesystem;

namespace {

const MergeFiles with_base{"/b", "/l", "/r", "/m", true};
const MergeFiles without_base{"/b", "/l", "/r", "/m", false};

std::string command(const std::string& name, const MergeFiles& files) {
  const MergeTool tool = prepare_merge_tool({name, {}, "/opt/tool", {}}, files, "");
  CHECK(tool.program.program == "/opt/tool");
  std::string words;
  for (const std::string& word : tool.program.arguments) words += (words.empty() ? "" : " ") + word;
  return words;
}

}  // namespace

TEST_CASE("tools that git knows get their arguments in git's order", "[cli][tool]") {
  CHECK(command("meld", with_base) == "--output=/m /l /b /r");
  CHECK(command("kdiff3", with_base) ==
        "--auto --L1 /m (Base) --L2 /m (Local) --L3 /m (Remote) -o /m /b /l /r");
  CHECK(command("kdiff3", without_base) == "--auto --L1 /m (Local) --L2 /m (Remote) -o /m /l /r");
  CHECK(command("vimdiff", with_base) == "-f -d -c 4wincmd w | wincmd J /l /b /r /m");
  CHECK(command("nvimdiff", without_base) == "-f -d -c wincmd l /l /m /r");
  CHECK(command("vscode", with_base) == "--wait --merge /r /l /b /m");
  CHECK(command("bc", with_base) == "/l /r /b -mergeoutput=/m");
  CHECK(command("bc", without_base) == "/l /r -mergeoutput=/m");
  CHECK(command("p4merge", with_base) == "/b /r /l /m");
  CHECK(command("opendiff", with_base) == "/l /r -ancestor /b -merge /m");
  CHECK(command("tortoisemerge", with_base) == "-base:/b -mine:/l -theirs:/r -merged:/m");
  CHECK(command("xxdiff", with_base) == "-X --show-merged-pane --merged-file /m /l /b /r");
  CHECK(command("smerge", with_base) == "mergetool /b /l /r -o /m");
  CHECK_THROWS_AS(command("tortoisemerge", without_base), Error);
}

TEST_CASE("a configured command is the shell's, with the files in variables", "[cli][tool]") {
  const MergeTool tool = prepare_merge_tool({"mine", "my-tool \"$LOCAL\"", {}, {}}, with_base, "");
  CHECK(tool.program.program == "/bin/sh");
  CHECK(tool.program.arguments == std::vector<std::string>{"-c", "my-tool \"$LOCAL\""});
  CHECK(tool.program.variables == std::map<std::string, std::string>{
                                      {"BASE", "/b"}, {"LOCAL", "/l"}, {"REMOTE", "/r"}, {"MERGED", "/m"}});
  CHECK(tool.exit_code_counts);
  CHECK_FALSE(prepare_merge_tool({"mine", "x", {}, false}, with_base, "").exit_code_counts);
  CHECK_FALSE(prepare_merge_tool({"meld", {}, "/opt/meld", {}}, with_base, "").exit_code_counts);
}

TEST_CASE("a tool is looked up in PATH, and one that nobody has is a usage error", "[cli][tool]") {
  const test::TempDir folder;
  test::write_file(folder.path() / "bcompare", "#!/bin/sh\n");
  fs::permissions(folder.path() / "bcompare", fs::perms::owner_all);
  CHECK(prepare_merge_tool({"bc", {}, {}, {}}, with_base, folder.path().string()).program.program ==
        folder.path() / "bcompare");
  for (const MergeToolSettings& settings :
       {MergeToolSettings{"bc", {}, {}, {}}, MergeToolSettings{"", {}, {}, {}},
        MergeToolSettings{"frobnicate", {}, {}, {}}}) {
    CHECK_THROWS_AS(prepare_merge_tool(settings, with_base, "/nowhere"), Error);
  }
}
