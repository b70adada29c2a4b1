#pragma once

#include <git2.h>

#include <memory>
#include <string_view>

#include "git/error.hpp"

namespace ddx::git {

template <auto FreeFn>
struct Free {
  template <class T>
  void operator()(T* raw) const noexcept {
    FreeFn(raw);
  }
};

template <class T, auto FreeFn>
using Handle = std::unique_ptr<T, Free<FreeFn>>;

using RepositoryHandle = Handle<git_repository, git_repository_free>;
using OdbHandle = Handle<git_odb, git_odb_free>;
using OdbObjectHandle = Handle<git_odb_object, git_odb_object_free>;
using ReferenceHandle = Handle<git_reference, git_reference_free>;
using ReferenceIteratorHandle = Handle<git_reference_iterator, git_reference_iterator_free>;
using CommitHandle = Handle<git_commit, git_commit_free>;
using TreeHandle = Handle<git_tree, git_tree_free>;
using ObjectHandle = Handle<git_object, git_object_free>;
using IndexHandle = Handle<git_index, git_index_free>;
using ConfigHandle = Handle<git_config, git_config_free>;
using SignatureHandle = Handle<git_signature, git_signature_free>;
using RevwalkHandle = Handle<git_revwalk, git_revwalk_free>;
using RemoteHandle = Handle<git_remote, git_remote_free>;
using PatchHandle = Handle<git_patch, git_patch_free>;
using FilterListHandle = Handle<git_filter_list, git_filter_list_free>;

/// A buffer that libgit2 fills.
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  ~Buffer() { git_buf_dispose(&raw_); }
  git_buf* raw() { return &raw_; }
  [[nodiscard]] std::string_view view() const { return {raw_.ptr ? raw_.ptr : "", raw_.size}; }

 private:
  git_buf raw_ = GIT_BUF_INIT;
};

/// A list of ids that libgit2 fills.
class OidArray {
 public:
  OidArray() = default;
  OidArray(const OidArray&) = delete;
  ~OidArray() { git_oidarray_dispose(&raw_); }
  git_oidarray* raw() { return &raw_; }

 private:
  git_oidarray raw_{};
};

/// Calls a libgit2 "create" function and owns what it returns.
template <class H, class Fn, class... Args>
[[nodiscard]] H acquire(std::string_view doing, Fn fn, Args... args) {
  typename H::pointer raw = nullptr;
  check(fn(&raw, args...), doing);
  return H(raw);
}

/// The same for something that may not exist. \returns an empty handle for GIT_ENOTFOUND
template <class H, class Fn, class... Args>
[[nodiscard]] H acquire_if_found(std::string_view doing, Fn fn, Args... args) {
  typename H::pointer raw = nullptr;
  const int code = fn(&raw, args...);
  if (code == GIT_ENOTFOUND) return {};
  check(code, doing);
  return H(raw);
}

[[nodiscard]] Oid from_git(const git_oid& id);
[[nodiscard]] git_oid to_git(const Oid& id);

}  // namespace ddx::git
