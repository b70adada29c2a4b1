#pragma once

#include <git2/sys/transport.h>

#include <memory>
#include <string_view>
#include <vector>

#include "git/advertised_refs.hpp"
#include "git/fetch_call.hpp"
#include "git/handle.hpp"
#include "git/push.hpp"

namespace ddx::git {

/// One conversation with an upstream: connected when it is made, closed when it goes.
///
/// libgit2's transport is driven directly and not through `git_remote_download`: that one, in libgit2 1.8,
/// forgets the shallow boundary at every later fetch, and asks for a commit by id only where the server says
/// that it may.
class UpstreamConnection {
 public:
  /// \throws Error (see `UpstreamRepository::fetch`); Interrupted
  UpstreamConnection(git_repository* repository, const FetchOptions& options, Host& host);
  UpstreamConnection(const UpstreamConnection&) = delete;

  /// What the upstream has, without names that git would not accept.
  [[nodiscard]] const std::vector<AdvertisedRef>& refs() const { return refs_; }
  /// Whether it gives out commits that no ref names.
  [[nodiscard]] bool serves_any_commit() const { return serves_any_commit_; }
  [[nodiscard]] bool serves_shallow() const { return serves_shallow_; }

  struct Request {
    std::vector<Oid> wants;
    Depth depth = Depth::missing;
    std::vector<Oid> boundary = {};   ///< commits here whose parents are not
    git_repository* known = nullptr;  ///< its refs tell the server what is here already
  };
  /// Brings the objects into the repository's object store, as one pack, or nothing at all.
  /// \returns the commits where the server cut the history
  std::vector<Oid> download(const Request& request);

  /// Sends what the ref's commit has and the server's refs have not, and has the ref moved. Only for
  /// `Service::receive_pack`.
  [[nodiscard]] PushAnswer upload(const RefUpdate& update);

 private:
  static int make_transport(git_transport** out, git_remote* owner, void* self);
  static int on_progress(const git_indexer_progress* stats, void* self);
  static int on_sent(unsigned int done, unsigned int total, std::size_t bytes, void* self);
  static int on_words(const char* bytes, int size, void* self);
  static int on_status(const char* ref, const char* status, void* self);
  [[nodiscard]] git_remote_callbacks callbacks();
  void read_refs();
  void check_transfer(int code, std::string_view doing);

  git_repository* repository_;
  FetchCall call_;
  git_smart_subtransport_definition definition_{};
  git_transport* transport_ = nullptr;  ///< owned by `remote_`
  RemoteHandle remote_;                 ///< its transport uses what is above
  std::vector<AdvertisedRef> refs_;
  bool serves_any_commit_ = false;
  bool serves_shallow_ = true;
  PushAnswer answer_;
};

}  // namespace ddx::git
