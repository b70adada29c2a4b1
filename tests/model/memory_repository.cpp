#include "model/memory_repository.hpp"

#include <fmt/format.h>

#include <sstream>

#include "ddx/error.hpp"
#include "git/objects.hpp"

namespace ddx::test {

namespace {

constexpr std::string_view end_mark = "end\n";

}  // namespace

void RepositoryState::add(const Objects& more) {
  Objects all = *objects;
  all.insert(more.begin(), more.end());
  objects = std::make_shared<const Objects>(std::move(all));
}

std::set<Oid> RepositoryState::reachable() const {
  std::set<Oid> seen;
  std::vector<Oid> pending;
  for (const auto& [name, target] : refs) pending.push_back(target);
  while (!pending.empty()) {
    const Oid id = pending.back();
    pending.pop_back();
    const auto found = objects->find(id);
    if (found == objects->end() || !seen.insert(id).second) continue;
    pending.insert(pending.end(), found->second.links.begin(), found->second.links.end());
  }
  return seen;
}

void RepositoryState::collect_garbage() {
  Objects kept;
  for (const Oid& id : reachable()) kept.emplace(id, objects->at(id));
  objects = std::make_shared<const Objects>(std::move(kept));
}

std::string write_index(const IndexLines& lines) {
  std::string text;
  for (const auto& [path, line] : lines)
    text +=
        fmt::format("{} {} {} {}\n", to_string(line.version.mode), line.version.blob.str(), line.flags, path);
  return text.append(end_mark);
}

std::optional<IndexLines> parse_index(const std::string& text) {
  if (!text.ends_with(end_mark)) return std::nullopt;
  IndexLines lines;
  std::istringstream rest(text.substr(0, text.size() - end_mark.size()));
  std::string mode, id, flags, path;
  while (rest >> mode >> id >> flags >> path) {
    const auto blob = Oid::parse(id);
    const auto parsed = parse_mode(mode);
    if (!blob || !parsed) return std::nullopt;
    lines[path] = {{*blob, *parsed}, flags};
  }
  return lines;
}

git::Head MemoryRepository::head() const { return {state_.head, reference(state_.head), false}; }

std::optional<Oid> MemoryRepository::reference(const std::string& name) const {
  const auto found = state_.refs.find(name);
  if (found == state_.refs.end()) return std::nullopt;
  return found->second;
}

std::vector<std::pair<std::string, Oid>> MemoryRepository::references(const std::string& prefix) const {
  std::vector<std::pair<std::string, Oid>> found;
  for (const auto& [name, target] : state_.refs)
    if (name.starts_with(prefix)) found.emplace_back(name, target);
  return found;
}

bool MemoryRepository::move_reference(const std::string& name, const Oid& to,
                                      const std::optional<Oid>& expected, const std::string&) {
  if (reference(name) != expected) return false;
  state_.refs[name] = to;
  return true;
}

void MemoryRepository::remove_reference(const std::string& name) { state_.refs.erase(name); }

std::vector<std::string> MemoryRepository::edit_index(const std::filesystem::path& file,
                                                      const std::vector<git::IndexEdit>& edits) {
  const Directory folder = files_.open_root(file.parent_path());
  const std::string name = file.filename();
  auto lines = parse_index(read_file(files_, folder, name).value_or(write_index({})));
  if (!lines) throw Error(ErrorCode::repository_damaged, "the index is damaged");
  std::vector<std::string> left;
  for (const git::IndexEdit& edit : edits) {
    const auto found = lines->find(edit.path);
    std::optional<Version> now;
    if (found != lines->end()) now = found->second.version;
    if (now == edit.after) continue;
    if (now != edit.before) {
      left.push_back(edit.path);
    } else if (!edit.after) {
      lines->erase(found);
    } else {
      (*lines)[edit.path] = {*edit.after, found != lines->end() ? found->second.flags : "-"};
    }
  }
  const Descriptor aside = files_.create(folder, name + ".lock", 0666);
  write_all(files_, aside, write_index(*lines));
  files_.rename(folder, name + ".lock", folder, name, RenameMode::replace);
  return left;
}

bool MemoryObjects::contains(const Oid& id) const {
  return state_.objects->contains(id) || upstream_.contains(id);
}

std::string MemoryObjects::blob(const Oid& id) const {
  for (const RepositoryState::Objects* store : {state_.objects.get(), &upstream_}) {
    const auto found = store->find(id);
    if (found != store->end()) return found->second.bytes;
  }
  throw Error(ErrorCode::repository_damaged, fmt::format("object {} is missing", id.str()));
}

Oid MemorySink::blob(std::string_view bytes) {
  const Oid id = git::hash_blob(bytes);
  collected_[id] = {std::string(bytes), {}};
  return id;
}

Oid MemorySink::tree(const std::map<RelPath, Version>& files) {
  RepositoryState::Object tree;
  std::string text = "tree\n";
  for (const auto& [path, version] : files) {
    text += path.str() + " " + version.blob.str() + "\n";
    tree.links.push_back(version.blob);
  }
  const Oid id = git::hash_blob(text);
  collected_[id] = std::move(tree);
  return id;
}

Oid MemorySink::commit(const git::CommitDraft& draft) {
  RepositoryState::Object commit{"", draft.parents};
  commit.links.push_back(draft.tree);
  std::string text = "commit " + draft.message + draft.tree.str();
  for (const Oid& parent : draft.parents) text += parent.str();
  const Oid id = git::hash_blob(text);
  collected_[id] = std::move(commit);
  return id;
}

bool MemorySink::contains(const Oid& id) const {
  return collected_.contains(id) || state_.objects->contains(id);
}

void MemorySink::publish() {
  state_.add(collected_);
  collected_.clear();
}

}  // namespace ddx::test
