#include "sync/contribution_commit.hpp"

#include <algorithm>
#include <map>

#include "git/signing.hpp"
#include "git/text_diff.hpp"
#include "git/tree_edit.hpp"
#include "sync/contribution_text.hpp"

namespace ddx {

namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

Oid make_tree(const CommitMaking& making, const ContributionStep& step, git::PackWriter& pack) {
  const std::string& subtree = making.project.config.subtree;
  const std::string prefix = subtree.empty() ? "" : subtree + "/";
  std::map<std::string, std::optional<Version>> changes;
  for (const auto& [path, version] : step.files) {
    const auto bytes = version ? making.steps.blobs.find(version->blob) : making.steps.blobs.end();
    if (bytes != making.steps.blobs.end()) pack.blob(bytes->second);
    changes[prefix + path.str()] = version;
  }
  return git::edited_tree(pack, making.objects, making.view.root, changes);
}

sys_seconds newest_file(const CommitMaking& making) {
  const Project& project = making.project;
  sys_seconds newest;
  for (const auto& [path, file] : making.contribution.files) {
    const auto info =
        project.host.files.info(project.folder.root(), project.tree.join(file.change.here).str());
    if (file.after && info)
      newest = std::max(newest,
                        sys_seconds(std::chrono::floor<seconds>(std::chrono::nanoseconds(info->mtime_ns))));
  }
  return newest;
}

/// The commits of the earlier contribution, oldest first, back to the target's tip.
/// \returns nothing if these are not that many on that tip
std::vector<git::CommitInfo> earlier_commits(const CommitMaking& making) {
  std::vector<git::CommitInfo> commits;
  if (!making.earlier) return commits;
  Oid next = making.earlier->commit;
  while (commits.size() < making.steps.steps.size() && making.objects.contains(next)) {
    commits.push_back(git::read_commit(making.objects, next));
    if (commits.back().parents.size() != 1) return {};
    next = commits.back().parents.front();
  }
  if (next != making.view.point.commit || commits.size() != making.steps.steps.size()) return {};
  std::ranges::reverse(commits);
  return commits;
}

bool is_kept(const git::CommitInfo& made, const std::vector<ContributionStep>& steps) {
  return std::ranges::any_of(steps, [&](const ContributionStep& step) {
    return step.from && step.from->author_date == made.author_date && step.from->email == made.email &&
           step.from->subject() == made.subject();
  });
}

/// The files that the last step changes.
std::map<RelPath, ContributedFile> last_files(const CommitMaking& making) {
  const auto& steps = making.steps.steps;
  std::map<RelPath, ContributedFile> files = making.contribution.files;
  if (steps.size() < 2) return files;
  std::erase_if(files, [&](const auto& file) {
    return steps.back().files.at(file.first) == std::prev(steps.end(), 2)->files.at(file.first);
  });
  return files;
}

std::string own_message(const CommitMaking& making) {
  if (!making.message.empty()) return making.message;
  if (making.earlier && making.objects.contains(making.earlier->commit)) {
    const git::CommitInfo earlier = git::read_commit(making.objects, making.earlier->commit);
    if (!is_kept(earlier, making.steps.steps)) return earlier.message;
  }
  return subject_for(last_files(making));
}

git::CommitDraft draft_of(const CommitMaking& making, const ContributionStep& step, sys_seconds not_before) {
  git::CommitDraft draft;
  draft.author = draft.committer = making.pusher;
  draft.message = step.from ? step.from->message : own_message(making);
  if (step.from) {
    draft.author = {step.from->author, step.from->email};
    draft.author_date = step.from->author_date;
    draft.author_zone = step.from->author_zone;
    if (draft.message.empty()) draft.message = subject_for(making.contribution.files);
  }
  const sys_seconds written = step.from ? step.from->author_date : newest_file(making);
  draft.date =
      std::min(std::max(not_before, written), std::chrono::floor<seconds>(making.project.host.now()));
  return draft;
}

/// Whether only the time of writing differs.
bool is_same(const git::CommitInfo& made, const git::CommitDraft& draft) {
  return made.tree == draft.tree && made.message == draft.message && made.author == draft.author.name &&
         made.email == draft.author.email && (!draft.author_date || *draft.author_date == made.author_date);
}

OutgoingCommit described(const git::CommitDraft& draft, const Oid& id) {
  const std::string subject = draft.message.substr(0, draft.message.find('\n'));
  return {id,      draft.author.name, draft.author.email,
          subject, draft.message,     draft.author_date.value_or(draft.date)};
}

std::vector<git::CommitDraft> make_drafts(const CommitMaking& making, git::PackWriter& pack,
                                          std::string& change_id) {
  std::vector<git::CommitDraft> drafts;
  sys_seconds not_before = making.view.point.date.value_or(sys_seconds());
  const git::Identity* signer = making.signs_off ? &making.pusher : nullptr;
  for (const ContributionStep& step : making.steps.steps) {
    git::CommitDraft draft = draft_of(making, step, not_before);
    draft.tree = make_tree(making, step, pack);
    const bool is_last = &step == &making.steps.steps.back();
    if (is_last)
      change_id = making.earlier
                      ? making.earlier->change_id
                      : make_change_id(making.view.point.commit, draft.tree, draft.message, making.pusher);
    draft.message = with_trailers(draft.message, is_last ? change_id : "", signer);
    not_before = draft.date;
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

}  // namespace

DiffFile diff_of(const git::Objects& objects, const RelPath& path, const ContributedFile& file) {
  DiffFile shown{path, std::nullopt, file.change.kind, file.before, file.after};
  git::diff_text(file.before ? objects.blob(file.before->blob) : "", file.bytes, 3, shown);
  return shown;
}

MadeCommits make_commits(const CommitMaking& making, git::PackWriter& pack) {
  MadeCommits made;
  made.drafts = make_drafts(making, pack, made.change_id);
  const std::vector<git::CommitInfo> earlier = earlier_commits(making);
  const auto& settings = making.project.user_settings;
  const bool may_be_unsigned = !settings || !git::wants_signatures(*settings);
  made.were_made = !earlier.empty() && std::ranges::equal(earlier, made.drafts, is_same) &&
                   (may_be_unsigned || std::ranges::all_of(earlier, &git::CommitInfo::is_signed));
  Oid parent = making.view.point.commit;
  for (std::size_t i = 0; i < made.drafts.size(); ++i) {
    made.drafts[i].parents = {parent};
    parent = made.were_made ? earlier[i].id : pack.commit(made.drafts[i]);
    made.commits.push_back(described(made.drafts[i], parent));
  }
  for (const auto& [path, file] : making.contribution.files)
    made.diff.push_back(diff_of(making.objects, path, file));
  return made;
}

}  // namespace ddx
