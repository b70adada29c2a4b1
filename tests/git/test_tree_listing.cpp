#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <optional>

#include "ddx/error.hpp"
#include "git/tree_listing.hpp"
#include "support/hostile_tree.hpp"
#include "support/temp_dir.hpp"
#include "support/test_repo.hpp"

using namespace ddx;
using namespace ddx::test;

namespace {

struct Upstream {
  TempDir folder;
  TestRepo repo{folder.path()};

  [[nodiscard]] git::Objects objects() const { return git::Objects({folder.path() / ".git/objects"}); }
  [[nodiscard]] git::TreeListing list(const Oid& tree, const Limits& limits = {}) const {
    return list_untrusted_tree(objects(), tree, limits, {});
  }
  [[nodiscard]] std::optional<Error> refusal(const Oid& tree, const Limits& limits = {}) const {
    try {
      static_cast<void>(list(tree, limits));
      return std::nullopt;
    } catch (const Error& error) {
      return error;
    }
  }
  [[nodiscard]] RawEntry file(const std::string& name, const std::string& bytes = "x",
                              const std::string& mode = "100644") const {
    return {mode, name, write_blob(repo, bytes)};
  }
  [[nodiscard]] RawEntry folder_of(const std::string& name, const std::vector<RawEntry>& entries) const {
    return {"40000", name, write_tree(repo, entries)};
  }
};

/// As `git ls-tree -r` prints it.
std::string as_ls_tree(const git::TreeListing& listing) {
  std::string text;
  for (const auto& [path, version] : listing.files)
    text += to_string(version.mode) + " blob " + version.blob.str() + "\t" + path.str() + "\n";
  if (!text.empty()) text.pop_back();
  return text;
}

bool is_printable(std::string_view text) {
  for (const char byte : text) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("every hostile tree is refused as a whole and its path shown escaped", "[git][tree]") {
  const Upstream upstream;
  for (const HostileTree& hostile : hostile_trees()) {
    INFO(hostile.name);
    const auto refusal = upstream.refusal(hostile.build(upstream.repo));
    REQUIRE(refusal);
    INFO(refusal->what());
    CHECK(refusal->code() == hostile.code);
    CHECK(std::string_view(refusal->what()).find(hostile.shown) != std::string_view::npos);
    CHECK(is_printable(refusal->what()));
    CHECK_FALSE(refusal->steps().empty());
  }
}

TEST_CASE("a listing equals what git ls-tree shows", "[git][tree]") {
  Upstream upstream;
  upstream.repo.write("README.md", "readme");
  upstream.repo.write("a-b", "1");
  upstream.repo.write("a/b/c.md", "2");
  upstream.repo.write("a/b.md", "3");
  upstream.repo.write("a0", "4");
  upstream.repo.write(".gitattributes", "* text\n");
  upstream.repo.write(".gitmodules", "");
  upstream.repo.write("\xC3\xBC/\xE6\x97\xA5.md", "5");
  upstream.repo.write("bin/run", "#!/bin/sh\n");
  std::filesystem::permissions(upstream.folder.path() / "bin/run", std::filesystem::perms::owner_all);
  std::filesystem::create_symlink("../README.md", upstream.folder.path() / "a/link");
  std::filesystem::create_symlink("b/./../b", upstream.folder.path() / "a/folder-link");
  std::filesystem::create_symlink(".", upstream.folder.path() / "here");
  std::filesystem::create_symlink("not/there", upstream.folder.path() / "dangling");
  upstream.repo.commit("all kinds");

  const auto listing = upstream.list(*Oid::parse(upstream.repo.git({"rev-parse", "HEAD^{tree}"})));

  CHECK(as_ls_tree(listing) == upstream.repo.git({"-c", "core.quotePath=off", "ls-tree", "-r", "HEAD"}));
  CHECK(listing.warnings.empty());
  CHECK(listing.submodules.empty());
}

TEST_CASE("the empty tree has no files", "[git][tree]") {
  const Upstream upstream;
  CHECK(upstream.list(write_tree(upstream.repo, {})).files.empty());
}

TEST_CASE("a file of the old mode 100664 is an ordinary file", "[git][tree]") {
  const Upstream upstream;
  const auto listing = upstream.list(write_tree(upstream.repo, {upstream.file("old", "x", "100664")}));
  REQUIRE(listing.files.size() == 1);
  CHECK(listing.files[0].version.mode == Mode::file);
}

TEST_CASE("submodules are named and left out", "[git][tree]") {
  const Upstream upstream;
  const Oid elsewhere = *Oid::parse("1234567890123456789012345678901234567890");
  const auto listing = upstream.list(write_tree(
      upstream.repo, {upstream.file("a"), upstream.folder_of("b", {{"160000", "module", elsewhere}})}));
  REQUIRE(listing.files.size() == 1);
  CHECK(listing.submodules == std::vector<std::string>{"b/module"});
}

TEST_CASE("names that not every system can hold are warnings", "[git][tree]") {
  const Upstream upstream;
  const auto listing = upstream.list(write_tree(
      upstream.repo, {upstream.folder_of("docs", {upstream.file("README.md"), upstream.file("aux.md"),
                                                  upstream.file("readme.md")}),
                      upstream.file("\xC3\xBC"), upstream.file("u\xCC\x88"), upstream.file("a:b")}));
  CHECK(listing.files.size() == 6);
  CHECK(listing.warnings ==
        std::vector<std::string>{
            "upstream's 'a:b' cannot be used everywhere: 'a:b' holds the character :, which Windows does not "
            "allow in a name",
            "upstream's 'u\xCC\x88' and '\xC3\xBC' are one file where case or accents do not count",
            "upstream's 'docs/aux.md' cannot be used everywhere: 'aux.md' is the name of a device on Windows",
            "upstream's 'docs/README.md' and 'docs/readme.md' are one file where case or accents do not "
            "count"});
}

TEST_CASE("many names that are not portable are counted, not listed", "[git][tree]") {
  const Upstream upstream;
  std::vector<RawEntry> entries;
  for (int i = 100; i < 150; ++i) entries.push_back(upstream.file("a:" + std::to_string(i)));
  const auto warnings = upstream.list(write_tree(upstream.repo, entries)).warnings;
  REQUIRE(warnings.size() == 21);
  CHECK(warnings.back() == "30 more names are not portable");
}

TEST_CASE("a tree over a limit is refused and the limit named", "[git][tree]") {
  const Upstream upstream;
  const Oid tree = write_tree(upstream.repo, {upstream.file("a", "12345"), upstream.file("b", "12345"),
                                              upstream.file("c", "123456")});
  struct Row {
    Limits limits;
    std::string message, key;
  };
  for (const auto& [limits, message, key] :
       {Row{{.files = 2}, "upstream has more than the 2 files that are allowed", "limits.files"},
        Row{{.file_bytes = 5},
            "upstream's 'c' has more than the 5 bytes that are allowed",
            "limits.file_size"},
        Row{{.total_bytes = 15},
            "upstream's files have together more than the 15 bytes that are allowed",
            "limits.total_size"}}) {
    const auto refusal = upstream.refusal(tree, limits);
    REQUIRE(refusal);
    CHECK(refusal->code() == ErrorCode::upstream_too_big);
    CHECK(refusal->what() == message);
    REQUIRE(refusal->steps().size() == 1);
    CHECK(refusal->steps()[0].action == Recovery::raise_limit);
    CHECK(refusal->steps()[0].subject == key);
  }
  CHECK_FALSE(upstream.refusal(tree, {.file_bytes = 6, .files = 3, .total_bytes = 16}));
}

TEST_CASE("repeated folders count as often as they would be written", "[git][tree]") {
  const Upstream upstream;
  const RawEntry once = upstream.folder_of("a", {upstream.file("x", "12345"), upstream.file("y", "12345")});
  const Oid tree = write_tree(upstream.repo, {once, {"40000", "b", once.id}, {"40000", "c", once.id}});
  CHECK(upstream.list(tree).files.size() == 6);
  CHECK(upstream.refusal(tree, {.files = 5}));
  CHECK(upstream.refusal(tree, {.total_bytes = 29}));
  CHECK_FALSE(upstream.refusal(tree, {.files = 6, .total_bytes = 30}));
}

TEST_CASE("a bomb of empty folders costs nothing and has no files", "[git][tree]") {
  const Upstream upstream;
  Oid tree = write_tree(upstream.repo, {});
  for (int level = 0; level < 40; ++level) {
    std::vector<RawEntry> entries;
    for (char name = 'a'; name <= 'j'; ++name) entries.push_back({"40000", std::string(1, name), tree});
    tree = write_tree(upstream.repo, entries);
  }
  CHECK(upstream.list(tree).files.empty());
}

TEST_CASE("blobs that are known already are not looked for", "[git][tree]") {
  const Upstream upstream;
  const Oid absent = *Oid::parse("1234567890123456789012345678901234567890");
  const Oid tree = write_tree(upstream.repo, {{"100644", "a", absent}});
  const auto listing =
      list_untrusted_tree(upstream.objects(), tree, {}, [&](const Oid& id) { return id == absent; });
  CHECK(listing.files.size() == 1);
  CHECK(upstream.refusal(tree));
}

TEST_CASE("the target of a link is checked even when the blob is known", "[git][tree]") {
  const Upstream upstream;
  const Oid tree = write_tree(upstream.repo, {upstream.file("evil", "/etc/passwd", "120000")});
  CHECK_THROWS_AS(list_untrusted_tree(upstream.objects(), tree, {}, [](const Oid&) { return true; }), Error);
}

TEST_CASE("an object whose bytes were changed is damage of upstream", "[git][tree]") {
  const Upstream upstream;
  const auto stored_at = [&](const Oid& id) {
    return upstream.folder.path() / ".git/objects" / id.str().substr(0, 2) / id.str().substr(2);
  };
  const RawEntry inner = upstream.folder_of("sub", {upstream.file("a")});
  const RawEntry other = upstream.folder_of("sub", {upstream.file("b")});
  const Oid tree = write_tree(upstream.repo, {inner});
  std::filesystem::permissions(stored_at(inner.id), std::filesystem::perms::owner_all);
  for (const std::string& bytes : {std::string(), std::string("garbage"), read_file(stored_at(other.id))}) {
    write_file(stored_at(inner.id), bytes);
    const auto refusal = upstream.refusal(tree);
    REQUIRE(refusal);
    INFO(refusal->what());
    CHECK(refusal->code() == ErrorCode::upstream_damaged);
    CHECK(std::string_view(refusal->what()).starts_with("upstream's 'sub' is damaged: "));
  }
}
