#include "sync/contribution_commit.hpp"

#include <algorithm>
#include <map>

#include "git/text_diff.hpp"
#include "git/tree_edit.hpp"
#include "sync/contribution_text.hpp"

namespace ddx {

namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

Oid make_tree(const CommitMaking& making, git::PackWriter& pack) {
  const std::string& subtree = making.project.config.subtree;
  const std::string prefix = subtree.empty() ? "" : subtree + "/";
  std::map<std::string, std::optional<Version>> changes;
  for (const auto& [path, file] : making.contribution.files) {
    if (file.after) pack.blob(file.bytes);
    changes[prefix + path.str()] = file.after;
  }
  return git::edited_tree(pack, making.objects, making.view.root, changes);
}

sys_seconds date_of(const CommitMaking& making) {
  const Project& project = making.project;
  auto newest = making.view.point.date.value_or(sys_seconds());
  for (const auto& [path, file] : making.contribution.files) {
    const auto info =
        project.host.files.info(project.folder.root(), project.tree.join(file.change.here).str());
    if (file.after && info)
      newest = std::max(newest,
                        sys_seconds(std::chrono::floor<seconds>(std::chrono::nanoseconds(info->mtime_ns))));
  }
  return std::min(newest, std::chrono::floor<seconds>(project.host.now()));
}

std::optional<git::CommitInfo> earlier_commit(const CommitMaking& making) {
  if (!making.earlier || !making.objects.contains(making.earlier->commit)) return std::nullopt;
  return git::read_commit(making.objects, making.earlier->commit);
}

std::string message_of(const CommitMaking& making) {
  if (!making.message.empty()) return making.message;
  if (const auto earlier = earlier_commit(making)) return earlier->message;
  return subject_for(making.contribution.files);
}

/// Whether only the time of writing differs.
bool is_same(const std::optional<git::CommitInfo>& made, const git::CommitDraft& draft) {
  return made && made->tree == draft.tree && made->parents == draft.parents &&
         made->message == draft.message && made->author == draft.author.name &&
         made->email == draft.author.email;
}

std::vector<DiffFile> diff_of(const CommitMaking& making) {
  std::vector<DiffFile> diff;
  for (const auto& [path, file] : making.contribution.files) {
    DiffFile shown{path, std::nullopt, file.change.kind, file.before, file.after};
    git::diff_text(file.before ? making.objects.blob(file.before->blob) : "", file.bytes, 3, shown);
    diff.push_back(std::move(shown));
  }
  return diff;
}

}  // namespace

MadeCommit make_commit(const CommitMaking& making, git::PackWriter& pack) {
  const git::Identity& author = making.author;
  const Oid parent = making.view.point.commit;
  const Oid tree = make_tree(making, pack);
  const std::string text = message_of(making);
  const std::string change_id =
      making.earlier ? making.earlier->change_id : make_change_id(parent, tree, text, author);
  const git::CommitDraft draft{
      tree,   {parent},        author,
      author, date_of(making), with_trailers(text, change_id, making.signs_off ? &author : nullptr)};
  const bool was_made = is_same(earlier_commit(making), draft);
  const Oid id = was_made ? making.earlier->commit : pack.commit(draft);
  const std::string subject = draft.message.substr(0, draft.message.find('\n'));
  return {{id, author.name, author.email, subject, draft.message, draft.date},
          draft,
          was_made,
          change_id,
          diff_of(making)};
}

}  // namespace ddx
