#include <fmt/format.h>

#include "cli/completion.hpp"

namespace ddx::cli {

namespace {

constexpr const char* body = R"(
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $previous = if ($before.Count -gt 1) { $before[-1] } else { '' }
  $command = ''
  for ($i = 1; $i -lt $before.Count; $i++) {
    if ($globalValues.ContainsKey($before[$i])) { $i++; continue }
    if ($before[$i].StartsWith('-')) { continue }
    if (-not $command) { $command = $before[$i]; continue }
    $nested = $command + ' ' + $before[$i]
    if ($commandOptions.ContainsKey($nested)) { $command = $nested }
    break
  }
  $values = $globalValues.Clone()
  if ($command -and $commandValues.ContainsKey($command)) {
    foreach ($name in $commandValues[$command].Keys) { $values[$name] = $commandValues[$command][$name] }
  }
  if ($values.ContainsKey($previous)) {
    $candidates = $values[$previous]
  } elseif ($wordToComplete.StartsWith('-')) {
    $candidates = $globalOptions + $(if ($command) { $commandOptions[$command] } else { @() })
  } elseif ($command) {
    $candidates = $commandWords[$command]
  } else {
    $candidates = @($commandOptions.Keys | Where-Object { -not $_.Contains(' ') } | Sort-Object)
  }
  $candidates | Where-Object { $_ -and $_.StartsWith($wordToComplete) } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
)";

std::string list(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "'" : ", '") + word + "'";
  return "@(" + text + ")";
}

std::string option_list(const std::vector<CompletionOption>& options) {
  std::vector<std::string> names;
  for (const auto& option : options) names.insert(names.end(), option.names.begin(), option.names.end());
  return list(names);
}

/// A table that tells `-m` from `-M`, as a command line does.
std::string table(const std::string& entries) { return "New-CaseSensitiveTable @(" + entries + ")"; }

std::string value_table(const std::vector<CompletionOption>& options) {
  std::string entries;
  for (const auto& option : options) {
    if (option.value.empty()) continue;
    for (const auto& name : option.names)
      entries += fmt::format("{}@('{}', {})", entries.empty() ? "" : ", ", name, list(option.words));
  }
  return entries.empty() ? table("") : table("," + entries);
}

}  // namespace

std::string powershell_completion(const CompletionModel& model) {
  std::string options, words, values;
  std::vector<CompletionCommand> commands = model.commands;
  commands.insert(commands.end(), model.nested.begin(), model.nested.end());
  for (const auto& command : commands) {
    for (const auto& name : command.names) {
      options += fmt::format("    '{}' = {}\n", name, option_list(command.options));
      words += fmt::format("    '{}' = {}\n", name, list(command.words));
      values += fmt::format("    '{}' = {}\n", name, value_table(command.options));
    }
  }
  std::string script =
      "# PowerShell completion for ddx\nRegister-ArgumentCompleter -Native -CommandName ddx -ScriptBlock {\n";
  script += "  param($wordToComplete, $commandAst, $cursorPosition)\n";
  script +=
      "  function New-CaseSensitiveTable($pairs) {\n    $table = "
      "[System.Collections.Hashtable]::new([System.StringComparer]::Ordinal)\n";
  script += "    foreach ($pair in $pairs) { $table[$pair[0]] = $pair[1] }\n    $table\n  }\n";
  script += "  $globalOptions = " + option_list(model.options) + "\n";
  script += "  $globalValues = " + value_table(model.options) + "\n";
  script += "  $commandOptions = @{\n" + options + "  }\n  $commandWords = @{\n" + words + "  }\n";
  return script + "  $commandValues = @{\n" + values + "  }\n" + body;
}

}  // namespace ddx::cli
