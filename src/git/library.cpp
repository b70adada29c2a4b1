#include "git/library.hpp"

#include <git2.h>
#include <git2/sys/errors.h>

#include <array>

#include "git/error.hpp"

namespace ddx::git {

void initialise() {
  static const bool done = [] {
    check(git_libgit2_init(), "start libgit2");
    check(git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1), "switch on durable writes");
    // What they ask for holds already: no object of a project is ever removed.
    std::array<const char*, 2> extensions{"preciousobjects", "noop-v1"};
    check(git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size()),
          "allow extensions of repositories");
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace ddx::git
