#include "git/objects.hpp"

#include <fmt/format.h>

#include "ddx/error.hpp"
#include "git/handle.hpp"
#include "git/library.hpp"

namespace ddx::git {

namespace {

/// Deep enough for any chain of tags that a person made; stops a chain that was made to hang us.
constexpr int tag_depth_limit = 16;

ObjectType to_type(git_object_t type, const Oid& id) {
  switch (type) {
    case GIT_OBJECT_COMMIT:
      return ObjectType::commit;
    case GIT_OBJECT_TREE:
      return ObjectType::tree;
    case GIT_OBJECT_BLOB:
      return ObjectType::blob;
    case GIT_OBJECT_TAG:
      return ObjectType::tag;
    default:
      throw Error(ErrorCode::repository_damaged, fmt::format("object {} has an unknown type", id.str()));
  }
}

/// The part of a raw commit or tag behind `key` at the start of a header line.
std::optional<std::string_view> header_line(std::string_view raw, std::string_view key) {
  const std::string_view head = raw.substr(0, raw.find("\n\n"));
  for (std::size_t start = 0; start < head.size();) {
    const std::size_t end = std::min(head.find('\n', start), head.size());
    const std::string_view line = head.substr(start, end - start);
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ')
      return line.substr(key.size() + 1);
    start = end + 1;
  }
  return std::nullopt;
}

std::chrono::sys_seconds to_time(const git_time& time) {
  return std::chrono::sys_seconds(std::chrono::seconds(time.time));
}

}  // namespace

Oid hash_blob(std::string_view bytes) {
  initialise();
  git_oid id;
  check(git_odb_hash(&id, bytes.data(), bytes.size(), GIT_OBJECT_BLOB), "hash a file");
  return from_git(id);
}

Objects::Objects(const std::vector<std::filesystem::path>& object_folders) {
  initialise();
  git_odb* raw = nullptr;
  check(git_odb_new(&raw), "open the object database");
  odb_.reset(raw);
  for (const auto& folder : object_folders) {
    if (!std::filesystem::is_directory(folder)) continue;
    check(git_odb_add_disk_alternate(odb_.get(), folder.c_str()), fmt::format("open '{}'", folder.string()));
  }
}

bool Objects::contains(const Oid& id) const {
  const git_oid raw = to_git(id);
  return git_odb_exists(odb_.get(), &raw) == 1;
}

std::optional<Objects::Header> Objects::header(const Oid& id) const {
  const git_oid raw = to_git(id);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  const int code = git_odb_read_header(&size, &type, odb_.get(), &raw);
  if (code == GIT_ENOTFOUND) return std::nullopt;
  if (code < 0) check(code, fmt::format("read object {}", id.str()));
  return Header{to_type(type, id), size};
}

RawObject Objects::read(const Oid& id) const {
  const git_oid raw = to_git(id);
  git_odb_object* found = nullptr;
  const int code = git_odb_read(&found, odb_.get(), &raw);
  if (code < 0) check(code, fmt::format("read object {}", id.str()));
  const OdbObjectHandle object(found);
  return {to_type(git_odb_object_type(object.get()), id),
          std::string(static_cast<const char*>(git_odb_object_data(object.get())),
                      git_odb_object_size(object.get()))};
}

std::optional<std::uint64_t> Objects::size(const Oid& id) const {
  const auto found = header(id);
  return found ? std::optional(found->size_bytes) : std::nullopt;
}

std::string Objects::blob(const Oid& id) const {
  RawObject object = read(id);
  if (object.type != ObjectType::blob)
    throw Error(ErrorCode::repository_damaged, fmt::format("object {} is not a file", id.str()));
  return std::move(object.bytes);
}

std::string CommitInfo::subject() const {
  const std::size_t start = message.find_first_not_of('\n');
  if (start == std::string::npos) return {};
  return message.substr(start, message.find('\n', start) - start);
}

CommitInfo read_commit(const Objects& objects, const Oid& id) {
  const RawObject object = objects.read(id);
  if (object.type != ObjectType::commit)
    throw Error(ErrorCode::repository_damaged, fmt::format("object {} is not a commit", id.str()));
  CommitInfo info;
  info.id = id;
  const auto damaged = [&](std::string_view what) {
    return Error(ErrorCode::repository_damaged, fmt::format("commit {} has no valid {}", id.str(), what));
  };
  const auto tree = header_line(object.bytes, "tree");
  const auto tree_id = tree ? Oid::parse(*tree) : std::nullopt;
  if (!tree_id) throw damaged("tree");
  info.tree = *tree_id;

  const std::size_t head_end = std::min(object.bytes.find("\n\n"), object.bytes.size());
  for (std::size_t start = 0; start < head_end;) {
    const std::size_t end = std::min(object.bytes.find('\n', start), head_end);
    const std::string_view line = std::string_view(object.bytes).substr(start, end - start);
    if (line.starts_with("gpgsig")) info.is_signed = true;
    if (line.starts_with("parent ")) {
      const auto parent = Oid::parse(line.substr(7));
      if (!parent) throw damaged("parent");
      info.parents.push_back(*parent);
    }
    start = end + 1;
  }

  const auto signature = [&](std::string_view key) {
    const auto line = header_line(object.bytes, key);
    if (!line) throw damaged(key);
    return acquire<SignatureHandle>(fmt::format("read the {} of commit {}", key, id.str()),
                                    git_signature_from_buffer, std::string(*line).c_str());
  };
  const SignatureHandle author = signature("author");
  const SignatureHandle committer = signature("committer");
  info.author = author->name;
  info.email = author->email;
  info.author_date = to_time(author->when);
  info.author_zone = author->when.offset;
  info.commit_date = to_time(committer->when);
  info.message = object.bytes.substr(std::min(head_end + 2, object.bytes.size()));
  return info;
}

Oid peel_to_commit(const Objects& objects, const Oid& id) {
  Oid current = id;
  for (int depth = 0; depth < tag_depth_limit; ++depth) {
    const RawObject object = objects.read(current);
    if (object.type == ObjectType::commit) return current;
    if (object.type != ObjectType::tag) break;
    const auto target = header_line(object.bytes, "object");
    const auto target_id = target ? Oid::parse(*target) : std::nullopt;
    if (!target_id) break;
    current = *target_id;
  }
  throw Error(ErrorCode::upstream_damaged, fmt::format("{} does not lead to a commit", id.str()));
}

}  // namespace ddx::git
