#include "git/project_repository.hpp"

#include <fmt/format.h>
#include <git2/sys/repository.h>

#include <algorithm>
#include <system_error>

#include "git/attributes.hpp"
#include "git/filters.hpp"
#include "git/handle.hpp"
#include "git/lfs.hpp"
#include "git/library.hpp"
#include "git/owned_lock.hpp"
#include "git/ref_files.hpp"

namespace ddx::git {

namespace {

constexpr std::string_view our_namespace = "refs/ddx/";

}  // namespace

ProjectRepository::ProjectRepository(ProjectRepository&&) noexcept = default;
ProjectRepository::~ProjectRepository() = default;

ProjectRepository ProjectRepository::open(const std::filesystem::path& worktree_root, Host& host) {
  initialise();
  git_repository* raw = nullptr;
  check(git_repository_open(&raw, worktree_root.c_str()),
        fmt::format("open the repository at '{}'", worktree_root.string()));
  return {raw, host};
}

void ProjectRepository::create(const std::filesystem::path& folder) {
  initialise();
  static_cast<void>(acquire<RepositoryHandle>(fmt::format("make a repository in '{}'", folder.string()),
                                              git_repository_init, folder.c_str(), /*is_bare=*/0u));
}

std::filesystem::path ProjectRepository::common_dir() const { return git_repository_commondir(raw()); }

std::filesystem::path ProjectRepository::objects_folder() const { return common_dir() / "objects"; }

Head ProjectRepository::head() const {
  Head head;
  const auto symbolic = acquire<ReferenceHandle>("read HEAD", git_reference_lookup, raw(), "HEAD");
  if (git_reference_type(symbolic.get()) == GIT_REFERENCE_DIRECT) {
    head.ref = "HEAD";
    head.detached = true;
    head.commit = from_git(*git_reference_target(symbolic.get()));
    return head;
  }
  head.ref = git_reference_symbolic_target(symbolic.get());
  head.commit = reference(head.ref);
  return head;
}

std::optional<Oid> ProjectRepository::reference(const std::string& name) const {
  git_oid id;
  const int code = git_reference_name_to_id(&id, raw(), name.c_str());
  if (code == GIT_ENOTFOUND) return std::nullopt;
  check(code, fmt::format("read '{}'", name));
  return from_git(id);
}

std::vector<std::pair<std::string, Oid>> ProjectRepository::references(const std::string& prefix) const {
  const auto iterator = acquire<ReferenceIteratorHandle>("list refs", git_reference_iterator_glob_new, raw(),
                                                         (prefix + "*").c_str());
  std::vector<std::pair<std::string, Oid>> found;
  for (;;) {
    git_reference* next = nullptr;
    const int code = git_reference_next(&next, iterator.get());
    if (code == GIT_ITEROVER) break;
    check(code, "list refs");
    const ReferenceHandle reference(next);
    if (git_reference_type(next) == GIT_REFERENCE_DIRECT)
      found.emplace_back(git_reference_name(next), from_git(*git_reference_target(next)));
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool ProjectRepository::move_reference(const std::string& name, const Oid& to,
                                       const std::optional<Oid>& expected,
                                       const std::string& reflog_message) {
  if (name.starts_with(our_namespace)) {
    if (reference(name) != expected) return false;
    RefFiles(*host_, common_dir()).write_own(name, to);
    return true;
  }
  OwnedLock lock(*host_, common_dir(), name == "HEAD" ? head_file() : name, to.str() + "\n");
  if (reference(name) != expected) return false;
  log_move(name, expected, to, reflog_message);
  lock.publish();
  return true;
}

/// Each work tree has its own HEAD.
std::string ProjectRepository::head_file() const {
  const std::filesystem::path head = std::filesystem::path(git_repository_path(raw())) / "HEAD";
  return head.lexically_relative(common_dir()).generic_string();
}

/// core.logAllRefUpdates, as git-config(1) has it.
bool ProjectRepository::keeps_log_of(const std::string& ref) const {
  const std::string wanted = setting("core.logallrefupdates").value_or("true");
  if (is_off("core.logallrefupdates")) return false;
  return wanted == "always" || ref == "HEAD" || ref.starts_with("refs/heads/");
}

void ProjectRepository::log_move(const std::string& name, const std::optional<Oid>& from, const Oid& to,
                                 const std::string& message) {
  const Identity who = identity().value_or(Identity{"ddx", "ddx@localhost"});
  const auto now = std::chrono::floor<std::chrono::seconds>(host_->now()).time_since_epoch().count();
  const std::string line = fmt::format("{} {} {} <{}> {} +0000\t{}\n", from.value_or(Oid()).str(), to.str(),
                                       who.name, who.email, now, message);
  if (name != "HEAD" && keeps_log_of(name)) RefFiles(*host_, common_dir()).append_log(name, line);
  const bool moves_head = name == "HEAD" || head().ref == name;
  if (moves_head && keeps_log_of("HEAD"))
    RefFiles(*host_, git_repository_path(raw())).append_log("HEAD", line);
}

void ProjectRepository::remove_reference(const std::string& name) {
  RefFiles(*host_, common_dir()).remove_own({name});
}

std::vector<std::string> ProjectRepository::unreadable_references(const std::string& prefix) const {
  std::vector<std::string> names;
  std::error_code missing;
  const auto folder = std::filesystem::path(git_repository_commondir(raw())) / prefix;
  for (const auto& file : std::filesystem::directory_iterator(folder, missing)) {
    const std::string name = prefix + file.path().filename().string();
    if (file.is_directory() || name.ends_with(".lock")) continue;
    git_reference* found = nullptr;
    const int code = git_reference_lookup(&found, raw(), name.c_str());
    const ReferenceHandle reference(found);
    if (code == GIT_ENOTFOUND) continue;
    if (code < 0 || git_reference_type(found) != GIT_REFERENCE_DIRECT) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::string> ProjectRepository::setting(const std::string& key) const {
  const auto config = acquire<ConfigHandle>("read git's settings", git_repository_config, raw());
  Buffer value;
  const int code = git_config_get_string_buf(value.raw(), config.get(), key.c_str());
  if (code == GIT_ENOTFOUND) return std::nullopt;
  check(code, fmt::format("read git's setting '{}'", key));
  return std::string(value.view());
}

bool ProjectRepository::is_off(const std::string& key) const {
  const std::string value = setting(key).value_or("true");
  int on = 1;
  return git_config_parse_bool(&on, value.c_str()) == 0 && on == 0;
}

std::optional<Identity> ProjectRepository::identity() const {
  const auto either = [&](const char* variable, const char* key) {
    const auto given = host_->environment(variable);
    return given && !given->empty() ? given : setting(key);
  };
  const auto name = either("GIT_AUTHOR_NAME", "user.name");
  const auto email = either("GIT_AUTHOR_EMAIL", "user.email");
  if (!name || !email || name->empty() || email->empty()) return std::nullopt;
  return Identity{*name, *email};
}

bool ProjectRepository::ignores(const std::string& path) const {
  int ignored = 0;
  check(git_ignore_path_is_ignored(&ignored, raw(), path.c_str()),
        fmt::format("ask whether '{}' is ignored", path));
  return ignored != 0;
}

std::optional<std::string> ProjectRepository::operation_in_progress() const {
  switch (git_repository_state(raw())) {
    case GIT_REPOSITORY_STATE_NONE:
      return std::nullopt;
    case GIT_REPOSITORY_STATE_MERGE:
      return "merge";
    case GIT_REPOSITORY_STATE_REVERT:
    case GIT_REPOSITORY_STATE_REVERT_SEQUENCE:
      return "revert";
    case GIT_REPOSITORY_STATE_CHERRYPICK:
    case GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE:
      return "cherry-pick";
    case GIT_REPOSITORY_STATE_BISECT:
      return "bisect";
    case GIT_REPOSITORY_STATE_APPLY_MAILBOX:
    case GIT_REPOSITORY_STATE_APPLY_MAILBOX_OR_REBASE:
      return "am";
    default:
      return "rebase";
  }
}

std::optional<std::string> ProjectRepository::to_git(const std::string& path,
                                                     const std::string& bytes) const {
  if (!attributes_of(*this, path).lfs) return filtered(raw(), path, bytes, Direction::to_git);
  std::string pointer = lfs_pointer(bytes);
  return pointer == bytes ? std::nullopt : std::optional(std::move(pointer));
}

std::optional<std::string> ProjectRepository::to_disk(const std::string& path,
                                                      const std::string& bytes) const {
  if (is_lfs_pointer(bytes)) return std::nullopt;
  return filtered(raw(), path, bytes, Direction::to_disk);
}

bool ProjectRepository::converts_line_ends(const std::string& path) const {
  return has_filters(raw(), path, Direction::to_disk);
}

}  // namespace ddx::git
