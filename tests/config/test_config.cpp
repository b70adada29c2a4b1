#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "ddx/config.hpp"
#include "ddx/error.hpp"
#include "support/temp_dir.hpp"
#include "support/test_host.hpp"
#include "support/test_repo.hpp"

namespace ddx {

namespace {

using namespace std::chrono_literals;

/// A project whose `.ddx.yml` a test writes.
struct Project {
  test::TempDir folder;
  test::TestRepo repo{folder.path() / "project"};
  test::TestHost host;

  Project() { host.environment["HOME"] = (folder.path() / "home").string(); }

  void write(const std::string& text) const { repo.write(".ddx.yml", text); }
  void write_user(const std::string& text) const {
    test::write_file(folder.path() / "home/.config/ddx/config.yml", text);
  }
  Config load() { return load_config(Workspace::find(repo.path(), host), host); }
  Config load(const std::string& text) {
    write(text);
    return load();
  }
};

Error refusal(Project& project, const std::string& text) {
  project.write(text);
  try {
    static_cast<void>(project.load());
  } catch (const Error& error) {
    return error;
  }
  FAIL("accepted:\n" << text);
  throw;
}

void check_refused(const std::string& text, const std::string& message) {
  Project project;
  const Error error = refusal(project, text);
  CHECK(error.what() == message);
  CHECK(error.code() == ErrorCode::config_invalid);
}

const std::string minimal = "repository:\n  url: https://example.com/library.git\n";

}  // namespace

TEST_CASE("a configuration with a url alone has the defaults", "[config]") {
  Project project;
  const Config config = project.load(minimal);
  CHECK(config.url.str() == "https://example.com/library.git");
  CHECK(describe(config.follow) == "default branch");
  CHECK(config.path == ".ddx");
  CHECK(config.subtree.empty());
  CHECK(config.include.empty());
  CHECK_FALSE(config.commit);
  CHECK(config.conflict == Side::ask);
  CHECK(config.connect_timeout == 10s);
  CHECK(config.idle_timeout == 30s);
  CHECK(config.tries == 4);
  CHECK(config.limits.file_bytes == 100u << 20);
  CHECK(config.backup.keep == 50);
  CHECK(config.backup.days == 90);
  CHECK(config.backup.bytes == 1u << 30);
}

TEST_CASE("every key of a configuration is read", "[config]") {
  Project project;
  const Config config = project.load(R"(version: 1
repository:
  url: https://example.com/library.git
  branch: main            # the stable one
  subtree: /prompts/
  path: tools/shared/
include: ["**/*.md", docs/]
exclude:
  - '*.tmp'
protect: [configs/**]
generated: ['*.lock']
pins: []
sync:
  commit: true
  verify: ""
  conflict: theirs
  conflicts: [{path: "configs/**", use: mine}, {path: "*.txt", use: union}]
backup: {keep: 5, days: 9, size: 1MiB}
network: {connect_timeout: 500ms, idle_timeout: 2m, tries: 7}
limits: {file_size: 1MiB, files: 10, total_size: 4096}
update_check: {enabled: true, frequency: 24h}
contribute: {fork: auto, branch: "ddx/{user}/{topic}", signoff: false}
variables: {author: someone, author: twice}
)");
  CHECK(describe(config.follow) == "branch main");
  CHECK(config.subtree == "prompts");
  CHECK(config.path == "tools/shared");
  CHECK(config.include == std::vector<std::string>{"**/*.md", "docs/"});
  CHECK(config.exclude == std::vector<std::string>{"*.tmp"});
  CHECK(config.protect == std::vector<std::string>{"configs/**"});
  CHECK(config.generated == std::vector<std::string>{"*.lock"});
  CHECK(config.commit);
  CHECK(config.conflict == Side::theirs);
  REQUIRE(config.conflicts.size() == 2);
  CHECK(config.conflicts[0].glob == "configs/**");
  CHECK(config.conflicts[0].side == Side::mine);
  CHECK(config.conflicts[1].side == Side::union_of_both);
  CHECK(config.connect_timeout == 500ms);
  CHECK(config.idle_timeout == 2min);
  CHECK(config.tries == 7);
  CHECK(config.limits.file_bytes == 1u << 20);
  CHECK(config.limits.files == 10);
  CHECK(config.limits.total_bytes == 4096);
  CHECK(config.backup.keep == 5);
  CHECK(config.backup.days == 9);
  CHECK(config.backup.bytes == 1u << 20);
}

TEST_CASE("a tag or a commit can be followed", "[config]") {
  Project project;
  CHECK(describe(project.load(minimal + "  tag: v1.2.0\n").follow) == "tag v1.2.0");
  const std::string id(40, 'a');
  CHECK(describe(project.load(minimal + "  commit: " + id + "\n").follow) == "commit " + id);
}

TEST_CASE("an unknown key in a section names its place and the nearest key", "[config]") {
  Project project;
  const Error error = refusal(project, minimal + "  brnach: main\n");
  CHECK(error.code() == ErrorCode::config_invalid);
  CHECK(std::string(error.what()) == "'.ddx.yml:3:3': 'repository' has no key 'brnach'");
  REQUIRE(error.steps().size() == 2);
  CHECK(error.steps()[0].action == Recovery::did_you_mean);
  CHECK(error.steps()[0].subject == "branch");
  CHECK(error.steps()[1].action == Recovery::fix_config);
  CHECK(error.steps()[1].subject == ".ddx.yml:3:3");
}

TEST_CASE("a wrong value names place, finding and what is allowed", "[config]") {
  check_refused(minimal + "sync: {commit: yes}\n",
                "'.ddx.yml:3:16': 'sync.commit' is 'yes', but must be true or false");
  check_refused(
      minimal + "sync:\n  conflict: always\n",
      "'.ddx.yml:4:13': 'sync.conflict' is 'always', but must be one of ask, markers, mine, theirs, union");
  check_refused(minimal + "sync: {größe: 1}\n", "'.ddx.yml:3:8': 'sync' has no key 'größe'");
  check_refused(minimal + "sync: {conflict: ask, ö: 1}\n", "'.ddx.yml:3:23': 'sync' has no key 'ö'");
  check_refused(minimal + "network: {tries: 0}\n",
                "'.ddx.yml:3:18': 'network.tries' is '0', but must be a number from 1 to 20");
  check_refused(minimal + "network: {connect_timeout: 10}\n",
                "'.ddx.yml:3:28': 'network.connect_timeout' is '10', but must be a time such as 500ms, 10s "
                "or 2m, up to "
                "24h");
  check_refused(
      minimal + "network: {idle_timeout: 25h}\n",
      "'.ddx.yml:3:25': 'network.idle_timeout' is '25h', but must be a time such as 500ms, 10s or 2m, up to "
      "24h");
  check_refused(
      minimal + "limits: {file_size: 18446744073709551615TiB}\n",
      "'.ddx.yml:3:21': 'limits.file_size' is '18446744073709551615TiB', but must be a size such as 4096, "
      "500KiB, 100MiB or 2GiB");
  check_refused(minimal + "limits: {files: -1}\n",
                "'.ddx.yml:3:17': 'limits.files' is '-1', but must be a number from 1 to 10000000");
  check_refused(minimal + "  branch: -x\n",
                "'.ddx.yml:3:11': 'repository.branch' is '-x', but must be a branch name that git accepts");
  check_refused(
      minimal + "  commit: 1234567\n",
      "'.ddx.yml:3:11': 'repository.commit' is '1234567', but must be a commit id of 40 hexadecimal digits");
  check_refused("version: 2\n" + minimal, "'.ddx.yml:1:10': 'version' is '2', but must be 1");
  check_refused(minimal + "backup: {keep: many}\n",
                "'.ddx.yml:3:16': 'backup.keep' is 'many', but must be a number from 0 to 10000000");
  check_refused(minimal + "update_check: {enabled: 1}\n",
                "'.ddx.yml:3:25': 'update_check.enabled' is '1', but must be true or false");
  check_refused(minimal + "contribute: {fork: maybe}\n",
                "'.ddx.yml:3:20': 'contribute.fork' is 'maybe', but must be one of auto, always, never");
}

TEST_CASE("a value of the wrong kind is refused with its place", "[config]") {
  check_refused("repository: https://example.com/x.git\n",
                "'.ddx.yml:1:13': 'repository' is a single value, but must be a section");
  check_refused(minimal + "include: '*.md'\n",
                "'.ddx.yml:3:10': 'include' is a single value, but must be a list");
  check_refused(minimal + "include: [[a]]\n",
                "'.ddx.yml:3:11': 'include' is a list, but must be a single value");
  check_refused(minimal + "include: ['']\n", "'.ddx.yml:3:11': 'include' is '', but must be a pattern");
  check_refused(minimal + "network: {tries: [1]}\n",
                "'.ddx.yml:3:18': 'network.tries' is a list, but must be a single value");
  check_refused(minimal + "sync: {conflicts: {a: b}}\n",
                "'.ddx.yml:3:19': 'sync.conflicts' must be a list of entries with 'path' and 'use'");
  check_refused(minimal + "sync: {conflicts: [{path: a}]}\n",
                "'.ddx.yml:3:20': an entry of 'sync.conflicts' needs a 'path' and a 'use'");
  check_refused("repository:\n", "'.ddx.yml:1:1': 'repository.url' is missing");
}

TEST_CASE("only one thing can be followed", "[config]") {
  check_refused(
      minimal + "  branch: main\n  tag: v1\n",
      "'.ddx.yml:4:8': 'repository.tag' cannot be used: only one of branch, tag and commit can be followed");
}

TEST_CASE("a key that is given twice is refused", "[config]") {
  check_refused(minimal + "  url: https://example.com/other.git\n", "'.ddx.yml:3:3': 'url' is given twice");
  check_refused(minimal + minimal, "'.ddx.yml:3:1': 'repository' is given twice");
}

TEST_CASE("settings whose neglect would do harm are refused until they are supported", "[config]") {
  check_refused(minimal + "  version: ^1.2\n",
                "'.ddx.yml:3:12': 'repository.version' is not supported by this version of ddx");
  check_refused(minimal + "pins: [{path: a, commit: b}]\n",
                "'.ddx.yml:3:7': 'pins' is not supported by this version of ddx");
  check_refused(minimal + "sync: {verify: make check}\n",
                "'.ddx.yml:3:16': 'sync.verify' is not supported by this version of ddx");
}

TEST_CASE("the local tree must be a folder below the project's root", "[config]") {
  for (const char* path :
       {".", "/tmp/x", "../x", "a/../b", ".git/x", ".GIT", ".ddx.yml", ".ddx.lock/x", "a//b"}) {
    INFO(path);
    Project project;
    CHECK(refusal(project, minimal + "  path: " + path + "\n").code() == ErrorCode::config_invalid);
  }
}

TEST_CASE("a url that ddx does not speak is refused with its place", "[config]") {
  Project project;
  const Error error = refusal(project, "repository:\n  url: ext::sh -c evil\n");
  CHECK(error.code() == ErrorCode::url_refused);
  CHECK(std::string(error.what()).starts_with("'.ddx.yml:2:8': 'repository.url': "));
}

TEST_CASE("broken YAML is told with line and column", "[config]") {
  check_refused(minimal + "include: [a, b\nexclude: [c]\n",
                "'.ddx.yml:4:8': not valid YAML: end of sequence flow not found");
  check_refused("\trepository:\n", "'.ddx.yml:1:12': not valid YAML: illegal map value");
  check_refused(minimal + "---\na: b\n", "'.ddx.yml:3:1': a second document begins here");
  check_refused(minimal + "a: \xff\n", "'.ddx.yml:1:1': it is not UTF-8");
  check_refused(minimal + "a: \x04\nsync: {commit: maybe}\n", "'.ddx.yml:3:4': it holds a control character");
}

TEST_CASE("a configuration that is made to exhaust us is refused", "[config]") {
  check_refused(minimal + "a: " + std::string(1 << 20, 'x') + "\n",
                "'.ddx.yml' is larger than 1048576 bytes");
  check_refused(minimal + "a: " + std::string(500'000, '[') + std::string(500'000, ']') + "\n",
                "'.ddx.yml:3:35': it is nested deeper than 32 levels");
  std::string bomb = minimal + "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string below = fmt::format("*a{}", i - 1);
    bomb +=
        fmt::format("a{}: &a{} [{}, {}, {}, {}, {}, {}]\n", i, i, below, below, below, below, below, below);
  }
  check_refused(bomb + "include: *a29\n", "'.ddx.yml:31:6': 'include' is a list, but must be a single value");
}

TEST_CASE("a configuration that is a link is refused", "[config]") {
  Project project;
  test::write_file(project.folder.path() / "elsewhere.yml", minimal);
  std::filesystem::create_symlink(project.folder.path() / "elsewhere.yml", project.repo.path() / ".ddx.yml");
  CHECK_THROWS_WITH(project.load(), "'.ddx.yml' is not a regular file");
}

TEST_CASE("a file of another tool named like ours is no configuration", "[config]") {
  Project project;
  const Workspace workspace = Workspace::at(project.repo.path(), project.host);
  for (const char* text : {"", "version: 1.0\nlibrary: {path: x}\n", "[a, b]\n"}) {
    project.write(text);
    try {
      static_cast<void>(load_config(workspace, project.host));
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::no_config);
      CHECK(error.steps().front().action == Recovery::run_init);
    }
  }
}

TEST_CASE("a byte order mark and Windows line ends do not matter", "[config]") {
  Project project;
  const Config config =
      project.load("\xEF\xBB\xBFrepository:\r\n  url: https://example.com/x.git\r\n  branch: main\r\n");
  CHECK(config.url.str() == "https://example.com/x.git");
  CHECK(describe(config.follow) == "branch main");
}

TEST_CASE("the file of the user gives defaults that the project overrides", "[config]") {
  Project project;
  project.write_user(
      "sync: {conflict: mine, commit: true}\nnetwork: {tries: 2}\nlimits: {files: 5}\nbackup: {keep: 7, "
      "days: 0}\n"
      "ui: {colour: 1}\n");
  const Config config = project.load(minimal + "sync: {conflict: theirs}\nbackup: {days: 3}\n");
  CHECK(config.conflict == Side::theirs);
  CHECK(config.commit);
  CHECK(config.tries == 2);
  CHECK(config.limits.files == 5);
  CHECK(config.backup.keep == 7);
  CHECK(config.backup.days == 3);
}

TEST_CASE("the file of the user is looked for in XDG_CONFIG_HOME first", "[config]") {
  Project project;
  project.write_user("network: {tries: 2}\n");
  test::write_file(project.folder.path() / "xdg/ddx/config.yml", "network: {tries: 3}\n");
  project.host.environment["XDG_CONFIG_HOME"] = (project.folder.path() / "xdg").string();
  CHECK(project.load(minimal).tries == 3);
}

TEST_CASE("the file of the user cannot say what belongs to a project", "[config]") {
  Project project;
  project.write_user("repository: {url: https://example.com/evil.git}\n");
  project.write(minimal);
  const std::string file = (project.folder.path() / "home/.config/ddx/config.yml").string();
  CHECK_THROWS_WITH(project.load(),
                    "'" + file + ":1:13': 'repository' belongs into the '.ddx.yml' of a project");
}

TEST_CASE("variables override the files", "[config]") {
  Project project;
  project.host.environment["DDX_REPOSITORY_URL"] = "https://example.com/mirror.git";
  project.host.environment["DDX_REPOSITORY_TAG"] = "v2";
  project.host.environment["DDX_SYNC_CONFLICT"] = "union";
  project.host.environment["DDX_SYNC_COMMIT"] = "true";
  project.host.environment["DDX_NETWORK_CONNECT_TIMEOUT"] = "1s";
  project.host.environment["DDX_NETWORK_IDLE_TIMEOUT"] = "3s";
  project.host.environment["DDX_NETWORK_TRIES"] = "9";
  project.host.environment["DDX_LIMITS_FILE_SIZE"] = "2KiB";
  project.host.environment["DDX_LIMITS_FILES"] = "3";
  project.host.environment["DDX_LIMITS_TOTAL_SIZE"] = "";
  project.host.environment["DDX_BACKUP_KEEP"] = "4";
  project.host.environment["DDX_BACKUP_DAYS"] = "8";
  project.host.environment["DDX_BACKUP_SIZE"] = "1KiB";
  const Config config = project.load(minimal + "  branch: main\nsync: {conflict: mine}\n");
  CHECK(config.url.str() == "https://example.com/mirror.git");
  CHECK(describe(config.follow) == "tag v2");
  CHECK(config.conflict == Side::union_of_both);
  CHECK(config.commit);
  CHECK(config.connect_timeout == 1s);
  CHECK(config.idle_timeout == 3s);
  CHECK(config.tries == 9);
  CHECK(config.limits.file_bytes == 2048);
  CHECK(config.limits.files == 3);
  CHECK(config.limits.total_bytes == 2ull << 30);
  CHECK(config.backup.keep == 4);
  CHECK(config.backup.days == 8);
  CHECK(config.backup.bytes == 1024);
}

TEST_CASE("a wrong variable is named", "[config]") {
  Project project;
  project.write(minimal);
  project.host.environment["DDX_NETWORK_TRIES"] = "lots";
  CHECK_THROWS_WITH(project.load(), "'DDX_NETWORK_TRIES' is 'lots', but must be a number from 1 to 20");
}

}  // namespace ddx
