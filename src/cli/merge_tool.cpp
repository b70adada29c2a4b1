#include "cli/merge_tool.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ddx/error.hpp"
#include "platform/process.hpp"

namespace ddx::cli {

namespace {

using Words = std::vector<std::string>;

/// A tool by the name that git knows it by. In the arguments, B, L, R and M between braces are the files.
struct KnownTool {
  std::string name;
  Words programs;  ///< the first one found is used
  Words with_base, without_base;
  bool exit_code_counts = false;
};

const std::vector<KnownTool>& known_tools() {
  static const Words vim = {"-f", "-d", "-c", "4wincmd w | wincmd J", "{L}", "{B}", "{R}", "{M}"};
  static const Words vim_without = {"-f", "-d", "-c", "wincmd l", "{L}", "{M}", "{R}"};
  static const std::vector<KnownTool> tools{
      {"araxis",
       {"compare"},
       {"-wait", "-merge", "-3", "-a1", "{B}", "{L}", "{R}", "{M}"},
       {"-wait", "-2", "{L}", "{R}", "{M}"}},
      {"bc",
       {"bcomp", "bcompare"},
       {"{L}", "{R}", "{B}", "-mergeoutput={M}"},
       {"{L}", "{R}", "-mergeoutput={M}"}},
      {"codecompare",
       {"CodeMerge"},
       {"-MF={L}", "-TF={R}", "-BF={B}", "-RF={M}"},
       {"-MF={L}", "-TF={R}", "-RF={M}"}},
      {"diffmerge",
       {"diffmerge"},
       {"--merge", "--result={M}", "{L}", "{B}", "{R}"},
       {"--merge", "--result={M}", "{L}", "{R}"},
       true},
      {"diffuse", {"diffuse"}, {"{L}", "{M}", "{R}", "{B}"}, {"{L}", "{M}", "{R}"}},
      {"ecmerge",
       {"ecmerge"},
       {"{B}", "{L}", "{R}", "--default", "--mode=merge3", "--to={M}"},
       {"{L}", "{R}", "--default", "--mode=merge2", "--to={M}"}},
      {"guiffy", {"guiffy"}, {"-s", "{L}", "{R}", "{B}", "{M}"}, {"-m", "{L}", "{R}", "{M}"}, true},
      {"gvimdiff", {"gvim"}, vim, vim_without, true},
      {"kdiff3",
       {"kdiff3"},
       {"--auto", "--L1", "{M} (Base)", "--L2", "{M} (Local)", "--L3", "{M} (Remote)", "-o", "{M}", "{B}",
        "{L}", "{R}"},
       {"--auto", "--L1", "{M} (Local)", "--L2", "{M} (Remote)", "-o", "{M}", "{L}", "{R}"},
       true},
      {"meld", {"meld"}, {"--output={M}", "{L}", "{B}", "{R}"}, {"--output={M}", "{L}", "{B}", "{R}"}},
      {"nvimdiff", {"nvim"}, vim, vim_without, true},
      {"opendiff",
       {"opendiff"},
       {"{L}", "{R}", "-ancestor", "{B}", "-merge", "{M}"},
       {"{L}", "{R}", "-merge", "{M}"}},
      {"p4merge", {"p4merge"}, {"{B}", "{R}", "{L}", "{M}"}, {"{B}", "{R}", "{L}", "{M}"}},
      {"smerge",
       {"smerge"},
       {"mergetool", "{B}", "{L}", "{R}", "-o", "{M}"},
       {"mergetool", "{L}", "{R}", "-o", "{M}"}},
      {"tkdiff", {"tkdiff"}, {"-a", "{B}", "-o", "{M}", "{L}", "{R}"}, {"-o", "{M}", "{L}", "{R}"}, true},
      {"tortoisemerge", {"tortoisemerge"}, {"-base:{B}", "-mine:{L}", "-theirs:{R}", "-merged:{M}"}, {}},
      {"vimdiff", {"vim"}, vim, vim_without, true},
      {"vscode", {"code"}, {"--wait", "--merge", "{R}", "{L}", "{B}", "{M}"}, {"--wait", "{M}"}},
      {"winmerge",
       {"WinMergeU.exe"},
       {"-u", "-e", "-dl", "Local", "-dr", "Remote", "{L}", "{R}", "{M}"},
       {"-u", "-e", "-dl", "Local", "-dr", "Remote", "{L}", "{R}", "{M}"}},
      {"xxdiff",
       {"xxdiff"},
       {"-X", "--show-merged-pane", "--merged-file", "{M}", "{L}", "{B}", "{R}"},
       {"-X", "--merged-file", "{M}", "{L}", "{R}"}},
  };
  return tools;
}

const KnownTool* find_known(const std::string& name) {
  const auto& tools = known_tools();
  const auto found =
      std::find_if(tools.begin(), tools.end(), [&](const KnownTool& tool) { return tool.name == name; });
  return found == tools.end() ? nullptr : &*found;
}

std::string filled(std::string word, const MergeFiles& files) {
  for (const auto& [sign, file] : {std::pair("{B}", files.base), std::pair("{L}", files.local),
                                   std::pair("{R}", files.remote), std::pair("{M}", files.merged)}) {
    if (const auto at = word.find(sign); at != std::string::npos) return word.replace(at, 3, file.string());
  }
  return word;
}

MergeTool configured(const MergeToolSettings& settings, const MergeFiles& files) {
  return {{"/bin/sh",
           {"-c", *settings.command},
           {{"BASE", files.base.string()},
            {"LOCAL", files.local.string()},
            {"REMOTE", files.remote.string()},
            {"MERGED", files.merged.string()}},
           {}},
          settings.trust_exit_code.value_or(true)};
}

std::filesystem::path program_of(const KnownTool& tool, const MergeToolSettings& settings,
                                 const std::string& search_path) {
  Words names = tool.programs;
  if (settings.program) names = {*settings.program};
  for (const std::string& name : names) {
    if (std::filesystem::path(name).is_absolute()) return name;
    if (const auto found = find_program(name, search_path)) return *found;
  }
  throw Error(ErrorCode::usage,
              fmt::format("the program '{}' of the merge tool '{}' is not in PATH", names.front(), tool.name),
              {{Recovery::choose_tool, tool.name}});
}

}  // namespace

bool is_merge_tool(const MergeToolSettings& settings) {
  return settings.command || find_known(settings.name) != nullptr;
}

MergeTool prepare_merge_tool(const MergeToolSettings& settings, const MergeFiles& files,
                             const std::string& search_path) {
  if (settings.name.empty())
    throw Error(ErrorCode::usage, "no merge tool is configured", {{Recovery::choose_tool}});
  if (settings.command) return configured(settings, files);
  const KnownTool* tool = find_known(settings.name);
  if (tool == nullptr)
    throw Error(ErrorCode::usage, fmt::format("nobody knows the merge tool '{}'", settings.name),
                {{Recovery::choose_tool, settings.name}});
  const Words& words = files.has_base ? tool->with_base : tool->without_base;
  if (words.empty())
    throw Error(ErrorCode::usage,
                fmt::format("the merge tool '{}' cannot be used without an original version", tool->name));
  MergeTool prepared{{program_of(*tool, settings, search_path), {}, {}, {}},
                     settings.trust_exit_code.value_or(tool->exit_code_counts)};
  for (const std::string& word : words) prepared.program.arguments.push_back(filled(word, files));
  return prepared;
}

}  // namespace ddx::cli
