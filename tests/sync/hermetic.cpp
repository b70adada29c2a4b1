#include <git2.h>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>

#include "support/temp_dir.hpp"

namespace {

/// Nobody's own git configuration reaches the library under test.
class Hermetic : public Catch::EventListenerBase {
 public:
  using EventListenerBase::EventListenerBase;

  void testRunStarting(const Catch::TestRunInfo&) override {
    std::filesystem::permissions(empty_.path(),
                                 std::filesystem::perms::others_exec | std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);  // for tests that run as another user
    git_libgit2_init();
    for (const auto level : {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
                             GIT_CONFIG_LEVEL_GLOBAL})
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, empty_.path().c_str());
  }

 private:
  ddx::test::TempDir empty_;
};

CATCH_REGISTER_LISTENER(Hermetic)

}  // namespace
