#include <catch2/catch_test_macros.hpp>

#include "cli/place.hpp"

namespace fs = std::filesystem;
using namespace ddx;

namespace {

using Names = std::vector<std::string>;

/// A place with a program that would leave a trace, for whoever runs it.
struct Trap : test::Place {
  fs::path ran = folder.path() / "ran";

  void set(const fs::path& program) const {
    test::write_file(program, "#!/bin/sh\necho \"$0\" >> " + ran.string() + "\nexit 1\n");
    fs::permissions(program, fs::perms::owner_all);
  }
  [[nodiscard]] std::string what_ran() const { return fs::exists(ran) ? test::read_file(ran) : ""; }
};

std::string config_with(const std::string& url) {
  return "version: 1\nrepository:\n  url: \"" + url + "\"\n";
}

}  // namespace

TEST_CASE("a URL that would run a program or is not safe is refused, wherever it stands",
          "[cli][hostile]") {  // [REL K1 K2]
  Trap place;
  place.set(place.folder.path() / "trap");
  const std::string trap = (place.folder.path() / "trap").string();
  CHECK(place.ddx({"init", "../library"}).exit == 0);
  place.project.commit("connect");
  const std::string lock = place.project.read(".ddx.lock");
  const auto before = test::tree_on_disk(place.project.path());
  for (const std::string& url :
       Names{"ext::sh -c " + trap, "ext::" + trap, "fd::7,8", "git://example.com/library.git",
             "http://example.com/library.git", "ftp://example.com/library.git", "transport-helper::x",
             "--upload-pack=" + trap, "-oProxyCommand=" + trap, "ssh://-oProxyCommand=" + trap + "/x",
             "ssh://-l@example.com/x", "ssh://example.com/-x/../'a", "ssh://example.com/a;b'c",
             "-u@example.com:x", "example.com:-x", "example.com:a'b"}) {
    INFO(url);
    const auto typed = place.ddx({"init", "--reconfigure", "--", url});
    CHECK(typed.exit == 2);
    CHECK(typed.err.find("\nnothing was changed\n") != std::string::npos);
    place.project.write(".ddx.yml", config_with(url));
    for (const Names& verb : {Names{"pull"}, {"status"}, {"init", "--reconfigure", "--branch", "next"}}) {
      INFO(verb.front());
      CHECK(place.ddx(verb).exit == 2);
    }
    place.project.write(".ddx.yml", before.at(".ddx.yml").substr(4));
    place.environment["DDX_REPOSITORY_URL"] = url;
    CHECK(place.ddx({"pull"}).exit == 2);
    place.environment.erase("DDX_REPOSITORY_URL");
    CHECK(place.what_ran() == "");
    CHECK(test::tree_on_disk(place.project.path()) == before);
  }
  for (const std::string& url : Names{"ext::" + trap, "ssh://-oProxyCommand=" + trap + "/x"}) {
    INFO(url);
    std::string text = lock;
    text.replace(text.find("../library"), 10, url);
    place.project.write(".ddx.lock", text);
    place.library.write("new.md", url);
    place.library.commit("new");
    for (const Names& verb : {Names{"status"}, {"pull"}, {"history"}, {"doctor"}}) place.ddx(verb);
    CHECK(place.what_ran() == "");
  }
}

TEST_CASE("a branch, tag or commit that looks like an option is refused", "[cli][hostile]") {  // [REL K2]
  Trap place;
  place.set(place.folder.path() / "trap");
  const std::string option = "--upload-pack=" + (place.folder.path() / "trap").string();
  const auto before = test::tree_on_disk(place.project.path());
  for (const char* what : {"--branch", "--tag"}) {
    INFO(what);
    CHECK(place.ddx({"init", std::string(what) + "=" + option, "../library"}).exit == 2);
    CHECK(test::tree_on_disk(place.project.path()) == before);
  }
  CHECK(place.ddx({"init", "../library"}).exit == 0);
  CHECK(place.ddx({"pull", "--to=" + option}).exit != 0);
  CHECK(place.what_ran() == "");
}

TEST_CASE("nothing that comes from upstream is taken for git's settings, or run", "[cli][hostile]") {
  Trap place;  // [REL K4]
  place.set(place.folder.path() / "trap");
  const std::string trap = (place.folder.path() / "trap").string();
  const std::string settings =
      "[core]\n\thooksPath = hooks\n\tfsmonitor = " + trap + "\n\tsshCommand = " + trap +
      "\n\tpager = " + trap + "\n\teditor = " + trap + "\n[diff \"evil\"]\n\ttextconv = " + trap +
      "\n\tcommand = " + trap + "\n[filter \"evil\"]\n\tclean = " + trap + "\n\tsmudge = " + trap +
      "\n\tprocess = " + trap + "\n\trequired = true\n[merge \"evil\"]\n\tdriver = " + trap +
      "\n[credential]\n\thelper = " + trap + "\n[url \"ext::" + trap +
      " \"]\n\tinsteadOf = ../\n[include]\n\tpath = .gitconfig\n";
  place.library.write(".gitattributes", "* filter=evil diff=evil merge=evil\n");
  place.library.write(".gitconfig", settings);
  place.library.write("config", settings);
  place.library.write("HEAD", "ref: refs/heads/main\n");
  place.library.write("objects/x", "x\n");
  place.library.write("refs/x", "x\n");
  place.library.write(".gitmodules",
                      "[submodule \"x\"]\n\tpath = x\n\turl = ext::" + trap + "\n\tupdate = !" + trap + "\n");
  for (const char* hook : {"pre-commit", "post-checkout", "post-index-change", "reference-transaction"})
    place.set(place.library.path() / "hooks" / hook);
  place.library.commit("traps");
  CHECK(place.ddx({"init", "../library"}).exit == 0);
  CHECK(place.project.read(".ddx/config") == settings);
  CHECK(place.ddx({"status"}).exit == 0);
  place.project.commit("connect");
  place.project.write(".ddx/prompts/review.md", "ONE\ntwo\nthree\n");
  place.library.write("prompts/review.md", "one\ntwo\nTHREE\n");
  place.library.commit("more");
  for (const Names& verb :
       {Names{"diff"}, {"diff", "--incoming"}, {"pull"}, {"snapshot", "create"}, {"rollback"}}) {
    INFO(verb.front());
    CHECK(place.ddx(verb).exit == 0);
  }
  CHECK(place.what_ran() == "");
}

TEST_CASE("a folder from upstream that looks like a repository is never taken for one", "[cli][hostile]") {
  Trap place;  // [REL K4]
  place.set(place.folder.path() / "trap");
  const std::string trap = (place.folder.path() / "trap").string();
  for (const std::string folder : {"", "deep/"}) {
    place.library.write(folder + "HEAD", "ref: refs/heads/main\n");
    place.library.write(folder + "objects/x", "x\n");
    place.library.write(folder + "refs/x", "x\n");
    place.library.write(folder + "config",
                        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = " +
                            place.project.path().string() + "\n\tsshCommand = " + trap +
                            "\n[credential]\n\thelper = " + trap +
                            "\n[url \"ssh://localhost:1/\"]\n\tinsteadOf = ../\n");
  }
  place.library.commit("traps");
  CHECK(place.ddx({"init", "../library"}).exit == 0);
  place.library.write("new.md", "new\n");
  place.library.commit("new");
  for (const char* from : {".ddx", ".ddx/deep", ".ddx/deep/refs"}) {
    for (const Names& verb : {Names{"status"}, {"diff"}, {"pull"}, {"snapshot", "create"}, {"doctor"}}) {
      INFO(from << ' ' << verb.front());
      Names command{DDX_PROGRAM};
      command.insert(command.end(), verb.begin(), verb.end());
      CHECK(test::run(place.project.path() / from, command, place.environment).exit == 0);
    }
  }
  CHECK(place.project.read(".ddx/new.md") == "new\n");
  CHECK_FALSE(place.project.exists(".ddx/ddx"));
  // Nor are its credential helpers asked, where there is no project to speak of.
  std::filesystem::remove(place.project.path() / ".ddx.yml");
  test::run(place.project.path() / ".ddx", {DDX_PROGRAM, "auth", "status", "git.example.com"},
            place.environment);
  test::run(place.project.path() / ".ddx", {DDX_PROGRAM, "auth", "test", "127.0.0.1:1"}, place.environment);
  CHECK(place.what_ran() == "");
}

TEST_CASE("the user's own hooks do not run", "[cli][hostile]") {  // [REL K5]
  Trap place;
  place.project.git({"config", "user.name", "Ada"});
  place.project.git({"config", "user.email", "ada@example.com"});
  for (const char* hook : {"pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-checkout",
                           "post-merge", "post-index-change", "reference-transaction"})
    place.set(place.project.path() / ".git/hooks" / hook);
  CHECK(place.ddx({"init", "--commit", "../library"}).exit == 0);
  place.library.write("new.md", "new\n");
  place.library.commit("new");
  CHECK(place.ddx({"pull", "--commit"}).exit == 0);
  CHECK(place.what_ran() == "");
  CHECK(place.project.read(".ddx/new.md") == "new\n");
}

TEST_CASE("a program in the project is not taken for git or ssh", "[cli][hostile]") {  // [REL K6]
  Trap place;
  for (const char* name : {"git", "ssh", "git-upload-pack", "less", "git-credential-x"})
    place.set(place.project.path() / name);
  place.project.git({"config", "credential.helper", "x"});
  CHECK(place.ddx({"init", "../library"}).exit == 0);
  for (const char* path :
       {".:/usr/bin:/bin", ":/usr/bin:/bin", "../project:/usr/bin:/bin", "/usr/bin::/bin:"}) {
    INFO(path);
    place.environment["PATH"] = path;
    place.library.write("new.md", path);
    place.library.commit("new");
    CHECK(place.ddx({"pull"}).exit == 0);
    CHECK(place.project.read(".ddx/new.md") == path);
    CHECK(place.ddx({"init", "--dry-run", "--reconfigure", "ssh://localhost:1/x"}).exit == 5);
    CHECK(place.what_ran() == "");
  }
}
