#include "sync/contribution_text.hpp"

#include <fmt/format.h>

#include <array>

#include "base/sha256.hpp"
#include "ddx/error.hpp"
#include "ddx/names.hpp"

namespace ddx {

namespace {

constexpr std::string_view change_id_key = "Ddx-Change-Id: ";
constexpr std::size_t longest_slug = 40;
constexpr std::size_t change_id_digits = 40;
constexpr std::size_t most_named_files = 50;

/// The deepest folder that all of them are in; empty: none.
std::string common_folder(const std::map<RelPath, ContributedFile>& files) {
  std::string folder(files.begin()->first.parent());
  for (const auto& [path, file] : files) {
    while (!folder.empty() && path.parent() != folder && !path.parent().starts_with(folder + "/")) {
      const std::size_t slash = folder.rfind('/');
      folder.resize(slash == folder.npos ? 0 : slash);
    }
  }
  return folder;
}

std::string verb_for(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "add";
    case ChangeKind::deleted:
      return "remove";
    case ChangeKind::modified:
    case ChangeKind::renamed:
    case ChangeKind::mode:
      break;
  }
  return "update";
}

std::string capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// Whether the last paragraph is made of trailers, as git-interpret-trailers(1) has them.
bool ends_in_trailers(std::string_view message) {
  const std::size_t start = message.rfind("\n\n");
  if (start == message.npos) return false;
  std::string_view rest = message.substr(start + 2);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t colon = line.find(": ");
    if (colon == line.npos || colon == 0 || line.substr(0, colon).find(' ') != line.npos) return false;
  }
  return true;
}

std::string without_change_id(std::string_view message) {
  std::string kept;
  while (!message.empty()) {
    const std::string_view line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(line.size() + 1, message.size()));
    if (!line.starts_with(change_id_key)) kept.append(line).append("\n");
  }
  kept.erase(kept.find_last_not_of(" \t\r\n") + 1);
  return kept;
}

}  // namespace

std::string subject_for(const std::map<RelPath, ContributedFile>& files) {
  if (files.size() == 1)
    return fmt::format("{} {}", capitalised(verb_for(files.begin()->second.change.kind)),
                       files.begin()->first.str());
  std::map<std::string, std::size_t> counts;
  for (const auto& [path, file] : files) ++counts[verb_for(file.change.kind)];
  std::string text;
  std::size_t last = 0;
  for (const char* verb : {"add", "update", "remove"}) {
    const auto found = counts.find(verb);
    if (found == counts.end()) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", verb, found->second);
    last = found->second;
  }
  const std::string folder = common_folder(files);
  return capitalised(
      fmt::format("{} file{}{}", text, last == 1 ? "" : "s", folder.empty() ? "" : " in " + folder));
}

std::string with_trailers(std::string_view message, const std::string& change_id,
                          const git::Identity* signer) {
  std::string text = without_change_id(message);
  const auto append = [&](const std::string& trailer) {
    if (("\n" + text + "\n").find("\n" + trailer + "\n") != std::string::npos) return;
    text += (ends_in_trailers(text) ? "\n" : "\n\n") + trailer;
  };
  if (signer != nullptr) append(fmt::format("Signed-off-by: {} <{}>", signer->name, signer->email));
  if (!change_id.empty()) append(std::string(change_id_key) + change_id);
  return text + "\n";
}

std::string body_for(std::string_view message, const std::map<RelPath, ContributedFile>& files) {
  std::string body = without_change_id(message);
  const std::size_t end_of_subject = body.find('\n');
  body = end_of_subject == body.npos ? std::string() : "\n" + body.substr(end_of_subject);
  if (ends_in_trailers(body)) body.resize(body.rfind("\n\n"));
  body.erase(0, body.find_first_not_of('\n'));
  if (!body.empty()) return body;
  std::size_t named = 0;
  for (const auto& [path, file] : files) {
    if (named++ == most_named_files) {
      body += fmt::format("- and {} more\n", files.size() - most_named_files);
      break;
    }
    body += fmt::format("- {} `{}`\n", verb_for(file.change.kind), path.str());
  }
  return body;
}

std::string list_of(const std::vector<OutgoingCommit>& commits) {
  std::string list;
  for (const OutgoingCommit& commit : commits) list += fmt::format("- {}\n", commit.subject);
  return list;
}

std::optional<std::string> change_id_of(std::string_view message) {
  std::optional<std::string> found;
  while (!message.empty()) {
    const std::string_view line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(line.size() + 1, message.size()));
    if (line.starts_with(change_id_key)) found = std::string(line.substr(change_id_key.size()));
  }
  return found;
}

std::string make_change_id(const Oid& parent, const Oid& tree, std::string_view message,
                           const git::Identity& author) {
  const std::string digest = sha256_hex(
      fmt::format("{}\n{}\n{} <{}>\n{}", parent.str(), tree.str(), author.name, author.email, message));
  return "I" + digest.substr(0, change_id_digits);
}

std::string slug(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_upper || is_plain) {
      name += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
    if (name.size() == longest_slug) break;
  }
  while (name.ends_with('-')) name.pop_back();
  return name;
}

std::string branch_name(const std::string& pattern, const git::Identity& user, std::string_view subject) {
  const auto or_else = [](std::string text, const char* otherwise) {
    return text.empty() ? std::string(otherwise) : text;
  };
  std::string name = pattern;
  replace_all(name, "{user}", or_else(slug(user.email.substr(0, user.email.find('@'))), "user"));
  replace_all(name, "{topic}", or_else(slug(subject), "contribution"));
  if (!is_ref_name(name))
    throw Error(ErrorCode::usage, fmt::format("'{}' cannot be the name of a branch", name),
                {{Recovery::see_help, "push"}});
  return name;
}

}  // namespace ddx
