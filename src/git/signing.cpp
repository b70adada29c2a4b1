#include "git/signing.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "base/redaction.hpp"
#include "base/text.hpp"
#include "ddx/error.hpp"
#include "platform/process.hpp"

namespace ddx::git {

namespace {

using std::chrono::sys_seconds;

constexpr std::chrono::seconds silent_limit{60}, person_limit{600};

Error failed(const std::string& why) {
  return Error(ErrorCode::signing_failed, fmt::format("cannot sign the commit: {}", why),
               {{Recovery::mend_signing}});
}

std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

std::string date(sys_seconds when, int zone_minutes) {
  const int size = std::abs(zone_minutes);
  return fmt::format("@{} {}{:02}{:02}", when.time_since_epoch().count(), zone_minutes < 0 ? '-' : '+',
                     size / 60, size % 60);
}

Process::Command command_for(const CommitDraft& draft, const SigningPlace& place, const Host& host) {
  const auto git = find_program("git", host.environment("PATH").value_or(""));
  if (!git || !host.variables) throw failed("there is no git program that could do it");
  Process::Command command{*git, {"-C", place.folder.string()}, host.variables()};
  std::erase_if(command.environment, [](const auto& variable) { return is_secret_variable(variable.first); });
  for (const char* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE"})
    command.environment.erase(name);
  for (const char* argument : {"-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-S", "-F", "-"})
    command.arguments.emplace_back(argument);
  for (const Oid& parent : draft.parents)
    command.arguments.insert(command.arguments.end(), {"-p", parent.str()});
  command.arguments.push_back(draft.tree.str());
  const sys_seconds written = draft.author_date.value_or(draft.date);
  for (auto& [name, value] : std::initializer_list<std::pair<const char*, std::string>>{
           {"GIT_AUTHOR_NAME", draft.author.name},
           {"GIT_AUTHOR_EMAIL", draft.author.email},
           {"GIT_AUTHOR_DATE", date(written, draft.author_zone)},
           {"GIT_COMMITTER_NAME", draft.committer.name},
           {"GIT_COMMITTER_EMAIL", draft.committer.email},
           {"GIT_COMMITTER_DATE", date(draft.date, 0)},
           {"GIT_OBJECT_DIRECTORY", place.objects.string()}})
    command.environment[name] = value;
  command.shares_terminal = host.person != nullptr;
  return command;
}

}  // namespace

bool wants_signatures(const UserSettings& settings) {
  const std::string value = fold_case(settings.text("commit.gpgsign").value_or("false"));
  return value == "true" || value == "yes" || value == "on" || value == "1";
}

Oid signed_commit(const CommitDraft& draft, const SigningPlace& place, Host& host) {
  const std::chrono::milliseconds limit = host.person != nullptr ? person_limit : silent_limit;
  std::string answer;
  try {
    Process git(command_for(draft, place, host));
    git.write(draft.message, limit, host.interrupted);
    git.close_input();
    std::array<char, 256> buffer{};
    while (const std::size_t count = git.read(buffer, limit, host.interrupted))
      answer.append(buffer.data(), count);
    if (git.wait(limit, host.interrupted) != 0) throw failed(std::string(without_line_end(git.error_text())));
  } catch (const std::system_error& error) {
    throw failed(error.code() == std::errc::timed_out ? "the program that signs does not end" : error.what());
  }
  const auto id = Oid::parse(without_line_end(answer));
  if (!id) throw failed("git does not say which commit it made");
  return *id;
}

}  // namespace ddx::git
