#include "git/email.hpp"

#include <fmt/format.h>
#include <git2/email.h>

#include "git/handle.hpp"

namespace ddx::git {

std::string email_of(const PackWriter& pack, const Oid& commit, std::size_t number, std::size_t count) {
  const std::string doing = fmt::format("write commit {} as a mail", commit.short_str());
  const git_oid id = to_git(commit);
  const auto handle = acquire<CommitHandle>(doing, git_commit_lookup, pack.raw(), &id);
  git_email_create_options options = GIT_EMAIL_CREATE_OPTIONS_INIT;
  options.diff_opts.flags |= GIT_DIFF_SHOW_BINARY;
  options.flags |= GIT_EMAIL_CREATE_OMIT_NUMBERS;  // it knows no total
  const std::string prefix = count == 1 ? "PATCH" : fmt::format("PATCH {}/{}", number, count);
  Buffer mail;
  options.subject_prefix = prefix.c_str();
  check(git_email_create_from_commit(mail.raw(), handle.get(), &options), doing);
  return std::string(mail.view());
}

}  // namespace ddx::git
